"""The paper of a figure: its panels and rows, its colours, and marks with their intervals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
from matplotlib.axes import Axes

Row = Mapping[Any, Any]
INK, SOFT, LINE, MARK = "#1d2733", "#556270", "#d9dee4", "#8a4b00"
# Okabe and Ito's hues, darkened where white paper needs it; told apart by the colour-blind.
COLOURS = ("#0072b2", "#d55e00", "#00875f", "#a04a8c", "#9a7400", "#3d8fc2", "#333333", "#7a3b00")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")
DOTTED = (0, (2, 3))
QUARTERS = ([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])


@dataclass(frozen=True)
class Drawing:
    """An empty figure in house style, and the panels on it that will be drawn on."""

    canvas: matplotlib.figure.Figure
    axes: list[Axes]
    left: list[Axes]

    @property
    def ax(self) -> Axes:
        """The first panel."""
        return self.axes[0]

    def legend(self, keys: Sequence[Any], *, ncols: int = 3, fontsize: float = 9) -> None:
        """Explain marks and colours below the panels."""
        self.canvas.legend(handles=keys, loc="outside lower left", ncols=ncols, fontsize=fontsize)


def sheet(
    panels: int = 1,
    *,
    size: tuple[float, float],
    margin: tuple[float, float] = (0, 0),
    most: int | None = None,
    share: bool = False,
) -> Drawing:
    """Return a sheet with panels of one size, at most so many beside each other."""
    columns = min(most or panels, panels)
    rows = -(-panels // columns)
    figsize = (margin[0] + size[0] * columns, margin[1] + size[1] * rows)
    canvas = matplotlib.figure.Figure(figsize=figsize, layout="constrained")
    grid = canvas.subplots(rows, columns, sharex=share, sharey=share, squeeze=False)
    for place, ax in enumerate(grid.flat):
        ax.tick_params(length=0)
        ax.set_visible(place < panels)
    return Drawing(canvas, [*grid.flat][:panels], [*grid[:, 0]])


def in_rows(
    ax: Axes, labels: Sequence[str], *, above: float = 0.5, below: float = 0.5, **look: Any
) -> None:
    """Name the rows of a panel from the top down."""
    ax.set_yticks(range(len(labels)), labels, **({"fontsize": 9} | look))
    ax.set_ylim(len(labels) - 1 + below, -above)


def draw_interval(
    ax: Axes,
    place: float,
    row: Row,
    look: Mapping[str, Any],
    *,
    keys: tuple[str, str, str] = ("estimate", "low", "high"),
    line: Mapping[str, Any] | None = None,
) -> None:
    """Draw an estimate and its interval in a row of a panel."""
    value, low, high = (row[key] for key in keys)
    ax.plot(
        [low, high], [place, place], **{"color": look["color"], "linewidth": 1.4, **(line or {})}
    )
    ax.plot(value, place, linestyle="", **{"markersize": 5, **look})


def present(known: Iterable[str], found: Iterable[str]) -> list[str]:
    """Return what was found, in the order in which it is known."""
    held = {*found}
    return [one for one in known if one in held]


def shorten(text: str, most: int) -> str:
    """Cut a text after so many letters, and show that it was cut."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def offset(place: int, count: int) -> float:
    """Spread the marks of several regions around one line."""
    return (place - (count - 1) / 2) * min(0.24, 0.8 / max(count, 1))
