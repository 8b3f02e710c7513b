"""A figure of one change told by many methods."""

from typing import Any

from matplotlib.axes import Axes
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
    words,
)
from analysis.study import Study
from analysis.study.labels import Labels, in_plan_order


@in_style
def plot_robustness(
    robustness: DataFrame, study: Study, *, changes: DataFrame, language: str = "en"
) -> Figure:
    """Draw every planned change by every method on its scale; the band is the primary interval.

    A filled mark agrees with the primary result, an open one changes the conclusion.
    """
    say, name = words(language), Labels(study, language)
    shown = known(robustness, "estimate")
    shown = shown[shown["same_scale"].astype(bool)] if len(shown) else shown
    told = known(changes, "estimate")
    if shown.empty or told.empty:
        return blank(say["robust_none"])
    told = in_plan_order(told, study)
    methods = [*dict.fromkeys(shown["method"])]
    columns = min(3, len(told))
    rows = -(-len(told) // columns)
    size = (3.1 + 2.2 * columns, 0.9 + rows * (0.55 + 0.19 * len(methods)))
    canvas, grid = sheet(rows, columns, size=size, share=True)
    parts = []
    for ax, change in zip(grid.flat, told.to_dict("records"), strict=False):
        own = shown[shown["evidence_id"].str.startswith(_prefix(change))]
        _panel(ax, change, own, methods, study)
        title = f"{name.measure(change['scale'])} · {name.region(change['region'])}"
        ax.set_title(title, fontsize=9)
        parts.append(f"{title}: {_span(own, language)}")
    for ax in list(grid.flat)[len(told) :]:
        ax.set_visible(False)
    for ax in grid[:, 0]:
        ax.set_yticks(range(len(methods)), [say[f"method_{m}"] for m in methods], fontsize=8)
    return Figure(canvas, f"{say['robust_title']}. {several(parts, language)}.")


def _prefix(change: dict[str, Any]) -> str:
    return f"robust/{change['region']}/{change['scale']}.".lower()


def _panel(
    ax: Axes, change: dict[str, Any], own: DataFrame, methods: list[str], study: Study
) -> None:
    shade = colour(study, change["region"])
    ax.axvspan(change["low"], change["high"], color=shade, alpha=0.15, linewidth=0)
    ax.axvline(change["estimate"], color=shade, linewidth=1)
    ax.axvline(0, color=INK, linewidth=0.9)
    for row in own.to_dict("records"):
        place = methods.index(row["method"])
        differs = row["changes_conclusion"] == "yes"
        ax.plot([row["low"], row["high"]], [place, place], color=SOFT, linewidth=1.1)
        face = "white" if differs else shade
        ax.plot(row["estimate"], place, "o", color=shade, markerfacecolor=face, markersize=4.5)
    ax.set_ylim(len(methods) - 0.5, -0.5)
    ax.tick_params(axis="x", labelsize=8)
    ax.grid(axis="x", color=LINE, linewidth=0.5)


def _span(own: DataFrame, language: str) -> str:
    low, high = own["estimate"].min(), own["estimate"].max()
    return " … ".join(number(value, language, signed=True) for value in (low, high))
