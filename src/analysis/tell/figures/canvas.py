"""What every figure is drawn with: style, colours, panels, and the picture with its alt text."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, wraps
from importlib import resources
from io import StringIO
from typing import Any, Concatenate, ParamSpec

import matplotlib as mpl
import matplotlib.figure
import yaml
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter
from pandas import DataFrame

from analysis.findings import Table
from analysis.findings.table import of_table
from analysis.plan import printed
from analysis.plan.evidence import EVERY
from analysis.plan.study import Study
from analysis.plan.study.labels import Labels
from analysis.tell.figures.numbers import NumbersPrinter, NumbersTable, tabulate
from analysis.tell.figures.paper import (
    COLOURS,
    INK,
    LINE,
    MARK,
    MARKERS,
    SOFT,
    Drawing,
    present,
    sheet,
)

More = ParamSpec("More")
STYLE: dict[Any, Any] = {
    "axes.edgecolor": LINE,
    "axes.labelcolor": SOFT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlecolor": INK,
    "figure.facecolor": "white",
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "analysis",
    "text.color": INK,
    # A label is a label: "$5 en $6" is no formula.
    "text.parse_math": False,
    "xtick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.color": SOFT,
    "ytick.labelcolor": INK,
}


@dataclass(frozen=True)
class Figure:
    """A drawn figure, the words that say what it shows, and the numbers it was drawn from."""

    canvas: matplotlib.figure.Figure
    alt: str
    table: NumbersTable = NumbersTable()
    is_bare: bool = False

    @property
    def axes(self) -> list[Axes]:
        """Every drawing area that shows something."""
        return [ax for ax in self.canvas.axes if ax.get_visible()]

    @cached_property
    def svg(self) -> str:
        """The picture as SVG; the same figure gives the same bytes."""
        buffer = StringIO()
        with mpl.rc_context(STYLE):
            self.canvas.savefig(buffer, format="svg", metadata={"Date": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        kind = "image/svg+xml"
        about = {"alt": self.alt, "table": self.table.as_mapping(), "bare": self.is_bare}
        return {kind: self.svg, "text/plain": self.alt}, {kind: about}


@dataclass(frozen=True)
class Pen:
    """What draws the tables of one study in one language: names, words, numbers and colours."""

    study: Study
    language: str = "en"

    @classmethod
    def of(cls, table: Table) -> "Pen":
        """Return the pen of the study and language a table was opened in."""
        return cls(table.study, table.language)

    @cached_property
    def name(self) -> Labels:
        """The names of things in this language."""
        return Labels(self.study, self.language)

    @cached_property
    def say(self) -> Mapping[str, str]:
        """Titles, axis labels and alt texts in this language."""
        return words(self.language)

    def colour(self, region: str) -> str:
        """Return the colour that belongs to a region for good."""
        return COLOURS[self._place(region) % len(COLOURS)] if self._is_own(region) else INK

    def marker(self, region: str) -> str:
        """Return the marker that belongs to a region for good."""
        return MARKERS[self._place(region) % len(MARKERS)] if self._is_own(region) else "o"

    def _is_own(self, region: str) -> bool:
        return region in self.study.regions

    def _place(self, region: str) -> int:
        return self.study.regions[region].order - 1

    def regions(self, rows: DataFrame) -> list[str]:
        """Return the regions that rows are about, in the regions' own order."""
        return present(self.study.regions, rows["region"])

    def keys(self, regions: Iterable[str]) -> list[Line2D]:
        """Return one legend entry per region, in the regions' own order."""
        return [
            Line2D([], [], markersize=5, label=self.name.region(region), **self.look(region))
            for region in present([*self.study.regions, EVERY], regions)
        ]

    def look(self, region: str) -> dict[str, Any]:
        """Return colour and marker of a region."""
        return {"color": self.colour(region), "marker": self.marker(region)}

    def number(self, value: float, *, signed: bool = False, places: int = 2) -> str:
        """Print a number as people of this language write it; an unknown number is a dash."""
        if value != value:
            return "–"
        return (printed.signed if signed else printed.decimal)(value, self.language, places)

    def plain(self, value: float) -> str:
        """Print a number without needless decimals."""
        return printed.plain(value, self.language)

    def speak_numbers(self, *axes: Any) -> None:
        """Print the numbers along an axis as people of this language write them."""
        for axis in axes:
            axis.set_major_formatter(FuncFormatter(lambda value, _: self.plain(value)))

    def figure(
        self,
        sheet: Drawing,
        title: str,
        parts: Sequence[str],
        *,
        most: int = 24,
        table: NumbersTable | None = None,
    ) -> Figure:
        """Finish a figure: its title and parts are read where it cannot be seen."""
        told = "; ".join(parts[:most])
        rest = len(parts) - most
        more = f"; {self.say['more'].format(n=rest)}" if rest > 0 else ""
        return Figure(sheet.canvas, f"{title}. {told}{more}.", table or NumbersTable())

    def blank(self, text: str) -> Figure:
        """Draw a figure that says why there is nothing to see."""
        page = sheet(size=(7, 1.1))
        page.ax.axis("off")
        page.ax.text(0.5, 0.5, text, ha="center", va="center", color=SOFT, wrap=True)
        return Figure(page.canvas, text, is_bare=True)


def drawn(
    or_else: str, column: str | None = None
) -> Callable[
    [Callable[Concatenate[DataFrame, Pen, More], Figure | None]],
    Callable[Concatenate[Table, More], Figure],
]:
    """Draw the rows of a table in house style, with its numbers, marked where synthetic.

    Parameters
    ----------
    or_else : what is said where there are no such rows, or nothing was drawn of them
    column : only the rows with a value in this column are drawn
    """

    def figure_of(
        plot: Callable[Concatenate[DataFrame, Pen, More], Figure | None],
    ) -> Callable[Concatenate[Table, More], Figure]:
        @wraps(plot)
        def figure(
            rows: DataFrame, pen: Pen, /, *more: More.args, **options: More.kwargs
        ) -> Figure:
            shown = known(rows, column) if column else rows
            with mpl.rc_context(STYLE):
                made = plot(shown, pen, *more, **options) if len(shown) else None
                made = made or pen.blank(pen.say[or_else])
                if not made.table.rows:
                    printer = NumbersPrinter(pen.study, pen.language, pen.say)
                    made = replace(made, table=tabulate(rows, printer))
                if "synthetic" not in rows or not rows["synthetic"].any():
                    return made
                return _marked(made, pen.say["synthetic"])

        return of_table(Pen.of)(figure)

    return figure_of


def _marked(figure: Figure, mark: str) -> Figure:
    figure.canvas.suptitle(mark, x=0.99, ha="right", fontsize=8, color=MARK)
    return replace(figure, alt=f"{mark}. {figure.alt}")


def known(rows: DataFrame, column: str) -> DataFrame:
    """Keep the rows with a value in a column; a frame without that column has none."""
    return rows[rows[column].notna()] if column in rows else rows.iloc[:0]


@cache
def words(language: str) -> Mapping[str, str]:
    """Return the titles, axis labels and alt texts of one language."""
    text = (
        resources.files("analysis.tell.figures").joinpath("words.yaml").read_text(encoding="utf-8")
    )
    return dict(yaml.safe_load(text)[language])
