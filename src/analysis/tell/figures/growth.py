"""Figures of growth as we read it: phases, sliders between two poles, and the growth plane."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from pandas import DataFrame, notna

from analysis.tell.figures import paper
from analysis.tell.figures.canvas import Figure, Pen, drawn

# From not yet begun to furthest: light enough for black letters.
SHADES = ("#f4f6f8", "#dcecf5", "#b9d9ec", "#92c4e0", "#6dafd4")


@drawn("phases_none")
def plot_phases(phases: DataFrame, pen: Pen) -> Figure:
    """Draw the phase of each region at each wave, and what another threshold would have said."""
    name, regions, waves = pen.name, pen.regions(phases), [*pen.study.plan.waves]
    order, parts = ["begin", *pen.study.plan.levels], []
    page = paper.sheet(size=(2.2 + 2.5 * len(waves), 0.9 + 0.75 * len(regions)))
    for (region, wave), cell in phases.groupby(["region", "wave"], sort=False):
        rows = cell.to_dict("records")
        phase = next(row["phase"] for row in rows if row["declared"])
        told, place = _phase(rows, phase, pen), (waves.index(str(wave)), regions.index(str(region)))
        shade = SHADES[min(order.index(phase), 4)] if phase in order else "white"
        _draw_cell(page.ax, place, told, shade)
        where = f"{name.region(str(region))}, {name.wave(str(wave))}"
        parts.append(f"{where}: {' '.join(filter(None, told))}")
    paper.in_rows(page.ax, [name.region(region) for region in regions], fontsize=10)
    page.ax.set_xlim(-0.5, len(waves) - 0.5)
    page.ax.set_xticks(range(len(waves)), [name.wave(wave) for wave in waves])
    page.ax.xaxis.tick_top()
    page.ax.spines[:].set_visible(False)
    return pen.figure(page, pen.say["phases_title"], parts)


def _phase(rows: Sequence[paper.Row], phase: str, pen: Pen) -> tuple[str, str]:
    """Return the phase, and in small print what differs at other thresholds."""

    def named(one: str) -> str:
        return pen.say.get(f"phase_{one}") or pen.name.level(one)

    others = [row for row in rows if row["phase"] != phase]
    told = [f"{pen.plain(row['threshold'])}: {named(row['phase'])}" for row in others]
    return named(phase), "; ".join(told)


def _draw_cell(ax: Axes, place: tuple[int, int], told: tuple[str, str], shade: str) -> None:
    x, y = place
    ax.fill_between([x - 0.47, x + 0.47], y - 0.44, y + 0.44, color=shade, edgecolor=paper.LINE)
    ax.text(x, y - (0.12 if told[1] else 0), told[0], ha="center", va="center", weight="bold")
    ax.text(x, y + 0.22, told[1], ha="center", va="center", fontsize=8, color=paper.SOFT)


@drawn("plane_none", "x")
def plot_plane(plane: DataFrame, pen: Pen) -> Figure | None:
    """Draw each region's way over the growth plane, an arrow from its first to its last wave."""
    plan, name, say = pen.study.plan, pen.name, pen.say
    if plan.growth is None or plan.growth.organisation is None:
        return None
    page, parts, regions = paper.sheet(size=(7.6, 5.4)), [], pen.regions(plane)
    for region in regions:
        ways = plane[plane["region"] == region].to_dict("records")
        _way(page.ax, ways, pen)
        parts += [_alt_of_place(row, pen) for row in ways]
    page.ax.set_xlim(*plan.bounds(plan.growth.organisation))
    page.ax.set_ylim(-0.06, 1)
    page.ax.grid(color=paper.LINE, linewidth=0.6)
    across = say["plane_x"].format(measure=name.measure(plan.growth.organisation))
    steps = [f"{place}: {name.wave(wave)}" for place, wave in enumerate(plan.waves, start=1)]
    page.ax.set_xlabel(across + "\n" + ", ".join(steps))
    slider = plan.sliders.get(plan.growth.reach or "")
    poles = {"a": slider.pole_a, "b": slider.pole_b} if slider else {"a": {}, "b": {}}
    up = {key: dict(pole).get(pen.language, "") for key, pole in poles.items()}
    page.ax.set_ylabel(say["plane_y"].format(**up))
    pen.speak_numbers(page.ax.xaxis, page.ax.yaxis)
    keys = pen.keys(plane["region"])
    page.legend(keys, ncols=min(4, len(keys)), fontsize=10)
    return pen.figure(page, say["plane_title"], parts)


