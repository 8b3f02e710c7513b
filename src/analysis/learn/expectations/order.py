"""Rules on scores about order: which level gains first, which stands highest, who starts lowest."""

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
from analysis.plan.study import Study
from analysis.plan.study.rules import Test


def order_of_gain(test: Test, scored: Scored, study: Study) -> Outcome:
    """Test whether the first level gains at an earlier wave than the second, in every region."""
    cells = [_ordered(test, scored, study, region) for region in study.regions]
    first, then = (level_name(study, level) for level in test.levels)
    return Outcome(
        test.rule,
        weigh(cells),
        f"{first} gains at an earlier wave than {then} in every region; the same wave is a tie",
        tell(cells),
        f"a region where {then} gains first, or where a tie becomes an order",
        evidence_of(cells),
    )


def _ordered(test: Test, scored: Scored, study: Study, region: str) -> Cell:
    first, then = test.levels
    start = test.waves[0]
    rows: list[dict[str, Any]] = []
    states: set[Gain] = set()
    for wave in test.waves[1:]:
        rows += [scored.change(region, level, start, wave) for level in test.levels]
        one, other = (scored.gain(region, level, start, wave) for level in test.levels)
        states |= {one, other}
        if "gain" in (one, other):
            state, seen = _order(one, other, level_name(study, first), level_name(study, then))
            return Cell(region_name(study, region), state, f"{seen} by {wave}", ids_of(*rows))
    state = "missing" if states == {"missing"} else "unclear"
    return Cell(region_name(study, region), state, "neither gains", ids_of(*rows))


def _order(one: Gain, other: Gain, first: str, then: str) -> tuple[State, str]:
    if one == other:
        return "unclear", "both gain"
    if one == "gain":
        return ("holds" if other == "no gain" else "unclear"), f"{first} gains, {then} {other}"
    return ("fails" if one == "no gain" else "unclear"), f"{then} gains, {first} {one}"


def follows(test: Test, scored: Scored, study: Study) -> Outcome:
    """Test whether the second level gains, at that wave or later, wherever the first gained."""
    cells = [_followed(test, scored, study, region) for region in study.regions]
    first, then = (level_name(study, level) for level in test.levels)
    return Outcome(
        test.rule,
        weigh(cells),
        f"{then} gains by the last wave wherever {first} gained",
        tell(cells),
        f"a region where {first} gains and {then} stays the same or falls",
        evidence_of(cells),
    )


def _followed(test: Test, scored: Scored, study: Study, region: str) -> Cell:
    first, then = test.levels
    start, last = ends(test)
    led = [scored.gain(region, first, start, wave) for wave in test.waves[1:]]
    came = [scored.gain(region, then, start, wave) for wave in test.waves[1:]]
    rows = [
        scored.change(region, one, start, wave) for one in (first, then) for wave in test.waves[1:]
    ]
    since = led.index("gain") if "gain" in led else None
    if since is None:
        state: State = "missing" if set(led) == {"missing"} else "unclear"
        return Cell(
            region_name(study, region), state, f"no {level_name(study, first)} gain", ids_of(*rows)
        )
    state = "fails" if came[-1] == "no gain" else "unclear"
    state = "holds" if "gain" in came[since:] else state
    seen = f"{level_name(study, then)} {came[-1]} by {last}" if state != "holds" else "both gain"
    return Cell(region_name(study, region), state, seen, ids_of(*rows))


def order_of_means(test: Test, scored: Scored, study: Study) -> Outcome:
    """Test whether the means of the levels stand in the given order, highest first."""
    wave = test.waves[-1]
    cells = [_descending(test, scored, study, region, wave) for region in study.regions]
    order = " >= ".join(level_name(study, level) for level in test.levels)
    least = study.plan.smallest_change
    return Outcome(
        test.rule,
        weigh(cells),
        f"{order} at {wave}; an inversion above {least} contradicts",
        tell(cells),
        f"an inversion above {least} in any region, or the order in all of them",
        evidence_of(cells),
    )


def _descending(test: Test, scored: Scored, study: Study, region: str, wave: str) -> Cell:
    keys = [(region, scored.scale_of.get(level, ""), wave) for level in test.levels]
    rows = [scored.means.get(key, {}) for key in keys]
    if not all(is_number(row.get("estimate")) for row in rows):
        return Cell(region_name(study, region), "missing", "no means")
    means = [row["estimate"] for row in rows]
    worst = max(later - earlier for earlier, later in combinations(means, 2))
    state: State = "holds" if worst <= 0 else "unclear"
    state = "fails" if worst > study.plan.smallest_change else state
    seen = " / ".join(f"{mean:.2f}" for mean in means)
    return Cell(region_name(study, region), state, seen, ids_of(*rows))


def distinct_starts(test: Test, scored: Scored, study: Study) -> Outcome:
    """Test whether the first region is lowest and the last highest, by their differences."""
    level, wave = test.levels[0], test.waves[0]
    regions = [region for region in test.regions if region in study.regions]
    cells = []
    pairs = [(regions[0], other) for other in regions[1:]]
    pairs += [(other, regions[-1]) for other in regions[1:-1]]
    for lower, higher in pairs if len(regions) > 1 else []:
        row, sign = scored.between("difference", (lower, higher), level, wave, wave)
        state: State = "missing"
        seen = "no estimate"
        if row:
            low, high = sorted((sign * row["low"], sign * row["high"]))
            state = "holds" if low > 0 else "fails" if high < 0 else "unclear"
            seen = f"{points(sign * row['estimate'])}, {points(low)} to {points(high)}"
        name = f"{region_name(study, higher)} minus {region_name(study, lower)}"
        cells.append(Cell(name, state, seen, ids_of(row)))
    return Outcome(
        test.rule,
        weigh(cells),
        f"differences in {level_name(study, level)} at {wave} with 95% intervals above 0",
        tell(cells),
        "a clear difference the other way, or an interval that includes 0",
        evidence_of(cells),
    )
