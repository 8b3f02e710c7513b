"""Text with separators: cut into cells strictly, block by block, without copying every cell."""

import csv
import io
import re
from typing import Any

from analysis.problems import Problem
from analysis.survey.cutting import Untidy, cut
from analysis.survey.decoding import MOJIBAKE_NOTE, decode, is_mojibake
from analysis.survey.grid import Grid, Note, grid_of_rows, make_grid

NAMES = {",": "comma-separated", ";": "semicolon-separated", "\t": "tab-separated"}
NAMES |= {"|": "bar-separated"}
SOMETHING = re.compile(r"""[^ \t\r\n",;|]""")
EMPTY = ("an empty file", "a header and rows", "export the survey again, or restore the file")


def read_delimited(
    content: bytes, file: str, *, encoding: str | None = None, separator: str | None = None
) -> tuple[Grid | None, list[Problem]]:
    """Read separated text as a grid; every row must have as many fields as the header."""
    text, found_encoding, problems = decode(content, file, encoding)
    if problems:
        return None, problems
    if SOMETHING.search(text) is None:
        return None, [Problem(file, *EMPTY)]
    is_plain = found_encoding == "utf-8" and "\r" not in text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator, text, skipped = _separator(text, separator)
    notes = [Note("encoding", found_encoding)]
    if is_mojibake(text):
        notes.append(Note(MOJIBAKE_NOTE))
    kind = NAMES.get(separator, f"separated by {separator!r}")
    more: dict[str, Any] = {"notes": notes, "decimal_comma": separator == ";"}
    # Where no sign had to be translated, the file itself is cut and not a copy of it.
    as_it_was = is_plain and len(text) == len(content)
    try:
        table = cut(content if as_it_was else text.encode("utf-8"), ord(separator), skipped)
    except Untidy:
        rows, problems = _exact_rows(text, separator, skipped, file)
        if problems:
            return None, problems
        return grid_of_rows(rows, file, kind, **more)
    if table.ragged:
        return None, [_ragged(file, line, fields, table.width) for line, fields in table.ragged]
    return make_grid(table.header, table.categories(), table.numbers(), file, kind, **more)


def _separator(text: str, declared: str | None) -> tuple[str, str, int]:
    """Find the separator that cuts the first rows most alike; Excel may name it on line 1."""
    first = text[:100].partition("\n")[0]
    if first.strip('" ').lower().startswith("sep=") and len(first.strip('" ')) == len("sep=") + 1:
        return first.strip('" ')[-1], text[len(first) + 1 :], 1
    if declared:
        return declared, text, 0
    return max(NAMES, key=lambda one: _fit(text[:200_000], one)), text, 0


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


def _ragged(file: str, line: int, fields: int, width: int) -> Problem:
    return Problem(
        file,
        f"{fields} fields",
        f"{width} fields, as in the header",
        "look for a missing or extra separator, or quote the text that holds one",
        line,
    )


def _exact_rows(
    text: str, separator: str, skipped: int, file: str
) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """Read row by row as the standard library does; slower, and exact about quotation marks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = 1 + skipped
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((start, row))
            start = reader.line_num + 1 + skipped
    except csv.Error:
        remedy = "close the quotation mark that opens in this row"
        found = "a quotation mark that never ends, or ends too early"
        return [], [Problem(file, found, "quoted text that ends", remedy, start)]
    width = len(rows[0][1]) if rows else 0
    ragged = [_ragged(file, line, len(row), width) for line, row in rows if len(row) != width]
    return rows, ragged or ([] if rows else [Problem(file, *EMPTY)])
