"""Agreement on any table of ratings: units by coders, whatever was rated."""

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.measure.agreement.coefficients import (
    NOMINAL,
    Ratings,
    ac1_error,
    coefficients,
    counts_of,
    tally,
)
from analysis.measure.agreement.distances import (
    alpha_by,
    alpha_by_rank,
    differences,
    interval_distance,
    ratio_distance,
)


def measure_ratings(ratings: DataFrame) -> dict[str, float]:
    """Compute every coefficient for a table of ratings, for exploration beside the findings.

    Parameters
    ----------
    ratings : one row per unit, one column per coder; an empty cell is a rating that is missing

    Returns
    -------
    percent, kappa (Conger's with more than two coders), scott (two coders), fleiss (more),
    brennan_prediger, ac1, ac1_se and alpha (nominal); for numbers also alpha_ordinal and
    alpha_interval, and without numbers below zero alpha_ratio. Not a number where a coefficient
    is undefined, as when only one category was used.

    References
    ----------
    Gwet 2014; Krippendorff 2011.
    """
    values = ratings.to_numpy(dtype=object)
    seen = pd.notna(values)
    categories = sorted(set(values[seen]))
    codes = np.full(values.shape, -1, dtype=np.intp)
    place = {category: number for number, category in enumerate(categories)}
    codes[seen] = [place[value] for value in values[seen]]
    rated = Ratings(codes, len(categories), np.ones(len(codes)))
    unit = np.arange(len(codes))
    once = np.ones((1, len(codes)))
    found = {name: float(v[0]) for name, v in coefficients(tally(rated, unit), once).items()}
    nominal = {name: found[name] for name in NOMINAL}
    return {
        **nominal,
        "ac1_se": float(ac1_error(counts_of(rated))),
        **_by_distance(rated, categories),
    }


def _by_distance(rated: Ratings, categories: list[object]) -> dict[str, float]:
    if not all(isinstance(one, int | float | np.number) for one in categories):
        return {}
    numbers = np.array(categories, dtype=float)
    found = differences(rated, np.arange(len(rated.values)))
    once = np.ones((1, len(rated.values)))
    alphas = {
        "alpha_ordinal": alpha_by_rank(found, once),
        "alpha_interval": alpha_by(interval_distance(numbers), found, once),
    }
    if (numbers >= 0).all():
        alphas["alpha_ratio"] = alpha_by(ratio_distance(numbers), found, once)
    return {name: float(value[0]) for name, value in alphas.items()}
