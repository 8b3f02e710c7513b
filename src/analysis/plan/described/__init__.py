"""What stands in each table: one description per table, beside the room that makes it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pandas import DataFrame

ROOMS = Path(str(resources.files("analysis")))
FINDINGS, PROCESSED, SHARED = STAGES = ("findings", "processed", "shared")
KINDS = {"text": "object", "whole": "Int64", "number": "float64", "boolean": "bool"}
FIRST, LAST = "evidence_id", "synthetic"
ENDS = {"low": ("lower", "ondergrens"), "high": ("upper", "bovengrens")}
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in which unit, and what it is called."""

    name: str
    kind: str
    unit: str
    meaning: str
    heading: Mapping[str, str]
    is_shared: bool = False


@dataclass(frozen=True)
class Description:
    """One table: what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]
    room: str = ""
    id: str = ""
    note: str = ""
    others: str = ""

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    @property
    def dtypes(self) -> dict[str, str]:
        """The kind of each column, as pandas calls it."""
        return {column.name: KINDS[column.kind] for column in self.columns}

    @property
    def may_be_shared(self) -> "Description":
        """The part of it that may leave the house."""
        return replace(self, columns=tuple(one for one in self.columns if one.is_shared))

    def problems(self, table: DataFrame) -> list[str]:
        """Say where a table is not what is described."""
        found = [f"no column {name}" for name in self.names if name not in table]
        if not self.others:
            found += [f"{name} is not described" for name in table if name not in self.names]
        if found:
            return found
        kinds = table[self.names].dtypes.astype(str)
        wanted = {name: kind for name, kind in self.dtypes.items() if kind != "object"}
        return [f"{name} is no {kind}" for name, kind in wanted.items() if kinds[name] != kind]


@cache
def descriptions(stage: str = FINDINGS) -> Mapping[str, Description]:
    """Read every description of one stage: `findings`, `processed` or `shared`."""
    known = _load_yaml(Path(__file__).with_name("columns.yaml"))
    told = {
        name: _describe(name, told, known, stage, path.parent.name)
        for path in sorted(ROOMS.rglob("tables.yaml"))
        for name, told in _load_yaml(path).get(stage, {}).items()
    }
    if stage != SHARED:
        return told
    parts = {name: one.may_be_shared for name, one in descriptions().items()}
    return {**{name: one for name, one in parts.items() if one.columns}, **told}


@cache
def headings() -> Mapping[str, Mapping[str, str]]:
    """Say what each column is called in each language: the same in every table."""
    tables = [told for stage in STAGES for told in descriptions(stage).values()]
    return {column.name: column.heading for told in tables for column in told.columns}


def columns(name: str) -> list[str]:
    """Name the columns of a findings table as its room makes it."""
    return [column for column in descriptions()[name].names if column != LAST]


def shared(name: str) -> list[str]:
    """Name the columns of a findings table that may leave the house; no other may."""
    return descriptions()[name].may_be_shared.names


def table(name: str, rows: Any) -> DataFrame:
    """Make a findings table of rows or of a frame: its columns in order, each of its kind.

    Raises
    ------
    ValueError if a column is not described, or holds something else than is described.
    """
    made = columns(name)
    given = rows if isinstance(rows, DataFrame) else _frame(rows, made)
    if strange := {*given} ^ {*made}:
        raise ValueError(f"{name}: {', '.join(sorted(map(str, strange)))}: not as described")
    return _typed(given[made], descriptions()[name])


def empty(name: str) -> DataFrame:
    """Return a table without rows, with the columns and kinds that are described.

    Raises
    ------
    KeyError if no such table is described.
    """
    told = descriptions().get(name) or descriptions(SHARED)[name]
    return DataFrame(columns=told.names).astype(told.dtypes)


def check(name: str, frame: DataFrame, stage: str = FINDINGS) -> DataFrame:
    """Return a table that is what its description at this stage says.

    Raises
    ------
    ValueError if it is something else, KeyError if it is not described.
    """
    if problems := descriptions(stage)[name].problems(frame):
        raise ValueError(f"{name}: {'; '.join(problems)}")
    return frame


def _frame(rows: Any, made: Collection[str]) -> DataFrame:
    rows = [*rows]
    if rows and isinstance(rows[0], Mapping):
        return DataFrame(rows, columns=[*dict.fromkeys([*made, *(key for r in rows for key in r)])])
    return DataFrame(rows, columns=[*made])


def _typed(frame: DataFrame, told: Description) -> DataFrame:
    """Give every column its kind; texts are text already, unless there are none."""
    kinds = told.dtypes
    if strange := [one for one in frame if kinds[one] == "bool" and frame[one].isna().any()]:
        raise ValueError(f"{told.name}: {strange[0]} is neither yes nor no")
    texts = [n for n in frame if kinds[n] == "object" and frame[n].dtype == "str"]
    return frame.astype({name: kinds[name] for name in frame if name not in texts})


def _load_yaml(path: Path) -> dict[str, Any]:
    # The loader in C is ten times as fast, and not everywhere.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(path.read_text(encoding="utf-8"), loader))  # noqa: S506


def _describe(name: str, told: Told, known: Told, stage: str, room: str) -> Description:
    names, may = (str(told.get(key, "")).split() for key in ("columns", "shared"))
    if stage != PROCESSED and names and "whole" not in told:
        names, may = [FIRST, *names, LAST], [FIRST, *may, LAST] if may else []
    own = told.get("own", {})
    made = tuple(_column(one, own, known, one in may) for one in names)
    if "adds" not in told:
        parts = {key: str(told.get(key, "")) for key in ("id", "note")}
        return Description(name, told["row"], made, room, others=told.get("open", ""), **parts)
    first = descriptions()[name].may_be_shared
    added = tuple(_column(one, own, known, True) for one in str(told["adds"]).split())
    return replace(first, columns=(*first.columns, *added))


def _column(name: str, own: Told, known: Told, is_shared: bool) -> Column:
    told = {**known.get(name, {}), **own.get(name, {})}
    of, _, end = name.rpartition("_")
    if not told and end in ENDS:
        of_what = {**known.get(of, {}), **own.get(of, {})}
        side, dutch = ENDS[end]
        told = {"kind": "number", "unit": of_what["unit"], "nl": f"{of_what['nl']}, {dutch}"}
        told["meaning"] = f"{side} end of the 95% interval of `{of}`"
    heading = {"nl": told["nl"], "en": told.get("en", name.replace("_", " "))}
    return Column(name, told["kind"], str(told["unit"]), told["meaning"], heading, is_shared)
