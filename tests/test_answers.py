"""Promises about one word in a cell: which answer it is, or which letter it becomes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.collect.survey.answers import KINDS, Answers, read_answers
from analysis.collect.survey.columns import Columns
from analysis.collect.survey.layout import Sheet
from analysis.plan.files.grid import grid_of_rows
from analysis.plan.study import Plan
from analysis.plan.study.regions import Region

FILE = "raw/regions/north/survey/first.csv"
SCALES = {
    "mood": {"label": "mood", "items": ["m1", "m2"], "range": [1, 5], "reverse_scored": ["m2"]},
    "zest": {"label": "zest", "items": ["z1"], "range": [0, 10]},
    "warmth": {"label": "warmth", "items": ["w1", "w2"], "range": [0, 10], "answers": "decimal"},
}
WAVES = {"first": {"label": "first"}}
PLAN = Plan.model_validate({"label": "a study", "waves": WAVES, "scales": SCALES})
ITEMS = ("m1", "m2", "z1", "w1", "w2")


def read(cells, says=None, **region) -> Answers:
    """Read the words below each item: what the file itself says of them, and what the region."""
    rows = max(map(len, cells.values()), default=0)
    columns = [[*cells.get(item, ()), *[""] * rows][:rows] for item in ITEMS]
    codes = [f"p{row}" for row in range(rows)]
    table = [("code", *(f"q_{item}" for item in ITEMS)), *zip(codes, *columns, strict=True)]
    grid = grid_of_rows([*enumerate(table, start=1)], FILE, "csv")
    place = Region(id="north", folder=Path("north"), label="North", order=1, **region)
    ours = Columns({item: f"q_{item}" for item in ITEMS}, (), (), ())
    return read_answers(Sheet("plain", replace(grid, **says or {})), ours, place, PLAN)


def told(found, item):
    """What each row answered to an item: a number, `dont_know` or `missing`."""
    row = [*PLAN.all_items].index(item)
    answers = [*zip(found.numbers[row], (KINDS[kind] for kind in found.kinds[row]), strict=True)]
    assert all(np.isnan(number) == (kind != "answered") for number, kind in answers)
    return [float(number) if kind == "answered" else kind for number, kind in answers]


def given_to(item, *words, **more):
    """What words under one item were read as, without a letter."""
    found = read({item: words}, **more)
    assert found.problems == ()
    return told(found, item)


def letters(item, *words, **more):
    """The letters about words under one item."""
    found = read({item: words}, **more).problems
    assert all((one.file, one.column) == (FILE, f"q_{item}") for one in found)
    return found


def letter(item, *words, **more):
    """The one letter about words under one item."""
    (found,) = letters(item, *words, **more)
    return found


def kind_of(item, *words, **more):
    """Which letter words under one item become."""
    return letter(item, *words, **more).id.removeprefix("survey.")


def notes(found):
    return {(note.what, note.detail): note.n for note in found.notes}


# Numbers


@pytest.mark.parametrize("word", ["1", "3", "5"])
def test_a_whole_number_within_the_range_is_an_answer(word):
    assert given_to("m1", word) == [float(word)]


@pytest.mark.parametrize("word", ["0", "6", "-1", "3.5", "007", "1E0", "\uff13", "--3"])
def test_any_other_number_is_a_letter_that_says_what_could_stand_there(word):
    problem = letter("m1", "4", word)
    assert (problem.row, problem.severity) == (3, "E")
    assert problem.allowed == "a whole number from 1 to 5; empty"


def test_a_letter_lists_the_words_that_the_region_declared():
    problem = letter("w1", "11", answers={"veel": 9.0}, missing={"niks": "missing"})
    assert problem.allowed == "a number from 0 to 10; empty, niks, veel"


def test_zeros_behind_a_whole_number_are_read_and_counted():
    found = read({"m1": ["3.0", "3,00", "3", "3.0"], "z1": ["10.0"]})
    assert told(found, "m1") == [3, 3, 3, 3]
    assert notes(found) == {("whole numbers written with zeros, such as 3.0", ""): 4}
    assert kind_of("m1", "3.000") == "wrong_decimal"


def test_a_declared_word_written_with_zeros_is_noted_as_that_word():
    found = read({"m1": ["9.0", "9"]}, missing={"9": "dont_know"})
    assert told(found, "m1") == ["dont_know", "dont_know"]
    assert notes(found) == {("read as dont_know", "9"): 2}


def test_zeros_behind_a_decimal_are_no_matter():
    found = read({"w1": ["3.0", "2.5"]})
    assert (told(found, "w1"), notes(found)) == ([3, 2.5], {})


def test_an_empty_cell_is_missing_and_needs_no_note():
    found = read({"m1": ["", "2"]})
    assert told(found, "m1") == ["missing", 2]
    assert told(found, "z1") == ["missing", "missing"]
    assert notes(found) == {} and found.problems == ()


def test_a_survey_without_rows_has_no_answers_and_no_letters():
    found = read({})
    assert found.numbers.shape == found.kinds.shape == (5, 0)
    assert found.problems == found.notes == ()


@given(st.lists(st.sampled_from(["", "1", "2", "3", "4", "5", "nvt"]), min_size=1))
def test_every_row_keeps_its_own_answer(words):
    known = {"": "missing", "nvt": "dont_know"}
    found = given_to("m1", *words, missing={"nvt": "dont_know"})
    assert found == [known.get(word) or float(word) for word in words]


# Decimals


def test_a_scale_of_decimals_takes_the_sign_that_its_file_uses():
    assert given_to("w1", "2.5", "3", "10") == [2.5, 3, 10]
    assert given_to("w1", "2,5", "3", "10") == [2.5, 3, 10]


def test_decimal_commas_are_counted_per_column():
    found = read({"w1": ["2,5", "2,5", "3"], "w2": ["1,5", "", ""]})
    what = "decimal commas read as points"
    assert notes(found) == {(what, "q_w1"): 2, (what, "q_w2"): 1}


def test_the_sign_is_proven_by_all_columns_of_decimals_and_by_no_other():
    assert told(read({"w1": ["1,250"], "w2": ["2,5"]}), "w1") == [1.25]
    assert kind_of("w1", "1,250") == "wrong_decimal"
    found = read({"w1": ["1,250"], "m1": ["3,0"]})
    assert [one.id for one in found.problems] == ["survey.wrong_decimal"]


def test_both_signs_in_one_file_are_one_letter():
    found = read({"w1": ["2.5"], "w2": ["3,5"]}).problems
    assert [(one.id, one.found) for one in found] == [("survey.two_decimals", "both 2.5 and 3,5")]


def test_a_declared_sign_goes_before_what_the_file_seems_to_use():
    assert given_to("w1", "1.250", decimal="point") == [1.25]
    assert given_to("w1", "1,250", decimal="comma") == [1.25]
    assert kind_of("w1", "2,5", decimal="point") == "wrong_answer"


def test_a_sign_that_is_likely_is_no_proof():
    likely = {"decimal_comma": True}
    assert kind_of("w1", "1,250", says=likely) == "wrong_decimal"
    assert given_to("w1", "2,5", says=likely) == [2.5]


@pytest.mark.parametrize("word", ["10.5", "-0.5", "2.5.1", "2e1"])
def test_a_decimal_outside_the_range_or_written_oddly_is_a_letter(word):
    assert letter("w1", "2.5", word).allowed == "a number from 0 to 10; empty"


# Answers that are turned around


def test_where_one_is_positive_the_answers_of_that_scale_are_turned_around():
    cells = {"m1": ["1", "2", "5", ""], "m2": ["4", "5", "1", "3"], "z1": ["0", "10", "5", "3"]}
    found = read(cells, one_is_positive=("mood",))
    assert told(found, "m1") == [5, 4, 1, "missing"]
    assert told(found, "m2") == [2, 1, 5, 3]
    assert told(found, "z1") == [0, 10, 5, 3]
    assert notes(found) == {("answers turned around: 1 is positive here", ""): 7}


def test_one_item_may_be_turned_around_alone():
    found = read({"m1": ["1"], "m2": ["1"]}, one_is_positive=("m2",))
    assert (told(found, "m1"), told(found, "m2")) == ([1], [5])
    assert notes(found) == {("answers turned around: 1 is positive here", ""): 1}


def test_an_item_that_counts_the_other_way_is_kept_as_it_was_answered():
    assert given_to("m2", "1", "5") == [1, 5]


@given(st.lists(st.integers(0, 10), min_size=1))
def test_answers_turned_around_twice_are_as_they_were(numbers):
    once = given_to("z1", *map(str, numbers), one_is_positive=("zest",))
    assert all(0 <= number <= 10 for number in once)
    again = given_to("z1", *(f"{number:.0f}" for number in once), one_is_positive=("z1", "zest"))
    assert again == numbers


def test_a_decimal_is_turned_around_within_its_own_range():
    assert given_to("w1", "2.5", "10", one_is_positive=("warmth",)) == [7.5, 0]


# Words that stand for a number, or for none


def test_a_label_that_the_region_declared_is_its_number_and_counted():
    answers = {"Helemaal  Eens": 5.0, "oneens": 2.0}
    found = read({"m1": ["helemaal eens", "Oneens", "oneens"]}, answers=answers)
    assert (told(found, "m1"), found.problems) == ([5, 2, 2], ())
    assert notes(found) == {("answer labels read as numbers", ""): 3}


def test_a_declared_label_outside_the_range_of_its_scale_is_a_letter():
    assert kind_of("m1", "tien", answers={"tien": 10.0}) == "wrong_label"
    assert given_to("z1", "tien", answers={"tien": 10.0}) == [10]


def test_a_word_that_the_region_calls_missing_is_noted_as_it_stands():
    missing = {"Weet  Niet": "dont_know", "99": "missing"}
    found = read({"m1": ["weet niet", "WEET NIET", "99", "4"]}, missing=missing)
    assert told(found, "m1") == ["dont_know", "dont_know", "missing", 4]
    assert notes(found) == {
        ("read as dont_know", "weet niet"): 1,
        ("read as dont_know", "WEET NIET"): 1,
        ("read as missing", "99"): 1,
    }


def test_what_the_region_calls_missing_goes_before_its_number():
    assert given_to("z1", "9", "8", missing={"9": "missing"}) == ["missing", 8]


def test_a_code_is_missing_by_its_label_in_the_file_or_in_the_region():
    labels = {"q_m1": {"8": "Weet niet", "9": "overgeslagen"}}
    found = read({"m1": ["8", "9"]}, {"labels": labels}, missing={"overgeslagen": "missing"})
    assert told(found, "m1") == ["dont_know", "missing"]
    assert notes(found) == {
        ("read as dont_know", "8 (Weet niet)"): 1,
        ("read as missing", "9 (overgeslagen)"): 1,
    }


def test_a_label_that_repeats_its_code_is_named_once():
    found = read({"m1": ["nvt"]}, {"labels": {"q_m1": {"nvt": "nvt"}}})
    assert notes(found) == {("read as dont_know", "nvt"): 1}


def test_a_code_that_the_file_declares_missing_is_missing_in_that_column_alone():
    says = {"missing": {"q_m1": {"5": "missing"}}}
    found = read({"m1": ["5", "4"], "m2": ["5", "4"]}, says)
    assert (told(found, "m1"), told(found, "m2")) == (["missing", 4], [5, 4])
    assert notes(found) == {("read as missing", "5"): 1}


def test_answers_with_a_label_beside_answers_without_are_a_warning():
    says = {"labels": {"q_m1": {"1": "oneens", "5": "eens"}}}
    warning = letter("m1", "1", "5", "4", "2", "", says=says)
    assert (warning.id, warning.severity) == ("survey.unlabelled", "W")
    assert warning.found == "the answer 2, 4 without a label, beside answers that have one"
    assert kind_of("m1", "eens", "4", answers={"eens": 5.0}) == "unlabelled"


def test_answers_that_all_have_a_label_or_all_have_none_are_no_warning():
    labels = {"q_m1": {"1": "oneens", "5": "eens"}}
    assert given_to("m1", "1", "5", says={"labels": labels}) == [1, 5]
    assert given_to("m1", "2", "4", says={"labels": labels}) == [2, 4]
    assert given_to("m1", "eens", answers={"eens": 5.0}) == [5]


def test_what_is_no_answer_needs_no_label():
    says = {"labels": {"q_m1": {"1": "oneens"}}, "missing": {"q_m1": {"9": "missing"}}}
    assert given_to("m1", "1", "9", "", says=says) == [1, "missing", "missing"]


def test_a_label_that_nobody_chose_is_no_word_of_the_column():
    grid_says = {"labels": {"q_m1": {"1": "oneens", "2": ""}}}
    assert kind_of("m1", "1", "2", says=grid_says) == "unlabelled"


# Letters


@pytest.mark.parametrize(
    ("word", "told_as", "found"),
    [
        ("2024-03-04", "wrong_date", "a date"),
        ("2024-03-04 00:00:00", "wrong_date", "a date"),
        ("1.250", "wrong_decimal", "1.250"),
        ("weet niet", "wrong_missing", "weet niet"),
        ("-", "wrong_missing", "-"),
        ("99", "wrong_missing", "99"),
        ("99.0", "wrong_missing", "99.0"),
        ("-9", "wrong_missing", "-9"),
        ("9999", "wrong_missing", "9999"),
        ("88", "wrong_missing", "88"),
        ("777", "wrong_missing", "777"),
        ("8", "wrong_answer", "8"),
        ("98", "wrong_answer", "98"),
        ("3-4", "wrong_answer", "3-4"),
        ("#DIV/0!", "wrong_answer", "#DIV/0!"),
        ("123456", "wrong_answer", "123456"),
        ("1234567", "wrong_label", "a text of 7 characters"),
        ("best wel", "wrong_label", "a text of 8 characters"),
        ("helemaal mee eens", "wrong_label", "helemaal mee eens"),
    ],
)
def test_each_wrong_word_is_the_letter_that_says_what_to_do_about_it(word, told_as, found):
    assert (kind_of("m1", word), letter("m1", word).found) == (told_as, found)


def test_a_wrong_label_that_several_chose_may_be_shown():
    assert {one.found for one in letters("m1", "best wel", "best wel")} == {
        "a text of 8 characters"
    }
    assert {one.found for one in letters("m1", *["best wel"] * 3)} == {"best wel"}


def test_a_label_beside_many_different_answers_is_an_open_answer():
    others = [f"antwoord {'abcdefghijklmnop'[n]}" for n in range(15)]
    few, many = ([*["best wel"] * 3, *others[:n]] for n in (14, 15))
    assert letters("m1", *few)[0].found == "best wel"
    assert letters("m1", *many)[0].found == "a text of 8 characters"


def test_each_row_with_a_wrong_answer_has_its_own_letter():
    found = letters("m1", "7", "3", "7", "oei")
    assert [(one.row, one.found) for one in found] == [
        (2, "7"),
        (4, "7"),
        (5, "a text of 3 characters"),
    ]


@pytest.mark.parametrize(("rows", "said"), [(1000, "7"), (1001, "7, in 1001 rows")])
def test_of_one_wrong_answer_a_thousand_rows_are_named_and_more_are_counted(rows, said):
    found = letters("m1", *["7"] * rows)
    assert len(found) == 1000 and {one.found for one in found} == {said}


def test_a_word_that_stands_only_in_rows_that_were_left_out_is_no_letter():
    words = ["7", "3", "2", "weet niet", "3.0"]
    grid = grid_of_rows([(1, ["q"]), *enumerate(([word] for word in words), 2)], FILE, "csv")
    # The words of a column stay known where its rows are gone.
    left = replace(grid, cells=grid.cells.iloc[[1, 2]], labels={"q": {"3": "x", "3.0": "y"}})
    ours = Columns(dict.fromkeys(ITEMS, "q"), (), (), ())
    place = Region(id="north", folder=Path("north"), label="North", order=1)
    found = read_answers(Sheet("plain", left), ours, place, PLAN)
    assert told(found, "m1") == [3, 2]
    assert {one.id for one in found.problems} == {"survey.unlabelled"}
    assert {one.found.split(" without")[0] for one in found.problems} == {"the answer 2"}
    assert not any(note.n for note in found.notes)
