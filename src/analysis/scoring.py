"""Answers to scores: the rule is in the plan, the code only applies it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series

from analysis.study import Plan

PERSON_WAVE = ["region", "wave", "participant"]
AT_ONCE = 1 << 14
Numbers = NDArray[np.float64]


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
    given = {item: keyed[item].to_numpy(dtype=float) for item in plan.all_items}
    score, answered = _measured(given, len(people), plan)
    told = {name: people[name].array.repeat(len(plan.measures)) for name in PERSON_WAVE}
    names = Series([*plan.measures], dtype="str").array
    measure = names.take(np.tile(np.arange(len(names)), len(people)))
    table = {**told, "scale": measure, "score": score.ravel(), "answered": answered.ravel()}
    return DataFrame(table, copy=False)


def _is_in_order(people: DataFrame) -> bool:
    """Tell at a glance whether the people of one export stand in order; else they are sorted."""
    if people.empty:
        return True
    one_export = all((people[name].array == people[name].iloc[0]).all() for name in PERSON_WAVE[:2])
    codes = people[PERSON_WAVE[2]].array
    return bool(one_export and (codes[1:] >= codes[:-1]).all())


def _measured(
    given: Mapping[str, Numbers], people: int, plan: Plan
) -> tuple[Numbers, NDArray[np.int64]]:
    """Score people x measures, a few thousand people at a time: so much fits in a cache."""
    place = {measure: at for at, measure in enumerate(plan.measures)}
    score = np.empty((people, len(place)))
    answered = np.empty(score.shape, dtype=np.int64)
    for start in range(0, people, AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        for name, scale in plan.scales.items():
            parts, least = [given[item][rows] for item in scale.items], scale.least_answered
            score[rows, place[name]], answered[rows, place[name]] = _average(parts, least)
        for name, composite in plan.composites.items():
            parts = [score[rows, place[part]] for part in composite.of]
            score[rows, place[name]], answered[rows, place[name]] = _average(parts, composite.least)
    return score, answered


def _average(parts: Sequence[Numbers], least: int) -> tuple[Numbers, NDArray[np.int64]]:
    """Average what is there; too few answers give no score."""
    total = np.zeros(len(parts[0]))
    answered = np.zeros(len(total), dtype=np.int64)
    for part in parts:
        known = ~np.isnan(part)
        total += np.where(known, part, 0.0)
        answered += known
    return total / np.where(answered >= max(least, 1), answered, np.nan), answered
