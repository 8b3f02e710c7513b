"""Cut separated text into columns: strictly, block by block, without looking at every cell.

A cell of at most eight bytes is kept as a number, the bytes of the cell, until all blocks are
cut. Only then are the different numbers of a column turned into words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.survey.grid import Codes, Words, as_column

# A block and what is computed from it should fit in the cache of a processor.
BLOCK, ROWS_AT_LEAST = 1 << 18, 200
SHORT = 8
SIZES = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}
QUOTE, LINE_END = ord('"'), ord("\n")
Places = NDArray[np.intp]
# Numbers without a sign are packed cells; the others are places of words.
Part = NDArray[np.unsignedinteger] | NDArray[np.int32]


class Untidy(Exception):
    """Quotation marks that only the slow, exact reader can judge."""


@dataclass
class _Column:
    """One column as far as it was cut; `words` holds those that are too long to be numbers."""

    parts: list[Part] = field(default_factory=list)
    words: Words = field(default_factory=Words)


@dataclass
class Table:
    """What has been cut so far: the header with its row, then the columns.

    `ragged` holds the row and the number of fields of every row unlike the header.
    """

    width: int
    header: tuple[int, list[str]]
    columns: list[_Column]
    lines: list[Places] = field(default_factory=list)
    ragged: list[tuple[int, int]] = field(default_factory=list)

    def categories(self) -> list[pd.Categorical]:
        """Return the columns as words and places; a column that was returned is forgotten."""
        finished = []
        for column in self.columns:
            finished.append(as_column(*_finish(column)))
            column.parts.clear()
        return finished

    def numbers(self) -> Places:
        """Return the row in the file of each row."""
        return np.concatenate(self.lines) if self.lines else np.empty(0, np.intp)


@dataclass(frozen=True)
class _Cells:
    """Where the cells of a block start and end, quotation marks apart, and the last of each row.

    `line_ends` are those of the text: inside a quoted cell too.
    """

    block: bytes
    marks: NDArray[np.uint8]
    starts: Places
    ends: Places
    last: Places
    line_ends: Places

    def texts(self, first: int, fields: int) -> list[str]:
        spots = range(first, first + fields)
        return _texts([self.block[self.starts[spot] : self.ends[spot]] for spot in spots])


def cut(content: bytes, separator: int, skipped: int, size: int | None = None) -> Table:
    """Cut UTF-8 text whose lines end in LF; the first row with something in it is the header.

    A block has at least `size` bytes, unless it is the last.

    Raises
    ------
    Untidy where quotation marks are not plain.
    """
    table, line = None, 1 + skipped
    size = size or max(BLOCK, ROWS_AT_LEAST * content.find(b"\n"))
    for block in _blocks(content, size, has_quotes=b'"' in content):
        cells = _cells(block, separator)
        fields = np.diff(cells.last, prepend=-1)
        first = cells.last - fields + 1
        numbers = line + np.searchsorted(cells.line_ends, cells.starts[first])
        line += len(cells.line_ends)
        if table is None:
            table, begun = _begin(cells, first, fields, numbers)
            first, fields, numbers = first[begun:], fields[begun:], numbers[begun:]
        regular = fields == table.width
        for odd in np.flatnonzero(~regular):
            if any(text.strip() for text in cells.texts(first[odd], fields[odd])):
                table.ragged.append((int(numbers[odd]), int(fields[odd])))
        if not table.ragged:
            _add(table, cells, first[regular])
            table.lines.append(numbers[regular].astype(np.intp))
    if table is None:
        raise Untidy
    return table


def _blocks(content: bytes, size: int, *, has_quotes: bool) -> Iterator[bytes]:
    """Go through the text in blocks that end where a row ends."""
    start = 0
    while start < len(content):
        end, marks = start, 0
        while end == start or (marks % 2 and end < len(content)):
            stop = content.find(b"\n", end if end > start else start + size) + 1 or len(content)
            marks += content.count(b'"', end, stop) if has_quotes else 0
            end = stop
        yield content[start:end]
        start = end


def _begin(cells: _Cells, first: Places, fields: Places, numbers: Places) -> tuple[Table, int]:
    """Take the header: the first row with something in it; returns also where the rest begins."""
    for row, (place, width) in enumerate(zip(first.tolist(), fields.tolist(), strict=True)):
        names = cells.texts(place, width)
        if any(name.strip() for name in names):
            columns = [_Column() for _ in names]
            return Table(width, (int(numbers[row]), names), columns), row + 1
    raise Untidy


def _cells(block: bytes, separator: int) -> _Cells:
    """Find the cells of a block."""
    # A few bytes more, so that a short cell at the very end can be looked up whole.
    marks = np.frombuffer(block + bytes(SHORT), np.uint8)
    text = marks[: len(block)]
    lines = text == LINE_END
    line_ends = row_ends = np.flatnonzero(lines)
    cuts = (text == separator) | lines
    quotes = np.flatnonzero(text == QUOTE) if b'"' in block else np.empty(0, np.intp)
    if len(quotes):
        outside = np.add.accumulate(text == QUOTE, dtype=np.uint8) % 2 == 0
        cuts &= outside
        row_ends = np.flatnonzero(lines & outside)
        if len(quotes) % 2:
            raise Untidy
    ends = np.flatnonzero(cuts)
    if not block.endswith(b"\n"):
        ends, row_ends = np.append(ends, len(block)), np.append(row_ends, len(block))
    starts = np.empty_like(ends)
    starts[:1] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    last = np.searchsorted(ends, row_ends)
    if len(quotes):
        _unquote(marks, quotes, starts, ends)
    return _Cells(block, marks, starts, ends, last, line_ends)


def _unquote(marks: NDArray[np.uint8], quotes: Places, starts: Places, ends: Places) -> None:
    """Move the starts and ends of quoted cells inside their quotation marks."""
    quoted = np.unique(np.searchsorted(ends, quotes))
    opens, closes = marks[starts[quoted]] == QUOTE, marks[ends[quoted] - 1] == QUOTE
    # Between a mark that closes and the next that opens lies a cell's end, or nothing: a doubled
    # mark. Anywhere else a mark stands inside a word.
    apart = np.count_nonzero(quotes[2::2] - quotes[1:-1:2] > 1)
    if not (opens & closes).all() or apart != len(quoted) - 1:
        raise Untidy
    starts[quoted] += 1
    ends[quoted] -= 1


def _add(table: Table, cells: _Cells, first: Places) -> None:
    """Add the cells of some rows, which begin at the cells `first`, to every column."""
    starts, ends = cells.starts, cells.ends
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
    signs = np.ascontiguousarray((cells.marks[starts] * (lengths > 0)).T)
    for place, column in enumerate(table.columns):
        if longest[place] < 2:
            column.parts.append(signs[place])
            continue
        start, end = starts[:, place].copy(), ends[:, place].copy()
        if longest[place] > SHORT:
            column.parts.append(_long_words(cells.block, start, end, column.words))
        else:
            column.parts.append(_packed(cells.marks, start, end, int(longest[place])))


def _packed(
    marks: NDArray[np.uint8], start: Places, end: Places, longest: int
) -> NDArray[np.unsignedinteger]:
    """Write each cell as one number: its bytes, lowest first."""
    size = next(size for size in SIZES if size >= longest)
    packed = np.zeros((len(start), size), np.uint8)
    for place in range(longest):
        packed[:, place] = np.where(start + place < end, marks[start + place], 0)
    return packed.view(f"<u{size}").ravel().astype(SIZES[size], copy=False)


def _long_words(block: bytes, start: Places, end: Places, words: Words) -> NDArray[np.int32]:
    cells = [block[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    return np.fromiter(map(words.__getitem__, _texts(cells)), np.int32, len(cells))


def _texts(cells: Sequence[bytes]) -> list[str]:
    """Turn cells into text; two quotation marks inside a quoted cell stand for one."""
    # A NUL was refused before: it can part the cells.
    joined = b"\0".join(cells).replace(b'""', b'"')
    return joined.decode("utf-8").split("\0") if cells else []


def _finish(column: _Column) -> tuple[Codes, list[str]]:
    """Return a place for each row, and the words that stand there."""
    if all(_is_packed(part) for part in column.parts):
        return _unpacked(np.concatenate(column.parts) if column.parts else np.empty(0, np.uint8))
    places: list[Places] = []
    for are_packed, parts in groupby(column.parts, key=_is_packed):
        codes = np.concatenate([*parts])
        if are_packed:
            codes, found = _unpacked(codes)
            codes = np.array([column.words[word] for word in found], dtype=np.intp)[codes]
        places.append(codes.astype(np.intp))
    return np.concatenate(places), [*column.words]


def _is_packed(part: Part) -> bool:
    return part.dtype.kind == "u"


def _unpacked(packed: NDArray[np.unsignedinteger]) -> tuple[Codes, list[str]]:
    """Part packed cells into their different words and a place for each."""
    if packed.dtype == np.uint8:
        found = np.flatnonzero(np.bincount(packed, minlength=1))
        places = np.zeros(256, dtype=np.uint8)
        places[found] = np.arange(len(found))
        codes: Codes = np.frombuffer(packed.tobytes().translate(places.tobytes()), np.uint8)
    else:
        codes, found = pd.factorize(packed)
    # numpy drops the zeros behind the bytes of a cell.
    return codes, _texts(found.astype("<u8").view(f"S{SHORT}").tolist())
