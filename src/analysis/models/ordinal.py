"""Ordered answers: a cumulative-link (logit) mixed model with an intercept per person.

P(answer <= j) = logistic(threshold_j - x'beta - sd * u), u ~ N(0, 1). The integral over u is
taken by adaptive Gauss-Hermite quadrature: the nodes are put where each person's u is likely.

References
----------
Hedeker & Gibbons (1994), Biometrics 50, 933-944, for the model; Pinheiro & Bates (1995), Journal
of Computational and Graphical Statistics 4, 12-35, for the quadrature; R's `ordinal::clmm` for
the parametrisation.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.polynomial.hermite import hermgauss
from scipy import linalg, special

from analysis.models.covariance import Floats, Whole
from analysis.models.reml import NoFitError

NODES = 10
MOST_STEPS = 100
SMALLEST_GAIN = 1e-11
FURTHEST = 20.0
SMALLEST_CHANCE = 1e-100


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
    NoFitError if all answers are the same, a group answered at one end only, or no maximum was
    reached.
    """
    problem = _Problem.of(answers, X, people)
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
        if np.abs(further.theta).max() > FURTHEST:
            raise NoFitError("all answers of a group lie at one end")
        point = further
    raise NoFitError("no maximum was reached")


@dataclass(frozen=True)
class _Point:
    """The log likelihood at one theta, its nodes (people x Q) and their posterior weights."""

    theta: Floats
    log_likelihood: float
    nodes: Floats
    posterior: Floats
    modes: Floats


@dataclass(frozen=True)
class _Slope:
    """Scores per person and minus the second derivative, with the nodes where they are."""

    scores: Floats
    information: Floats

    @property
    def gradient(self) -> Floats:
        return self.scores.sum(axis=0)


@dataclass(frozen=True)
class _Rows:
    """Per row and node: the log probability and its derivatives to both ends of the answer."""

    log: Floats
    a: Floats
    b: Floats
    aa: Floats
    bb: Floats

    @property
    def first(self) -> Floats:
        return self.a - self.b

    @property
    def second(self) -> Floats:
        return self.aa + self.bb + 2 * self.a * self.b


