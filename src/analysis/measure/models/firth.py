"""Logistic regression that stays finite when a group leaves no doubt: Firth's penalty.

References
----------
Firth (1993), Biometrika 80, 27-38; Heinze & Schemper (2002), Statistics in Medicine 21,
2409-2419, for the penalised likelihood ratio test and the profile interval (R: logistf).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from analysis.measure.models.covariance import Floats
from analysis.measure.models.reml import NoFitError, inverse

MOST_STEPS = 200
LARGEST_STEP = 5.0
FURTHEST = 60.0
SMALLEST_STEP = 1e-8
# Near the maximum a step changes the likelihood by less than its own rounding.
ROUNDING = 1e-10
HALVED = tuple(0.5**n for n in range(30))


@dataclass(frozen=True)
class FirthFit:
    """A fitted model: p log odds ratios and their penalised log likelihood."""

    y: Floats
    X: Floats
    beta: Floats
    covariance: Floats
    likelihood: float

    def p(self, *columns: int) -> float:
        """Return the penalised likelihood ratio p value of some coefficients being zero."""
        return float(stats.chi2.sf(self.chi2(*columns), len(columns)))

    def chi2(self, *columns: int) -> float:
        """Return twice the penalised log likelihood that is lost without some coefficients."""
        start = self.beta.copy()
        start[[*columns]] = 0.0
        return 2 * (self.likelihood - self._held(start, columns))

    def interval(self, column: int, confidence: float = 0.95) -> tuple[float, float]:
        """Return the profile penalised likelihood interval of one coefficient."""
        most = float(stats.chi2.ppf(confidence, 1))
        step = float(np.sqrt(self.covariance[column, column]))

        def excess(value: float) -> float:
            start = self.beta.copy()
            start[column] = value
            return 2 * (self.likelihood - self._held(start, (column,))) - most

        return self._end(excess, column, -step), self._end(excess, column, step)

    def _end(self, excess: Callable[[float], float], column: int, step: float) -> float:
        """Walk away from the estimate until the likelihood has dropped enough, then go back."""
        near = float(self.beta[column])
        far = near + step
        while excess(far) < 0:
            if abs(far) >= FURTHEST:
                return float(np.copysign(np.inf, step))
            step *= 1.5
            near, far = far, float(np.clip(far + step, -FURTHEST, FURTHEST))
        return float(optimize.brentq(excess, near, far, xtol=1e-8))

    def _held(self, start: Floats, columns: tuple[int, ...]) -> float:
        free = [k for k in range(len(start)) if k not in columns]
        return _maximise(self.y, self.X, start, free)[1]


def fit_firth(y: Floats, X: Floats) -> FirthFit:
    """Estimate log odds ratios by penalised maximum likelihood.

    Parameters
    ----------
    y : n outcomes, 0 or 1
    X : n x p design of full column rank

    Raises
    ------
    NoFitError if X is not of full rank or no maximum was reached.
    """
    if len(y) <= X.shape[1] or np.linalg.matrix_rank(X) < X.shape[1]:
        raise NoFitError("there are too few rows for the terms of the model")
    beta, likelihood = _maximise(y, X, np.zeros(X.shape[1]), [*range(X.shape[1])])
    covariance = inverse(_information(X, _chances(X, beta)))
    return FirthFit(y, X, beta, covariance, likelihood)


def _maximise(y: Floats, X: Floats, start: Floats, free: list[int]) -> tuple[Floats, float]:
    """Climb the penalised likelihood over the free coefficients, the others held."""
    beta, here = start, _likelihood(y, X, start)
    for _ in range(MOST_STEPS):
        direction = _step(y, X, beta, free)
        if np.abs(direction).max() <= SMALLEST_STEP:
            return beta, here
        further = next(
            (
                (beta + size * direction, there)
                for size in HALVED
                if (there := _likelihood(y, X, beta + size * direction)) >= here - ROUNDING
            ),
            None,
        )
        if further is None:
            break
        beta, here = further
    raise NoFitError(f"no maximum was reached in {MOST_STEPS} steps")


def _step(y: Floats, X: Floats, beta: Floats, free: list[int]) -> Floats:
    """Return a Newton step on Firth's score X'(y - p + h (1/2 - p)), h the leverages."""
    p = _chances(X, beta)
    weights = p * (1 - p)
    information = _information(X, p)
    leverages = weights * np.einsum("ij,jk,ik->i", X, inverse(information), X)
    score = X.T @ (y - p + leverages * (0.5 - p))
    direction = np.zeros(len(beta))
    direction[free] = inverse(information[np.ix_(free, free)]) @ score[free]
    return direction * min(1.0, LARGEST_STEP / max(np.abs(direction).max(), SMALLEST_STEP))


def _chances(X: Floats, beta: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(X @ beta, -30, 30))), dtype=np.float64)


def _information(X: Floats, p: Floats) -> Floats:
    return np.asarray((X * (p * (1 - p))[:, None]).T @ X, dtype=np.float64)


def _likelihood(y: Floats, X: Floats, beta: Floats) -> float:
    p = _chances(X, beta)
    fit = float(np.sum(y * np.log(p) + (1 - y) * np.log1p(-p)))
    return fit + float(np.linalg.slogdet(_information(X, p))[1]) / 2
