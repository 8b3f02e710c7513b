"""Text with separators: cut into cells strictly; every row has as many fields as the header."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv as arrow

from analysis.plan.files.decoding import (
    MOJIBAKE_NOTE,
    Decoded,
    certain_encoding,
    decode,
    is_mojibake,
)
from analysis.plan.files.grid import Grid, Note, as_column, grid_of_rows, make_grid, tidy
from analysis.plan.problems import Problem

NAMES = {",": "comma-separated", ";": "semicolon-separated", "\t": "tab-separated"}
NAMES |= {"|": "bar-separated"}
SOMETHING = re.compile(r"""[^ \t\r\n",;|]""")
LONGEST_CELL = 2_000_000
LAST_PLAIN = 127
Row = tuple[int, list[str]]
Numbers = NDArray[np.integer[Any]]


def read_delimited(
    content: bytes, file: str, *, encoding: str | None = None, separator: str | None = None
) -> tuple[Grid | None, list[Problem]]:
    """Read separated text as a grid; every row must have as many fields as the header."""
    decoded = decode(content, file, encoding, guess=certain_encoding)
    if decoded.text is None:
        return None, unread_cell(decoded, separator)
    text = decoded.text.removeprefix("\ufeff").rstrip("\x1a")
    if SOMETHING.search(text) is None:
        return None, [Problem("files.empty_export", file)]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator, text = find_separator(text, separator)
    notes = [Note("encoding", decoded.encoding)]
    if is_mojibake(text):
        notes.append(Note(MOJIBAKE_NOTE))
    kind = NAMES.get(separator, f"separated by {separator!r}")
    more: dict[str, Any] = {"notes": notes, "decimal_comma": separator == ";"}
    try:
        header, columns, numbers = _plain_columns(text, separator)
    except pa.ArrowInvalid:
        rows, problems = rows_of(text, separator, file)
        problems = problems or (
            ragged_rows(rows, file) if rows else [Problem("files.empty_export", file)]
        )
        return (None, problems) if problems else (grid_of_rows(rows, file, kind, **more), [])
    return make_grid(header, columns, numbers, file, kind, **more), []


def unread_cell(decoded: Decoded, separator: str | None = None) -> list[Problem]:
    """Say of a byte that cannot be read in which row and column it stands, and where in the cell.

    What was read before it is cut as the whole table would be.
    """
    if not decoded.before:
        return [*decoded.problems]
    separator, text = find_separator(decoded.before.removeprefix("\ufeff"), separator)
    csv.field_size_limit(LONGEST_CELL)
    try:
        rows = [*csv.reader(io.StringIO(f"{text}?", newline=None), delimiter=separator)]
    except csv.Error:
        return [*decoded.problems]
    named = dict(enumerate(map(tidy, rows[0] if len(rows) > 1 else [])))
    column = named.get(len(rows[-1]) - 1) or None
    place = {"row": len(rows), "column": column, "place": len(rows[-1][-1])}
    return [Problem(one.id, one.file, **(dict(one.values) | place)) for one in decoded.problems]


def _plain_columns(text: str, separator: str) -> tuple[Row, list[pd.Categorical], Numbers]:
    """Cut text in which each line is a row: header, columns and row numbers.

    Raises
    ------
    ArrowInvalid where quotation marks, empty lines or ragged rows are left to the exact reader.
    """
    text = text.rstrip("\n") + "\n"
    header = text[: text.index("\n")].split(separator)
    if '"' in text or "\n\n" in text or not any(name.strip() for name in header):
        raise pa.ArrowInvalid
    names = [str(place) for place in range(len(header))]
    cells = arrow.read_csv(
        io.BytesIO(text.encode("utf-8")),
        arrow.ReadOptions(use_threads=False, skip_rows=1, column_names=names),
        arrow.ParseOptions(delimiter=separator, quote_char=False, ignore_empty_lines=False),
        arrow.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )
    return (1, header), [*map(_column, cells.columns)], np.arange(2, 2 + cells.num_rows)


def _column(cells: pa.ChunkedArray) -> pd.Categorical:
    one = cells.combine_chunks()
    _, at, signs = one.buffers()
    if len(one) and signs:
        ends = np.frombuffer(at, np.int32)[one.offset : one.offset + len(one) + 1]
        column = _of_signs(np.diff(ends), np.frombuffer(signs, np.uint8)[ends[0] : ends[-1]])
        if column is not None:
            return column
    coded = one.dictionary_encode()
    return as_column(coded.indices.to_numpy(), coded.dictionary.to_pylist())


def _of_signs(width: Numbers, signs: Numbers) -> pd.Categorical | None:
    """Make a column of cells of one sign at most, as answers are: a sign is its own number.

    Hashing every cell of 60 such columns costs half of what cutting them costs.
    """
    if width.max() > 1 or signs.max(initial=0) > LAST_PLAIN:
        return None
    each = np.zeros(len(width), dtype=np.uint8)
    each[width > 0] = signs
    seen = sorted(np.flatnonzero(np.bincount(each)).tolist(), key=each.tobytes().index)
    place = np.zeros(LAST_PLAIN + 1, dtype=np.int8)
    place[seen] = np.arange(len(seen))
    return as_column(place[each], [chr(sign) if sign else "" for sign in seen])


def find_separator(text: str, declared: str | None = None) -> tuple[str, str]:
    """Find the separator that cuts the first rows most alike; return it with the rows.

    A line before the header may name it to Excel, which does not count that line as a row.
    """
    first = text[:100].partition("\n")[0]
    if first.strip('" ').lower().startswith("sep=") and len(first.strip('" ')) == len("sep=") + 1:
        return first.strip('" ')[-1], text[len(first) + 1 :]
    if declared:
        return declared, text
    return max(NAMES, key=lambda one: _fit(text[:200_000], one)), text


def _fit(text: str, separator: str) -> tuple[float, int]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    widths: list[int] = []
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                widths.append(len(row))
            if len(widths) > 30:
                break
    except csv.Error:
        pass
    if not widths or widths[0] == 1:
        return 0.0, 0
    return round(widths.count(widths[0]) / len(widths), 1), widths[0]


def rows_of(
    text: str, separator: str, file: str, *, most: int | None = None
) -> tuple[list[Row], list[Problem]]:
    """Read row by row as the standard library does; slower, and exact about quotation marks.

    Rows with nothing in them are passed over. All are numbered as a spreadsheet shows them: a cell
    of several lines is one row.

    Parameters
    ----------
    most : how many rows are wanted; what follows is not looked at
    """
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    number = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((number, _as_wide_as(rows[0][1], row) if rows else row))
                if len(rows) == most:
                    break
            number += 1
    except csv.Error:
        return [], [Problem("files.open_quote", file, row=number)]
    return rows, []


def _as_wide_as(header: list[str], row: list[str]) -> list[str]:
    """Even out a separator at the end of the header alone, or of the rows alone."""
    width, beyond = len(header), row[len(header) :]
    if len(row) < width and not any(name.strip() for name in header[len(row) :]):
        return row + [""] * (width - len(row))
    return row if any(cell.strip() for cell in beyond) else row[:width]


def ragged_rows(rows: Sequence[Row], file: str, *, may_be_short: bool = False) -> list[Problem]:
    """Refuse each row that has more or fewer fields than the header, which comes first.

    Parameters
    ----------
    may_be_short : empty cells at the end of a row need not stand there
    """
    width = len(rows[0][1])
    odd = [
        (at, row) for at, row in rows if len(row) > width or (len(row) < width and not may_be_short)
    ]
    return [Problem("files.ragged", file, row=at, n=len(row), width=width) for at, row in odd]
