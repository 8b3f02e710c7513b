"""Whether one item moves differently from its scale between the first and the last wave."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame
from scipy import special

from analysis.measure.reliability.coefficients import remark_on_size
from analysis.measure.reliability.itemrest import name_item
from analysis.plan import described
from analysis.plan.evidence import LEAST_SHOWN, evidence_id
from analysis.plan.study import Plan

Floats = NDArray[np.float64]
TINY = 1e-9


def measure_drift(answers: DataFrame, plan: Plan) -> DataFrame:
    """Compare the change of each scale from first to last wave with its change without an item.

    Parameters
    ----------
    answers : keyed answers, one row per region, wave, participant and item

    Returns
    -------
    The findings table `drift`, in scale points, over people complete on the scale at both the
    first and the last wave of their region: `change` of the scale, `change_without` the item, and
    `shift`, the second less the first. The alarm is `drift` when the interval of `shift` excludes
    zero and the item decides the conclusion: without it the change has the other sign or lies
    outside the interval of the whole scale.

    References
    ----------
    Paired t intervals; what changes a conclusion is as in the robustness table. Item drift:
    Goldstein (1983).
    """
    keyed = answers.pivot(index=["region", "participant"], columns=["wave", "item"], values="keyed")
    rows: list[dict[str, object]] = []
    for region, people in keyed.groupby(level="region", sort=False):
        held = [
            wave for wave in plan.waves if wave in people and people[wave].notna().any(axis=None)
        ]
        if len(held) < 2:
            continue
        start, end = held[0], held[-1]
        for name, scale in plan.scales.items():
            first, last = (people[wave].reindex(columns=scale.items) for wave in (start, end))
            moved = (last - first).dropna()
            for item, row in _leave_out(moved):
                subject = name_item(item, name, plan)
                named = evidence_id("drift", region, subject, f"{start}-{end}")
                keys = {"region": region, "item": item, "scale": name, "start": start, "end": end}
                rows.append({"evidence_id": named, **keys, **row})
    return described.table("drift", rows)


def _leave_out(moved: DataFrame) -> Iterator[tuple[str, dict[str, object]]]:
    (people, items), each = moved.shape, moved.to_numpy(dtype=float)
    whole = each.mean(axis=1)
    for place, item in enumerate(moved):
        found: dict[str, object] = {"n": people, "alarm": ""}
        if items < 2:
            yield item, {**found, "note": "not computable, because the scale has one item"}
        elif people < LEAST_SHOWN:
            reason = f"{people} people answered every item at both waves"
            yield item, {**found, "note": f"not computable, because {reason}"}
        else:
            without = np.delete(each, place, axis=1).mean(axis=1)
            yield item, {**found, **_compare(whole, without)}


def _compare(whole: Floats, without: Floats) -> dict[str, object]:
    change, change_low, change_high = _paired(whole)
    shift, low, high = _paired(without - whole)
    rest = change + shift
    drifts = low > TINY or high < -TINY
    decides = change * rest < 0 or not change_low <= rest <= change_high
    told = {"change": change, "change_low": change_low, "change_high": change_high}
    told |= {"change_without": rest, "shift": shift, "low": low, "high": high}
    remarks = remark_on_size(len(whole))
    if not (drifts and decides):
        return {**told, "alarm": "", "note": "; ".join(remarks)}
    remarks.append("this item decides how far the scale moved")
    return {**told, "alarm": "drift", "note": "; ".join(remarks)}


def _paired(moved: Floats) -> tuple[float, float, float]:
    mean, se = float(moved.mean()), float(moved.std(ddof=1)) / np.sqrt(len(moved))
    half = float(se * special.stdtrit(len(moved) - 1, 0.975))
    return mean, mean - half, mean + half
