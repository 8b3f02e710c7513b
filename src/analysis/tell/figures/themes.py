"""A figure of themes over time: helping and hindering apart, ordered by how much they moved."""

from matplotlib.lines import Line2D
from pandas import DataFrame

from analysis.tell.figures import paper
from analysis.tell.figures.canvas import Figure, Pen, drawn

STANCES = {"helps": ("#00875f", "o"), "hinders": ("#a8431f", "s")}
MOST_LETTERS = 44


@drawn("theme_changes_none", "change")
def plot_theme_changes(changes: DataFrame, pen: Pen) -> Figure | None:
    """Draw the change in passages per conversation of each theme, one panel per region."""
    shown = changes[changes["stance"].isin([*STANCES])]
    shown = shown.sort_values("change", ascending=False, kind="stable")
    regions = pen.regions(shown)
    if not regions:
        return None
    tallest = int(shown["region"].value_counts().max())
    size = (9.6, 0.7 + 0.27 * tallest)
    page = paper.sheet(len(regions), most=1, margin=(0, 0.5), size=size)
    parts = []
    for ax, region in zip(page.axes, regions, strict=True):
        rows = shown[shown["region"] == region].to_dict("records")
        for place, row in enumerate(rows):
            colour, marker = STANCES[row["stance"]]
            face = colour if row["direction"] != "unknown" else "white"
            look = {"color": colour, "marker": marker, "markerfacecolor": face}
            paper.draw_interval(ax, place, row, look, keys=("change", "low", "high"))
            at = ax.get_yaxis_transform()
            ax.text(1.01, place, _route(row, pen), transform=at, va="center", fontsize=8)
        ax.axvline(0, color=paper.INK, linewidth=0.9)
        paper.in_rows(ax, [_label(row, pen, MOST_LETTERS) for row in rows], fontsize=8.5)
        ax.set_title(pen.name.region(region))
        pen.speak_numbers(ax.xaxis)
        names = [f"{_label(row, pen)}: {_route(row, pen)}" for row in rows]
        parts.append(f"{pen.name.region(region)}: {', '.join(names)}")
    page.axes[-1].set_xlabel(pen.say["theme_changes_axis"])
    page.legend([_key(stance, pen) for stance in STANCES])
    return pen.figure(page, pen.say["theme_changes_title"], parts)


def _label(row: paper.Row, pen: Pen, most: int = 200) -> str:
    return f"{paper.shorten(pen.name.code(row['code']), most)} · {pen.say[row['stance']]}"


def _route(row: paper.Row, pen: Pen) -> str:
    """Write both ends: passages per conversation, and the conversations it came up in."""
    said = pen.say["theme_changes_route"]
    ends = [pen.number(row[f"passages_{end}"], places=1) for end in ("start", "end")]
    held = [f"{row[f'documents_{end}']:.0f}/{row[f'asked_{end}']:.0f}" for end in ("start", "end")]
    return said.format(start=ends[0], end=ends[1], first=held[0], last=held[1])


def _key(stance: str, pen: Pen) -> Line2D:
    colour, marker = STANCES[stance]
    return Line2D([], [], color=colour, marker=marker, markersize=5, label=pen.say[stance])
