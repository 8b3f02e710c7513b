"""One planned change with its primary estimate, what a method finds, and when that counts."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from pandas import DataFrame

from analysis.learn.robustness.items import Items
from analysis.measure.cells import Cell, CellMeans
from analysis.measure.models import Contrast

MOST_OF_THE_PEOPLE = 0.9
# Answers are averages: an estimate that is zero on paper differs from it by rounding.
DECIMALS = 9


@dataclass(frozen=True)
class MethodOutcome:
    """What one method found.

    `n` counts the people it used, `kept` those among them that the primary estimate is about
    (all, unless said); `shown` is a number to read beside it that is never counted.
    """

    estimate: float
    se: float
    df: float
    low: float
    high: float
    n: int
    note: str = ""
    same_scale: bool = True
    shown: float = float("nan")
    kept: int | None = None

    @classmethod
    def of(cls, found: Contrast, n: int, note: str = "") -> "MethodOutcome":
        """Take over a contrast with its 95% t interval."""
        low, high = found.interval()
        return cls(found.estimate, found.se, found.df, low, high, n, note)

    @property
    def is_finite(self) -> bool:
        """Whether there is an estimate with an interval that is more than rounding."""
        known = np.isfinite([self.estimate, self.low, self.high]).all()
        return bool(known and self.high - self.low > 10.0**-DECIMALS)


@dataclass(frozen=True)
class PlannedChange:
    """One planned change, and what the methods may use.

    `model` is that of the region, `everywhere` one of all regions, for what is never counted.
    `estimate` to `high` are the primary ones; `seed`, `smallest_change` and `width` (of the scale,
    in points) are the plan's.
    """

    model: CellMeans
    everywhere: CellMeans
    items: Items
    region: str
    start: str
    end: str
    estimate: float
    se: float
    df: float
    low: float
    high: float
    smallest_change: float
    width: float
    seed: int

    @property
    def signs(self) -> dict[Cell, float]:
        """The change as weights of cells."""
        return {(self.region, self.end): 1.0, (self.region, self.start): -1.0}

    @cached_property
    def at_start(self) -> set[str]:
        """Who was seen at the start."""
        return self.model.people((self.region, self.start))

    @cached_property
    def at_end(self) -> set[str]:
        """Who was seen at the end."""
        return self.model.people((self.region, self.end))

    @cached_property
    def everyone(self) -> set[str]:
        """Whom the primary estimate is about."""
        return self.at_start | self.at_end

    @property
    def n(self) -> int:
        """How many people the primary estimate is about."""
        return len(self.everyone)

    @cached_property
    def pairs(self) -> DataFrame:
        """The scores at start and end of those seen at both."""
        return self.model.wide(self.region)[[self.start, self.end]].dropna()

    @cached_property
    def followed(self) -> "PlannedChange":
        """The same change among the people who gave a code."""
        return replace(self, model=self.model.followed)

    @property
    def is_clear(self) -> bool:
        """Whether the primary interval excludes zero."""
        return self.low > 0 or self.high < 0

    def share(self, found: MethodOutcome) -> float:
        """Return the share of the primary's people that a method keeps."""
        return (found.n if found.kept is None else found.kept) / self.n

    def is_changed_by(self, found: MethodOutcome) -> bool:
        """Say whether an outcome changes the conclusion.

        It does if its sign is opposite, and zero has none; if it lies outside the primary 95%
        interval (on the same scale); and, where it keeps nine in ten people, if its interval
        includes zero and the primary one does not.
        """
        if np.sign(np.round([found.estimate, self.estimate], DECIMALS)).prod() < 0:
            return True
        if found.same_scale and not self.low <= found.estimate <= self.high:
            return True
        keeps = self.share(found) >= MOST_OF_THE_PEOPLE
        return keeps and self.is_clear and found.low <= 0 <= found.high
