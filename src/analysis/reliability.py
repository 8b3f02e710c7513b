"""Whether the items of a scale measure one thing, and how they were answered."""

import numpy as np
import pandas as pd
import pingouin
from pandas import DataFrame
from scipy import stats

from analysis.evidence import evidence_id
from analysis.study import Composite, Plan

KEYS = ["region", "wave"]
LEAST_PEOPLE = 5


def measure_reliability(answers: DataFrame, scores: DataFrame, plan: Plan) -> DataFrame:
    """Estimate Cronbach's alpha per region, wave and scale or composite, people complete on it.

    Parameters
    ----------
    answers : keyed answers, one row per region, wave, participant and item
    scores : one row per region, wave, participant and scale

    Returns
    -------
    The findings table `reliability`; `alpha` is empty where it is not computable and `note` says
    why. The parts of a composite are its scale scores.

    References
    ----------
    Cronbach (1951) through pingouin, listwise; interval of Feldt (1965), `feldt_interval`.
    """
    items = answers.pivot(index=[*KEYS, "participant"], columns="item", values="keyed")
    parts = scores.pivot(index=[*KEYS, "participant"], columns="scale", values="score")
    rows = []
    for name, measure in plan.measures.items():
        composite = isinstance(measure, Composite)
        members = [*measure.of] if isinstance(measure, Composite) else [*measure.items]
        table = parts if composite else items
        for (region, wave), group in table.reindex(columns=members).groupby(level=KEYS, sort=False):
            keys = {"region": region, "scale": name, "wave": wave}
            family = "composite" if composite else "scale"
            rows.append({**keys, "family": family, **_alpha(group.dropna())})
    columns = ["region", "scale", "wave", "family", "items", "n", "alpha", "low", "high", "note"]
    table = DataFrame(rows, columns=columns)
    ids = [
        evidence_id("reliability", row.region, row.scale, row.wave) for row in table.itertuples()
    ]
    table.insert(0, "evidence_id", ids)
    return table


def _alpha(complete: DataFrame) -> dict[str, object]:
    people, items = complete.shape
    found: dict[str, object] = {"items": items, "n": people}
    if items < 2:
        return {**found, "note": "not computable, because the scale has one item"}
    if people < LEAST_PEOPLE:
        return {**found, "note": f"not computable, because {people} people answered every item"}
    if np.isclose(complete.sum(axis="columns").var(), 0):
        return {**found, "note": "not computable, because all people scored the same"}
    alpha = float(pingouin.cronbach_alpha(complete, nan_policy="listwise")[0])
    low, high = feldt_interval(alpha, people, items)
    return {**found, "alpha": alpha, "low": low, "high": high}


def feldt_interval(
    alpha: float, people: int, items: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Return Feldt's interval for alpha.

    Parameters
    ----------
    alpha : Cronbach's alpha of complete answers
    people, items : how many of each

    References
    ----------
    Feldt (1965): (1 - population alpha) / (1 - alpha) is F with n-1 and (n-1)(k-1) df.
    """
    tail = (1 - confidence) / 2
    spread = stats.f(people - 1, (people - 1) * (items - 1))
    return 1 - (1 - alpha) * spread.ppf(1 - tail), 1 - (1 - alpha) * spread.ppf(tail)


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
    return DataFrame(rows)


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
