"""Text with separators: cut into cells strictly, block by block, without copying every cell."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.problems import Problem
from analysis.survey.decoding import MOJIBAKE_NOTE, decode, is_mojibake
from analysis.survey.grid import Grid, Note, Words, as_column, grid_of_rows, make_grid

NAMES = {",": "comma-separated", ";": "semicolon-separated", "\t": "tab-separated"}
NAMES |= {"|": "bar-separated"}
BLOCK = 1 << 22
SHORT = 8
QUOTE, LINE_END = ord('"'), ord("\n")
EMPTY = ("an empty file", "a header and rows", "export the survey again, or restore the file")
Places = NDArray[np.intp]
Codes = NDArray[np.int32]


class _Untidy(Exception):
    """Quotation marks that only the slow, exact reader can judge."""


@dataclass
class _Table:
    """What has been cut so far: per column its words and, block by block, their places."""

    width: int
    words: list[Words]
    header: tuple[int, list[str]]
    codes: list[list[Codes]]
    lines: list[Places] = field(default_factory=list)
    ragged: list[tuple[int, int]] = field(default_factory=list)


def read_delimited(
    content: bytes, file: str, *, encoding: str | None = None, separator: str | None = None
) -> tuple[Grid | None, list[Problem]]:
    """Read separated text as a grid; every row must have as many fields as the header."""
    text, found_encoding, problems = decode(content, file, encoding)
    if problems:
        return None, problems
    if not text.strip(' \t\r\n",;|'):
        return None, [Problem(file, *EMPTY)]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator, text, skipped = _separator(text, separator)
    notes = [Note("encoding", found_encoding)]
    if is_mojibake(text):
        notes.append(Note(MOJIBAKE_NOTE))
    kind = NAMES.get(separator, f"separated by {separator!r}")
    more: dict[str, Any] = {"notes": notes, "decimal_comma": separator == ";"}
    try:
        table = _cut(text.encode("utf-8"), ord(separator), skipped)
    except _Untidy:
        rows, problems = _exact_rows(text, separator, skipped, file)
        if problems:
            return None, problems
        return grid_of_rows(rows, file, kind, **more)
    if table.ragged:
        return None, [_ragged(file, line, fields, table.width) for line, fields in table.ragged]
    columns = [
        as_column(np.concatenate(codes) if codes else np.empty(0, np.intp), [*words])
        for codes, words in zip(table.codes, table.words, strict=True)
    ]
    lines = np.concatenate(table.lines) if table.lines else np.empty(0, np.intp)
    return make_grid(table.header, columns, lines, file, kind, **more)


def _separator(text: str, declared: str | None) -> tuple[str, str, int]:
    """Find the separator that cuts the first rows most alike; Excel may name it on line 1."""
    first, _, rest = text.partition("\n")
    if first.strip('" ').lower().startswith("sep=") and len(first.strip('" ')) == len("sep=") + 1:
        return first.strip('" ')[-1], rest, 1
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


def _blocks(content: bytes) -> Iterator[bytes]:
    """Go through the text in blocks that end where a row ends."""
    start = 0
    while start < len(content):
        end, marks = start, 0
        while end == start or (marks % 2 and end < len(content)):
            stop = content.find(b"\n", end if end > start else start + BLOCK) + 1 or len(content)
            marks += content.count(b'"', end, stop)
            end = stop
        yield content[start:end]
        start = end


def _cut(content: bytes, separator: int, skipped: int) -> _Table:
    table, line = None, 1 + skipped
    for block in _blocks(content):
        marks = np.frombuffer(block + bytes(SHORT), np.uint8)
        starts, ends, last = _cells(block, marks, separator)
        fields = np.diff(last, prepend=-1)
        first = last - fields + 1
        line_ends = np.flatnonzero(marks == LINE_END)
        numbers = line + np.searchsorted(line_ends, starts[first])
        line += len(line_ends)
        if table is None:
            table, first, fields, numbers = _begin(block, starts, ends, first, fields, numbers)
        regular = fields == table.width
        for odd in np.flatnonzero(~regular):
            spots = range(first[odd], first[odd] + fields[odd])
            if any(block[starts[n] : ends[n]].strip() for n in spots):
                table.ragged.append((int(numbers[odd]), int(fields[odd])))
        if not table.ragged:
            _add(table, block, marks, starts, ends, first[regular])
            table.lines.append(numbers[regular].astype(np.intp))
    if table is None:
        raise _Untidy
    return table


def _begin(
    block: bytes, starts: Places, ends: Places, first: Places, fields: Places, numbers: Places
) -> tuple[_Table, Places, Places, Places]:
    """Take the header: the first row with something in it."""
    for row, (place, width) in enumerate(zip(first.tolist(), fields.tolist(), strict=True)):
        spots = range(place, place + width)
        cells = [block[starts[n] : ends[n]].decode("utf-8").replace('""', '"') for n in spots]
        if any(cell.strip() for cell in cells):
            words = [Words() for _ in cells]
            codes: list[list[Codes]] = [[] for _ in cells]
            table = _Table(width, words, (int(numbers[row]), cells), codes)
            return table, first[row + 1 :], fields[row + 1 :], numbers[row + 1 :]
    raise _Untidy


def _cells(block: bytes, marks: NDArray[np.uint8], separator: int) -> tuple[Places, Places, Places]:
    """Return where each cell starts and ends, quotation marks apart, and the last of each row."""
    text = marks[: len(block)]
    cut = (text == separator) | (text == LINE_END)
    quotes = np.flatnonzero(text == QUOTE) if b'"' in block else np.empty(0, np.intp)
    if len(quotes):
        outside = np.add.accumulate(text == QUOTE, dtype=np.uint8) % 2 == 0
        cut &= outside
        if len(quotes) % 2:
            raise _Untidy
    ends = np.flatnonzero(cut)
    if not block.endswith(b"\n"):
        ends = np.append(ends, len(block))
    starts = np.concatenate([[0], ends[:-1] + 1])
    last = np.flatnonzero((ends == len(block)) | (marks[ends] == LINE_END))
    if len(quotes):
        quoted = np.unique(np.searchsorted(ends, quotes))
        opens, closes = marks[starts[quoted]] == QUOTE, marks[ends[quoted] - 1] == QUOTE
        if not (opens & closes & (ends[quoted] - starts[quoted] > 1)).all():
            raise _Untidy
        starts[quoted] += 1
        ends[quoted] -= 1
    return starts, ends, last


def _add(
    table: _Table,
    block: bytes,
    marks: NDArray[np.uint8],
    starts: Places,
    ends: Places,
    first: Places,
) -> None:
    """Add the cells of some rows, which begin at the cells `first`, to every column."""
    if len(first) and np.array_equal(first, first[0] + table.width * np.arange(len(first))):
        # Rows that follow each other need no looking up: their cells are a rectangle.
        rectangle = slice(first[0], first[0] + table.width * len(first))
        starts = starts[rectangle].reshape(-1, table.width)
        ends = ends[rectangle].reshape(-1, table.width)
    else:
        spots = first[:, None] + np.arange(table.width)
        starts, ends = starts[spots], ends[spots]
    lengths = ends - starts
    longest = lengths.max(axis=0, initial=0)
    # Most answers are one sign: a whole block of them is looked up at once.
    signs = np.ascontiguousarray((marks[starts] * (lengths > 0)).T)
    for column, words in enumerate(table.words):
        if longest[column] < 2:
            table.codes[column].append(_signs(signs[column], words))
            continue
        start, end = starts[:, column].copy(), ends[:, column].copy()
        if longest[column] > SHORT:
            codes = _long_words(block, start, end, words)
        else:
            codes = _short_words(block, _packed(marks, start, end, int(longest[column])), words)
        table.codes[column].append(codes)


def _signs(signs: NDArray[np.uint8], words: Words) -> Codes:
    places = np.zeros(256, dtype=np.int32)
    for sign in np.flatnonzero(np.bincount(signs, minlength=1)).tolist():
        places[sign] = words[chr(sign) if sign else ""]
    return places[signs]


def _short_words(block: bytes, packed: NDArray[np.uint64], words: Words) -> Codes:
    """Compare cells of at most eight bytes as one number each."""
    codes, found = pd.factorize(packed)
    # A number is the bytes of its cell, lowest first; numpy drops the zeros after them.
    cells = found.astype("<u8").view(f"S{SHORT}").tolist()
    places = np.fromiter(map(words.__getitem__, _texts(block, cells)), np.int32, len(cells))
    return places[codes] if len(places) else places


def _packed(
    marks: NDArray[np.uint8], start: Places, end: Places, longest: int
) -> NDArray[np.uint64]:
    packed = np.zeros(len(start), np.uint64)
    for place in range(longest):
        byte = np.where(start + place < end, marks[start + place], 0).astype(np.uint64)
        packed = packed | (byte << np.uint64(8 * place))
    return packed


def _long_words(block: bytes, start: Places, end: Places, words: Words) -> Codes:
    cells = [block[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    return np.fromiter(map(words.__getitem__, _texts(block, cells)), np.int32, len(cells))


def _texts(block: bytes, cells: list[bytes]) -> list[str]:
    """Turn cells into text; two quotation marks inside a quoted cell stand for one."""
    if not cells:
        return []
    if b'"' in block:
        if any(b'"' in cell.replace(b'""', b"") for cell in cells if b'"' in cell):
            raise _Untidy
        cells = [cell.replace(b'""', b'"') for cell in cells]
    # A NUL was refused before: it can part the cells.
    return b"\0".join(cells).decode("utf-8").split("\0")


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
        found, allowed = "a quotation mark that never ends, or ends too early", "quoted text that"
        return [], [Problem(file, found, f"{allowed} ends", remedy, start)]
    width = len(rows[0][1]) if rows else 0
    ragged = [_ragged(file, line, len(row), width) for line, row in rows if len(row) != width]
    return rows, ragged or ([] if rows else [Problem(file, *EMPTY)])
