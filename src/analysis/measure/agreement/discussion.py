"""Which passages are most worth a talk between the coders, and why."""

from collections.abc import Iterator, Mapping
from itertools import combinations, groupby
from operator import attrgetter
from typing import Any

import pandas as pd
from pandas import DataFrame

from analysis.measure.agreement.passages import Passages
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study

MARK = ["place", "coder", "code", "stance", "segment"]


def list_disagreements(
    passages: Passages, segments: DataFrame, study: Study, agreement: DataFrame
) -> DataFrame:
    """List the passages that coders read differently, the most worth discussing first.

    Returns
    -------
    One row per passage to which two coders gave different codes or opposite stances. The order
    follows what a decision would change: opposite stances first (they turn the direction of
    talk), then readings at different levels, then the largest distance (the mean of Jaccard's
    over pairs of coders), then the disputed code on which coders agree least overall, then place.
    `readings` says what each coder gave; `text` is that of the shortest
    segment around the passage.
    """
    unit = passages.is_unit
    marks = passages.marks[unit[passages.marks["place"]]].sort_values(["place", "span", "segment"])
    alphas = _alphas(agreement)
    placed = study.crosswalk[study.crosswalk["strength"] == "primary"]
    levels = dict(zip(placed["code"], placed["level"], strict=True))
    found = [
        {"place": place, **row}
        for place, own in groupby(marks[MARK].itertuples(index=False), attrgetter("place"))
        for row in _compared([*own], levels, alphas)
    ]
    if not found:
        return described.table("discussions", [])
    table = DataFrame(found).join(passages.places, on="place")
    keys = ["region", "document", "segment"]
    table = table.merge(segments[[*keys, "text"]], on=keys, how="left")
    order = ["stance_differs", "level_differs", "distance", "weakest_alpha", "region"]
    ascending = [False, False, False, True, True]
    table = table.sort_values(
        [*order, "document", "start"], ascending=[*ascending, True, True], ignore_index=True
    )
    ids = [
        evidence_id("discuss", region, f"{segment}.{start}")
        for region, segment, start in table[["region", "segment", "start"]].itertuples(index=False)
    ]
    ranked = table.assign(evidence_id=ids, rank=range(1, len(table) + 1))
    return described.table("discussions", ranked[described.columns("discussions")])


def _alphas(agreement: DataFrame) -> dict[str, float]:
    if agreement.empty:
        return {}
    overall = agreement[agreement["region"] == EVERY]
    return dict(zip(overall["code"], overall["alpha"].astype(float), strict=True))


def _compared(
    marks: list[Any], levels: Mapping[str, str], alphas: Mapping[str, float]
) -> Iterator[dict[str, Any]]:
    """Lay the readings of one passage side by side, if they differ."""
    coders = sorted({str(mark.coder) for mark in marks})
    codes = {one: frozenset(mark.code for mark in marks if mark.coder == one) for one in coders}
    pairs = [*combinations(codes.values(), 2)]
    opposite = _are_opposite([{m.stance for m in marks if m.coder == one} for one in coders])
    disputed = frozenset.union(*codes.values()) - frozenset.intersection(*codes.values())
    if not disputed and not opposite:
        return
    places = [frozenset(levels.get(code, "") for code in given) for given in codes.values()]
    weakest = min(disputed, key=lambda code: (_least(alphas.get(code)), code), default="")
    yield {
        "coders": len(codes),
        "readings": " | ".join(f"{c}: {', '.join(sorted(codes[c]))}" for c in sorted(codes)),
        "stance_differs": opposite,
        "level_differs": len(set(places)) > 1,
        "distance": sum(1 - len(a & b) / len(a | b) for a, b in pairs) / len(pairs),
        "weakest_code": weakest,
        "weakest_alpha": alphas.get(weakest, float("nan")),
        "segment": str(marks[0].segment),
    }


def _are_opposite(stances: list[set[str]]) -> bool:
    """Say whether one coder only sees help where another only sees hindrance."""
    helps = any("helps" in one and "hinders" not in one for one in stances)
    return helps and any("hinders" in one and "helps" not in one for one in stances)


def _least(alpha: float | None) -> float:
    return 1.0 if alpha is None or pd.isna(alpha) else alpha
