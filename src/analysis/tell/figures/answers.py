"""The figure of how every question was answered."""

from collections.abc import Mapping
from itertools import pairwise
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from numpy.typing import NDArray
from pandas import DataFrame

from analysis.tell.figures import paper
from analysis.tell.figures.canvas import Figure, Pen, drawn
from analysis.tell.figures.items import titled
from analysis.tell.figures.numbers import NumbersTable

Numbers = NDArray[np.float64]
Counts = Mapping[str, tuple[Numbers, Numbers]]
# Vlag of ColorBrewer's RdBu, without its palest step: readable in grey and by the colour-blind.
LOW, MIDDLE, HIGH = ("#b2182b", "#ef8a62"), "#c9ced4", ("#67a9cf", "#2166ac")
MOST_CATEGORIES = 11
# Where "don't know" stands beside the bars, and where n does.
ASIDE, AT_N = 1.1, 2.02
FEW = "< 5"
UNKNOWN: dict[str, Any] = {"facecolor": "white", "edgecolor": paper.SOFT, "hatch": "////"}


@drawn("answers_none")
def plot_answers(answers: DataFrame, pen: Pen) -> Figure | None:
    """Draw each question's answers as diverging bars, "don't know" apart, n at the right.

    One panel per region, so hand in the rows of one wave of each; too few answers have no bar.
    """
    numeric = answers["answer"].astype(str).str.fullmatch(r"-?\d+(\.0+)?")
    levels = sorted({float(answer) for answer in answers.loc[numeric, "answer"]})
    if not 2 <= len(levels) <= MOST_CATEGORIES:
        return None
    plan = pen.study.plan
    items, regions = paper.present(plan.all_items, answers["item"]), pen.regions(answers)
    counts = {region: _counts(answers, region, items, levels) for region in regions}
    labels = [fill(pen.name.item(item), 44) for item in items]
    lines = [1 + label.count("\n") for label in labels]
    size = (2.3, 1.4 + 0.25 * len(items) + 0.06 * sum(lines))
    page = paper.sheet(len(regions), margin=(3.9, 0), size=size, share=True)
    for ax, region in zip(page.axes, regions, strict=True):
        _diverging(ax, *counts[region], pen)
        ax.set_title(titled(answers, region, pen))
        for above, (one, other) in enumerate(pairwise(items)):
            if plan.scale_of(one) is not plan.scale_of(other):
                ax.axhline(above + 0.5, color=paper.LINE, linewidth=0.7, zorder=0)
    paper.in_rows(page.ax, labels, above=1.3, below=0.6, fontsize=8, linespacing=1.05)
    shades = zip(levels, _shades(len(levels)), strict=True)
    keys = [Patch(color=shade, label=f"{level:g}") for level, shade in shades]
    keys.append(Patch(label=pen.say["dont_know"], **UNKNOWN))
    page.legend(keys, ncols=len(keys))
    parts = [
        _alt_text(titled(answers, region, pen), items, given, pen)
        for region, (given, _) in counts.items()
    ]
    table = _table(counts, items, levels, pen)
    return pen.figure(page, pen.say["answers_title"], parts, table=table)


def _counts(
    answers: DataFrame, region: str, items: list[str], levels: list[float]
) -> tuple[Numbers, Numbers]:
    """Return how often each answer (items x levels) and "don't know" (items) were given.

    Answers to an item that may not be shown are not numbers.
    """
    here = answers[answers["region"] == region]
    here = here.assign(answer=here["answer"].astype(str).str.removesuffix(".0"))
    here = here.assign(people=here["people"].astype(float), hidden=here["people"].isna())
    people, hidden = (
        here.pivot_table(index="item", columns="answer", values=values, aggfunc=how)
        .reindex(index=items, columns=[*(f"{level:g}" for level in levels), "dont_know"])
        .fillna(0)
        .to_numpy(float)
        for values, how in (("people", "sum"), ("hidden", "max"))
    )
    shown = np.where(hidden > 0, np.nan, people)
    return shown[:, :-1], shown[:, -1]


def _shades(count: int) -> list[str]:
    half = count // 2
    low = [LOW[min(1, place * 2 // max(half, 1))] for place in range(half)]
    high = [HIGH[min(1, place * 2 // max(half, 1))] for place in range(half)]
    return [*low, *([MIDDLE] if count % 2 else []), *high]


def _shares(given: Numbers) -> Numbers:
    total = given.sum(axis=1, keepdims=True)
    return given / np.where(total == 0, 1, total)


def _printed_n(total: float) -> str:
    return FEW if np.isnan(total) else f"{total:.0f}"


def _diverging(ax: Axes, given: Numbers, unknown: Numbers, pen: Pen) -> None:
    items, levels = given.shape
    shares, total, half = np.nan_to_num(_shares(given)), given.sum(axis=1), levels // 2
    middle = shares[:, half] / 2 if levels % 2 else 0
    left = -(shares[:, :half].sum(axis=1) + middle)
    for column, shade in enumerate(_shades(levels)):
        ax.barh(range(items), shares[:, column], left=left, color=shade, height=0.74)
        left = left + shares[:, column]
    asked = np.nan_to_num(total) + np.nan_to_num(unknown)
    aside = np.where(np.isnan(total), 0, np.nan_to_num(unknown)) / np.where(asked == 0, 1, asked)
    some = np.flatnonzero(aside)
    ax.barh(some, aside[some], left=ASIDE, linewidth=0.7, height=0.74, **UNKNOWN)
    for row, n in enumerate(total):
        ax.text(AT_N, row, _printed_n(n), ha="right", va="center", fontsize=8, color=paper.SOFT)
    for place, text, side in ((AT_N, pen.say["n"], "right"), (ASIDE, pen.say["dont_know"], "left")):
        ax.text(place, -0.85, text, ha=side, va="center", fontsize=8, color=paper.SOFT)
    ax.set_xlim(-1, AT_N + 0.02)
    ax.set_xticks([-1, -0.5, 0, 0.5, 1], ["100%", "50%", "0", "50%", "100%"], fontsize=8)
    ax.axvline(0, color=paper.INK, linewidth=0.8)


def _alt_text(title: str, items: list[str], given: Numbers, pen: Pen) -> str:
    """Name the questions whose bar lies furthest to each side."""
    title, shares = title.replace("\n", ", "), _shares(given)
    half = shares.shape[1] // 2
    lean = shares[:, -half:].sum(axis=1) - shares[:, :half].sum(axis=1)
    if np.isnan(lean).all():
        return pen.say["answers_few"].format(region=title)
    places = {"most": np.nanargmax(lean), "least": np.nanargmin(lean)}
    ends = {key: pen.name.item(items[int(at)]) for key, at in places.items()}
    return pen.say["answers_part"].format(region=title, n=len(items), **ends)


def _table(counts: Counts, items: list[str], levels: list[float], pen: Pen) -> NumbersTable:
    say, name = pen.say, pen.name
    heads = [say["column_item"], say["column_region"], *(f"{level:g}" for level in levels)]
    rows = [
        (
            name.item(item),
            name.region(region),
            *(pen.number(value, places=0) for value in [*given[row], unknown[row]]),
            _printed_n(given[row].sum()),
        )
        for row, item in enumerate(items)
        for region, (given, unknown) in counts.items()
    ]
    return NumbersTable((*heads, say["dont_know"], say["n"]), tuple(rows))
