"""Promises about how a sentence is made, and about the check that it says no more than its rows."""

import jinja2
import numpy as np
import pytest
from handmade import make_study
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame

from analysis.findings import Table
from analysis.plan.evidence import Passage, Sentence
from analysis.plan.study.labels import Labels
from analysis.tell.narrative.short import answer
from analysis.tell.narrative.voice import (
    UnfoundedSentence,
    Voice,
    at_waves,
    faults_of,
    ladder,
    rows_of,
    told,
)

STUDY = make_study()
ENGLISH, DUTCH = Voice(STUDY), Voice(STUDY, "nl")


def faults(text, *rows, ids=("a/1",), study=STUDY, language="en"):
    """What is wrong with a sentence about rows; a row without an id is `a/1`."""
    known = [{"evidence_id": "a/1", **row} for row in rows]
    return faults_of(Sentence(text, ids), known, Labels(study, language))


def is_founded(text, *rows, **more):
    return faults(text, *rows, **more) == []


def about(**row):
    """A table of one row, with an id."""
    return DataFrame([{"evidence_id": "a/1", **row}])


# Numbers in a sentence


@pytest.mark.parametrize(
    ("value", "told_as"),
    [
        (0.125, "0.12"),
        (0.375, "0.38"),
        (0.125, "0,12"),
        (0.125, "0.1"),
        (0.125, "0.125"),
        (2.5, "2"),
        (3.5, "4"),
        (40, "40"),
        (40.0, "+40"),
        (-0.4, "-0.4"),
        (-0.4, "\u22120.4"),
        (0.38, "38%"),
        (0.125, "12.5%"),
        (0.125, "12%"),
    ],
)
def test_a_number_of_a_row_may_be_said_rounded_half_to_even(value, told_as):
    assert is_founded(f"That is {told_as} here.", {"estimate": value})
    assert is_founded(f"({told_as})", {"estimate": value})


@pytest.mark.parametrize(
    ("value", "told_as"),
    [
        (0.125, "0.13"),
        (0.375, "0.37"),
        (2.5, "3"),
        (3.5, "3"),
        (40, "41"),
        (40, "-40"),
        (-0.4, "0.4"),
        (0.4, "\u22120.4"),
        (0.38, "39%"),
        (38, "38%"),
        (0.38, "38"),
        (True, "1"),
        ("7", "7"),
    ],
)
def test_any_other_number_is_a_fault_that_names_it(value, told_as):
    # Two rows alike, so that neither 1 nor a count of what they share is the number asked for.
    alike = [{"estimate": value, "who": n} for n in "ab"] * 4
    assert faults(f"That is {told_as} here.", *alike) == [
        f"{told_as} is in no row of: That is {told_as} here."
    ]


@given(st.floats(-1000, 1000), st.integers(0, 3), st.sampled_from(["en", "nl"]))
def test_what_the_voice_prints_the_check_accepts(value, places, language):
    voice = Voice(STUDY, language)
    rows = about(estimate=value)
    for text in (voice.decimal(value, places), voice.signed(value, places)):
        voice.state(f"x {text} y", rows)


def test_how_many_rows_there_are_may_be_said_and_how_often_something_is_so():
    rows = [{"verdict": one} for one in ("up", "up", "up", "down", None)]
    assert is_founded("Of 5 changes 3 rose and 1 fell.", *rows)
    assert not is_founded("Of 5 changes 2 rose.", *rows)


def test_rows_may_be_added_up_and_what_is_empty_adds_nothing():
    rows = [{"n": 10, "m": None}, {"n": 20.5, "m": np.nan}, {"n": np.nan, "m": 4}]
    assert is_founded("Together 30.5 people.", *rows)
    assert is_founded("Together 30 people, and 4.", *rows)
    assert not is_founded("Together 31 people.", *rows)


def test_a_flag_is_no_number():
    rows = [{"clear": np.True_}, {"clear": True}, {"clear": np.True_}, {"clear": np.False_}]
    assert not is_founded("That is 2 here.", *rows)
    assert is_founded("That is 3 of 4.", *rows)


def test_a_column_that_only_some_rows_have_counts_for_those():
    assert is_founded("There were 12 and 30.", {"people": 12}, {"documents": 30})


@pytest.mark.parametrize("coverage", [80, 90, 95])
def test_the_coverage_of_an_interval_is_no_number_of_the_rows(coverage):
    for words in ("interval", "intervals"):
        assert is_founded(f"It is 2 ({coverage}% {words} 2 to 2).", {"estimate": 2})
    assert is_founded(f"Het is 2 ({coverage}%-interval 2 tot 2).", {"estimate": 2})
    assert not is_founded(f"It is 2 for {coverage}%.", {"estimate": 2})
    assert not is_founded(f"It is 2 (1{coverage}% interval).", {"estimate": 2})


