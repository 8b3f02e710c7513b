"""Index pages, briefs and table files: values in, bytes out."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from pandas import DataFrame, isna

from analysis.plan import described
from analysis.share.report.render import EvidenceRow, LookUp

TEMPLATES = Path(__file__).with_name("templates")
FORMULA = re.compile(r"\s*[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.I)


class Tables(Protocol):
    """What a page needs of findings: named tables."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the tables there are."""

    def rows(self, name: str, **where: object) -> DataFrame:
        """Return the rows of one table."""


@dataclass(frozen=True)
class IndexEntry:
    """One report on an index page."""

    href: str
    title: str
    question: str = ""
    answer: Markup | str = ""


@dataclass(frozen=True)
class Group:
    """Reports that stand together under one heading."""

    title: str
    entries: Sequence[IndexEntry]


@dataclass(frozen=True)
class Index:
    """The first page of a shelf."""

    study: str
    title: str
    lead: str
    groups: Sequence[Group]
    tables_title: str
    tables: Sequence[str]
    elsewhere: Sequence[IndexEntry] = ()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill(template: str, values: Mapping[str, Any]) -> bytes:
    """Fill in one of the page templates; every value is escaped."""
    return _templates().get_template(template).render(values).encode()


def csv_file(rows: DataFrame) -> bytes:
    """Write a table as CSV in which no text starts a formula when a spreadsheet opens it."""
    texts = rows.select_dtypes(include=["object", "string", "category"]).columns
    inert = rows.assign(**{name: rows[name].map(_inert).astype(object) for name in texts})
    return inert.to_csv(index=False, lineterminator="\n").encode()


def _inert(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    # A bare carriage return would end the row, and what follows would start a cell.
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    is_formula = FORMULA.match(cell) is not None and not NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def table_files(
    tables: Tables, folder: str, *, stage: str, regions: Mapping[str, DataFrame] | None = None
) -> dict[str, bytes]:
    """Write every table of some findings below a folder, and what their columns hold.

    Parameters
    ----------
    regions : the evidence behind the page of each region, which stands beside them
    """
    of_regions = {f"region-{region}": rows for region, rows in (regions or {}).items()}
    found = {**{name: tables.rows(name) for name in tables.names}, **of_regions}
    kinds = {name: "region-evidence" if name in of_regions else name for name in found}
    files = {f"{folder}/{name}.csv": csv_file(rows) for name, rows in found.items()}
    return {**files, f"{folder}/dictionary.csv": csv_file(_dictionary(kinds, stage))}


def _dictionary(kinds: Mapping[str, str], stage: str) -> DataFrame:
    """One row per column of each table: what it holds, in which unit, and what it is called."""
    told = described.descriptions(stage)
    rows = [
        (name, one.name, one.kind, one.unit, one.meaning, one.heading["nl"], one.heading["en"])
        for name, kind in kinds.items()
        for one in told[kind].columns
    ]
    heads = ["table", "column", "kind", "unit", "meaning", "heading_nl", "heading_en"]
    return DataFrame(rows, columns=heads)


def evidence_of(tables: Tables) -> LookUp:
    """Return a look-up from evidence ids to the rows they name, in the order of the tables."""
    frames = {name: tables.rows(name) for name in tables.names}

    def look_up(ids: Collection[str]) -> Sequence[EvidenceRow]:
        return [
            EvidenceRow(str(row["evidence_id"]), name, _values(row))
            for name, frame in frames.items()
            if "evidence_id" in frame
            for row in frame[frame["evidence_id"].isin([*ids])].to_dict("records")
        ]

    return look_up


def _values(row: Mapping[Any, object]) -> str:
    """Say the filled cells of a row, apart from the words its id already holds."""
    held = {"", *re.split(r"[/.]", str(row["evidence_id"]))}
    held |= {part for word in held for part in word.split("-")}
    told = [
        f"{str(column).replace('_', ' ')} {_short(value)}"
        for column, value in row.items()
        if column != "evidence_id" and not isna(value) and str(value).lower() not in held
    ]
    return " · ".join(told)


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def names_below(files: Iterable[str], folder: str) -> tuple[str, ...]:
    """List the files of a folder by their names."""
    return tuple(sorted(f.removeprefix(f"{folder}/") for f in files if f.startswith(f"{folder}/")))
