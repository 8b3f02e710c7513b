"""How each item goes with the rest of its scale, and what to look at again."""

from collections.abc import Iterator

import numpy as np
from pandas import DataFrame, Series

from analysis.measure.reliability.coefficients import (
    alpha_if_dropped,
    correlation_interval,
    item_rest,
    remark_on_size,
)
from analysis.measure.reliability.scales import refuse_size
from analysis.plan import described
from analysis.plan.evidence import LEAST_TESTED, evidence_id
from analysis.plan.study import Plan, Scale

KEYS = ["region", "wave"]
TINY = 1e-9
# Terwee et al. (2007): an end that holds 15% or more leaves no room to move.
CROWDED = 0.15


def measure_items(answers: DataFrame, plan: Plan) -> DataFrame:
    """Measure how each item goes with the rest of its scale, people complete on the scale.

    Parameters
    ----------
    answers : keyed answers, one row per region, wave, participant and item

    Returns
    -------
    The findings table `item_reliability`: the correlation of an item with the sum of the others
    with its interval, alpha of the scale without the item, and alarms separated by spaces:
    `reversed` (it runs against the rest after keying), `floor`, `ceiling` (at least 15% of at least
    ten people who answered it at the lowest or highest keyed answer).

    References
    ----------
    Nunnally & Bernstein (1994), Fisher (1921) for the interval, Cronbach (1951), Terwee et al.
    (2007) for floor and ceiling.
    """
    keyed = answers.pivot(index=[*KEYS, "participant"], columns="item", values="keyed")
    rows: list[dict[str, object]] = []
    for name, scale in plan.scales.items():
        for (region, wave), group in keyed.reindex(columns=[*scale.items]).groupby(
            level=KEYS, sort=False
        ):
            for item, row in _measure(group, scale):
                named = evidence_id("itemrest", region, name_item(item, name, plan), wave)
                keys = {"region": region, "item": item, "wave": wave, "scale": name}
                rows.append({"evidence_id": named, **keys, **row})
    return described.table("item_reliability", rows)


def name_item(item: str, scale: str, plan: Plan) -> str:
    """Name an item within a scale: by itself, and in every scale but its first with the scale."""
    return item if plan.scale_of(item) is plan.scales[scale] else f"{item}.{scale}"


def _measure(group: DataFrame, scale: Scale) -> Iterator[tuple[str, dict[str, object]]]:
    complete = group.dropna()
    refusal, size = refuse_size(complete), len(complete)
    together, alone = ({}, {}) if refusal else (item_rest(complete), alpha_if_dropped(complete))
    for item in scale.items:
        found: dict[str, object] = {"n": size}
        alarms = dict(_crowded(group[item].dropna(), scale))
        remarks = [refusal] if refusal else remark_on_size(size)
        if together:
            low, high = correlation_interval(together[item], size)
            found |= {"item_rest": together[item], "low": low, "high": high}
            found["alpha_if_dropped"] = alone[item]
            if together[item] < -TINY:
                alarms = {"reversed": _against(found["high"], size), **alarms}
            elif np.isnan(together[item]):
                remarks.append("item-rest not computable, because it or the rest does not vary")
        note = "; ".join([*remarks, *alarms.values()])
        yield item, {**found, "alarm": " ".join(alarms), "note": note}


def _against(high: object, size: int) -> str:
    unsure = isinstance(high, float) and high >= 0
    return f"runs against the rest (n = {size}{', its interval includes zero' if unsure else ''})"


def _crowded(keyed: Series, scale: Scale) -> Iterator[tuple[str, str]]:
    """Name the ends of the scale where many of those who answered stand."""
    people = len(keyed)
    for alarm, end in {"floor": scale.lowest, "ceiling": scale.highest}.items():
        there = int((keyed == end).sum())
        if people >= LEAST_TESTED and there / people >= CROWDED:
            yield alarm, f"{there} of {people} at the {alarm}"
