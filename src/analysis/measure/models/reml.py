"""Fit y = X beta + e, e ~ N(0, V(theta)), by restricted maximum likelihood.

References
----------
Patterson & Thompson (1971) for the criterion; Jennrich & Schluchter (1986) for scoring;
Bates et al. (2015) for how the criterion is written (R's `REMLcrit`).
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from analysis.measure.models.covariance import Covariance, Floats, Solved

MOST_STEPS = 200
SMALLEST_STEP = 1e-10
ROUNDING = 1e-12
SMALLEST_RESIDUAL = 1e-6
SMALLEST_VARIANCE = 1e-10
SMALLEST_CONDITION = 1e-10
TOO_LITTLE = "the data say too little about the variances"


class NoFitError(ValueError):
    """The model cannot be estimated from these data; the message says why."""


@dataclass(frozen=True)
class RemlFit:
    """A fitted model.

    `beta` has p estimates, `covariance` their p x p model-based covariance (Phi), `theta` the K
    parameters of V. `criterion` is -2 times the restricted log likelihood. `score` and the two
    information matrices are those of theta (K and K x K). `P` and `Q` are Kenward and Roger's
    derivatives: P[k] = -X'V^-1 V_k V^-1 X and Q[k, l] = X'V^-1 V_k V^-1 V_l V^-1 X.
    `imbalance` is X'V^-1 (y - X beta), zero up to rounding.
    """

    beta: Floats
    covariance: Floats
    theta: Floats
    names: tuple[str, ...]
    criterion: float
    score: Floats
    observed: Floats
    expected: Floats
    P: Floats
    Q: Floats
    imbalance: Floats
    rows: int
    steps: int
    at_zero: tuple[bool, ...]


@dataclass(frozen=True)
class _Point:
    """The criterion and its pieces at one theta."""

    theta: Floats
    criterion: float
    beta: Floats
    covariance: Floats
    VX: Floats
    residual: Floats
    solved: Solved


@dataclass(frozen=True)
class _Slope:
    """Score and information of theta, and Kenward and Roger's P and Q, at one theta."""

    score: Floats
    observed: Floats
    expected: Floats
    P: Floats
    Q: Floats


def fit_reml(y: Floats, X: Floats, family: Covariance) -> RemlFit:
    """Estimate beta and theta.

    Parameters
    ----------
    y : n observations, none missing
    X : n x p design of full column rank
    family : the covariances of the n rows

    Raises
    ------
    NoFitError if X is not of full rank, nothing varies, the likelihood has no bound because rows
    of one group hardly differ, or no maximum was reached.
    """
    rows, columns = X.shape
    if rows <= columns or np.linalg.matrix_rank(X) < columns:
        raise NoFitError("there are too few rows for the groups that are compared")
    residual = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    variance = float(residual @ residual) / (rows - columns)
    if variance <= 1e-12 * float(np.mean(y**2)):
        raise NoFitError("all answers in each group are the same")
    refusals = []
    for start in _starts(family, variance):
        try:
            return _climb(y, X, family, start)
        except NoFitError as refusal:
            refusals.append(refusal)
    raise refusals[0]


def fit_at(y: Floats, X: Floats, family: Covariance, theta: Floats) -> RemlFit:
    """Return what a fit would say at a given theta, whether or not it is the optimum.

    Raises
    ------
    NoFitError if V is not positive definite there.
    """
    point = _evaluate(y, X, family, theta)
    if point is None:
        raise NoFitError("the variances are impossible")
    return _finish(point, _differentiate(point, family), X, family, 0)


def _starts(family: Covariance, variance: float) -> Iterator[Floats]:
    """Propose starting values: the family's own, then each variance alone with the residual.

    In few rows the criterion may fall without bound towards a residual of zero, beside a maximum
    that is sound and that only some starts lead to.
    """
    start = family.start(variance)
    yield start
    if family.is_variance and len(start) > 2:
        for alone in np.eye(len(start) - 1):
            yield np.append(alone, 1.0) * variance / 2


def _climb(y: Floats, X: Floats, family: Covariance, start: Floats) -> RemlFit:
    """Take steps from a start until none helps."""
    point = _evaluate(y, X, family, start)
    if point is None:
        raise NoFitError("the model could not be started")
    for step in range(MOST_STEPS):
        slope = _differentiate(point, family)
        directions = _directions(point.theta, slope, is_variance=family.is_variance)
        tried = (_search(point, one, y, X, family) for one in directions)
        further = next((one for one in tried if one is not None), None)
        if further is None:
            return _finish(point, slope, X, family, step)
        moved = np.abs(further.theta - point.theta).max()
        point = further
        if family.is_variance and point.theta[-1] < SMALLEST_RESIDUAL * point.theta.sum():
            raise NoFitError("answers within the groups hardly differ")
        if moved <= SMALLEST_STEP * np.abs(point.theta).max():
            return _finish(point, _differentiate(point, family), X, family, step)
    raise NoFitError(f"no maximum was reached in {MOST_STEPS} steps")


