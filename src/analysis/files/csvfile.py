"""Read a small table strictly: every cell as text, every row with its number in the file."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pandas import DataFrame

from analysis.problems import Phrase, Problem, unreadable

WHY = {
    r"unexpected end of data": "files.text_ends",
    r"field larger than field limit \((?P<n>\d+)\)": "files.field_limit",
    r"new-line character seen in unquoted field.*": "files.new_line",
    r"'(?P<one>.*)' expected after '(?P<other>.*)'": "files.expected",
}


@dataclass(frozen=True)
class CsvFile:
    """A table as it stands in its file; the index of `rows` is the row number, header = 1."""

    name: str
    rows: DataFrame
    problems: list[Problem] = field(default_factory=list)

    def problem(self, letter: str, row: int | None, column: str, /, **values: Any) -> Problem:
        """Write the letter about one cell of this file."""
        return Problem(letter, self.name, row=row, column=column, **values)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Go through the rows as (row number, cells by column)."""
        columns = list(self.rows.columns)
        cells = self.rows.itertuples(name=None)
        return ((int(row), dict(zip(columns, values, strict=True))) for row, *values in cells)


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
        problems = [Problem("files.empty", name)]
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
        return "", [Problem("files.no_table", name)]
    try:
        content = path.read_bytes()
    except OSError as error:
        return "", [unreadable(name, error)]
    if not content.strip():
        return "", [Problem("files.empty", name)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", [Problem("files.not_utf8", name, n=error.start)]
    if "\x00" in text:
        line = text[: text.index(chr(0))].count(chr(10)) + 1
        return "", [Problem("files.nul", name, line=line)]
    return text, []


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
        return [], [Problem("files.broken_row", name, row=number + 1, why=_why(error))]
    return rows, []


def _why(error: csv.Error) -> str | Phrase:
    """Say what the reader of tables stumbled over."""
    for pattern, phrase in WHY.items():
        if found := re.fullmatch(pattern, str(error)):
            return Phrase(phrase, **found.groupdict())
    return str(error)


def _header_problems(header: list[str], columns: Sequence[str], name: str) -> list[Problem]:
    doubles = sorted({column for column in header if header.count(column) > 1})
    problems = [
        Problem("files.column_twice", name, row=1, column=column, name=column) for column in doubles
    ]
    for column in columns:
        if column not in header:
            similar = get_close_matches(column, header, n=1)
            letter = "files.similar_column" if similar else "files.no_column"
            told: dict[str, Any] = {"columns": [*columns]} | (
                {"name": similar[0]} if similar else {}
            )
            problems.append(Problem(letter, name, row=1, column=column, **told))
    return problems


def _ragged(numbered: list[tuple[int, list[str]]], name: str) -> list[Problem]:
    width = len(numbered[0][1])
    return [
        Problem("files.ragged", name, row=number, n=len(row), width=width)
        for number, row in numbered[1:]
        if len(row) != width
    ]
