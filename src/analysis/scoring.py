"""Answers to scores: the rule is in the plan, the code only applies it."""

from collections.abc import Sequence

import numpy as np
from pandas import DataFrame, Index, Series

from analysis.study import Plan, Scale

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
    if not _is_in_order(people):
        keys = [*zip(*(people[name].tolist() for name in PERSON_WAVE), strict=True)]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        people, keyed = people.iloc[order], keyed.iloc[order]
    scales = {
        name: score_scale(keyed[[*scale.items]], scale) for name, scale in plan.scales.items()
    }
    parts = {**_composites(scales, plan), **scales}
    rows = np.repeat(np.arange(len(people)), len(parts))
    told = {name: people[name].array.take(rows) for name in PERSON_WAVE}
    measured = {
        name: np.column_stack([parts[measure][name] for measure in plan.measures]).ravel()
        for name in ("score", "answered")
    }
    names = Series([*plan.measures], dtype="str").array
    measure = names.take(np.tile(np.arange(len(names)), len(people)))
    return DataFrame({**told, "scale": measure, **measured})


def _is_in_order(people: DataFrame) -> bool:
    """Tell at a glance whether the people of one export stand in order; else they are sorted."""
    exports = people[["region", "wave"]]
    one_export = people.empty or bool((exports == exports.iloc[0]).all(axis=None))
    return one_export and bool(people["participant"].is_monotonic_increasing)


def score_scale(keyed: DataFrame, scale: Scale) -> DataFrame:
    """Average the answered items of one scale; too few answers give no score."""
    return _average([keyed[item] for item in scale.items], scale.least_answered, keyed.index)


def _composites(scales: dict[str, DataFrame], plan: Plan) -> dict[str, DataFrame]:
    return {
        name: _average(parts, composite.least, parts[0].index)
        for name, composite in plan.composites.items()
        if (parts := [scales[part]["score"] for part in composite.of])
    }


def _average(parts: Sequence[Series], least: int, index: Index) -> DataFrame:
    """Average what is there of some columns, one after the other: no copy of them all is made."""
    total, answered = np.zeros(len(index)), np.zeros(len(index), dtype=np.int64)
    for part in parts:
        values = part.to_numpy(dtype=float)
        known = ~np.isnan(values)
        total += np.where(known, values, 0.0)
        answered += known
    enough = np.where(answered >= max(least, 1), answered, np.nan)
    return DataFrame({"score": total / enough, "answered": answered}, index=index)
