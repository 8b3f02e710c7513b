"""Figures of scales: whether the items agree, and which of them ask for a look."""

from collections.abc import Mapping
from itertools import pairwise
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from pandas import DataFrame, Series

from analysis.plan.evidence import EVERY
from analysis.tell.figures import paper
from analysis.tell.figures.canvas import Figure, Pen, drawn, known

ALARMS = {"reversed": "x", "floor": "v", "ceiling": "^"}
# How far under alpha its omega stands, in rows.
UNDER = 0.105
NOTED: Mapping[str, Any] = {"ha": "center", "va": "center", "fontsize": 9, "color": paper.SOFT}
SMALL: Mapping[str, Any] = {"markersize": 3.8, "markeredgewidth": 0.9}
THIN = {"linewidth": 1.1}


@drawn("reliability_none", "alpha")
def plot_reliability(reliability: DataFrame, pen: Pen) -> Figure:
    """Draw alpha (filled) and omega (open) with intervals for every scale, region and wave."""
    plan, name, say = pen.study.plan, pen.name, pen.say
    scales = paper.present(plan.measures, reliability["scale"])
    waves = paper.present(plan.waves, reliability["wave"])
    regions = paper.present((EVERY, *pen.study.regions), reliability["region"])
    size = (2.3, 1.5 + max(0.34, 0.2 * len(regions)) * len(scales))
    page = paper.sheet(len(waves), margin=(3.2, 0), size=size, share=True)
    for ax, wave in zip(page.axes, waves, strict=True):
        _coefficients(ax, reliability.query("wave == @wave"), scales, regions, pen)
        ax.set_title(name.wave(wave))
        pen.speak_numbers(ax.xaxis)
    paper.in_rows(page.ax, [name.measure(scale) for scale in scales])
    ends = [column for column in ("low", "omega_low") if column in reliability]
    lowest = float(reliability[ends].min(axis=None, skipna=True))
    page.ax.set_xlim(max(-0.5, min(0.3, lowest - 0.02)), 1.01)
    keys = pen.keys(regions)
    for face, label in ((paper.INK, say["alpha"]), ("white", say["omega"])):
        keys.append(
            Line2D([], [], color=paper.INK, marker="o", mfc=face, markersize=5, label=label)
        )
    page.legend(keys, ncols=min(6, len(keys)))
    values = reliability.groupby("scale")["alpha"]
    parts = [f"{name.measure(s)} {_span(values.get_group(s), pen)}" for s in scales]
    return pen.figure(page, say["reliability_title"], parts)


def _coefficients(
    ax: Axes, rows: DataFrame, scales: list[str], regions: list[str], pen: Pen
) -> None:
    for row in rows.to_dict("records"):
        place = scales.index(row["scale"]) + paper.offset(
            regions.index(row["region"]), len(regions)
        )
        look = {**SMALL, **pen.look(row["region"])}
        keys = ("alpha", "low", "high")
        paper.draw_interval(ax, place - UNDER / 2, row, look, keys=keys, line=THIN)
        if row.get("omega") == row.get("omega") and "omega" in row:
            look["markerfacecolor"], keys = "white", ("omega", "omega_low", "omega_high")
            paper.draw_interval(ax, place + UNDER / 2, row, look, keys=keys, line=THIN)
    for place in range(len(scales) - 1):
        ax.axhline(place + 0.5, color=paper.LINE, linewidth=0.6)


def _span(values: "Series[Any]", pen: Pen) -> str:
    low, high = pen.number(values.min()), pen.number(values.max())
    return low if low == high else f"{low}–{high}"


@drawn("items_none")
def plot_items(items: DataFrame, pen: Pen) -> Figure | None:
    """Draw how each item goes with the rest of its scale; alarms stand at the right.

    One panel per region, so hand in the rows of one wave of each.
    """
    if known(items, "item_rest").empty:
        return None
    held = {*zip(items["scale"], items["item"], strict=True)}
    every = [(scale, i) for scale, one in pen.study.plan.scales.items() for i in one.items]
    order, regions = [pair for pair in every if pair in held], pen.regions(items)
    labels = [fill(pen.name.item(item), 44) for _, item in order]
    lines = sum(1 + label.count("\n") for label in labels)
    size = (2.2, 1.3 + 0.26 * len(order) + 0.06 * lines)
    page = paper.sheet(len(regions), margin=(3.9, 0), size=size, share=True)
    for ax, region in zip(page.axes, regions, strict=True):
        _items(ax, items.query("region == @region"), order, pen)
        ax.set_title(titled(items, region, pen))
        pen.speak_numbers(ax.xaxis)
    paper.in_rows(page.ax, labels, above=0.7, below=0.6, fontsize=8, linespacing=1.05)
    page.ax.set_xlim(min(-0.2, float(items["low"].min(skipna=True)) - 0.02), 1)
    mark: dict[str, Any] = {"color": paper.MARK, "linestyle": "", "markersize": 6}
    keys = [
        Line2D([], [], marker=sign, label=pen.say[alarm], **mark) for alarm, sign in ALARMS.items()
    ]
    page.legend(keys)
    parts = [_alarms(items[items["region"] == region], pen) for region in regions]
    return pen.figure(page, pen.say["items_title"], parts)


def titled(rows: DataFrame, region: str, pen: Pen) -> str:
    """Name a region and the wave its rows are of."""
    wave = str(rows.loc[rows["region"] == region, "wave"].iloc[0])
    return f"{pen.name.region(region)}\n{pen.name.wave(wave)}"


def _items(ax: Axes, items: DataFrame, order: list[tuple[str, str]], pen: Pen) -> None:
    at: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "clip_on": False, "markersize": 5}
    for row in items.to_dict("records"):
        place, look = order.index((row["scale"], row["item"])), pen.look(row["region"])
        keys = ("item_rest", "low", "high")
        paper.draw_interval(ax, place, row, {**SMALL, **look}, keys=keys, line=THIN)
        if items["item_rest"].isna().all():
            ax.text(0.5, 0.5, pen.say["items_few"], transform=ax.transAxes, **NOTED)
        raised = [one for one in str(row["alarm"] or "").split() if one in ALARMS]
        for beside, alarm in enumerate(raised):
            ax.plot(1.03 + 0.05 * beside, place, ALARMS[alarm], color=paper.MARK, **at)
    for above, (one, other) in enumerate(pairwise(order)):
        if one[0] != other[0]:
            ax.axhline(above + 0.5, color=paper.LINE, linewidth=0.7, zorder=0)
    ax.axvline(0, color=paper.INK, linewidth=0.9)
    ax.set_xlabel(pen.say["item_rest"], fontsize=9, color=paper.SOFT)


def _alarms(items: DataFrame, pen: Pen) -> str:
    """Count the alarms of one region in words."""
    raised = items["alarm"].fillna("").astype(str).str.split()
    counts = [f"{pen.say[alarm]} {sum(alarm in one for one in raised)}" for alarm in ALARMS]
    where = titled(items, items["region"].iloc[0], pen).replace("\n", ", ")
    return f"{where}: {', '.join(counts)}"