def _evaluate(y: Floats, X: Floats, family: Covariance, theta: Floats) -> _Point | None:
    solved = family.at(theta)
    if solved is None:
        return None
    VX = solved.solve(X)
    try:
        factor = linalg.cho_factor(X.T @ VX, lower=True)
    except linalg.LinAlgError:
        return None
    beta = linalg.cho_solve(factor, VX.T @ y)
    left = y - X @ beta
    residual = solved.solve(left[:, None])[:, 0]
    rows, columns = X.shape
    criterion = solved.logdet + 2 * np.log(np.diag(factor[0])).sum() + left @ residual
    criterion += (rows - columns) * np.log(2 * np.pi)
    covariance = linalg.cho_solve(factor, np.eye(columns))
    return _Point(theta, float(criterion), beta, covariance, VX, residual, solved)


def _differentiate(point: _Point, family: Covariance) -> _Slope:
    solved, C, VX, r = point.solved, point.covariance, point.VX, point.residual
    parameters = range(len(point.theta))
    B = [family.times(k, VX) for k in parameters]
    SB = [solved.solve(one) for one in B]
    P = -np.array([VX.T @ one for one in B])
    Q = np.array([[one.T @ other for other in SB] for one in B])
    CP = C @ P
    Vr = np.column_stack([family.times(k, r[:, None])[:, 0] for k in parameters])
    XVr = VX.T @ Vr
    quadratic = Vr.T @ solved.solve(Vr) - XVr.T @ C @ XVr
    score = (r @ Vr - solved.traces() - np.trace(CP, axis1=1, axis2=2)) / 2
    crossed = np.einsum("kab,lba->kl", CP, CP)
    expected = (solved.products() - 2 * np.einsum("ab,klba->kl", C, Q) + crossed) / 2
    return _Slope(score, quadratic - expected, expected, P, Q)


def _directions(theta: Floats, slope: _Slope, *, is_variance: bool) -> Iterator[Floats]:
    """Propose a Newton step on the free parameters, then one of Fisher scoring.

    A variance at zero whose score says it wants to be negative is held there. Newton's step is
    left out where the observed information is not positive definite.
    """
    held = (theta <= 0) & (slope.score <= 0) if is_variance else np.zeros(len(theta), dtype=bool)
    here = np.ix_(~held, ~held)
    step = np.zeros(len(theta))
    with suppress(NoFitError):
        step[~held] = inverse(slope.observed[here]) @ slope.score[~held]
        yield step
    step[~held] = inverse(slope.expected[here]) @ slope.score[~held]
    yield step


def inverse(information: Floats) -> Floats:
    """Invert an information matrix, whatever the units of its parameters.

    Raises
    ------
    NoFitError if it is not positive definite, or so nearly singular that an inverse means nothing.
    """
    diagonal = np.diag(information)
    if not (np.isfinite(diagonal).all() and (diagonal > 0).all()):
        raise NoFitError(TOO_LITTLE)
    scale = 1 / np.sqrt(diagonal)
    values, vectors = linalg.eigh(scale[:, None] * information * scale)
    if len(values) and values[0] < SMALLEST_CONDITION * values[-1]:
        raise NoFitError(TOO_LITTLE)
    half = scale[:, None] * vectors / np.sqrt(values)
    return np.asarray(half @ half.T)


def likeness(X: Floats, family: Covariance) -> Floats:
    """Return how alike the V_k are once the fixed part is taken out: a K x K matrix.

    It is the Gram matrix tr(M V_k M V_l), twice the expected information at V = I, where M
    projects X away; scaled by tr(V_k V_k), so that what the means take out altogether shows. REML
    can tell some parameters apart where their part of it is not singular.

    Raises
    ------
    NoFitError if there are too few rows for the means.
    """
    theta = np.zeros(len(family.names))
    theta[-1] = 1.0
    point = _evaluate(np.zeros(len(X)), X, family, theta)
    if point is None:
        raise NoFitError("there are too few rows for the groups that are compared")
    scale = 1 / np.sqrt(np.diag(point.solved.products()))
    return 2 * scale[:, None] * _differentiate(point, family).expected * scale


def _search(
    point: _Point, direction: Floats, y: Floats, X: Floats, family: Covariance
) -> _Point | None:
    """Halve the step until the criterion does not rise beyond rounding; nothing if none helps."""
    ceiling = point.criterion + ROUNDING * max(1.0, abs(point.criterion))
    size = 1.0
    while size > 1e-10:
        theta = point.theta + size * direction
        if family.is_variance:
            theta = np.where(theta < SMALLEST_VARIANCE * theta.sum(), 0.0, theta)
            theta[-1] = max(theta[-1], point.theta[-1] / 2)
        further = _evaluate(y, X, family, theta)
        if further is not None and further.criterion <= ceiling:
            return further
        size /= 2
    return None


def _finish(point: _Point, slope: _Slope, X: Floats, family: Covariance, steps: int) -> RemlFit:
    at_zero = point.theta <= 0 if family.is_variance else np.zeros(len(point.theta), dtype=bool)
    return RemlFit(
        beta=point.beta,
        covariance=point.covariance,
        theta=point.theta,
        names=family.names,
        criterion=point.criterion,
        score=slope.score,
        observed=slope.observed,
        expected=slope.expected,
        P=slope.P,
        Q=slope.Q,
        imbalance=X.T @ point.residual,
        rows=len(X),
        steps=steps,
        at_zero=tuple(bool(one) for one in at_zero),
    )