def _way(ax: Axes, rows: Sequence[paper.Row], pen: Pen) -> None:
    """Draw one region: crosses of intervals, small points, and an arrow over the waves."""
    shade, sign = pen.look(rows[0]["region"]).values()
    thin = {"color": shade, "linewidth": 0.7, "alpha": 0.6}
    for row in rows:
        up = row["y"] if notna(row["y"]) else -0.03
        ax.plot([row["x_low"], row["x_high"]], [up, up], **thin)
        if notna(row["y"]):
            ax.plot([row["x"], row["x"]], [row["y_low"], row["y_high"]], **thin)
        ax.plot(row["x"], up, sign, color=shade, markersize=5)
        step = str([*pen.study.plan.waves].index(row["wave"]) + 1)
        ax.annotate(step, (row["x"], up), (5, 4), textcoords="offset points", fontsize=9)
    placed = [row for row in rows if notna(row["y"])]
    for before, after in zip(placed, placed[1:], strict=False):
        tip, tail = ((row["x"], row["y"]) for row in (after, before))
        ax.annotate("", tip, tail, arrowprops={"arrowstyle": "-|>", "color": shade, "shrinkB": 3})


def _alt_of_place(row: paper.Row, pen: Pen) -> str:
    where = f"{pen.name.region(row['region'])}, {pen.name.wave(row['wave'])}"
    return f"{where}: {pen.number(row['x'])}, {pen.number(row['y'])}"


@drawn("sliders_none")
def plot_sliders(sliders: DataFrame, pen: Pen) -> Figure | None:
    """Draw where talk stands between two poles, per region and wave, beside own scores."""
    plan = pen.study.plan
    shown = sliders[sliders[["estimate", "own_score"]].notna().any(axis="columns")]
    if shown.empty:
        return None
    names, regions = paper.present(plan.sliders, shown["slider"]), pen.regions(shown)
    size = (2.7, 1.3 + 0.62 * len(names))
    page, parts = paper.sheet(len(regions), margin=(3.4, 0), size=size, share=True), []
    for ax, region in zip(page.axes, regions, strict=True):
        ax.set_title(pen.name.region(region))
        for place, slider in enumerate(names):
            rows = sliders[(sliders["region"] == region) & (sliders["slider"] == slider)]
            parts += _slide(ax, place, rows.to_dict("records"), pen)
        ax.set_xlim(-0.03, 1.03)
        ax.set_xticks([0, 0.5, 1], [pen.plain(value) for value in (0, 0.5, 1)])
        ax.axvline(0.5, color=paper.LINE, linewidth=0.8, zorder=0)
    poles = [plan.sliders[slider] for slider in names]
    paper.in_rows(page.ax, [dict(one.pole_a)[pen.language] for one in poles])
    last = page.axes[-1].twinx()
    paper.in_rows(last, [dict(one.pole_b)[pen.language] for one in poles])
    last.tick_params(length=0)
    page.canvas.supxlabel(pen.say["sliders_key"], fontsize=8.5, color=paper.SOFT)
    return pen.figure(page, pen.say["sliders_title"], parts)


def _slide(ax: Axes, place: int, rows: Sequence[paper.Row], pen: Pen) -> list[str]:
    """Draw one slider of one region, the waves below each other, and say what was drawn."""
    parts, waves = [], [*pen.study.plan.waves]
    for row in rows:
        step = waves.index(row["wave"])
        y, look = place + (step - (len(waves) - 1) / 2) * 0.22, pen.look(row["region"])
        if notna(row["estimate"]):
            fill = look["color"] if step == len(waves) - 1 else "white" if step == 0 else paper.LINE
            mark = {**look, "markerfacecolor": fill, "markersize": 5.5}
            paper.draw_interval(ax, y, row, mark, line={"linewidth": 1, "alpha": 0.7})
            where = f"{pen.name.region(row['region'])}, {pen.name.slider(row['slider'])}"
            parts.append(f"{where}, {pen.name.wave(row['wave'])}: {pen.number(row['estimate'])}")
        if notna(row["own_score"]):
            ax.plot(row["own_score"] / 10, y, "|", color=paper.INK, markersize=9, markeredgewidth=2)
    return parts
