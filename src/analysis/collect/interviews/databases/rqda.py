"""Read an RQDA project: rows that were deleted are still there, with another status."""

from pathlib import Path

from analysis.collect.interviews.coded import Coded
from analysis.collect.interviews.databases.gathering import Gathering
from analysis.collect.interviews.databases.sqlitefile import Database, open_database, words

TOOL = "RQDA"
IN_USE = "1"


def is_rqda(database: Database) -> bool:
    """Recognise the tables."""
    return database.has(source="id name file", freecode="id name", coding="cid fid selfirst")


def read_rqda(path: Path, name: str) -> Coded:
    """Read an RQDA database."""
    with open_database(path, name) as database:
        found = Gathering(TOOL)
        for number, title, text, status in database.rows("source", "id name file status"):
            if _is_used(status):
                found.add_source(number, words(title), words(text))
        for number, title, memo, color, status in database.rows(
            "freecode", "id name memo color status"
        ):
            if _is_used(status):
                found.add_code(number, words(title), "", words(memo), words(color))
        columns = f"rowid cid fid seltext selfirst {_last(database)} owner status"
        for place, row in enumerate(database.rows("coding", columns)):
            _, code, source, text, start, end, owner, status = row
            if not _is_used(status):
                found.lost["codings that were deleted"] += 1
                continue
            span = found.add_span(place, source, start, end, words(text))
            if span is not None:
                found.add_mark(place, span, code, words(owner))
        found.lost["categories of codes"] += len(database.rows("codecat", "name"))
        found.lost["cases"] += len(database.rows("cases", "name"))
        return found.coded(counts_from_one=True, has_words=True)


def _last(database: Database) -> str:
    """Name the column of the last place as RQDA writes it; some conversions call it otherwise."""
    return "selend" if "selend" in database.columns["coding"] else "sellast"


def _is_used(status: object) -> bool:
    # Some versions keep it as a decimal number.
    return status is None or str(status).removesuffix(".0") == IN_USE