@pytest.mark.parametrize("coverage", [85, 99])
def test_another_coverage_than_ours_is_a_fault(coverage):
    assert not is_founded(f"It is 2 ({coverage}% interval 2 to 2).", {"estimate": 2})


@pytest.mark.parametrize("word", ["42x", "n42", "\u00bd", "\u2167", "\u00b2"])
def test_a_number_in_disguise_is_a_fault_that_names_it(word):
    for text in (f"It rose in {word} schools.", f"It rose in \u201c{word}\u201d."):
        assert faults(text, {"estimate": 1.0}) == [f"{word} is no number of: {text}"]


@pytest.mark.parametrize("word", ["4.2.1", "1,234,567", "\uff14\uff12", "12%%", "4-2", "4/2"])
def test_a_number_that_is_written_oddly_is_a_fault_too(word):
    assert faults(f"It rose in {word} schools.", {"estimate": 1.0})


def test_a_word_with_a_digit_may_be_said_as_it_stands_in_a_row():
    row = {"label": "groep 7b en 8a"}
    assert is_founded("It rose in (7b).", row)
    assert faults("It rose in 7c.", row) == ["7c is no number of: It rose in 7c."]


def test_digits_of_a_quoted_text_may_be_said_and_those_of_other_words_may_not():
    words = "Wij zagen 17 kinderen."
    for column in ("text", "text_nl", "found"):
        assert is_founded("\u201cWij zagen 17 kinderen.\u201d", {column: words})
    assert not is_founded("\u201cWij zagen 17 kinderen.\u201d", {"note": words})
    assert not is_founded("Wij zagen 18 kinderen.", {"text": words})


# Names with digits


def with_region(label):
    """A study in which a region has this name."""
    harbour = STUDY.regions["harbour"].model_copy(update={"label": {"nl": label, "en": label}})
    changed = make_study()
    changed.regions = {**changed.regions, "harbour": harbour}
    return changed


def test_a_name_with_a_digit_is_no_number():
    study = with_region("School 12")
    assert is_founded("In School 12 it rose.", {}, study=study)
    assert is_founded("School 12, School 12 and School 12.", {}, study=study)
    assert not is_founded("In School 13 it rose.", {}, study=study)
    assert not is_founded("In School 12 it rose.", {})


def test_a_name_is_taken_out_whole_and_never_out_of_a_number():
    study = with_region("5")
    assert is_founded("In 5 it rose.", {}, study=study)
    assert not is_founded("25 people in 5.", {}, study=study)
    assert not is_founded("57 people in 5.", {}, study=study)
    assert is_founded("It rose at 3 (really).", {}, study=with_region("3 (really)"))


# Evidence


def test_a_sentence_without_evidence_is_a_fault_and_that_alone():
    assert faults("It rose by 7.", {"estimate": 1}, ids=()) == ["no evidence: It rose by 7."]


def test_every_row_that_is_not_there_is_named():
    assert faults("It rose.", {}, ids=("a/1", "c/3", "b/2")) == [
        "no row b/2: It rose.",
        "no row c/3: It rose.",
    ]


def test_a_number_of_another_row_is_no_evidence():
    rows = [{"evidence_id": "a/1", "n": 1}, {"evidence_id": "a/2", "n": 77}]
    assert is_founded("There were 77.", *rows, ids=("a/2",))
    assert not is_founded("There were 77.", *rows, ids=("a/1",))


@pytest.mark.parametrize("approved", [True, "True", np.True_])
def test_a_quotation_may_be_said_once_somebody_approved_it(approved):
    row = {"evidence_id": "quote/north/x", "text": "Ja."}
    assert is_founded("Ja.", {**row, "approved": approved}, ids=("quote/north/x",))
    for not_so in (False, "False", None, "", 1):
        found = faults("Ja.", {**row, "approved": not_so}, ids=("quote/north/x",))
        assert found == ["not approved: quote/north/x"]
    assert faults("Ja.", row, ids=("quote/north/x",)) == ["not approved: quote/north/x"]


def test_only_quotations_need_an_approval():
    for name in ("quotepool/north/x", "change/quote/x"):
        assert is_founded("Ja.", {"evidence_id": name, "approved": False}, ids=(name,))


# Making a sentence


def test_a_sentence_carries_the_ids_of_its_rows_and_begins_with_a_capital():
    rows = DataFrame({"evidence_id": ["a/1", "a/2"], "n": [3, 4]})
    said = ENGLISH.state("\u00e9en of 7.", rows)
    assert said == Sentence("\u00c9en of 7.", ("a/1", "a/2"))
    assert ENGLISH.state("iPad use: 3.", rows).text == "IPad use: 3."


