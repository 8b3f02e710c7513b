"""Excel workbooks: one sheet as text, with everything Excel may have changed told or refused."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from analysis.plan.files.archive import DAMAGED, Archive
from analysis.plan.files.grid import Grid, Note, grid_of_rows
from analysis.plan.problems import Phrase, Problem, StudyError

KIND = "Excel workbook"
CODE_LIKE = re.compile(r"[A-Za-z]{1,12}[0-9_][A-Za-z0-9_\[\]]{0,20}")
WORD = re.compile(r"[a-z]{2,12}")
UNREADABLE = (
    *DAMAGED, InvalidFileException, LookupError, AttributeError, TypeError, SyntaxError,
    RuntimeError,
)  # fmt: skip
ABOVE = 3
Row = tuple[int, list[str]]


def read_workbook(
    content: bytes, file: str, *, sheet: str | None = None
) -> tuple[Grid | None, list[Problem]]:
    """Read the one sheet that holds answers, or the one that region.yaml names."""
    book, name, problems = _open(content, file, lambda book: _sheet_name(book, file, sheet))
    return (None, problems) if problems else _grid(book, name, file)


def rows_of_workbook(content: bytes, file: str) -> tuple[list[Row], list[Problem]]:
    """Read the first sheet that holds anything, row by row; the space around a text is kept."""
    book, name, problems = _open(content, file, lambda book: (_filled(book)[0], []))
    return ([], problems) if problems else ([*_rows(book[name])], [])


def is_workbook(path: Path) -> bool:
    """Say whether a file is an Excel workbook, whatever it is called."""
    try:
        with zipfile.ZipFile(path) as package:
            return any(name.casefold() == "xl/workbook.xml" for name in package.namelist())
    except DAMAGED:
        return False


def _open(
    content: bytes, file: str, choose: Callable[[Any], tuple[str | None, list[Problem]]]
) -> tuple[Any, str, list[Problem]]:
    """Open a workbook within the bounds of any archive, and choose one of its sheets."""
    unread = [Problem("files.workbook", file)]
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return None, "", unread
    try:
        with Archive(content, file):
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
        name, problems = choose(book)
        if name is None:
            return None, "", problems or unread
        problems = _formulas(content, book, name, file) if b"<f" in _xml(content) else []
    except StudyError as error:
        return None, "", [*error.problems]
    except UNREADABLE:
        return None, "", unread
    return book, name, problems


def _grid(book: Any, name: str, file: str) -> tuple[Grid | None, list[Problem]]:
    page, notes = book[name], [Note("sheet", name)]
    rows = [(number, [cell.strip() for cell in cells]) for number, cells in _rows(page)]
    if not rows:
        return None, [Problem("files.empty_export", file)]
    if problem := _no_header(page, rows, file):
        return None, [problem]
    if problems := [*_merged(page, file), *_errors(page, file)]:
        return None, problems
    hidden = [number for number, _ in rows if page.row_dimensions[number].hidden]
    notes += [Note("hidden rows, read like the others", n=len(hidden))] if hidden else []
    return grid_of_rows(rows, file, KIND, notes=notes, epoch=book.epoch.date()), []


def _rows(page: Any) -> Iterator[Row]:
    filled: dict[int, dict[int, str]] = {}
    for cell in _cells(page):
        if (text := _text(cell)).strip():
            filled.setdefault(cell.row, {})[cell.column] = text
    width = max((column for row in filled.values() for column in row), default=0)
    for number, row in filled.items():
        yield number, [row.get(column, "") for column in range(1, width + 1)]


def _cells(page: Any) -> list[Any]:
    """Return the cells that stand in the file, row by row.

    Asking a sheet for its rows would unfold it: one stray cell in the last corner, and seventeen
    thousand million cells are made.
    """
    return [cell for _, cell in sorted(page._cells.items())]


def _text(cell: Any) -> str:
    """Write a cell as it is meant: whole numbers without a point, dates as dates."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float) and "%" in str(cell.number_format):
        # It stands there as 50% and is kept as 0.5: which of the two is meant, nobody can tell.
        return f"{value * 100:g}%"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, datetime):
        moment = value.isoformat(sep=" ", timespec="seconds")
        return moment.removesuffix(" 00:00:00")
    if isinstance(value, date | time | timedelta):
        return str(value)
    # Excel writes some signs as _x000D_: a carriage return inside a cell.
    return str(value).replace("_x000D_", " ")


