"""What one region can be told with: its own gated rows and the voice that tells them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pandas import DataFrame

from analysis.findings import Findings
from analysis.learn.longitudinal import direction_of
from analysis.plan.evidence import EVERY, Sentence
from analysis.plan.study import Study
from analysis.tell.narrative.voice import PLAN, Voice, rows_of

MOST_WORDS = 20


@dataclass(frozen=True)
class RegionStory:
    """The rows that may be shared about one region, and the language they are told in."""

    shared: Findings
    region: str

    @property
    def language(self) -> str:
        """The language in which the findings were opened."""
        return self.shared.language

    @property
    def study(self) -> Study:
        """The study the region belongs to."""
        return self.shared.study

    @cached_property
    def voice(self) -> Voice:
        """The voice of the brief."""
        return Voice(self.study, self.language, "brief.yaml")

    def rows(self, table: str, **where: Any) -> DataFrame:
        """Return the region's rows of one gated table."""
        if table not in self.shared.names:
            return DataFrame(columns=["evidence_id"])
        return self.shared.rows(table, region=self.region, **where)

    @cached_property
    def whole(self) -> DataFrame:
        """The one row that counts everyone, over all waves."""
        return self.rows("participation", wave=EVERY)

    @cached_property
    def codes(self) -> str:
        """Whether `all`, `some` or `none` of the forms hold a code that tells people apart."""
        row = rows_of(self.whole)[0] if len(self.whole) else {}
        return str(row.get("codes") or "all")

    @cached_property
    def anchor(self) -> DataFrame:
        """What a sentence about the region as a whole rests on."""
        return (
            self.whole
            if len(self.whole)
            else self.shared.rows("plan", region="study", subject="label")
        )

    @cached_property
    def waves(self) -> list[str]:
        """The waves at which people of this region answered, in order."""
        means = self.rows("means")
        answered = set(means["wave"]) if len(means) else set()
        return [wave for wave in self.study.plan.waves if wave in answered]

    @cached_property
    def changes(self) -> list[dict[str, Any]]:
        """The change of each main measure from its first to its last wave, in plan order."""
        return [row for scale in self.measures for row in self._changes if row["scale"] == scale]

    @cached_property
    def _changes(self) -> list[dict[str, Any]]:
        """The change of every score from the first to the last wave."""
        if len(self.waves) < 2 or self.rows("contrasts").empty:
            return []
        start, end = self.waves[0], self.waves[-1]
        return rows_of(self.rows("contrasts", kind="change", start=start, end=end))

    def change_of(self, scale: str) -> DataFrame:
        """Return the row that holds the change of one score from the first to the last wave."""
        ids = [row["evidence_id"] for row in self._changes if row["scale"] == scale]
        return self.rows("contrasts", evidence_id=ids)

    @cached_property
    def measures(self) -> list[str]:
        """The measures the brief draws: levels, else all composites, else the scales."""
        composites = self.study.plan.composites
        levels = [name for name, one in composites.items() if one.level]
        return levels or [*composites] or [*self.study.plan.scales]

    @cached_property
    def stand_outs(self) -> list[dict[str, Any]]:
        """Scales that clearly or probably go another way than the level they belong to."""
        of_level = {
            self.study.plan.composites[row["scale"]].level: direction_of(row["verdict"])
            for row in self.changes
            if row["scale"] in self.study.plan.composites
        }
        scales = self.study.plan.scales
        return [
            row
            for name in scales
            for row in self._changes
            if row["scale"] == name
            and direction_of(row["verdict"]) in ("up", "down", "same")
            and of_level.get(scales[name].level, "unknown")
            not in ("unknown", direction_of(row["verdict"]))
        ]

    def sentence(self, key: str, rows: DataFrame | None = None, /, **values: Any) -> list[Sentence]:
        """Say the sentences of one template; each rests on the same rows."""
        own = self.anchor if rows is None else rows
        return [self.voice.state(text, own) for text in split(self.voice.text(key, **values))]

    def stated(self, text: str, rows: DataFrame) -> list[Sentence]:
        """Let given sentences rest on rows."""
        return [self.voice.state(one, rows) for one in split(text)]

    def change_rows(self, changes: Sequence[dict[str, Any]]) -> DataFrame:
        """Return the table rows of some changes."""
        return self.rows("contrasts", evidence_id=[row["evidence_id"] for row in changes])

    def subject(self, row: dict[str, Any]) -> str:
        """Name what a change or joint row is about, as a reader would."""
        return self.voice.name.subject(row.get("scale") or row["level"])


def split(text: str) -> list[str]:
    """Cut a text at the ends of its sentences."""
    cut = text.replace(". ", ".\n").replace("? ", "?\n").replace(": hoe", ": hoe")
    return [part.strip() for part in cut.split("\n") if part.strip()]


def length(sentences: Iterable[Sentence | str]) -> int:
    """Count the words of some sentences."""
    return sum(len(str(sentence).split()) for sentence in sentences)


def rests_on_plan(rows: DataFrame) -> bool:
    """Say whether rows are no more than the plan's own label."""
    return [*rows["evidence_id"]] == [PLAN]
