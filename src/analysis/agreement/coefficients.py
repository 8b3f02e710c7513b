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
class Tally:
    """Sums per drawn unit; every coefficient needs nothing else, so a draw is one product.

    The columns of `sums` are: agreeing share, units with two ratings, units with one, agreeing
    coincidences; then per category a unit's share of its ratings and the ratings in units with
    two; then the ratings per coder and category.
    """

    sums: Any
    coders: int
    categories: int

    def __add__(self, other: "Tally") -> "Tally":
        """Pool two tallies over the same drawn units and categories."""
        return Tally(self.sums + other.sums, self.coders, self.categories)

    def drawn(self, weights: Numbers) -> list[Numbers]:
        """Add up the drawn units once per row of weights: totals, shares, paired, given."""
        is_sparse = sparse.issparse(self.sums)
        sums = (self.sums.T @ weights.T).T if is_sparse else weights @ self.sums
        edges = np.cumsum([4, self.categories, self.categories])
        totals, shares, paired, given = np.split(np.asarray(sums), edges, axis=1)
        return [totals, shares, paired, given.reshape(len(weights), self.coders, -1)]


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
    shape = (int(unit.max()) + 1 if len(unit) else 0, len(unit))
    gather = sparse.csr_array((np.ones(len(unit)), (unit, np.arange(len(unit)))), shape=shape)
    return Tally(gather @ stack([totals, *scaled]), ratings.values.shape[1], ratings.categories)


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
    Arrays of one value per row; not a number where a coefficient is undefined. `scott` is for
    exactly two coders and `fleiss` for more; `kappa` is Cohen's for two and Conger's for more.

    References
    ----------
    Cohen 1960; Conger 1980; Scott 1955; Fleiss 1971; Brennan & Prediger 1981; Gwet 2008;
    Krippendorff 2011. Missing ratings as in Gwet (2014), and for alpha as in Krippendorff.
    """
    totals, shares, paired, given = counted.drawn(weights)
    agreeing, two, one, same = totals.T
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = agreeing / two
        shares = shares / one[:, None]
        squares = (shares**2).sum(axis=1)
        kappa = _corrected(percent, _chance_of_pairs(given))
        pooled = _corrected(percent, squares)
        uniform = _corrected(percent, np.full(len(weights), 1 / counted.categories))
        gwet = _corrected(percent, (1 - squares) / (counted.categories - 1))
        total = paired.sum(axis=1)
        alpha = 1 - (total - 1) * (total - same) / (total**2 - (paired**2).sum(axis=1))
    # Where one category is all there is, chance explains everything and nothing can be told.
    varied = (paired > 0).sum(axis=1) >= 2
    nothing = np.full(len(weights), np.nan)
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
        return np.full(len(given), np.nan)
    spread = shares.var(axis=1, ddof=1)
    return np.asarray((shares.mean(axis=1) ** 2 - spread / coders).sum(axis=1))


def ac1_error(ratings: Ratings) -> float:
    """Compute the standard error of Gwet's AC1 over units that are independent.

    References
    ----------
    Gwet 2008, with the treatment of missing ratings of his Handbook (2014).
    """
    counts = np.asarray(_dense(_counts(ratings)[0]))
    kept = counts.sum(axis=1) >= 1
    counts, sizes = counts[kept], counts[kept].sum(axis=1)
    n, q, two = len(counts), ratings.categories, sizes >= 2
    if n < 2 or (counts > 0).any(axis=0).sum() < 2 or not two.any():
        return float("nan")
    agreeing = np.where(
        two, (counts * (counts - 1)).sum(axis=1) / np.maximum(sizes**2 - sizes, 1), 0
    )
    shares = (counts / sizes[:, None]).mean(axis=0)
    chance = float((shares * (1 - shares)).sum()) / (q - 1)
    value = (agreeing.sum() / two.sum() - chance) / (1 - chance)
    own = (n / two.sum()) * (agreeing - chance * two) / (1 - chance)
    own_chance = (counts @ (1 - shares)) / sizes / (q - 1)
    own = own - 2 * (1 - value) * (own_chance - chance) / (1 - chance)
    return float(np.sqrt(((own - value) ** 2).sum() / (n * (n - 1))))


def _dense(counts: Any) -> Any:
    return counts.toarray() if sparse.issparse(counts) else counts
