"""Answers to scores: the rule is in the plan, the code only applies it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series

from analysis.collect.survey import PERSON_WAVE, Forms
from analysis.plan.study import Plan

Numbers = NDArray[np.float64]


def score(forms: Forms, plan: Plan) -> DataFrame:
    """Score every scale and composite for every participant at every wave.

    Returns
    -------
    One row per region, wave, participant and scale or composite; `score` is the mean of the
    answered items (of the scores, for a composite) and empty when fewer than the plan's least
    number were answered; `answered` counts them.
    """
    keyed = forms.keyed(plan)
    scores, answered = {}, {}
    for name, scale in plan.scales.items():
        parts = [keyed[item].to_numpy(dtype=float) for item in scale.items]
        scores[name], answered[name] = _average(parts, scale.least_answered)
    for name, composite in plan.composites.items():
        parts = [scores[part] for part in composite.of]
        scores[name], answered[name] = _average(parts, composite.least)
    people = forms.respondents[PERSON_WAVE].reset_index(drop=True)
    # The last key of lexsort counts first.
    order = np.lexsort([people[key].factorize(sort=True)[0] for key in reversed(PERSON_WAVE)])
    measures = Series([*plan.measures])
    return (
        people.take(order.repeat(len(measures)))
        .reset_index(drop=True)
        .assign(
            scale=measures.take(np.tile(measures.index, len(order))).array,
            score=_beside([scores[name] for name in measures], people)[order].ravel(),
            answered=_beside([answered[name] for name in measures], people)[order].ravel(),
        )
    )


def _beside(columns: Sequence[NDArray[Any]], people: DataFrame) -> NDArray[Any]:
    """Lay columns beside each other, a row per person; a plan of conversations has none."""
    return np.array(columns).reshape(len(columns), len(people)).T


def _average(parts: Sequence[Numbers], least: int) -> tuple[Numbers, NDArray[np.int64]]:
    """Average what is there; too few answers give no score."""
    given = np.array(parts)
    is_empty = np.isnan(given)
    given[is_empty] = 0
    answered = len(parts) - is_empty.sum(axis=0)
    return given.sum(axis=0) / np.where(answered >= least, answered, np.nan), answered
