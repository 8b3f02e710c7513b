"""Words that Dutch and English spreadsheets use for the same column or answer."""

from collections.abc import Mapping
from pathlib import Path

from pandas import DataFrame

from analysis.plan.files.words import by_word, read_words
from analysis.plan.problems import Phrase

WORDS = read_words(Path(__file__).with_name("words.yaml"))
HEADERS, CODED = WORDS["headers"], WORDS["coded"]
OURS, STANCES, ANSWERS = (by_word(WORDS[name]) for name in ("headers", "stances", "answers"))
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def shown(cell: str) -> str | Phrase:
    """Show an id, but never a text: somebody may have said it."""
    is_id = len(cell) <= 60 and len(cell.split()) <= 4
    return repr(cell) if is_id else Phrase("interviews.a_text", n=len(cell))


def is_count(cell: str) -> bool:
    """Say whether a cell is a whole number that a table can hold: 0 to 999 999 999."""
    return cell.isascii() and cell.isdecimal() and len(cell) <= 9


def rename_headers(rows: DataFrame) -> DataFrame:
    """Give the columns our names; a column that no list knows keeps its own."""
    taken = {column: OURS.get(column.casefold().strip(), column) for column in rows.columns}
    return rows.rename(columns=taken)


def rename_coded(columns: list[str], mapped: Mapping[str, str]) -> list[str]:
    """Give the columns of a list of coded segments our names: as mapped, ours, then a tool's.

    A name is given once, to the column that is closest to it.
    """
    theirs = {name.casefold().strip(): ours for ours, name in mapped.items()}
    tools = {name: ours for ours, names in CODED.items() for name in names}
    cells = [column.casefold().strip().strip("\ufeff") for column in columns]
    renamed = [*columns]
    taken: set[str] = set()
    for known in (theirs, OURS, tools):
        for place, cell in enumerate(cells):
            ours = known.get(cell)
            if ours and ours not in taken and renamed[place] not in taken:
                renamed[place] = ours
                taken.add(ours)
    return renamed


def guarded(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def unguarded(cell: str) -> str:
    """Take the guard off again."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith((*FORMULA, "'")) else cell
