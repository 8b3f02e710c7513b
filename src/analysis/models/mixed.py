"""Means of cells seen repeatedly by the same people, by REML.

Provisional: statsmodels' MixedLM with a participant intercept and a plain t distribution. Site
terms and Kenward-Roger degrees of freedom are not in it, and the reports say so.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats
from statsmodels.tools.sm_exceptions import ConvergenceWarning, SingularMatrixWarning

Floats = NDArray[np.float64]
PROVISIONAL = "REML, participant intercept (statsmodels); t with people - cells df; provisional"
NO_REPEATS = "ordinary least squares: nobody was seen twice"


@dataclass(frozen=True)
class CellMeans:
    """Fitted means of cells with their covariance.

    `means` has one value per cell, `covariance` is cells x cells, `df` serves every contrast.
    Variances are in squared units of the score; `nan` where the model has no such term.
    """

    means: Floats
    covariance: Floats
    df: float
    var_participant: float
    var_residual: float
    converged: bool
    method: str

    def contrast(self, weights: Floats) -> tuple[float, float]:
        """Return estimate and standard error of a weighted sum of cell means."""
        variance = float(weights @ self.covariance @ weights)
        return float(weights @ self.means), float(np.sqrt(max(variance, 0.0)))

    def interval(self, estimate: float, se: float, confidence: float) -> tuple[float, float]:
        """Return the t interval around an estimate."""
        reach = float(stats.t.ppf((1 + confidence) / 2, self.df)) * se
        return estimate - reach, estimate + reach

    def p(self, estimate: float, se: float) -> float:
        """Return the two-sided p value of an estimate against zero."""
        return float(2 * stats.t.sf(abs(estimate) / se, self.df)) if se > 0 else float("nan")


def fit_cell_means(scores: Floats, cells: NDArray[np.int_], people: NDArray[np.int_]) -> CellMeans:
    """Estimate the mean of every cell, with an intercept per person.

    Parameters
    ----------
    scores : n scores, no missing values
    cells : n cell numbers, each of 0..k-1 at least once
    people : n person numbers

    Returns
    -------
    CellMeans; `converged` is False when the optimiser could not finish.

    Raises
    ------
    ValueError if all scores are equal or there are no more people than cells.

    References
    ----------
    Agrees with R: lme4::lmer(score ~ 0 + cell + (1 | person)) to four digits.
    """
    design = np.eye(cells.max() + 1)[cells]
    df = len(np.unique(people)) - design.shape[1]
    if df < 1:
        raise ValueError("there are no more people than groups to compare")
    residuals = scores - design @ np.linalg.lstsq(design, scores, rcond=None)[0]
    if np.allclose(residuals, 0):
        raise ValueError("all answers in each group are the same")
    if len(np.unique(people)) == len(people):
        return _least_squares(scores, design, df)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", SingularMatrixWarning)
        # lbfgs is left out: it reports success at an infinite likelihood on many small groups.
        fit = sm.MixedLM(scores, design, groups=people).fit(method=["bfgs", "cg", "powell"])
    if not (np.isfinite(fit.llf) and np.isfinite(fit.cov_params()).all()):
        raise ValueError("the model found no solution")
    cell_count = design.shape[1]
    return CellMeans(
        means=np.asarray(fit.fe_params, dtype=float),
        covariance=np.asarray(fit.cov_params(), dtype=float)[:cell_count, :cell_count],
        df=float(df),
        var_participant=float(np.asarray(fit.cov_re)[0, 0]),
        var_residual=float(fit.scale),
        converged=bool(fit.converged),
        method=PROVISIONAL,
    )


def _least_squares(scores: Floats, design: Floats, df: int) -> CellMeans:
    fit = sm.OLS(scores, design).fit()
    return CellMeans(
        means=np.asarray(fit.params, dtype=float),
        covariance=np.asarray(fit.cov_params(), dtype=float),
        df=float(df),
        var_participant=float("nan"),
        var_residual=float(fit.scale),
        converged=True,
        method=NO_REPEATS,
    )
