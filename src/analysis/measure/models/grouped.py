"""Random intercepts: any number of nested or crossed groupings, and a residual.

V = theta_K I + sum of theta_k Z_k Z_k', where Z_k says which row is in which group. The grouping
with most groups ("inner", usually the participants) is inverted in closed form; the others
("outer", usually sites and sites at a wave) by Woodbury's identity. What is left are q x q
matrices over the q outer groups, and those fall apart into one block per site unless people move
between sites (`blocks`). A step costs a few products of such blocks and sparse products over the
n rows: it grows with n, and no n x n or q x q matrix is ever formed.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from analysis.measure.models.blocks import BlockLayout
from analysis.measure.models.covariance import Floats, Whole


@dataclass(frozen=True)
class Grouped:
    """The family: one array of n group numbers, 0..q_k - 1, per grouping."""

    groups: tuple[Whole, ...]
    names: tuple[str, ...]
    is_variance: bool = True

    @cached_property
    def inner(self) -> int:
        """The grouping that is inverted in closed form."""
        return int(np.argmax([group.max() for group in self.groups]))

    @cached_property
    def outer(self) -> tuple[int, ...]:
        """The groupings that are not."""
        return tuple(k for k in range(len(self.groups)) if k != self.inner)

    @cached_property
    def indicators(self) -> tuple[sparse.csr_array, ...]:
        """Z_k, n x q_k, one per grouping."""
        rows = np.arange(len(self.groups[0]))
        return tuple(sparse.csr_array((np.ones(len(rows)), (rows, group))) for group in self.groups)

    @cached_property
    def outer_indicators(self) -> sparse.csr_array:
        """All outer Z_k side by side, n x q."""
        empty = sparse.csr_array((len(self.groups[0]), 0))
        return sparse.hstack([empty, *(self.indicators[k] for k in self.outer)], format="csr")

    @cached_property
    def kinds(self) -> Whole:
        """To which grouping each of the q outer groups belongs."""
        return np.repeat(self.outer, [self.indicators[k].shape[1] for k in self.outer]).astype(int)

    @cached_property
    def sizes(self) -> Floats:
        """How many rows each inner group has."""
        return np.bincount(self.groups[self.inner]).astype(float)

    @cached_property
    def layout(self) -> BlockLayout:
        """Which outer groups share rows or members of an inner group."""
        outer, shared = self.outer_indicators, self._shared
        return BlockLayout.of((outer.T @ outer + shared.T @ shared).tocsr())

    @cached_property
    def _shared(self) -> sparse.csr_array:
        """Z'U: how many rows each inner and outer group have in common."""
        return (self.indicators[self.inner].T @ self.outer_indicators).tocsr()

    @cached_property
    def crossing(self) -> tuple[Floats, ...]:
        """U'U in blocks."""
        both = (self.outer_indicators.T @ self.outer_indicators).tocoo()
        return self.layout.gather(self.layout.places(both.row, both.col), both.data)

    @cached_property
    def _pairs(self) -> tuple[Whole, Floats, Whole]:
        """Every two outer groups of one inner group: that group, the product of Z'U, the place."""
        shared = self._shared
        counts = np.diff(shared.indptr)
        one = np.repeat(np.arange(shared.nnz), np.repeat(counts, counts))
        member = np.repeat(np.arange(shared.shape[0]), counts**2)
        ends = np.cumsum(counts**2)
        inside = np.arange(len(one)) - np.repeat(ends - counts**2, counts**2)
        other = shared.indptr[member] + inside % np.maximum(counts[member], 1)
        places = self.layout.places(shared.indices[one], shared.indices[other])
        return member, shared.data[one] * shared.data[other], places

    def weighed(self, weights: Floats) -> tuple[Floats, ...]:
        """Return U'Z diag(weights) Z'U in blocks."""
        member, products, places = self._pairs
        return self.layout.gather(places, weights[member] * products)

    @cached_property
    def _summing(self) -> tuple[sparse.csr_array, ...]:
        """Z_k', which adds up the rows of each group."""
        return tuple(one.T.tocsr() for one in self.indicators)

    @cached_property
    def summing_outer(self) -> sparse.csr_array:
        """U'."""
        return self.outer_indicators.T.tocsr()

    def summed(self, k: int, columns: Floats) -> Floats:
        """Return Z_k' times an n x m matrix."""
        return self._summing[k] @ columns

    def start(self, variance: float) -> Floats:
        """Give every grouping and the residual the same share."""
        return np.full(len(self.groups) + 1, variance / (len(self.groups) + 1))

    def times(self, k: int, columns: Floats) -> Floats:
        """Add up the rows of each group and hand the sum back to its rows."""
        if k == len(self.groups):
            return columns
        return self.summed(k, columns)[self.groups[k]]

    def at(self, theta: Floats) -> "SolvedGroups | None":
        """Return V at theta, or nothing where a variance is negative or the residual zero."""
        return SolvedGroups(self, theta) if theta[-1] > 0 and theta.min() >= 0 else None


