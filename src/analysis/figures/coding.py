"""Figures of the coding itself: agreement, codes that meet, saturation, other frameworks."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Arc, Patch
from pandas import DataFrame

from analysis.agreement import TENTATIVE_BELOW
from analysis.figures.canvas import (
    COLOURS,
    INK,
    LINE,
    MARKERS,
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
    shorten,
    speak_numbers,
    words,
)
from analysis.study import Study
from analysis.study.labels import Labels

MOST_PAIRS = 24
WIDEST = 5.0
BASES = {
    "stated": ("#0b4f77", ""),
    "name_match": ("#6fa8cc", ""),
    "our_reading": ("#ffffff", "///"),
}


@in_style
def plot_agreement(agreement: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw how far the coders agree on each subject; a tentative one has an open mark."""
    say, name = words(language), Labels(study, language)
    shown = known(agreement, "alpha")
    if shown.empty:
        return blank(say["agreement_none"])
    rows = shown.sort_values(["alpha", "code"], kind="stable").to_dict("records")
    canvas, grid = sheet(size=(8.2, 1.4 + 0.27 * len(rows)))
    ax = grid[0, 0]
    ax.axvline(TENTATIVE_BELOW, color=SOFT, linewidth=0.9, linestyle=(0, (2, 3)))
    for place, row in enumerate(rows):
        fill = "white" if str(row["tentative"]) == "True" else INK
        ax.plot([row["low"], row["high"]], [place, place], color=SOFT, linewidth=1.2)
        ax.plot(row["alpha"], place, "o", color=INK, markerfacecolor=fill, markersize=5)
    labels = [_subject(row, name, say) for row in rows]
    ax.set_yticks(range(len(rows)), [shorten(label, 50) for label in labels], fontsize=9)
    speak_numbers(ax, language)
    lowest = float(shown[["alpha", "low"]].min().min())
    ax.set(xlabel=say["alpha"], xlim=(min(0.0, lowest) - 0.02, 1.02), ylim=(-0.7, len(rows) - 0.3))
    limit = say["tentative_line"].format(value=number(TENTATIVE_BELOW, language))
    keys = [
        Line2D([], [], color=INK, marker="o", linestyle="", label=say["firm"]),
        Line2D([], [], color=INK, marker="o", linestyle="", mfc="white", label=say["tentative"]),
        Line2D([], [], color=SOFT, linewidth=0.9, linestyle=(0, (2, 3)), label=limit),
    ]
    canvas.legend(handles=keys, loc="outside lower left", ncols=3, fontsize=9)
    parts = [
        f"{label} {number(row['alpha'], language)}" for label, row in zip(labels, rows, strict=True)
    ]
    return Figure(canvas, f"{say['agreement_title']}. {several(parts[::-1], language)}.")


def _subject(row: Mapping[Any, Any], name: Labels, say: Mapping[str, str]) -> str:
    """Name what was agreed on: a code by its name, anything else also by its kind."""
    return say.get(f"of_{row.get('kind', '')}", "{name}").format(name=name.code(row["code"]))


