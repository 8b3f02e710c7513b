"""Is a fit what it says it is? Worked out anew and shown with every result."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg

from analysis.measure.models.covariance import Covariance, Floats
from analysis.measure.models.grouped import Grouped
from analysis.measure.models.peer import criterion_of_statsmodels
from analysis.measure.models.reml import NoFitError, RemlFit, fit_at, inverse

LARGEST_DECREMENT = 1e-8
LARGEST_IMBALANCE = 1e-8
LARGEST_DISTANCE = 1e-4
LARGEST_PULL = 1e-6


@dataclass(frozen=True)
class Certificate:
    """Four properties of a REML optimum.

    `decrement` is the gain in log likelihood that one more Newton step would promise; a variance
    at zero must want to be lower, up to rounding, which `bound_holds` says. `is_maximum` says that
    the observed information of the free parameters is positive definite. `imbalance` is the largest
    element of X'V^-1 (y - X beta), in standard errors: zero for the generalised least squares
    estimate. `distance` is between our criterion and that of statsmodels, empty where it was not
    asked.
    """

    decrement: float
    bound_holds: bool
    is_maximum: bool
    imbalance: float
    distance: float | None = None

    @property
    def is_sound(self) -> bool:
        """Whether the fit is an optimum to the precision that is printed anywhere."""
        return (
            self.decrement <= LARGEST_DECREMENT
            and self.bound_holds
            and self.is_maximum
            and self.imbalance <= LARGEST_IMBALANCE
            and (self.distance is None or self.distance <= LARGEST_DISTANCE)
        )

    def __str__(self) -> str:
        """Say it in one line."""
        word = "sound" if self.is_sound else "not sound"
        shape = "a maximum" if self.is_maximum else "no maximum"
        peer = "not compared with" if self.distance is None else f"{self.distance:.0e} from"
        return (
            f"{word}: {shape}, gain left {self.decrement:.0e}, imbalance {self.imbalance:.0e}, "
            f"{peer} statsmodels"
        )


def certify(fit: RemlFit) -> Certificate:
    """Check a fit from its score, information and estimating equations."""
    free = [k for k, zero in enumerate(fit.at_zero) if not zero]
    bound = [k for k, zero in enumerate(fit.at_zero) if zero]
    information = fit.observed[np.ix_(free, free)]
    score = fit.score[free]
    try:
        decrement, is_maximum = float(score @ inverse(information) @ score) / 2, True
    except NoFitError:
        decrement, is_maximum = float("inf"), False
    scale = np.sqrt(np.diag(fit.covariance))
    return Certificate(
        decrement=decrement,
        bound_holds=bool((fit.score[bound] * fit.theta.sum() <= LARGEST_PULL).all()),
        is_maximum=is_maximum,
        imbalance=float(np.abs(fit.imbalance * scale).max()),
    )


def certify_with_peer(fit: RemlFit, y: Floats, X: Floats, family: Covariance) -> Certificate:
    """Certify the theta and beta of a fit, with score and equations worked out anew from the data.

    statsmodels is asked for its criterion where it can tell.

    Parameters
    ----------
    y, X, family : what the model was fitted to

    Raises
    ------
    NoFitError if the variances of the fit are impossible.
    """
    again = fit_at(y, X, family, fit.theta)
    apart = linalg.solve(again.covariance, again.beta - fit.beta, assume_a="pos")
    own = certify(replace(again, imbalance=again.imbalance + apart))
    if not isinstance(family, Grouped):
        return own
    peer = criterion_of_statsmodels(fit, y, X, family)
    return replace(own, distance=None if peer is None else abs(peer - fit.criterion))
