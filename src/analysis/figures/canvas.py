"""The sheet every figure is drawn on: style, colours, and the picture with its alt text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from importlib import resources
from io import StringIO
from typing import Any, ParamSpec

import matplotlib as mpl
import matplotlib.figure
import numpy as np
import yaml
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from pandas import DataFrame

from analysis import printed
from analysis.figures.numbers import NumbersTable, tabulate
from analysis.study import Study

Arguments = ParamSpec("Arguments")
INK, SOFT, LINE, MARK = "#1d2733", "#556270", "#d9dee4", "#8a4b00"
# Okabe and Ito's hues, darkened where white paper needs it; told apart by the colour-blind.
COLOURS = ("#0072b2", "#d55e00", "#00875f", "#a04a8c", "#9a7400", "#3d8fc2", "#333333", "#7a3b00")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")
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
        about = {"alt": self.alt, "table": self.table.as_mapping()}
        return {kind: self.svg, "text/plain": self.alt}, {kind: about}


def in_style(plot: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """Draw a plot of (rows, study) in house style, with its numbers, marked where synthetic."""

    @wraps(plot)
    def drawn(*values: Arguments.args, **options: Arguments.kwargs) -> Figure:
        rows: Any = values[0]
        study: Any = values[1]
        language = str(options.get("language", "en"))
        with mpl.rc_context(STYLE):
            figure = plot(*values, **options)
            if not figure.table.rows:
                figure = replace(figure, table=tabulate(rows, study, words(language), language))
            if "synthetic" not in rows or not rows["synthetic"].any():
                return figure
            return _marked(figure, words(language)["synthetic"])

    return drawn


def _marked(figure: Figure, mark: str) -> Figure:
    figure.canvas.suptitle(mark, x=0.99, ha="right", fontsize=8, color=MARK)
    return replace(figure, alt=f"{mark}. {figure.alt}")


def sheet(
    rows: int = 1, columns: int = 1, *, size: tuple[float, float], share: bool = False
) -> tuple[matplotlib.figure.Figure, np.ndarray[Any, Any]]:
    """Return an empty figure in house style and its axes as a grid."""
    canvas = matplotlib.figure.Figure(figsize=size, layout="constrained")
    grid = canvas.subplots(rows, columns, sharex=share, sharey=share, squeeze=False)
    for ax in grid.flat:
        ax.tick_params(length=0)
    return canvas, grid


def blank(text: str) -> Figure:
    """Draw a figure that says why there is nothing to see."""
    canvas, grid = sheet(size=(7, 1.1))
    grid[0, 0].axis("off")
    grid[0, 0].text(0.5, 0.5, text, ha="center", va="center", color=SOFT, wrap=True)
    return Figure(canvas, text)


def known(rows: DataFrame, column: str) -> DataFrame:
    """Keep the rows with a value in a column; a frame without that column has none."""
    return rows[rows[column].notna()] if column in rows else rows.iloc[:0]


def colour(study: Study, region: str) -> str:
    """Return the colour that belongs to a region for good."""
    return COLOURS[_place(study, region) % len(COLOURS)] if region in study.regions else INK


def marker(study: Study, region: str) -> str:
    """Return the marker that belongs to a region for good."""
    return MARKERS[_place(study, region) % len(MARKERS)] if region in study.regions else "o"


def _place(study: Study, region: str) -> int:
    return study.regions[region].order - 1


def words(language: str) -> Mapping[str, str]:
    """Return the titles, axis labels and alt texts of one language."""
    text = resources.files("analysis.figures").joinpath("words.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text)[language])


def number(value: float, language: str, *, signed: bool = False, places: int = 2) -> str:
    """Print a number as people of a language write it; an unknown number is a dash."""
    if value != value:
        return "–"
    return (printed.signed if signed else printed.decimal)(value, language, places)


def speak_numbers(ax: Axes, language: str) -> None:
    """Print the numbers along the x axis as people of a language write them."""
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value, language)))


def plain(value: float, language: str) -> str:
    """Print a number without needless decimals."""
    return printed.plain(value, language)


def shorten(text: str, most: int) -> str:
    """Cut a text after so many letters, and show that it was cut."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def several(parts: list[str], language: str, *, most: int = 24) -> str:
    """Join the parts of an alt text, and say how many were left out."""
    shown = "; ".join(parts[:most])
    rest = len(parts) - most
    return f"{shown}; {words(language)['more'].format(n=rest)}" if rest > 0 else shown
