"""Figures of scores over time: the means per wave, and the change between two waves."""

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
    marker,
    number,
    several,
    sheet,
    words,
)
from analysis.figures.people import offset, region_keys
from analysis.study import Study
from analysis.study.labels import Labels, in_plan_order


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
    for ax in list(grid.flat)[len(scales) :]:
        ax.set_visible(False)
    for ax in grid[:, 0]:
        ax.set_ylabel(say["score"])
    keys = region_keys(study, regions, name)
    canvas.legend(handles=keys, loc="outside lower left", ncols=min(5, len(keys)))
    parts = [
        f"{name.measure(scale)}, {name.region(region)}: "
        + _route(shown.query("scale == @scale and region == @region"), study, language)
        for scale in scales
        for region in regions
    ]
    return Figure(canvas, f"{say['paths_title']}. {several(parts, language)}.")


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
    ax.set_xticks(range(len(waves)), [name.wave(wave) for wave in waves], fontsize=8)
    ax.set_xlim(-0.4, len(waves) - 0.6)
    ax.grid(axis="y", color=LINE, linewidth=0.6)


def _route(means: DataFrame, study: Study, language: str) -> str:
    by_wave = dict(zip(means["wave"], means["estimate"], strict=True))
    shown = [number(by_wave[w], language) for w in study.plan.waves if w in by_wave]
    return " → ".join(shown)


@in_style
def plot_changes(contrasts: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw each change with its interval; the numbers and the people stand at the right."""
    say, name = words(language), Labels(study, language)
    shown = known(contrasts, "estimate")
    if shown.empty:
        return blank(say["changes_none"])
    shown = in_plan_order(shown, study)
    canvas, grid = sheet(size=(9, 1.4 + 0.3 * len(shown)))
    ax = grid[0, 0]
    rows = shown.to_dict("records")
    for place, row in enumerate(rows):
        shade = colour(study, row["region"])
        ax.plot([row["low"], row["high"]], [place, place], color=shade, linewidth=1.4)
        ax.plot(row["estimate"], place, marker(study, row["region"]), color=shade, markersize=5)
        beside = f"{_change(row, language)}   n = {row['n']:.0f}" if row["n"] == row["n"] else ""
        ax.text(1.02, place, beside, transform=ax.get_yaxis_transform(), va="center", fontsize=8)
    labels = [f"{name.measure(row['scale'])} · {name.region(row['region'])}" for row in rows]
    ax.set_yticks(range(len(rows)), labels, fontsize=9)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.axvline(0, color=INK, linewidth=0.9)
    for edge in (-study.plan.smallest_change, study.plan.smallest_change):
        ax.axvline(edge, color=SOFT, linewidth=0.8, linestyle=(0, (2, 3)))
    ax.set_xlabel(say["change"])
    title = say["changes_title"].format(span=_between(shown, name, say["from_to"]))
    parts = [f"{label} {_change(row, language)}" for label, row in zip(labels, rows, strict=True)]
    return Figure(canvas, f"{title}. {several(parts, language)}.")


def _change(row: dict[str, float], language: str) -> str:
    low, high = (number(row[key], language, signed=True) for key in ("low", "high"))
    return f"{number(row['estimate'], language, signed=True)} [{low}, {high}]"


def _between(rows: DataFrame, name: Labels, frame: str) -> str:
    spans = [*dict.fromkeys(zip(rows["start"], rows["end"], strict=True))]
    if len(spans) != 1:
        return ""
    start, end = spans[0]
    return frame.format(start=name.wave(start), end=name.wave(end))
