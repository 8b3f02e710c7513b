"""Changes, differences and means of the levels, looked up by what they compare."""

from dataclasses import dataclass
from typing import Any, Literal

from pandas import DataFrame

from analysis.learn.longitudinal import direction_of
from analysis.plan.study import Study
from analysis.plan.study.rules import Test

Gain = Literal["gain", "no gain", "unclear", "missing"]
GAINS = {"clear_up", "probable_up"}
ABSENT = {"too_few", "suppressed", "", "nan"}


@dataclass(frozen=True)
class Scored:
    """Comparisons and means of the composites of levels, looked up by what they compare."""

    contrasts: dict[tuple[str, ...], dict[str, Any]]
    means: dict[tuple[str, ...], dict[str, Any]]
    scale_of: dict[str, str]

    @classmethod
    def of(cls, study: Study, contrasts: DataFrame, means: DataFrame) -> "Scored":
        """Index the findings tables."""
        return cls(
            _index(contrasts, ["kind", "region", "scale", "start", "end"]),
            _index(means, ["region", "scale", "wave"]),
            study.plan.measure_of_level,
        )

    def change(self, region: str, level: str, start: str, end: str) -> dict[str, Any]:
        """Find the change of a level's composite in one region; empty if there is none."""
        return self.contrasts.get(("change", region, self.scale_of.get(level, ""), start, end), {})

    def gain(self, region: str, level: str, start: str, end: str) -> Gain:
        """Say whether a level rose: clearly or probably, or not, or nobody can tell."""
        row = self.change(region, level, start, end)
        verdict = str(row.get("verdict", ""))
        if not row or verdict in ABSENT:
            return "missing"
        if verdict in GAINS:
            return "gain"
        return "no gain" if direction_of(verdict) in ("same", "down") else "unclear"

    def between(
        self, kind: str, pair: tuple[str, str], level: str, start: str, end: str
    ) -> tuple[dict[str, Any], int]:
        """Find the second region minus the first; the sign turns a row stored the other way."""
        for (one, other), sign in ((pair, 1), (pair[::-1], -1)):
            key = (kind, f"{one}-{other}", self.scale_of.get(level, ""), start, end)
            if key in self.contrasts and is_number(self.contrasts[key].get("estimate")):
                return self.contrasts[key], sign
        return {}, 1


def _index(rows: DataFrame, keys: list[str]) -> dict[tuple[str, ...], dict[str, Any]]:
    return {tuple(str(row[key]) for key in keys): row for row in rows.to_dict("records")}


def is_number(value: object) -> bool:
    """Say whether a cell of a table holds a number."""
    return isinstance(value, float) and value == value


def ids_of(*rows: dict[str, Any]) -> tuple[str, ...]:
    """Gather the evidence ids of rows; an absent row has none."""
    return tuple(str(row["evidence_id"]) for row in rows if row)


def level_name(study: Study, level: str) -> str:
    """Name a level in English."""
    return dict(study.plan.levels[level].label)["en"]


def region_name(study: Study, region: str) -> str:
    """Name a region in English; one that only the publications know by its id."""
    return dict(study.regions[region].label)["en"] if region in study.regions else region


def points(value: float) -> str:
    """Write scale points with their sign."""
    return f"{value:+.2f}"


def ends(test: Test) -> tuple[str, str]:
    """Return the first and the last wave of a test."""
    return test.waves[0], test.waves[-1]
