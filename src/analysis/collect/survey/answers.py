"""From words to answers: strict typing, one rule for everything that is not a number."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pandas import Series

from analysis.collect.survey.columns import Columns
from analysis.collect.survey.layout import Sheet
from analysis.collect.survey.numbers import (
    UNSURE,
    Decimals,
    decimals_of,
    whole_number,
    without_zeros,
)
from analysis.collect.survey.wording import kind_of_label, may_be_shown, option, plain
from analysis.plan.files.grid import Note, words_of
from analysis.plan.problems import Phrase, Problem
from analysis.plan.study import Plan, Region, Scale

KINDS = ("answered", "dont_know", "missing")
# At most six digits: more may be a telephone number, a birthday or a number of the state.
HARMLESS = re.compile(r"(?=(?:[^0-9]*[0-9]){0,6}[^0-9]*$)[-+0-9.,eE%/?]{1,12}|#[A-Z/0]{1,6}[!?]?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: .*)?")
NO_ANSWER = re.compile(r"-|-?(?:9{1,4}|8{2,4}|7{2,4})")
MANY = 1000


@dataclass(frozen=True)
class Answers:
    """What was answered: items x rows, a number and the place of a word in KINDS."""

    numbers: NDArray[np.float64]
    kinds: NDArray[np.int8]
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Read:
    """How one word of one column was read; a word that does not fit has no kind."""

    kind: str | None
    number: float = np.nan
    because: str = ""


@dataclass(frozen=True)
class ReadingRules:
    """Everything that decides what a word means, for one export."""

    sheet: Sheet
    region: Region
    decimals: Decimals

    @cached_property
    def missing(self) -> Mapping[str, str]:
        """What region.yaml calls missing, without differences of case and space."""
        return {plain(word): kind for word, kind in self.region.missing.items()}

    @cached_property
    def answers(self) -> Mapping[str, float]:
        """What region.yaml says the labels stand for."""
        return {plain(word): number for word, number in self.region.answers.items()}

    def read(self, word: str, column: str, scale: Scale) -> Read:
        """Read one word of a column as an answer to an item of a scale."""
        if not word:
            return Read("missing")
        bare = without_zeros(word)
        if bare != word and scale.answers == "ordinal":
            found = self.read(bare, column, scale)
            return replace(found, because=found.because or "zeros")
        label = self.sheet.grid.labels.get(column, {}).get(word, "")
        for known in (plain(word), plain(bare), plain(label), option(word)):
            if known in self.missing:
                return Read(self.missing[known], because=_named(word, label))
        declared = self.sheet.grid.missing.get(column, {}).get(word)
        if kind := declared or kind_of_label(label):
            return Read(kind, because=_named(word, label))
        for known in (plain(word), option(word)):
            if known in self.answers:
                return _in_range(self.answers[known], scale, "label")
        number = whole_number(word)
        if scale.answers == "decimal" and number is None:
            number = self.decimals.number(word)
        if number is None:
            return Read(None)
        return _in_range(number, scale, "comma" if "," in word else "")


def read_answers(
    sheet: Sheet, columns: Columns, region: Region, plan: Plan, *, wave: str = ""
) -> Answers:
    """Type every answer; each cell that does not fit is a letter, what was translated is noted."""
    decimal, problems = _decimals(sheet, columns, region, plan)
    rules = ReadingRules(sheet, region, decimal)
    numbers = np.empty((len(plan.all_items), len(sheet.grid.cells)))
    kinds = np.empty(numbers.shape, dtype=np.int8)
    counts: dict[tuple[str, str], int] = {}
    turned = region.turned_at(wave, plan)
    for place, item in enumerate(plan.all_items):
        column, scale = columns.ours[item], plan.scale_of(item)
        cells = sheet.grid.cells[column]
        read = [rules.read(word, column, scale) for word in words_of(cells)]
        codes = cells.cat.codes.to_numpy(dtype=np.intp)
        values = np.array([one.number for one in read], dtype=float)
        is_turned = item in turned
        if is_turned:
            values = scale.lowest + scale.highest - values
        numbers[place] = values[codes]
        kinds[place] = np.array([_place(one) for one in read], dtype=np.int8)[codes]
        often = np.bincount(codes, minlength=len(read))
        problems += _wrong(cells, read, often, scale, rules, column)
        problems += _unlabelled(cells, read, often, rules, column)
        for what, n in _counted(read, often, column, is_turned):
            counts[what] = counts.get(what, 0) + n
    notes = tuple(Note(what, detail, n) for (what, detail), n in counts.items())
    return Answers(numbers, kinds, notes, tuple(problems))


def _decimals(
    sheet: Sheet, columns: Columns, region: Region, plan: Plan
) -> tuple[Decimals, list[Problem]]:
    items = [item for item in plan.all_items if plan.scale_of(item).answers == "decimal"]
    words = (word for item in items for word in words_of(sheet.grid.cells[columns.ours[item]]))
    return decimals_of(
        words,
        sheet.grid.file,
        declared=region.decimal,
        comma_likely=sheet.grid.decimal_comma,
    )


def _in_range(number: float, scale: Scale, because: str) -> Read:
    if scale.lowest <= number <= scale.highest:
        return Read("answered", number, because)
    return Read(None)


def _place(read: Read) -> int:
    return KINDS.index(read.kind or "missing")


def _named(word: str, label: str) -> str:
    return f"{word} ({label})" if label and label != word else word


def _counted(
    read: list[Read], often: NDArray[np.intp], column: str, turned: bool
) -> Iterator[tuple[tuple[str, str], int]]:
    """Count what an answer was read from, when it was no plain number."""
    given = 0
    for one, n in zip(read, often.tolist(), strict=True):
        if one.kind in KINDS[1:] and one.because and n:
            yield (f"read as {one.kind}", one.because), n
        elif one.because == "comma":
            yield ("decimal commas read as points", column), n
        elif one.because == "zeros":
            yield ("whole numbers written with zeros, such as 3.0", ""), n
        elif one.because == "label":
            yield ("answer labels read as numbers", ""), n
        given += n if one.kind == "answered" else 0
    if turned:
        yield ("answers turned around: 1 is positive here", ""), given


def _wrong(
    cells: Series,
    read: list[Read],
    often: NDArray[np.intp],
    scale: Scale,
    rules: ReadingRules,
    column: str,
) -> Iterator[Problem]:
    allowed = _allowed(scale, rules.region)
    words, different = words_of(cells), int((often > 0).sum())
    for place in np.flatnonzero([one.kind is None for one in read]):
        if not often[place]:
            continue
        word, rows = words[place], cells.index[cells.cat.codes == place]
        found = _shown(word, int(often[place]), different)
        if len(rows) > MANY:
            found = Phrase("survey.in_rows", found=found, n=len(rows))
        where, letter = rules.sheet.grid.file, _letter(word)
        if rules.sheet.grid.labels.get(column, {}).get(word):
            letter = "survey.wrong_missing"
        for row in rows[:MANY]:
            yield Problem(letter, where, row=int(row), column=column, found=found, allowed=allowed)


def _unlabelled(
    cells: Series,
    read: list[Read],
    often: NDArray[np.intp],
    rules: ReadingRules,
    column: str,
) -> Iterator[Problem]:
    """Warn of answers without a label in a column whose other answers have one."""
    labels = rules.sheet.grid.labels.get(column, {})
    words = words_of(cells)
    given = [
        (word, bool(labels.get(word)) or one.because == "label")
        for word, one, n in zip(words, read, often, strict=True)
        if n and one.kind == "answered"
    ]
    bare = [word for word, is_labelled in given if not is_labelled]
    if not bare or len(bare) == len(given):
        return
    file = rules.sheet.grid.file
    yield Problem("survey.unlabelled", file, column=column, answers=sorted(bare))


def _allowed(scale: Scale, region: Region) -> Phrase:
    words = [Phrase("survey.empty"), *region.missing, *region.answers]
    told = {"low": scale.lowest, "high": scale.highest, "words": words}
    is_decimal = scale.answers == "decimal"
    return Phrase("survey.decimal_range" if is_decimal else "survey.whole_range", **told)


def _shown(word: str, times: int, different: int) -> str | Phrase:
    """Show a wrong answer only if it cannot be somebody's words."""
    if DATE.fullmatch(word):
        return Phrase("survey.a_date")
    if HARMLESS.fullmatch(word) or may_be_shown(word, times, different):
        return word
    return option(word) if option(word) != plain(word) else Phrase("survey.a_text", n=len(word))


def _letter(word: str) -> str:
    """Return the letter that says what to do about a wrong answer."""
    if DATE.fullmatch(word):
        return "survey.wrong_date"
    if UNSURE.fullmatch(word):
        return "survey.wrong_decimal"
    if kind_of_label(word) or NO_ANSWER.fullmatch(without_zeros(word)):
        return "survey.wrong_missing"
    return "survey.wrong_answer" if HARMLESS.fullmatch(word) else "survey.wrong_label"