def test_a_sentence_that_says_more_than_its_rows_is_not_made():
    with pytest.raises(UnfoundedSentence, match=r"^8 is in no row of: 8 or 9\.; 9 is in no row of"):
        ENGLISH.state("8 or 9.", about(n=1))
    row = {"people": 41, "wave": "w1"}
    with pytest.raises(UnfoundedSentence, match="41"):
        ENGLISH.say("people_at_wave", about(n=1), row=row, response=None)


def test_a_template_is_told_in_the_language_of_its_voice():
    row = {"people": 40, "wave": "w1", "response": 0.5}
    for voice, said in (
        (ENGLISH, "40 at first (50% of those invited)"),
        (DUTCH, "40 bij de eerste (50% van de genodigden)"),
    ):
        assert voice.say("people_at_wave", about(**row), row=row, response=0.5).text == said
        assert voice.text("people_at_wave", row=row, response=None) == said.split(" (")[0]


def test_a_template_that_lacks_a_value_is_not_filled_in():
    with pytest.raises(jinja2.UndefinedError):
        ENGLISH.text("at_wave")


def test_a_sentence_is_plain_text_on_one_line():
    assert ENGLISH.text("wave_of_region", region=" R&D <b>\n 'x'", wave="w") == "R&D <b> 'x' (w)"


def test_a_template_may_be_filled_in_again_with_other_values():
    voice = Voice(STUDY)
    assert [voice.text("at_wave", wave=wave) for wave in ("one", "two")] == ["at one", "at two"]


def test_other_templates_are_another_voice():
    assert Voice(STUDY, "en", "brief.yaml").text is not None
    with pytest.raises(KeyError):
        Voice(STUDY, "en", "brief.yaml").text("at_wave", wave="x")


def test_one_sentence_is_said_about_each_row_with_its_own_evidence():
    rows = DataFrame({"evidence_id": ["a/1", "a/2"], "people": [8, 9], "wave": ["w1", "w3"]})
    said = [*ENGLISH.each("people_at_wave", rows, response=None)]
    assert said == [Sentence("8 at first", ("a/1",)), Sentence("9 at third", ("a/2",))]
    by_row = {"w1": "people_at_wave", "w3": "no_people"}
    texts = [*ENGLISH.each(lambda row: by_row[row["wave"]], rows, response=None)]
    assert [one.text for one in texts] == [
        "8 at first",
        "No survey was collected, so there are no people to count.",
    ]


def test_that_there_is_nothing_rests_on_the_plan():
    (only,) = DUTCH.nothing("no_people")
    assert only.evidence == ("plan/study/label",)
    assert only.text.startswith("Er is geen vragenlijst afgenomen")


def test_numbers_are_printed_as_people_of_a_language_write_them():
    assert (ENGLISH.decimal(1234.125), DUTCH.decimal(0.125)) == ("1234.12", "0,12")
    assert (ENGLISH.decimal(0.125, 1), ENGLISH.signed(-0.125, 1)) == ("0.1", "\u22120.1")
    assert (ENGLISH.signed(0.125), DUTCH.signed(0.125)) == ("+0.12", "+0,12")
    assert (ENGLISH.whole(12), DUTCH.whole(12.0)) == ("12", "12")


def test_one_is_singular_and_any_other_count_plural():
    told_as = [ENGLISH.counted(n, "person", "people") for n in (0, 1, 2)]
    assert told_as == ["0 people", "1 person", "2 people"]


