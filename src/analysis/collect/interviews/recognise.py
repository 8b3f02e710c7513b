"""See what a file is by what is in it; its name only helps to say why it cannot be read."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from analysis.collect.interviews.coded import Coded, Reader
from analysis.collect.interviews.databases import (
    read_qualcoder,
    read_requal,
    read_rqda,
    read_taguette,
)
from analysis.collect.interviews.databases.qualcoder import is_qualcoder
from analysis.collect.interviews.databases.requal import is_requal
from analysis.collect.interviews.databases.rqda import is_rqda
from analysis.collect.interviews.databases.sqlitefile import MAGIC, open_database
from analysis.collect.interviews.databases.taguette import is_taguette
from analysis.collect.interviews.refi import read_codebook, read_project
from analysis.collect.interviews.tabular import is_segment_list, read_segment_list
from analysis.plan.files.archive import DAMAGED
from analysis.plan.files.spreadsheet import read_spreadsheet
from analysis.plan.files.workbook import is_workbook
from analysis.plan.problems import Phrase, StudyError, refuse

# Formats that only their own tool can open, by the end of the file's name.
CLOSED = {
    "MAXQDA": r"me?x\d*|mx\d+|mxd|mqda|mtr|mqmtr",
    "ATLAS.ti": r"atlproj\w*|atlcb\d*|hpr\d+|hprx|apb",
    "NVivo": r"nvpx?|nvpr|nvcx|nvb|nvc",
    "Dedoose": "dedoose",
    "Quirkos": "qrks?",
    "QDA Miner": "ppj|wpj|ppz",
    "f4analyse": "f4p|f4a",
    "Transana": "tra|tprj",
    "webQDA": "wqda",
}
DATABASES = (
    (is_taguette, read_taguette),
    (is_qualcoder, read_qualcoder),
    (is_requal, read_requal),
    (is_rqda, read_rqda),
)
OURS = {".qdpx", ".qde", ".qdc", ".qda", ".requal", ".rqda"}
TABLES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm"}
INSIDE = "data.qda"


def is_coding_file(path: Path, mapped: Mapping[str, str] | None = None) -> bool:
    """Say whether a file is a coding project, a codebook or a list of coded segments."""
    suffix = path.suffix.casefold()
    if suffix in OURS or _closed(suffix):
        return True
    if not path.is_file():
        return (path / INSIDE).is_file()
    head = _head(path)
    if head.startswith(MAGIC):
        return True
    if _is_refi_xml(head) or _has_project(path):
        return True
    return suffix in TABLES and _is_table(path, mapped or {})


def read_coded(
    path: Path,
    name: str,
    texts: Mapping[str, str] | None = None,
    mapped: Mapping[str, str] | None = None,
) -> Coded:
    """Read whatever coding file this is.

    Raises
    ------
    StudyError with a letter that says what it is and what to bring instead.
    """
    file = path / INSIDE if path.is_dir() else path
    if not file.is_file():
        raise refuse("interviews.no_data_file" if path.is_dir() else "interviews.no_file", name)
    head = _head(file)
    tool = _closed(path.suffix.casefold())
    if tool and not _has_project(file):
        raise refuse("interviews.closed_tool", name, tool=tool)
    if head.startswith(MAGIC):
        return _database(file, name)(file, name)
    if _is_refi_xml(head):
        return _xml(head, file, name)
    if path.suffix.casefold() == ".qdc" and not zipfile.is_zipfile(file):
        return read_codebook(file, name)
    if is_workbook(file) or (path.suffix.casefold() in TABLES and not zipfile.is_zipfile(file)):
        return read_segment_list(file, name, texts or {}, mapped or {})
    return read_project(file, name)


def _closed(suffix: str) -> str:
    end = suffix.removeprefix(".")
    return next((tool for tool, ends in CLOSED.items() if re.fullmatch(ends, end)), "")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _is_refi_xml(head: bytes) -> bool:
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return plain.startswith(b"<") and (b"<CodeBook" in plain or b"QDA-XML" in plain)


def _xml(head: bytes, path: Path, name: str) -> Coded:
    if b"QDA-XML:project" in head.replace(b"\x00", b""):
        raise refuse("interviews.bare_xml", name)
    return read_codebook(path, name)


def _has_project(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(entry.casefold().endswith(".qde") for entry in archive.namelist())
    except DAMAGED:
        return False


def _is_table(path: Path, mapped: Mapping[str, str]) -> bool:
    try:
        return is_segment_list([*read_spreadsheet(path, path.name, most=1).columns], mapped)
    except StudyError:
        return False


def _database(path: Path, name: str) -> Reader:
    with open_database(path, name) as database:
        found = next((reader for is_it, reader in DATABASES if is_it(database)), None)
        tables = sorted(database.columns)[:12] or Phrase("interviews.none")
    if found is None:
        raise refuse("interviews.other_database", name, tables=tables)
    return found
