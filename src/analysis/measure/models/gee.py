"""Generalised estimating equations: means with an exchangeable working correlation.

References
----------
Liang & Zeger (1986), Biometrika 73, 13-22; the covariance for few clusters is that of Mancl &
DeRouen (2001), Biometrics 57, 126-134. Correlation and scale are moment estimates without
correction for df, as in R's geepack.
"""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from analysis.measure.models.covariance import Floats, Whole
from analysis.measure.models.inference import Contrast
from analysis.measure.models.reml import NoFitError

MOST_STEPS = 100


@dataclass(frozen=True)
class GeeFit:
    """Coefficients with their robust covariance (Liang-Zeger) and the corrected one."""

    beta: Floats
    robust: Floats
    covariance: Floats
    correlation: float
    scale: float
    clusters: int

    def contrast(self, weights: Floats) -> Contrast:
        """Return one contrast with the corrected covariance; df are clusters less coefficients."""
        se = float(np.sqrt(weights @ self.covariance @ weights))
        df = float(self.clusters - len(self.beta))
        return Contrast(float(weights @ self.beta), se, df)


def fit_gee(y: Floats, X: Floats, clusters: Whole) -> GeeFit:
    """Estimate means that are correlated within clusters.

    Parameters
    ----------
    y : n observations, none missing
    X : n x p design of full column rank
    clusters : n cluster numbers

    Raises
    ------
    NoFitError if there are no more clusters than coefficients, nothing varies, the correlation
    cannot be that of any data, or nothing converges.
    """
    blocks = _blocks(clusters)
    count = sum(len(rows) for rows in blocks)
    if count <= X.shape[1] or np.linalg.matrix_rank(X) < X.shape[1]:
        raise NoFitError("there are too few people for the groups that are compared")
    correlation = 0.0
    for _ in range(MOST_STEPS):
        beta, bread = _solve(y, X, blocks, correlation)
        residual = y - X @ beta
        scale = float(residual @ residual) / len(y)
        if scale <= 1e-12 * max(1.0, float(np.mean(y**2))):
            raise NoFitError("all answers in each group are the same")
        before, correlation = correlation, _correlation(residual, blocks, scale)
        if abs(correlation - before) < 1e-12:
            robust, corrected = _sandwich(X, residual, blocks, correlation, bread)
            return GeeFit(beta, robust, corrected, correlation, scale, count)
    raise NoFitError(f"nothing converged in {MOST_STEPS} steps")


def _blocks(clusters: Whole) -> list[Whole]:
    """Return, per size of cluster, a clusters x size matrix of row numbers."""
    order = np.argsort(clusters, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1)
    sizes = sorted({len(part) for part in parts})
    return [np.array([part for part in parts if len(part) == size]) for size in sizes]


def _correlation(residual: Floats, blocks: list[Whole], scale: float) -> float:
    products = pairs = 0.0
    largest = 1
    for rows in blocks:
        here = residual[rows]
        products += float((here.sum(axis=1) ** 2 - (here**2).sum(axis=1)).sum()) / 2
        pairs += rows.shape[0] * rows.shape[1] * (rows.shape[1] - 1) / 2
        largest = max(largest, rows.shape[1])
    if pairs == 0:
        return 0.0
    found = products / pairs / scale
    if not -1 / max(1, largest - 1) < found < 1:
        raise NoFitError("the correlation within people cannot be estimated")
    return found


def _inverse(size: int, correlation: float) -> Floats:
    return linalg.inv((1 - correlation) * np.eye(size) + correlation)


def _solve(y: Floats, X: Floats, blocks: list[Whole], correlation: float) -> tuple[Floats, Floats]:
    """Return the coefficients and (X'V^-1 X)^-1 at one correlation."""
    columns = X.shape[1]
    left, right = np.zeros((columns, columns)), np.zeros(columns)
    for rows in blocks:
        weighted = np.einsum("ab,cbk->cak", _inverse(rows.shape[1], correlation), X[rows])
        left += np.einsum("cak,cal->kl", weighted, X[rows])
        right += np.einsum("cak,ca->k", weighted, y[rows])
    bread = linalg.inv(left)
    return bread @ right, bread


def _sandwich(
    X: Floats, residual: Floats, blocks: list[Whole], correlation: float, bread: Floats
) -> tuple[Floats, Floats]:
    """Return the robust covariance without and with Mancl and DeRouen's (I - H)^-1."""
    plain, corrected = np.zeros_like(bread), np.zeros_like(bread)
    for rows in blocks:
        inverse = _inverse(rows.shape[1], correlation)
        weighted = np.einsum("ab,cbk->cak", inverse, X[rows])
        leverage = np.einsum("cak,kl,cbl->cab", X[rows], bread, weighted)
        ours = residual[rows][:, :, None]
        freed = np.linalg.solve(np.eye(rows.shape[1]) - leverage, ours)
        for meat, left in ((plain, ours), (corrected, freed)):
            scores = np.einsum("cak,ca->ck", weighted, left[:, :, 0])
            meat += scores.T @ scores
    return bread @ plain @ bread, bread @ corrected @ bread
