"""Answers to scores: the rule is in the plan, the code only applies it."""

import pandas as pd
from pandas import DataFrame

from analysis.study import Composite, Plan, Scale

PERSON_WAVE = ["region", "wave", "participant"]


def score(answers: DataFrame, plan: Plan) -> DataFrame:
    """Score every scale and composite for every participant at every wave.

    Parameters
    ----------
    answers : keyed answers, one row per region, wave, participant and item

    Returns
    -------
    One row per region, wave, participant and scale or composite; `score` is the mean of the
    answered items (of the scores, for a composite) and empty when fewer than the plan's least
    number were answered; `answered` counts them.
    """
    keyed = answers.pivot(index=PERSON_WAVE, columns="item", values="keyed").astype(float)
    keyed = keyed.reindex(columns=[*plan.all_items])
    scales = {
        name: score_scale(keyed[[*scale.items]], scale) for name, scale in plan.scales.items()
    }
    parts = {**_composites(scales, plan), **scales}
    scores = pd.concat(parts, names=["scale"]).reset_index()
    order = {name: place for place, name in enumerate(plan.measures)}
    scores = scores.assign(place=scores["scale"].map(order))
    columns = [*PERSON_WAVE, "scale", "score", "answered"]
    return scores.sort_values([*PERSON_WAVE, "place"], ignore_index=True)[columns]


def score_scale(keyed: DataFrame, scale: Scale) -> DataFrame:
    """Average the answered items of one scale; too few answers give no score."""
    answered = keyed.count(axis="columns")
    mean = keyed.mean(axis="columns").where(answered >= scale.least_answered)
    return DataFrame({"score": mean, "answered": answered})


def _composites(scales: dict[str, DataFrame], plan: Plan) -> dict[str, DataFrame]:
    return {
        name: _average(DataFrame({part: scales[part]["score"] for part in composite.of}), composite)
        for name, composite in plan.composites.items()
    }


def _average(scores: DataFrame, composite: Composite) -> DataFrame:
    answered = scores.count(axis="columns")
    mean = scores.mean(axis="columns").where(answered >= composite.least)
    return DataFrame({"score": mean, "answered": answered})
