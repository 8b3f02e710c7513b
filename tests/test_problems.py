"""Promises about letters."""

import re
from errno import errorcode
from pathlib import Path
from typing import get_args

import pytest
from pydantic_core.core_schema import ErrorType
from tiny_study import LINES

from analysis.findings import prepare
from analysis.findings.prepare import check_everything
from analysis.plan import problems
from analysis.plan.problems import Phrase, Problem, StudyError, letters, unreadable
from analysis.plan.problems.catalogue import FOLDER, TOLD, names_in, read_catalogue

WORDS = ("row", "rows", "column", "columns", "more", "count", "warning", *TOLD)
ONE = Problem("study.wrong_word", "raw/a.csv", row=4, column="q1", value=6, known="1 to 5")


def test_a_letter_says_where_what_was_found_what_is_allowed_and_what_to_do():
    assert ONE.letter().splitlines() == [
        "raw/a.csv, row 4, column q1",
        "    found      6",
        "    allowed    1 to 5",
        "    remedy     use one of these words",
    ]


def test_a_letter_can_be_dutch():
    assert ONE.letter("nl").startswith("raw/a.csv, rij 4, kolom q1\n    gevonden")


def test_one_mistake_in_many_cells_is_one_letter_that_counts_them():
    many = [
        Problem("study.empty_cell", "raw/a.csv", row=row, column=f"q{column}")
        for row in range(2, 42)
        for column in range(1, 11)
    ]
    told = letters(many)
    assert told.count("found") == 1
    assert "rows 2 3 4 5 6 7 and 34 more" in told
    assert "columns q1 q10 q2 q3 q4 q5 and 4 more" in told
    assert told.endswith("400 problems; different kinds: 1.")


def test_different_mistakes_are_different_letters():
    other = Problem("study.empty_cell", "raw/a.csv", row=9, column="q1")
    assert letters([ONE, other]).count("found") == 2


def test_the_same_problem_is_told_once():
    assert letters([ONE, ONE]) == ONE.letter()


ENGLISH = re.compile(r"\b(the|or|and|them|rows?|from|with|not|each|an|perhaps|found|allowed)\b")
SOURCE = Path(problems.__file__).parents[2]
ROOMS = sorted(path.stem for path in FOLDER.glob("*.yaml"))
MEANT = ["regions: {region}", "sets", "columns: {name}"]
TEXTS = [
    (f"{room}.{name}", part, text)
    for room in ROOMS
    for name, entry in read_catalogue(room).items()
    for part, text in entry.parts.items()
]


@pytest.mark.parametrize("room", ROOMS)
def test_the_catalogue_says_everything_in_both_languages(room: str):
    for name, part, text in TEXTS:
        if name.startswith(f"{room}."):
            assert {*text} == {"nl", "en"}, (name, part)
            assert all(text.values()), (name, part)
            assert names_in(text["nl"]) == names_in(text["en"]), (name, part)


def test_no_dutch_text_of_the_catalogue_is_left_in_english():
    plain = re.compile(r"`[^`]*`|\{.*?\}|<.*?>|docs/\S+|UTF-8")
    left = [name for name, _, text in TEXTS if ENGLISH.search(plain.sub("", text["nl"]))]
    same = [text["nl"] for _, _, text in TEXTS if text["nl"] == text["en"]]
    assert left == []
    assert [text for text in same if re.search("[a-z]{4}", plain.sub("", text))] == MEANT


def test_every_text_is_used_and_every_id_is_known():
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    used = {*re.findall(rf'"((?:{"|".join(ROOMS)})\.[a-z0-9_]+)"', source)}
    used |= {f"values.{name}" for name in re.findall(r'Unfit\("(\w+)"', source)}
    used |= {f"values.{kind}" for kind in get_args(ErrorType)}
    used |= {f"system.{name}" for name in errorcode.values()}
    used |= {"values.another", *(f"letter.{name}" for name in WORDS)}
    used |= {f"aside.{kind}" for kind in ("coding", "selection", "source", "row")}
    known = {name for name, _, _ in TEXTS}
    assert sorted(known - used) == []
    named_so = {name for name in used if not name.endswith((".yaml", ".csv"))}
    assert (
        sorted(name for name in named_so - known if not name.startswith(("values.", "system.")))
        == []
    )


def test_what_the_system_says_is_said_in_dutch_too():
    told = unreadable("raw/a.csv", PermissionError(13, "Permission denied"))
    assert "te lezen is (geen toestemming)" in told.letter("nl")
    assert "(Permission denied)" in told.letter()
    assert "(odd)" in unreadable("raw/a.csv", OSError(None, "odd")).letter("nl")


def test_an_id_that_nobody_knows_or_a_value_that_lacks_is_refused_at_once():
    for letter, values in (("run.nonsense", {}), ("run.next", {}), ("run.next", {"a": 1})):
        with pytest.raises(KeyError):
            Phrase(letter, **values)


def test_no_letter_about_a_badly_spoiled_study_holds_english(tiny):
    north, south = (tiny / "raw/regions" / name for name in ("north", "south"))
    rows = (north / "survey/first.csv").read_text().replace(",helper,", ",Helpr,", 2).splitlines()
    rows[0] = rows[0].replace("site", "place")
    alike = rows[3].replace("SYN", "syn", 1).replace(",helper,", ",guide,")
    (north / "survey/first.csv").write_text("\n".join([*rows, rows[1], rows[1], alike]))
    second = (north / "survey/second.csv").read_text()
    (north / "survey/second.csv").write_text(second.replace("h1,h2", "h_1,h2").replace(",5", ",8"))
    (south / "survey/second.csv").write_text("participant,n1,n1\nx,1,2\n")
    text = (south / "region.yaml").read_text().replace("2024-01-15", "2026-01-15")
    (south / "region.yaml").write_text(f"{text}columns: {{n4: N4}}\nroles: {{gids: guyde}}\n")
    spoken = LINES["helps"].format(number=0)
    said = f'document,code,text,coder\nfirst-0,Vertrouwn,"{spoken}",ann\nfirst-0,trust,Nooit,ann'
    (north / "interviews/lijst.csv").write_text(said)
    (north / "survey/third.csv").write_text("participant\n")
    (tiny / "raw/decisions/withdrawn.csv").write_text("region,participant\nnorht,a\nsouth,b\n")
    problems = check_everything(tiny)[2]
    assert len({(one.found, one.allowed) for one in problems}) > 10
    told = letters(problems, "nl")
    assert [line for line in told.splitlines() if ENGLISH.search(line)] == []
    assert "misschien trust (vertrouwen)" in told
    assert "een tekst die niet in het gesprek staat: first-0, rij 3\n" in told


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
    row = Problem("files.empty", "raw/a.csv").record("nl")
    assert row["found"] == "een leeg bestand"
    assert {*row} == {"id", "file", "row", "column", "severity", "found", "allowed", "remedy"}
