"""Figures of conversations: themes, helping talk, scores beside talk, published patterns."""

from typing import Any

import seaborn as sns
from matplotlib.axes import Axes
from pandas import DataFrame

from analysis.findings import Table
from analysis.tell.figures import paper
from analysis.tell.figures.canvas import Figure, Pen, drawn
from analysis.tell.figures.change import draw_lines

VERDICTS = {
    "confirmed": ("#cfe6f2", "✓"),
    "contradicted": ("#f7d3c0", "✗"),
    "indecisive": ("#eceff2", "?"),
    "not_testable": ("#ffffff", "–"),
}
MOST_LETTERS = 48


@drawn("themes_none", "wave")
def plot_themes(themes: DataFrame, pen: Pen) -> Figure | None:
    """Draw in how many of the conversations each code (of a lens too) came up."""
    shown = themes[themes["wave"].isin([*pen.study.plan.waves])]
    if not shown["state"].eq("counted").any():
        unlinked = shown["state"].eq("no_link").any()
        return pen.blank(pen.say["lens_nothing"]) if unlinked else None
    name, codes, regions = pen.name, [*dict.fromkeys(shown["code"])], pen.regions(shown)
    size = (2.1, 1.2 + 0.3 * len(codes))
    page = paper.sheet(len(regions), margin=(4.4, 0), size=size, share=True)
    for ax, region in zip(page.axes, regions, strict=True):
        _heat(ax, shown.query("region == @region"), codes, pen)
        ax.set_title(name.region(region))
    weak = _tentative(shown)
    marks = {True: pen.say["weak_mark"], False: ""}
    labels = [paper.shorten(name.code(code), MOST_LETTERS) + marks[code in weak] for code in codes]
    page.ax.set_yticks([place + 0.5 for place in range(len(codes))], labels, rotation=0)
    parts = [
        f"{name.code(code)}, {name.region(region)}: "
        + ", ".join(_cells(shown.query("code == @code and region == @region"), pen))
        for code in codes
        for region in regions
    ]
    return pen.figure(page, pen.say["themes_title"], parts)


def _tentative(themes: DataFrame) -> set[str]:
    """Find the codes on which coders agree too little, where that is known."""
    if "agreement" not in themes:
        return set()
    return set(themes.loc[themes["agreement"] == "tentative", "code"])


def _heat(ax: Axes, themes: DataFrame, codes: list[str], pen: Pen) -> None:
    waves = [*pen.study.plan.waves]
    told = themes.assign(
        share=themes["documents"].astype(float) / themes["asked"].astype(float),
        cell=[_cell_text(row, pen) for row in themes.to_dict("records")],
    )
    share = told.pivot_table("share", "code", "wave", dropna=False).reindex(codes, columns=waves)
    cells = told.pivot_table("cell", "code", "wave", aggfunc="first").reindex(codes, columns=waves)
    look: dict[str, Any] = {"vmin": 0, "vmax": 1.15, "cbar": False, "linewidths": 1.5, "fmt": ""}
    annotated = cells.fillna("").to_numpy(str)
    sns.heatmap(share.astype(float), ax=ax, annot=annotated, cmap="crest", **look)
    counted = [value for value in share.to_numpy(float).flat if value == value]
    for place, text in enumerate(ax.texts):
        text.set_fontsize(8)
        if place < len(counted):
            text.set_color("white" if counted[place] > 0.5 else paper.INK)
    ax.set(xlabel="", ylabel="")
    names = [pen.name.wave(wave) for wave in waves]
    ax.set_xticklabels(names, fontsize=8, rotation=30, ha="right")


def _cell_text(row: paper.Row, pen: Pen) -> str:
    if row["state"] != "counted":
        return pen.say.get(str(row["state"]), "")
    return f"{row['documents']:.0f}/{row['asked']:.0f}"


def _cells(themes: DataFrame, pen: Pen) -> list[str]:
    rows = {row["wave"]: row for row in themes.to_dict("records")}
    return [_cell_text(rows[wave], pen) for wave in pen.study.plan.waves if wave in rows]