@dataclass(frozen=True)
class _Problem:
    """The data, sorted by person."""

    answers: Whole
    X: Floats
    people: Whole
    levels: int

    @classmethod
    def of(cls, answers: Whole, X: Floats, people: Whole) -> "_Problem":
        order = np.argsort(people, kind="stable")
        return cls(answers[order], X[order], people[order], int(answers.max()) + 1)

    @cached_property
    def starts(self) -> Whole:
        return np.flatnonzero(np.diff(self.people, prepend=-1))

    @cached_property
    def ends(self) -> tuple[Floats, Floats]:
        """Derivatives of the upper and the lower end of each answer to the thresholds."""
        given = np.eye(self.levels)[self.answers]
        return given[:, :-1], given[:, 1:]

    def start(self) -> Floats:
        below = np.cumsum(np.bincount(self.answers))[:-1] / len(self.answers)
        return np.concatenate([special.logit(below), np.zeros(self.X.shape[1]), [1.0]])

    def evaluate(self, theta: Floats) -> _Point | None:
        """Return the point at theta, or nothing where the thresholds are out of order."""
        if (np.diff(theta[: self.levels - 1]) <= 0).any():
            return None
        modes, spread = self._modes(theta)
        x, w = hermgauss(NODES)
        nodes = modes[:, None] + np.sqrt(2) * spread[:, None] * x
        log = self._per_person(self._rows(theta, nodes).log)
        log += np.log(w) + x**2 + np.log(spread)[:, None] - nodes**2 / 2 - np.log(np.pi) / 2
        whole = special.logsumexp(log, axis=1)
        return _Point(theta, float(whole.sum()), nodes, np.exp(log - whole[:, None]), modes)

    def _modes(self, theta: Floats) -> tuple[Floats, Floats]:
        """Find each person's most likely u and its spread, by Newton's method kept in brackets.

        The slope falls from one end to the other, and is within sd times the answers of -u.
        """
        sd, modes = theta[-1], np.zeros(len(self.starts))
        high = sd * np.diff([*self.starts, len(self.people)]) + 1
        low = -high
        for _ in range(MOST_STEPS):
            rows = self._rows(theta, modes[:, None])
            slope = -sd * self._per_person(rows.first)[:, 0] - modes
            curvature = 1 - sd**2 * self._per_person(rows.second)[:, 0]
            low, high = np.where(slope > 0, modes, low), np.where(slope > 0, high, modes)
            further = modes + slope / curvature
            outside = (further <= low) | (further >= high)
            before, modes = modes, np.where(outside, (low + high) / 2, further)
            if np.abs(modes - before).max() < 1e-9:
                break
        return modes, 1 / np.sqrt(curvature)

    def _rows(self, theta: Floats, nodes: Floats) -> _Rows:
        bounds = np.concatenate([[-np.inf], theta[: self.levels - 1], [np.inf]])
        shift = (self.X @ theta[self.levels - 1 : -1])[:, None] + theta[-1] * nodes[self.people]
        upper, lower = bounds[self.answers + 1][:, None] - shift, bounds[self.answers][:, None]
        lower = lower - shift
        # Far above the middle the two probabilities are both nearly 1: subtract the other tails.
        flip = np.where(lower > 0, -1.0, 1.0)
        chance = flip * (special.expit(flip * upper) - special.expit(flip * lower))
        chance = np.maximum(chance, SMALLEST_CHANCE)
        F, f = special.expit(upper), special.expit(lower)
        a, b = F * special.expit(-upper) / chance, f * special.expit(-lower) / chance
        aa, bb = a * (1 - 2 * F) - a**2, -b * (1 - 2 * f) - b**2
        return _Rows(np.log(chance), a, b, aa, bb)

    def _per_person(self, rows: Floats) -> Floats:
        return np.add.reduceat(rows, self.starts, axis=0)

    def differentiate(self, point: _Point) -> _Slope:
        """Return the derivatives of the quadrature sum, exact for fixed nodes."""
        rows, nodes = self._rows(point.theta, point.nodes), point.nodes[self.people][:, :, None]
        shape = (*rows.a.shape, self.X.shape[1])
        rest = np.concatenate([np.broadcast_to(-self.X[:, None, :], shape), -nodes], axis=2)
        upper, lower = (
            np.concatenate([np.broadcast_to(e[:, None, :], (*shape[:2], e.shape[1])), rest], axis=2)
            for e in self.ends
        )
        at_node = self._per_person(rows.a[..., None] * upper - rows.b[..., None] * lower)
        scores = np.einsum("iq,iqk->ik", point.posterior, at_node)
        weight = point.posterior[self.people]

        def summed(one: Floats, other: Floats, second: Floats) -> Floats:
            flat, against = one.reshape(-1, one.shape[2]), other.reshape(-1, one.shape[2])
            return flat.T @ ((weight * second).reshape(-1, 1) * against)

        crossed = summed(upper, lower, rows.a * rows.b)
        hessian = summed(upper, upper, rows.aa) + summed(lower, lower, rows.bb)
        hessian += crossed + crossed.T - scores.T @ scores
        hessian += np.einsum("iq,iqk,iql->kl", point.posterior, at_node, at_node, optimize=True)
        return _Slope(scores, -hessian)


def _direction(slope: _Slope) -> Floats:
    """Return a Newton step, or one with the cross-product of scores where that is no ascent."""
    try:
        factor = linalg.cho_factor(slope.information)
    except linalg.LinAlgError:
        scores = slope.scores
        ridge = 1e-6 * np.eye(scores.shape[1])
        factor = linalg.cho_factor(scores.T @ scores + ridge)
    return linalg.cho_solve(factor, slope.gradient)


def _search(problem: _Problem, point: _Point, direction: Floats) -> _Point | None:
    """Halve the step until the log likelihood does not fall beyond rounding."""
    floor = point.log_likelihood - 1e-9 * max(1.0, abs(point.log_likelihood))
    size = 1.0
    while size > 1e-8:
        theta = point.theta + size * direction
        theta[-1] = abs(theta[-1])
        further = problem.evaluate(theta)
        if further is not None and further.log_likelihood >= floor:
            return further
        size /= 2
    return None


def _finish(problem: _Problem, point: _Point, slope: _Slope, steps: int) -> OrdinalFit:
    try:
        covariance = linalg.inv(linalg.cholesky(slope.information, lower=True))
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
