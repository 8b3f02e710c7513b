"""Whether the items of each scale, and the scales of each composite, measure one thing."""

import numpy as np
from pandas import DataFrame

from analysis.measure.reliability.coefficients import (
    LEAST_STEADY,
    cronbach,
    feldt_interval,
    measure_omega,
    remark_on_size,
    spearman_brown,
)
from analysis.plan import described
from analysis.plan.evidence import LEAST_SHOWN, LEAST_TESTED, evidence_id
from analysis.plan.study import Composite, Plan

KEYS = ["region", "wave"]


def measure_reliability(answers: DataFrame, scores: DataFrame, plan: Plan) -> DataFrame:
    """Estimate alpha and omega per region, wave and scale or composite, people complete on it.

    Parameters
    ----------
    answers : keyed answers, one row per region, wave, participant and item
    scores : one row per region, wave, participant and scale

    Returns
    -------
    The findings table `reliability`; what is not computable is empty and `note` says why. The
    parts of a composite are its scale scores. Two items have a Spearman-Brown and no omega.

    References
    ----------
    Cronbach (1951), listwise, with the interval of Feldt (1965), `feldt_interval`; omega of
    McDonald (1999), `measure_omega`.
    """
    items = answers.pivot(index=[*KEYS, "participant"], columns="item", values="keyed")
    parts = scores.pivot(index=[*KEYS, "participant"], columns="scale", values="score")
    rows = []
    for name, measure in plan.measures.items():
        composite = isinstance(measure, Composite)
        members = [*measure.of] if isinstance(measure, Composite) else [*measure.items]
        table = parts if composite else items
        family = "composite" if composite else "scale"
        for (region, wave), group in table.reindex(columns=members).groupby(level=KEYS, sort=False):
            named = evidence_id("reliability", region, name, wave)
            keys = {"evidence_id": named, "region": region, "scale": name, "wave": wave}
            rows.append({**keys, "family": family, **_measure(group.dropna(), plan.seed)})
    return described.table("reliability", rows)


def _measure(complete: DataFrame, seed: int) -> dict[str, object]:
    people, items = complete.shape
    found: dict[str, object] = {"items": items, "n": people}
    if refusal := refuse(complete):
        return {**found, "note": refusal}
    alpha = cronbach(complete)
    low, high = feldt_interval(alpha, people, items)
    found |= {"alpha": alpha, "low": low, "high": high}
    single, remarks = _model(complete, seed)
    return {**found, **single, "note": "; ".join([*remark_on_size(people), *remarks])}


def refuse(complete: DataFrame) -> str:
    """Say why alpha of these items cannot be computed; nothing when it can."""
    if few := refuse_size(complete):
        return few
    if np.isclose(complete.sum(axis="columns").var(), 0):
        return "not computable, because all people scored the same"
    return ""


def refuse_size(complete: DataFrame) -> str:
    """Say whether there are too few items or people to compare; nothing when there are enough."""
    people, items = complete.shape
    if items < 2:
        return "not computable, because the scale has one item"
    if people < LEAST_SHOWN:
        return f"not computable, because {people} people answered every item"
    return ""


def _model(complete: DataFrame, seed: int) -> tuple[dict[str, float], list[str]]:
    """Return Spearman-Brown for two items, omega for more, and what is to be said of it."""
    people, items = complete.shape
    name = "Spearman-Brown" if items == 2 else "omega"
    still = np.isclose(complete.to_numpy(dtype=float).var(axis=0, ddof=1), 0)
    same = [str(item) for item in complete.columns[still]]
    if same:
        return {}, [f"{name} not computable, because all people answered {same[0]} the same"]
    if items == 2:
        return {"spearman_brown": spearman_brown(complete)}, ["omega needs three items"]
    if people < LEAST_TESTED:
        return {}, ["omega not computable, because its interval would not hold"]
    if people <= items:
        return {}, ["omega not computable, because there are not more people than items"]
    omega = measure_omega(complete, seed)
    if np.isnan(omega.low):
        return {}, ["omega not computable, because no single factor stands out"]
    remarks = ["omega at its bound: one item is the whole factor"] if omega.at_bound else []
    if people < LEAST_STEADY:
        remarks.append("the interval of omega is rather too narrow")
    return {"omega": omega.value, "omega_low": omega.low, "omega_high": omega.high}, remarks
