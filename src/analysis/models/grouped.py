"""Random intercepts: any number of nested or crossed groupings, and a residual.

V = theta_K I + sum of theta_k Z_k Z_k', where Z_k says which row is in which group. The grouping
with most groups ("inner", usually the participants) is inverted in closed form; the others
("outer", usually sites and sites at a wave) by Woodbury's identity. With q outer groups a step
costs a few q x q products and sparse products over the n rows, never n x n.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg, sparse

from analysis.models.covariance import Floats, Whole


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
    def places(self) -> tuple[slice, ...]:
        """Where each outer grouping stands among the q columns."""
        ends = np.cumsum([0, *(self.indicators[k].shape[1] for k in self.outer)])
        return tuple(slice(*pair) for pair in zip(ends[:-1], ends[1:], strict=True))

    @cached_property
    def sizes(self) -> Floats:
        """How many rows each inner group has."""
        return np.bincount(self.groups[self.inner]).astype(float)

    @cached_property
    def overlap(self) -> tuple[Floats, sparse.csr_array]:
        """U'U as a dense and Z'U as a sparse matrix, Z being inner and U outer."""
        outer = self.outer_indicators
        return (outer.T @ outer).toarray(), (self.indicators[self.inner].T @ outer).tocsr()

    def start(self, variance: float) -> Floats:
        """Give every grouping and the residual the same share."""
        return np.full(len(self.groups) + 1, variance / (len(self.groups) + 1))

    def times(self, k: int, columns: Floats) -> Floats:
        """Add up the rows of each group and hand the sum back to its rows."""
        if k == len(self.groups):
            return columns
        return self.indicators[k] @ (self.indicators[k].T @ columns)

    def at(self, theta: Floats) -> "SolvedGroups | None":
        """Return V at theta, or nothing where a variance is negative or the residual zero."""
        return SolvedGroups(self, theta) if theta[-1] > 0 and theta.min() >= 0 else None


class SolvedGroups:
    """V at theta, with D = residual and inner grouping, Z inner, U outer indicators.

    D^-1 = I/r - Z diag(c) Z' and V^-1 = D^-1 - E M E', where E = D^-1 U,
    M = (Gamma^-1 + U'E)^-1 written so that a zero variance in Gamma is no exception.
    """

    def __init__(self, family: Grouped, theta: Floats) -> None:
        self.family, self.theta, self.residual = family, theta, float(theta[-1])
        sizes, inner = family.sizes, theta[family.inner]
        self.c = inner / (self.residual * (self.residual + sizes * inner))
        self.a = 1 / (self.residual + sizes * inner)
        crossing, overlap = family.overlap
        self.scaled = sparse.diags_array(self.a) @ overlap
        self.UE = (
            crossing / self.residual
            - (overlap.T @ (sparse.diags_array(self.c) @ overlap)).toarray()
        )
        self.M, core_logdet = self._middle()
        self.logdet = core_logdet + float(
            len(family.groups[0]) * np.log(self.residual)
            + np.log1p(sizes * inner / self.residual).sum()
        )

    def _middle(self) -> tuple[Floats, float]:
        counts = [place.stop - place.start for place in self.family.places]
        gamma = np.repeat(self.theta[[*self.family.outer]], counts)
        root = np.sqrt(gamma)
        factor = linalg.cholesky(np.eye(len(root)) + root[:, None] * self.UE * root, lower=True)
        half = linalg.solve_triangular(factor, np.diag(root), lower=True)
        return half.T @ half, float(2 * np.log(np.diag(factor)).sum())

    def solve(self, columns: Floats) -> Floats:
        """Return V^-1 times an n x m matrix."""
        plain = self._solve_inner(columns)
        outer = self.family.outer_indicators
        return plain - self._solve_inner(outer @ (self.M @ (outer.T @ plain)))

    def _solve_inner(self, columns: Floats) -> Floats:
        Z = self.family.indicators[self.family.inner]
        return columns / self.residual - Z @ (self.c[:, None] * (Z.T @ columns))

    @cached_property
    def _small(self) -> tuple[Floats, Floats, Floats]:
        """B'B, E'E and T = I - M U'E, all q x q, where B = Z'E."""
        scaled = self.scaled
        BB = (scaled.T @ scaled).toarray()
        crossing, overlap = self.family.overlap
        twice = 2 * self.c / self.residual - self.c**2 * self.family.sizes
        EE = (
            crossing / self.residual**2
            - (overlap.T @ (sparse.diags_array(twice) @ overlap)).toarray()
        )
        return BB, EE, np.eye(len(self.M)) - self.M @ self.UE

    def traces(self) -> Floats:
        """Return tr(V^-1 V_k) for every k."""
        family, (BB, EE, T) = self.family, self._small
        found = np.empty(len(self.theta))
        found[family.inner] = (family.sizes * self.a).sum() - np.sum(self.M * BB)
        plain = len(family.groups[0]) / self.residual - (self.c * family.sizes).sum()
        found[-1] = plain - np.sum(self.M * EE)
        WT = self.UE @ T
        for k, place in zip(family.outer, family.places, strict=True):
            found[k] = np.trace(WT[place, place])
        return found

    def products(self) -> Floats:
        """Return the K x K matrix of tr(V^-1 V_k V^-1 V_l)."""
        family, (BB, EE, T) = self.family, self._small
        last, inner = len(family.groups), family.inner
        WT, TBT, TET = self.UE @ T, T.T @ BB @ T, T.T @ EE @ T
        found = np.empty((last + 1, last + 1))
        for k, here in zip(family.outer, family.places, strict=True):
            found[k, inner] = found[inner, k] = np.trace(TBT[here, here])
            found[k, last] = found[last, k] = np.trace(TET[here, here])
            for other, there in zip(family.outer, family.places, strict=True):
                found[k, other] = np.sum(WT[here, there] ** 2)
        found[inner, inner], found[inner, last], found[last, last] = self._inner_products(BB, EE)
        found[last, inner] = found[inner, last]
        return found

    def _inner_products(self, BB: Floats, EE: Floats) -> tuple[float, float, float]:
        M, n, a, c = self.M, self.family.sizes, self.a, self.c
        BaB = (self.scaled.T @ (sparse.diags_array(a) @ self.scaled)).toarray()
        BdB = (self.scaled.T @ (sparse.diags_array(n * a) @ self.scaled)).toarray()
        BcB = (self.scaled.T @ (sparse.diags_array(c) @ self.scaled)).toarray()
        MB, ME = M @ BB, M @ EE
        inner_inner = ((n * a) ** 2).sum() - 2 * np.sum(M * BdB) + np.sum(MB * MB.T)
        inner_last = (a**2 * n).sum() - 2 * np.sum(M * BaB) + np.sum(ME * MB.T)
        plain = (n / self.residual**2 - 2 * c * n / self.residual + c**2 * n**2).sum()
        last_last = plain - 2 * np.sum(M * (EE / self.residual - BcB)) + np.sum(ME * ME.T)
        return float(inner_inner), float(inner_last), float(last_last)
