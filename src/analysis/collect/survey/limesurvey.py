"""LimeSurvey: codes such as Q1[SQ001], an empty submitdate for a form that was never sent in."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from analysis.collect.survey.layout import Sheet
from analysis.collect.survey.wording import plain
from analysis.plan.files.grid import Grid, translate, words_of

SUBMITTED = {
    "submitdate", "date submitted", "datum ingediend", "datum verzonden", "verzenddatum",
    "datum ingezonden", "ingezonden op", "inzenddatum", "datum verstuurd", "verstuurd op",
    "verzonden op", "datum van verzending",
}  # fmt: skip
BESIDE = {
    "id", "lastpage", "startlanguage", "seed", "response id", "last page", "start language",
    "laatste pagina", "starttaal", "begin taal", "begintaal", "antwoord id", "respons id",
    "reactie id",
}  # fmt: skip
TOOL = SUBMITTED | BESIDE | {
    "startdate", "datestamp", "date started", "date last action", "datum gestart", "begindatum",
    "datum laatste actie", "interviewtime", "totale tijd", "start datum", "startdatum",
}  # fmt: skip
SUBQUESTION = re.compile(r"[A-Za-z][A-Za-z0-9]*\[[A-Za-z0-9_]+\](?:\[[A-Za-z0-9_]+\])?")
TIMING = re.compile(r"(?:group|question)?time\w*", re.IGNORECASE)
SPECIAL = {"{question_not_shown}": "", "{newline}": "\n", "{tab}": "\t", "{quote}": '"'}


class LimeSurvey:
    """Exports of responses as CSV or Excel, and the tab-separated VV file with two header rows."""

    name = "limesurvey"

    def fits(self, grid: Grid) -> bool:
        """Its own columns, or questions with subquestions between brackets."""
        names = {_own_word(name) for name in grid}
        has_tool_columns = bool(names & SUBMITTED) and bool(names & BESIDE)
        asked = any(SUBQUESTION.fullmatch(_code(name)) for name in grid)
        return has_tool_columns or asked or _is_vv(grid)

    def read(self, grid: Grid) -> Sheet:
        """Take the codes of a VV file from its second row, and see which forms were sent in."""
        questions: dict[str, str] = {}
        if _is_vv(grid):
            codes = [code or f"(column {n})" for n, code in enumerate(grid.row(0), start=1)]
            below = grid.below(1).renamed(dict(zip(grid, codes, strict=True)))
            questions = {code: grid.heading(text) for code, text in zip(below, grid, strict=True)}
            grid = _restored(below)
        tool = frozenset(name for name in grid if _own_word(name) in TOOL or _times(name))
        sent = next((name for name in grid if _own_word(name) in SUBMITTED), None)
        submitted = translate(grid.cells[sent], _was_sent, bool) if sent else None
        deciding = frozenset({sent} if sent else ())
        return Sheet(self.name, grid, submitted, None, sent, tool, deciding, questions)


def _code(heading: str) -> str:
    """Take the code of a heading that is written as code and text: `G1[SQ001]. We trust`."""
    return heading.split(". ", 1)[0].strip()


def _own_word(heading: str) -> str:
    """Write a heading as the tool's own list has it, whether its text stands behind it or not."""
    return plain(heading) if plain(heading) in TOOL else plain(_code(heading))


def _times(heading: str) -> bool:
    return TIMING.fullmatch(_code(heading)) is not None


def _is_vv(grid: Grid) -> bool:
    if not len(grid.cells):
        return False
    second = {plain(cell) for cell in grid.row(0)}
    return "submitdate" in second and "id" in second


def _was_sent(moment: str) -> bool:
    # A survey without dates writes this one moment for everything that was sent in.
    return moment not in {"", "N", "NULL", "{question_not_shown}"}


def _restored(grid: Grid) -> Grid:
    """Undo the signs a VV file uses for what a table cannot hold."""
    cells = {name: _restore(grid.cells[name], SPECIAL) for name in grid}
    return replace(grid, cells=pd.DataFrame(cells, index=grid.cells.index))


def _restore(column: pd.Series, signs: Mapping[str, str]) -> pd.Series:
    if not any("{" in word for word in words_of(column)):
        return column

    def restored(word: str) -> str:
        for sign, meant in signs.items():
            word = word.replace(sign, meant)
        return word

    return pd.Series(translate(column, restored), index=column.index, dtype="category")
