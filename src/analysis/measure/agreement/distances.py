"""Krippendorff's alpha where some disagreements are larger than others."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.measure.agreement.coefficients import Numbers, Ratings


@dataclass(frozen=True)
class Differences:
    """Disagreeing pairs per drawn unit: their categories and how much each weighs."""

    unit: NDArray[np.intp]
    pair: NDArray[np.intp]
    weight: Numbers
    paired: Numbers
    categories: int


def differences(ratings: Ratings, unit: NDArray[np.intp]) -> Differences:
    """List the pairs of different ratings within units, for the units that are drawn."""
    values, sizes, size = ratings.values, ratings.sizes, ratings.categories
    parts = []
    for one, other in combinations(range(values.shape[1]), 2):
        first, second = values[:, one], values[:, other]
        rows = np.nonzero((first >= 0) & (second >= 0) & (first != second))[0]
        low, high = np.minimum(first, second)[rows], np.maximum(first, second)[rows]
        worth = 2 * ratings.weight[rows] / (sizes[rows] - 1)
        parts.append(np.column_stack([unit[rows], low * size + high, worth]))
    found = np.concatenate(parts) if parts else np.empty((0, 3))
    paired = np.zeros((int(unit.max()) + 1 if len(unit) else 0, size))
    rows, coder = np.nonzero((values >= 0) & (sizes >= 2)[:, None])
    np.add.at(paired, (unit[rows], values[rows, coder]), ratings.weight[rows])
    drawn, pair = found[:, 0].astype(np.intp), found[:, 1].astype(np.intp)
    return Differences(drawn, pair, found[:, 2], paired, size)


def alpha_by(distance: Numbers, found: Differences, weights: Numbers) -> Numbers:
    """Compute alpha once per row of weights, with a fixed distance between categories.

    Parameters
    ----------
    distance : squared or set distance, categories by categories, zero on the diagonal
    """
    apart = np.bincount(
        found.unit, found.weight * distance.ravel()[found.pair], minlength=len(found.paired)
    )
    paired = weights @ found.paired
    observed, total = weights @ apart, paired.sum(axis=1)
    expected = ((paired @ distance) * paired).sum(axis=1)
    return _alpha(observed, expected, total)


def alpha_by_rank(found: Differences, weights: Numbers) -> Numbers:
    """Compute ordinal alpha once per row of weights: distances follow from who gave what."""
    paired = weights @ found.paired
    total = paired.sum(axis=1)
    rank = np.cumsum(paired, axis=1) - paired / 2
    shape = (len(found.paired), found.categories**2)
    cells = sparse.csr_array((found.weight, (found.unit, found.pair)), shape=shape)
    observed = np.zeros(len(weights))
    for pair in np.unique(found.pair):
        low, high = divmod(int(pair), found.categories)
        apart = (rank[:, high] - rank[:, low]) ** 2
        observed += (weights @ cells[:, [pair]].toarray().ravel()) * apart
    mean = (paired * rank).sum(axis=1)
    expected = 2 * (total * (paired * rank**2).sum(axis=1) - mean**2)
    return _alpha(observed, expected, total)


def _alpha(observed: Numbers, expected: Numbers, total: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        value = 1 - (total - 1) * observed / expected
    return np.where(expected > 0, value, np.nan)


def interval_distance(values: Numbers) -> Numbers:
    """Squared difference of the values behind the categories."""
    return np.asarray((values[:, None] - values[None, :]) ** 2)


def ratio_distance(values: Numbers) -> Numbers:
    """Squared difference as a part of the sum; for values of zero and above."""
    total = values[:, None] + values[None, :]
    apart = values[:, None] - values[None, :]
    return np.asarray(np.divide(apart, total, out=np.zeros_like(total), where=total != 0) ** 2)


def label_distances(sets: NDArray[np.bool_]) -> dict[str, Numbers]:
    """Compute Jaccard's and the MASI distance between sets of codes (sets by codes).

    References
    ----------
    Jaccard 1912; Passonneau 2006: one minus Jaccard's overlap times 1, 2/3, 1/3 or 0 for equal,
    nested, crossing and disjoint sets.
    """
    members = sets.astype(float)
    shared, sizes = members @ members.T, members.sum(axis=1)
    either = sizes[:, None] + sizes[None, :] - shared
    overlap = np.divide(shared, either, out=np.ones_like(shared), where=either > 0)
    smaller = np.minimum(sizes[:, None], sizes[None, :])
    nested = np.where(shared == smaller, 2 / 3, np.where(shared > 0, 1 / 3, 0.0))
    factor = np.where(overlap == 1, 1.0, nested)
    return {"jaccard": 1 - overlap, "masi": 1 - overlap * factor}
