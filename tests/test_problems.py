"""Promises about letters."""

import csv
import re
from pathlib import Path

import pytest
from letter_texts import House

from analysis import problems
from analysis.findings import prepare
from analysis.problems import Problem, StudyError, letters
from analysis.problems.translation import translated

ONE = Problem("raw/a.csv", "6", "1 to 5", "correct it", 4, "q1")


def test_a_letter_says_where_what_was_found_what_is_allowed_and_what_to_do():
    assert ONE.letter().splitlines() == [
        "raw/a.csv, row 4, column q1",
        "    found      6",
        "    allowed    1 to 5",
        "    remedy     correct it",
    ]


def test_a_letter_can_be_dutch():
    assert ONE.letter("nl").startswith("raw/a.csv, rij 4, kolom q1\n    gevonden")


def test_one_mistake_in_many_cells_is_one_letter_that_counts_them():
    many = [
        Problem("raw/a.csv", "n.v.t.", "1 to 5", "declare it", row, f"q{column}")
        for row in range(2, 42)
        for column in range(1, 11)
    ]
    told = letters(many)
    assert told.count("found") == 1
    assert "rows 2 3 4 5 6 7 and 34 more" in told
    assert "columns q1 q10 q2 q3 q4 q5 and 4 more" in told
    assert told.endswith("400 problems; different kinds: 1.")


def test_different_mistakes_are_different_letters():
    other = Problem("raw/a.csv", "7", "1 to 5", "correct it", 9, "q1")
    assert letters([ONE, other]).count("found") == 2


def test_the_same_problem_is_told_once():
    assert letters([ONE, ONE]) == ONE.letter()


WRITE_LETTERS = (
    "study",
    "survey",
    "interviews",
    "processed",
    "findings",
    "simulate",
    "report/plan.py",
    "report/execute.py",
    "report/publish.py",
    "__main__.py",
)
TABLE = Path(problems.__file__).with_name("letters.nl.csv")


def test_every_text_of_a_letter_is_said_in_dutch_by_the_row_meant_for_it():
    with TABLE.open(encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    for row in rows:
        english, dutch = (re.sub(r"\{\w+\}", "7", row[language]) for language in ("en", "nl"))
        assert translated(english, "nl") == dutch
        assert {*re.findall(r"\{\w+\}", row["en"])} == {*re.findall(r"\{\w+\}", row["nl"])}


def test_no_text_that_a_letter_can_hold_is_left_in_english():
    source = Path(problems.__file__).parents[1]
    texts = House.of(source, WRITE_LETTERS).texts()
    assert len(texts) > 400
    # One word is a name of somebody's, a name and a colon stand so in YAML, the rest are pieces.
    said = {text for text in texts if re.match(r"[A-Za-z0-9]", text) and " " in text}
    said = {text for text in said if re.search(r"[a-z]{3}", text)}
    said = {text for text in said if not re.fullmatch(r"[a-z]+: 7", text)}
    assert sorted(text for text in said if translated(text, "nl") == text) == []


def test_a_letter_of_a_dutch_plan_is_dutch_and_takes_numbers_and_names_over(tiny):
    plan = tiny / "raw/study.yaml"
    plan.write_text(plan.read_text().replace("seed: 7", "seed: 7\nlanguages: [nl, en]"))
    first = tiny / "raw/regions/north/survey/first.csv"
    first.write_text(first.read_text().replace(",n1,", ",n_1,").replace(",yes,5,", ",yes,9,", 1))
    (tiny / "raw/regions/south/survey/second.csv").write_text("participant,n1\nx,1,2\n")
    with pytest.raises(StudyError) as caught:
        prepare(tiny)
    told = str(caught.value)
    assert "geen kolom n1 (lijkt op: n_1" in told
    assert "gevonden   3 velden\n    toegestaan 2 velden, zoals in de kopregel" in told
    assert not re.search(r"\b(the|found|allowed|remedy|column|row|or)\b", told)


def test_a_letter_for_machines_has_the_same_texts():
    row = Problem("raw/a.csv", "an empty file", "a header and rows", "restore the file").record(
        "nl"
    )
    assert row["found"] == "een leeg bestand"
    assert {*row} == {"file", "row", "column", "severity", "found", "allowed", "remedy"}
