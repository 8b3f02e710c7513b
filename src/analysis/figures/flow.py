"""Figures of who moved where: people from wave to wave, and the scores of those who left."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Polygon, Rectangle
from pandas import DataFrame

from analysis.figures.canvas import (
    INK,
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
from analysis.figures.change import draw_interval
from analysis.study import Study
from analysis.study.labels import Labels, in_plan_order

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
    "away": {"facecolor": "white", "edgecolor": SOFT, "hatch": "////"},
    "lost": {"facecolor": "#c9ced4", "edgecolor": "#c9ced4"},
}
WIDE, TOLD = 0.13, 0.055
Bands = dict[tuple[int, str], tuple[float, float]]


@in_style
def plot_flow(flow: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw how people moved from each wave to the next, one panel per region.

    The full part of a column is who answered; people enter it from above and leave it below.
    """
    say, name = words(language), Labels(study, language)
    moved = flow[flow["move"].isin([*MOVES])] if "move" in flow else flow
    if moved.empty or not moved["people"].gt(0).any():
        return blank(say["flow_none"])
    regions = [region for region in study.regions if region in set(moved["region"])]
    columns = min(3, len(regions))
    rows = -(-len(regions) // columns)
    canvas, grid = sheet(rows, columns, size=(0.6 + 3.2 * columns, 0.7 + 2.9 * rows))
    for ax, region in zip(grid.flat, regions, strict=False):
        _columns(ax, flow.query("region == @region"), study, name, say)
        ax.set_title(name.region(region))
    for ax in list(grid.flat)[len(regions) :]:
        ax.set_visible(False)
    keys = [Patch(facecolor=INK, label=say["state_here"])]
    keys += [Patch(**LOOKS[state], label=say[f"state_{state}"]) for state in LOOKS]
    canvas.legend(handles=keys, loc="outside lower left", ncols=min(4, 2 * columns), fontsize=9)
    parts = [_said(moved.query("region == @region"), say, name) for region in regions]
    return Figure(canvas, f"{say['flow_title']}. {several(parts, language)}.")


def _columns(ax: Axes, flow: DataFrame, study: Study, name: Labels, say: Mapping[str, str]) -> None:
    steps = flow[flow["move"].isin([*MOVES])]
    counts = {
        (row["start"], row["end"], row["move"]): int(row["people"])
        for row in steps.to_dict("records")
    }
    ends = {*steps["start"], *steps["end"]}
    waves = [wave for wave in study.plan.waves if wave in ends]
    whole = sum(people for (start, _, _), people in counts.items() if start == waves[0])
    bands = _bands(counts, waves)
    shade = colour(study, str(flow["region"].iloc[0]))
    for place in range(len(waves) - 1):
        own = {m: counts.get((waves[place], waves[place + 1], m), 0) for m in MOVES}
        _ribbons(ax, place, own, bands, shade, whole)
    for (place, state), (low, high) in bands.items():
        _column(ax, place, state, (low, high), shade, whole)
    apart = flow[flow["move"] == "unlinked"].set_index("start")["people"].to_dict()
    labels = [_wave_label(name.wave(w), apart.get(w, 0), say) for w in waves]
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
        ink = "white" if state == "here" else INK
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


def _said(moved: DataFrame, say: Mapping[str, str], name: Labels) -> str:
    """Say of each step who stayed, came and went."""
    told = []
    for (start, end), own in moved.groupby(["start", "end"], sort=False):
        people = dict(zip(own["move"], own["people"], strict=True))
        span = say["from_to"].format(start=name.wave(str(start)), end=name.wave(str(end)))
        moves = ("stayed", "lost", "paused", "joined", "returned")
        counts = [f"{people[move]} {say[f'move_{move}']}" for move in moves if people.get(move)]
        told.append(f"{span} {', '.join(counts)}")
    return f"{name.region(moved['region'].iloc[0])}: {'; '.join(told)}"


@in_style
def plot_attrition(attrition: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw how far the earlier scores of those who left lay from those who came back."""
    say, name = words(language), Labels(study, language)
    shown = known(attrition, "estimate")
    shown = shown[shown["kind"] == "earlier_score"] if len(shown) else shown
    if shown.empty:
        return blank(say["attrition_none"])
    shown = in_plan_order(shown, study)
    steps = [*dict.fromkeys(zip(shown["start"], shown["end"], strict=True))]
    rows = [*dict.fromkeys(zip(shown["scale"], shown["region"], strict=True))]
    size = (3.0 + 3.3 * len(steps), 1.2 + 0.3 * len(rows))
    canvas, grid = sheet(1, len(steps), size=size, share=True)
    parts = []
    for ax, (start, end) in zip(grid.flat, steps, strict=True):
        own = shown[(shown["start"] == start) & (shown["end"] == end)]
        span = f"{name.wave(start)} → {name.wave(end)}"
        for row in own.to_dict("records"):
            place = rows.index((row["scale"], row["region"]))
            beside = f"{row['n_left']} / {row['n_stayed']}"
            draw_interval(ax, row, place, study, beside=beside)
            points = number(row["estimate"], language, signed=True)
            about = f"{name.measure(row['scale'])}, {name.region(row['region'])}"
            parts.append(f"{about}, {span}: {points}")
        ax.axvline(0, color=INK, linewidth=0.9)
        ax.set_title(span, fontsize=10)
        ax.text(1.02, -0.8, say["left_stayed"], transform=ax.get_yaxis_transform(), fontsize=8)
        ax.set_xlabel(say["attrition_axis"], fontsize=9)
        speak_numbers(ax, language)
    labels = [f"{name.measure(scale)} · {name.region(region)}" for scale, region in rows]
    grid[0, 0].set_yticks(range(len(rows)), labels, fontsize=9)
    grid[0, 0].set_ylim(len(rows) - 0.5, -1.2)
    return Figure(canvas, f"{say['attrition_title']}. {several(parts, language, most=30)}.")
