"""Small-sample inference about X beta: Kenward-Roger and Satterthwaite.

Both take a RemlFit and weights; nothing is fitted again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg, special, stats

from analysis.measure.models.covariance import Floats
from analysis.measure.models.reml import TOO_LITTLE, NoFitError, RemlFit, inverse

ROUNDING = 1e-10
# As near to two df as this, pbkrtest takes the scale of F to be 1.
AT_TWO = 1e-2


@dataclass(frozen=True)
class Contrast:
    """A weighted sum of coefficients: estimate and standard error in units of y, and its df."""

    estimate: float
    se: float
    df: float

    @property
    def t(self) -> float:
        """The estimate in standard errors."""
        return self.estimate / self.se

    @property
    def p(self) -> float:
        """The two-sided p value against zero."""
        return float(2 * stats.t.sf(abs(self.t), self.df))

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the t interval."""
        reach = float(special.stdtrit(self.df, (1 + confidence) / 2)) * self.se
        return self.estimate - reach, self.estimate + reach


@dataclass(frozen=True)
class FTest:
    """A test that several contrasts are zero together."""

    F: float
    df_between: float
    df_within: float

    @property
    def p(self) -> float:
        """The p value."""
        return float(stats.f.sf(self.F, self.df_between, self.df_within))


@dataclass(frozen=True)
class KenwardRoger:
    """Kenward and Roger's adjusted covariance and degrees of freedom.

    Variances at zero stay in, with the expected information at zero: so does pbkrtest.

    References
    ----------
    Kenward & Roger (1997), Biometrics 53, 983-997; the computation follows Halekoh & Hojsgaard
    (2014), Journal of Statistical Software 59(9). V is linear in theta, so R_ij is zero.
    """

    fit: RemlFit

    @cached_property
    def theta_covariance(self) -> Floats:
        """W: the covariance of theta from the expected information."""
        return inverse(self.fit.expected)

    @cached_property
    def covariance(self) -> Floats:
        """The adjusted covariance of beta: Phi + 2 Phi (sum W_ij (Q_ij - P_i Phi P_j)) Phi."""
        fit, W = self.fit, self.theta_covariance
        PCP = np.einsum("iab,bc,jcd->ijad", fit.P, fit.covariance, fit.P)
        inner = np.einsum("ij,ijab->ab", W, fit.Q - PCP)
        return fit.covariance + 2 * fit.covariance @ inner @ fit.covariance

    def part(self, weights: Floats) -> "Part":
        """Return what a weighted sum of these coefficients adds to a contrast."""
        fit = self.fit
        direction = fit.covariance @ weights
        pull = np.array([direction @ one @ direction for one in fit.P])
        return Part(
            estimate=float(weights @ fit.beta),
            variance=float(weights @ self.covariance @ weights),
            model_variance=float(weights @ direction),
            spread=float(pull @ self.theta_covariance @ pull),
        )

    def contrast(self, weights: Floats) -> Contrast:
        """Return one contrast: with one df between, the scale of F is 1 and its df are 2 / A2.

        Raises
        ------
        NoFitError where the adjusted variance or the df are not positive.
        """
        return together([self.part(weights)])

    def F(self, weights: Floats) -> FTest:
        """Test that the rows of a q x p matrix of weights, of full rank, are all zero.

        Raises
        ------
        NoFitError where the data say too little about the variances for an F to exist.
        """
        return F_together([(self, weights)])

    def traces(self, theta: Floats) -> tuple[float, float]:
        """Return A1 and A2: how much the estimated variances move a test (paper, section 2)."""
        fit, W = self.fit, self.theta_covariance
        T = theta @ fit.covariance @ fit.P @ fit.covariance
        traces = np.trace(T, axis1=1, axis2=2)
        return float(traces @ W @ traces), float(np.sum(W * np.einsum("iab,jba->ij", T, T)))


@dataclass(frozen=True)
class Part:
    """What one fit adds to a contrast over several fits of separate data.

    `variance` is the one that is reported, `model_variance` that of the model, and `spread` the
    variance of the latter's estimate, by the delta method.
    """

    estimate: float
    variance: float
    model_variance: float
    spread: float


def together(parts: Sequence[Part]) -> Contrast:
    """Return the sum of what separate fits say: V falls apart, and so do all its derivatives.

    Raises
    ------
    NoFitError where the variance or the df are not positive.

    References
    ----------
    The df are those of the block-diagonal model, which are Welch and Satterthwaite's (Satterthwaite
    1946, Biometrics Bulletin 2, 110-114).
    """
    estimate, variance, model, spread = np.array(
        [[one.estimate, one.variance, one.model_variance, one.spread] for one in parts]
    ).sum(axis=0)
    df = 2 * model**2 / spread if spread > 0 else 0.0
    return _sound_contrast(float(estimate), float(variance), float(df))


