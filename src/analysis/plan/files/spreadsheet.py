"""Read a table of any spreadsheet as text: CSV in whatever encoding, or the first sheet of XLSX."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pandas import DataFrame

from analysis.plan.files.archive import DAMAGED, Archive
from analysis.plan.files.decoding import decode_talk
from analysis.plan.problems import refuse

LARGEST = 100 * 2**20
HEAD = 2**20
MOST_COLUMNS = 2000
WORKBOOK = "xl/workbook.xml"
LONGEST_CELL = 2_000_000
SEPARATORS = ",;\t|"
SAYS_SEPARATOR = re.compile(r"sep=[,;\t|]\r?\n", re.IGNORECASE)
Row = tuple[int, list[str]]


def is_workbook(path: Path) -> bool:
    """Say whether a file is an Excel workbook, whatever it is called."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.casefold() == WORKBOOK for name in archive.namelist())
    except DAMAGED:
        return False


def read_sheet(path: Path, name: str, *, most: int | None = None) -> DataFrame:
    """Read a table as text: columns as named in the file, the index is the row number.

    Cells keep the space around them: somebody may have said it. Empty rows are passed over.

    Raises
    ------
    StudyError if it cannot be read, or holds no table.
    """
    if most is None and path.stat().st_size > LARGEST:
        raise refuse("files.large_table", name)
    if is_workbook(path):
        rows = _workbook(path, name)
    else:
        rows = _plain(path.read_bytes() if most is None else _head(path), name)
    numbered = [*islice(rows, most)]
    if not numbered:
        raise refuse("files.empty", name)
    header = [cell.strip() for cell in numbered[0][1]]
    while header and not header[-1]:
        header.pop()
    doubles = sorted({cell for cell in header if cell and header.count(cell) > 1})
    if doubles:
        header = _numbered(header)
    header = _as_wide_as(numbered[1:], header)
    width = len(header)
    cells = [(row + [""] * width)[:width] for _, row in numbered[1:]]
    index = [number for number, _ in numbered[1:]]
    return DataFrame(cells, index=index, columns=header, dtype=object)


def _as_wide_as(rows: list[Row], header: list[str]) -> list[str]:
    """Give a name to columns that are filled somewhere but have no header: nothing is dropped."""
    last = (n for _, row in rows for n, cell in enumerate(row, start=1) if cell.strip())
    return [*header, *(f"column {n + 1}" for n in range(len(header), max(last, default=0)))]


def _numbered(header: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    for cell in header:
        seen[cell] = seen.get(cell, 0)
    named = []
    for cell in header:
        seen[cell] += 1
        named.append(cell if seen[cell] == 1 else f"{cell} {seen[cell]}")
    return named


def _head(path: Path) -> bytes:
    """Return the first whole lines of a file: enough to see what it is."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return head if len(head) < HEAD else head[: head.rfind(b"\n") + 1]


def _plain(content: bytes, name: str) -> Iterator[Row]:
    decoded = decode_talk(content)
    if decoded.text is None:
        raise refuse("files.not_a_table", name)
    text = decoded.text
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    says = SAYS_SEPARATOR.match(text)
    csv.field_size_limit(LONGEST_CELL)
    # Strictly: a quote that does not end would swallow rows, one in the middle would lose a mark.
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number, width = 0, 0
    try:
        for number, row in enumerate(lines, start=1):
            # Excel's own line that names the separator is no row.
            if says and number == 1:
                continue
            if any(cell.strip() for cell in row):
                width = width or len(row)
                if any(cell.strip() for cell in row[width:]):
                    raise refuse("files.wide_row", name, place=number, width=width)
                yield number, row
    except csv.Error as error:
        raise refuse("files.broken_segments", name, after=number) from error


def _workbook(path: Path, name: str) -> Iterator[Row]:
    import openpyxl

    # The bounds of an archive hold for a workbook too: it is a zip.
    with Archive(path, name):
        pass
    try:
        # By its content: openpyxl refuses a workbook that goes by another name.
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                rows = _filled(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS))
                first = next(rows, None)
                if first is not None:
                    yield first
                    yield from rows
                    return
    except (*DAMAGED, LookupError, SyntaxError, TypeError, AttributeError) as error:
        raise refuse("files.broken_workbook", name) from error


def _filled(rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in row]
        if any(cell.strip() for cell in cells):
            yield number, cells


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
