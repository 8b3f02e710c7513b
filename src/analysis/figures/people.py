"""Figures of people and answers: who took part, what they answered, whether items agree."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
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
from analysis.study import Study
from analysis.study.labels import Labels

# Vlag of ColorBrewer's RdBu, without its palest step: readable in grey and by the colour-blind.
LOW, MIDDLE, HIGH = ("#b2182b", "#ef8a62"), "#c9ced4", ("#67a9cf", "#2166ac")
MOST_CATEGORIES = 11


@in_style
def plot_participation(participation: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw how many people answered per region and wave, and how many had answered before."""
    say, name = words(language), Labels(study, language)
    people = _counted(known(participation, "people"), study)
    if people.empty:
        return blank(say["participation_none"])
    regions = [region for region in study.regions if region in set(people["region"])]
    columns = min(4, len(regions))
    rows = -(-len(regions) // columns)
    canvas, grid = sheet(rows, columns, size=(2.2 + 2.3 * columns, 0.6 + 2.3 * rows), share=True)
    for ax, region in zip(grid.flat, regions, strict=False):
        _bars(ax, people.query("region == @region"), study, name)
        ax.set_title(name.region(region))
    for ax in list(grid.flat)[len(regions) :]:
        ax.set_visible(False)
    grid[0, 0].set_ylabel(say["people"])
    keys = [Patch(color=INK, label=say["seen_before"])]
    keys.append(Patch(color=INK, alpha=0.35, label=say["new_here"]))
    canvas.legend(handles=keys, loc="outside lower left", ncols=2)
    parts = [_said(people.query("region == @region"), name) for region in regions]
    return Figure(canvas, f"{say['participation_title']}. {several(parts, language)}.")


def _counted(participation: DataFrame, study: Study) -> DataFrame:
    if participation.empty:
        return participation
    here = participation["wave"].isin([*study.plan.waves])
    here &= participation["region"].isin([*study.regions])
    return participation[here & participation["people"].gt(0)]


def _bars(ax: Axes, people: DataFrame, study: Study, name: Labels) -> None:
    region = people["region"].iloc[0]
    waves = [*study.plan.waves]
    places = [waves.index(wave) for wave in people["wave"]]
    counts = people["people"].astype(float)
    before = people["stayed"].astype(float).fillna(0).clip(upper=counts)
    shade = colour(study, region)
    ax.bar(places, before, color=shade, width=0.7)
    ax.bar(places, counts - before, bottom=before, color=shade, alpha=0.35, width=0.7)
    for place, count in zip(places, counts, strict=True):
        ax.annotate(f"{count:.0f}", (place, count), (0, 2), textcoords="offset points", ha="center")
    ax.set_xticks(
        range(len(waves)), [name.wave(wave).replace(" ", "\n") for wave in waves], fontsize=8
    )
    ax.set_xlim(-0.6, len(waves) - 0.4)
    ax.margins(y=0.12)


def _said(people: DataFrame, name: Labels) -> str:
    counts = zip(people["wave"], people["people"], strict=True)
    values = ", ".join(f"{name.wave(wave)} {count:.0f}" for wave, count in counts)
    return f"{name.region(people['region'].iloc[0])}: {values}"


@in_style
def plot_answers(answers: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw each question's answers as diverging bars, "don't know" apart, n at the right."""
    say, name = words(language), Labels(study, language)
    if answers.empty:
        return blank(say["answers_none"])
    numeric = answers["answer"].astype(str).str.fullmatch(r"-?\d+(\.0+)?")
    levels = sorted({float(answer) for answer in answers.loc[numeric, "answer"]})
    if not 2 <= len(levels) <= MOST_CATEGORIES:
        return blank(say["answers_none"])
    items = [item for item in study.plan.all_items if item in set(answers["item"])]
    regions = [region for region in study.regions if region in set(answers["region"])]
    size = (4.2 + 2.4 * len(regions), 1.2 + 0.24 * len(items))
    canvas, grid = sheet(1, len(regions), size=size, share=True)
    for ax, region in zip(grid.flat, regions, strict=True):
        _diverging(ax, answers.query("region == @region"), items, levels, say)
        ax.set_title(name.region(region))
    labels = [_short(name.item(item), 62) for item in items]
    grid[0, 0].set_yticks(range(len(items)), labels, fontsize=8)
    grid[0, 0].set_ylim(len(items) - 0.4, -1.4)
    keys = [
        Patch(color=shade, label=f"{level:g}")
        for level, shade in zip(levels, _shades(len(levels)), strict=True)
    ]
    keys.append(Patch(facecolor="white", edgecolor=SOFT, hatch="////", label=say["dont_know"]))
    canvas.legend(handles=keys, loc="outside lower left", ncols=len(keys))
    parts = [say["answers_part"].format(region=name.region(r), n=len(items)) for r in regions]
    return Figure(canvas, f"{say['answers_title']}. {several(parts, language)}.")


def _shades(count: int) -> list[str]:
    half = count // 2
    low = [LOW[min(1, place * 2 // max(half, 1))] for place in range(half)]
    high = [HIGH[min(1, place * 2 // max(half, 1))] for place in range(half)]
    return [*low, *([MIDDLE] if count % 2 else []), *high]


def _diverging(
    ax: Axes, answers: DataFrame, items: list[str], levels: list[float], say: Any
) -> None:
    counts = answers.assign(answer=answers["answer"].astype(str).str.removesuffix(".0"))
    wide = counts.pivot_table(index="item", columns="answer", values="people", aggfunc="sum")
    wide = wide.reindex(items).fillna(0)
    table = wide.reindex(columns=[f"{level:g}" for level in levels]).fillna(0).to_numpy(float)
    total = table.sum(axis=1)
    shares = table / np.where(total == 0, 1, total)[:, None]
    half = len(levels) // 2
    middle = shares[:, half] / 2 if len(levels) % 2 else 0
    left = -(shares[:, :half].sum(axis=1) + middle)
    for column, shade in enumerate(_shades(len(levels))):
        ax.barh(range(len(items)), shares[:, column], left=left, color=shade, height=0.8)
        left = left + shares[:, column]
    unknown = wide["dont_know"].to_numpy(float) if "dont_know" in wide else np.zeros(len(items))
    aside = unknown / np.where(total + unknown == 0, 1, total + unknown)
    ax.barh(range(len(items)), aside, left=1.1, color="white", edgecolor=SOFT, hatch="////")
    for row, n in enumerate(total):
        ax.text(1.72, row, f"{n:.0f}", ha="right", va="center", fontsize=8, color=SOFT)
    ax.text(1.72, -0.9, say["n"], ha="right", va="center", fontsize=8, color=SOFT)
    ax.set_xlim(-1, 1.74)
    ax.set_xticks([-1, -0.5, 0, 0.5, 1], ["100%", "50%", "0", "50%", "100%"], fontsize=8)
    ax.axvline(0, color=INK, linewidth=0.8)


@in_style
def plot_reliability(reliability: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw alpha with its interval for every scale, region and wave."""
    say, name = words(language), Labels(study, language)
    shown = known(reliability, "alpha")
    if shown.empty:
        return blank(say["reliability_none"])
    scales = [scale for scale in study.plan.measures if scale in set(shown["scale"])]
    waves = [wave for wave in study.plan.waves if wave in set(shown["wave"])]
    size = (3.4 + 2.3 * len(waves), 1.4 + 0.38 * len(scales))
    canvas, grid = sheet(1, len(waves), size=size, share=True)
    for ax, wave in zip(grid.flat, waves, strict=True):
        _alphas(ax, shown.query("wave == @wave"), scales, study)
        ax.set_title(name.wave(wave))
    grid[0, 0].set_yticks(range(len(scales)), [name.measure(scale) for scale in scales])
    grid[0, 0].set_ylim(len(scales) - 0.5, -0.5)
    keys = region_keys(study, [*dict.fromkeys(shown["region"])], name)
    canvas.legend(handles=keys, loc="outside lower left", ncols=min(5, len(keys)))
    parts = [
        f"{name.measure(scale)} {_span(shown.query('scale == @scale')['alpha'], language)}"
        for scale in scales
    ]
    return Figure(canvas, f"{say['reliability_title']}. {several(parts, language)}.")


def _alphas(ax: Axes, rows: DataFrame, scales: list[str], study: Study) -> None:
    regions = [region for region in ("all", *study.regions) if region in set(rows["region"])]
    for row in rows.to_dict("records"):
        place = scales.index(row["scale"]) + offset(regions.index(row["region"]), len(regions))
        shade = colour(study, row["region"])
        ax.plot([row["low"], row["high"]], [place, place], color=shade, linewidth=1.2)
        ax.plot(row["alpha"], place, marker(study, row["region"]), color=shade, markersize=4)
    for place in range(len(scales) - 1):
        ax.axhline(place + 0.5, color=LINE, linewidth=0.6)
    ax.set_xlim(min(0.3, float(rows["low"].min(skipna=True)) - 0.02), 1)


def offset(place: int, count: int) -> float:
    """Spread the marks of several regions around one line."""
    return (place - (count - 1) / 2) * min(0.24, 0.8 / max(count, 1))


def region_keys(study: Study, regions: list[str], name: Labels) -> list[Line2D]:
    """Return one legend entry per region, in the regions' own order."""
    ordered = [region for region in (*study.regions, "all") if region in regions]
    return [
        Line2D(
            [],
            [],
            color=colour(study, region),
            marker=marker(study, region),
            markersize=5,
            label=name.region(region),
        )
        for region in ordered
    ]


def _span(values: Any, language: str) -> str:
    low, high = number(min(values), language), number(max(values), language)
    return low if low == high else f"{low}–{high}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
