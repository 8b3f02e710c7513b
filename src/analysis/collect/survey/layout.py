"""One export, and the small protocol behind which every layout stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.plan.files.grid import Grid

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Sheet:
    """An export whose layout was recognised: below its headers, cells alone.

    `submitted` and `tests` say per row what the survey tool knows: sent in, test entry. `moment`
    names the column with the time of sending. Columns of `bookkeeping` belong to the tool, and
    those that are `deciding` tell which forms count.
    """

    layout: str
    grid: Grid
    submitted: Flags | None = None
    tests: Flags | None = None
    moment: str | None = None
    bookkeeping: frozenset[str] = frozenset()
    deciding: frozenset[str] = frozenset()
    questions: Mapping[str, str] = field(default_factory=dict)


class Layout(Protocol):
    """What a survey tool does with its exports."""

    name: str

    def fits(self, grid: Grid) -> bool:
        """Tell whether a table has this layout, by its headers."""
        ...

    def read(self, grid: Grid) -> Sheet:
        """Take the answers out of the table."""
        ...
