"""Is a fit what it says it is? Checked from its own numbers, shown with every result."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from analysis.models.reml import RemlFit

LARGEST_DECREMENT = 1e-8
LARGEST_IMBALANCE = 1e-8


@dataclass(frozen=True)
class Certificate:
    """Three properties of a REML optimum.

    `decrement` is the gain in log likelihood that one more Newton step would promise; a variance
    at zero must want to be lower, which `bound_holds` says. `is_maximum` says that the observed
    information of the free parameters is positive definite. `imbalance` is the largest element of
    X'V^-1 (y - X beta), in standard errors: zero for the generalised least squares estimate.
    """

    decrement: float
    bound_holds: bool
    is_maximum: bool
    imbalance: float

    @property
    def is_sound(self) -> bool:
        """Whether the fit is an optimum to the precision that is printed anywhere."""
        return (
            self.decrement <= LARGEST_DECREMENT
            and self.bound_holds
            and self.is_maximum
            and self.imbalance <= LARGEST_IMBALANCE
        )

    def __str__(self) -> str:
        """Say it in one line."""
        word = "sound" if self.is_sound else "not sound"
        shape = "a maximum" if self.is_maximum else "no maximum"
        return f"{word}: {shape}, gain left {self.decrement:.0e}, imbalance {self.imbalance:.0e}"


def certify(fit: RemlFit) -> Certificate:
    """Check a fit from its score, information and estimating equations."""
    free = [k for k, zero in enumerate(fit.at_zero) if not zero]
    bound = [k for k, zero in enumerate(fit.at_zero) if zero]
    information = fit.observed[np.ix_(free, free)]
    score = fit.score[free]
    try:
        factor = linalg.cho_factor(information)
        decrement, is_maximum = float(score @ linalg.cho_solve(factor, score)) / 2, True
    except linalg.LinAlgError:
        decrement, is_maximum = float("inf"), False
    scale = np.sqrt(np.diag(fit.covariance))
    return Certificate(
        decrement=decrement,
        bound_holds=bool((fit.score[bound] <= 0).all()),
        is_maximum=is_maximum,
        imbalance=float(np.abs(fit.imbalance * scale).max()),
    )