def test_names_are_joined_as_people_do():
    assert [ENGLISH.listed("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert DUTCH.listed("abc") == "a, b en c"


def test_rows_are_mappings_from_column_to_value():
    assert rows_of(DataFrame({"n": [1, 2], 3: ["x", "y"]})) == [
        {"n": 1, "3": "x"},
        {"n": 2, "3": "y"},
    ]


# Verdicts and what must be added to them


@pytest.mark.parametrize("voice", [ENGLISH, DUTCH])
def test_a_verdict_names_the_subject_for_readers_and_the_measure_for_researchers(voice):
    row = {"verdict": "clear_up", "scale": "near", "region": "harbour"}
    subject = {"en": "trust in each other", "nl": "het vertrouwen in elkaar"}[voice.language]
    assert subject in voice.verdict(row) and "Harbour" not in voice.verdict(row)
    research = voice.verdict(row, "research")
    assert research.startswith("near in Harbour")
    assert voice.verdict(row) == ladder()["verdicts"]["clear_up"]["sentence"][
        voice.language
    ].format(x=subject)


# A rise from the middle of a scale from 1 to 5, larger than the quarter point that matters.
RISE = {"verdict": "clear_up", "scale": "near", "low": 0.3, "high": 0.9, "start_mean": 3.0}
FALL = {**RISE, "verdict": "clear_down", "low": -0.9, "high": -0.3}


def added(row, **differs):
    """Which additions of the ladder a row gets, the same in both languages."""
    told_as = {voice.language: voice.additions({**row, **differs}) for voice in (ENGLISH, DUTCH)}
    words = ladder()["additions"]
    names = [name for name in words if words[name]["en"] in told_as["en"]]
    assert told_as == {one: [words[name][one] for name in names] for one in ("en", "nl")}
    return names


@pytest.mark.parametrize("row", [RISE, FALL])
@pytest.mark.parametrize("sure", ["clear", "probable"])
def test_a_change_from_the_middle_of_the_scale_needs_no_addition(row, sure):
    assert added(row, verdict=row["verdict"].replace("clear", sure)) == []


@pytest.mark.parametrize("verdict", ["same", "unknown", "seems_up", "seems_down", "too_few"])
def test_only_a_change_with_a_direction_has_additions(verdict):
    assert added(RISE, verdict=verdict, high=0.1, start_mean=4.9) == []


def test_a_slight_change_needs_no_word_for_its_size():
    assert added(RISE, verdict="slight_up", high=0.2) == []
    assert added(RISE, verdict="slight_up", high=0.2, start_mean=4.5) == ["high_start"]


@pytest.mark.parametrize(("room", "is_told"), [(0.9, True), (1.0, True), (1.01, False)])
def test_a_start_within_one_point_of_the_end_of_the_scale_is_told(room, is_told):
    assert added(RISE, start_mean=5 - room) == ["high_start"] * is_told
    assert added(FALL, start_mean=1 + room) == ["low_start"] * is_told
    assert added(RISE, start_mean=1 + room) == added(FALL, start_mean=5 - room) == []


@pytest.mark.parametrize(("share", "is_told"), [(0.149, False), (0.15, True), (0.6, True)])
def test_a_rise_from_a_crowded_start_is_told(share, is_told):
    assert added(RISE, start_at_highest=share) == ["high_start"] * is_told
    assert added(FALL, start_at_highest=share) == []


def test_on_the_shared_shelf_it_is_said_whether_a_start_was_crowded():
    assert added(RISE, starts_high=True) == ["high_start"]
    assert added(RISE, starts_high=False) == added(FALL, starts_high=True) == []


# Paragraphs


@told("no_people")
def count_people(rows, voice, *, most=99):
    """Say how many people there were, a few rows at most."""
    yield from voice.each("people_at_wave", rows[rows["people"] <= most], response=None)


PEOPLE = DataFrame({"evidence_id": ["a/1", "a/2"], "people": [8, 9], "wave": ["w1", "w3"]})


def test_a_paragraph_is_told_in_the_language_of_its_table():
    for language, said in (
        ("en", "8 at first 9 at third"),
        ("nl", "8 bij de eerste 9 bij de derde"),
    ):
        assert str(count_people(Table("x", PEOPLE, STUDY, language))) == said


def test_a_table_without_rows_or_without_anything_to_say_is_told_in_so_many_words():
    table = Table("x", PEOPLE, STUDY)
    nothing = ENGLISH.nothing("no_people")
    assert count_people(table.head(0)) == nothing
    assert count_people(table, most=5).sentences == nothing.sentences
    assert str(count_people(table, most=8)) == "8 at first"


@told("no_people")
def name_the_first(rows, voice):
    """Say only how many people the first row holds."""
    yield voice.say("people_at_wave", rows.head(1), row=rows.iloc[0], response=None)


def test_nobody_is_asked_to_tell_of_a_table_without_rows():
    table = Table("x", PEOPLE, STUDY)
    assert str(name_the_first(table)) == "8 at first"
    assert name_the_first(table.head(0)) == ENGLISH.nothing("no_people")


def test_the_answer_is_the_first_sentence_of_a_paragraph():
    passage = count_people(Table("x", PEOPLE, STUDY))
    assert answer(passage) == Passage(passage.sentences[:1])
    assert str(answer(passage)) == "8 at first"


def test_one_wave_is_said_once_and_own_waves_with_their_regions():
    rows = DataFrame(
        {"region": ["harbour", "harbour", "upland"], "wave": ["w3", "w3", "w3"], "n": [1, 2, 3]}
    )
    assert at_waves(rows, ENGLISH) == "at third"
    own = rows.assign(wave=["w3", "w3", "w2"])
    assert at_waves(own, ENGLISH) == (
        "at the last wave of each region (Harbour (third) and Upland (second))"
    )
    assert at_waves(own, DUTCH) == (
        "bij de laatste meting van elke regio (Harbour (derde) en Upland (tweede))"
    )
