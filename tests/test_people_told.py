"""What is said of people: in the singular too, and no more than is known."""

import pytest
from handmade import WAVES, Handmade, make_findings, opened
from pandas import DataFrame
from test_narrative import texts

from analysis import narrative, tables

FINDINGS = make_findings()
STUDY = FINDINGS.study
LANGUAGES = ("nl", "en")
NAMELESS = {"nl": "formulieren zonder code", "en": "forms without a code"}


def people(**columns) -> DataFrame:
    """The counts of the handmade study with some columns changed."""
    return FINDINGS.rows("participation").assign(**columns)


def flow(unlinked: int = 0, **moves: int) -> DataFrame:
    """One step of one region."""
    rows = [("w1", "w2", move, n) for move, n in moves.items()]
    rows += [(wave, wave, "unlinked", unlinked) for wave in WAVES[:2]]
    told = DataFrame(rows, columns=["start", "end", "move", "people"]).assign(region="harbour")
    ids = [f"flow/harbour/{row.move}/{row.start}-{row.end}" for row in told.itertuples()]
    return told.assign(evidence_id=ids)


def leaving(**changed) -> DataFrame:
    """The handmade model of leaving, its score changed."""
    rows = FINDINGS.rows("leaving")
    rows.loc[rows["term"] == "score", [*changed]] = [*changed.values()]
    return rows


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nl", "1 persoon kwam terug, 1 persoon is daarna niet meer gezien en 1 persoon was nieuw"),
        ("en", "1 person came back, 1 person was not seen again and 1 person was new"),
    ],
)
def test_one_person_is_told_in_the_singular_and_nobody_not_at_all(language, told):
    step = flow(stayed=1, lost=1, paused=0, joined=1, returned=0)
    said = str(narrative.describe_flow(opened(step, STUDY, language)))
    assert told in said and "0" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nobody_gave_a_code_nobody_is_said_to_come_back(language):
    said = str(narrative.describe_flow(opened(flow(unlinked=9), STUDY, language)))
    assert {"nl": "niemand van meting tot meting te volgen", "en": "nobody there can be followed"}[
        language
    ] in said
    nobody = FINDINGS.rows("leaving").head(1).assign(n=0, n_left=0)
    left = str(narrative.describe_leaving(opened(nobody, STUDY, language)))
    assert {"nl": "Niemand gaf een code", "en": "Nobody gave a code"}[language] in left


@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_without_a_code_are_said_to_count_as_people(language):
    everyone = people(unlinked=[0, 0, 0, 20, 0, 0, 0, 13])
    for tell in (narrative.describe_participation, narrative.describe_limits):
        assert f"33 {NAMELESS[language]}" in str(tell(opened(everyone, STUDY, language)))
        assert NAMELESS[language] not in str(tell(opened(people(), STUDY, language)))


def test_who_was_always_there_is_told_of_the_regions_where_that_is_known():
    counts = people()
    counts.loc[counts["region"] == "upland", "all_waves"] = None
    said = str(narrative.describe_participation(opened(counts, STUDY)))
    assert "30 of them in Harbour answered at every wave that their region held" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wave_that_a_region_did_not_hold_is_named_and_has_no_people(language):
    counts = people()
    counts.loc[(counts["region"] == "upland") & (counts["wave"] == "w1"), "people"] = None
    said = str(narrative.describe_participation(opened(counts, STUDY, language)))
    told = {"nl": "de eerste niet in Upland", "en": "first was not held in Upland"}[language]
    assert told in said and "0 at first" not in said.replace("60 at first", "")


def test_the_share_of_those_invited_is_told_where_it_is_known():
    some = people(response=[0.5, None, None, None] * 2)
    said = str(narrative.describe_participation(opened(some, STUDY)))
    assert "60 at first (50% of those invited), 55 at second and 50 at third" in said


