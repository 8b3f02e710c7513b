"""A figure of one change told by many methods."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from pandas import DataFrame

from analysis.figures.canvas import (
    INK,
    LINE,
    SOFT,
    Figure,
    blank,
    colour,
    in_style,
    known,
    number,
    several,
    sheet,
    speak_numbers,
    words,
)
from analysis.study import Study
from analysis.study.labels import Labels, in_plan_order

PRIMARY = "primary"
WORDED: dict[str, Any] = {
    **{"ha": "center", "va": "center", "fontsize": 7.5, "color": INK},
    "bbox": {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8},
}


@in_style
def plot_robustness(
    robustness: DataFrame, study: Study, *, changes: DataFrame, language: str = "en"
) -> Figure:
    """Draw every planned change by every method; the band is the interval of the primary model.

    A filled mark agrees with the primary result, an open one changes the conclusion. A method on
    another scale, and one that could not be computed, is told in words.
    """
    say, name = words(language), Labels(study, language)
    told = known(changes, "estimate")
    if known(robustness, "estimate").empty or told.empty:
        return blank(say["robust_none"])
    told = in_plan_order(told, study)
    methods = [PRIMARY, *dict.fromkeys(robustness["method"])]
    columns = min(3, len(told))
    rows = -(-len(told) // columns)
    size = (3.2 + 2.3 * columns, 1.1 + rows * (0.6 + 0.2 * len(methods)))
    canvas, grid = sheet(rows, columns, size=size, share=True)
    parts = []
    for ax, change in zip(grid.flat, told.to_dict("records"), strict=False):
        own = robustness[robustness["evidence_id"].str.startswith(_prefix(change))]
        _panel(ax, change, own, methods, study, language)
        title = f"{name.measure(change['scale'])} · {name.region(change['region'])}"
        ax.set_title(title, fontsize=9, pad=16)
        ax.text(0, 1.03, say[_holding(change)], transform=ax.transAxes, fontsize=8.5, color=SOFT)
        parts.append(f"{title}, {say[_holding(change)]}: {_span(own, language)}")
    for ax in list(grid.flat)[len(told) :]:
        ax.set_visible(False)
    for ax in grid[:, 0]:
        ax.set_yticks(range(len(methods)), [say[f"method_{m}"] for m in methods], fontsize=8.5)
    keys = [
        Line2D([], [], color=INK, marker="o", mfc=face, linestyle="", label=say[label])
        for face, label in ((INK, "same_conclusion"), ("white", "other_conclusion"))
    ]
    canvas.legend(handles=keys, loc="outside lower left", ncols=2, fontsize=9)
    return Figure(canvas, f"{say['robust_title']}. {several(parts, language)}.")


def _prefix(change: dict[str, Any]) -> str:
    return f"robust/{change['region']}/{change['scale']}.".lower()


def _holding(change: dict[str, Any]) -> str:
    return {"yes": "does_hold", "no": "does_not_hold"}.get(str(change["holds"]), "not_judged")


def _panel(
    ax: Axes,
    change: dict[str, Any],
    own: DataFrame,
    methods: list[str],
    study: Study,
    language: str,
) -> None:
    shade = colour(study, change["region"])
    ax.axvspan(change["low"], change["high"], color=shade, alpha=0.15, linewidth=0)
    ax.axvline(change["estimate"], color=shade, linewidth=1)
    ax.axvline(0, color=INK, linewidth=0.9)
    for row in [{**change, "method": PRIMARY}, *own.to_dict("records")]:
        place = methods.index(row["method"])
        differs = row.get("changes_conclusion") == "yes"
        face = "white" if differs else shade
        if row["estimate"] != row["estimate"] or not row.get("same_scale", True):
            ax.text(
                0.5, place, _worded(row, language), transform=ax.get_yaxis_transform(), **WORDED
            )
            continue
        ax.plot([row["low"], row["high"]], [place, place], color=SOFT, linewidth=1.1)
        ax.plot(row["estimate"], place, "o", color=shade, markerfacecolor=face, markersize=4.5)
    ax.set_ylim(len(methods) - 0.5, -0.5)
    ax.tick_params(axis="x", labelsize=8)
    ax.xaxis.set_major_locator(MaxNLocator(4, prune="upper"))
    speak_numbers(ax, language)
    ax.grid(axis="x", color=LINE, linewidth=0.5)


def _worded(row: dict[str, Any], language: str) -> str:
    """Tell a method whose estimate cannot stand on this axis."""
    say = words(language)
    if row["estimate"] != row["estimate"]:
        return say["not_computable"]
    found = "other_conclusion" if row["changes_conclusion"] == "yes" else "same_conclusion"
    estimate = number(row["estimate"], language, signed=True)
    return f"{estimate} {say['in_logits']}: {say[found]}"


def _span(own: DataFrame, language: str) -> str:
    known_here = own[own["same_scale"].astype(bool)]
    low, high = known_here["estimate"].min(), known_here["estimate"].max()
    return " … ".join(number(value, language, signed=True) for value in (low, high))