def _sheet_name(book: Any, file: str, wanted: str | None) -> tuple[str | None, list[Problem]]:
    names = [page.title for page in book.worksheets]
    if wanted is not None:
        if wanted in names:
            return wanted, []
        return None, [Problem("files.no_sheet", file, names=_short(names))]
    filled = _filled(book)
    if not filled or filled == names[:1]:
        return names[0] if names else None, []
    return None, [Problem("files.sheets", file, names=_short(names))]


def _filled(book: Any) -> list[str]:
    return [page.title for page in book.worksheets if any(_rows(page))]


def _short(names: list[str]) -> list[str]:
    return [name[:40] for name in names[:12]]


def _no_header(page: Any, rows: list[Row], file: str) -> Problem | None:
    """Refuse a title above the table or a header of merged cells, without showing any answer."""
    first = rows[0][0]
    merged = [area for area in page.merged_cells.ranges if area.min_row <= first]
    filled = [sum(bool(cell) for cell in cells) for _, cells in rows]
    title = filled[0] * 2 < max(filled[: 2 * ABOVE]) or first > 1 and filled[0] == 1 < max(filled)
    if not merged and not title:
        return None
    names = next((cells for _, cells in rows[:ABOVE] if _are_names(cells)), [])
    shown = [_outline(number, cells, cells is names) for number, cells in rows[:ABOVE]]
    letter = "files.merged_header" if merged else "files.above_header"
    return Problem(letter, file, row=first, rows=shown)


def _merged(page: Any, file: str) -> Iterator[Problem]:
    """Refuse merged cells among the answers: all but the first would read as empty."""
    for area in page.merged_cells.ranges:
        yield Problem("files.merged_cells", file, row=area.min_row, area=area.coord)


def _errors(page: Any, file: str) -> Iterator[Problem]:
    """Refuse what Excel could not compute, such as #N/A."""
    for cell in (cell for cell in _cells(page) if cell.data_type == "e"):
        told = {"error": cell.value, "cell": cell.coordinate}
        yield Problem("files.excel_error", file, row=cell.row, **told)


def _are_names(cells: list[str]) -> bool:
    """Tell column names, words and codes alone, from a title and from answers."""
    filled = [cell for cell in cells if cell]
    is_name = [bool(CODE_LIKE.fullmatch(cell) or WORD.fullmatch(cell)) for cell in filled]
    return len(filled) > 2 and all(is_name)


def _outline(number: int, cells: list[str], are_names: bool) -> Phrase:
    filled = [cell for cell in cells if cell]
    shown = [are_names or CODE_LIKE.fullmatch(cell) for cell in filled]
    names = [
        cell if is_shown else "*" * min(len(cell), 9)
        for cell, is_shown in zip(filled, shown, strict=True)
    ]
    if len(names) <= 6:
        return Phrase("files.outline", n=number, cells=names)
    return Phrase("files.outline_more", n=number, cells=names[:6], more=len(names) - 6)


def _xml(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        pages = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        return b"".join(package.read(name) for name in pages)


def _formulas(content: bytes, book: Any, name: str, file: str) -> list[Problem]:
    """Refuse formulas whose result was never stored: they would read as empty."""
    page = openpyxl.load_workbook(io.BytesIO(content))[name]
    cells = [cell for cell in _cells(page) if cell.data_type == "f"]
    return [
        Problem(
            "files.formula",
            file,
            row=cell.row,
            column=get_column_letter(cell.column or 1),
            sheet=name,
            cell=cell.coordinate,
        )
        for cell in cells
        if book[name][cell.coordinate].value is None
    ]
