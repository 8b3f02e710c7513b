"""Read QualCoder's `data.qda`: codes stand in categories, a coder owns each coding."""

from dataclasses import replace
from pathlib import Path

from analysis.collect.interviews.coded import Coded
from analysis.collect.interviews.databases.gathering import Gathering
from analysis.collect.interviews.databases.sqlitefile import Cell, Database, open_database, words
from analysis.plan.files.refi.codetree import Code
from analysis.plan.files.refi.guids import named_guid

TOOL = "QualCoder"
LOST = {
    "code_image": "codings of pictures",
    "code_av": "codings of sound and film",
    "annotation": "annotations",
    "journal": "journal entries",
    "cases": "cases",
    "attribute": "values of attributes",
    "graph": "graphs",
}


def is_qualcoder(database: Database) -> bool:
    """Recognise the tables."""
    return database.has(source="id name fulltext", code_name="cid name", code_text="cid fid pos0")


def read_qualcoder(path: Path, name: str) -> Coded:
    """Read a QualCoder database."""
    with open_database(path, name) as database:
        return _gather(database)


def _gather(database: Database) -> Coded:
    found = Gathering(TOOL)
    for number, title, text, media in database.rows("source", "id name fulltext mediapath"):
        has_text = text is not None and (words(text) or not media)
        kind = "text" if has_text else "picture, sound or film"
        found.add_source(number, words(title), words(text) if has_text else None, kind=kind)
    _codes(database, found)
    columns = "ctid cid fid seltext pos0 pos1 owner memo"
    for key, code, source, snippet, start, end, owner, memo in database.rows("code_text", columns):
        # One row per code: the same place coded twice is one selection with two codings.
        place = (source, start, end)
        span = found.span_of.get(place)
        if span is None:
            span = found.add_span(key, source, start, end, words(snippet))
        if span is not None:
            found.span_of[place] = span
            found.add_mark(key, span, code, words(owner))
        found.lost["memos"] += bool(memo)
    for table, what in LOST.items():
        found.lost[what] += len(database.rows(table, "rowid"))
    return found.coded(has_words=True)


def _codes(database: Database, found: Gathering) -> None:
    categories = database.rows("code_cat", "catid name memo supercatid")
    category = {number: named_guid(TOOL, "category", number) for number, *_ in categories}
    for number, name, memo, above in categories:
        # A category is a code that nobody can give: its own key keeps it apart from the codes.
        key: Cell = f"category {words(number)}"
        found.add_code(key, words(name), category.get(above, ""), words(memo), "")
        found.codes[key] = _as_category(found, key, category[number])
    columns = "cid name memo catid color supercid"
    for number, name, memo, above, color, upper in database.rows("code_name", columns):
        parent = found.code_guid(upper) if upper else category.get(above, "")
        found.add_code(number, words(name), parent, words(memo), words(color))


def _as_category(found: Gathering, key: Cell, guid: str) -> Code:
    return replace(found.codes[key], guid=guid, is_codable=False)
