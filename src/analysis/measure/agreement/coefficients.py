"""Agreement coefficients from sums per unit, for one weighting of the units or many at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Numbers = NDArray[np.float64]
NOMINAL = ("percent", "kappa", "scott", "fleiss", "brennan_prediger", "ac1", "alpha")
MOST_DENSE = 16


@dataclass(frozen=True)
class Ratings:
    """Which category (from 0) each coder gave each unit, -1 where a coder gave none.

    `values` is units by coders; `weight` says how much each unit counts, such as its characters.
    """

    values: NDArray[np.intp]
    categories: int
    weight: Numbers

    @property
    def sizes(self) -> Numbers:
        """How many coders rated each unit."""
        return np.asarray((self.values >= 0).sum(axis=1), dtype=float)


@dataclass(frozen=True)
class CoderAnswers:
    """What each coder answered to many questions about each unit: yes, no, or nothing.

    `yes` is units by coders by questions, `rated` units by coders: who answered at all.
    """

    yes: NDArray[np.bool_]
    rated: NDArray[np.bool_]
    weight: Numbers

    @property
    def counts(self) -> Numbers:
        """How often each unit was given no and yes: question by unit by answer."""
        yes = self.yes.sum(axis=1).T
        return np.stack([self.rated.sum(axis=1) - yes, yes], axis=-1).astype(float)

    def tally(self, unit: NDArray[np.intp]) -> "Tally":
        """Sum what the coefficients need, for every question at once."""
        sizes = self.rated.sum(axis=1)[:, None].astype(float)
        has_two, has_one = (self.weight[:, None] * (sizes >= least) for least in (2, 1))
        no, yes = self.counts.transpose(2, 1, 0)
        same, pairs = no**2 + yes**2 - sizes, np.maximum(sizes - 1, 1)
        share = has_one / np.maximum(sizes, 1)
        agreeing = has_two * same / (np.maximum(sizes, 1) * pairs)
        each = [agreeing, has_two + 0 * yes, has_one + 0 * yes, has_two * same / pairs]
        each += [no * share, yes * share, no * has_two, yes * has_two]
        for coder in range(self.rated.shape[1]):
            own = self.yes[:, coder] * self.weight[:, None]
            each += [(self.rated[:, coder] * self.weight)[:, None] - own, own]
        sums = _gather(unit) @ np.stack(each, axis=1).reshape(len(unit), -1)
        return Tally(sums.reshape(len(sums), len(each), -1), self.rated.shape[1], 2)


@dataclass(frozen=True)
class Tally:
    """Sums per drawn unit; every coefficient needs nothing else, so a draw is one product.

    The columns of `sums` are: agreeing share, units with two ratings, units with one, agreeing
    coincidences; then per category a unit's share of its ratings and the ratings in units with
    two; then the ratings per coder and category. For many questions, `sums` is units by
    these columns by questions.
    """

    sums: Any
    coders: int
    categories: int

    @property
    def width(self) -> int:
        """How many columns one draw of everything needs."""
        return int(np.prod(self.sums.shape[1:]))

    @property
    def pooled(self) -> "Tally":
        """All questions together, as if they were one."""
        return Tally(self.sums.sum(axis=2), self.coders, self.categories)

    def drawn(self, weights: Numbers) -> list[Numbers]:
        """Add up the drawn units once per row of weights: totals, shares, paired, given."""
        if sparse.issparse(self.sums):
            sums = np.asarray((self.sums.T @ weights.T).T)
        else:
            flat = weights @ self.sums.reshape(len(self.sums), -1)
            sums = flat.reshape(len(weights), *self.sums.shape[1:])
        edges = np.cumsum([4, self.categories, self.categories])
        totals, shares, paired, given = np.split(sums, edges, axis=1)
        by_coder = (len(weights), self.coders, self.categories, *sums.shape[2:])
        return [totals, shares, paired, given.reshape(by_coder)]


def _gather(unit: NDArray[np.intp]) -> Any:
    """Return the matrix that adds rows up over the unit of each."""
    shape = (int(unit.max()) + 1 if len(unit) else 0, len(unit))
    return sparse.csr_array((np.ones(len(unit)), (unit, np.arange(len(unit)))), shape=shape)


def tally(ratings: Ratings, unit: NDArray[np.intp]) -> Tally:
    """Sum what the coefficients need over each drawn unit; `unit` names the one of each row."""
    sizes, weight = ratings.sizes, ratings.weight
    has_two, has_one = (sizes >= 2) * weight, (sizes >= 1) * weight
    counts, per_coder = _counts(ratings)
    squares = counts.multiply(counts) if sparse.issparse(counts) else counts**2
    same = np.asarray(squares.sum(axis=1)).ravel() - sizes
    pairs = np.maximum(sizes - 1, 1)
    agreeing = has_two * same / (np.maximum(sizes, 1) * pairs)
    totals = np.column_stack([agreeing, has_two, has_one, has_two * same / pairs])
    share = has_one / np.maximum(sizes, 1)
    scaled = [_scaled(counts, share), _scaled(counts, has_two), _scaled(per_coder, weight)]
    stack = sparse.hstack if sparse.issparse(counts) else np.hstack
    return Tally(
        _gather(unit) @ stack([totals, *scaled]), ratings.values.shape[1], ratings.categories
    )


def _counts(ratings: Ratings) -> tuple[Any, Any]:
    """Count each unit's ratings per category, and per coder and category."""
    values, size = ratings.values, ratings.categories
    coders = values.shape[1]
    unit, coder = np.nonzero(values >= 0)
    given = values[unit, coder]
    shape = (len(values), coders * size)
    per_coder = sparse.csr_array((np.ones(len(unit)), (unit, coder * size + given)), shape=shape)
    counts = sparse.csr_array((np.ones(len(unit)), (unit, given)), shape=(len(values), size))
    if size > MOST_DENSE:
        return counts, per_coder
    return counts.toarray(), per_coder.toarray()


