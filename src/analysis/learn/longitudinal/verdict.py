"""The rungs of the wording ladder: what may be said about one change."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from analysis.plan.evidence import LEAST_UNFLAGGED


@dataclass(frozen=True)
class Change:
    """What the ladder looks at: one change with its intervals, its p, its people, its robustness.

    `holds` is `yes` or `no`: do other methods say the same; empty where too few could be run.
    """

    estimate: float
    low: float
    high: float
    low_90: float
    high_90: float
    low_80: float
    high_80: float
    p_adjusted: float
    n_start: int
    n_end: int
    holds: str | None = None

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> "Change":
        """Take a change from its row among the contrasts."""
        return cls(**{one.name: row[one.name] for one in fields(cls)})

    @property
    def least(self) -> int:
        """The people at the wave that has fewer."""
        return min(self.n_start, self.n_end)

    @property
    def is_clear(self) -> bool:
        """Whether the change stands whatever way one looks at it."""
        is_rare = self.p_adjusted < 0.05
        return bool(is_rare and self.holds == "yes" and self.least >= LEAST_UNFLAGGED)


OPPOSITE = {"up": "down", "down": "up"}
# Sure enough to have a direction; the first two are large enough to matter as well.
SURE = ("clear", "probable", "slight")


def direction_of(verdict: str) -> str:
    """Return which way a verdict points: up, down, same or unknown."""
    strength, _, way = verdict.rpartition("_")
    return way if strength in SURE else "same" if verdict == "same" else "unknown"


def turned(verdict: str) -> str:
    """Return the mirror image of a rung: what fell is what rose, and what is neither stays."""
    strength, _, way = verdict.rpartition("_")
    return f"{strength}_{OPPOSITE[way]}" if way in OPPOSITE else verdict


def judge(change: Change, *, smallest_group: int, smallest_change: float) -> str:
    """Return the rung of the ladder for one change; the first rule that matches wins.

    Parameters
    ----------
    smallest_group : people needed at both waves before anything is said
    smallest_change : the smallest change that matters, in scale points

    Returns
    -------
    `too_few`, `same`, `clear_up`, `probable_up`, `slight_up`, `seems_up`, `unknown`, or the mirror
    images: a change that is sure and smaller than what matters is `slight`, however sure. What is
    described and not tested (fewer than ten people at a wave) is `unknown`.

    References
    ----------
    The table is `narrative/ladder.yaml`; the 90% interval for `same` is two one-sided tests at 5%
    (Schuirmann 1987).
    """
    if change.least < smallest_group:
        return "too_few"
    if math.isnan(change.estimate) or math.isnan(change.p_adjusted):
        return "unknown"
    if change.low_90 > -smallest_change and change.high_90 < smallest_change:
        return "same"
    is_large = abs(change.estimate) >= smallest_change
    way = "up" if change.estimate > 0 else "down"
    if change.low > 0 or change.high < 0:
        sure = "clear" if change.is_clear else "probable"
        return f"{sure if is_large else 'slight'}_{way}"
    if is_large and (change.low_80 > 0 or change.high_80 < 0):
        return f"seems_{way}"
    return "unknown"
