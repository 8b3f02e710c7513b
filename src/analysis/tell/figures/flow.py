"""Figures of who moved where: people from wave to wave, and the scores of those who left."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Polygon, Rectangle
from pandas import DataFrame

from analysis.plan.study.labels import in_plan_order
from analysis.tell.figures import paper
from analysis.tell.figures.canvas import Figure, Pen, drawn
from analysis.tell.figures.change import write_beside

# Where people of a move stand before and after it, from the top of a column to its foot.
STATES = ("not_yet", "here", "away", "lost")
MOVES = {
    "not_yet": ("not_yet", "not_yet"),
    "joined": ("not_yet", "here"),
    "stayed": ("here", "here"),
    "paused": ("here", "away"),
    "lost": ("here", "lost"),
    "returned": ("away", "here"),
    "still_away": ("away", "away"),
    "still_lost": ("lost", "lost"),
}
LOOKS: Mapping[str, dict[str, Any]] = {
    "not_yet": {"facecolor": "white", "edgecolor": "#aab3bd"},
    "away": {"facecolor": "white", "edgecolor": paper.SOFT, "hatch": "////"},
    "lost": {"facecolor": "#c9ced4", "edgecolor": "#c9ced4"},
}
WIDE, TOLD = 0.13, 0.055
Bands = dict[tuple[int, str], tuple[float, float]]


@drawn("flow_none")
def plot_flow(flow: DataFrame, pen: Pen) -> Figure | None:
    """Draw how people moved from each wave to the next, one panel per region.

    The full part of a column is who answered; people enter it from above and leave it below.
    """
    moved = flow[flow["move"].isin([*MOVES])]
    if not moved["people"].gt(0).any():
        return None
    regions = pen.regions(moved)
    page = paper.sheet(len(regions), most=3, margin=(0.6, 0.7), size=(3.2, 2.9))
    for ax, region in zip(page.axes, regions, strict=True):
        _columns(ax, flow.query("region == @region"), pen)
        ax.set_title(pen.name.region(region))
    keys = [Patch(facecolor=paper.INK, label=pen.say["state_here"])]
    keys += [Patch(**LOOKS[state], label=pen.say[f"state_{state}"]) for state in LOOKS]
    page.legend(keys, ncols=min(4, 2 * len(regions)))
    parts = [_alt_of_region(moved.query("region == @region"), pen) for region in regions]
    return pen.figure(page, pen.say["flow_title"], parts)


def _columns(ax: Axes, flow: DataFrame, pen: Pen) -> None:
    steps = flow[flow["move"].isin([*MOVES])]
    keys = steps[["start", "end", "move"]].itertuples(index=False, name=None)
    counts = dict(zip(keys, steps["people"].astype(int), strict=True))
    ends = {*steps["start"], *steps["end"]}
    waves = [wave for wave in pen.study.plan.waves if wave in ends]
    whole = sum(people for (start, _, _), people in counts.items() if start == waves[0])
    bands = _bands(counts, waves)
    shade = pen.colour(str(flow["region"].iloc[0]))
    for place in range(len(waves) - 1):
        own = {m: counts.get((waves[place], waves[place + 1], m), 0) for m in MOVES}
        _ribbons(ax, place, own, bands, shade, whole)
    for (place, state), (low, high) in bands.items():
        _column(ax, place, state, (low, high), shade, whole)
    apart = flow[flow["move"] == "unlinked"].set_index("start")["people"].to_dict()
    labels = [_wave_label(pen.name.wave(w), apart.get(w, 0), pen.say) for w in waves]
    ax.set_xticks(range(len(waves)), labels, fontsize=8.5)
    ax.set(xlim=(-0.3, len(waves) - 0.7), ylim=(-whole * 1.01, whole * 0.01), yticks=[])
    ax.spines[:].set_visible(False)


def _wave_label(wave: str, apart: int, say: Mapping[str, str]) -> str:
    return f"{wave}\n{say['without_code'].format(n=apart)}" if apart else wave


def _bands(counts: Mapping[tuple[str, str, str], int], waves: list[str]) -> Bands:
    """Stack the states of each wave from the top down; return where each begins and ends."""
    found: Bands = {}
    for place, wave in enumerate(waves):
        side = 0 if place < len(waves) - 1 else 1
        foot = 0.0
        for state in STATES:
            people = sum(
                n for key, n in counts.items() if key[side] == wave and MOVES[key[2]][side] == state
            )
            found[place, state] = (foot, foot - people)
            foot -= people
    return found


def _column(
    ax: Axes, place: int, state: str, band: tuple[float, float], shade: str, whole: int
) -> None:
    top, foot = band
    if top == foot:
        return
    look = LOOKS.get(state, {"facecolor": shade, "edgecolor": shade})
    ax.add_patch(Rectangle((place - WIDE, foot), 2 * WIDE, top - foot, linewidth=0.8, **look))
    if (top - foot) / whole >= TOLD and state != "not_yet":
        ink = "white" if state == "here" else paper.INK
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1} if state == "away" else None
        look = {"ha": "center", "va": "center", "fontsize": 8.5, "color": ink, "bbox": box}
        ax.text(place, (top + foot) / 2, f"{top - foot:.0f}", **look)


def _ribbons(
    ax: Axes, place: int, counts: Mapping[str, int], bands: Bands, shade: str, whole: int
) -> None:
    """Draw the moves of one step; those who are seen at neither wave stay blank."""
    leaves = {state: bands[place, state][0] for state in STATES}
    enters = {state: bands[place + 1, state][0] for state in STATES}
    for move, (start, end) in MOVES.items():
        people = counts[move]
        top, to = leaves[start], enters[end]
        leaves[start], enters[end] = top - people, to - people
        if people == 0 or "here" not in (start, end):
            continue
        tone = (shade, 0.4) if start == end else ("#8b96a3", 0.4) if end != "here" else (shade, 0.2)
        _ribbon(ax, place, (top, to), people, tone)
        if people / whole >= TOLD:
            # Those who come back cross those who leave: their numbers stand before the crossing.
            at = 0.5 if move in ("joined", "stayed") else 0.2
            middle = top + _bend(at) * (to - top) - people / 2
            across = place + WIDE + at * (1 - 2 * WIDE)
            ax.text(across, middle, f"{people}", ha="center", va="center", fontsize=8)


def _ribbon(
    ax: Axes, place: int, ends: tuple[float, float], people: int, tone: tuple[str, float]
) -> None:
    along = np.linspace(0, 1, 30)
    x = place + WIDE + along * (1 - 2 * WIDE)
    upper = ends[0] + _bend(along) * (ends[1] - ends[0])
    outline = np.vstack([np.column_stack([x, upper]), np.column_stack([x, upper - people])[::-1]])
    ax.add_patch(Polygon(outline, facecolor=tone[0], alpha=tone[1], linewidth=0))


def _bend(along: Any) -> Any:
    """Return how far down a ribbon is after a share of its way: slow, fast, slow."""
    return along**2 * (3 - 2 * along)


def _alt_of_region(moved: DataFrame, pen: Pen) -> str:
    """Say of each step who stayed, came and went."""
    told = []
    for (start, end), own in moved.groupby(["start", "end"], sort=False):
        people = dict(zip(own["move"], own["people"], strict=True))
        waves = {"start": pen.name.wave(str(start)), "end": pen.name.wave(str(end))}
        moves = ("stayed", "lost", "paused", "joined", "returned")
        counts = [f"{people[move]} {pen.say[f'move_{move}']}" for move in moves if people.get(move)]
        told.append(f"{pen.say['from_to'].format(**waves)} {', '.join(counts)}")
    return f"{pen.name.region(moved['region'].iloc[0])}: {'; '.join(told)}"


@drawn("attrition_none", "estimate")
def plot_attrition(attrition: DataFrame, pen: Pen) -> Figure | None:
    """Draw how far the earlier scores of those who left lay from those who came back."""
    shown = in_plan_order(attrition[attrition["kind"] == "earlier_score"], pen.study)
    if shown.empty:
        return None
    name, parts = pen.name, []
    steps = [*dict.fromkeys(zip(shown["start"], shown["end"], strict=True))]
    rows = [*dict.fromkeys(zip(shown["scale"], shown["region"], strict=True))]
    size = (3.3, 1.2 + 0.3 * len(rows))
    page = paper.sheet(len(steps), margin=(3.0, 0), size=size, share=True)
    for ax, (start, end) in zip(page.axes, steps, strict=True):
        span = f"{name.wave(start)} → {name.wave(end)}"
        own = shown[(shown["start"] == start) & (shown["end"] == end)]
        for row in own.to_dict("records"):
            place = rows.index((row["scale"], row["region"]))
            paper.draw_interval(ax, place, row, pen.look(row["region"]))
            write_beside(ax, place, f"{row['n_left']} / {row['n_stayed']}")
            about = f"{name.measure(row['scale'])}, {name.region(row['region'])}"
            parts.append(f"{about}, {span}: {pen.number(row['estimate'], signed=True)}")
        ax.axvline(0, color=paper.INK, linewidth=0.9)
        ax.set_title(span, fontsize=10)
        at = ax.get_yaxis_transform()
        ax.text(1.02, -0.8, pen.say["left_stayed"], transform=at, fontsize=8)
        ax.set_xlabel(pen.say["attrition_axis"], fontsize=9)
        pen.speak_numbers(ax.xaxis)
    labels = [f"{name.measure(scale)} · {name.region(region)}" for scale, region in rows]
    paper.in_rows(page.ax, labels, above=1.2)
    return pen.figure(page, pen.say["attrition_title"], parts, most=30)
