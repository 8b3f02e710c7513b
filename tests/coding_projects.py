"""Coding projects by hand, as the tools write them: nothing here uses our own writers."""

import io
import sqlite3
import zipfile
from pathlib import Path
from uuid import UUID

NAMESPACE = 'xmlns="urn:QDA-XML:project:1.0"'
CODES = {"trust": 1, "turnover": 2}
ANN, BOB = str(UUID(int=90)), str(UUID(int=91))
QUALCODER = """
create table source (id integer primary key, name text, fulltext text, mediapath text, memo text);
create table code_cat (catid integer primary key, name text, memo text, supercatid integer);
create table code_name (cid integer primary key, name text, memo text, catid integer, color text);
create table code_text (ctid integer primary key, cid integer, fid integer, seltext text,
  pos0 integer, pos1 integer, owner text, memo text);
"""
TAGUETTE = """
create table documents (id integer primary key, name text, contents text);
create table tags (id integer primary key, project_id integer, path text, description text);
create table highlights (id integer primary key, document_id integer, start_offset integer,
  end_offset integer, snippet text);
create table highlight_tags (highlight_id integer, tag_id integer);
create table commands (id integer primary key, user_login text, payload text);
"""
REQUAL = """
create table documents (doc_id integer primary key, doc_name text, doc_text text);
create table codes (code_id integer primary key, code_name text, code_description text,
  code_color text);
create table users (user_id integer primary key, user_login text, user_name text);
create table segments (segment_id integer primary key, doc_id integer, code_id integer,
  user_id integer, segment_start integer, segment_end integer, segment_text text);
"""
RQDA = """
create table source (id integer, name text, file text, memo text, status integer);
create table freecode (id integer, name text, memo text, status integer);
create table coding (cid integer, fid integer, seltext text, selfirst real, sellast real,
  status integer, owner text);
"""


def guid(number: int) -> str:
    """Write a GUID as NVivo does: lower case, no braces."""
    return str(UUID(int=number))


def zipped(entries: dict[str, bytes | str]) -> bytes:
    """Pack entries as they come."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return content.getvalue()


def selection(number: int, start: object, end: object, code: str | None = "trust", **more: str):
    """Write one selection, coded by ann unless no code is given."""
    coding = f'<Coding guid="{guid(5000 + number)}" creatingUser="{ANN}"><CodeRef targetGUID="'
    coding += f'{guid(CODES.get(code or "", 77))}"/></Coding>'
    name = f' name="{more["name"]}"' if "name" in more else ""
    return (
        f'<PlainTextSelection guid="{more.get("guid", guid(1000 + number))}"{name}'
        f' startPosition="{start}" endPosition="{end}">{coding if code else ""}'
        "</PlainTextSelection>"
    )


def source(number: int, inside: str, name: str = "d1", path: str | None = None) -> str:
    """Write one text source."""
    where = f"internal://{guid(number)}.txt" if path is None else path
    at = f' plainTextPath="{where}"' if where else ""
    return f'<TextSource guid="{guid(number)}" name="{name}"{at}>{inside}</TextSource>'


def project(sources: str, after: str = "", codes: str = "", head: str = NAMESPACE) -> str:
    """Write a project with two codes and two coders."""
    known = "".join(
        f'<Code guid="{guid(n)}" name="{name}" isCodable="true"/>' for name, n in CODES.items()
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project {head} name="p" origin="a tool">'
        f'<Users><User guid="{ANN}" name="ann"/><User guid="{BOB}" name="bob"/></Users>'
        f"<CodeBook><Codes>{codes or known}</Codes></CodeBook>"
        f"<Sources>{sources}</Sources>{after}</Project>"
    )


def qdpx(path: Path, text: bytes | str, *selections: str, folder: str = "sources") -> Path:
    """Write a project with one source, `d1`, and selections in it."""
    body = text.encode() if isinstance(text, str) else text
    xml = project(source(7, "".join(selections)))
    path.write_bytes(zipped({"project.qde": xml, f"{folder}/{guid(7)}.txt": body}))
    return path


def database(path: Path, schema: str, rows: dict[str, list[tuple[object, ...]]]) -> Path:
    """Write a SQLite file with rows by table."""
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    for table, some in rows.items():
        for row in some:
            connection.execute(f"insert into {table} values ({','.join('?' * len(row))})", row)
    connection.commit()
    connection.close()
    return path
