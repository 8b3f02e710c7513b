"""A figure of one change told by many methods."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from pandas import DataFrame

from analysis.findings import Table
from analysis.plan.study.labels import in_plan_order
from analysis.tell.figures import paper
from analysis.tell.figures.canvas import Figure, Pen, drawn, known

PRIMARY = "primary"
WORDED: dict[str, Any] = {
    **{"ha": "center", "va": "center", "fontsize": 7.5, "color": paper.INK},
    "bbox": {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8},
}
HOLDING = {"yes": "does_hold", "no": "does_not_hold"}


@drawn("robust_none")
def plot_robustness(robustness: DataFrame, pen: Pen, *, changes: Table) -> Figure | None:
    """Draw every planned change by every method; the band is the interval of the primary model.

    A filled mark agrees with the primary result, an open one changes the conclusion, a grey one is
    not counted. A method on another scale, and one that could not be computed, is told in words.
    """
    told = known(changes.rows, "estimate")
    if known(robustness, "estimate").empty or told.empty:
        return None
    methods, parts = [PRIMARY, *dict.fromkeys(robustness["method"])], []
    size = (2.3, 0.6 + 0.2 * len(methods))
    page = paper.sheet(len(told), most=3, margin=(3.2, 1.1), size=size, share=True)
    rows = in_plan_order(told, pen.study).to_dict("records")
    for ax, change in zip(page.axes, rows, strict=True):
        prefix = f"robust/{change['region']}/{change['scale']}.".lower()
        own = robustness[robustness["evidence_id"].str.startswith(prefix)]
        _panel(ax, change, own, methods, pen)
        title = f"{pen.name.measure(change['scale'])} · {pen.name.region(change['region'])}"
        holding = pen.say[HOLDING.get(str(change["holds"]), "not_judged")]
        ax.set_title(title, fontsize=9, pad=16)
        ax.text(0, 1.03, holding, transform=ax.transAxes, fontsize=8.5, color=paper.SOFT)
        parts.append(f"{title}, {holding}: {_span(own, pen)}")
    for ax in page.left:
        paper.in_rows(ax, [pen.say[f"method_{method}"] for method in methods], fontsize=8.5)
    mark: dict[str, Any] = {"color": paper.INK, "marker": "o", "linestyle": ""}
    faces = {"same_conclusion": paper.INK, "other_conclusion": "white", "not_counted": paper.LINE}
    keys = [Line2D([], [], mfc=face, label=pen.say[label], **mark) for label, face in faces.items()]
    page.legend(keys, ncols=3)
    return pen.figure(page, pen.say["robust_title"], parts)


def _panel(ax: Axes, change: paper.Row, own: DataFrame, methods: list[str], pen: Pen) -> None:
    shade, line = pen.colour(change["region"]), {"color": paper.SOFT, "linewidth": 1.1}
    ax.axvspan(change["low"], change["high"], color=shade, alpha=0.15, linewidth=0)
    ax.axvline(change["estimate"], color=shade, linewidth=1)
    ax.axvline(0, color=paper.INK, linewidth=0.9)
    for row in [{**change, "method": PRIMARY}, *own.to_dict("records")]:
        place = methods.index(row["method"])
        if row["estimate"] != row["estimate"] or not row.get("same_scale", True):
            at = ax.get_yaxis_transform()
            ax.text(0.5, place, _worded(row, pen), transform=at, **WORDED)
            continue
        face = {"yes": "white", "not counted": paper.LINE}.get(row.get("changes_conclusion"), shade)
        look = {"color": shade, "marker": "o", "markerfacecolor": face, "markersize": 4.5}
        paper.draw_interval(ax, place, row, look, line=line)
    ax.tick_params(axis="x", labelsize=8)
    ax.xaxis.set_major_locator(MaxNLocator(4, prune="upper"))
    pen.speak_numbers(ax.xaxis)
    ax.grid(axis="x", color=paper.LINE, linewidth=0.5)


def _worded(row: paper.Row, pen: Pen) -> str:
    """Tell a method whose estimate cannot stand on this axis."""
    if row["estimate"] != row["estimate"]:
        return pen.say["not_computable"]
    found = "other_conclusion" if row["changes_conclusion"] == "yes" else "same_conclusion"
    estimate = pen.number(row["estimate"], signed=True)
    return f"{estimate} {pen.say['in_logits']}: {pen.say[found]}"


def _span(own: DataFrame, pen: Pen) -> str:
    shown = own[own["same_scale"].astype(bool)]["estimate"]
    return " … ".join(pen.number(value, signed=True) for value in (shown.min(), shown.max()))
