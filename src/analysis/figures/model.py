"""The figure of what stands behind the numbers: the variances of each model."""

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from pandas import DataFrame

from analysis.figures.canvas import (
    INK,
    Figure,
    blank,
    in_style,
    known,
    number,
    several,
    sheet,
    words,
)
from analysis.study import Study
from analysis.study.labels import Labels, in_plan_order

# From dark to light, so that the order is clear in grey too.
PARTS = {
    "var_site": INK,
    "var_site_wave": "#5b7083",
    "var_participant": "#a9bccd",
    "var_residual": "#e3e8ed",
}
TOLD = 0.06


@in_style
def plot_variances(fits: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw how the differences between scores divide over sites, waves, people and the rest.

    At the right stands what each model was fitted to, and whether the fit passed its checks.
    """
    say, name = words(language), Labels(study, language)
    shown = known(fits, "var_total")
    if shown.empty:
        return blank(say["variances_none"])
    shown = in_plan_order(shown, study)
    rows = shown.to_dict("records")
    canvas, grid = sheet(size=(9.4, 1.4 + 0.36 * len(rows)))
    ax = grid[0, 0]
    parts = []
    for place, row in enumerate(rows):
        shares = {
            part: row[part] / row["var_total"] for part in PARTS if row.get(part) == row.get(part)
        }
        _bar(ax, place, shares, language)
        checked = say["sound"] if str(row["sound"]) == "True" else say["not_sound"]
        beside = say["fitted_to"].format(**{key: row[key] for key in ("n_people", "n_sites")})
        ax.text(1.02, place, f"{checked}   {beside}", va="center", fontsize=8)
        told = [f"{say[part]} {_percent(share, language)}" for part, share in shares.items()]
        parts.append(f"{name.measure(row['scale'])}: {', '.join(told)}; {checked}")
    ax.set_yticks(range(len(rows)), [name.measure(row["scale"]) for row in rows], fontsize=9)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"], fontsize=8.5)
    held = [part for part in PARTS if part in shown and shown[part].notna().any()]
    keys = [Patch(color=PARTS[part], label=say[part]) for part in held]
    canvas.legend(handles=keys, loc="outside lower left", ncols=len(keys), fontsize=9)
    return Figure(canvas, f"{say['variances_title']}. {several(parts, language)}.")


def _bar(ax: Axes, place: int, shares: dict[str, float], language: str) -> None:
    left = 0.0
    for part, share in shares.items():
        ax.barh(place, share, left=left, height=0.66, color=PARTS[part])
        if share >= TOLD:
            dark = part in ("var_site", "var_site_wave")
            look = {
                "ha": "center",
                "va": "center",
                "fontsize": 8,
                "color": "white" if dark else INK,
            }
            ax.text(left + share / 2, place, _percent(share, language), **look)  # type: ignore[arg-type]
        left += share


def _percent(share: float, language: str) -> str:
    return f"{number(100 * share, language, places=0)}%"