def _scaled(counts: Any, weight: Numbers) -> Any:
    if sparse.issparse(counts):
        return sparse.csr_array(counts.multiply(weight[:, None]))
    return counts * weight[:, None]


def coefficients(counted: Tally, weights: Numbers) -> dict[str, Numbers]:
    """Compute every nominal coefficient once per row of weights (how often each unit is drawn).

    Returns
    -------
    Arrays of one value per row (and question); not a number where a coefficient is undefined.
    `scott` is for exactly two coders and `fleiss` for more; `kappa` is Cohen's for two and
    Conger's for more.

    References
    ----------
    Cohen 1960; Conger 1980; Scott 1955; Fleiss 1971; Brennan & Prediger 1981; Gwet 2008;
    Krippendorff 2011. Missing ratings as in Gwet (2014), and for alpha as in Krippendorff.
    """
    totals, shares, paired, given = counted.drawn(weights)
    agreeing, two, one, same = np.moveaxis(totals, 1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = agreeing / two
        shares = shares / one[:, None]
        squares = (shares**2).sum(axis=1)
        kappa = _corrected(percent, _chance_of_pairs(given))
        pooled = _corrected(percent, squares)
        uniform = _corrected(percent, np.full(one.shape, 1 / counted.categories))
        gwet = _corrected(percent, (1 - squares) / (counted.categories - 1))
        total = paired.sum(axis=1)
        alpha = 1 - (total - 1) * (total - same) / (total**2 - (paired**2).sum(axis=1))
    # Where one category is all there is, chance explains everything and nothing can be told.
    varied = (paired > 0).sum(axis=1) >= 2
    nothing = np.full(one.shape, np.nan)
    both = counted.coders == 2
    found = {
        "kappa": kappa,
        "scott": pooled if both else nothing,
        "fleiss": nothing if both else pooled,
        "brennan_prediger": uniform,
        "ac1": gwet,
        "alpha": alpha,
    }
    return {"percent": percent, **{k: np.where(varied, v, np.nan) for k, v in found.items()}}


def _corrected(observed: Numbers, chance: Numbers) -> Numbers:
    return (observed - chance) / (1 - chance)


def _chance_of_pairs(given: Numbers) -> Numbers:
    """Agreement by chance when each coder keeps the own shares: the mean over pairs of coders."""
    coders = given.shape[1]
    shares = given / given.sum(axis=2, keepdims=True)
    if coders < 2:
        return np.full((len(given), *given.shape[3:]), np.nan)
    spread = shares.var(axis=1, ddof=1)
    return np.asarray((shares.mean(axis=1) ** 2 - spread / coders).sum(axis=1))


def counts_of(ratings: Ratings) -> Numbers:
    """Count how often each unit was given each category."""
    counts = _counts(ratings)[0]
    return np.asarray(counts.toarray() if sparse.issparse(counts) else counts)


def ac1_error(counts: Numbers) -> Numbers:
    """Compute the standard error of Gwet's AC1 over units that are independent.

    Parameters
    ----------
    counts : how often each unit was given each category: (question by) unit by category

    References
    ----------
    Gwet 2008, with the treatment of missing ratings of his Handbook (2014).
    """
    rated = counts.sum(axis=-1).reshape(-1, counts.shape[-2])[0] >= 1
    counts = counts[..., rated, :]
    sizes = counts.sum(axis=-1)
    n, q, two = counts.shape[-2], counts.shape[-1], sizes >= 2
    with np.errstate(divide="ignore", invalid="ignore"):
        agreeing = (counts * (counts - 1)).sum(axis=-1) / np.maximum(sizes**2 - sizes, 1)
        shares = (counts / sizes[..., None]).mean(axis=-2, keepdims=True)
        chance = (shares * (1 - shares)).sum(axis=-1) / (q - 1)
        value = (agreeing.sum(axis=-1) / two.sum(axis=-1))[..., None]
        value = (value - chance) / (1 - chance)
        own = (n / two.sum(axis=-1))[..., None] * (agreeing - chance * two) / (1 - chance)
        own_chance = (counts * (1 - shares)).sum(axis=-1) / sizes / (q - 1)
        own = own - 2 * (1 - value) * (own_chance - chance) / (1 - chance)
        error = np.sqrt(((own - value) ** 2).sum(axis=-1) / (n * (n - 1)))
    known = ((counts > 0).any(axis=-2).sum(axis=-1) >= 2) & two.any(axis=-1) & (n >= 2)
    return np.where(known, error, np.nan)