@in_style
def plot_together(pairs: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw which codes stand on one passage as a network: codes in a column, pairs as arcs.

    The pairs in most conversations are drawn, at most 24; a thicker arc is more conversations.
    """
    say, name = words(language), Labels(study, language)
    shown = known(pairs, "documents")
    if shown.empty:
        return blank(say["together_none"])
    shown = shown.sort_values("documents", ascending=False, kind="stable").head(MOST_PAIRS)
    codes = _in_order(shown, study)
    canvas, grid = sheet(size=(8.2, 1.3 + 0.3 * len(codes)))
    ax = grid[0, 0]
    most = float(shown["documents"].max())
    for row in shown.to_dict("records"):
        _arc(ax, codes.index(row["code"]), codes.index(row["other"]), row["documents"] / most)
    keys = _dots(ax, codes, study, name)
    ax.set_yticks(range(len(codes)), [shorten(name.code(code), 46) for code in codes], fontsize=9)
    furthest = max(abs(codes.index(a) - codes.index(b)) for a, b in shown[["code", "other"]].values)
    ax.set(xlim=(-0.2, furthest / 2 + 0.6), ylim=(len(codes) - 0.4, -0.6), xticks=[])
    ax.set_aspect("auto")
    ax.spines[:].set_visible(False)
    thin, thick = float(shown["documents"].min()), most
    keys += [_key(size, most, say["in_conversations"]) for size in dict.fromkeys((thin, thick))]
    canvas.legend(handles=keys, loc="outside lower left", ncols=3, fontsize=9)
    parts = [
        f"{name.code(row['code'])} – {name.code(row['other'])} {row['documents']:.0f}"
        for row in shown.to_dict("records")
    ]
    return Figure(canvas, f"{say['together_title']}. {several(parts, language)}.")


def _in_order(pairs: DataFrame, study: Study) -> list[str]:
    """Order the codes so that arcs stay short: from the codebook's order to that of their pairs."""
    used = {*pairs["code"], *pairs["other"]}
    codes = [code for code in study.codes["id"] if code in used]
    ends = pairs[["code", "other"]].to_numpy()
    for _ in range(12):
        place = {code: number for number, code in enumerate(codes)}
        pull = {code: [float(place[code])] for code in codes}
        for one, other in ends:
            pull[one].append(place[other])
            pull[other].append(place[one])
        codes = sorted(codes, key=lambda code: (np.mean(pull[code]), place[code]))
    return codes


def _arc(ax: Axes, one: int, other: int, share: float) -> None:
    height = abs(one - other)
    arc = Arc((0, (one + other) / 2), height, height, theta1=-90, theta2=90)
    arc.set(color=SOFT, alpha=0.35 + 0.5 * share, linewidth=0.8 + (WIDEST - 0.8) * share)
    ax.add_patch(arc)


def _dots(ax: Axes, codes: list[str], study: Study, name: Labels) -> list[Line2D]:
    """Draw each code as a dot of its level; return one legend entry per level."""
    placed = study.crosswalk.query("strength == 'primary'").set_index("code")["level"].to_dict()
    levels = [*study.plan.levels]
    looks = {
        level: (COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)])
        for place, level in enumerate(levels)
    }
    for row, code in enumerate(codes):
        shade, sign = looks.get(str(placed.get(code, "")), (INK, "."))
        ax.plot(0, row, sign, color=shade, markersize=7, zorder=3)
    used = {str(placed.get(code, "")) for code in codes}
    return [
        Line2D([], [], linestyle="", color=shade, marker=sign, label=name.level(level))
        for level, (shade, sign) in looks.items()
        if level in used
    ]


def _key(size: float, most: float, text: str) -> Line2D:
    width = 0.8 + (WIDEST - 0.8) * size / most
    return Line2D([], [], color=SOFT, linewidth=width, label=text.format(n=f"{size:.0f}"))


