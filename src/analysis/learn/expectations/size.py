"""Rules on scores about size: in how many regions, where more, in one direction or not."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from analysis.learn.expectations.comparisons import (
    Gain,
    Scored,
    ends,
    ids_of,
    is_number,
    level_name,
    points,
    region_name,
)
from analysis.learn.expectations.outcome import Cell, Outcome, State, evidence_of, tell, weigh
from analysis.learn.longitudinal import direction_of
from analysis.plan.study import Study
from analysis.plan.study.rules import Test

ONE_IN_TWENTY = 0.05


def gain_in_some(test: Test, scored: Scored, study: Study) -> Outcome:
    """Test whether a level gains in at least and at most so many regions."""
    level, (start, end) = test.levels[0], ends(test)
    gains = {region: scored.gain(region, level, start, end) for region in study.regions}
    rows = [scored.change(region, level, start, end) for region in study.regions]
    states = list(gains.values())
    # A region without scores might be one more, or not.
    count, open_ones = states.count("gain"), states.count("unclear") + states.count("missing")
    most = test.most if test.most is not None else len(gains) - 1
    verdict = weigh([Cell("", within(count, open_ones, test.least, most), "")])
    if set(gains.values()) <= {"missing"}:
        verdict = "not_testable"
    seen = "; ".join(f"{region_name(study, region)}: {gain}" for region, gain in gains.items())
    return Outcome(
        test.rule,
        verdict,
        f"{level_name(study, level)} gains from {start} to {end} in {test.least} to {most} regions",
        f"gain in {count} of {len(gains)} regions ({seen})",
        "one region more or fewer with a gain across the bound",
        ids_of(*rows),
    )


def within(count: int, open_ones: int, least: int, most: int) -> State:
    """Say whether a count is within bounds, whatever the open cases turn out to be."""
    if count > most or count + open_ones < least:
        return "fails"
    return "holds" if count >= least and count + open_ones <= most else "unclear"


def compare_gain(test: Test, scored: Scored, study: Study) -> Outcome:
    """Test whether a level grows more in the first region than in the second."""
    level, (start, end) = test.levels[0], ends(test)
    more, less = test.regions[0], test.regions[1]
    row, sign = scored.between("growth", (less, more), level, start, end)
    names = [region_name(study, one) for one in (more, less)]
    state: State = "missing"
    seen = "no estimate"
    if row:
        low, high = sorted((sign * row["low"], sign * row["high"]))
        state = "holds" if low > 0 else "fails" if high < 0 else "unclear"
        span = f"95% interval {points(low)} to {points(high)}"
        seen = f"{points(sign * row['estimate'])} points ({span})"
    return Outcome(
        test.rule,
        weigh([Cell("", state, seen)]),
        f"95% interval of the difference in {level_name(study, level)} growth above 0",
        f"{names[0]} minus {names[1]}: {seen}",
        "an interval of the difference in growth that excludes 0",
        ids_of(row),
    )


def same_direction(test: Test, scored: Scored, study: Study) -> Outcome:
    """Test whether all regions gain at all these levels."""
    cells = list(_signs(test, scored, study))
    start, end = ends(test)
    return Outcome(
        test.rule,
        weigh(cells),
        f"a gain from {start} to {end} in every region and level; a fall contradicts",
        tell(cells),
        "a fall in any cell, or a gain where it is now unclear or the same",
        evidence_of(cells),
    )


def _signs(test: Test, scored: Scored, study: Study) -> Iterator[Cell]:
    start, end = ends(test)
    for region in study.regions:
        for level in test.levels:
            row, gain = (
                scored.change(region, level, start, end),
                scored.gain(region, level, start, end),
            )
            has_fallen = direction_of(str(row.get("verdict"))) == "down"
            states: dict[Gain, State] = {"gain": "holds", "missing": "missing"}
            state = "fails" if has_fallen else states.get(gain, "unclear")
            seen = points(row["estimate"]) if is_number(row.get("estimate")) else "no estimate"
            name = f"{region_name(study, region)}, {level_name(study, level)}"
            yield Cell(name, state, f"{seen} ({gain})", ids_of(row))


def different_size(test: Test, scored: Scored, study: Study) -> Outcome:
    """Test whether the size of the change differs between any two regions."""
    start, end = ends(test)
    rows = [
        row
        for level in test.levels
        for pair in combinations(study.regions, 2)
        if (row := scored.between("growth", pair, level, start, end)[0])
    ]
    margin = study.plan.smallest_change
    differing = [row for row in rows if _differs(row)]
    alike = [row for row in rows if row["low_90"] > -margin and row["high_90"] < margin]
    state: State = "holds" if differing else "fails" if len(alike) == len(rows) else "unclear"
    return Outcome(
        test.rule,
        weigh([Cell("", state if rows else "missing", "")]),
        f"a difference in change with adjusted p below {ONE_IN_TWENTY}",
        f"{len(differing)} of {len(rows)} differences in change between regions are clear",
        f"no clear difference, and all 90% intervals within {margin} points",
        ids_of(*(differing or rows)),
    )


def _differs(row: dict[str, Any]) -> bool:
    p = row.get("p_adjusted")
    return bool(is_number(p) and float(str(p)) < ONE_IN_TWENTY)
