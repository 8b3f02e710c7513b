"""Qualtrics: two or three header rows, the second in the language of whoever exported."""

import re

import numpy as np

from analysis.collect.survey.layout import Flags, Sheet
from analysis.collect.survey.spss import KIND as SPSS
from analysis.collect.survey.wording import WORDS, plain
from analysis.plan.files.grid import Grid, translate

OWN = {name: {*words} for name, words in WORDS["qualtrics"].items()}
TOOL, MARKS = OWN["tool"], OWN["marks"]
ENOUGH = 4
DECIDING = ("finished", "status", "distributionchannel")
LEGACY = re.compile(r"V[0-9]+")
IMPORT_ID = re.compile(r"""\{\s*["']?ImportId""")
YES, FLAGS = OWN["finished"], OWN["finished"] | OWN["unfinished"]
TEST_STATUS, TEST_CHANNEL = OWN["test_status"], OWN["test_channel"]


class Qualtrics:
    """Exports as CSV, tab-separated text or Excel, in the present and the legacy format."""

    name = "qualtrics"

    def fits(self, grid: Grid) -> bool:
        """Its own columns, in the first row or (legacy) in the second; or its import ids."""
        names = {plain(name) for name in grid}
        return _extra_headers(grid) > 0 or len(names & MARKS) >= ENOUGH

    def read(self, grid: Grid) -> Sheet:
        """Take off the extra headers, and see which entries are finished and which are tests."""
        extra = _extra_headers(grid)
        questions = dict(zip(grid, grid.row(0), strict=True)) if extra else {}
        if extra:
            grid = grid.below(extra)
        if _is_legacy(questions):
            named = {
                old: new
                for old, new in questions.items()
                if LEGACY.fullmatch(old) and plain(new) in TOOL
            }
            grid = grid.renamed(named)
        by_name = {plain(name): name for name in grid}
        tool = frozenset(name for name in grid if plain(name) in TOOL)
        submitted = None
        if "finished" in by_name:
            submitted = _matches(grid, by_name["finished"], YES)
        tests = np.zeros(len(grid.cells), dtype=bool)
        for column, marks in (("status", TEST_STATUS), ("distributionchannel", TEST_CHANNEL)):
            if column in by_name:
                tests |= _matches(grid, by_name[column], marks)
        moment = by_name.get("recordeddate") or by_name.get("enddate")
        deciding = frozenset(by_name[name] for name in DECIDING if name in by_name)
        return Sheet(self.name, grid, submitted, tests, moment, tool, deciding, questions)


def _matches(grid: Grid, column: str, words: set[str]) -> Flags:
    """See which cells are one of some words; a code with a label counts as its label."""
    labels = grid.labels.get(column, {})
    return translate(grid.cells[column], lambda word: plain(labels.get(word, word)) in words, bool)


def _extra_headers(grid: Grid) -> int:
    """Count the header rows below the first: to the import ids, else one of labels, if any."""
    if grid.kind == SPSS:
        return 0  # what a column is called stands beside the cases, never among them
    for place in range(min(2, len(grid.cells))):
        if any(map(IMPORT_ID.match, grid.row(place))):
            return place + 1
    if not len(grid.cells):
        return 0
    below = dict(zip(grid, grid.row(0), strict=True))
    if _is_legacy(below):
        return 1
    names = {plain(name): name for name in grid}
    is_qualtrics = len({*names} & MARKS) >= ENOUGH
    finished = below[names["finished"]] if "finished" in names else ""
    return int(is_qualtrics and plain(finished) not in FLAGS)


def _is_legacy(below: dict[str, str]) -> bool:
    named = [plain(text) for name, text in below.items() if LEGACY.fullmatch(name)]
    return len({*named} & TOOL) >= ENOUGH