@in_style
def plot_saturation(saturation: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw how many codes were known after each conversation, beside random orders."""
    say, name = words(language), Labels(study, language)
    shown = known(saturation, "seen")
    shown = shown[shown["region"].isin([*study.regions])] if len(shown) else shown
    if shown.empty:
        return blank(say["saturation_none"])
    regions = [region for region in study.regions if region in set(shown["region"])]
    canvas, grid = sheet(1, len(regions), size=(1.4 + 3.1 * len(regions), 3.8), share=True)
    for ax, region in zip(grid.flat, regions, strict=True):
        _curve(ax, shown.query("region == @region"), study, name)
        ax.set_title(name.region(region))
    grid[0, 0].set_ylabel(say["codes_known"])
    grid[0, 0].set_ylim(0, float(shown[["codes", "high"]].max().max()) * 1.18)
    grid[0, len(regions) // 2].set_xlabel(say["conversation_number"])
    keys = [
        Line2D([], [], color=INK, marker="o", markersize=4, label=say["in_order"]),
        Line2D([], [], color=SOFT, linestyle=(0, (3, 2)), label=say["mean_order"]),
        Patch(color=LINE, label=say["random_orders"]),
    ]
    canvas.legend(handles=keys, loc="outside lower left", ncols=3, fontsize=9)
    parts = [_reached(shown.query("region == @region"), name, say) for region in regions]
    return Figure(canvas, f"{say['saturation_title']}. {several(parts, language)}.")


def _curve(ax: Axes, steps: DataFrame, study: Study, name: Labels) -> None:
    place, region = steps["conversations"].to_numpy(float), steps["region"].iloc[0]
    ax.fill_between(place, steps["low"], steps["high"], color=LINE, linewidth=0)
    ax.plot(place, steps["mean"], color=SOFT, linestyle=(0, (3, 2)), linewidth=1.2)
    sign, shade = marker(study, region), colour(study, region)
    ax.plot(place, steps["seen"], color=shade, marker=sign, markersize=4, linewidth=1.4)
    waves = steps["wave"].tolist()
    edges = [0, *(n + 1 for n, (a, b) in enumerate(pairwise(waves)) if a != b), len(waves)]
    for start, end in pairwise(edges):
        if start:
            ax.axvline(start + 0.5, color=LINE, linewidth=1)
        label = name.wave(waves[start]).replace(" ", "\n")
        where = ax.get_xaxis_transform()
        middle = (start + end + 1) / 2
        ax.text(
            middle, 0.985, label, transform=where, ha="center", va="top", fontsize=7, color=SOFT
        )
    ax.set_xticks([n for n in range(5, len(steps) + 1, 5)] or [*range(1, len(steps) + 1)])
    ax.set_xlim(0.4, len(steps) + 0.6)


def _reached(steps: DataFrame, name: Labels, say: Mapping[str, str]) -> str:
    last = steps.iloc[-1]
    late = steps[steps["wave"] == last["wave"]]["new"].sum()
    return say["saturation_part"].format(
        region=name.region(last["region"]),
        seen=f"{last['seen']:.0f}",
        n=f"{last['conversations']:.0f}",
        new=f"{late:.0f}",
    )


@in_style
def plot_lenses(summary: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw which share of the segments each framework shows, and on what that rests."""
    say, name = words(language), Labels(study, language)
    shown = known(summary, "of_segments")
    shown = shown[shown["of_segments"] > 0] if len(shown) else shown
    if shown.empty:
        return blank(say["lenses_none"])
    rows = shown.to_dict("records")
    canvas, grid = sheet(size=(8.2, 1.3 + 0.28 * len(rows)))
    ax = grid[0, 0]
    for place, row in enumerate(rows):
        _framework(ax, place, row)
    labels = [name.framework(row["framework"]) for row in rows]
    ax.set_yticks(range(len(rows)), [shorten(label, 52) for label in labels], fontsize=9)
    ax.set(xlim=(0, 1.12), ylim=(len(rows) - 0.4, -0.6), xlabel=say["lens_share"])
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    keys = [
        Patch(facecolor=shade, edgecolor=SOFT, hatch=hatch, label=say[f"basis_{basis}"])
        for basis, (shade, hatch) in BASES.items()
    ]
    canvas.legend(handles=keys, loc="outside lower left", ncols=3, fontsize=9)
    parts = [
        f"{label} {row['segments']:.0f}/{row['of_segments']:.0f}"
        for label, row in zip(labels, rows, strict=True)
    ]
    return Figure(canvas, f"{say['lenses_title']}. {several(parts, language)}.")


def _framework(ax: Axes, place: int, row: dict[str, float]) -> None:
    left = 0.0
    for basis, (shade, hatch) in BASES.items():
        share = row["segments"] / row["of_segments"] * (row[basis] if row["segments"] else 0)
        if share > 0:
            bar = ax.barh(place, share, left=left, height=0.72, color=shade, edgecolor=SOFT)
            bar[0].set(hatch=hatch, linewidth=0.6)
        left += share
    ax.text(left + 0.01, place, f"{row['segments']:.0f}", va="center", fontsize=8, color=SOFT)
