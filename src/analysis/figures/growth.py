"""Figures of growth as we read it: phases, sliders between two poles, and the growth plane."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from pandas import DataFrame, notna

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
    words,
)
from analysis.figures.people import region_keys
from analysis.study import Study
from analysis.study.labels import Labels

# From not yet begun to furthest: light enough for black letters.
SHADES = ("#f4f6f8", "#dcecf5", "#b9d9ec", "#92c4e0", "#6dafd4")
Row = dict[str, Any]


@in_style
def plot_phases(phases: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw the phase of each region at each wave, and what another threshold would have said."""
    say, name = words(language), Labels(study, language)
    if phases.empty:
        return blank(say["phases_none"])
    regions = [region for region in study.regions if region in set(phases["region"])]
    waves = [*study.plan.waves]
    order = ["begin", *study.plan.levels]
    size = (2.2 + 2.5 * len(waves), 0.9 + 0.75 * len(regions))
    canvas, grid = sheet(size=size)
    ax, parts = grid[0, 0], []
    for (region, wave), cell in phases.groupby(["region", "wave"], sort=False):
        rows: list[Row] = [{str(k): v for k, v in row.items()} for row in cell.to_dict("records")]
        told = _phase(rows, study, language)
        place = (waves.index(str(wave)), regions.index(str(region)))
        phase = next(row["phase"] for row in rows if row["declared"])
        _cell(ax, place, told, SHADES[min(order.index(phase), 4)] if phase in order else "white")
        parts.append(f"{name.region(region)}, {name.wave(wave)}: {' '.join(filter(None, told))}")
    ax.set(xlim=(-0.5, len(waves) - 0.5), ylim=(len(regions) - 0.5, -0.5))
    ax.set_xticks(range(len(waves)), [name.wave(wave) for wave in waves])
    ax.xaxis.tick_top()
    ax.set_yticks(range(len(regions)), [name.region(region) for region in regions])
    for side in ax.spines.values():
        side.set_visible(False)
    return Figure(canvas, f"{say['phases_title']}. {several(parts, language)}.")


def _phase(rows: list[Row], study: Study, language: str) -> tuple[str, str]:
    """Return the phase, and in small print what differs at other thresholds."""
    say, name = words(language), Labels(study, language)

    def named(phase: str) -> str:
        return say.get(f"phase_{phase}") or name.level(phase)

    declared = next(row for row in rows if row["declared"])
    others = [row for row in rows if row["phase"] != declared["phase"]]
    told = [f"{plain(row['threshold'], language)}: {named(row['phase'])}" for row in others]
    return named(declared["phase"]), "; ".join(told)


def _cell(ax: Axes, place: tuple[int, int], told: tuple[str, str], shade: str) -> None:
    x, y = place
    ax.fill_between([x - 0.47, x + 0.47], y - 0.44, y + 0.44, color=shade, edgecolor=LINE)
    ax.text(x, y - (0.12 if told[1] else 0), told[0], ha="center", va="center", weight="bold")
    ax.text(x, y + 0.22, told[1], ha="center", va="center", fontsize=8, color=SOFT)


@in_style
def plot_plane(plane: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw each region's way over the growth plane, an arrow from its first to its last wave."""
    say, name = words(language), Labels(study, language)
    growth = study.plan.growth
    shown = known(plane, "x")
    if shown.empty or growth is None or growth.organisation is None:
        return blank(say["plane_none"])
    canvas, grid = sheet(size=(7.6, 5.4))
    ax, parts = grid[0, 0], []
    for region in [region for region in study.regions if region in set(shown["region"])]:
        ways = shown[shown["region"] == region].to_dict("records")
        _way(ax, [{str(k): v for k, v in row.items()} for row in ways], study)
        parts += [_place(row, name, language) for row in ways]
    ax.set_xlim(*study.plan.bounds(growth.organisation))
    ax.set_ylim(-0.06, 1)
    ax.grid(color=LINE, linewidth=0.6)
    measure = name.measure(growth.organisation)
    steps = [f"{place}: {name.wave(wave)}" for place, wave in enumerate(study.plan.waves, start=1)]
    ax.set_xlabel(say["plane_x"].format(measure=measure) + "\n" + ", ".join(steps))
    slider = study.plan.sliders.get(growth.reach or "")
    poles = (dict(one)[language] for one in (slider.pole_b, slider.pole_a)) if slider else ("", "")
    ax.set_ylabel(say["plane_y"].format(**dict(zip(("b", "a"), poles, strict=True))))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: plain(value, language))
    keys = region_keys(study, [*dict.fromkeys(shown["region"])], name)
    canvas.legend(handles=keys, loc="outside lower left", ncols=min(4, len(keys)))
    return Figure(canvas, f"{say['plane_title']}. {several(parts, language)}.")


