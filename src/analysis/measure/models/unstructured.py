"""An unstructured covariance over waves: the mixed model for repeated measures (MMRM).

Every two waves have their own covariance, equal for all participants; a participant who missed a
wave contributes the waves that were seen.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
from scipy import linalg

from analysis.measure.models.covariance import Floats, Whole


@dataclass(frozen=True)
class Unstructured:
    """The family: n participant numbers and n wave numbers 0..w - 1, each pair at most once."""

    participants: Whole
    waves: Whole
    is_variance: bool = False

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The pairs of waves that have a parameter."""
        return tuple(combinations_with_replacement(range(int(self.waves.max()) + 1), 2))

    @property
    def names(self) -> tuple[str, ...]:
        """One name per pair of waves."""
        return tuple(f"wave {a + 1} x wave {b + 1}" for a, b in self.pairs)

    @cached_property
    def patterns(self) -> tuple[tuple[Whole, Whole], ...]:
        """Per pattern of waves seen: the waves, and a people x waves matrix of row numbers."""
        order = np.lexsort((self.waves, self.participants))
        starts = np.flatnonzero(np.diff(self.participants[order], prepend=-1))
        found: dict[tuple[int, ...], list[Whole]] = {}
        for rows in np.split(order, starts[1:]):
            found.setdefault(tuple(self.waves[rows].tolist()), []).append(rows)
        return tuple((np.array(waves), np.array(rows)) for waves, rows in found.items())

    def start(self, variance: float) -> Floats:
        """Start with equal variances and a correlation of one half."""
        return np.array([variance if a == b else variance / 2 for a, b in self.pairs])

    def matrix(self, theta: Floats) -> Floats:
        """Return the waves x waves covariance at theta."""
        side = int(self.waves.max()) + 1
        full = np.zeros((side, side))
        for value, (a, b) in zip(theta, self.pairs, strict=True):
            full[a, b] = full[b, a] = value
        return full

    def basis(self, k: int) -> Floats:
        """Return the derivative of the waves x waves covariance to parameter k."""
        return self.matrix(np.eye(len(self.pairs))[k])

    def times(self, k: int, columns: Floats) -> Floats:
        """Return V_k times an n x m matrix."""
        return self.apply(self.basis(k), columns, invert=False)

    def apply(self, full: Floats, columns: Floats, *, invert: bool) -> Floats:
        """Multiply every participant's rows by the matching block of a waves x waves matrix."""
        result = np.empty_like(columns)
        for waves, rows in self.patterns:
            block = full[np.ix_(waves, waves)]
            block = linalg.inv(block) if invert else block
            result[rows] = np.einsum("ab,pbm->pam", block, columns[rows])
        return result

    def at(self, theta: Floats) -> "SolvedWaves | None":
        """Return V at theta, or nothing where it is not positive definite."""
        full = self.matrix(theta)
        try:
            linalg.cholesky(full)
        except linalg.LinAlgError:
            return None
        return SolvedWaves(self, full)


class SolvedWaves:
    """V at theta: one inverted block per pattern of waves."""

    def __init__(self, family: Unstructured, full: Floats) -> None:
        self.family, self.full = family, full

    @cached_property
    def logdet(self) -> float:
        """The logarithm of the determinant of V."""
        return sum(
            len(rows) * float(np.linalg.slogdet(self.full[np.ix_(waves, waves)])[1])
            for waves, rows in self.family.patterns
        )

    def solve(self, columns: Floats) -> Floats:
        """Return V^-1 times an n x m matrix."""
        return self.family.apply(self.full, columns, invert=True)

    def _scaled(self) -> list[tuple[int, list[Floats]]]:
        """Per pattern: how many people, and block^-1 times each basis block."""
        found = []
        for waves, rows in self.family.patterns:
            inverse = linalg.inv(self.full[np.ix_(waves, waves)])
            bases = (self.family.basis(k) for k in range(len(self.family.pairs)))
            found.append((len(rows), [inverse @ base[np.ix_(waves, waves)] for base in bases]))
        return found

    def traces(self) -> Floats:
        """Return tr(V^-1 V_k) for every k."""
        return np.sum(
            [people * np.array([np.trace(one) for one in ones]) for people, ones in self._scaled()],
            axis=0,
        )

    def products(self) -> Floats:
        """Return the K x K matrix of tr(V^-1 V_k V^-1 V_l)."""
        return np.sum(
            [
                people * np.array([[np.sum(one * other.T) for other in ones] for one in ones])
                for people, ones in self._scaled()
            ],
            axis=0,
        )
