"""Rules on the published claims: what they state of which region, and together with what."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from pandas import DataFrame

from analysis.learn.expectations.comparisons import level_name, region_name
from analysis.learn.expectations.outcome import (
    Cell,
    Outcome,
    State,
    evidence_of,
    tell,
    weigh,
    weigh_links,
)
from analysis.learn.expectations.size import within
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study
from analysis.plan.study.codebooks import split_ids
from analysis.plan.study.rules import Test

FIELDS = ("subject_code", "outcome_code", "secondary_codes", "claimed_condition_codes")


def distinct_claims(study: Study) -> DataFrame:
    """Drop the restatements: each claim counts once, however often it is repeated."""
    return study.claims[study.claims["restates"] == ""]


def published_share(study: Study) -> tuple[float, int]:
    """Return the share of negative among positive and negative claims, and how many these are."""
    stanced = distinct_claims(study).query("valence != 'neutral'")
    share = float((stanced["valence"] == "negative").mean()) if len(stanced) else 0.0
    return share, len(stanced)


def _claimed_codes(claim: dict[str, str], above: dict[str, list[str]]) -> set[str]:
    """Gather the codes of a claim and all codes above them."""
    named = [code for field in FIELDS for code in split_ids(claim[field])]
    return {upper for code in named for upper in above.get(code, [code])}


def _speaking(study: Study, *wanted: tuple[str, ...]) -> DataFrame:
    """Return the distinct claims that name a code of every group."""
    paths = zip(study.codes["id"], study.codes["path"], strict=True)
    above = {code: path.split("/") for code, path in paths}
    claims = distinct_claims(study)
    codes = [_claimed_codes(claim, above) for claim in claims.to_dict("records")]
    return claims[[all(one & set(group) for group in wanted) for one in codes]]


def _of_region(claims: DataFrame, region: str) -> DataFrame:
    """Return the claims made of this region: by name, or explicitly of all regions."""
    is_of_all = (claims["strength"] == "all_regions") | (claims["region_basis"] == "all_stated")
    return claims[(claims["region"] == region) | ((claims["region"] == EVERY) & is_of_all)]


def _ids(claims: DataFrame) -> tuple[str, ...]:
    pairs = zip(claims["region"], claims["claim_id"], strict=True)
    return tuple(evidence_id("claim", region, claim) for region, claim in pairs)


def _claim_cell(name: str, claims: DataFrame, region: str | None) -> Cell:
    """Weigh the claims for one place; a claim of no region in particular decides nothing there."""
    own = claims if region is None else _of_region(claims, region)
    if len(own):
        return Cell(name, "holds", _claims(len(own)), _ids(own))
    loose = claims[claims["region"] == EVERY]
    if len(loose):
        seen = f"{_claims(len(loose))} of no region in particular"
        return Cell(name, "unclear", seen, _ids(loose))
    return Cell(name, "fails", "no claim")


def _claims(count: int) -> str:
    return "1 claim" if count == 1 else f"{count} claims"


def _valued(claims: DataFrame, *, hindering: bool) -> DataFrame:
    return claims[(claims["valence"] == "negative") == hindering]


def presence(test: Test, study: Study) -> Outcome:
    """Test whether every group is claimed of every region it belongs to."""
    cells = list(_presences(test, study))
    failing = test.absent_in if test.absence == "contradicts" else len(cells) + 1
    where = "anywhere" if test.together else "of every region, by name or of all regions"
    return Outcome(
        test.rule,
        weigh(cells, failing=failing),
        f"at least one distinct claim {where}",
        tell(cells),
        "a claim that names the region, or the loss of the only one that does",
        evidence_of(cells),
    )


def _presences(test: Test, study: Study) -> Iterator[Cell]:
    for group, codes in test.codes.items():
        claims = _valued(_speaking(study, codes), hindering=group in test.hindering)
        if test.together:
            yield _claim_cell(group, claims, None)
            continue
        for region in _regions(test, study, group):
            label = region_name(study, region)
            name = f"{label}, {group}" if len(test.codes) > 1 else label
            yield _claim_cell(name, claims, region)


def _regions(test: Test, study: Study, group: str) -> list[str]:
    if test.where:
        return [region for region, groups in test.where.items() if group in groups]
    return [*study.regions]


def co_occurrence(test: Test, study: Study) -> Outcome:
    """Test whether claims link one thing with another."""
    first = next(iter(test.codes.values()))
    regions = [*test.where] if test.where else [*study.regions]
    cells = []
    for other, codes in test.beside.items():
        linked = _speaking(study, first, codes)
        for region in [None] if test.together else regions:
            name = other if region is None else f"{region_name(study, region)}, {other}"
            cell = _claim_cell(name, linked, region)
            is_needed = not test.needed or other in test.needed
            cells.append(
                cell if is_needed or cell.state != "fails" else replace(cell, state="unclear")
            )
    if test.only_there:
        claims = _speaking(study, first)
        strays = claims[~claims["region"].isin([*test.where, EVERY])]
        state: State = "fails" if len(strays) else "holds"
        cells.append(Cell("elsewhere", state, _claims(len(strays)), _ids(strays)))
    return Outcome(
        test.rule,
        weigh_links(cells, test.absent_in),
        "at least one distinct claim that names both",
        tell(cells),
        "a claim that links them for a region, or the loss of the only one that does",
        evidence_of(cells),
    )


def gain_in_some(test: Test, study: Study) -> Outcome:
    """Test whether a level is claimed to have grown in some regions, and not in all."""
    every = distinct_claims(study)
    claims = _valued(every[every["level"] == test.levels[0]], hindering=False)
    some = claims[claims["strength"] == test.strength]
    named = sorted(set(claims.loc[claims["region"] != EVERY, "region"]))
    extended = claims[(claims["region"] == EVERY) & (claims["strength"] == "all_regions")]
    most = test.most if test.most is not None else len(study.regions) - 1
    state = within(len(named), 0, test.least, most) if not len(extended) else "fails"
    state = "unclear" if state == "holds" and not len(some) else state
    labels = ", ".join(region_name(study, region) for region in named) or "none"
    return Outcome(
        test.rule,
        weigh([Cell("", state if len(claims) else "missing", "")]),
        f"named positively in {test.least} to {most} regions, and claimed of some practices only",
        f"{_claims(len(some))} of some practices; regions named: {labels};"
        f" {_claims(len(extended))} of all regions",
        "a claim that names one more region, or all of them",
        _ids(claims),
    )


def distinct_starts(test: Test, study: Study) -> Outcome:
    """Test whether every region has its own start, claimed of no other."""
    cells = []
    for region, groups in test.where.items():
        own = _speaking(study, tuple(code for group in groups for code in test.codes[group]))
        here, elsewhere = own[own["region"] == region], own[~own["region"].isin([region, EVERY])]
        state: State = "holds" if len(here) and elsewhere.empty else "fails"
        seen = f"{_claims(len(here))}, elsewhere {len(elsewhere)}"
        cells.append(Cell(region_name(study, region), state, seen, _ids(own)))
    return Outcome(
        test.rule,
        weigh(cells),
        "an own start for every region; the ranking of the starts cannot be read from claims",
        tell(cells),
        "a region without a start of its own, or two with the same",
        evidence_of(cells),
    )


def same_direction(test: Test, study: Study) -> Outcome:
    """Test whether the claims of every region and level are positive, and none negative."""
    claims = distinct_claims(study)
    cells = []
    for region in study.regions:
        for level in test.levels:
            here = _of_region(claims[claims["level"] == level], region)
            good, bad = _valued(here, hindering=False), _valued(here, hindering=True)
            good = good[good["valence"] == "positive"]
            state: State = "unclear" if len(bad) else "holds" if len(good) else "missing"
            state = "fails" if len(bad) > len(good) else state
            name = f"{region_name(study, region)}, {level_name(study, level)}"
            seen = f"{len(good)} positive, {len(bad)} negative"
            cells.append(Cell(name, state, seen, _ids(here)))
    return Outcome(
        test.rule,
        weigh(cells),
        "positive claims and no negative one of every region and level",
        tell(cells),
        "a negative claim of any region and level",
        evidence_of(cells),
    )


def share_larger(test: Test, study: Study) -> Outcome:
    """Tell the published side of a comparison that needs conversations too."""
    share, counted = published_share(study)
    negative = distinct_claims(study).query("valence == 'negative'")
    return Outcome(
        test.rule,
        "not_testable",
        "a comparison with conversations",
        f"{len(negative)} of {counted} positive or negative claims are negative ({share:.2f});"
        " one side of the comparison only",
        "conversations to compare with",
        _ids(negative),
    )


CLAIM_RULES: dict[str, Callable[[Test, Study], Outcome]] = {
    "presence": presence,
    "co_occurrence": co_occurrence,
    "gain_in_some": gain_in_some,
    "distinct_starts": distinct_starts,
    "same_direction": same_direction,
    "share_larger": share_larger,
}
