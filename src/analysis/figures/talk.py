"""Figures of conversations: themes, helping talk, scores beside talk, published patterns."""

from collections.abc import Mapping

import seaborn as sns
from matplotlib.axes import Axes
from pandas import DataFrame

from analysis.figures.canvas import (
    COLOURS,
    INK,
    LINE,
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
from analysis.figures.change import lines
from analysis.figures.people import region_keys
from analysis.study import Study
from analysis.study.labels import Labels

VERDICTS = {
    "confirmed": ("#cfe6f2", "✓"),
    "contradicted": ("#f7d3c0", "✗"),
    "indecisive": ("#eceff2", "?"),
    "not_testable": ("#ffffff", "–"),
}


@in_style
def plot_themes(themes: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw in how many of the conversations each code (of a lens too) came up."""
    say, name = words(language), Labels(study, language)
    shown = known(themes, "wave")
    shown = shown[shown["wave"].isin([*study.plan.waves])] if len(shown) else shown
    if shown.empty or not shown["state"].eq("counted").any():
        unlinked = len(shown) and shown["state"].eq("no_link").any()
        return blank(say["lens_nothing" if unlinked else "themes_none"])
    codes = [*dict.fromkeys(shown["code"])]
    regions = [region for region in study.regions if region in set(shown["region"])]
    size = (4.4 + 2.1 * len(regions), 1.2 + 0.3 * len(codes))
    canvas, grid = sheet(1, len(regions), size=size, share=True)
    for ax, region in zip(grid.flat, regions, strict=True):
        _heat(ax, shown.query("region == @region"), codes, study, language)
        ax.set_title(name.region(region))
    weak = _tentative(shown)
    labels = [_short(name.code(code)) + say["weak_mark"] * (code in weak) for code in codes]
    grid[0, 0].set_yticks([place + 0.5 for place in range(len(codes))], labels, rotation=0)
    parts = [
        f"{name.code(code)}, {name.region(region)}: "
        + ", ".join(_cells(shown.query("code == @code and region == @region"), study, say))
        for code in codes
        for region in regions
    ]
    return Figure(canvas, f"{say['themes_title']}. {several(parts, language)}.")


def _tentative(themes: DataFrame) -> set[str]:
    """Find the codes on which coders agree too little, where that is known."""
    if "agreement" not in themes:
        return set()
    return set(themes.loc[themes["agreement"] == "tentative", "code"])


def _heat(ax: Axes, themes: DataFrame, codes: list[str], study: Study, language: str) -> None:
    say, name = words(language), Labels(study, language)
    waves = [*study.plan.waves]
    told = themes.assign(
        share=themes["documents"].astype(float) / themes["asked"].astype(float),
        cell=[_cell(row, say) for row in themes.to_dict("records")],
    )
    share = told.pivot_table("share", "code", "wave", dropna=False).reindex(codes, columns=waves)
    cells = told.pivot_table("cell", "code", "wave", aggfunc="first").reindex(codes, columns=waves)
    drawn = {"vmin": 0, "vmax": 1.15, "cbar": False, "linewidths": 1.5, "fmt": ""}
    annotated = cells.fillna("").to_numpy(str)
    sns.heatmap(share.astype(float), ax=ax, annot=annotated, cmap="crest", **drawn)
    for text in ax.texts:
        text.set_fontsize(8)
    for text, value in zip(
        ax.texts, [v for v in share.to_numpy(float).flat if v == v], strict=False
    ):
        text.set_color("white" if value > 0.5 else INK)
    ax.set(xlabel="", ylabel="")
    ax.set_xticklabels([name.wave(wave) for wave in waves], fontsize=8, rotation=30, ha="right")


def _cell(row: dict[str, object], say: Mapping[str, str]) -> str:
    if row["state"] != "counted":
        return say.get(str(row["state"]), "")
    return f"{row['documents']:.0f}/{row['asked']:.0f}"


def _cells(themes: DataFrame, study: Study, say: Mapping[str, str]) -> list[str]:
    rows = {row["wave"]: row for row in themes.to_dict("records")}
    return [_cell(rows[wave], say) for wave in study.plan.waves if wave in rows]


@in_style
def plot_talk(talk: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw the share of talk that helps per level and wave, one line per region."""
    say, name = words(language), Labels(study, language)
    shown = known(talk, "estimate")
    shown = shown[shown["end"].isna() | shown["end"].eq("")] if len(shown) else shown
    if shown.empty:
        return blank(say["talk_none"])
    levels = [level for level in study.plan.levels if level in set(shown["level"])]
    canvas, grid = sheet(1, len(levels), size=(1.6 + 2.9 * len(levels), 3.5), share=True)
    for ax, level in zip(grid.flat, levels, strict=True):
        lines(ax, shown.query("level == @level"), study, name)
        ax.set_title(name.level(level))
        ax.set_ylim(-0.02, 1.02)
    grid[0, 0].set_ylabel(say["helping"])
    keys = region_keys(study, [*dict.fromkeys(shown["region"])], name)
    canvas.legend(handles=keys, loc="outside lower left", ncols=min(5, len(keys)))
    parts = [
        f"{name.level(row['level'])}, {name.region(row['region'])}, {name.wave(row['start'])}: "
        f"{number(row['estimate'], language)}"
        for row in shown.to_dict("records")
    ]
    return Figure(canvas, f"{say['talk_title']}. {several(parts, language, most=30)}.")


@in_style
def plot_joint(
    joint: DataFrame,
    study: Study,
    *,
    changes: DataFrame,
    talk: DataFrame,
    language: str = "en",
) -> Figure:
    """Draw the change in scores beside the change in talk, one row per region and level."""
    say, name = words(language), Labels(study, language)
    if joint.empty:
        return blank(say["joint_none"])
    rows = joint.to_dict("records")
    canvas, grid = sheet(1, 2, size=(10, 1.2 + 0.36 * len(rows)))
    titles = [*zip(("change_id", "talk_id"), ("in_scores", "in_talk"), strict=True)]
    sides = zip(grid.flat, (changes, talk), titles, strict=True)
    for ax, evidence, (key, title) in sides:
        estimates = evidence.set_index("evidence_id").to_dict("index")
        for place, row in enumerate(rows):
            _interval(ax, estimates.get(row[key]), place, study)
        ax.axvline(0, color=INK, linewidth=0.9)
        ax.set_title(say[title], fontsize=10)
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.set_yticks([])
    labels = [f"{name.level(row['level'])} · {name.region(row['region'])}" for row in rows]
    grid[0, 0].set_yticks(range(len(rows)), labels, fontsize=9)
    for place, row in enumerate(rows):
        strong = "bold" if row["label"] == "divergent" else "normal"
        where = grid[0, 1].get_yaxis_transform()
        text = say[row["label"]]
        grid[0, 1].text(1.03, place, text, transform=where, va="center", weight=strong)
    parts = [f"{label}: {say[row['label']]}" for label, row in zip(labels, rows, strict=True)]
    return Figure(canvas, f"{say['joint_title']}. {several(parts, language)}.")


def _interval(ax: Axes, row: dict[str, float] | None, place: int, study: Study) -> None:
    if row is None or row["estimate"] != row["estimate"]:
        ax.text(0, place, "–", ha="center", va="center")
        return
    region = str(row["region"])
    shade = colour(study, region)
    ax.plot([row["low"], row["high"]], [place, place], color=shade, linewidth=1.4)
    ax.plot(row["estimate"], place, marker(study, region), color=shade, markersize=5)


@in_style
def plot_expectations(expectations: DataFrame, study: Study, *, language: str = "en") -> Figure:
    """Draw the verdict on every published pattern, on the claims and on the data."""
    say, name = words(language), _patterns(study, language)
    if expectations.empty:
        return blank(say["expectations_none"])
    patterns = [*dict.fromkeys(expectations["expectation"])]
    verdicts = {
        (row["expectation"], row["source"]): row["verdict"]
        for row in expectations.to_dict("records")
    }
    sources = [source for source in ("claims", "data") if source in set(expectations["source"])]
    canvas, grid = sheet(size=(4.6 + 1.7 * len(sources), 0.8 + 0.3 * len(patterns)))
    ax = grid[0, 0]
    for row, pattern in enumerate(patterns):
        for column, source in enumerate(sources):
            _verdict(ax, column, row, verdicts.get((pattern, source), "not_testable"), say)
    ax.set(xlim=(-0.5, len(sources) - 0.5), ylim=(len(patterns) - 0.5, -0.5))
    ax.set_xticks(range(len(sources)), [say[source] for source in sources])
    ax.xaxis.tick_top()
    labels = [f"{_short(name.get(pattern, ''))}  {pattern}".strip() for pattern in patterns]
    ax.set_yticks(range(len(patterns)), labels, fontsize=9)
    ax.spines[:].set_visible(False)
    parts = [
        f"{pattern} " + ", ".join(say[verdicts.get((pattern, s), "not_testable")] for s in sources)
        for pattern in patterns
    ]
    return Figure(canvas, f"{say['expectations_title']}. {several(parts, language, most=40)}.")


def _verdict(ax: Axes, column: int, row: int, verdict: str, say: Mapping[str, str]) -> None:
    shade, sign = VERDICTS.get(verdict, VERDICTS["not_testable"])
    ax.barh(row, 0.96, left=column - 0.48, height=0.88, color=shade, edgecolor=LINE)
    ink = COLOURS[1] if verdict == "contradicted" else INK
    ax.text(column, row, f"{sign} {say[verdict]}", ha="center", va="center", fontsize=8, color=ink)


def _patterns(study: Study, language: str) -> Mapping[str, str]:
    patterns = study.expectations
    return dict(zip(patterns["exp_id"], patterns[f"label_{language}"], strict=True))


def _short(text: str, most: int = 48) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
