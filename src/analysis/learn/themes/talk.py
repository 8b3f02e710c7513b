"""In which direction people speak of each level: the share of talk that says it helps."""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame
from scipy import stats

from analysis.collect.interviews import CONVERSATION, PLACE, Conversations, count_people
from analysis.learn.themes.trust import weak
from analysis.plan import described
from analysis.plan.evidence import LEAST_CONVERSATIONS, evidence_id
from analysis.plan.study import Study

LEAST_SEGMENTS = 5
SAME_WITHIN = 0.20
STANCE = "stance"
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class _Interval:
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    low_90: float = np.nan
    high_90: float = np.nan


@dataclass(frozen=True)
class _Side:
    """What the conversations of one region, level and wave say: their helping shares."""

    shares: Numbers = field(default_factory=lambda: np.empty(0))
    groups: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, dtype=object))
    people: int = 0
    segments: int = 0

    @property
    def size(self) -> list[int]:
        return [len(self.shares), int(self.people), int(self.segments)]

    @property
    def by_group(self) -> dict[str, float]:
        """The mean share of each group that was met; a conversation may have no group."""
        named = [group for group in dict.fromkeys(self.groups) if group != ""]
        return {group: float(self.shares[self.groups == group].mean()) for group in named}


def measure_talk(conversations: Conversations, study: Study, agreement: DataFrame) -> DataFrame:
    """Measure the helping share of talk per region, level and wave, and how it changed.

    Returns
    -------
    Rows of kind `share` (one wave) and `change` (two). Per conversation and level the share is
    helps / (helps + hinders) over stanced segments of the leading coder; a conversation with fewer
    than five of these does not count. A level is that of the code's primary cell. A change is the
    difference of conversation means with a 95% t interval: paired over groups met at both waves
    when at least four were, else Welch's. `documents`, `people` and `segments` are, for a change,
    those of the wave that has fewer. Fewer than four counting conversations at a wave: no
    estimate. `direction` is up or down when the interval excludes 0, same when the 90% interval
    lies within 0.20 either way, else unknown.

    Notes
    -----
    What agreement must hold for is what this number uses: the level. Codes of one level may be
    confused with each other without moving it. So a level whose own alpha (see `trust`) is below
    .60 has no known direction, whatever the alphas of its codes; and no level has one when coders
    agree that little on what helps and what hinders.
    """
    shares = _shares(conversations, study)
    tentative = weak(agreement, study.regions)
    keys = ["region", "level", "wave"]
    people = count_people(shares, keys)
    at = {
        key: _Side(
            own["share"].to_numpy(), own["group"].to_numpy(), people[key], own["segments"].sum()
        )
        for key, own in shares.groupby(keys)
    }
    rows = [
        row
        for region in study.regions
        for level in study.plan.levels
        for row in _talk_rows(
            {wave: at.get((region, level, wave), _Side()) for wave in study.plan.waves},
            (region, level),
            is_tentative=bool({(region, level), (region, STANCE)} & tentative),
        )
    ]
    return described.table("talk", rows)


def _shares(conversations: Conversations, study: Study) -> DataFrame:
    """Give each conversation that counts its helping share per level."""
    placed = study.crosswalk.query("strength == 'primary' and level != ''")[["code", "level"]]
    known = conversations.led(study).merge(conversations.segments[PLACE])
    stanced = (
        known[known["stance"] != "neutral"]
        .merge(placed, on="code")
        .drop_duplicates([*PLACE, "level", "stance"])
    )
    keys = [*CONVERSATION, "level"]
    grouped = stanced.assign(helps=stanced["stance"] == "helps").groupby(keys)
    shares = DataFrame({"share": grouped["helps"].mean(), "segments": grouped["segment"].nunique()})
    counting = shares[shares["segments"] >= LEAST_SEGMENTS].reset_index()
    return counting.merge(conversations.documents[[*CONVERSATION, "wave", "group", "people"]])


def _talk_rows(
    at: Mapping[str, _Side], cell: tuple[str, str], *, is_tentative: bool
) -> Iterator[list[object]]:
    region, level = cell
    for wave, side in at.items():
        interval, note = _mean(side.shares)
        base = [evidence_id("talk", region, level, wave), "share", region, level, wave, ""]
        counts = [len(side.shares), len(side.shares), None, *side.size[1:]]
        yield [*base, *_numbers(interval), *counts, "", note]
    for (start, before), (end, after) in combinations(at.items(), 2):
        interval, note = _change(before, after)
        base = [evidence_id("talk", region, level, f"{start}-{end}"), "change", region, level]
        least = [min(pair) for pair in zip(before.size, after.size, strict=True)]
        counts = [least[0], len(before.shares), len(after.shares), *least[1:]]
        direction = _direction(interval)
        if is_tentative and np.isfinite(interval.estimate):
            direction, note = "unknown", f"{note}; coders agree too little here"
        yield [*base, start, end, *_numbers(interval), *counts, direction, note]


def _numbers(interval: _Interval) -> list[float]:
    return [interval.estimate, interval.low, interval.high, interval.low_90, interval.high_90]


def _mean(value: Numbers) -> tuple[_Interval, str]:
    if len(value) == 0:
        return _Interval(), "no conversation with five stanced segments"
    if len(value) < 2:
        return _Interval(float(value[0])), "one conversation, so no interval"
    interval = _t(float(value.mean()), float(stats.sem(value)), len(value) - 1)
    # A share lies between 0 and 1; the t interval of a few conversations need not.
    return _Interval(*np.clip(astuple(interval), 0.0, 1.0)), ""


def _change(start: _Side, end: _Side) -> tuple[_Interval, str]:
    first, last = start.shares, end.shares
    fewest = min(len(first), len(last))
    if fewest < LEAST_CONVERSATIONS:
        return _Interval(), f"not testable: {fewest} counting conversations at a wave"
    before, after = start.by_group, end.by_group
    both = sorted(before.keys() & after.keys())
    if len(both) >= LEAST_CONVERSATIONS:
        moved = np.array([after[group] - before[group] for group in both])
        note = f"paired over {len(both)} groups"
        return _t(float(moved.mean()), float(stats.sem(moved)), len(both) - 1), note
    parts = np.array([first.var(ddof=1) / len(first), last.var(ddof=1) / len(last)])
    sizes = np.array([len(first) - 1, len(last) - 1])
    spread = float((parts**2 / sizes).sum())
    df = float(parts.sum()) ** 2 / spread if spread else float(sizes.sum())
    return _t(float(last.mean() - first.mean()), float(parts.sum()) ** 0.5, df), "unpaired"


def _t(estimate: float, error: float, df: float) -> _Interval:
    wide, narrow = (float(stats.t.ppf(part, df)) * error for part in (0.975, 0.95))
    edges = (estimate - wide, estimate + wide, estimate - narrow, estimate + narrow)
    return _Interval(estimate, *edges)


def _direction(interval: _Interval) -> str:
    if interval.low > 0:
        return "up"
    if interval.high < 0:
        return "down"
    # Comparisons with an empty number are false, so a change without estimate is unknown.
    is_same = interval.low_90 >= -SAME_WITHIN and interval.high_90 <= SAME_WITHIN
    return "same" if is_same else "unknown"
