"""A table as text: every cell as it stands in its file, kept as a column's words and their places.

An answer column holds a handful of different words, however many people answered. Everything after
reading looks at the words once, so that the work grows with the words and not with the cells.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from analysis.plan.problems import Phrase

Codes = NDArray[np.integer[Any]]
UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))


class Note(NamedTuple):
    """One line of the intake log."""

    what: str
    detail: str = ""
    n: int | None = None


class Twice(NamedTuple):
    """A heading that stands more than once, and in which columns."""

    heading: str
    places: tuple[int, ...]


@dataclass(frozen=True)
class Grid:
    """One table of an export, read without interpreting a single cell.

    `cells` is all text in categorical columns; its index is the row in the file. `labels` and
    `missing` are what the file itself says of its codes: per column, code to label and code to
    `dont_know` or `missing`. `questions` holds the text of a column, where the file has it.
    `twice` names the columns whose heading stands more than once: all but the first have the
    number of their column behind it.
    """

    file: str
    kind: str
    cells: DataFrame
    decimal_comma: bool = False
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    twice: Mapping[str, Twice] = field(default_factory=dict)
    epoch: date | None = None
    notes: tuple[Note, ...] = ()

    def row(self, place: int) -> list[str]:
        """Return the cells of one row, by its place below the header."""
        return [str(column.array[place]) for _, column in self.cells.items()]

    def below(self, rows: int) -> "Grid":
        """Return the grid without its first rows; words that stood only there are forgotten."""
        rest = {name: self.cells[name].iloc[rows:].cat.remove_unused_categories() for name in self}
        return replace(self, cells=DataFrame(rest, index=self.cells.index[rows:]))

    def __iter__(self) -> Any:
        """Go through the column names."""
        return iter(self.cells.columns)

    def renamed(self, names: Mapping[str, str]) -> "Grid":
        """Return the grid with other column names."""
        given = [names.get(name, name) for name in self]
        told, twice = _told_apart(given, range(1, len(given) + 1))
        same = {name: one for name, one in self.twice.items() if name in told}
        return replace(self, cells=self.cells.set_axis(told, axis="columns"), twice=same | twice)

    def heading(self, name: str) -> str:
        """Return what stands above a column in the file."""
        return self.twice[name].heading if name in self.twice else name

    def noting(self, *notes: Note) -> "Grid":
        """Return the grid with more lines for the log."""
        return replace(self, notes=(*self.notes, *notes))


class WordPlaces(dict[str, int]):
    """Give each new word the next place."""

    def __missing__(self, word: str) -> int:
        """Place a word that was not seen before."""
        place = self[word] = len(self)
        return place


def words_of(column: Series) -> list[str]:
    """Return the different words of a column."""
    words: list[str] = column.cat.categories.tolist()
    return words


def translate(column: Series, say: Callable[[str], Any], kind: Any = object) -> NDArray[Any]:
    """Translate each different word of a column once and return one value per row."""
    values = np.empty(len(column.cat.categories), dtype=kind)
    values[:] = [say(word) for word in words_of(column)]
    told: NDArray[Any] = values[column.cat.codes.to_numpy()]
    return told


def reworded(column: Series, say: Callable[[str], str]) -> Series:
    """Return a column with another word for each of its words."""
    words = WordPlaces()
    places = np.array([words[say(word)] for word in words_of(column)], dtype=np.intp)
    return Series(as_column(places[column.cat.codes], [*words]), index=column.index)


def as_column(codes: Codes, words: list[str]) -> pd.Categorical:
    """Make a column from places and words; space around a word does not count."""
    stripped = [word.strip() for word in words]
    if stripped != words:
        bare = WordPlaces()
        codes = np.array([bare[word] for word in stripped], dtype=np.intp)[codes]
        stripped = [*bare]
    dtype = pd.CategoricalDtype(pd.Index(stripped, dtype=object))
    return pd.Categorical.from_codes(codes, dtype=dtype)


def grid_of_rows(
    rows: Sequence[tuple[int, Sequence[str]]], file: str, kind: str, **more: Any
) -> Grid:
    """Make a grid from numbered rows of text, the first of which is the header."""
    columns = []
    for cells in zip(*(row for _, row in rows[1:]), strict=True):
        words = WordPlaces()
        codes = np.fromiter(map(words.__getitem__, cells), np.intp, len(cells))
        columns.append(as_column(codes, [*words]))
    columns = columns or [as_column(np.empty(0, np.intp), []) for _ in rows[0][1]]
    return make_grid(rows[0], columns, [number for number, _ in rows[1:]], file, kind, **more)


def make_grid(
    header: tuple[int, Sequence[str]],
    columns: Sequence[pd.Categorical],
    numbers: Iterable[int],
    file: str,
    kind: str,
    **more: Any,
) -> Grid:
    """Put columns under a tidy header; what stands twice is told apart, for the reader to judge."""
    _, given = header
    kept = [place for place, name in enumerate(given) if name.strip() or _is_filled(columns[place])]
    names = [tidy(given[place]) or f"(column {place + 1})" for place in kept]
    names, twice = _told_apart(names, [place + 1 for place in kept])
    cells = DataFrame(
        dict(zip(names, (columns[place] for place in kept), strict=True)),
        index=pd.Index(numbers, dtype=np.int64),
    )
    filled = np.zeros(len(cells), dtype=bool)
    for name in sorted(names, key=lambda name: len(words_of(cells[name]))):
        if filled.all():
            break
        filled |= translate(cells[name], bool, bool)
    notes = [*more.pop("notes", ())]
    changed = sum(tidy(given[place]) != given[place] for place in kept)
    notes += [Note("headers with extra space tidied", n=changed)] if changed else []
    notes += [
        Note("header that stands more than once", name, len(twice[name].places))
        for name in twice
        if name == twice[name].heading
    ]
    if not filled.all():
        notes.append(Note("empty rows skipped", n=int((~filled).sum())))
        cells = cells[filled]
    return Grid(file, kind, cells, twice=twice, notes=tuple(notes), **more)


def tidy(name: str) -> str:
    """Return a header on one line, with single spaces."""
    return " ".join(name.translate(UNSEEN).split())


def _is_filled(column: pd.Categorical) -> bool:
    return any(str(word) for word in column.categories)


def _told_apart(names: Sequence[str], places: Iterable[int]) -> tuple[list[str], dict[str, Twice]]:
    """Give all but the first column of one heading the number of their column; case is the same."""
    numbered = [*zip(names, places, strict=True)]
    where: dict[str, list[int]] = {}
    for name, place in numbered:
        where.setdefault(name.casefold(), []).append(place)
    told: list[str] = []
    twice: dict[str, Twice] = {}
    for name, place in numbered:
        same = where[name.casefold()]
        own = name if place == same[0] else f"{name} (column {place})"
        while own.casefold() in where and own != name:
            own += "'"
        told.append(own)
        if len(same) > 1:
            twice[own] = Twice(name, tuple(same))
    return told, twice


def shown_name(name: str) -> str | Phrase:
    """Show a column's name, unless it may be an answer: a file without a header starts with one."""
    if "@" in name or len(name) > 60:
        return Phrase("files.long_name", n=len(name))
    return repr(name)