def _way(ax: Axes, rows: list[Row], study: Study) -> None:
    """Draw one region: crosses of intervals, small points, and an arrow over the waves."""
    shade = colour(study, rows[0]["region"])
    sign = marker(study, rows[0]["region"])
    for row in rows:
        up = row["y"] if notna(row["y"]) else -0.03
        ax.plot([row["x_low"], row["x_high"]], [up, up], color=shade, linewidth=0.7, alpha=0.6)
        if notna(row["y"]):
            across = [row["x"], row["x"]]
            ax.plot(across, [row["y_low"], row["y_high"]], color=shade, linewidth=0.7, alpha=0.6)
        ax.plot(row["x"], up, sign, color=shade, markersize=5)
        step = str([*study.plan.waves].index(row["wave"]) + 1)
        ax.annotate(step, (row["x"], up), (5, 4), textcoords="offset points", fontsize=9)
    placed = [row for row in rows if notna(row["y"])]
    for before, after in zip(placed, placed[1:], strict=False):
        tip, tail = ((row["x"], row["y"]) for row in (after, before))
        ax.annotate("", tip, tail, arrowprops={"arrowstyle": "-|>", "color": shade, "shrinkB": 3})


def _place(row: Mapping[Any, Any], name: Labels, language: str) -> str:
    up = number(row["y"], language) if notna(row["y"]) else "–"
    across = number(row["x"], language)
    return f"{name.region(row['region'])}, {name.wave(row['wave'])}: {across}, {up}"


@in_style
def plot_sliders(sliders: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw where talk stands between two poles, per region and wave, beside own scores."""
    say, name = words(language), Labels(study, language)
    placed = [known(sliders, column) for column in ("estimate", "own_score")]
    if all(rows.empty for rows in placed):
        return blank(say["sliders_none"])
    heard, where = ({*placed[0][key], *placed[1][key]} for key in ("slider", "region"))
    names = [slider for slider in study.plan.sliders if slider in heard]
    regions = [region for region in study.regions if region in where]
    size = (3.4 + 2.7 * len(regions), 1.3 + 0.62 * len(names))
    canvas, grid = sheet(1, len(regions), size=size, share=True)
    parts: list[str] = []
    for ax, region in zip(grid.flat, regions, strict=True):
        ax.set_title(name.region(region))
        for place, slider in enumerate(names):
            rows = sliders[(sliders["region"] == region) & (sliders["slider"] == slider)]
            parts += _slide(ax, place, rows.to_dict("records"), study, name)
        ax.set(xlim=(-0.03, 1.03), ylim=(len(names) - 0.5, -0.5))
        ax.set_xticks([0, 0.5, 1], [plain(value, language) for value in (0, 0.5, 1)])
        ax.axvline(0.5, color=LINE, linewidth=0.8, zorder=0)
    poles = [study.plan.sliders[slider] for slider in names]
    left, right = ([dict(p)[language] for p in pair] for pair in _pairs(poles))
    grid[0, 0].set_yticks(range(len(names)), left, fontsize=9)
    last = grid[0, -1].twinx()
    last.set(ylim=(len(names) - 0.5, -0.5))
    last.set_yticks(range(len(names)), right, fontsize=9)
    last.tick_params(length=0)
    canvas.supxlabel(say["sliders_key"], fontsize=8.5, color=SOFT)
    return Figure(canvas, f"{say['sliders_title']}. {several(parts, language)}.")


def _pairs(sliders: list[Any]) -> tuple[list[Any], list[Any]]:
    return [one.pole_a for one in sliders], [one.pole_b for one in sliders]


def _slide(ax: Axes, place: int, rows: list[Row], study: Study, name: Labels) -> list[str]:
    """Draw one slider of one region, the waves below each other, and say what was drawn."""
    parts, waves = [], [*study.plan.waves]
    for row in rows:
        step = waves.index(row["wave"])
        y = place + (step - (len(waves) - 1) / 2) * 0.22
        shade = colour(study, row["region"])
        if notna(row["estimate"]):
            ax.plot([row["low"], row["high"]], [y, y], color=shade, linewidth=1, alpha=0.7)
            fill = shade if step == len(waves) - 1 else "white" if step == 0 else LINE
            sign = marker(study, row["region"])
            ax.plot(row["estimate"], y, sign, color=shade, markerfacecolor=fill, markersize=5.5)
            where = f"{name.region(row['region'])}, {name.slider(row['slider'])}"
            parts.append(
                f"{where}, {name.wave(row['wave'])}: {number(row['estimate'], name.language)}"
            )
        if notna(row["own_score"]):
            ax.plot(row["own_score"] / 10, y, "|", color=INK, markersize=9, markeredgewidth=2)
    return parts
