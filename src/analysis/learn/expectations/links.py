"""Rule on interviews: what people name together in one statement."""

from collections.abc import Iterator, Sequence

from analysis.learn.expectations.comparisons import region_name
from analysis.learn.expectations.outcome import Cell, Outcome, State, evidence_of, tell, weigh_links
from analysis.learn.expectations.spoken import Spoken, presence_of
from analysis.plan.study import Study
from analysis.plan.study.rules import Test


def co_occurrence(test: Test, spoken: Spoken, study: Study) -> Outcome:
    """Test whether people name one thing together with another in one statement."""
    regions = [region for region in study.regions if not test.where or region in test.where]
    cells = [
        _linked(test, spoken, study, region, other) for region in regions for other in test.beside
    ]
    cells = list(_pooled(cells, test)) if test.together else cells
    cells += [_elsewhere(test, spoken, study)] if test.only_there else []
    chance = ", more often than chance" if test.above_chance else ""
    return Outcome(
        test.rule,
        weigh_links(cells, test.absent_in),
        f"named in one statement in at least {test.documents} conversations{chance}",
        tell(cells),
        "a link that nobody makes any more, or one more conversation where it is rare",
        evidence_of(cells),
    )


def _elsewhere(test: Test, spoken: Spoken, study: Study) -> Cell:
    """Ask that the first thing is named in a smaller share of conversations everywhere else."""
    codes = next(iter(test.codes.values()))
    counts = []
    for region in study.regions:
        asked = spoken.asked(region, test.waves)
        found = spoken.mentions(region, test.waves, codes)["document"].nunique()
        counts.append((region in test.where, found, len(asked)))
    own, other = (
        (
            sum(found for is_own, found, _ in counts if is_own == side),
            sum(asked for is_own, _, asked in counts if is_own == side),
        )
        for side in (True, False)
    )
    if not own[1] or not other[1]:
        return Cell("elsewhere", "missing", "no conversations to compare")
    is_rarer = other[0] / other[1] < own[0] / own[1]
    evidence = tuple(
        name
        for region in study.regions
        if region not in test.where
        for name in spoken.ids(region, test.waves, codes)
    )
    seen = f"named in {other[0]} of {other[1]} conversations"
    return Cell("elsewhere", "holds" if is_rarer else "fails", seen, evidence)


def _linked(test: Test, spoken: Spoken, study: Study, region: str, other: str) -> Cell:
    first = next(iter(test.codes))
    place = ["document", "segment"]
    one = spoken.mentions(region, test.waves, test.codes[first])[place].drop_duplicates()
    two = spoken.mentions(region, test.waves, test.beside[other])[place].drop_duplicates()
    both = one.merge(two)
    asked = spoken.asked(region, test.waves)
    documents = spoken.segments["document"].isin(asked["document"])
    here = spoken.segments[documents & (spoken.segments["region"] == region)]
    every = len(here[place].drop_duplicates())
    expected = len(one) * len(two) / every if every else 0.0
    count = both["document"].nunique()
    state = presence_of(count, len(asked), test.documents)
    if test.above_chance and state == "holds" and len(both) <= expected:
        state = "unclear"
    if state == "fails" and test.needed and other not in test.needed:
        state = "unclear"
    seen = f"{len(both)} statements in {count} of {len(asked)}, {expected:.1f} expected by chance"
    codes = [*test.codes[first], *test.beside[other]]
    name = f"{region_name(study, region)}, {other}"
    return Cell(name, state, seen, spoken.ids(region, test.waves, codes))


def _pooled(cells: Sequence[Cell], test: Test) -> Iterator[Cell]:
    """Take the regions together: a link is there if it holds in any of them."""
    for other in test.beside:
        own = [cell for cell in cells if cell.name.endswith(f", {other}")]
        states = {cell.state for cell in own}
        order: tuple[State, ...] = ("holds", "unclear", "fails", "missing")
        seen = "; ".join(f"{cell.name.split(',')[0]} {cell.seen}" for cell in own)
        yield Cell(other, next(one for one in order if one in states), seen, evidence_of(own))
