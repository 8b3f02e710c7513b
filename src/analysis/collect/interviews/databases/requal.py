"""Read a Requal project: segments have a coder and a code each, counted as R does."""

from pathlib import Path

from analysis.collect.interviews.coded import Coded
from analysis.collect.interviews.databases.gathering import Gathering
from analysis.collect.interviews.databases.sqlitefile import Database, open_database, words
from analysis.plan.files.refi.guids import named_guid

TOOL = "Requal"


def is_requal(database: Database) -> bool:
    """Recognise the tables."""
    return database.has(documents="doc_id doc_text", segments="doc_id code_id segment_start")


def read_requal(path: Path, name: str) -> Coded:
    """Read a Requal database."""
    with open_database(path, name) as database:
        found = Gathering(TOOL)
        for number, title, text in database.rows("documents", "doc_id doc_name doc_text"):
            found.add_source(number, words(title), words(text))
        _codes(database, found)
        users = {
            number: words(login) or words(name)
            for number, login, name in database.rows("users", "user_id user_login user_name")
        }
        columns = "segment_id doc_id code_id segment_start segment_end segment_text user_id"
        for key, source, code, start, end, text, user in database.rows("segments", columns):
            span = found.add_span(key, source, start, end, words(text))
            if span is not None:
                found.add_mark(key, span, code, users.get(user, ""))
        for table, what in {
            "memos": "memos",
            "cases": "cases",
            "attribute_values": "values",
        }.items():
            found.lost[what] += len(database.rows(table, "rowid"))
        return found.coded(counts_from_one=True)


def _codes(database: Database, found: Gathering) -> None:
    above = {
        code: f"category {words(category)}"
        for category, code in database.rows("categories_codes_map", "category_id code_id")
    }
    columns = "category_id category_name category_description"
    for number, name, description in database.rows("categories", columns):
        found.add_code(f"category {words(number)}", words(name), "", words(description), "")
    for number, name, description, color in database.rows(
        "codes", "code_id code_name code_description code_color"
    ):
        parent = named_guid(TOOL, "code", above[number]) if number in above else ""
        found.add_code(number, words(name), parent, words(description), words(color))