@drawn("talk_none", "estimate")
def plot_talk(talk: DataFrame, pen: Pen) -> Figure | None:
    """Draw the share of talk that helps per level and wave, one line per region."""
    shown = talk[talk["end"].isna() | talk["end"].eq("")]
    if shown.empty:
        return None
    name, levels = pen.name, paper.present(pen.study.plan.levels, shown["level"])
    page = paper.sheet(len(levels), margin=(1.6, 0), size=(2.9, 3.5), share=True)
    for ax, level in zip(page.axes, levels, strict=True):
        draw_lines(ax, shown.query("level == @level"), pen)
        ax.set_title(name.level(level))
        ax.set_ylim(-0.02, 1.02)
    page.ax.set_ylabel(pen.say["helping"])
    keys = pen.keys(shown["region"])
    page.legend(keys, ncols=min(5, len(keys)), fontsize=10)
    parts = [
        f"{name.level(row['level'])}, {name.region(row['region'])}, {name.wave(row['start'])}: "
        f"{pen.number(row['estimate'])}"
        for row in shown.to_dict("records")
    ]
    return pen.figure(page, pen.say["talk_title"], parts, most=30)


@drawn("joint_none")
def plot_joint(joint: DataFrame, pen: Pen, *, changes: Table, talk: Table) -> Figure:
    """Draw the change in scores beside the change in talk, one row per region and level."""
    say, rows = pen.say, joint.to_dict("records")
    page = paper.sheet(2, margin=(0, 0), size=(5, 1.2 + 0.36 * len(rows)))
    titles = [("change_id", "in_scores"), ("talk_id", "in_talk")]
    for ax, evidence, (key, title) in zip(page.axes, (changes, talk), titles, strict=True):
        estimates = evidence.rows.set_index("evidence_id").to_dict("index")
        for place, row in enumerate(rows):
            _interval(ax, estimates.get(row[key]), place, pen)
        ax.axvline(0, color=paper.INK, linewidth=0.9)
        ax.set_title(say[title], fontsize=10)
        paper.in_rows(ax, [""] * len(rows))
        ax.set_yticks([])
    names = [f"{pen.name.level(row['level'])} · {pen.name.region(row['region'])}" for row in rows]
    paper.in_rows(page.ax, names)
    for place, row in enumerate(rows):
        strong = "bold" if row["label"] == "divergent" else "normal"
        at = page.axes[1].get_yaxis_transform()
        page.axes[1].text(1.03, place, say[row["label"]], transform=at, va="center", weight=strong)
    parts = [f"{one}: {say[row['label']]}" for one, row in zip(names, rows, strict=True)]
    return pen.figure(page, say["joint_title"], parts)


def _interval(ax: Axes, row: paper.Row | None, place: int, pen: Pen) -> None:
    if row is None or row["estimate"] != row["estimate"]:
        ax.text(0, place, "–", ha="center", va="center")
    else:
        paper.draw_interval(ax, place, row, pen.look(str(row["region"])))


@drawn("expectations_none")
def plot_expectations(expectations: DataFrame, pen: Pen) -> Figure:
    """Draw the verdict on every published pattern, on the claims and on the data."""
    say, patterns = pen.say, [*dict.fromkeys(expectations["expectation"])]
    keys = zip(expectations["expectation"], expectations["source"], strict=True)
    verdicts = dict(zip(keys, expectations["verdict"], strict=True))
    sources = paper.present(("claims", "data"), expectations["source"])
    page = paper.sheet(size=(4.6 + 1.7 * len(sources), 0.8 + 0.3 * len(patterns)))
    parts = []
    for row, pattern in enumerate(patterns):
        found = [verdicts.get((pattern, source), "not_testable") for source in sources]
        for column, verdict in enumerate(found):
            _verdict(page.ax, column, row, verdict, pen)
        parts.append(f"{pattern} " + ", ".join(say[verdict] for verdict in found))
    known = pen.study.expectations
    labels = dict(zip(known["exp_id"], known[f"label_{pen.language}"], strict=True))
    named = [paper.shorten(labels.get(pattern, ""), MOST_LETTERS) for pattern in patterns]
    told = zip(named, patterns, strict=True)
    paper.in_rows(page.ax, [f"{label}  {pattern}".strip() for label, pattern in told])
    page.ax.set_xlim(-0.5, len(sources) - 0.5)
    page.ax.set_xticks(range(len(sources)), [say[source] for source in sources])
    page.ax.xaxis.tick_top()
    page.ax.spines[:].set_visible(False)
    return pen.figure(page, say["expectations_title"], parts, most=40)


def _verdict(ax: Axes, column: int, row: int, verdict: str, pen: Pen) -> None:
    shade, sign = VERDICTS.get(verdict, VERDICTS["not_testable"])
    ax.barh(row, 0.96, left=column - 0.48, height=0.88, color=shade, edgecolor=paper.LINE)
    ink, told = (
        paper.COLOURS[1] if verdict == "contradicted" else paper.INK,
        f"{sign} {pen.say[verdict]}",
    )
    ax.text(column, row, told, ha="center", va="center", fontsize=8, color=ink)
