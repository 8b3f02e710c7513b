"""Who answered, where, when, and whether the form counts: everything beside the answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series

from analysis.collect.survey.codes import unfit_codes
from analysis.collect.survey.columns import Columns
from analysis.collect.survey.layout import Flags, Sheet
from analysis.collect.survey.moments import is_moment, outside, read_moments
from analysis.collect.survey.wording import YES_NO, may_be_shown, option, plain
from analysis.plan.files.grid import reworded, translate, words_of
from analysis.plan.problems import Phrase, Problem
from analysis.plan.study import Plan, Region, RegionWave


@dataclass(frozen=True)
class Details:
    """One row per form: `table` has participant, role and site; the flags say what counts."""

    table: DataFrame
    submitted: Flags
    tests: Flags
    withheld: Flags
    problems: tuple[Problem, ...]


def read_details(sheet: Sheet, columns: Columns, region: Region, wave: str, plan: Plan) -> Details:
    """Read the columns beside the answers, as far as they are there."""
    reader = _Reader(sheet, columns.ours, [])
    size = len(sheet.grid.cells)
    roles = {plain(role): role for role in plan.roles}
    roles |= {plain(theirs): ours for theirs, ours in region.roles.items()}
    table = {
        "participant": reader.words("participant", str, labelled=False),
        "role": reader.words("role", lambda word: _known_role(word, roles)),
        "site": reader.words("site", str),
    }
    if "participant" in columns.ours:
        codes = sheet.grid.cells[columns.ours["participant"]]
        reader.problems += unfit_codes(codes, sheet.grid.file)
    reader.problems += _unknown_roles(table["role"], sheet, columns, plan, region)
    always = np.ones(size, dtype=bool)
    submitted = always if sheet.submitted is None else sheet.submitted
    submitted = reader.flags("submitted", submitted)
    tests = sheet.tests if sheet.tests is not None else ~always
    tests = tests | reader.flags("test", ~always)
    consent = reader.flags("consent", always)
    reader.problems += _out_of_time(sheet, columns, region, wave)
    return Details(DataFrame(table), submitted, tests, ~consent & submitted, tuple(reader.problems))


@dataclass
class _Reader:
    sheet: Sheet
    columns: Mapping[str, str]
    problems: list[Problem]

    def words(self, ours: str, say: Callable[[str], str], *, labelled: bool = True) -> Series:
        """Return a column of words; a code with a label counts as its label."""
        index = self.sheet.grid.cells.index
        if ours not in self.columns:
            return Series("", index=index, dtype="category")
        cells = self.sheet.grid.cells[self.columns[ours]]
        labels = self.sheet.grid.labels.get(self.columns[ours], {}) if labelled else {}
        missing = self.sheet.grid.missing.get(self.columns[ours], {})
        if say is str and not labels and not missing:
            return cells
        return reworded(cells, lambda word: _said(word, labels, missing, say))

    def flags(self, ours: str, otherwise: Flags) -> Flags:
        """Return a column of yes and no; another word is a letter."""
        if ours not in self.columns:
            return otherwise
        column = self.columns[ours]
        if column == self.sheet.moment and self.sheet.submitted is not None:
            return self.sheet.submitted
        cells, labels = self.sheet.grid.cells[column], self.sheet.grid.labels.get(column, {})
        said = {w: YES_NO.get(plain(labels.get(w, w))) for w in words_of(cells)}
        if ours == "submitted":
            # A tool may write when it was sent in; what was not has no moment.
            said |= dict.fromkeys(filter(is_moment, said), True)
        for row in cells.index[translate(cells, lambda word: said[word] is None, bool)]:
            letter, named = "survey.submitted", {}
            if ours != "submitted":
                letter, named = "survey.yes_or_no", {"name": ours}
            problem = _about(self.sheet, int(row), column, letter, **named)
            self.problems.append(problem)
        flags: Flags = translate(cells, lambda word: bool(said[word]), bool)
        return flags


def _known_role(word: str, roles: Mapping[str, str]) -> str:
    """Return the role that a word stands for; who filled in one has the role of that option."""
    return roles.get(plain(word)) or roles.get(option(word), word)


def _said(
    word: str,
    labels: Mapping[str, str],
    missing: Mapping[str, str],
    say: Callable[[str], str],
) -> str:
    if not word or word in missing:
        return ""
    found = say(word)
    return say(labels[word]) if found == word and word in labels else found


def _unknown_roles(
    roles: Series, sheet: Sheet, columns: Columns, plan: Plan, region: Region
) -> list[Problem]:
    if not plan.roles:
        return []
    unknown = roles[(roles != "") & ~roles.isin([*plan.roles])].astype(object)
    often = unknown.value_counts()
    shown = {
        role: ("survey.unknown_role", {"role": role})
        for role, times in often.items()
        if may_be_shown(str(role), int(times), len(often))
    }
    shown |= {
        role: ("survey.unknown_role", {"role": option(role)})
        for role in often.index
        if option(role) != plain(role)
    }
    column = columns.ours.get("role", "role")
    told = {"known": [*plan.roles], "region": region.id}
    return [
        _about(sheet, int(row), column, letter, **own, **told)
        for row, role in unknown.items()
        for letter, own in [shown.get(role, ("survey.hidden_role", {}))]
    ]


def _about(sheet: Sheet, row: int, column: str, letter: str, **values: Any) -> Problem:
    return Problem(letter, sheet.grid.file, row=row, column=column, **values)


def _out_of_time(sheet: Sheet, columns: Columns, region: Region, wave: str) -> list[Problem]:
    """Refuse dates that cannot be read where region.yaml names them; warn of the wrong time."""
    column = columns.ours.get("answered_on", sheet.moment)
    if column is None or column not in {*sheet.grid}:
        return []
    cells, is_asked = sheet.grid.cells[column], "answered_on" in columns.ours
    words = [word for word in words_of(cells) if word]
    known, problems = read_moments(
        words, sheet.grid.file, column, order=region.dates, epoch=sheet.grid.epoch
    )
    if problems:
        return problems if is_asked else []
    held = region.waves.get(wave, RegionWave())
    codes: NDArray[Any] = translate(cells, lambda word: outside(known.get(word), held), bool)
    late = [
        Problem(
            "survey.other_time", sheet.grid.file, row=int(row), column=column, allowed=_when(held)
        )
        for row in cells.index[codes]
    ]
    if not is_asked:
        return late
    unread = translate(cells, lambda word: bool(word) and known.get(word) is None, bool)
    return late + [
        Problem("survey.no_date", sheet.grid.file, row=int(row), column=column)
        for row in cells.index[unread]
    ]


def _when(held: RegionWave) -> Phrase:
    if held.until:
        return Phrase("survey.from_until", start=held.date, end=held.until)
    return Phrase("survey.about", date=held.date)
