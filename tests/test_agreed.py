"""Promises about what regions agreed and guessed: nothing that cannot be followed up is read."""

import pytest
from tiny_study import lay_out_tiny_study

from analysis.plan.study import check_study
from analysis.plan.study.agreed import COLUMNS, hash_of

AGREED = {
    "agreement_id": "a1",
    "region": "north",
    "wave": "first",
    "what_nl": "Elke maand samen terugkijken.",
    "what_en": "Look back together every month.",
    "who_group": "",
    "about_kind": "code",
    "about": "trust",
    "due_wave": "second",
    "state": "open",
    "shared": "yes",
    "approved_by": "SYNTHETIC",
}
AGREED["sha256"] = hash_of(AGREED)
GUESSED = {"region": "north", "wave": "first", "from_group": "a", "about_group": "b"}


@pytest.fixture
def study(tmp_path):
    folder = lay_out_tiny_study(tmp_path)
    (folder / "raw/decisions").mkdir(exist_ok=True)
    return folder


def told(study, name, *rows):
    columns = COLUMNS[name]
    lines = [",".join(columns), *(",".join(row[one] for one in columns) for row in rows)]
    path = study / f"raw/decisions/{name}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    place = f"raw/decisions/{name}.csv"
    return [(one.row, one.column) for one in check_study(study)[1] if one.file == place]


def test_agreements_that_can_be_followed_up_are_read_without_a_letter(study):
    another = AGREED | {"agreement_id": "a2", "shared": "no", "approved_by": "", "sha256": ""}
    assert told(study, "agreements", AGREED, another) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"region": "nrth"},
        {"wave": "third"},
        {"due_wave": "someday"},
        {"about_kind": "feeling"},
        {"about": "trst"},
        {"state": "done"},
        {"shared": "perhaps"},
        {"what_nl": ""},
        {"approved_by": ""},
        {"sha256": ""},
    ],
)
def test_each_slip_in_an_agreement_is_a_letter_at_its_cell(study, wrong):
    assert told(study, "agreements", AGREED | wrong) == [(2, *wrong)]


def test_an_agreement_is_never_due_before_it_was_made(study):
    backwards = AGREED | {"wave": "second", "due_wave": "first"}
    assert told(study, "agreements", backwards) == [(2, "due_wave")]


def test_no_two_agreements_share_an_id(study):
    assert told(study, "agreements", AGREED, AGREED) == [(3, "agreement_id")]


@pytest.mark.parametrize(("value", "letters"), [("3.5", 0), ("3,5", 1), ("", 1), ("-1", 1)])
def test_a_guess_is_a_number(study, value, letters):
    measure = [*check_study(study)[0].plan.scales][0]
    guess = GUESSED | {"measure": measure, "value": value.replace(",", ";")}
    assert told(study, "predictions", guess) == [(2, "value")] * letters


def test_a_guess_about_nothing_measured_is_a_letter(study):
    guess = GUESSED | {"measure": "mood", "value": "3"}
    assert told(study, "predictions", guess) == [(2, "measure")]


def test_a_table_of_agreements_under_another_name_is_a_letter(study):
    (study / "raw/decisions/agreement.csv").write_text("region\n", encoding="utf-8")
    assert "raw/decisions/agreement.csv" in {one.file for one in check_study(study)[1]}
