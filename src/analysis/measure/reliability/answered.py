"""How each item was answered, before anything is keyed."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from analysis.plan import described
from analysis.plan.evidence import LEAST_SHOWN, evidence_id
from analysis.plan.study import Plan, Scale

Row = dict[str, object]
FEW = f"fewer than {LEAST_SHOWN} answers"


def describe_items(answers: DataFrame, plan: Plan) -> DataFrame:
    """Describe every item per region and wave: the findings table `items`, as answered.

    Fewer than five answers have an n, a note and no other number; then `dont_know` and `missing`
    count only where they and the answers are at least five together.
    """
    scale_of = {item: name for name, scale in plan.scales.items() for item in scale.items}
    rows: list[Row] = []
    for (region, item, wave), group in _by_item(answers):
        scale = plan.scales[scale_of[item]]
        given = group["answer"].to_numpy(dtype=float)
        given = given[~np.isnan(given)]
        named = evidence_id("item", region, item, wave)
        keys = {"evidence_id": named, "region": region, "item": item, "wave": wave}
        told: Row = _describe(given, scale) if len(given) >= LEAST_SHOWN else {"note": FEW}
        if len(group) >= LEAST_SHOWN:
            told |= {kind: int(group[kind].sum()) for kind in ("dont_know", "missing")}
        rows.append({**keys, "scale": scale_of[item], "n": len(given), **told})
    return described.table("items", rows)


def _describe(given: NDArray[np.float64], scale: Scale) -> Row:
    return {
        "mean": given.mean(),
        "sd": given.std(ddof=1),
        "at_lowest": (given == scale.lowest).mean(),
        "at_highest": (given == scale.highest).mean(),
        "note": "",
    }


def count_answers(answers: DataFrame, plan: Plan) -> DataFrame:
    """Count each answer to each ordinal item: the findings table `answers`.

    Every possible answer has a row, also when nobody gave it, and so has `dont_know`. Where fewer
    than five gave an answer no row says how many chose it; where fewer than five gave one or did
    not know, that of `dont_know` says nothing either.
    """
    rows = []
    ordinal = {i for s in plan.scales.values() if s.answers == "ordinal" for i in s.items}
    for (region, item, wave), group in _by_item(answers[answers["item"].isin(ordinal)]):
        scale = plan.scale_of(item)
        answered = group["answer"].to_numpy(dtype=float)
        possible = np.arange(scale.lowest, scale.highest + 1)
        people = {f"{value:g}": int((answered == value).sum()) for value in possible}
        given, unsure = sum(people.values()), int(group["dont_know"].sum())
        n = given + unsure
        behind = {**dict.fromkeys(people, given), "dont_know": n}
        for answer, number in {**people, "dont_know": unsure}.items():
            named = evidence_id("answer", region, f"{item}.{answer}", wave)
            told = (number, n, "") if behind[answer] >= LEAST_SHOWN else (None, n, FEW)
            rows.append((named, region, item, answer, wave, *told))
    return described.table("answers", rows)


def _by_item(answers: DataFrame) -> "pd.api.typing.DataFrameGroupBy":
    kinds = {kind: answers["kind"].eq(kind) for kind in ("dont_know", "missing")}
    return answers.assign(**kinds).groupby(["region", "item", "wave"], sort=False)
