"""The conversations of a region as a coding tool would hand them over, byte for byte the same."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from pandas import DataFrame

from analysis.collect.interviews.coded import Coded, Marks, Source, Spans
from analysis.collect.interviews.refi import write_project
from analysis.collect.interviews.tables import settle
from analysis.collect.interviews.units import POINTS
from analysis.plan.files.refi.codetree import Code
from analysis.plan.files.refi.guids import named_guid
from analysis.rehearse.simulate.conversations import SyntheticTalk

ORIGIN = "the synthetic pilot"
STANCE_CODES = {"helps": "helpt", "hinders": "belemmert", "neutral": "neutraal"}
DUTCH = {
    "document": "gesprek",
    "start": "begin",
    "end": "einde",
    "speaker": "spreker",
    "code": "codenaam",
    "coder": "codeur",
    "stance": "houding",
    "text": "fragment",
}
# The library's version is part of a SQLite file; fixed, the same rows give the same bytes.
VERSION_PLACES, VERSION = ((24, 28), (92, 100)), b"\x00\x00\x00\x01"
QUALCODER = """
create table project (databaseversion text, date text, memo text, about text);
create table source (id integer primary key, name text, fulltext text, mediapath text, memo text,
  owner text, date text, unique(name));
create table code_cat (catid integer primary key, name text, owner text, date text, memo text,
  supercatid integer, unique(name));
create table code_name (cid integer primary key, name text, memo text, catid integer, owner text,
  date text, color text, unique(name));
create table code_text (ctid integer primary key, cid integer, fid integer, seltext text,
  pos0 integer, pos1 integer, owner text, date text, memo text,
  unique(cid, fid, pos0, pos1, owner));
