"""Read a table of any spreadsheet as text, whatever its columns are called: CSV or XLSX."""

from collections import Counter
from pathlib import Path

from pandas import DataFrame

from analysis.plan.files.decoding import decode, likely_encoding
from analysis.plan.files.delimited import Row, find_separator, ragged_rows, rows_of, unread_cell
from analysis.plan.files.sizes import too_large
from analysis.plan.files.workbook import is_workbook, rows_of_workbook
from analysis.plan.problems import Problem, StudyError

HEAD = 2**20


def read_spreadsheet(path: Path, name: str, *, most: int | None = None) -> DataFrame:
    """Read a table as text: columns as named in the file, the index is the row number.

    Cells keep the space around them: somebody may have said it. Empty rows are passed over, no
    column is: one without a name gets one, and so does the second of a name.

    Parameters
    ----------
    most : how many rows are wanted, the header included, to see what a file is

    Raises
    ------
    StudyError if it cannot be read, or holds no table.
    """
    rows, problems = _rows_in(path, name, most)
    if problems or not rows:
        raise StudyError(problems or [Problem("files.empty", name)])
    header = [cell.strip() for cell in rows[0][1]]
    while header and not header[-1]:
        header.pop()
    header = _as_wide_as(rows[1:], _numbered(header))
    width = len(header)
    cells = [(row + [""] * width)[:width] for _, row in rows[1:]]
    return DataFrame(cells, index=[number for number, _ in rows[1:]], columns=header, dtype=object)


def _rows_in(path: Path, name: str, most: int | None) -> tuple[list[Row], list[Problem]]:
    if problems := too_large(path, name):
        return [], problems
    if is_workbook(path):
        rows, problems = rows_of_workbook(path.read_bytes(), name)
        return rows[:most], problems
    decoded = decode(
        path.read_bytes() if most is None else _head(path), name, guess=likely_encoding
    )
    if decoded.text is None:
        return [], unread_cell(decoded)
    separator, text = find_separator(decoded.text)
    rows, problems = rows_of(text, separator, name, most=most)
    problems = problems or (ragged_rows(rows, name, may_be_short=True) if rows else [])
    return rows, problems


def _head(path: Path) -> bytes:
    """Return the first whole lines of a file: enough to see what it is."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return head if len(head) < HEAD else head[: head.rfind(b"\n") + 1]


def _as_wide_as(rows: list[Row], header: list[str]) -> list[str]:
    """Give a name to columns that are filled somewhere but have no header: nothing is dropped."""
    last = (n for _, row in rows for n, cell in enumerate(row, start=1) if cell.strip())
    return [*header, *(f"column {n + 1}" for n in range(len(header), max(last, default=0)))]


def _numbered(header: list[str]) -> list[str]:
    seen: Counter[str] = Counter()
    named = []
    for cell in header:
        seen[cell] += 1
        named.append(cell if not cell or seen[cell] == 1 else f"{cell} {seen[cell]}")
    return named
