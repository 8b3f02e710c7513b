"""In which direction people speak of each level: the share of talk that says it helps."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from itertools import combinations

import numpy as np
from pandas import DataFrame
from scipy import stats

from analysis import described
from analysis.evidence import evidence_id
from analysis.interviews import leading_codings, people_in
from analysis.study import Study

LEAST_SEGMENTS = 5
LEAST_DOCUMENTS = 4
SAME_WITHIN = 0.20
STANCE = "stance"


@dataclass(frozen=True)
class _Interval:
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    low_90: float = np.nan
    high_90: float = np.nan


def measure_talk(
    documents: DataFrame,
    segments: DataFrame,
    codings: DataFrame,
    study: Study,
    agreement: DataFrame,
) -> DataFrame:
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
    confused with each other without moving it. So a level whose own alpha (all regions) is below
    .60 has no known direction, whatever the alphas of its codes; and no level has one when coders
    agree that little on what helps and what hinders.
    """
    shares = _shares(documents, segments, codings, study)
    weak = agreement[agreement["tentative"].astype(bool)] if len(agreement) else agreement
    tentative = set(weak.loc[weak["region"] == "all", "code"]) if len(weak) else set()
    rows = [
        row
        for region in study.regions
        for level in study.plan.levels
        for row in _rows(
            shares.query("region == @region and level == @level"),
            (region, level, [*study.plan.waves]),
            is_tentative=level in tentative or STANCE in tentative,
        )
    ]
    return described.table("talk", rows)


def _shares(
    documents: DataFrame, segments: DataFrame, codings: DataFrame, study: Study
) -> DataFrame:
    """Give each conversation that counts its helping share per level."""
    placed = study.crosswalk.query("strength == 'primary' and level != ''")[["code", "level"]]
    known = leading_codings(codings, study).merge(segments[["region", "document", "segment"]])
    stanced = (
        known[known["stance"] != "neutral"]
        .merge(placed, on="code")
        .drop_duplicates(["region", "document", "segment", "level", "stance"])
    )
    keys = ["region", "document", "level"]
    grouped = stanced.assign(helps=stanced["stance"] == "helps").groupby(keys)
    shares = DataFrame({"share": grouped["helps"].mean(), "segments": grouped["segment"].nunique()})
    counting = shares[shares["segments"] >= LEAST_SEGMENTS].reset_index()
    return counting.merge(documents[["region", "document", "wave", "group", "people"]])


def _rows(
    shares: DataFrame, cell: tuple[str, str, list[str]], *, is_tentative: bool
) -> Iterator[list[object]]:
    region, level, waves = cell
    at = {wave: shares[shares["wave"] == wave] for wave in waves}
    for wave in waves:
        interval, note = _mean(at[wave])
        base = [evidence_id("talk", region, level, wave), "share", region, level, wave, ""]
        counts = [*_size(at[wave])[:1], len(at[wave]), None, *_size(at[wave])[1:]]
        yield [*base, *_numbers(interval), *counts, "", note]
    for start, end in combinations(waves, 2):
        interval, note = _change(at[start], at[end])
        base = [evidence_id("talk", region, level, f"{start}-{end}"), "change", region, level]
        least = [min(pair) for pair in zip(_size(at[start]), _size(at[end]), strict=True)]
        counts = [least[0], len(at[start]), len(at[end]), *least[1:]]
        direction = _direction(interval)
        if is_tentative and np.isfinite(interval.estimate):
            direction, note = "unknown", f"{note}; coders agree too little here"
        yield [*base, start, end, *_numbers(interval), *counts, direction, note]


def _numbers(interval: _Interval) -> list[float]:
    return [interval.estimate, interval.low, interval.high, interval.low_90, interval.high_90]


def _size(shares: DataFrame) -> list[int]:
    return [len(shares), people_in(shares), int(shares["segments"].sum())]


def _mean(shares: DataFrame) -> tuple[_Interval, str]:
    if shares.empty:
        return _Interval(), "no conversation with five stanced segments"
    value = shares["share"].to_numpy()
    if len(value) < 2:
        return _Interval(float(value[0])), "one conversation, so no interval"
    interval = _t(float(value.mean()), float(stats.sem(value)), len(value) - 1)
    # A share lies between 0 and 1; the t interval of a few conversations need not.
    return _Interval(*np.clip(astuple(interval), 0.0, 1.0)), ""


def _change(start: DataFrame, end: DataFrame) -> tuple[_Interval, str]:
    fewest = min(len(start), len(end))
    if fewest < LEAST_DOCUMENTS:
        return _Interval(), f"not testable: {fewest} counting conversations at a wave"
    before, after = (
        side[side["group"] != ""].groupby("group")["share"].mean() for side in (start, end)
    )
    both = before.index.intersection(after.index)
    if len(both) >= LEAST_DOCUMENTS:
        moved = (after[both] - before[both]).to_numpy()
        note = f"paired over {len(both)} groups"
        return _t(float(moved.mean()), float(stats.sem(moved)), len(both) - 1), note
    first, last = start["share"].to_numpy(), end["share"].to_numpy()
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
