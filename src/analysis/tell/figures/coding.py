"""Figures of the coding itself: agreement, codes that meet, saturation, other frameworks."""

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Arc, Patch
from pandas import DataFrame

from analysis.measure.agreement import TENTATIVE_BELOW
from analysis.tell.figures import paper
from analysis.tell.figures.canvas import Figure, Pen, drawn

MOST_PAIRS = 24
WIDEST = 5.0
BASES = {
    "coded": ("#0b4f77", ""),
    "stated": ("#3d8fc2", ""),
    "name_match": ("#a9cce0", ""),
    "our_reading": ("#ffffff", "///"),
}
DASHED = (0, (3, 2))


@drawn("agreement_none", "alpha")
def plot_agreement(agreement: DataFrame, pen: Pen) -> Figure:
    """Draw how far the coders agree on each subject; a tentative one has an open mark."""
    say = pen.say
    rows = agreement.sort_values(["alpha", "code"], kind="stable").to_dict("records")
    page = paper.sheet(size=(8.2, 1.4 + 0.27 * len(rows)))
    page.ax.axvline(TENTATIVE_BELOW, color=paper.SOFT, linewidth=0.9, linestyle=paper.DOTTED)
    line = {"color": paper.SOFT, "linewidth": 1.2}
    for place, row in enumerate(rows):
        fill = "white" if str(row["tentative"]) == "True" else paper.INK
        look = {"color": paper.INK, "marker": "o", "markerfacecolor": fill}
        paper.draw_interval(page.ax, place, row, look, keys=("alpha", "low", "high"), line=line)
    labels = [_subject(row, pen) for row in rows]
    paper.in_rows(page.ax, [paper.shorten(label, 50) for label in labels])
    pen.speak_numbers(page.ax.xaxis)
    lowest = float(agreement[["alpha", "low"]].min().min())
    left = min(0.0, lowest) - 0.02
    page.ax.set(xlabel=say["alpha"], xlim=(left, 1.02), ylim=(-0.7, len(rows) - 0.3))
    limit = say["tentative_line"].format(value=pen.number(TENTATIVE_BELOW))
    mark: dict[str, Any] = {"color": paper.INK, "marker": "o", "linestyle": ""}
    page.legend(
        [
            Line2D([], [], label=say["firm"], **mark),
            Line2D([], [], label=say["tentative"], mfc="white", **mark),
            Line2D([], [], color=paper.SOFT, linewidth=0.9, linestyle=paper.DOTTED, label=limit),
        ]
    )
    told = zip(labels, rows, strict=True)
    parts = [f"{label} {pen.number(row['alpha'])}" for label, row in told]
    return pen.figure(page, say["agreement_title"], parts[::-1])


def _subject(row: paper.Row, pen: Pen) -> str:
    """Name what was agreed on: a code by its name, anything else also by its kind."""
    frame = pen.say.get(f"of_{row.get('kind', '')}", "{name}")
    return frame.format(name=pen.name.code(row["code"]))


@drawn("together_none", "documents")
def plot_together(pairs: DataFrame, pen: Pen) -> Figure:
    """Draw which codes stand on one passage as a network: codes in a column, pairs as arcs.

    The pairs in most conversations are drawn, at most 24; a thicker arc is more conversations.
    """
    shown = pairs.sort_values("documents", ascending=False, kind="stable").head(MOST_PAIRS)
    rows, codes = shown.to_dict("records"), _in_order(shown, pen)
    page = paper.sheet(size=(8.2, 1.3 + 0.3 * len(codes)))
    thin, thick = (float(shown["documents"].agg(how)) for how in ("min", "max"))
    furthest = 0
    for row in rows:
        ends = (codes.index(row["code"]), codes.index(row["other"]))
        _arc(page.ax, *ends, row["documents"] / thick)
        furthest = max(furthest, abs(ends[0] - ends[1]))
    keys = _dots(page.ax, codes, pen)
    paper.in_rows(
        page.ax, [paper.shorten(pen.name.code(code), 46) for code in codes], above=0.6, below=0.6
    )
    page.ax.set(xlim=(-0.2, furthest / 2 + 0.6), xticks=[])
    page.ax.set_aspect("auto")
    page.ax.spines[:].set_visible(False)
    for size in dict.fromkeys((thin, thick)):
        text = pen.say["in_conversations"].format(n=f"{size:.0f}")
        keys.append(Line2D([], [], color=paper.SOFT, linewidth=_width(size / thick), label=text))
    page.legend(keys)
    parts = [
        f"{pen.name.code(row['code'])} – {pen.name.code(row['other'])} {row['documents']:.0f}"
        for row in rows
    ]
    return pen.figure(page, pen.say["together_title"], parts)


def _in_order(pairs: DataFrame, pen: Pen) -> list[str]:
    """Order the codes so that arcs stay short: from the codebook's order to that of their pairs."""
    used = {*pairs["code"], *pairs["other"]}
    codes = [code for code in pen.study.codes["id"] if code in used]
    ends = pairs[["code", "other"]].to_numpy()
    for _ in range(12):
        place = {code: number for number, code in enumerate(codes)}
        pull = {code: [float(place[code])] for code in codes}
        for one, other in ends:
            pull[one].append(place[other])
            pull[other].append(place[one])
        codes = sorted(codes, key=lambda code: (np.mean(pull[code]), place[code]))
    return codes


def _width(share: float) -> float:
    return 0.8 + (WIDEST - 0.8) * share


def _arc(ax: Axes, one: int, other: int, share: float) -> None:
    height = abs(one - other)
    arc = Arc((0, (one + other) / 2), height, height, theta1=-90, theta2=90)
    arc.set(color=paper.SOFT, alpha=0.35 + 0.5 * share, linewidth=_width(share))
    ax.add_patch(arc)