def F_together(parts: Sequence[tuple[KenwardRoger, Floats]]) -> FTest:
    """Test that contrasts over several fits of separate data are all zero.

    Parameters
    ----------
    parts : each fit with the q x p weights of its own p coefficients

    Raises
    ------
    NoFitError where the data say too little about the variances for an F to exist.
    """
    if len(parts[0][1]) == 1:
        one = together([inference.part(weights[0]) for inference, weights in parts])
        return FTest(one.t**2, 1, one.df)
    q = len(parts[0][1])
    estimates, model, adjusted = np.zeros(q), np.zeros((q, q)), np.zeros((q, q))
    for inference, L in parts:
        estimates += L @ inference.fit.beta
        model += L @ inference.fit.covariance @ L.T
        adjusted += L @ inference.covariance @ L.T
    traces = [inference.traces(L.T @ linalg.solve(model, L)) for inference, L in parts]
    scale, within = _scale_and_df(q, *np.sum(traces, axis=0))
    F = scale * float(estimates @ linalg.solve(adjusted, estimates)) / q
    return FTest(F, q, within)


def _scale_and_df(q: int, A1: float, A2: float) -> tuple[float, float]:
    """Match the first two moments of F to a scaled F distribution (paper, section 2).

    The paper's formulas hold beyond the df for which those moments exist, as they must: the F
    of a balanced design is exact there. At two df they are 0 / 0, and the scale is 1. Less
    than one df is no distribution that data of any design could have.
    """
    B = (A1 + 6 * A2) / (2 * q)
    mean = 1 - A2 / q
    with np.errstate(divide="ignore", invalid="ignore"):
        g = ((q + 1) * A1 - (q + 4) * A2) / np.float64((q + 2) * A2)
        below = 3 * q + 2 * (1 - g)
        c = np.array([g, g - q, g - q - 2]) / below
        V0, V1, V2 = np.where(np.abs(1 + c * B) < ROUNDING, 0.0, 1 + c * B)
        ratio = 1.0 if V1 == 0 and abs(mean) < ROUNDING else mean / V1
        within = 4 + (q + 2) / (ratio**2 * V0 / V2 - 1)
        scale = 1.0 if abs(within - 2) < AT_TWO else within * mean / (within - 2)
    if not (scale > 0 and within >= 1 and np.isfinite([scale, within]).all()):
        raise NoFitError(TOO_LITTLE)
    return float(scale), float(within)


@dataclass(frozen=True)
class Satterthwaite:
    """Satterthwaite's degrees of freedom with the model-based covariance.

    Variances at zero are left out: their standard deviations have derivative zero there, as in
    lmerTest. The covariance of theta comes from the observed information.

    References
    ----------
    Giesbrecht & Burns (1985), Biometrics 41, 477-486; several contrasts together after Fai &
    Cornelius (1996), Journal of Statistical Computation and Simulation 54, 363-378.
    """

    fit: RemlFit

    @cached_property
    def _free(self) -> list[int]:
        return [k for k, zero in enumerate(self.fit.at_zero) if not zero]

    @cached_property
    def theta_covariance(self) -> Floats:
        """The covariance of the parameters that are not at zero."""
        return inverse(self.fit.observed[np.ix_(self._free, self._free)])

    def part(self, weights: Floats) -> Part:
        """Return what a weighted sum of these coefficients adds to a contrast."""
        fit = self.fit
        direction = fit.covariance @ weights
        variance = float(weights @ direction)
        slope = -np.array([direction @ fit.P[k] @ direction for k in self._free])
        spread = float(slope @ self.theta_covariance @ slope)
        return Part(float(weights @ fit.beta), variance, variance, spread)

    def contrast(self, weights: Floats) -> Contrast:
        """Return one contrast; NoFitError where its variance or df are not positive."""
        return together([self.part(weights)])

    def F(self, weights: Floats) -> FTest:
        """Test that the rows of a q x p matrix of weights, of full rank, are all zero."""
        variances, vectors = linalg.eigh(weights @ self.fit.covariance @ weights.T)
        rotated = vectors.T @ weights
        F = float(np.mean((rotated @ self.fit.beta) ** 2 / variances))
        dfs = np.array([self.contrast(one).df for one in rotated])
        return FTest(F, len(weights), _combine(dfs))


def _sound_contrast(estimate: float, variance: float, df: float) -> Contrast:
    if not (variance > 0 and df > 0 and np.isfinite([estimate, variance, df]).all()):
        raise NoFitError(TOO_LITTLE)
    return Contrast(estimate, float(np.sqrt(variance)), float(df))


def _combine(dfs: Floats) -> float:
    """Combine the df of independent t tests to that of their F (Fai & Cornelius).

    With two df or fewer for one of them the mean of F does not exist, and lmerTest says two.
    """
    if len(dfs) == 1 or np.ptp(dfs) < 1e-8:
        return float(dfs.mean())
    if dfs.min() <= 2:
        return 2.0
    total = float(np.sum(dfs / (dfs - 2)))
    return 2 * total / (total - len(dfs))
