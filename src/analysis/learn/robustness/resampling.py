"""The primary estimate again, with other people of the same region."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.learn.robustness.case import MethodOutcome, PlannedChange
from analysis.measure.cells import Floats, Whole
from analysis.measure.groups import TERMS
from analysis.measure.models import NoFitError

DRAWS = 1000
LEAST_DRAWS = 950
MOST_NUMBERS = 2_000_000


def with_other_people(case: PlannedChange) -> MethodOutcome:
    """Draw people of the region with replacement, and take the percentile interval.

    Each draw solves the mixed model equations of the primary model for the region, with the
    variances held at their estimates. Sites are never drawn: they are too few, and stay as they
    are.

    References
    ----------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, chapter 5; few sites after
    Cameron, Gelbach & Miller (2008), Review of Economics and Statistics 90, 414-427; the
    equations after Henderson (1975), Biometrics 31, 423-447.
    """
    equations = PersonEquations(case)
    people = equations.people
    generator = np.random.default_rng([case.seed, *f"{case.region} people".encode()])
    counts = generator.multinomial(people, np.full(people, 1 / people), size=DRAWS)
    counts = counts[equations.can_be_solved(counts)]
    if len(counts) < LEAST_DRAWS:
        raise NoFitError("too many draws leave nobody at a wave")
    drawn = equations.changes(counts)
    estimate = float(equations.changes(np.ones((1, people), dtype=int))[0])
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
    se, note = float(drawn.std(ddof=1)), f"{len(counts)} draws of people; sites and variances held"
    return MethodOutcome(estimate, se, float("nan"), low, high, case.n, note)


class PersonEquations:
    """What each person of a region adds to the mixed model equations [X U]'D^-1[X U y].

    U are the groups of the site terms, scaled to unit variance; D has the person's intercept and
    the residual, and is inverted in closed form. A row touches one column of X, one per site term
    and y: `columns` says which, `values` with what.
    """

    def __init__(self, case: PlannedChange) -> None:
        model = case.model
        variance = dict(zip(model.full.names, model.full.theta.tolist(), strict=True))
        waves, wave = np.unique(model.scores["wave"].astype(str), return_inverse=True)
        self.signs = (waves == case.end).astype(float) - (waves == case.start)
        terms = [term for term in TERMS if "site" in term and term in variance]
        groups = [wave, *(_renumber(model.numbers(term)) for term in terms)]
        ends = np.cumsum([0, *(group.max() + 1 for group in groups)])
        self.size = int(ends[-1]) + 1
        own = np.full(len(wave), self.size - 1)
        self.columns = np.column_stack([*(np.array(groups) + ends[:-1, None]), own])
        scale = np.sqrt([1.0, *(variance[term] for term in terms)])
        self.values = np.column_stack([np.tile(scale, (len(wave), 1)), model.y])
        self.person = _renumber(model.numbers("participant"))
        self.people = int(self.person.max()) + 1
        self.seen = np.zeros((self.people, len(waves)))
        self.seen[self.person, wave] = 1
        self.added = self._added(variance.get("participant", 0.0), variance["residual"])

    def _added(self, own: float, residual: float) -> sparse.csr_array:
        """Return one row per person: the equations of that person alone, laid flat."""
        sizes = np.bincount(self.person)
        shrink = own / (residual + sizes * own)
        belongs = sparse.csr_array(np.eye(self.people)[self.person])
        one, other = (belongs @ belongs.T).nonzero()
        person = self.person[one]
        weight = ((one == other) - shrink[person]) / residual
        value = self.values[one][:, :, None] * self.values[other][:, None, :]
        value *= weight[:, None, None]
        place = self.columns[one][:, :, None] * self.size + self.columns[other][:, None, :]
        at = (np.repeat(person, place[0].size), place.ravel())
        return sparse.csr_array((value.ravel(), at), shape=(self.people, self.size**2))

    def can_be_solved(self, counts: Whole) -> NDArray[np.bool_]:
        """Say which draws have somebody at start and end."""
        left = counts @ self.seen[:, self.signs != 0]
        return np.asarray(left.min(axis=1) > 0)

    def changes(self, counts: Whole) -> Floats:
        """Return the change for each row of counts of people."""
        several = max(1, MOST_NUMBERS // self.size**2)
        parts = np.split(counts, range(several, len(counts), several))
        return np.concatenate([self._solve(part) for part in parts])

    def _solve(self, counts: Whole) -> Floats:
        whole = (counts @ self.added).reshape(-1, self.size, self.size)
        # A wave in between where a draw has nobody must not spoil the others.
        prior = np.ones(self.size - 1)
        prior[: len(self.signs)] = 1e-9
        left = whole[:, :-1, :-1] + np.diag(prior)
        solved = np.linalg.solve(left, whole[:, :-1, -1:])[:, : len(self.signs), 0]
        return solved @ self.signs


def _renumber(groups: Whole) -> Whole:
    return np.unique(groups, return_inverse=True)[1]
