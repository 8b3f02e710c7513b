"""The likelihood of ordered answers with people integrated out, and its derivatives.

The integral over each person's u is taken by adaptive Gauss-Hermite quadrature: the nodes stand
where that u is likely, and move with the parameters.

References
----------
Pinheiro & Bates (1995), Journal of Computational and Graphical Statistics 4, 12-35.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.polynomial.hermite import hermgauss
from scipy import special

from analysis.measure.models.covariance import Floats, Whole
from analysis.measure.models.cumulative import AnswerChances

NODES = 10
rule_of = cache(hermgauss)
MOST_STEPS = 100
CLOSE = 1e-9


@dataclass(frozen=True)
class Point:
    """The log likelihood at one theta, its nodes (people x Q) and their posterior weights.

    The nodes of a person stand around the most likely u, `modes`, as wide as its `spread`; `rows`
    are the chances of the answers at each node.
    """

    theta: Floats
    log_likelihood: float
    nodes: Floats
    posterior: Floats
    modes: Floats
    spread: Floats
    rows: AnswerChances


@dataclass(frozen=True)
class Slope:
    """Scores per person, and minus the second derivative as it would be were the nodes fixed."""

    scores: Floats
    information: Floats

    @property
    def gradient(self) -> Floats:
        """The slope of the log likelihood."""
        return self.scores.sum(axis=0)


@dataclass(frozen=True)
class OrderedAnswers:
    """The data, sorted by person; theta are thresholds, beta and sd."""

    answers: Whole
    X: Floats
    people: Whole
    levels: int

    @classmethod
    def of(cls, answers: Whole, X: Floats, people: Whole) -> "OrderedAnswers":
        """Sort the rows by person."""
        order = np.argsort(people, kind="stable")
        return cls(answers[order], X[order], people[order], int(answers.max()) + 1)

    @cached_property
    def starts(self) -> Whole:
        """The first row of each person."""
        return np.flatnonzero(np.diff(self.people, prepend=-1))

    @cached_property
    def ends(self) -> tuple[Floats, Floats]:
        """Derivatives of the upper and the lower end of each answer to the thresholds."""
        given = np.eye(self.levels)[self.answers]
        return given[:, :-1], given[:, 1:]

    def start(self) -> Floats:
        """Return where to start: the shares of the answers, no effects, and people who differ."""
        below = np.cumsum(np.bincount(self.answers))[:-1] / len(self.answers)
        return np.concatenate([special.logit(below), np.zeros(self.X.shape[1]), [1.0]])

    @cached_property
    def concerned(self) -> Floats:
        """One where the answers of a person depend on a parameter (people x parameters)."""
        cells = self._per_person((self.X != 0).astype(float)) > 0
        everyone = np.ones((len(self.starts), 1))
        return np.hstack([everyone.repeat(self.levels - 1, axis=1), cells, everyone])

    def evaluate(self, theta: Floats, near: Floats | None = None) -> Point | None:
        """Return the point at theta, or nothing where the thresholds are out of order.

        Parameters
        ----------
        near : where to look first for the most likely u of each person
        """
        if (np.diff(theta[: self.levels - 1]) <= 0).any():
            return None
        modes, spread = self._modes(theta, near)
        x, w = rule_of(NODES)
        nodes = modes[:, None] + np.sqrt(2) * spread[:, None] * x
        rows = self._answer_chances(theta, nodes)
        log = self._per_person(rows.log)
        log += np.log(w) + x**2 + np.log(spread)[:, None] - nodes**2 / 2 - np.log(np.pi) / 2
        whole = special.logsumexp(log, axis=1)
        posterior = np.exp(log - whole[:, None])
        return Point(theta, float(whole.sum()), nodes, posterior, modes, spread, rows)

    def _modes(self, theta: Floats, near: Floats | None) -> tuple[Floats, Floats]:
        """Find each person's most likely u and its spread, by Newton's method kept in brackets.

        The slope falls from one end to the other, and is within sd times the answers of -u. Where
        steps do not halve, Newton's method goes back and forth, and the bracket is halved instead.
        """
        sd, modes = theta[-1], np.zeros(len(self.starts)) if near is None else near
        high = sd * np.diff([*self.starts, len(self.people)]) + 1
        low, moved = -high, 2 * high
        for _ in range(MOST_STEPS):
            rows = self._answer_chances(theta, modes[:, None])
            slope = -sd * self._per_person(rows.first)[:, 0] - modes
            curvature = 1 - sd**2 * self._per_person(rows.second)[:, 0]
            low, high = np.where(slope > 0, modes, low), np.where(slope > 0, high, modes)
            step = slope / curvature
            further = modes + step
            astray = (further < low) | (further > high) | (np.abs(step) > np.abs(moved) / 2)
            astray &= np.abs(step) > CLOSE
            moved = np.where(astray, (low + high) / 2 - modes, step)
            modes = modes + moved
            if np.abs(moved).max() < CLOSE:
                break
        return modes, 1 / np.sqrt(curvature)

    def _answer_chances(self, theta: Floats, nodes: Floats) -> AnswerChances:
        bounds = np.concatenate([[-np.inf], theta[: self.levels - 1], [np.inf]])
        shift = (self.X @ theta[self.levels - 1 : -1])[:, None] + theta[-1] * nodes[self.people]
        upper, lower = bounds[self.answers + 1][:, None] - shift, bounds[self.answers][:, None]
        return AnswerChances.between(lower - shift, upper)

    def _per_person(self, rows: Floats) -> Floats:
        return np.add.reduceat(rows, self.starts, axis=0)

    def _to_parameters(self, ends: tuple[Floats, Floats], u: Floats) -> Floats:
        """Write changes with the ends of each answer, rows x Q, as people x parameters."""
        upper, lower = (one.sum(axis=1, keepdims=True) for one in ends)
        own = ((ends[0] + ends[1]) * u[self.people]).sum(axis=1)
        cuts = upper * self.ends[0] + lower * self.ends[1]
        return self._per_person(np.column_stack([cuts, -(upper + lower) * self.X, -own]))

    def scores(self, point: Point) -> Floats:
        """Return what each person adds to the slope of the quadrature sum (people x parameters)."""
        weight = point.posterior[self.people]
        ends = (weight * point.rows.a, -weight * point.rows.b)
        return self._to_parameters(ends, point.nodes) + self._moving(point)

    def _moving(self, point: Point) -> Floats:
        """Return what a parameter adds to the quadrature sum by moving each person's nodes."""
        sd, wide, modes = point.theta[-1], point.spread[:, None], point.modes[:, None]
        own = np.eye(len(point.theta))[-1]
        at = self._answer_chances(point.theta, modes)
        first, second = self._per_person(at.first), self._per_person(at.second)
        bent = at.second_to_ends
        to_slope = -sd * self._to_parameters(at.first_to_ends, modes) - first * own
        to_curve = sd**2 * self._to_parameters(bent, modes) + 2 * sd * second * own
        mode = wide**2 * to_slope
        curve = to_curve - sd**3 * self._per_person(bent[0] + bent[1]) * mode
        spread = wide**3 * curve / 2
        pull = point.posterior * (-sd * self._per_person(point.rows.first) - point.nodes)
        outward = (pull * (point.nodes - modes)).sum(axis=1, keepdims=True)
        return pull.sum(axis=1, keepdims=True) * mode + (outward + 1) / wide * spread

    def differentiate(self, point: Point) -> Slope:
        """Return the slope at a point."""
        rows, nodes = point.rows, point.nodes[self.people][:, :, None]
        shape = (*rows.a.shape, self.X.shape[1])
        rest = np.concatenate([np.broadcast_to(-self.X[:, None, :], shape), -nodes], axis=2)
        upper, lower = (
            np.concatenate([np.broadcast_to(e[:, None, :], (*shape[:2], e.shape[1])), rest], axis=2)
            for e in self.ends
        )
        at_node = self._per_person(rows.a[..., None] * upper - rows.b[..., None] * lower)
        fixed = np.einsum("iq,iqk->ik", point.posterior, at_node)
        weight = point.posterior[self.people]

        def summed(one: Floats, other: Floats, second: Floats) -> Floats:
            flat, against = one.reshape(-1, one.shape[2]), other.reshape(-1, one.shape[2])
            return flat.T @ ((weight * second).reshape(-1, 1) * against)

        crossed = summed(upper, lower, rows.ab)
        hessian = summed(upper, upper, rows.aa) + summed(lower, lower, rows.bb)
        hessian += crossed + crossed.T - fixed.T @ fixed
        hessian += np.einsum("iq,iqk,iql->kl", point.posterior, at_node, at_node, optimize=True)
        return Slope(self.scores(point), -hessian)
