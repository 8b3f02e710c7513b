"""One factor behind the items, by maximum likelihood, for many covariance matrices at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_STEPS = 60
FLAT = 1e-10
AT_BOUND = 1e-6
LONGEST_STEP = 2.0
LEAST_CURVED = 1e-7
# The smallest share of an item's variance a start value gives to the factor, or to error.
LEAST_SHARE = 0.05


@dataclass(frozen=True)
class OneFactor:
    """Fitted models `loadings loadings' + diag(errors)`, one per covariance matrix.

    `found` is false where the likelihood has no clear top; `at_bound` is true where the error
    variance of an item is zero, the best that an admissible model can do (a Heywood case).
    """

    loadings: Numbers
    errors: Numbers
    found: Flags
    at_bound: Flags

    @property
    def omega(self) -> Numbers:
        """The share of the variance of the sum that the factor explains, empty where not found.

        References
        ----------
        McDonald (1999), Test theory: a unified treatment; omega total of a model with one factor.
        """
        explained = self.loadings.sum(axis=1) ** 2
        total = explained + self.errors.sum(axis=1)
        return np.where(self.found, explained, np.nan) / np.where(total > 0, total, np.nan)


def fit_one_factor(covariances: Numbers) -> OneFactor:
    """Fit one factor to each covariance matrix, with error variances that are not negative.

    Parameters
    ----------
    covariances : matrices x items x items, at least three items, no variance zero

    Returns
    -------
    One model per matrix. The likelihood does not depend on the divisor of the covariances: the
    loadings have their scale, omega has none.

    References
    ----------
    Lawley & Maxwell (1971), Factor analysis as a statistical method; Jöreskog (1967) for
    solutions at the bound. Agrees with R: lavaan::cfa.
    """
    sds = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    correlations = covariances / (sds[:, :, None] * sds[:, None, :])
    loadings, errors = _start(correlations)
    flat = _climb(correlations, loadings, errors)
    edge_loadings, edge_errors, edge_misfit, is_one = _at_edge(correlations)
    misfit = _misfit(correlations, loadings, errors)
    at_bound = (edge_misfit < misfit - FLAT) | (~flat & (errors.min(axis=1) < AT_BOUND))
    # An edge that fits as well as a point inside lies on a ridge: the data cannot tell.
    found = np.where(at_bound, is_one, flat & (edge_misfit > misfit + FLAT))
    choice = at_bound[:, None]
    loadings = np.where(choice, edge_loadings, loadings)
    errors = np.where(choice, edge_errors, errors)
    return OneFactor(loadings * sds, errors * sds**2, found, at_bound)


def _climb(correlations: Numbers, loadings: Numbers, errors: Numbers) -> Flags:
    """Move to the top of the likelihood in place, and say which models reached it.

    Newton steps in the loadings and the logarithms of the errors, with every curvature taken as
    positive, halved where they do not help. Those that run to an error of zero are left there.
    """
    flat = np.zeros(len(correlations), dtype=bool)
    active, size = np.arange(len(correlations)), np.ones(len(correlations))
    misfit = _misfit(correlations, loadings, errors)
    # For three items the start is the top, or there is none inside.
    for _ in range(MOST_STEPS if correlations.shape[1] > 3 else 1):
        step, slope = _newton_step(correlations[active], loadings[active], errors[active])
        flat[active] = slope < FLAT
        going = ~flat[active] & (errors[active].min(axis=1) > AT_BOUND) & (size[active] > AT_BOUND)
        active, step = active[going], step[going]
        if not len(active):
            break
        first, second = np.split(step * size[active, None], 2, axis=1)
        tried = loadings[active] + first, errors[active] * np.exp(second)
        result = _misfit(correlations[active], *tried)
        better = result <= misfit[active] + FLAT
        moved = active[better]
        loadings[moved], errors[moved] = tried[0][better], tried[1][better]
        misfit[moved] = result[better]
        size[active] = np.where(better, np.minimum(1, 2 * size[active]), size[active] / 2)
    return flat


def _start(correlations: Numbers) -> tuple[Numbers, Numbers]:
    """Start from Spearman's triads, which for three items are the solution itself.

    References
    ----------
    Harman (1976), Modern factor analysis: communality from all pairs of other items.
    """
    others = correlations - np.eye(correlations.shape[1])
    sums, squares = others.sum(axis=2), (others**2).sum(axis=2)
    rest = sums.sum(axis=1, keepdims=True) - 2 * sums
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = (sums**2 - squares) / rest
    least = AT_BOUND if correlations.shape[1] == 3 else LEAST_SHARE
    shares = np.clip(np.nan_to_num(shares, nan=0.5), least, 1 - least)
    leading = np.linalg.eigh(correlations)[1][:, :, -1]
    return np.sqrt(shares) * np.where(leading < 0, -1.0, 1.0), 1 - shares


def _newton_step(
    correlations: Numbers, loadings: Numbers, errors: Numbers
) -> tuple[Numbers, Numbers]:
    """Return the next step of each model and the steepest slope it still has.

    With W the inverse of V and P = W - WRW, the slope of log|V| + tr(WR) is tr(P V_i) and its
    curvature tr(W V_i Q V_j) + tr(P V_ij) with Q = W - 2P, symmetric in i and j.
    """
    weighted = loadings / errors
    total = 1 + (loadings * weighted).sum(axis=1)[:, None, None]
    inverse = -weighted[:, :, None] * weighted[:, None, :] / total
    inverse[:, *np.diag_indices(loadings.shape[1])] += 1 / errors
    pull = inverse - inverse @ correlations @ inverse
    bent = inverse - 2 * pull
    column, row, scale = loadings[:, :, None], loadings[:, None, :], errors[:, None, :]
    by_loading = 2 * (pull @ column)[:, :, 0]
    by_error = np.diagonal(pull, axis1=1, axis2=2) * errors
    slope = np.concatenate([by_loading, by_error], axis=1)
    seen, curved = inverse @ column, bent @ column
    crossed = seen @ np.swapaxes(curved, 1, 2)
    own = (row @ seen) * bent + (row @ curved) * inverse + 2 * pull
    own += crossed + np.swapaxes(crossed, 1, 2)
    corner = (inverse * np.swapaxes(curved, 1, 2) + bent * np.swapaxes(seen, 1, 2)) * scale
    last = inverse * bent * scale * np.swapaxes(scale, 1, 2)
    last[:, *np.diag_indices(loadings.shape[1])] += by_error
    curvature = np.block([[own, corner], [np.swapaxes(corner, 1, 2), last]])
    curves, axes = np.linalg.eigh(curvature)
    along = (np.swapaxes(axes, 1, 2) @ slope[:, :, None])[:, :, 0]
    step = -(axes @ (along / np.maximum(np.abs(curves), LEAST_CURVED))[:, :, None])[:, :, 0]
    step /= np.maximum(1, np.abs(step).max(axis=1, keepdims=True) / LONGEST_STEP)
    return step, np.abs(slope).max(axis=1)


def _at_edge(correlations: Numbers) -> tuple[Numbers, Numbers, Numbers, Flags]:
    """Fit the models in which one item is the factor itself; keep the best, if it is but one.

    The others then regress on that item, so that the fit is exact: log|V| is the sum of
    log(1 - r squared).
    """
    own = np.eye(correlations.shape[1], dtype=bool)
    left = np.where(own, 1.0, 1 - correlations**2)
    with np.errstate(divide="ignore"):
        misfits = np.log(np.clip(left, 0, None)).sum(axis=2)
    best, rows = misfits.argmin(axis=1), np.arange(len(correlations))
    loadings, misfit = correlations[rows, best], misfits[rows, best]
    is_one = ((misfits <= misfit[:, None] + FLAT).sum(axis=1) == 1) | np.isneginf(misfit)
    return loadings, np.clip(1 - loadings**2, 0, None), misfit, is_one


def _misfit(correlations: Numbers, loadings: Numbers, errors: Numbers) -> Numbers:
    """Return log|V| + tr(inverse(V) R) less the number of items, infinite where V is singular."""
    weighted = loadings / errors
    total = 1 + (loadings * weighted).sum(axis=1)
    shared = np.einsum("ni,nij,nj->n", weighted, correlations, weighted) / total
    log_size = np.log(errors).sum(axis=1) + np.log(total)
    return log_size + (1 / errors).sum(axis=1) - shared - errors.shape[1]
