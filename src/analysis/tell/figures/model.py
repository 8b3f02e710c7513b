"""The figure of what stands behind the numbers: the variances of each model."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from pandas import DataFrame

from analysis.plan.study.labels import in_plan_order
from analysis.tell.figures import paper
from analysis.tell.figures.canvas import Figure, Pen, drawn

# From dark to light, so that the order is clear in grey too.
PARTS = {
    "var_site": paper.INK,
    "var_site_wave": "#5b7083",
    "var_participant": "#a9bccd",
    "var_residual": "#e3e8ed",
}
DARK = ("var_site", "var_site_wave")
TOLD = 0.06


@drawn("variances_none", "var_total")
def plot_variances(fits: DataFrame, pen: Pen) -> Figure:
    """Draw how the differences between scores divide over sites, waves, people and the rest.

    At the right stands what each model was fitted to, and whether the fit passed its checks.
    """
    say, parts = pen.say, []
    rows = in_plan_order(fits, pen.study).to_dict("records")
    page = paper.sheet(size=(9.4, 1.4 + 0.36 * len(rows)))
    for place, row in enumerate(rows):
        held = [part for part in PARTS if row.get(part) == row.get(part)]
        shares = {part: row[part] / row["var_total"] for part in held}
        _bar(page.ax, place, shares, pen)
        checked = say["sound"] if str(row["sound"]) == "True" else say["not_sound"]
        beside = say["fitted_to"].format(**{key: row[key] for key in ("n_people", "n_sites")})
        page.ax.text(1.02, place, f"{checked}   {beside}", va="center", fontsize=8)
        told = [f"{say[part]} {_percent(share, pen)}" for part, share in shares.items()]
        parts.append(f"{_model(row, pen)}: {', '.join(told)}; {checked}")
    paper.in_rows(page.ax, [_model(row, pen) for row in rows])
    page.ax.set_xlim(0, 1)
    page.ax.set_xticks(*paper.QUARTERS, fontsize=8.5)
    held = [part for part in PARTS if part in fits and fits[part].notna().any()]
    page.legend([Patch(color=PARTS[part], label=say[part]) for part in held], ncols=len(held))
    return pen.figure(page, say["variances_title"], parts)


def _model(row: paper.Row, pen: Pen) -> str:
    return f"{pen.name.measure(row['scale'])}, {pen.name.region(row['region'])}"


def _bar(ax: Axes, place: int, shares: dict[str, float], pen: Pen) -> None:
    left, look = 0.0, dict[str, Any](ha="center", va="center", fontsize=8)
    for part, share in shares.items():
        ax.barh(place, share, left=left, height=0.66, color=PARTS[part])
        if share >= TOLD:
            ink = "white" if part in DARK else paper.INK
            ax.text(left + share / 2, place, _percent(share, pen), color=ink, **look)
        left += share


def _percent(share: float, pen: Pen) -> str:
    return f"{pen.number(100 * share, places=0)}%"
