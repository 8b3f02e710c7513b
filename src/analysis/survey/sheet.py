"""A survey export as text: every cell as it stands in the file, with its row number."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from pandas import DataFrame

from analysis.problems import Problem

EXPORT_AGAIN = "export the survey again, or restore the file"


@dataclass(frozen=True)
class Sheet:
    """One export, read without interpreting a single cell.

    `cells` is all text, one row per respondent; its index is the row in the file (header = 1).
    """

    file: str
    layout: str
    cells: DataFrame
    decimal_comma: bool = False
    notes: tuple[str, ...] = field(default=())


def read_sheet(path: Path, file: str) -> tuple[Sheet | None, list[Problem]]:
    """Read a comma- or semicolon-separated export as text; nothing is coerced."""
    if not path.is_file():
        found = "a folder, or a link to nothing"
        return None, [Problem(file, found, "a survey export", EXPORT_AGAIN)]
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8"
        return None, [Problem(file, found, "UTF-8 text", "save the file as CSV UTF-8")]
    if "\x00" in text:
        found = f"a NUL character on line {text[: text.index(chr(0))].count(chr(10)) + 1}"
        return None, [Problem(file, found, "plain text", EXPORT_AGAIN)]
    delimiter = _delimiter(text)
    rows, problems = _rows(text, delimiter, file)
    if not rows and not problems:
        problems = [Problem(file, "an empty file", "a header and rows", EXPORT_AGAIN)]
    if problems:
        return None, problems
    return _sheet(rows, delimiter, file)


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _rows(
    text: str, delimiter: str, file: str
) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((start, row))
            start = reader.line_num + 1
    except csv.Error as error:
        found = f"a row that cannot be read ({error})"
        remedy = "close the quotation mark that opens in this row"
        return [], [Problem(file, found, "quoted text that ends", remedy, start)]
    return rows, []


def _sheet(
    rows: list[tuple[int, list[str]]], delimiter: str, file: str
) -> tuple[Sheet | None, list[Problem]]:
    header = [" ".join(name.split()) for name in rows[0][1]]
    problems = _header_problems(header, file)
    problems += [
        Problem(
            file,
            f"{len(row)} fields",
            f"{len(header)} fields, as in the header",
            "look for a missing or extra separator, or quote the text that holds one",
            number,
        )
        for number, row in rows[1:]
        if len(row) != len(header)
    ]
    if problems:
        return None, problems
    cells = DataFrame([row for _, row in rows[1:]], columns=header, dtype=object)
    cells.index = [number for number, _ in rows[1:]]
    cells = cells.apply(lambda column: column.str.strip()) if len(cells) else cells
    layout = {",": "comma-separated", ";": "semicolon-separated", "\t": "tab-separated"}[delimiter]
    return Sheet(file, layout, cells, decimal_comma=delimiter == ";"), []


def _header_problems(header: list[str], file: str) -> list[Problem]:
    places: dict[str, list[int]] = {}
    for position, name in enumerate(header, start=1):
        places.setdefault(name.casefold(), []).append(position)
    return [
        Problem(
            file,
            f"the header {header[where[0] - 1]!r} in columns {' and '.join(map(str, where))}",
            "each header once",
            "rename or remove one of the columns",
            1,
        )
        for where in places.values()
        if len(where) > 1
    ]
