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

from analysis.figures.canvas import (
    INK,
    LINE,
    SOFT,
    Figure,
    blank,
    in_style,
    number,
    several,
    sheet,
    words,
)
from analysis.figures.items import titled
from analysis.figures.numbers import NumbersTable
from analysis.study import Study
from analysis.study.labels import Labels

Numbers = NDArray[np.float64]
# Vlag of ColorBrewer's RdBu, without its palest step: readable in grey and by the colour-blind.
LOW, MIDDLE, HIGH = ("#b2182b", "#ef8a62"), "#c9ced4", ("#67a9cf", "#2166ac")
MOST_CATEGORIES = 11
# Where "don't know" stands beside the bars, and where n does.
ASIDE, AT_N = 1.1, 2.02
FEW = "< 5"


@in_style
def plot_answers(answers: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw each question's answers as diverging bars, "don't know" apart, n at the right.

    One panel per region, so hand in the rows of one wave of each; too few answers have no bar.
    """
    say, name = words(language), Labels(study, language)
    if answers.empty:
        return blank(say["answers_none"])
    numeric = answers["answer"].astype(str).str.fullmatch(r"-?\d+(\.0+)?")
    levels = sorted({float(answer) for answer in answers.loc[numeric, "answer"]})
    if not 2 <= len(levels) <= MOST_CATEGORIES:
        return blank(say["answers_none"])
    items = [item for item in study.plan.all_items if item in set(answers["item"])]
    regions = [region for region in study.regions if region in set(answers["region"])]
    counts = {region: _counts(answers, region, items, levels) for region in regions}
    labels = [fill(name.item(item), 44) for item in items]
    lines = [1 + label.count("\n") for label in labels]
    size = (3.9 + 2.3 * len(regions), 1.4 + 0.25 * len(items) + 0.06 * sum(lines))
    canvas, grid = sheet(1, len(regions), size=size, share=True)
    for ax, region in zip(grid.flat, regions, strict=True):
        _diverging(ax, *counts[region], say)
        ax.set_title(titled(answers, region, name))
        for above, (one, other) in enumerate(pairwise(items)):
            if study.plan.scale_of(one) is not study.plan.scale_of(other):
                ax.axhline(above + 0.5, color=LINE, linewidth=0.7, zorder=0)
    grid[0, 0].set_yticks(range(len(items)), labels, fontsize=8, linespacing=1.05)
    grid[0, 0].set_ylim(len(items) - 0.4, -1.3)
    keys = [
        Patch(color=shade, label=f"{level:g}")
        for level, shade in zip(levels, _shades(len(levels)), strict=True)
    ]
    keys.append(Patch(facecolor="white", edgecolor=SOFT, hatch="////", label=say["dont_know"]))
    canvas.legend(handles=keys, loc="outside lower left", ncols=len(keys), fontsize=9)
    parts = [
        _said(titled(answers, region, name), items, counts[region][0], study, language)
        for region in regions
    ]
    table = _table(counts, items, levels, study, language)
    return Figure(canvas, f"{say['answers_title']}. {several(parts, language)}.", table)


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


def _diverging(ax: Axes, given: Numbers, unknown: Numbers, say: Mapping[str, str]) -> None:
    items, levels = given.shape
    shares, total, half = np.nan_to_num(_shares(given)), given.sum(axis=1), levels // 2
    middle = shares[:, half] / 2 if levels % 2 else 0
    left = -(shares[:, :half].sum(axis=1) + middle)
    for column, shade in enumerate(_shades(levels)):
        ax.barh(range(items), shares[:, column], left=left, color=shade, height=0.74)
        left = left + shares[:, column]
    asked = np.nan_to_num(total) + np.nan_to_num(unknown)
    aside = np.where(np.isnan(total), 0, np.nan_to_num(unknown)) / np.where(asked == 0, 1, asked)
    look: dict[str, Any] = {"color": "white", "edgecolor": SOFT, "hatch": "////", "height": 0.74}
    some = np.flatnonzero(aside)
    ax.barh(some, aside[some], left=ASIDE, linewidth=0.7, **look)
    for row, n in enumerate(total):
        ax.text(AT_N, row, _printed_n(n), ha="right", va="center", fontsize=8, color=SOFT)
    for place, text, side in ((AT_N, say["n"], "right"), (ASIDE, say["dont_know"], "left")):
        ax.text(place, -0.85, text, ha=side, va="center", fontsize=8, color=SOFT)
    ax.set_xlim(-1, AT_N + 0.02)
    ax.set_xticks([-1, -0.5, 0, 0.5, 1], ["100%", "50%", "0", "50%", "100%"], fontsize=8)
    ax.axvline(0, color=INK, linewidth=0.8)


def _said(title: str, items: list[str], given: Numbers, study: Study, language: str) -> str:
    """Name the questions whose bar lies furthest to each side."""
    say, name, title = words(language), Labels(study, language), title.replace("\n", ", ")
    shares = _shares(given)
    half = shares.shape[1] // 2
    lean = shares[:, -half:].sum(axis=1) - shares[:, :half].sum(axis=1)
    if np.isnan(lean).all():
        return say["answers_few"].format(region=title)
    ends = {
        key: name.item(items[int(at)])
        for key, at in (("most", np.nanargmax(lean)), ("least", np.nanargmin(lean)))
    }
    return say["answers_part"].format(region=title, n=len(items), **ends)


def _table(
    counts: Mapping[str, tuple[Numbers, Numbers]],
    items: list[str],
    levels: list[float],
    study: Study,
    language: str,
) -> NumbersTable:
    say, name = words(language), Labels(study, language)
    heads = [say["column_item"], say["column_region"], *(f"{level:g}" for level in levels)]
    rows = [
        (
            name.item(item),
            name.region(region),
            *map(_whole, [*given[row], unknown[row]]),
            _printed_n(given[row].sum()),
        )
        for row, item in enumerate(items)
        for region, (given, unknown) in counts.items()
    ]
    return NumbersTable((*heads, say["dont_know"], say["n"]), tuple(rows))


def _whole(value: float) -> str:
    return "–" if np.isnan(value) else number(value, "en", places=0)
