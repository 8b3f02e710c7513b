"""Promises about exports as tools really write them: nobody counted who was not sent in."""

import io
import shutil
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from analysis.collect.survey import convert
from analysis.collect.survey.answers import KINDS
from analysis.collect.survey.moments import is_moment
from analysis.findings.prepare import check_everything
from analysis.plan.problems import Problem
from analysis.plan.study import check_study

# Which rows count of each export, as the readme of the failing inputs says.
KEPT = {
    "01-limesurvey-dutch-headings": 12,
    "01b-submitted-cannot-be-declared": 12,
    "02-limesurvey-code-and-text-headings": 12,
    "03a-qualtrics-sav-finished-1-2": None,
    "08-sav-one-impossible-date": None,
    "09-google-forms-timestamp": 24,
    "14-double-header-in-unused-columns": None,
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


def lay_out(
    folder: Path, export: str, *, ends: str = "1, 5", scale: str = "", region: str = ""
) -> Path:
    """Write a study of one region, wave and scale of three items."""
    place = folder / "raw/regions/ede"
    (place / "survey").mkdir(parents=True)
    plan = "label: Mini\nlanguages: [en]\nwaves: {w1: {label: w1}}\nscales:\n"
    plan += f"  trust: {{label: trust, items: [q1, q2, q3], range: [{ends}]{scale}}}\n"
    (folder / "raw/study.yaml").write_text(plan, encoding="utf-8")
    (place / "region.yaml").write_text(f"label: Ede\norder: 1\n{region}", encoding="utf-8")
    (place / "survey/w1.csv").write_text(export, encoding="utf-8")
    return folder


def rows(*answers: str, header: str = "participant,q1,q2,q3") -> str:
    """Write an export: a participant for each row of answers."""
    return "\n".join([header, *(f"p{n:02},{one}" for n, one in enumerate(answers))]) + "\n"


def letters_of(folder: Path) -> dict[str, list[Problem]]:
    """Check a study and return its problems by the name of their letter."""
    found: dict[str, list[Problem]] = {}
    for problem in check_everything(folder)[2]:
        found.setdefault(problem.id.partition(".")[2], []).append(problem)
    return found


def test_rows_are_numbered_as_excel_shows_them(tmp_path):
    export = rows('1,2,3,"een\ntwee\n\ndrie"', "9,2,3,kort", header="participant,q1,q2,q3,open")
    (wrong,) = letters_of(lay_out(tmp_path, "sep=,\n" + export))["wrong_missing"]
    assert (wrong.row, wrong.column) == (3, "q1")


@pytest.mark.parametrize("end", ["header", "rows", "both"])
def test_a_separator_at_the_end_of_lines_is_no_field(tmp_path, end):
    lines = rows("1,2,3", "3,4,5").replace(",", ";").splitlines()
    ended = [
        line + ";" * (end in ("both", ("rows", "header")[n == 0])) for n, line in enumerate(lines)
    ]
    study, raw, problems = check_everything(lay_out(tmp_path, "\n".join(ended)))
    assert len(raw.forms.respondents) == 2 and not problems


FULL = ("1,3,5", "5,3,2", "2,4,4", "4,2,1") * 20


@pytest.mark.parametrize(("ends", "is_told"), [("1, 5", False), ("1, 7", True), ("0, 5", True)])
def test_a_range_whose_ends_nobody_answers_is_told(tmp_path, ends, is_told):
    found = letters_of(lay_out(tmp_path, rows(*FULL), ends=ends)).get("range_unused", [])
    assert [one.found for one in found] == ["answers to trust from 1 to 5, on 80 forms"] * is_told


def test_an_end_that_few_come_near_is_no_news(tmp_path):
    narrow = ("3,4,5", "4,3,5", "2,4,3") + ("3,4,5",) * 40
    assert "range_unused" not in letters_of(lay_out(tmp_path, rows(*narrow)))


def test_a_region_that_stays_far_from_the_ends_is_told_though_others_reach_them(tmp_path):
    folder = lay_out(tmp_path, rows(*FULL))
    other = folder / "raw/regions/wijk"
    shutil.copytree(folder / "raw/regions/ede", other)
    (other / "region.yaml").write_text("label: Wijk\norder: 2\n")
    narrow = rows(*("1,2,3", "3,1,2") * 20).replace("\np", "\nw")
    (other / "survey/w1.csv").write_text(narrow)
    (one,) = letters_of(folder)["range_unused"]
    assert one.file == "raw/regions/wijk/survey" and one.severity == "W"


@pytest.mark.parametrize(
    ("scale", "answers", "n"),
    [
        (", reverse_scored: [q3]", ("5,5,5", "1,1,1", "3,3,3", "4,4,2", "2,,2"), 2),
        ("", ("5,5,5", "1,1,1"), 0),
    ],
)
def test_people_with_one_answer_everywhere_are_counted(tmp_path, scale, answers, n):
    found = letters_of(lay_out(tmp_path, rows(*answers), scale=scale)).get("straight_lines", [])
    assert [dict(one.values)["n"] for one in found] == [n] * bool(n)
    assert all(one.row == 2 and one.severity == "W" for one in found)


def test_one_answer_everywhere_is_seen_where_a_scale_is_turned_around(tmp_path):
    scale, region = ", reverse_scored: [q3]", "one_is_positive: [q2]\n"
    (one,) = letters_of(lay_out(tmp_path, rows("5,5,5", "5,1,5"), scale=scale, region=region))[
        "straight_lines"
    ]
    assert one.row == 2 and dict(one.values)["n"] == 1


def test_a_header_twice_in_columns_nobody_uses_is_told_and_stops_nothing(tmp_path):
    export = rows("1,2,3,x,y,Jan,Piet", header="participant,q1,q2,q3,Q3.13,q3.13,Naam,naam")
    found = letters_of(lay_out(tmp_path, export))
    assert {one.severity for same in found.values() for one in same} == {"W"}
    assert "'Q3.13', 'Naam'" in found["unused_twice"][0].found
    assert "'q3.13 (column 6)'" in found["unused_columns"][0].found
    assert "naam (" not in found["unused_columns"][0].found
    made = convert(tmp_path / "raw/regions/ede/survey/w1.csv", tmp_path / "out")
    assert [*pd.read_csv(made[0])][1:] == [
        *export.split("\n")[0].split(",")[:5],
        "q3.13 (column 6)",
    ]


@pytest.mark.parametrize("header", ["participant,q1,q2,q3,Q1", "participant,q1,q2,q3,Participant"])
def test_a_header_twice_of_a_column_that_is_used_stops_the_run(tmp_path, header):
    (one,) = letters_of(lay_out(tmp_path, rows("1,2,3,4", header=header)))["header_twice"]
    assert one.severity == "E"


def test_a_question_that_two_columns_ask_is_not_chosen_between(tmp_path):
    folder = lay_out(tmp_path, rows("1,2,3"), region='columns: {q3: "How was it?"}\n')
    cells = pd.read_csv(io.StringIO(rows("1,2,3,4", header="participant,q1,q2,a,b")))
    asked = ["", "", "", "How was it?", "How was it?"]
    place = folder / "raw/regions/ede/survey"
    (place / "w1.csv").unlink()
    pyreadstat.write_sav(cells, place / "w1.sav", column_labels=asked)
    (one,) = letters_of(folder)["header_twice"]
    assert "in columns a, b" in one.found


def test_the_second_column_of_one_header_may_be_chosen_by_its_number(tmp_path):
    region = "columns: {q3: Q (column 5)}\n"
    export = rows("1,2,3,4", header="participant,q1,q2,q,Q")
    study, raw, problems = check_everything(lay_out(tmp_path, export, region=region))
    assert raw.forms.answers["q3"].tolist() == [4] and {one.severity for one in problems} == {"W"}


AGREE = ["helemaal oneens", "oneens", "neutraal", "eens", "helemaal eens"]
FITS = ["past niet", "past wat", "past half", "past meer", "past goed"]


def with_labels(folder: Path, labels: list[str], *, region: str = "", wave: str = "w1") -> Path:
    """Write an SPSS file whose answers 1 to 5 have these labels."""
    if not folder.exists():
        (lay_out(folder, "", region=region) / "raw/regions/ede/survey/w1.csv").unlink()
    cells = pd.read_csv(io.StringIO(rows(*FULL)))
    known = dict.fromkeys(["q1", "q2", "q3"], dict(enumerate(labels, start=1)))
    path = folder / f"raw/regions/ede/survey/{wave}.sav"
    pyreadstat.write_sav(cells, path, variable_value_labels=known)
    return folder


@pytest.mark.parametrize(
    ("labels", "region", "is_told"),
    [
        (AGREE, "", False),
        (AGREE[::-1], "", True),
        ([f"{n} = {one}" for n, one in enumerate(AGREE[::-1], 1)], "", True),
        (AGREE[::-1], "one_is_positive: [trust]\n", False),
        (AGREE[::-1], "one_is_positive: [q1, q2]\n", True),
        (AGREE[::-1], "waves: {w1: {one_is_positive: [trust]}}\n", False),
        (AGREE, "one_is_positive: [trust]\n", True),
        (FITS[::-1], "", False),
    ],
)
def test_labels_that_run_down_are_told_with_the_key_that_turns_them(
    tmp_path, labels, region, is_told
):
    found = letters_of(with_labels(tmp_path / "study", labels, region=region)).get(
        "labels_down", []
    )
    assert len(found) == is_told
    assert all(one.severity == "W" and "one_is_positive" in one.remedy for one in found)


def test_labels_of_any_words_that_run_otherwise_at_one_wave_are_told(tmp_path):
    folder = with_labels(tmp_path / "study", FITS)
    plan = folder / "raw/study.yaml"
    plan.write_text(
        plan.read_text().replace("{w1: {label: w1}}", "{w1: {label: w1}, w2: {label: w2}}")
    )
    with_labels(folder, FITS[::-1], wave="w2")
    (one,) = letters_of(folder)["labels_differ"]
    assert one.file.endswith("w2.sav") and "q1, q2, q3" in one.found
    region = folder / "raw/regions/ede/region.yaml"
    region.write_text(region.read_text() + "waves: {w2: {one_is_positive: [trust]}}\n")
    assert "labels_differ" not in letters_of(folder)


def test_what_people_filled_in_behind_an_option_is_told_as_that_option(tmp_path):
    header, answers = "participant,q1,q2,q3", ("1,2,3", "Anders [de conciërge],2,3", "-oth-,2,3")
    folder = lay_out(tmp_path, rows(*answers, header=header))
    assert [one.found for one in letters_of(folder)["wrong_label"]] == ["anders [...]", "-oth-"]
    region = folder / "raw/regions/ede/region.yaml"
    said = 'missing: {"Anders [...]": missing, -oth-: dont_know}'
    region.write_text(f"{region.read_text()}{said}\n")
    assert letters_of(folder) == {}


def test_a_role_that_was_filled_in_is_mapped_by_its_option(tmp_path):
    header = "participant,role,q1,q2,q3"
    folder = lay_out(tmp_path, rows("Anders: conciërge,1,2,3", "leraar,1,2,3", header=header))
    plan = folder / "raw/study.yaml"
    plan.write_text(plan.read_text() + "roles: {leraar: {label: leraar}, rest: {label: rest}}\n")
    (one,) = letters_of(folder)["unknown_role"]
    assert "anders [...]" in one.found and "conciërge" not in one.letter()
    region = folder / "raw/regions/ede/region.yaml"
    region.write_text(region.read_text() + 'roles: {"Anders [...]": rest}\n')
    assert check_everything(folder)[1].forms.respondents["role"].tolist() == ["rest", "leraar"]


@pytest.mark.parametrize("code", ["test", "Test 1", "proef2", "dummy"])
def test_a_code_that_looks_like_a_test_is_told_and_counts(tmp_path, code):
    folder = lay_out(tmp_path, rows("1,2,3", "2,3,4").replace("p01", code))
    study, raw, problems = check_everything(folder)
    assert [(one.id, one.row, one.severity) for one in problems] == [("survey.code_test", 3, "W")]
    assert code in raw.forms.respondents["participant"].tolist()


def test_codes_of_two_waves_that_are_one_slip_apart_are_counted(tmp_path):
    folder = lay_out(tmp_path, rows("1,2,3", "2,3,4").replace("p0", "kade"))
    plan = folder / "raw/study.yaml"
    plan.write_text(plan.read_text().replace("w1: {", "w0: {label: w0}, w1: {"))
    (folder / "raw/regions/ede/survey/w0.csv").write_text(rows("1,2,3").replace("p0", "kabe"))
    (one,) = letters_of(folder)["near_codes"]
    assert (one.severity, dict(one.values)["n"]) == ("W", 1)


def test_a_byte_that_cannot_be_read_names_row_column_and_character(tmp_path):
    folder = lay_out(tmp_path, "")
    export = rows('1,2,3,"één\nen"', "1,2,3,caf#é", header="participant,q1,q2,q3,open")
    (folder / "raw/regions/ede/survey/w1.csv").write_bytes(export.encode().replace(b"#", b"\x81"))
    (one,) = letters_of(folder).keys()
    assert one == "no_encoding_fits"
    (letter,) = letters_of(folder)[one]
    assert (letter.row, letter.column) == (3, "open") and "character 4 (0x81)" in letter.found


def test_a_choice_of_forms_ends_without_its_semicolon(tmp_path):
    header = "Start time,Completion time,participant,q1,q2,q3"
    when = "2024-01-01 10:00,2024-01-01 10:10"
    export = f"{header}\n{when},p1,eens;,2,3\n{when},p2,eens,4;,3\n"
    folder = lay_out(tmp_path, export, region="answers: {eens: 4}\n")
    study, raw, problems = check_everything(folder)
    assert raw.forms.answers["q1"].tolist() == [4, 4] and raw.forms.answers["q2"].tolist() == [2, 4]


def test_numbers_labelled_as_no_answer_are_none_in_an_spss_file(tmp_path):
    folder = lay_out(tmp_path, "")
    place = folder / "raw/regions/ede/survey"
    (place / "w1.csv").unlink()
    cells = pd.read_csv(io.StringIO(rows("1,2,97", "98,2,3")))
    known = {97: "Weet niet", 98: "wil ik liever niet zeggen"}
    pyreadstat.write_sav(
        cells, place / "w1.sav", variable_value_labels=dict.fromkeys(["q1", "q3"], known)
    )
    kinds = check_everything(folder)[1].forms.kinds
    assert kinds["q3"].tolist() == [KINDS.index("dont_know"), 0]
    assert kinds["q1"].tolist() == [0, KINDS.index("missing")]


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
