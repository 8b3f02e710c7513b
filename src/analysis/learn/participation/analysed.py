"""How many people and answers each analysis rests on, and why the others do not count."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from analysis.learn.participation.presence import UNLINKED
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Plan, Scale

Row = dict[str, object]
COUNTS = [
    *("people", "rows", "people_in_model", "rows_in_model", "rows_nothing_answered"),
    *("rows_too_little_answered", "rows_dont_know", "rows_without_site", "sites"),
    *("n_start", "n_end", "pairs", "only_start", "only_end", "only_between"),
    "without_code",
]
KEYS = ["region", "wave", "participant"]


def count_analysed(
    scores: DataFrame, answers: DataFrame, respondents: DataFrame, links: DataFrame, plan: Plan
) -> DataFrame:
    """Count per region and measure what enters the primary model, and what its pairs are.

    Parameters
    ----------
    scores : one row per region, wave, participant and scale, empty where too little was answered
    answers : one row per region, wave, participant and item, with its `kind`
    respondents : site of each participant at each wave
    links : one row per region and participant; `match` says who gave no code

    Returns
    -------
    The findings table `analysed`. `rows` are people at waves: those with a score enter the model,
    the others had answered nothing of the measure or too little of it; `rows_dont_know` of them
    chose "don't know" at least once. `n_start`, `n_end` and `pairs` are about the region's first
    and last wave; the others in the model were seen at one of them or only in between. People
    `without_code` may be one person or several: they are in no pair and in none of the `only_`s.
    """
    unsure = answers[answers["kind"].eq("dont_know")].groupby("item")
    doubters = {item: {*zip(*(own[key] for key in KEYS), strict=True)} for item, own in unsure}
    sites = respondents[[*KEYS, "site"]]
    placed = scores.merge(sites, on=KEYS, how="left")
    unlinked = links[links["match"].eq(UNLINKED)]
    apart = {*zip(unlinked["region"], unlinked["participant"], strict=True)}
    rows = []
    for (region, scale), own in placed.groupby(["region", "scale"], sort=False):
        waves = [wave for wave in plan.waves if wave in {*own["wave"]}]
        doubting = set().union(*(doubters.get(item, set()) for item in _items(str(scale), plan)))
        keys = {"region": region, "scale": scale, "start": waves[0], "end": waves[-1]}
        named = evidence_id("analysed", str(region), str(scale), EVERY)
        family = "composite" if scale in plan.composites else "scale"
        keyless = [(region, one) in apart for one in own["participant"]]
        counts = {
            **_row_counts(own, doubting),
            **_pairs(own, np.array(keyless), waves[0], waves[-1]),
        }
        rows.append({"evidence_id": named, "family": family, **keys, **counts})
    return described.table("analysed", rows)


def _items(measure: str, plan: Plan) -> list[str]:
    found = plan.measures[measure]
    scales = [found] if isinstance(found, Scale) else [plan.scales[name] for name in found.of]
    return [item for scale in scales for item in scale.items]


def _row_counts(own: DataFrame, doubting: set[tuple[str, ...]]) -> Mapping[str, int]:
    scored = own["score"].notna()
    inside, outside = own[scored], own[~scored]
    unsure = [key in doubting for key in zip(*(outside[key] for key in KEYS), strict=True)]
    known = inside["site"].astype(object).fillna("").ne("")
    return {
        "people": own["participant"].nunique(),
        "rows": len(own),
        "people_in_model": inside["participant"].nunique(),
        "rows_in_model": len(inside),
        "rows_nothing_answered": int((outside["answered"] == 0).sum()),
        "rows_too_little_answered": int((outside["answered"] > 0).sum()),
        "rows_dont_know": int(np.sum(unsure)),
        "rows_without_site": int((~known).sum()),
        "sites": inside.loc[known, "site"].nunique(),
    }


def _pairs(own: DataFrame, keyless: NDArray[np.bool_], start: str, end: str) -> Mapping[str, int]:
    scored = own[own["score"].notna()]
    apart = {*own.loc[keyless & own["score"].notna(), "participant"]}
    seen = [{*scored.loc[scored["wave"] == wave, "participant"]} for wave in (start, end)]
    first, last = (people - apart for people in seen)
    everyone = {*scored["participant"]} - apart
    both = first & last if start != end else set()
    return {
        "n_start": len(seen[0]),
        "n_end": len(seen[1]),
        "pairs": len(both),
        "only_start": len(first - last),
        "only_end": len(last - first),
        "only_between": len(everyone - first - last),
        "without_code": len(apart),
    }
