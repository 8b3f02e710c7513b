"""The rungs of the wording ladder: what may be said about one change."""

import math
from typing import Any

LEAST_FOR_CLEAR = 15


def judge(change: Any, *, smallest_group: int, smallest_change: float) -> str:
    """Return the rung of the ladder for one change; the first rule that matches wins.

    Parameters
    ----------
    change : a row with estimate, low, high, low_90, high_90, low_80, high_80, p_adjusted,
        n_start, n_end and holds
    smallest_group : people needed at both waves before anything is said
    smallest_change : the smallest change that matters, in scale points

    Returns
    -------
    `too_few`, `clear_up`, `probable_up`, `same`, `seems_up`, `unknown`, or the mirror images. What
    is described and not tested (fewer than ten people at a wave) is `unknown`.

    References
    ----------
    The table is `narrative/ladder.yaml`; the 90% interval for `same` is two one-sided tests at 5%
    (Schuirmann 1987).
    """
    if min(change.n_start, change.n_end) < smallest_group:
        return "too_few"
    if math.isnan(change.estimate) or math.isnan(change.p_adjusted):
        return "unknown"
    if change.low > 0:
        return "clear_up" if _is_clear(change) else "probable_up"
    if change.high < 0:
        return "clear_down" if _is_clear(change) else "probable_down"
    if change.low_90 > -smallest_change and change.high_90 < smallest_change:
        return "same"
    if change.estimate >= smallest_change and change.low_80 > 0:
        return "seems_up"
    if change.estimate <= -smallest_change and change.high_80 < 0:
        return "seems_down"
    return "unknown"


def _is_clear(change: Any) -> bool:
    enough = min(change.n_start, change.n_end) >= LEAST_FOR_CLEAR
    return bool(change.p_adjusted < 0.05 and change.holds == "yes" and enough)
