"""Ordered answers: a cumulative-link (logit) mixed model with an intercept per person.

P(answer <= j) = logistic(threshold_j - x'beta - sd * u), u ~ N(0, 1), with u integrated out by
`quadrature`.

References
----------
Hedeker & Gibbons (1994), Biometrics 50, 933-944, for the model; R's `ordinal::clmm` for the
parametrisation, and for the maximum: that of the quadrature, whose nodes move.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg

from analysis.measure.models.covariance import Floats, Whole
from analysis.measure.models.quadrature import OrderedAnswers, Point, Slope
from analysis.measure.models.reml import NoFitError

MOST_STEPS = 100
SMALLEST_GAIN = 1e-11
SMALL = 1e-5
LEAST_CURVED = 1e-6
LONGEST_STEP = 5.0
FURTHEST = 20.0


@dataclass(frozen=True)
class OrdinalFit:
    """A fitted model; the parameters stand in the order thresholds, beta, sd.

    `beta` are log odds of a higher answer. `covariance` is the inverse of the observed
    information, `influence` what each person adds to each parameter (people x parameters), whose
    cross-product is the robust covariance.
    """

    thresholds: Floats
    beta: Floats
    sd: float
    log_likelihood: float
    covariance: Floats
    influence: Floats
    steps: int

    @cached_property
    def se(self) -> Floats:
        """Model-based standard errors of all parameters."""
        return np.sqrt(np.diag(self.covariance))

    def coefficients(self, weights: Floats) -> Floats:
        """Write weights of beta as weights of all parameters."""
        return np.concatenate([np.zeros(len(self.thresholds)), weights, [0.0]])


def fit_ordinal(answers: Whole, X: Floats, people: Whole) -> OrdinalFit:
    """Estimate thresholds, beta and the spread of people.

    Parameters
    ----------
    answers : n answers 0..J - 1, each of them given at least once
    X : n x p design without intercept, which the thresholds hold
    people : n person numbers 0..G - 1

    Raises
    ------
    NoFitError if all answers are the same, a group answered at one end only, people hardly differ
    from themselves, or no maximum was reached.
    """
    problem = OrderedAnswers.of(answers, X, people)
    if problem.levels < 2:
        raise NoFitError("all answers are the same")
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(X)), X])) <= X.shape[1]:
        raise NoFitError("the groups that are compared overlap")
    point = problem.evaluate(problem.start())
    if point is None:
        raise NoFitError("the model could not be started")
    for step in range(MOST_STEPS):
        slope = problem.differentiate(point)
        direction = _direction(slope)
        if float(direction @ slope.gradient) / 2 <= SMALLEST_GAIN:
            return _finish(problem, point, slope, step)
        further = _search(problem, point, direction)
        if further is None:
            break
        point = further
        sd = float(point.theta[-1])
        if sd > FURTHEST:
            raise NoFitError("people hardly waver between answers")
        # Differences between people stretch the scale on which the others are.
        if np.abs(point.theta).max() > FURTHEST * np.hypot(1.0, sd * np.sqrt(3) / np.pi):
            raise NoFitError("all answers of a group lie at one end")
    raise NoFitError("no maximum was reached")


def _direction(slope: Slope) -> Floats:
    """Return a Newton step with every curvature taken as positive, so that it climbs."""
    curves, axes = np.linalg.eigh(slope.information)
    step = axes @ ((axes.T @ slope.gradient) / np.maximum(np.abs(curves), LEAST_CURVED))
    return np.asarray(step / max(1.0, float(np.abs(step).max()) / LONGEST_STEP))


def _search(problem: OrderedAnswers, point: Point, direction: Floats) -> Point | None:
    """Halve the step until the log likelihood does not fall beyond rounding."""
    floor = point.log_likelihood - 1e-9 * max(1.0, abs(point.log_likelihood))
    size = 1.0
    while size > 1e-8:
        theta = point.theta + size * direction
        theta[-1] = abs(theta[-1])
        further = problem.evaluate(theta, point.modes)
        if further is not None and further.log_likelihood >= floor:
            return further
        size /= 2
    return None


def _information(problem: OrderedAnswers, point: Point) -> Floats:
    """Return minus the second derivative, nodes moving: central differences of the scores.

    Parameters that no person has in common, such as those of two regions, move in one step.

    References
    ----------
    Curtis, Powell & Reid (1974), IMA Journal of Applied Mathematics 13, 117-119.
    """

    def scores(step: Floats) -> Floats:
        moved = problem.evaluate(point.theta + step, point.modes)
        if moved is None:
            raise NoFitError("the answers do not determine the model")
        return problem.scores(moved)

    curve = np.empty(2 * [len(point.theta)])
    for together in _apart(problem.concerned):
        step: Floats = np.where(np.isin(np.arange(len(curve)), together), SMALL, 0.0)
        whose = problem.concerned[:, together].T
        curve[together] = whose @ (scores(-step) - scores(step)) / (2 * SMALL)
    return (curve + curve.T) / 2


def _apart(concerned: Floats) -> list[list[int]]:
    """Part the parameters into groups in which each person is concerned by one at most."""
    groups: list[list[int]] = []
    shared = concerned.T @ concerned
    for place, others in enumerate(shared):
        free = (group for group in groups if not others[group].any())
        if (group := next(free, None)) is None:
            groups.append(group := [])
        group.append(place)
    return groups


def _finish(problem: OrderedAnswers, point: Point, slope: Slope, steps: int) -> OrdinalFit:
    try:
        information = _information(problem, point)
        covariance = linalg.inv(linalg.cholesky(information, lower=True))
    except linalg.LinAlgError:
        raise NoFitError("the answers do not determine the model") from None
    covariance = covariance.T @ covariance
    cuts = problem.levels - 1
    return OrdinalFit(
        thresholds=point.theta[:cuts],
        beta=point.theta[cuts:-1],
        sd=float(point.theta[-1]),
        log_likelihood=point.log_likelihood,
        covariance=covariance,
        influence=slope.scores @ covariance,
        steps=steps,
    )
