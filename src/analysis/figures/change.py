"""Figures of scores over time: the means per wave, and the change between two waves."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
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
    marker,
    number,
    plain,
    several,
    sheet,
    speak_numbers,
    words,
)
from analysis.figures.people import offset, region_keys
from analysis.study import Study
from analysis.study.labels import Labels, in_plan_order

DOTTED = (0, (2, 3))


@in_style
def plot_paths(means: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw the mean per wave and region with its interval, one panel per scale or level."""
    say, name = words(language), Labels(study, language)
    shown = known(means, "estimate")
    if shown.empty:
        return blank(say["paths_none"])
    scales = [scale for scale in study.plan.measures if scale in set(shown["scale"])]
    columns = min(3, len(scales))
    rows = -(-len(scales) // columns)
    canvas, grid = sheet(rows, columns, size=(1.6 + 2.9 * columns, 0.8 + 2.7 * rows), share=True)
    regions = [region for region in study.regions if region in set(shown["region"])]
    for ax, scale in zip(grid.flat, scales, strict=False):
        lines(ax, shown.query("scale == @scale").rename(columns={"wave": "start"}), study, name)
        ax.set_title(name.measure(scale), wrap=True)
        _within(ax, *study.plan.bounds(scale))
    for ax in list(grid.flat)[len(scales) :]:
        ax.set_visible(False)
    for ax in grid[:, 0]:
        ax.set_ylabel(say["score"])
        ax.yaxis.set_major_formatter(lambda value, _: plain(value, language))
    keys = region_keys(study, regions, name)
    abreast = max(2, int(canvas.get_figwidth() / 1.9))
    canvas.legend(handles=keys, loc="outside lower left", ncols=min(abreast, len(keys)))
    parts = [
        f"{name.measure(scale)}, {name.region(region)}: "
        + _route(shown.query("scale == @scale and region == @region"), study, language)
        for scale in scales
        for region in regions
    ]
    return Figure(canvas, f"{say['paths_title']}. {several(parts, language)}.")


def _within(ax: Axes, lowest: float, highest: float) -> None:
    """Show no scores that cannot be, but for room for a mark at the edge."""
    edge = (highest - lowest) / 40
    bottom, top = ax.get_ylim()
    ax.set_ylim(max(bottom, lowest - edge), min(top, highest + edge))


def lines(ax: Axes, points: DataFrame, study: Study, name: Labels) -> None:
    """Draw one line with intervals per region over the waves in `start`."""
    waves = [*study.plan.waves]
    regions = [region for region in study.regions if region in set(points["region"])]
    for order, region in enumerate(regions):
        own = points.query("region == @region").sort_values(
            "start", key=lambda ids: ids.map(waves.index)
        )
        places = [waves.index(w) + offset(order, len(regions)) * 0.5 for w in own["start"]]
        shade = colour(study, region)
        ax.plot(places, own["estimate"], f"-{marker(study, region)}", color=shade, markersize=5)
        ax.vlines(places, own["low"].astype(float), own["high"].astype(float), color=shade)
    ax.set_xticks(range(len(waves)), [name.wave(wave) for wave in waves], fontsize=8.5)
    ax.set_xlim(-0.4, len(waves) - 0.6)
    ax.grid(axis="y", color=LINE, linewidth=0.6)


def _route(means: DataFrame, study: Study, language: str) -> str:
    by_wave = dict(zip(means["wave"], means["estimate"], strict=True))
    shown = [number(by_wave[w], language) for w in study.plan.waves if w in by_wave]
    return " → ".join(shown)


@in_style
def plot_changes(contrasts: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw each change, or difference in change, with its interval, its numbers and its people."""
    say, name = words(language), Labels(study, language)
    shown = known(contrasts, "estimate")
    if shown.empty:
        return blank(say["changes_none"])
    shown = in_plan_order(shown, study)
    kind = "growth" if (shown["kind"] == "growth").all() else "changes"
    rows = shown.to_dict("records")
    canvas, grid = sheet(size=(9.4, 1.5 + 0.3 * len(shown)))
    ax = grid[0, 0]
    for place, row in enumerate(rows):
        beside = f"{_change(row, language)}   n = {row['n']:.0f}" if row["n"] == row["n"] else ""
        draw_interval(ax, row, place, study, beside=beside)
        if place and rows[place - 1]["scale"] != row["scale"]:
            ax.axhline(place - 0.5, color=LINE, linewidth=0.7)
    is_one_span = len(shown[["start", "end"]].drop_duplicates()) == 1
    labels = [f"{name.measure(row['scale'])} · {_where(row, name, is_one_span)}" for row in rows]
    ax.set_yticks(range(len(rows)), labels, fontsize=9)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.axvline(0, color=INK, linewidth=0.9)
    speak_numbers(ax, language)
    ax.set_xlabel(say[f"{kind}_axis"])
    if kind == "changes":
        _edges(ax, study.plan.smallest_change)
        edge = Line2D([], [], color=SOFT, linewidth=0.8, linestyle=DOTTED, label=say["matters"])
        canvas.legend(handles=[edge], loc="outside lower left", fontsize=9)
    title = say[f"{kind}_title"].format(span=_between(shown, name, say["from_to"]))
    parts = [f"{label} {_change(row, language)}" for label, row in zip(labels, rows, strict=True)]
    return Figure(canvas, f"{title}. {several(parts, language)}.")


def _where(row: Mapping[Any, Any], name: Labels, is_one_span: bool) -> str:
    """Name a region or two, and the waves where these are not the same for all."""
    span = "" if is_one_span else f" ({name.wave(row['start'])} – {name.wave(row['end'])})"
    return name.compared(row["region"]) + span


def _edges(ax: Axes, smallest: float) -> None:
    for edge in (-smallest, smallest):
        ax.axvline(edge, color=SOFT, linewidth=0.8, linestyle=DOTTED)


def draw_interval(
    ax: Axes, row: Mapping[Any, Any], place: float, study: Study, *, beside: str
) -> None:
    """Draw one estimate with its interval in a row of a forest plot, and words at its right."""
    shade = colour(study, row["region"])
    ax.plot([row["low"], row["high"]], [place, place], color=shade, linewidth=1.4)
    ax.plot(row["estimate"], place, marker(study, row["region"]), color=shade, markersize=5)
    ax.text(1.02, place, beside, transform=ax.get_yaxis_transform(), va="center", fontsize=8)


def _change(row: dict[str, float], language: str) -> str:
    low, high = (number(row[key], language, signed=True) for key in ("low", "high"))
    return f"{number(row['estimate'], language, signed=True)} [{low}, {high}]"


def _between(rows: DataFrame, name: Labels, frame: str) -> str:
    spans = [*dict.fromkeys(zip(rows["start"], rows["end"], strict=True))]
    if len(spans) != 1:
        return ""
    start, end = spans[0]
    return frame.format(start=name.wave(start), end=name.wave(end))
