"""Figures of scales: whether the items agree, and which of them ask for a look."""

from collections.abc import Mapping
from itertools import pairwise
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from pandas import DataFrame

from analysis.figures.canvas import (
    INK,
    LINE,
    MARK,
    SOFT,
    Figure,
    blank,
    colour,
    in_style,
    known,
    marker,
    number,
    several,
    sheet,
    speak_numbers,
    words,
)
from analysis.figures.people import offset, region_keys
from analysis.study import Study
from analysis.study.labels import Labels

ALARMS = {"reversed": "x", "floor": "v", "ceiling": "^"}
# How far under alpha its omega stands, in rows.
UNDER = 0.105
NOTED: Mapping[str, Any] = {"ha": "center", "va": "center", "fontsize": 9, "color": SOFT}


@in_style
def plot_reliability(reliability: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw alpha (filled) and omega (open) with intervals for every scale, region and wave."""
    say, name = words(language), Labels(study, language)
    shown = known(reliability, "alpha")
    if shown.empty:
        return blank(say["reliability_none"])
    scales = [scale for scale in study.plan.measures if scale in set(shown["scale"])]
    waves = [wave for wave in study.plan.waves if wave in set(shown["wave"])]
    regions = [region for region in ("all", *study.regions) if region in set(shown["region"])]
    tall = max(0.34, 0.2 * len(regions))
    size = (3.2 + 2.3 * len(waves), 1.5 + tall * len(scales))
    canvas, grid = sheet(1, len(waves), size=size, share=True)
    for ax, wave in zip(grid.flat, waves, strict=True):
        _coefficients(ax, shown.query("wave == @wave"), scales, regions, study)
        ax.set_title(name.wave(wave))
        speak_numbers(ax, language)
    grid[0, 0].set_yticks(range(len(scales)), [name.measure(s) for s in scales], fontsize=9)
    grid[0, 0].set_ylim(len(scales) - 0.5, -0.5)
    lowest = float(
        shown[["low", "omega_low"]].min(axis=None, skipna=True)
        if "omega_low" in shown
        else shown["low"].min()
    )
    grid[0, 0].set_xlim(max(-0.5, min(0.3, lowest - 0.02)), 1.01)
    keys = region_keys(study, regions, name)
    for fill_, label in ((INK, say["alpha"]), ("white", say["omega"])):
        keys.append(Line2D([], [], color=INK, marker="o", mfc=fill_, markersize=5, label=label))
    canvas.legend(handles=keys, loc="outside lower left", ncols=min(6, len(keys)), fontsize=9)
    parts = [
        f"{name.measure(scale)} {_span(shown.query('scale == @scale')['alpha'], language)}"
        for scale in scales
    ]
    return Figure(canvas, f"{say['reliability_title']}. {several(parts, language)}.")


def _coefficients(
    ax: Axes, rows: DataFrame, scales: list[str], regions: list[str], study: Study
) -> None:
    for row in rows.to_dict("records"):
        place = scales.index(row["scale"]) + offset(regions.index(row["region"]), len(regions))
        look = {"color": colour(study, row["region"]), "marker": marker(study, row["region"])}
        _mark(ax, place - UNDER / 2, row, ("alpha", "low", "high"), look)
        if row.get("omega") == row.get("omega") and "omega" in row:
            open_mark = {**look, "markerfacecolor": "white"}
            ends = ("omega", "omega_low", "omega_high")
            _mark(ax, place + UNDER / 2, row, ends, open_mark)
    for place in range(len(scales) - 1):
        ax.axhline(place + 0.5, color=LINE, linewidth=0.6)


def _mark(
    ax: Axes, place: float, row: Mapping[Any, Any], keys: tuple[str, str, str], look: dict[str, str]
) -> None:
    value, low, high = (row[key] for key in keys)
    ax.plot([low, high], [place, place], color=look["color"], linewidth=1.1)
    ax.plot(value, place, linestyle="", markersize=3.8, markeredgewidth=0.9, **look)  # type: ignore[arg-type]


def _span(values: Any, language: str) -> str:
    low, high = number(min(values), language), number(max(values), language)
    return low if low == high else f"{low}–{high}"


@in_style
def plot_items(items: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw how each item goes with the rest of its scale; alarms stand at the right.

    One panel per region, so hand in the rows of one wave of each.
    """
    say, name = words(language), Labels(study, language)
    if not len(known(items, "item_rest")):
        return blank(say["items_none"])
    order = [
        (scale, item)
        for scale, found in study.plan.scales.items()
        for item in found.items
        if ((items["scale"] == scale) & (items["item"] == item)).any()
    ]
    regions = [region for region in study.regions if region in set(items["region"])]
    labels = [fill(name.item(item), 44) for _, item in order]
    lines = sum(1 + label.count("\n") for label in labels)
    size = (3.9 + 2.2 * len(regions), 1.3 + 0.26 * len(order) + 0.06 * lines)
    canvas, grid = sheet(1, len(regions), size=size, share=True)
    for ax, region in zip(grid.flat, regions, strict=True):
        _items(ax, items.query("region == @region"), order, study, say)
        ax.set_title(titled(items, region, name))
        speak_numbers(ax, language)
    grid[0, 0].set_yticks(range(len(order)), labels, fontsize=8, linespacing=1.05)
    grid[0, 0].set_ylim(len(order) - 0.4, -0.7)
    grid[0, 0].set_xlim(min(-0.2, float(items["low"].min(skipna=True)) - 0.02), 1)
    keys = [
        Line2D([], [], color=MARK, marker=sign, linestyle="", markersize=6, label=say[alarm])
        for alarm, sign in ALARMS.items()
    ]
    canvas.legend(handles=keys, loc="outside lower left", ncols=3, fontsize=9)
    parts = [_alarms(items[items["region"] == region], say, name) for region in regions]
    return Figure(canvas, f"{say['items_title']}. {several(parts, language)}.")


def titled(rows: DataFrame, region: str, name: Labels) -> str:
    """Name a region and the wave its rows are of."""
    wave = str(rows.loc[rows["region"] == region, "wave"].iloc[0])
    return f"{name.region(region)}\n{name.wave(wave)}"


def _items(
    ax: Axes, items: DataFrame, order: list[tuple[str, str]], study: Study, say: Mapping[str, str]
) -> None:
    for row in items.to_dict("records"):
        place = order.index((row["scale"], row["item"]))
        look = {"color": colour(study, row["region"]), "marker": marker(study, row["region"])}
        _mark(ax, place, row, ("item_rest", "low", "high"), look)
        if len(items) and items["item_rest"].isna().all():
            ax.text(0.5, 0.5, say["items_few"], transform=ax.transAxes, **NOTED)
        told = [one for one in str(row["alarm"] or "").split() if one in ALARMS]
        for beside, alarm in enumerate(told):
            at: dict[str, Any] = {
                "transform": ax.get_yaxis_transform(),
                "clip_on": False,
                "markersize": 5,
            }
            ax.plot(1.03 + 0.05 * beside, place, ALARMS[alarm], color=MARK, **at)
    for above, (one, other) in enumerate(pairwise(order)):
        if one[0] != other[0]:
            ax.axhline(above + 0.5, color=LINE, linewidth=0.7, zorder=0)
    ax.axvline(0, color=INK, linewidth=0.9)
    ax.set_xlabel(say["item_rest"], fontsize=9, color=SOFT)


def _alarms(items: DataFrame, say: Mapping[str, str], name: Labels) -> str:
    """Count the alarms of one region in words."""
    told = items["alarm"].fillna("").astype(str).str.split()
    counts = [f"{say[alarm]} {sum(alarm in one for one in told)}" for alarm in ALARMS]
    where = titled(items, items["region"].iloc[0], name).replace("\n", ", ")
    return f"{where}: {', '.join(counts)}"