class SolvedGroups:
    """V at theta, with D = residual and inner grouping, Z inner, U outer indicators.

    D^-1 = I/r - Z diag(c) Z' and V^-1 = D^-1 - E M E', where E = D^-1 U and
    M = (Gamma^-1 + U'E)^-1, written so that a zero variance in Gamma is no exception.
    """

    def __init__(self, family: Grouped, theta: Floats) -> None:
        self.family, self.theta, self.residual = family, theta, float(theta[-1])
        sizes, inner = family.sizes, theta[family.inner]
        self.c = inner / (self.residual * (self.residual + sizes * inner))
        self.a = 1 / (self.residual + sizes * inner)
        shrunk = family.weighed(self.c)
        gamma = theta[family.kinds]
        self.blocks = [
            Block(crossing / self.residual - less, gamma[groups], family.kinds[groups])
            for crossing, less, groups in zip(
                family.crossing, shrunk, family.layout.members, strict=True
            )
        ]
        self.logdet = float(
            sum(block.logdet for block in self.blocks)
            + len(family.groups[0]) * np.log(self.residual)
            + np.log1p(sizes * inner / self.residual).sum()
        )

    def solve(self, columns: Floats) -> Floats:
        """Return V^-1 times an n x m matrix."""
        plain = self._solve_inner(columns)
        summed = self.family.summing_outer @ plain
        weighted = np.empty_like(summed)
        for block, groups in zip(self.blocks, self.family.layout.members, strict=True):
            weighted[groups] = block.M @ summed[groups]
        return plain - self._solve_inner(self.family.outer_indicators @ weighted)

    def _solve_inner(self, columns: Floats) -> Floats:
        inner = self.family.inner
        totals = self.c[:, None] * self.family.summed(inner, columns)
        return columns / self.residual - totals[self.family.groups[inner]]

    def _weighed(self, weights: Floats) -> tuple[Floats, ...]:
        """Return B' diag(weights) B in blocks, where B = Z'E = diag(a) Z'U."""
        return self.family.weighed(weights * self.a**2)

    @cached_property
    def _small(self) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
        """B'B and E'E in blocks."""
        family, r = self.family, self.residual
        less = family.weighed(2 * self.c / r - self.c**2 * family.sizes)
        EE = tuple(one / r**2 - two for one, two in zip(family.crossing, less, strict=True))
        return self._weighed(np.ones_like(self.a)), EE

    def traces(self) -> Floats:
        """Return tr(V^-1 V_k) for every k."""
        family = self.family
        found = np.zeros(len(self.theta))
        found[family.inner] = (family.sizes * self.a).sum()
        found[-1] = len(family.groups[0]) / self.residual - (self.c * family.sizes).sum()
        for block, BB, EE in zip(self.blocks, *self._small, strict=True):
            found[family.inner] -= np.sum(block.M * BB)
            found[-1] -= np.sum(block.M * EE)
            found += block.by_kind(np.diagonal(block.WT, axis1=1, axis2=2), len(found))
        return found

    def products(self) -> Floats:
        """Return the K x K matrix of tr(V^-1 V_k V^-1 V_l)."""
        family, count = self.family, len(self.theta)
        found = np.zeros((count, count))
        for block, BB, EE in zip(self.blocks, *self._small, strict=True):
            found += block.by_pair(block.WT**2, count)
            for k, middle in ((family.inner, BB), (-1, EE)):
                whole = block.T.transpose(0, 2, 1) @ middle @ block.T
                found[:, k] += block.by_kind(np.diagonal(whole, axis1=1, axis2=2), count)
        found[[family.inner, -1]] = found[:, [family.inner, -1]].T
        both = self._inner_products()
        found[family.inner, family.inner], found[family.inner, -1], found[-1, -1] = both
        found[-1, family.inner] = found[family.inner, -1]
        return found

    def _inner_products(self) -> tuple[float, float, float]:
        """Return the three products among the inner grouping and the residual."""
        n, a, c = self.family.sizes, self.a, self.c
        inner = ((n * a) ** 2).sum()
        mixed = (a**2 * n).sum()
        last = (n / self.residual**2 - 2 * c * n / self.residual + c**2 * n**2).sum()
        parts = zip(
            *(self.blocks, *self._small, self._weighed(n * a), self._weighed(a), self._weighed(c)),
            strict=True,
        )
        for block, BB, EE, BdB, BaB, BcB in parts:
            MB, ME = block.M @ BB, block.M @ EE
            inner += np.sum(MB * MB.transpose(0, 2, 1)) - 2 * np.sum(block.M * BdB)
            mixed += np.sum(ME * MB.transpose(0, 2, 1)) - 2 * np.sum(block.M * BaB)
            rest = np.sum(block.M * (EE / self.residual - BcB))
            last += np.sum(ME * ME.transpose(0, 2, 1)) - 2 * rest
        return float(inner), float(mixed), float(last)


class Block:
    """The blocks of one size, c x b x b: M, its log determinant, T = I - M U'E and U'E T."""

    def __init__(self, UE: Floats, gamma: Floats, kinds: Whole) -> None:
        root = np.sqrt(gamma)
        inside = np.eye(root.shape[1]) + root[:, :, None] * UE * root[:, None, :]
        factor = np.linalg.cholesky(inside)
        half = np.linalg.solve(factor, root[:, :, None] * np.eye(root.shape[1]))
        self.kinds = kinds
        self.M = half.transpose(0, 2, 1) @ half
        self.logdet = float(2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum())
        self.UE = UE

    @cached_property
    def T(self) -> Floats:
        """I - M U'E."""
        return np.eye(self.M.shape[1]) - self.M @ self.UE

    @cached_property
    def WT(self) -> Floats:
        """U'V^-1 U."""
        return self.UE @ self.T

    def by_kind(self, values: Floats, count: int) -> Floats:
        """Add up c x b values per grouping."""
        return np.bincount(self.kinds.ravel(), values.ravel(), count).astype(float)

    def by_pair(self, values: Floats, count: int) -> Floats:
        """Add up c x b x b values per pair of groupings."""
        pairs = self.kinds[:, :, None] * count + self.kinds[:, None, :]
        summed = np.bincount(pairs.ravel(), values.ravel(), count**2).astype(float)
        return summed.reshape(count, count)
