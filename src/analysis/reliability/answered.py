"""How each item was answered, before anything is keyed."""

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.evidence import evidence_id
from analysis.study import Plan

ITEMS = [
    *("evidence_id", "region", "item", "wave", "scale", "n", "mean", "sd", "dont_know", "missing"),
    *("at_lowest", "at_highest"),
]


def describe_items(answers: DataFrame, plan: Plan) -> DataFrame:
    """Describe every item per region and wave: the findings table `items`, as answered."""
    scale_of = {item: name for name, scale in plan.scales.items() for item in scale.items}
    rows = []
    for (region, item, wave), group in _by_item(answers):
        scale = plan.scales[scale_of[item]]
        given = group["answer"].dropna()
        kinds = group["kind"].value_counts()
        rows.append(
            {
                "evidence_id": evidence_id("item", region, item, wave),
                "region": region,
                "item": item,
                "wave": wave,
                "scale": scale_of[item],
                "n": len(given),
                "mean": given.mean(),
                "sd": given.std(),
                "dont_know": int(kinds.get("dont_know", 0)),
                "missing": int(kinds.get("missing", 0)),
                "at_lowest": (given == scale.lowest).mean(),
                "at_highest": (given == scale.highest).mean(),
            }
        )
    return DataFrame(rows, columns=ITEMS)


def count_answers(answers: DataFrame, plan: Plan) -> DataFrame:
    """Count each answer to each ordinal item: the findings table `answers`.

    Every possible answer has a row, also when nobody gave it, and so has `dont_know`.
    """
    rows = []
    ordinal = {i for s in plan.scales.values() if s.answers == "ordinal" for i in s.items}
    for (region, item, wave), group in _by_item(answers[answers["item"].isin(ordinal)]):
        scale = plan.scale_of(item)
        counts = group["answer"].value_counts()
        possible = np.arange(scale.lowest, scale.highest + 1)
        people = {f"{value:g}": int(counts.get(value, 0)) for value in possible}
        people["dont_know"] = int((group["kind"] == "dont_know").sum())
        n = sum(people.values())
        rows += [
            (evidence_id("answer", region, f"{item}.{answer}", wave), region, item, answer, wave)
            + (number, n)
            for answer, number in people.items()
        ]
    columns = ["evidence_id", "region", "item", "answer", "wave", "people", "n"]
    return DataFrame(rows, columns=columns)


def _by_item(answers: DataFrame) -> "pd.api.typing.DataFrameGroupBy":
    return answers.groupby(["region", "item", "wave"], sort=False)
