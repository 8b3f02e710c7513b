"""Promises about exports as tools really write them: nobody counted who was not sent in."""

import shutil

import pyreadstat
import pytest

from analysis.collect.survey.moments import is_moment
from analysis.findings.prepare import check_everything
from analysis.plan.study import check_study

# Which rows count of each export, as the readme of the failing inputs says.
KEPT = {
    "01-limesurvey-dutch-headings": 12,
    "01b-submitted-cannot-be-declared": 12,
    "02-limesurvey-code-and-text-headings": 12,
    "03a-qualtrics-sav-finished-1-2": None,
    "08-sav-one-impossible-date": None,
    "09-google-forms-timestamp": 24,
}


@pytest.mark.parametrize("name", KEPT)
def test_an_export_that_was_read_wrongly_is_read_rightly(tmp_path, shared, name):
    shutil.copytree(shared / "failing/intake" / name, tmp_path / "study")
    study, raw, problems = check_everything(tmp_path / "study")
    assert [one for one in problems if one.severity == "E"] == []
    people = raw.forms.respondents
    if KEPT[name]:
        assert len(people) == KEPT[name]
    if name.startswith("03a"):
        file = tmp_path / "study/raw/regions/ede/survey/w1.sav"
        cases, _ = pyreadstat.read_sav(file, apply_value_formats=True)
        real = (cases["Finished"] == "True") & (cases["Status"] != "Survey Preview")
        assert sorted(people["participant"]) == sorted(cases.loc[real, "participant"])


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        ("2024-02-01 10:00:00", True),
        ("2022/06/22 11:07:29 a.m. EET", True),
        ("1-2-2024", True),
        ("ja", False),
        ("", False),
        ("3", False),
    ],
)
def test_a_moment_is_known_in_the_ways_tools_write_it(word, is_one):
    assert is_moment(word) is is_one


def test_an_item_named_twice_is_named_in_the_letter(tiny):
    path = tiny / "raw/study.yaml"
    text = path.read_text(encoding="utf-8")
    first = text.index("items: [") + len("items: [")
    item = text[first : text.index(",", first)]
    path.write_text(text[:first] + f"{item}, " + text[first:], encoding="utf-8")
    _, problems = check_study(tiny)
    assert any(item in str(problem.allowed) for problem in problems)
