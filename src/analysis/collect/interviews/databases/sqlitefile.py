"""Open a SQLite file that came from elsewhere: read only, real tables only, text as text."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from analysis.plan.files.sizes import too_large
from analysis.plan.problems import StudyError, refuse

MAGIC = b"SQLite format 3\x00"
WHOLE = re.compile(r"-?[0-9]{1,11}")
Cell = str | int | float | bytes | None


class Database:
    """The tables of a SQLite file, by name, and the columns of each."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.name = name
        self._connection = connection
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        real = [table for table, sql in found if "VIRTUAL" not in str(sql)[:20].upper()]
        self.columns = {
            table: {row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(table)})")}
            for table in real
        }

    def has(self, **tables: str) -> bool:
        """Say whether tables are there, each with the columns named in one text."""
        return all(
            set(columns.split()) <= self.columns.get(table, set())
            for table, columns in tables.items()
        )

    def rows(self, table: str, columns: str) -> list[tuple[Cell, ...]]:
        """Return some columns of a table; a column that this version lacks is empty."""
        known = self.columns.get(table)
        if known is None:
            return []
        wanted = [_quoted(one) if one in known else "NULL" for one in columns.split()]
        asked = f"SELECT {', '.join(wanted)} FROM {_quoted(table)}"
        return self._connection.execute(asked).fetchall()


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


@contextmanager
def open_database(path: Path, name: str) -> Iterator[Database]:
    """Open a SQLite file for reading; nothing is ever written, not even a journal.

    Raises
    ------
    StudyError if it is no SQLite file, is damaged, too large, or still open in a tool.
    """
    beside = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
    if any(waiting.is_file() and waiting.stat().st_size for waiting in beside):
        raise refuse("interviews.still_open", name)
    if problems := too_large(path, name):
        raise StudyError(problems)
    place = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(place, uri=True)
    try:
        connection.text_factory = _text
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        yield Database(connection, name)
    # A message about a damaged page quotes its bytes, which may be no text.
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise refuse("interviews.database_damaged", name) from error
    finally:
        connection.close()


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def words(cell: Cell) -> str:
    """Return a cell as text; an empty one is an empty text."""
    if isinstance(cell, bytes):
        return _text(cell)
    return "" if cell is None else str(cell)


def whole(cell: Cell) -> int | None:
    """Return a cell as a whole number, or nothing if it is none."""
    if isinstance(cell, int):
        return cell
    text = words(cell).strip()
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else None
    return int(text) if WHOLE.fullmatch(text) else None
