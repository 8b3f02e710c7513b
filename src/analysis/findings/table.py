"""A table as it was opened: its rows, with the study and the language they are told in."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from pandas import DataFrame

from analysis.plan.study import Study

Told = TypeVar("Told")
Voiced = TypeVar("Voiced")
More = ParamSpec("More")


@dataclass(frozen=True, repr=False)
class Table:
    """Rows of one findings table; every figure, table and sentence made of it follows them."""

    name: str
    rows: DataFrame
    study: Study
    language: str = "en"

    def where(self, **columns: object) -> "Table":
        """Keep the rows in which each named column has a value, or one of several."""
        return self.kept(select(self.rows, **columns))

    def head(self, most: int) -> "Table":
        """Keep the first rows."""
        return self.kept(self.rows.head(most))

    def kept(self, rows: DataFrame) -> "Table":
        """Return the same table with other rows."""
        return replace(self, rows=rows)

    @property
    def empty(self) -> bool:
        """Whether there are no rows."""
        return len(self.rows) == 0

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def __repr__(self) -> str:
        """Show the rows as pandas does."""
        return repr(self.rows)

    def _repr_html_(self) -> str | None:
        shown: str | None = self.rows._repr_html_()
        return shown


def select(rows: DataFrame, **where: object) -> DataFrame:
    """Return a copy of the rows where each named column has a value, or one of several."""
    for column, value in where.items():
        several = isinstance(value, Iterable) and not isinstance(value, str)
        rows = rows[rows[column].isin([*value] if several else [value])]  # type: ignore[misc]
    return rows.reset_index(drop=True)


def of_table(
    voiced: Callable[[Table], Voiced],
) -> Callable[
    [Callable[Concatenate[DataFrame, Voiced, More], Told]],
    Callable[Concatenate[Table, More], Told],
]:
    """Let a function of rows and a voice be called with a table: study and language come along.

    Parameters
    ----------
    voiced : makes what speaks for a table: a voice, a pen, a printer
    """

    def opened(
        tell: Callable[Concatenate[DataFrame, Voiced, More], Told],
    ) -> Callable[Concatenate[Table, More], Told]:
        @wraps(tell)
        def told(table: Table, /, *more: More.args, **options: More.kwargs) -> Told:
            return tell(table.rows, voiced(table), *more, **options)

        written = inspect.signature(tell)
        first, _, *others = written.parameters.values()
        taken = [first.replace(annotation=Table), *others]
        told.__signature__ = written.replace(parameters=taken)  # type: ignore[attr-defined]
        return told

    return opened
