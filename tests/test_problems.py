"""Promises about letters."""

from analysis.problems import Problem, letters

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
