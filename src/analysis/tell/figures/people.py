"""The figure of who took part."""

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from pandas import DataFrame

from analysis.tell.figures.canvas import Figure, Pen, drawn
from analysis.tell.figures.paper import INK, sheet


@drawn("participation_none", "people")
def plot_participation(participation: DataFrame, pen: Pen) -> Figure | None:
    """Draw how many people answered per region and wave, and how many had answered before."""
    waves = [*pen.study.plan.waves]
    here = participation["wave"].isin(waves) & participation["region"].isin([*pen.study.regions])
    people = participation[here & participation["people"].gt(0)]
    if people.empty:
        return None
    regions = pen.regions(people)
    each = (max(2.4, 0.95 * len(waves)), 2.3)
    page = sheet(len(regions), most=4, margin=(0.9, 0.7), size=each, share=True)
    for ax, region in zip(page.axes, regions, strict=True):
        _bars(ax, people.query("region == @region"), waves, pen)
        ax.set_ylim(0, 1.15 * float(people["people"].max()))
        ax.set_title(pen.name.region(region))
    for ax in page.left:
        ax.set_ylabel(pen.say["people"])
    keys = [Patch(color=INK, label=pen.say["seen_before"])]
    page.legend(
        [*keys, Patch(color=INK, alpha=0.35, label=pen.say["new_here"])], ncols=min(2, len(regions))
    )
    parts = [_alt_of_people(people.query("region == @region"), pen) for region in regions]
    return pen.figure(page, pen.say["participation_title"], parts)


def _bars(ax: Axes, people: DataFrame, waves: list[str], pen: Pen) -> None:
    places = [waves.index(wave) for wave in people["wave"]]
    counts = people["people"].astype(float)
    before = people["stayed"].astype(float).fillna(0).clip(upper=counts)
    shade = pen.colour(people["region"].iloc[0])
    ax.bar(places, before, color=shade, width=0.7)
    ax.bar(places, counts - before, bottom=before, color=shade, alpha=0.35, width=0.7)
    for place, count in zip(places, counts, strict=True):
        ax.annotate(f"{count:.0f}", (place, count), (0, 2), textcoords="offset points", ha="center")
    labels = [pen.name.wave(wave).replace(" ", "\n") for wave in waves]
    ax.set_xticks(range(len(waves)), labels, fontsize=8.5)
    ax.set_xlim(-0.6, len(waves) - 0.4)


def _alt_of_people(people: DataFrame, pen: Pen) -> str:
    counts = zip(people["wave"], people["people"], strict=True)
    values = ", ".join(f"{pen.name.wave(wave)} {count:.0f}" for wave, count in counts)
    return f"{pen.name.region(people['region'].iloc[0])}: {values}"