def _dots(ax: Axes, codes: list[str], pen: Pen) -> list[Line2D]:
    """Draw each code as a dot of its level; return one legend entry per level."""
    crosswalk = pen.study.crosswalk.query("strength == 'primary'")
    placed = crosswalk.set_index("code")["level"].to_dict()
    looks = {
        level: (
            paper.COLOURS[place % len(paper.COLOURS)],
            paper.MARKERS[place % len(paper.MARKERS)],
        )
        for place, level in enumerate(pen.study.plan.levels)
    }
    levels = [str(placed.get(code, "")) for code in codes]
    for row, level in enumerate(levels):
        shade, sign = looks.get(level, (paper.INK, "."))
        ax.plot(0, row, sign, color=shade, markersize=7, zorder=3)
    return [
        Line2D([], [], linestyle="", color=shade, marker=sign, label=pen.name.level(level))
        for level, (shade, sign) in looks.items()
        if level in levels
    ]


@drawn("saturation_none", "seen")
def plot_saturation(saturation: DataFrame, pen: Pen) -> Figure | None:
    """Draw how many codes were known after each conversation, beside random orders."""
    say, regions = pen.say, pen.regions(saturation)
    shown = saturation[saturation["region"].isin(regions)]
    if shown.empty:
        return None
    page = paper.sheet(len(regions), margin=(1.4, 0), size=(3.1, 3.8), share=True)
    for ax, region in zip(page.axes, regions, strict=True):
        _curve(ax, shown.query("region == @region"), pen)
        ax.set_title(pen.name.region(region))
    page.ax.set_ylabel(say["codes_known"])
    page.ax.set_ylim(0, float(shown[["codes", "high"]].max().max()) * 1.18)
    page.axes[len(regions) // 2].set_xlabel(say["conversation_number"])
    page.legend(
        [
            Line2D([], [], color=paper.INK, marker="o", markersize=4, label=say["in_order"]),
            Line2D([], [], color=paper.SOFT, linestyle=DASHED, label=say["mean_order"]),
            Patch(color=paper.LINE, label=say["random_orders"]),
        ]
    )
    parts = [_reached(shown.query("region == @region"), pen) for region in regions]
    return pen.figure(page, say["saturation_title"], parts)


def _curve(ax: Axes, steps: DataFrame, pen: Pen) -> None:
    place, look = steps["conversations"].to_numpy(float), pen.look(steps["region"].iloc[0])
    ax.fill_between(place, steps["low"], steps["high"], color=paper.LINE, linewidth=0)
    ax.plot(place, steps["mean"], color=paper.SOFT, linestyle=DASHED, linewidth=1.2)
    ax.plot(place, steps["seen"], markersize=4, linewidth=1.4, **look)
    waves = steps["wave"].tolist()
    edges = [0, *(n + 1 for n, (a, b) in enumerate(pairwise(waves)) if a != b), len(waves)]
    at: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "ha": "center", "va": "top"}
    for start, end in pairwise(edges):
        if start:
            ax.axvline(start + 0.5, color=paper.LINE, linewidth=1)
        label = pen.name.wave(waves[start]).replace(" ", "\n")
        ax.text((start + end + 1) / 2, 0.985, label, fontsize=7, color=paper.SOFT, **at)
    ax.set_xticks([n for n in range(5, len(steps) + 1, 5)] or [*range(1, len(steps) + 1)])
    ax.set_xlim(0.4, len(steps) + 0.6)


def _reached(steps: DataFrame, pen: Pen) -> str:
    last = steps.iloc[-1]
    late = steps[steps["wave"] == last["wave"]]["new"].sum()
    counts = {"seen": last["seen"], "n": last["conversations"], "new": late}
    printed = {key: f"{count:.0f}" for key, count in counts.items()}
    return pen.say["saturation_part"].format(region=pen.name.region(last["region"]), **printed)


@drawn("lenses_none", "of_segments")
def plot_lenses(summary: DataFrame, pen: Pen) -> Figure | None:
    """Draw which share of the segments each framework shows, and on what that rests."""
    rows = summary[summary["of_segments"] > 0].to_dict("records")
    if not rows:
        return None
    page = paper.sheet(size=(8.2, 1.3 + 0.28 * len(rows)))
    for place, row in enumerate(rows):
        _framework(page.ax, place, row)
    labels = [pen.name.framework(row["framework"]) for row in rows]
    paper.in_rows(page.ax, [paper.shorten(label, 52) for label in labels], above=0.6, below=0.6)
    page.ax.set(xlim=(0, 1.12), xlabel=pen.say["lens_share"])
    page.ax.set_xticks(*paper.QUARTERS)
    keys = [
        Patch(facecolor=shade, edgecolor=paper.SOFT, hatch=hatch, label=pen.say[f"basis_{basis}"])
        for basis, (shade, hatch) in BASES.items()
    ]
    page.legend(keys)
    parts = [
        f"{label} {row['segments']:.0f}/{row['of_segments']:.0f}"
        for label, row in zip(labels, rows, strict=True)
    ]
    return pen.figure(page, pen.say["lenses_title"], parts)


def _framework(ax: Axes, place: int, row: paper.Row) -> None:
    left = 0.0
    for basis, (shade, hatch) in BASES.items():
        share = row["segments"] / row["of_segments"] * (row[basis] if row["segments"] else 0)
        if share > 0:
            bar = ax.barh(place, share, left=left, height=0.72, color=shade, edgecolor=paper.SOFT)
            bar[0].set(hatch=hatch, linewidth=0.6)
        left += share
    ax.text(left + 0.01, place, f"{row['segments']:.0f}", va="center", fontsize=8, color=paper.SOFT)
