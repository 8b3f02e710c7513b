"""Answers to scores: the rule is in the plan, the code only applies it."""

import numpy as np
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
    return score_wide(keyed.index.to_frame(index=False), keyed.reset_index(drop=True), plan)


def score_wide(people: DataFrame, keyed: DataFrame, plan: Plan) -> DataFrame:
    """Score keyed answers that were never melted: the same table as `score` gives.

    Parameters
    ----------
    people : one row per region, wave and participant
    keyed : the same rows, one column of keyed answers per item of the plan
    """
    people, keyed = people.reset_index(drop=True), keyed.reset_index(drop=True)
    in_order = people[PERSON_WAVE].sort_values(PERSON_WAVE)
    if not in_order.index.equals(people.index):
        people, keyed = people.loc[in_order.index], keyed.loc[in_order.index]
    scales = {
        name: score_scale(keyed[[*scale.items]], scale) for name, scale in plan.scales.items()
    }
    parts = {**_composites(scales, plan), **scales}
    told = {
        name: np.repeat(people[name].to_numpy(dtype=object), len(parts)) for name in PERSON_WAVE
    }
    measured = {
        name: np.column_stack([parts[measure][name] for measure in plan.measures]).ravel()
        for name in ("score", "answered")
    }
    names = np.tile(np.array([*plan.measures], dtype=object), len(people))
    return DataFrame({**told, "scale": names, **measured})


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
