"""The numbers behind a figure, as a small table for reading."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pandas import DataFrame, Series

from analysis.tell.tables.reading import Printer, columns_of, texts_of

PREFIXES = {"move": "move_", "method": "method_", "phase": "phase_"}


@dataclass(frozen=True)
class NumbersTable:
    """A heading and the cells of each row, printed."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def as_mapping(self) -> dict[str, list[Any]]:
        """Return what a notebook can carry along with the picture."""
        return {"columns": [*self.columns], "rows": [[*row] for row in self.rows]}


@dataclass(frozen=True)
class NumbersPrinter(Printer):
    """Prints what stands beside a figure in the figure's own words, each number by itself."""

    words: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def headings(self) -> Mapping[str, Mapping[str, str]]:
        """What each column is called beside a figure, as on its axes."""
        return {**super().headings, **texts_of("words.yaml", "beside_figures")}

    def word(self, value: str, column: str) -> str:
        """Print a state as the figure calls it."""
        told = self.words.get(PREFIXES.get(column, "") + value)
        return told or super().word(value, column).replace("_", " ")

    @property
    def between(self) -> str:
        """What stands between the two ends of an interval."""
        return "…"

    def places(self, values: "Series[Any]") -> int | None:  # noqa: ARG002
        """Leave the decimals to each number."""
        return None


def tabulate(rows: DataFrame, printer: NumbersPrinter) -> NumbersTable:
    """Print the rows of a figure with names for ids and rounded numbers."""
    if rows.empty or "evidence_id" not in rows:
        return NumbersTable()
    kind = str(rows["evidence_id"].iloc[0]).split("/")[0]
    told = printer.lay_out(rows, columns_of(kind, "figure"))
    return NumbersTable((*told,), tuple(zip(*told.values(), strict=True)))
