"""Read a small table strictly: every cell as text, every row with its number in the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pandas import DataFrame

from analysis.plan.files.decoding import decode
from analysis.plan.files.delimited import find_separator, ragged_rows, rows_of, unread_cell
from analysis.plan.problems import Problem, unreadable


@dataclass(frozen=True)
class CsvFile:
    """A table as it stands in its file; indexed by row as spreadsheets number it."""

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
    path: Path,
    name: str,
    columns: Sequence[str],
    *,
    verbatim: Sequence[str] = (),
    is_optional: bool = False,
) -> CsvFile:
    """Read one table that must have these columns; what is wrong with it comes along as letters.

    A table that cannot be read, or lacks a column, has no rows. Cells lose the space around them,
    except in `verbatim` columns. An absent table is empty if it `is_optional`.
    """
    empty = DataFrame(columns=list(columns), dtype=str)
    if is_optional and not (path.exists() or path.is_symlink()):
        return CsvFile(name, empty)
    text, problems = _read_text(path, name)
    if problems:
        return CsvFile(name, empty, problems)
    separator, text = find_separator(text)
    numbered, problems = rows_of(text, separator, name)
    if not numbered and not problems:
        problems = [Problem("files.empty", name)]
    if problems:
        return CsvFile(name, empty, problems)
    header = [cell.strip() for cell in numbered[0][1]]
    problems = _header_problems(header, columns, name) + ragged_rows(numbered, name)
    if problems:
        return CsvFile(name, empty, problems)
    kept = [column in verbatim for column in header]
    cells = [
        [cell if keep else cell.strip() for cell, keep in zip(row, kept, strict=True)]
        for _, row in numbered[1:]
    ]
    index = [number for number, _ in numbered[1:]]
    return CsvFile(name, DataFrame(cells, index=index, columns=header, dtype=str), [])


def _read_text(path: Path, name: str) -> tuple[str, list[Problem]]:
    if not path.is_file():
        return "", [Problem("files.no_table", name)]
    try:
        content = path.read_bytes()
    except OSError as error:
        return "", [unreadable(name, error)]
    if not content.strip():
        return "", [Problem("files.empty", name)]
    # What people write by hand is joined on its letters: nothing is guessed.
    decoded = decode(content, name)
    return decoded.text or "", unread_cell(decoded)


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
