"""Nearest neighbours of the catalogue: the same fault elsewhere is told as well."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from analysis.collect.survey import convert
from analysis.findings.prepare import check_everything
from analysis.plan.problems import Problem

SURVEY = Path("raw/regions/north/survey")
FIRST = SURVEY / "first.csv"
REGION = Path("raw/regions/north/region.yaml")
PLAN = Path("raw/study.yaml")
Change = Callable[[Path], None]


def rows_of(study: Path) -> list[list[str]]:
    return [line.split(",") for line in (study / FIRST).read_text(encoding="utf-8").splitlines()]


def put(study: Path, rows: list[list[str]]) -> None:
    text = "".join(",".join(row) + "\n" for row in rows)
    (study / FIRST).write_text(text, encoding="utf-8", newline="\n")


def cell(column: str, value: str) -> Change:
    def change(study: Path) -> None:
        rows = rows_of(study)
        rows[2][rows[0].index(column)] = value
        put(study, rows)

    return change


def one_more(code: str, answer: str = "3") -> Change:
    """Add a row below the answers."""

    def change(study: Path) -> None:
        rows = rows_of(study)
        put(study, [*rows, [code, "", "", "yes", *[answer] * 5]])

    return change


def twin(*pairs: tuple[str, str]) -> Change:
    """Add the first person once more, with a code that seems another."""

    def change(study: Path) -> None:
        rows = rows_of(study)
        code = rows[1][0]
        for old, new in pairs:
            code = code.replace(old, new)
        assert code != rows[1][0]
        put(study, [*rows, [code, *rows[1][1:]]])

    return change


def swap(file: Path, old: str, new: str) -> Change:
    def change(study: Path) -> None:
        text = (study / file).read_text(encoding="utf-8")
        assert old in text
        (study / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")

    return change


def bytes_in(file: Path, content: bytes) -> Change:
    return lambda study: (study / file).write_bytes(content) and None


def at_first(local: str) -> Change:
    return swap(REGION, "first: {", f"first: {{{local}, ")


def workbook(alter: Callable[[openpyxl.Workbook], object]) -> Change:
    """Put a workbook in place of the first export, with one thing altered."""

    def change(study: Path) -> None:
        book = openpyxl.Workbook()
        for row in rows_of(study):
            book.active.append([int(one) if one.isdigit() else one or None for one in row])
        alter(book)
        (study / FIRST).unlink()
        book.save((study / FIRST).with_suffix(".xlsx"))

    return change


def in_cell(place: str, value: object, number_format: str | None = None) -> Change:
    def alter(book: openpyxl.Workbook) -> None:
        book.active[place] = value
        if number_format:
            book.active[place].number_format = number_format

    return workbook(alter)


def nobody_sent(study: Path) -> None:
    rows = rows_of(study)
    put(study, [rows[0], *([*row[:3], "no", *row[4:]] for row in rows[1:])])


def a_file_as_folder(study: Path) -> None:
    shutil.rmtree(study / SURVEY)
    (study / SURVEY).write_text("x", encoding="utf-8")


def beside(name: str) -> Change:
    def change(study: Path) -> None:
        path = study / "raw" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")

    return change


def renamed(folder: str) -> Change:
    return lambda study: (study / SURVEY).rename((study / SURVEY).with_name(folder)) and None


def told(study: Path) -> set[tuple[str, str]]:
    """Return severity and found of every letter."""
    problems: list[Problem] = check_everything(study)[2]
    return {(problem.severity, problem.found) for problem in problems}


NO_CODE = "a word for no code as participant code"
TOTALS = "a row of totals among the people who answered"
ALIKE = "codes in rows 2, 26 that differ in capitals, space or look-alike signs only"
BOOK = "a workbook that cannot be read"
NEIGHBOURS: dict[str, tuple[Change, str, str]] = {
    "a total below the answers": (one_more("Totaal"), "E", TOTALS),
    "a mean below the answers": (one_more("gemiddelde"), "E", TOTALS),
    "a remark below the answers": (
        one_more("Bron: LimeSurvey die op 3 maart is geopend", ""),
        "E",
        "a sentence as participant code",
    ),
    "a dash as code": (cell("participant", "-"), "E", NO_CODE),
    "n.v.t. as code": (cell("participant", "n.v.t."), "E", NO_CODE),
    "a telephone number": (
        cell("participant", "06-12345678"),
        "E",
        "a telephone number as participant code",
    ),
    "a name": (cell("participant", "Jan de Vries"), "W", "perhaps a name as participant code"),
    "capitals": (twin(("SYN", "syn")), "W", ALIKE),
    "space inside": (twin(("-", " - ")), "W", ALIKE),
    "a sign without width": (twin(("-", "-\u200b")), "W", ALIKE),
    "a Cyrillic letter": (twin(("S", "\u0405")), "W", ALIKE),
    "wide digits": (twin(("0", "\uff10"), ("1", "\uff11")), "W", ALIKE),
    "a date as code": (
        in_cell("A3", datetime(2025, 3, 4)),
        "E",
        "a participant code that is a date",
    ),
    "an answer as percentage": (in_cell("E3", 0.05, "0%"), "E", "5%"),
    "a time as answer": (in_cell("E3", "12:30:00"), "E", "a text of 8 characters"),
    "a sheet that does not open": (workbook(lambda book: book.create_chartsheet("g")), "E", BOOK),
    "nobody sent it in": (nobody_sent, "W", "no respondents at first"),
    "an encoding that is none": (at_first("encoding: undefined"), "E", "an encoding nobody knows"),
    "a separator of two bytes": (
        at_first("separator: '§'"),
        "E",
        "waves.first.separator: §",
    ),
    "a letter as separator": (at_first("separator: a"), "E", "waves.first.separator: a"),
    "a page with a mark": (
        bytes_in(FIRST, b"\xef\xbb\xbf<html><table></table></html>"),
        "E",
        "a web page or document",
    ),
    "JSON": (bytes_in(FIRST, b'[{"participant": "a"}]'), "E", "a JSON file"),
    "Stata": (bytes_in(FIRST, b"<stata_dta>\x00\x00"), "E", "a Stata file"),
    "an answer that counts as missing": (
        swap(REGION, "nvt: dont_know", "nvt: dont_know, 3: missing"),
        "W",
        "missing: 3, which honesty has as an answer",
    ),
    "a file for a folder": (a_file_as_folder, "E", "a file"),
    "another name for the folder": (renamed("Surveys"), "E", "Surveys beside region.yaml"),
    "withdrawals in a workbook": (
        beside("decisions/withdrawn.xlsx"),
        "E",
        "a file that is not read",
    ),
    "a codebook as a workbook": (beside("codebooks/other.xlsx"), "E", "a file that is not read"),
    "a column in capitals": (
        swap(Path("raw/codebooks/ideas.csv"), "valence", "Valence"),
        "W",
        "the column Valence",
    ),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_a_neighbour_of_the_catalogue_is_told(tiny, name):
    change, severity, found = NEIGHBOURS[name]
    change(tiny)
    assert (severity, found) in told(tiny)


@pytest.mark.parametrize(
    "name", ["Thumbs.db", "desktop.ini", ".DS_Store", "._first.csv", "~$a.xlsx"]
)
def test_what_a_system_leaves_in_a_folder_is_no_export(tiny, name):
    (tiny / SURVEY / name).write_bytes(b"\x00")
    assert told(tiny) == set()


def test_a_stray_cell_in_the_last_corner_unfolds_no_sheet(tiny):
    in_cell("XFD1048576", " ")(tiny)
    assert told(tiny) == set()


@pytest.mark.parametrize(
    ("old", "new", "found", "row"),
    [
        (*("level: bond, items", "level: bonds, items"), "scale honesty: bonds is no level", 23),
        (*("scale: bond, from", "scale: bind, from"), "planned: bind is no scale or composite", 28),
    ],
)
def test_what_does_not_fit_together_in_the_plan_has_its_own_line(tiny, old, new, found, row):
    swap(PLAN, old, new)(tiny)
    (problem,) = check_everything(tiny)[2]
    assert (problem.found, problem.row) == (found, row)


@pytest.mark.skipif(
    sys.platform != "linux" or (os.geteuid() == 0 and shutil.which("setpriv") is None),
    reason="needs a user who may not read everything",
)
@pytest.mark.parametrize("file", [FIRST, PLAN, REGION, Path("raw/codebooks/ideas.csv")])
def test_a_file_that_does_not_open_is_told_as_such(tiny, file):
    (tiny / file).chmod(0)
    for folder in (tiny, *tiny.parents):
        if folder.owner() == (tiny / file).owner() and len(folder.parts) > 2:
            folder.chmod(0o755)
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    command = [sys.executable, "-m", "analysis", "check", "--data", str(tiny)]
    surround = {**os.environ, "MPLCONFIGDIR": "/nowhere"}
    ran = subprocess.run(
        [*(user if os.geteuid() == 0 else []), *command],
        capture_output=True,
        text=True,
        env=surround,
        check=False,
    )
    assert ran.returncode == 1
    assert f"{file}\n    found      a file that cannot be read (Permission denied)" in ran.stderr


def test_an_empty_row_or_a_very_long_answer_does_not_stop_a_conversion(tmp_path):
    export = tmp_path / "export.csv"
    export.write_text(f"code,why,a1\nA1,{'x' * 10**6},4\n,,\nA2,kort,5\n", encoding="utf-8")
    written = convert(export, tmp_path / "out")[0].read_text(encoding="utf-8")
    assert [line.split(",")[0] for line in written.splitlines()] == ["row", "2", "4"]
