"""The codebook of REFI-QDA, a `.qdc`: read into codes, written from a table of codes."""

import re
from collections.abc import Iterator
from pathlib import Path

from pandas import DataFrame

from analysis.collect.interviews.coded import Coded
from analysis.plan.files.refi.codebook import read_codes
from analysis.plan.files.refi.guids import is_guid, named_guid
from analysis.plan.files.refi.markup import attributes, element

COLOR = re.compile("#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
NAMESPACE = "urn:QDA-XML:codebook:1.0"


def read_codebook(path: Path, name: str) -> Coded:
    """Read a `.qdc`: a project of codes alone.

    Raises
    ------
    StudyError if it is too large, or no sound XML with a codebook.
    """
    elements = read_codes(path, name)
    codes, _ = elements.own_codes()
    return Coded(elements.tool or "REFI-QDA", codes=codes, lost=elements.lost)


def write_codebook(codes: DataFrame, origin: str) -> bytes:
    """Write a table of codes as a `.qdc`, in the order and tree of the table."""
    inside = "".join(code_tree(codes))
    head = f'<CodeBook xmlns="{NAMESPACE}"{attributes(origin=origin)}>'
    text = f'<?xml version="1.0" encoding="utf-8"?>\n{head}<Codes>{inside}</Codes></CodeBook>\n'
    return text.encode("utf-8")


def code_tree(codes: DataFrame) -> Iterator[str]:
    """Write codes as nested elements; a code whose parent is not there stands at the top."""
    rows = codes.to_dict("records")
    guids = {row["guid"] for row in rows}
    children: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        parent = row["parent"] if row["parent"] in guids and row["parent"] != row["guid"] else ""
        children.setdefault(parent, []).append(row)
    yield from _branches("", children)


def _branches(parent: str, children: dict[str, list[dict[str, str]]]) -> Iterator[str]:
    for row in children.pop(parent, []):
        guid = row["guid"] if is_guid(row["guid"]) else named_guid("code", row["code"])
        color = row["color"] if COLOR.fullmatch(row["color"]) else ""
        is_codable = "false" if row["is_codable"] == "no" else "true"
        head = attributes(guid=guid, name=row["name"], isCodable=is_codable, color=color)
        yield f"<Code{head}>{element('Description', row['description'])}"
        yield from _branches(row["guid"], children)
        yield "</Code>"
