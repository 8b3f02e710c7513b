"""Figures of people: who took part, and whether the coders among them agree."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from pandas import DataFrame

from analysis.figures.canvas import (
    INK,
    Figure,
    blank,
    colour,
    in_style,
    known,
    marker,
    several,
    sheet,
    words,
)
from analysis.study import Study
from analysis.study.labels import Labels


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
    wide = max(2.4, 0.95 * len(study.plan.waves))
    canvas, grid = sheet(rows, columns, size=(0.9 + wide * columns, 0.7 + 2.3 * rows), share=True)
    for ax, region in zip(grid.flat, regions, strict=False):
        _bars(ax, people.query("region == @region"), study, name)
        ax.set_ylim(0, 1.15 * float(people["people"].max()))
        ax.set_title(name.region(region))
    for ax in list(grid.flat)[len(regions) :]:
        ax.set_visible(False)
    for ax in grid[:, 0]:
        ax.set_ylabel(say["people"])
    keys = [Patch(color=INK, label=say["seen_before"])]
    keys.append(Patch(color=INK, alpha=0.35, label=say["new_here"]))
    canvas.legend(handles=keys, loc="outside lower left", ncols=2, fontsize=9)
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
        range(len(waves)), [name.wave(wave).replace(" ", "\n") for wave in waves], fontsize=8.5
    )
    ax.set_xlim(-0.6, len(waves) - 0.4)


def _said(people: DataFrame, name: Labels) -> str:
    counts = zip(people["wave"], people["people"], strict=True)
    values = ", ".join(f"{name.wave(wave)} {count:.0f}" for wave, count in counts)
    return f"{name.region(people['region'].iloc[0])}: {values}"


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
