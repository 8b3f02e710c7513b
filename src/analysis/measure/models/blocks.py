"""Matrices over the outer groups that are zero between groups no row connects.

Two outer groups (a site, a site at a wave) touch when a row or a member of an inner group (a
participant) is in both. Sites without common participants never do, so every matrix over the
groups falls apart into one small block per site. Blocks of equal size are kept in one
c x b x b array, so that numpy works on all of them at once.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analysis.measure.models.covariance import Floats, Whole


@dataclass(frozen=True)
class BlockLayout:
    """Which outer groups belong together: per block size a c x b array of group numbers.

    `size_of`, `block_of` and `spot_of` say, per group, in which array, block and place it stands.
    """

    members: tuple[Whole, ...]
    size_of: Whole
    block_of: Whole
    spot_of: Whole

    @classmethod
    def of(cls, touching: sparse.csr_array) -> "BlockLayout":
        """Lay out q groups, given a q x q matrix that is not zero where two of them touch."""
        count = touching.shape[0]
        labels = connected_components(touching, directed=False)[1] if count else np.empty(0, int)
        sizes = np.bincount(labels, minlength=1)[labels] if count else labels
        order = np.lexsort((np.arange(count), labels, sizes))
        kept = [order[sizes[order] == size].reshape(-1, size) for size in sorted({*sizes.tolist()})]
        size_of, block_of, spot_of = (np.empty(count, dtype=int) for _ in range(3))
        for number, groups in enumerate(kept):
            size_of[groups] = number
            block_of[groups] = np.arange(len(groups))[:, None]
            spot_of[groups] = np.arange(groups.shape[1])
        return cls(tuple(kept), size_of, block_of, spot_of)

    @cached_property
    def starts(self) -> Whole:
        """Where each array begins when all are laid flat in turn; the last is the end."""
        return np.cumsum([0, *(groups.size * groups.shape[1] for groups in self.members)])

    def places(self, row: Whole, column: Whole) -> Whole:
        """Return where entries of a q x q matrix stand when the arrays are laid flat."""
        number = self.size_of[row]
        widths = np.array([groups.shape[1] for groups in self.members], dtype=int)[number]
        inside = (self.block_of[row] * widths + self.spot_of[row]) * widths + self.spot_of[column]
        return self.starts[number] + inside

    def gather(self, places: Whole, values: Floats) -> tuple[Floats, ...]:
        """Add values up at their places, and return one array per block size."""
        flat = np.bincount(places, values, int(self.starts[-1])).astype(float)
        return tuple(
            flat[start : start + groups.size * groups.shape[1]].reshape(*groups.shape, -1)
            for start, groups in zip(self.starts, self.members, strict=False)
        )
