"""Rules on interviews: in which conversations people speak of what, where and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pandas import DataFrame

from analysis.collect.interviews import Conversations
from analysis.learn.expectations.comparisons import region_name
from analysis.learn.expectations.outcome import Cell, Outcome, State, evidence_of, tell, weigh
from analysis.learn.expectations.size import within
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study
from analysis.plan.study.rules import Test


@dataclass(frozen=True)
class Spoken:
    """What the conversations speak of, and which theme rows there are to point to."""

    documents: DataFrame
    talks: DataFrame
    segments: DataFrame
    themes: frozenset[str]

    @classmethod
    def of(cls, study: Study, themes: DataFrame, conversations: Conversations) -> "Spoken":
        """Roll the codings up; a segment that is gone takes its codings along."""
        held = conversations.placed
        parts = (held.coded(study), held.asked(study), held.spoken(study))
        return cls(*parts, frozenset(themes["evidence_id"]))

    def asked(self, region: str, waves: Sequence[str]) -> DataFrame:
        """Return the conversations of a region to which the themes were put."""
        return _within(self.talks, region, waves)

    def mentions(self, region: str, waves: Sequence[str], codes: Sequence[str]) -> DataFrame:
        """Return the segments of those conversations that speak of any of the codes."""
        spoken = _within(self.segments, region, waves)
        spoken = spoken[spoken["document"].isin(self.asked(region, waves)["document"])]
        return spoken[spoken["code"].isin(codes)]

    def ids(self, region: str, waves: Sequence[str], codes: Sequence[str]) -> tuple[str, ...]:
        """Return the evidence ids of the themes a cell rests on."""
        named = [
            evidence_id("theme", region, code, wave)
            for code in codes
            for wave in (waves or [EVERY])
        ]
        return tuple(name for name in named if name in self.themes)


def _within(rows: DataFrame, region: str, waves: Sequence[str]) -> DataFrame:
    here = rows["region"] == region
    return rows[here & rows["wave"].isin(waves)] if waves else rows[here]


def groups_of(test: Test, study: Study) -> Iterator[tuple[str, list[str]]]:
    """List the regions of a test with the groups that belong to them."""
    for region in study.regions:
        groups = [*test.where.get(region, ())] if test.where else [*test.codes]
        if groups:
            yield region, groups


def presence(test: Test, spoken: Spoken, study: Study) -> Outcome:
    """Test whether every group of codes is spoken of in every region it belongs to."""
    cells = [
        _present(test, spoken, study, region, group)
        for region, groups in groups_of(test, study)
        for group in groups
    ]
    when = f" at {', '.join(test.waves)}" if test.waves else ""
    return Outcome(
        test.rule,
        weigh(cells, failing=_failing(test, cells)),
        f"named in at least {test.documents} conversations per region{when}",
        tell(cells),
        "a region where nobody speaks of it, or one more conversation where it is rare",
        evidence_of(cells),
    )


def _failing(test: Test, cells: Sequence[Cell]) -> int:
    return test.absent_in if test.absence == "contradicts" else len(cells) + 1


def _present(test: Test, spoken: Spoken, study: Study, region: str, group: str) -> Cell:
    codes, stance = test.codes[group], "hinders" if group in test.hindering else "helps"
    asked = len(spoken.asked(region, test.waves))
    found = spoken.mentions(region, test.waves, codes)
    count = found.loc[found["stance"] == stance, "document"].nunique()
    seen = f"{count} of {asked}"
    name = (
        f"{region_name(study, region)}, {group}"
        if len(test.codes) > 1
        else region_name(study, region)
    )
    return Cell(
        name, presence_of(count, asked, test.documents), seen, spoken.ids(region, test.waves, codes)
    )


def presence_of(count: int, asked: int, least: int) -> State:
    """Say whether enough of the conversations asked speak of something."""
    if not asked:
        return "missing"
    if count >= least:
        return "holds"
    return "unclear" if count else "fails"


def distinct_codes(test: Test, spoken: Spoken, study: Study) -> Outcome:
    """Test whether each region's own group is spoken of there more than another region's."""
    cells = []
    for region, groups in groups_of(test, study):
        own = [code for group in groups for code in test.codes[group]]
        others = [code for codes in test.codes.values() for code in codes if code not in own]
        asked = len(spoken.asked(region, test.waves))
        count, stray = (
            spoken.mentions(region, test.waves, codes)["document"].nunique()
            for codes in (own, others)
        )
        state = presence_of(count, asked, test.documents)
        # A start that nobody names contradicts nothing: people may not look back.
        state = "unclear" if state == "fails" or (state == "holds" and stray >= count) else state
        seen = f"own {count}, another region's {stray} of {asked}"
        evidence = spoken.ids(region, test.waves, own)
        cells.append(Cell(region_name(study, region), state, seen, evidence))
    return Outcome(
        test.rule,
        weigh(cells),
        f"each region's own start in at least {test.documents} conversations, more than another's",
        tell(cells),
        "a region that names another region's start at least as often as its own",
        evidence_of(cells),
    )


def onset(test: Test, spoken: Spoken, study: Study) -> Outcome:
    """Test whether the first group is spoken of at an earlier wave than the second."""
    first, then = test.codes
    cells = []
    for region in study.regions:
        at = {group: _first_wave(test, spoken, region, group) for group in (first, then)}
        one, other = at[first], at[then]
        late = len(test.waves)
        state: State = "holds" if one < other else "fails" if other < one else "unclear"
        asked = len(spoken.asked(region, test.waves))
        named = [test.waves[place] if place < late else "never" for place in (one, other)]
        codes = [*test.codes[first], *test.codes[then]]
        evidence = spoken.ids(region, test.waves, codes)
        seen = f"{first} {named[0]}, {then} {named[1]}"
        cells.append(
            Cell(region_name(study, region), state if asked else "missing", seen, evidence)
        )
    return Outcome(
        test.rule,
        weigh(cells),
        f"{first} in at least {test.documents} conversations at an earlier wave than {then}",
        tell(cells),
        f"a region where {then} comes first, or where a tie becomes an order",
        evidence_of(cells),
    )


def _first_wave(test: Test, spoken: Spoken, region: str, group: str) -> int:
    for place, wave in enumerate(test.waves):
        found = spoken.mentions(region, [wave], test.codes[group])
        if found.loc[found["stance"] == "helps", "document"].nunique() >= test.documents:
            return place
    return len(test.waves)


def present_in_some(test: Test, spoken: Spoken, study: Study) -> Outcome:
    """Test whether a group is spoken of in at least and at most so many regions."""
    group = next(iter(test.codes))
    cells = [_present(test, spoken, study, region, group) for region in study.regions]
    states = [cell.state for cell in cells]
    most = test.most if test.most is not None else len(cells) - 1
    # A region without conversations might be one more, or not.
    open_ones = states.count("unclear") + states.count("missing")
    count = within(states.count("holds"), open_ones, test.least, most)
    state: State = "missing" if set(states) == {"missing"} else count
    return Outcome(
        test.rule,
        weigh([Cell("", state, "")]),
        f"in at least {test.documents} conversations at {test.waves[-1]}"
        f" in {test.least} to {most} regions",
        tell(cells),
        "one region more or fewer across the bound",
        evidence_of(cells),
    )