def test_a_term_of_leaving_is_clear_after_all_terms_are_weighed_together():
    assert "Leaving is related" in str(narrative.describe_leaving(opened(leaving(), STUDY)))
    weighed = leaving(p_adjusted=0.06)
    assert "leaving is not clearly related" in str(
        narrative.describe_leaving(opened(weighed, STUDY))
    )
    weighed.loc[weighed["term"] == "region", "p_adjusted"] = 0.06
    assert "differs between" not in str(narrative.describe_leaving(opened(weighed, STUDY)))


def test_what_was_drawn_and_not_tested_is_not_said_to_be_too_few():
    described = FINDINGS.rows("attrition").assign(p_adjusted=float("nan"))
    assert "In 2 comparisons" in str(narrative.describe_attrition(opened(described, STUDY)))


def test_questions_are_told_of_the_last_wave_that_each_region_held():
    rows = FINDINGS.rows("item_reliability")
    earlier = rows.assign(wave="w2", evidence_id=rows["evidence_id"].str.replace("w3", "w2"))
    held = DataFrame(
        [*earlier.to_dict("records"), *rows[rows["region"] == "upland"].to_dict("records")]
    )
    last = tables.latest(opened(held, STUDY))
    assert {*zip(last.rows["region"], last.rows["wave"], strict=True)} == {
        ("harbour", "w2"),
        ("upland", "w3"),
    }
    said = str(narrative.describe_items(last))
    assert "At the last wave of each region (Harbour (second) and Upland (third))" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_alarms_are_counted_among_combinations_of_region_and_question(language):
    said = str(narrative.describe_items(opened(FINDINGS.rows("item_reliability"), STUDY, language)))
    told = {
        "nl": "in 1 van de 12 combinaties van regio en vraag de vraag tegen de rest",
        "en": "in 1 of 12 combinations of region and question the question runs against the rest",
    }
    chance = {"nl": "sluit het interval nul niet uit", "en": "the interval includes zero"}
    assert told[language] in said and chance[language] in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_that_were_answered_alike_have_an_interval_that_is_not_computable(language):
    rows = FINDINGS.rows("item_reliability").assign(item_rest=1.0, low=None, high=None)
    said = str(narrative.describe_items(opened(rows, STUDY, language)))
    told = {"nl": "95%-interval niet te berekenen", "en": "95% interval not computable"}
    assert told[language] in said and "NaN" not in said


def test_a_region_of_too_few_people_is_named_and_says_nothing_of_other_waves():
    rows = FINDINGS.rows("item_reliability")
    rows.loc[rows["region"] == "upland", ["item_rest", "low", "high"]] = float("nan")
    said = str(narrative.describe_items(opened(rows, STUDY)))
    assert "In Upland (third) no scale has enough questions and people" in said
    assert "1 of 6 combinations" in said and "No scale" not in said


def test_answers_that_may_not_be_shown_are_told():
    rows = FINDINGS.rows("answers", wave="w3").astype({"people": "Int64"})
    rows.loc[rows["region"] == "upland", "people"] = None
    said = str(narrative.describe_answers(opened(rows, STUDY)))
    assert "For 6 combinations of region and question, in Upland" in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("codes", "with_code", "told"),
    [
        ("some", 60, {"nl": "60 mensen met een code", "en": "60 people with a code"}),
        ("none", None, {"nl": "weten we niet wie vaker", "en": "do not know who took part more"}),
    ],
)
def test_a_brief_and_the_summary_say_what_a_form_without_a_code_counts_for(
    language, codes, with_code, told
):
    counts = people(codes=codes, with_code=with_code)
    if codes == "none":
        counts["all_waves"] = None
    shared = Handmade(STUDY, {**FINDINGS.tables, "participation": counts})
    said = " ".join(texts(language, shared))
    assert told[language] in said
    own = {"nl": "Zonder code telt elk formulier apart", "en": "Without a code each form counts"}
    assert own[language] in said
    one = {"nl": "formulier zonder code telt als één persoon", "en": "form without a code counts"}
    assert one[language] in narrative.summary(shared.in_language(language))["rounded"]
    assert one[language] not in narrative.summary(FINDINGS.in_language(language))["rounded"]
    if codes == "none":
        assert "Niet iedereen" not in said and "Not everyone" not in said
