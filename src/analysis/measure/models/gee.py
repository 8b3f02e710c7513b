"""Generalised estimating equations: means with an exchangeable working correlation.

References
----------
Liang & Zeger (1986), Biometrika 73, 13-22; the covariance for few clusters is that of Mancl &
DeRouen (2001), Biometrics 57, 126-134. statsmodels fits them; correlation and scale are moment
estimates without correction for df, as in R's geepack.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from statsmodels.genmod.cov_struct import Exchangeable, Independence
from statsmodels.genmod.generalized_estimating_equations import GEE, GEEResults

from analysis.measure.models.covariance import Floats, Whole
from analysis.measure.models.inference import Contrast
from analysis.measure.models.reml import NoFitError

MOST_STEPS = 100
# Of the estimating equations, so that ten digits of the covariance agree with R's.
SMALLEST_STEP = 1e-11


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
    sizes = np.unique(clusters, return_counts=True)[1]
    if len(sizes) <= X.shape[1] or np.linalg.matrix_rank(X) < X.shape[1]:
        raise NoFitError("there are too few people for the groups that are compared")
    left = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    if left @ left <= 1e-12 * len(y) * max(1.0, float(np.mean(y**2))):
        raise NoFitError("all answers in each group are the same")
    found = _estimated(y, X, clusters)
    correlation = float(found.cov_struct.dep_params or 0.0)
    if not -1 / max(1, sizes.max() - 1) < correlation < 1:
        raise NoFitError("the correlation within people cannot be estimated")
    if not found.converged:
        raise NoFitError(f"nothing converged in {MOST_STEPS} steps")
    scale = float(found.scale)
    return GeeFit(
        found.params, found.cov_robust, found.cov_robust_bc, correlation, scale, len(sizes)
    )


def _estimated(y: Floats, X: Floats, clusters: Whole) -> GEEResults:
    is_seen_twice = len(np.unique(clusters)) < len(clusters)
    within = Exchangeable() if is_seen_twice else Independence()
    model = GEE(y, X, groups=clusters, cov_struct=within)
    # What it warns of, a correlation that no data can have or no convergence, is refused above.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return model.fit(
                cov_type="bias_reduced", maxiter=MOST_STEPS, ctol=SMALLEST_STEP, ddof_scale=0
            )
        except np.linalg.LinAlgError as error:
            raise NoFitError("one person is a whole group by themselves") from error
