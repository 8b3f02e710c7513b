"""Parts of the data that are independent of each other, with some variances in common.

V falls apart into one block per part; a parameter may belong to one block or to several.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from analysis.measure.models.covariance import Covariance, Floats, Solved, Whole
from analysis.measure.models.grouped import Grouped
from analysis.measure.models.independent import Independent


@dataclass(frozen=True)
class PartlyShared:
    """The family.

    Parameters
    ----------
    rows : the numbers of the rows of each part
    parts : the covariance of each part
    places : for each part, which of the parameters its own are
    names : the parameters; the last is a residual
    """

    rows: tuple[Whole, ...]
    parts: tuple[Covariance, ...]
    places: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    is_variance: bool = True

    @classmethod
    def of(
        cls, part: Sequence[str], groups: Mapping[str, Whole], shared: Sequence[str]
    ) -> "PartlyShared":
        """Give each part its own variances, except those that are named as shared.

        Parameters
        ----------
        part : of each row the part it belongs to
        groups : n group numbers per grouping; no group may lie in two parts
        """
        labels = np.asarray(part)
        names, kept = [one for one in groups if one in shared], []
        for label in dict.fromkeys(part):
            own = [one if one in shared else f"{one} {label}" for one in (*groups, "residual")]
            names += [one for one in own if one not in names]
            kept.append((np.flatnonzero(labels == label), own))
        families: list[Covariance] = []
        for here, _ in kept:
            inside = [np.unique(group[here], return_inverse=True)[1] for group in groups.values()]
            told = (
                Grouped(tuple(inside), (*groups, "residual")) if groups else Independent(len(here))
            )
            families.append(cast("Covariance", told))
        places = tuple(tuple(names.index(one) for one in own) for _, own in kept)
        return cls(tuple(here for here, _ in kept), tuple(families), places, tuple(names))

    def start(self, variance: float) -> Floats:
        """Give every parameter the same share of its block."""
        theta = np.zeros(len(self.names))
        for places in self.places:
            theta[[*places]] = variance / len(places)
        return theta

    def times(self, k: int, columns: Floats) -> Floats:
        """Multiply by the derivative of V to one parameter."""
        found = np.zeros_like(columns)
        for rows, part, places in zip(self.rows, self.parts, self.places, strict=True):
            if k in places:
                found[rows] = part.times(places.index(k), columns[rows])
        return found

    def at(self, theta: Floats) -> "SolvedParts | None":
        """Return V at theta, or nothing where a block is impossible."""
        solved = [
            part.at(theta[[*places]]) for part, places in zip(self.parts, self.places, strict=True)
        ]
        known = [one for one in solved if one is not None]
        return SolvedParts(self, known) if len(known) == len(solved) else None


class SolvedParts:
    """V at theta, block by block."""

    def __init__(self, family: PartlyShared, blocks: Sequence[Solved]) -> None:
        self.family, self.blocks = family, blocks
        self.logdet = float(sum(one.logdet for one in blocks))

    def solve(self, columns: Floats) -> Floats:
        """Return V^-1 times an n x m matrix."""
        found = np.empty_like(columns)
        for rows, block in zip(self.family.rows, self.blocks, strict=True):
            found[rows] = block.solve(columns[rows])
        return found

    def traces(self) -> Floats:
        """Return tr(V^-1 V_k) for every k."""
        found = np.zeros(len(self.family.names))
        for places, block in zip(self.family.places, self.blocks, strict=True):
            found[[*places]] += block.traces()
        return found

    def products(self) -> Floats:
        """Return the K x K matrix of tr(V^-1 V_k V^-1 V_l)."""
        count = len(self.family.names)
        found = np.zeros((count, count))
        for places, block in zip(self.family.places, self.blocks, strict=True):
            found[np.ix_(places, places)] += block.products()
        return found