"""


def as_spreadsheet(talk: SyntheticTalk) -> dict[str, str | bytes]:
    """Return a Dutch list of coded segments, separated by semicolons, and the transcripts."""
    listed = talk.tables["codings"].rename(columns=DUTCH)
    text = listed.to_csv(index=False, sep=";", lineterminator="\n")
    return {"codings.csv": text, **talk.transcripts}


def as_refi_qda(talk: SyntheticTalk, codes: DataFrame, name: str) -> dict[str, str | bytes]:
    """Return a REFI-QDA project: codes by their label in a tree, texts inside."""
    tree = used_codes(talk.tables["codings"], codes)
    spans, marks = Spans(), Marks()
    places: dict[tuple[Any, ...], int] = {}
    order = [*talk.tables["documents"]["document"]]
    for row in talk.tables["codings"].to_dict("records"):
        place = (row["document"], row["start"], row["end"])
        if place not in places:
            guid = named_guid(name, "selection", *place)
            source = order.index(row["document"])
            places[place] = spans.add(guid, source, row["start"], row["end"], row["text"])
            spans.speaker[places[place]] = row["speaker"]
        guid = named_guid(name, "coding", *place, row["code"], row["coder"])
        code = named_guid(name, "code", row["code"])
        marks.stance[marks.add(guid, places[place], code, row["coder"])] = row["stance"]
    coded = Coded(
        ORIGIN, [*_sources(talk, name)], [*_code_elements(tree, name)], spans, marks, unit=POINTS
    )
    project = settle(coded, name)
    return {"codings.qdpx": write_project(project, name, ORIGIN, packed=False)}


def _sources(talk: SyntheticTalk, name: str) -> Iterator[Source]:
    facts = ["wave", "method", "group", "people", "asked", "consent"]
    for row in talk.tables["documents"].to_dict("records"):
        document = str(row["document"])
        known = {fact: str(row[fact]) for fact in facts}
        text = talk.transcripts[str(row["file"])]
        yield Source(named_guid(name, "source", document), document, text, facts=known)


def _code_elements(tree: DataFrame, name: str) -> Iterator[Code]:
    for row in tree.to_dict("records"):
        parent = named_guid(name, "code", row["parent"]) if row["parent"] else ""
        yield Code(named_guid(name, "code", row["id"]), row["name"], parent, row["definition_en"])


def used_codes(codings: DataFrame, codes: DataFrame) -> DataFrame:
    """Return the codes in use and those above them, named by label where one code has it."""
    parents = dict(zip(codes["id"], codes["parent"], strict=True))
    used = set(codings["code"])
    for code in sorted(used):
        while (code := parents.get(code, "")) and code not in used:
            used.add(code)
    labels = codes["label_nl"].str.casefold()
    other = set(codes["label_en"].str.casefold())
    shared = labels.duplicated(keep=False) | labels.isin(other)
    named = codes.assign(name=codes["label_nl"].where(~shared, codes["id"]))
    return named[named["id"].isin(used)].reset_index(drop=True)


def as_qualcoder(talk: SyntheticTalk, codes: DataFrame, date: str) -> dict[str, str | bytes]:
    """Return a QualCoder database: stances are codes of their own, speakers are in the text."""
    connection = sqlite3.connect(":memory:")
    connection.executescript("pragma page_size = 4096; pragma encoding = 'UTF-8';" + QUALCODER)
    about = ("v11", date, "", ORIGIN)
    connection.execute("insert into project values (?, ?, ?, ?)", about)
    texts = _fill_sources(connection, talk, date)
    numbers = _fill_codes(connection, used_codes(talk.tables["codings"], codes), date)
    given = _qualcoder_rows(talk.tables["codings"], numbers, texts)
    rows = [(*place, date, "") for place in dict.fromkeys(given)]
    holes = ", ".join("?" * 8)
    columns = "cid, fid, seltext, pos0, pos1, owner, date, memo"
    connection.executemany(f"insert into code_text ({columns}) values ({holes})", rows)
    connection.commit()
    connection.execute("vacuum")
    content = bytearray(connection.serialize())
    connection.close()
    for begin, end in VERSION_PLACES:
        content[begin:end] = VERSION * ((end - begin) // len(VERSION))
    return {"data.qda": bytes(content)}


def _fill_sources(connection: sqlite3.Connection, talk: SyntheticTalk, date: str) -> dict[str, int]:
    numbers = {}
    for number, row in enumerate(talk.tables["documents"].to_dict("records"), start=1):
        document = str(row["document"])
        text = talk.transcripts[str(row["file"])]
        filled = (number, document, text, None, "", "", date)
        connection.execute("insert into source values (?, ?, ?, ?, ?, ?, ?)", filled)
        numbers[document] = number
    return numbers


def _fill_codes(connection: sqlite3.Connection, tree: DataFrame, date: str) -> dict[str, int]:
    """Write codes in categories: QualCoder's tree is one of categories, codes are its leaves."""
    above = [parent for parent in dict.fromkeys(tree["parent"]) if parent]
    categories = {parent: number for number, parent in enumerate(above, start=1)}
    labels = dict(zip(tree["id"], tree["name"], strict=True))
    parents = dict(zip(tree["id"], tree["parent"], strict=True))
    for parent, number in categories.items():
        upper = categories.get(parents.get(parent, ""))
        row = (number, labels[parent], "", date, "", upper)
        connection.execute("insert into code_cat values (?, ?, ?, ?, ?, ?)", row)
    codes = {**labels, **STANCE_CODES}
    numbers = {code: number for number, code in enumerate(codes, start=1)}
    for code, number in numbers.items():
        category = categories.get(parents.get(code, ""))
        leaf = (number, codes[code], "", category, "", date, "#a0a0a0")
        connection.execute("insert into code_name values (?, ?, ?, ?, ?, ?, ?)", leaf)
    return numbers


def _qualcoder_rows(
    codings: DataFrame, numbers: dict[str, int], texts: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    for row in codings.to_dict("records"):
        place = (texts[row["document"]], row["text"], row["start"], row["end"], row["coder"])
        yield numbers[row["code"]], *place
        yield numbers[row["stance"]], *place
