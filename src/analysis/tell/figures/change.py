"""Figures of scores over time: the means per wave, and the change between two waves."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from pandas import DataFrame

from analysis.plan.study.labels import in_plan_order
from analysis.tell.figures import paper
from analysis.tell.figures.canvas import Figure, Pen, drawn


@drawn("paths_none", "estimate")
def plot_paths(means: DataFrame, pen: Pen) -> Figure:
    """Draw the mean per wave and region with its interval, one panel per scale or level."""
    plan, name = pen.study.plan, pen.name
    scales, regions = paper.present(plan.measures, means["scale"]), pen.regions(means)
    page = paper.sheet(len(scales), most=3, margin=(1.6, 0.8), size=(2.9, 2.7), share=True)
    for ax, scale in zip(page.axes, scales, strict=True):
        draw_lines(ax, means.query("scale == @scale").rename(columns={"wave": "start"}), pen)
        ax.set_title(name.measure(scale), wrap=True)
        _within(ax, *plan.bounds(scale))
    for ax in page.left:
        ax.set_ylabel(pen.say["score"])
        pen.speak_numbers(ax.yaxis)
    keys = pen.keys(regions)
    abreast = max(2, int(page.canvas.get_figwidth() / 1.9))
    page.legend(keys, ncols=min(abreast, len(keys)), fontsize=10)
    parts = [
        f"{name.measure(scale)}, {name.region(region)}: "
        + _route(means.query("scale == @scale and region == @region"), pen)
        for scale in scales
        for region in regions
    ]
    return pen.figure(page, pen.say["paths_title"], parts)


def _within(ax: Axes, lowest: float, highest: float) -> None:
    """Show no scores that cannot be, but for room for a mark at the edge."""
    edge = (highest - lowest) / 40
    bottom, top = ax.get_ylim()
    ax.set_ylim(max(bottom, lowest - edge), min(top, highest + edge))


def draw_lines(ax: Axes, points: DataFrame, pen: Pen) -> None:
    """Draw one line with intervals per region over the waves in `start`."""
    waves, regions = [*pen.study.plan.waves], pen.regions(points)
    for order, region in enumerate(regions):
        own = points.query("region == @region").sort_values(
            "start", key=lambda ids: ids.map(waves.index)
        )
        places = [waves.index(w) + paper.offset(order, len(regions)) * 0.5 for w in own["start"]]
        shade = pen.colour(region)
        ax.plot(places, own["estimate"], f"-{pen.marker(region)}", color=shade, markersize=5)
        ax.vlines(places, own["low"].astype(float), own["high"].astype(float), color=shade)
    ax.set_xticks(range(len(waves)), [pen.name.wave(wave) for wave in waves], fontsize=8.5)
    ax.set_xlim(-0.4, len(waves) - 0.6)
    ax.grid(axis="y", color=paper.LINE, linewidth=0.6)


def _route(means: DataFrame, pen: Pen) -> str:
    by_wave = dict(zip(means["wave"], means["estimate"], strict=True))
    return " → ".join(pen.number(by_wave[w]) for w in pen.study.plan.waves if w in by_wave)


@drawn("changes_none", "estimate")
def plot_changes(contrasts: DataFrame, pen: Pen) -> Figure:
    """Draw each change, or difference in change, with its interval, its numbers and its people."""
    shown = in_plan_order(contrasts, pen.study)
    rows = shown.to_dict("records")
    page = paper.sheet(size=(9.4, 1.5 + 0.3 * len(rows)))
    for place, row in enumerate(rows):
        paper.draw_interval(page.ax, place, row, pen.look(row["region"]))
        beside = f"{_change(row, pen)}   n = {row['n']:.0f}" if row["n"] == row["n"] else ""
        write_beside(page.ax, place, beside)
        if place and rows[place - 1]["scale"] != row["scale"]:
            page.ax.axhline(place - 0.5, color=paper.LINE, linewidth=0.7)
    spans = [*dict.fromkeys(zip(shown["start"], shown["end"], strict=True))]
    labels = [
        f"{pen.name.measure(row['scale'])} · {_where(row, pen, len(spans) == 1)}" for row in rows
    ]
    paper.in_rows(page.ax, labels)
    page.ax.axvline(0, color=paper.INK, linewidth=0.9)
    pen.speak_numbers(page.ax.xaxis)
    kind = "growth" if (shown["kind"] == "growth").all() else "changes"
    page.ax.set_xlabel(pen.say[f"{kind}_axis"])
    if kind == "changes":
        dotted: dict[str, Any] = {"color": paper.SOFT, "linewidth": 0.8, "linestyle": paper.DOTTED}
        for place, row in enumerate(rows):
            edge = pen.study.plan.smallest_change_of(row["scale"])
            page.ax.vlines([-edge, edge], place - 0.5, place + 0.5, **dotted)
        page.legend([Line2D([], [], label=pen.say["matters"], **dotted)], ncols=1)
    ends = (pen.name.wave(wave) for wave in spans[0])
    told = pen.say["from_to"].format(**dict(zip(("start", "end"), ends, strict=True)))
    title = pen.say[f"{kind}_title"].format(span=told if len(spans) == 1 else "")
    parts = [f"{label} {_change(row, pen)}" for label, row in zip(labels, rows, strict=True)]
    return pen.figure(page, title, parts)


def write_beside(ax: Axes, place: float, text: str) -> None:
    """Write at the right of a row what was measured there."""
    ax.text(1.02, place, text, transform=ax.get_yaxis_transform(), va="center", fontsize=8)


def _where(row: paper.Row, pen: Pen, is_one_span: bool) -> str:
    """Name a region or two, and the waves where these are not the same for all."""
    ends = f" ({pen.name.wave(row['start'])} – {pen.name.wave(row['end'])})"
    return pen.name.compared(row["region"]) + ("" if is_one_span else ends)


def _change(row: paper.Row, pen: Pen) -> str:
    value, low, high = (pen.number(row[key], signed=True) for key in ("estimate", "low", "high"))
    return f"{value} [{low}, {high}]"
