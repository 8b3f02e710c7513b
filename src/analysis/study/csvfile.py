"""Read a small table strictly: every cell as text, every row with its number in the file."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pandas import DataFrame

from analysis.problems import Problem, unreadable

NONE_KNOWN = "nothing: the study names none"


@dataclass(frozen=True)
class CsvFile:
    """A table as it stands in its file; the index of `rows` is the row number, header = 1."""

    name: str
    rows: DataFrame
    problems: list[Problem] = field(default_factory=list)

    def problem(self, letter: str, row: int | None, column: str, /, **values: Any) -> Problem:
        """Write the letter about one cell of this file."""
        return Problem(letter, self.name, row=row, column=column, **values)

    def wrong(self, row: int | None, column: str, found: str, allowed: str, remedy: str) -> Problem:
        """Write the letter about one cell of this file."""
        return Problem(self.name, found, allowed, remedy, row, column)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Go through the rows as (row number, cells by column)."""
        columns = list(self.rows.columns)
        cells = self.rows.itertuples(name=None)
        return ((int(row), dict(zip(columns, values, strict=True))) for row, *values in cells)


def near(name: str, known: Sequence[str], labels: Mapping[str, str] | None = None) -> str:
    """Say which known names resemble an unknown one, or how many there are to choose from.

    A name with a label is found by either, and told once: as `name (label)`.
    """
    named = dict.fromkeys(known, "") | dict(labels or {})
    close = get_close_matches(name, {*named, *named.values()} - {""}, n=3, cutoff=0.6)
    alike = dict.fromkeys(one for text in close for one in named if text in (one, named[one]))
    if alike:
        told = (f"{one} ({named[one]})" if named[one] else one for one in [*alike][:3])
        return f"perhaps {', '.join(told)}"
    if not known:
        return NONE_KNOWN
    return ", ".join(known) if len(known) <= 12 else f"one of {len(known)} known names"


def read_csv(
    path: Path, name: str, columns: Sequence[str], *, verbatim: Sequence[str] = ()
) -> CsvFile:
    """Read one table that must have these columns; what is wrong with it comes along as letters.

    A table that cannot be read, or lacks a column, has no rows. Cells lose the space around them,
    except in `verbatim` columns.
    """
    empty = DataFrame(columns=list(columns), dtype=str)
    text, problems = _text(path, name)
    if problems:
        return CsvFile(name, empty, problems)
    numbered, problems = _rows(text, name)
    if not numbered and not problems:
        problems = [_empty(name)]
    if problems:
        return CsvFile(name, empty, problems)
    header = [cell.strip() for cell in numbered[0][1]]
    problems = _header_problems(header, columns, name) + _ragged(numbered, name)
    if problems:
        return CsvFile(name, empty, problems)
    kept = [column in verbatim for column in header]
    cells = [
        [cell if keep else cell.strip() for cell, keep in zip(row, kept, strict=True)]
        for _, row in numbered[1:]
    ]
    index = [number for number, _ in numbered[1:]]
    return CsvFile(name, DataFrame(cells, index=index, columns=header, dtype=str), [])


def _text(path: Path, name: str) -> tuple[str, list[Problem]]:
    if not path.is_file():
        found = "a folder, or a link to nothing"
        return "", [Problem(name, found, "a file", "put the table itself there")]
    try:
        content = path.read_bytes()
    except OSError as error:
        return "", [unreadable(name, error)]
    if not content.strip():
        return "", [_empty(name)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8"
        return "", [Problem(name, found, "UTF-8 text", "save the file as CSV UTF-8")]
    if "\x00" in text:
        found = f"a NUL character on line {text[: text.index(chr(0))].count(chr(10)) + 1}"
        return "", [Problem(name, found, "plain text", "export the table again")]
    return text, []


def _empty(name: str) -> Problem:
    return Problem(name, "an empty file", "a header and rows", "restore the file")


def _rows(text: str, name: str) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    header = text.split("\n", 1)[0]
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=max(",;\t", key=header.count), strict=True)
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for row in reader:
            number += 1
            if any(cell.strip() for cell in row):
                rows.append((number, row))
    except csv.Error as error:
        found = f"a row that cannot be read ({error})"
        remedy = "close the quotation mark that opens in this row"
        return [], [Problem(name, found, "quoted text that ends", remedy, number + 1)]
    return rows, []


def _header_problems(header: list[str], columns: Sequence[str], name: str) -> list[Problem]:
    doubles = sorted({column for column in header if header.count(column) > 1})
    problems = [
        Problem(name, f"the column {column} twice", "each column once", "remove one", 1, column)
        for column in doubles
    ]
    for column in columns:
        if column not in header:
            similar = get_close_matches(column, header, n=1)
            found = f"no such column, but {similar[0]!r}" if similar else "no such column"
            allowed = f"the columns {', '.join(columns)}"
            problems.append(Problem(name, found, allowed, "add or rename the column", 1, column))
    return problems


def _ragged(numbered: list[tuple[int, list[str]]], name: str) -> list[Problem]:
    width = len(numbered[0][1])
    remedy = "look for a missing or extra separator, or quote the text that holds one"
    return [
        Problem(name, f"{len(row)} fields", f"{width} fields, as in the header", remedy, number)
        for number, row in numbered[1:]
        if len(row) != width
    ]
