"""A table for reading, as a page shows it, and the one way in which its cells are printed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from numbers import Integral, Real
from typing import Any, cast

import pandas as pd
import yaml
from pandas import DataFrame, Series

from analysis.findings import Table
from analysis.plan import described, printed
from analysis.plan.evidence import shown
from analysis.plan.study import Study
from analysis.plan.study.labels import Labels

DASH = "–"
NAMES = {"region": "compared", "wave": "wave", "start": "wave", "end": "wave", "role": "role"}
NAMES |= {"scale": "measure", "level": "level", "item": "item", "slider": "slider"}
NAMES |= {"code": "code", "other": "code", "weakest_code": "code", "framework": "framework"}
NAMES |= {"from_code": "code"}
NAMES |= {"held_as": "method", "other_held_as": "method"}
SEVERAL_LEVELS = ("in_place", "out_of_order")
INTERVALS = {"interval": ("low", "high"), "omega_interval": ("omega_low", "omega_high")}
INTERVALS |= {"x_interval": ("x_low", "x_high"), "y_interval": ("y_low", "y_high")}
WORDS = {"verdict", "state", "reason", "label", "direction", "score_direction", "talk_direction"}
WORDS |= {"basis", "trajectory", "agreement", "visibility", "relation"}


class ReadingTable(DataFrame):  # type: ignore[misc]
    """A table for reading: as a page it shows every word, and no row numbers."""

    @property
    def _constructor(self) -> type["ReadingTable"]:
        return ReadingTable

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        is_bare = self.shape == (1, 1) and self.iloc[0, 0] == DASH
        return shown(self._repr_html_(), repr(self), is_bare=is_bare)

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None, "display.max_rows", None):
            return str(self.to_html(index=False, border=0))


@cache
def texts_of(file: str, part: str) -> Mapping[str, Any]:
    """Return one part of what tables say, or of which columns they hold."""
    text = resources.files("analysis.tell.tables").joinpath(file).read_text(encoding="utf-8")
    return cast("dict[str, Any]", yaml.safe_load(text)[part])


def columns_of(kind: str, part: str = "page") -> Sequence[str]:
    """Return what a reader needs of one kind of row: on a `page`, or beside a `figure`."""
    return cast("Sequence[str]", texts_of("columns.yaml", part).get(kind, ()))


@dataclass(frozen=True)
class Printer:
    """What prints the rows of one study in one language: headings, names, words and numbers."""

    study: Study
    language: str = "en"

    @classmethod
    def of(cls, table: Table) -> "Printer":
        """Return the printer of the study and language a table was opened in."""
        return cls(table.study, table.language)

    @cached_property
    def name(self) -> Labels:
        """The names of things in this language."""
        return Labels(self.study, self.language)

    @cached_property
    def say(self) -> Mapping[str, str]:
        """The texts of tables in this language."""
        return {key: texts[self.language] for key, texts in texts_of("words.yaml", "texts").items()}

    def heading(self, column: str) -> str:
        """Head a column."""
        told = self.headings.get(column)
        return str(told[self.language]) if told else column.replace("_", " ")

    @cached_property
    def headings(self) -> Mapping[str, Mapping[str, str]]:
        """What each column is called."""
        return {**described.headings(), **texts_of("words.yaml", "headings")}

    def empty(self) -> ReadingTable:
        """Show that there is nothing to show."""
        return ReadingTable({self.heading("empty"): [DASH]})

    def lay_out(self, rows: DataFrame, columns: Iterable[str]) -> dict[str, list[str]]:
        """Print columns under their headings; one that says nothing is left out."""
        cells = {
            column: self._column(rows, column)
            for column in columns
            if column in rows or {*INTERVALS.get(column, (column,))} <= {*rows.columns}
        }
        return {self.heading(key): told for key, told in cells.items() if {*told} != {DASH}}

    def _column(self, rows: DataFrame, column: str) -> list[str]:
        if column in INTERVALS:
            return self._interval(rows, *INTERVALS[column])
        places = self.places(rows[column])
        return [self.cell(value, column, places) for value in rows[column]]

    def _interval(self, rows: DataFrame, low: str, high: str) -> list[str]:
        places = max((self.places(rows[low]), self.places(rows[high])), key=lambda n: n or 0)
        return [
            DASH if pd.isna(one) or pd.isna(other) else self.span(one, other, places)
            for one, other in zip(rows[low], rows[high], strict=True)
        ]

    def span(self, low: float, high: float, places: int | None = 2) -> str:
        """Print the two ends of an interval."""
        return f"{self.number(low, places)} {self.between} {self.number(high, places)}"

    @property
    def between(self) -> str:
        """What stands between the two ends of an interval."""
        return self.say["to"]

    def cell(self, value: Any, column: str, places: int | None = None) -> str:
        """Print one value of a column."""
        if pd.isna(value) or value == "":
            return DASH
        if column in NAMES:
            return str(getattr(self.name, NAMES[column])(str(value)))
        if column in SEVERAL_LEVELS:
            return ", ".join(map(self.name.level, str(value).split()))
        if isinstance(value, bool) or not isinstance(value, Real):
            return self.word(str(value), column)
        if column == "p" or column.startswith("p_"):
            return "< " * (value < 0.001) + self.number(max(float(value), 0.001), 3)
        return self.number(float(value), 0 if isinstance(value, Integral) else places)

    def word(self, value: str, column: str) -> str:
        """Print a state as a word of this language, and a text as it stands."""
        known = texts_of("words.yaml", "values") if self.language == "nl" else {}
        if told := known.get(f"{column}_{value}") or known.get(value):
            return str(told)
        if column == "phase":
            return self.name.level(value)
        return value.replace("_", " ") if column in WORDS else value

    def places(self, values: "Series[Any]") -> int | None:
        """Return how many decimals a column is read with: none where all numbers are whole."""
        known = pd.to_numeric(values, errors="coerce").dropna()
        return 0 if (known % 1 == 0).all() else 2

    def number(self, value: float, places: int | None = 2) -> str:
        """Print a number; without a number of decimals it has those it needs."""
        if places is None:
            places = 0 if value == int(value) else 3 if 0 < abs(value) < 0.005 else 2
        return printed.decimal(value, self.language, places)
