"""Tables from findings: plain headings, names for ids, rounded for reading, evidence kept."""

from collections.abc import Mapping
from numbers import Integral
from typing import Any

import pandas as pd
from pandas import DataFrame

from analysis import printed
from analysis.study import Study
from analysis.study.labels import Labels, in_plan_order
from analysis.tables import coding
from analysis.tables.foremost import latest, lowest, most_heard, most_named
from analysis.tables.joint import joint_by_region, joint_by_theme
from analysis.tables.reading import ReadingTable
from analysis.tables.reporting import appendices, checklist
from analysis.tables.shared import evidence_of_region
from analysis.tables.wide import beside, count_cells, flagged, fullest, show_passages, through

__all__ = [
    "ReadingTable",
    "appendices",
    "beside",
    "checklist",
    "count_cells",
    "evidence_of_region",
    "flagged",
    "fullest",
    "joint_by_region",
    "joint_by_theme",
    "latest",
    "lowest",
    "most_heard",
    "most_named",
    "show",
    "show_passages",
    "through",
]
# What a reader needs of each kind of row, in order; the stored table holds the rest.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "participation": (
        *("region", "wave", "invited", "people", "response", "stayed", "joined", "left"),
        *("unlinked", "all_waves", "documents"),
    ),
    "exclusion": ("region", "wave", "reason", "rows"),
    "pattern": ("region", "pattern", "kind", "people"),
    "attrition": ("region", "role", "start", "end", "n", "n_left", "estimate", "interval", "note"),
    "leaving": (
        *("term", "level", "reference", "n", "n_left", "odds_ratio", "interval", "p", "p_adjusted"),
        *("note",),
    ),
    "analysed": (
        *("scale", "region", "people", "rows", "people_in_model", "rows_in_model"),
        *("rows_nothing_answered", "rows_too_little_answered", "pairs", "only_start", "only_end"),
        *("without_code",),
    ),
    "itemrest": (
        *("item", "region", "wave", "n", "item_rest", "interval", "alpha_if_dropped", "alarm"),
        *("note",),
    ),
    "effect": (
        *("scale", "region", "estimate", "interval", "d", "d_low", "d_high", "pairs"),
        *("change_in_pairs", "d_z", "g_av", "rank_biserial", "note"),
    ),
    "role": ("region", "role", "wave", "people"),
    "reliability": (
        *("region", "scale", "wave", "items", "n", "alpha", "interval", "omega"),
        *("spearman_brown", "note"),
    ),
    "drift": ("item", "region", "change", "change_without", "shift", "n"),
    "item": ("item", "region", "wave", "n", "mean", "sd", "dont_know", "missing", "note"),
    "fit": (
        *("scale", "n_rows", "n_people", "n_sites", "icc_site", "icc_participant", "model"),
        *("certificate", "note"),
    ),
    "mean": (
        *("scale", "region", "wave", "estimate", "se", "df", "interval", "n"),
        *("observed_mean", "observed_sd"),
    ),
    "change": (
        *("scale", "region", "start", "end", "estimate", "se", "df", "interval", "n", "p"),
        *("p_adjusted", "verdict", "note"),
    ),
    "growth": ("scale", "region", "start", "end", "estimate", "interval", "p_adjusted", "note"),
    "difference": (
        *("scale", "region", "wave", "estimate", "se", "df", "interval", "n", "p_adjusted"),
        *("note",),
    ),
    "omnibus": ("scale", "term", "F", "df_between", "df_within", "p", "note"),
    "robust": (
        *("scale", "region", "method", "estimate", "interval", "n", "changes_conclusion", "note"),
    ),
    "talk": ("level", "region", "start", "end", "estimate", "interval", "documents", "direction"),
    "quote": ("region", "wave", "code", "stance", "flags", "text"),
    "joint": ("level", "region", "label", "score_direction", "talk_direction", "note"),
    "jointtheme": (
        *("level", "code", "region", "documents_start", "asked_start", "documents_end"),
        *("asked_end", "helps", "hinders", "scale", "change", "interval", "verdict", "label"),
    ),
    "phase": ("region", "wave", "threshold", "phase", "in_place", "out_of_order", "note"),
    "level": ("region", "wave", "level", "estimate", "low", "n", "in_place"),
    "plane": ("region", "wave", "x", "x_low", "x_high", "n", "y", "y_low", "y_high", "documents"),
    "slider": (
        *("slider", "region", "wave", "estimate", "interval", "at_a", "at_b", "documents"),
        *("asked", "own_score", "basis", "note"),
    ),
    "expectation": (
        *("expectation", "pattern", "verdict", "rule", "threshold", "found", "changes_if"),
        *("matters",),
    ),
    **coding.COLUMNS,
    "lens": ("framework", "code", "region", "wave", "documents", "asked", "segments"),
}
HEADINGS: Mapping[str, Mapping[str, str]] = {
    "en": {
        **coding.HEADINGS,
        "n": "n",
        "p_adjusted": "p, adjusted",
        "interval": "95% interval",
        "estimate": "estimate",
        "start": "from",
        "end": "to",
        "icc_site": "share between sites",
        "icc_participant": "share between people",
        "n_sites": "sites",
        "omnibus": "test",
        "df_between": "df between",
        "df_within": "df within",
        "n_rows": "scores",
        "n_people": "people",
        "left": "gone",
        "unlinked": "without a code",
        "without_code": "without a code",
        "all_waves": "at every wave",
        "n_left": "gone",
        "rows_in_model": "rows in model",
        "rows_nothing_answered": "blank",
        "rows_too_little_answered": "too few",
        "only_start": "first wave only",
        "only_end": "last wave only",
        "pairs": "complete pairs",
        "item_rest": "item-rest",
        "alpha_if_dropped": "alpha without it",
        "dont_know": "don't know",
        "documents": "conversations",
        "changes_if": "would change if",
        "matters": "what hangs on it",
        "at_a": "at the first pole",
        "at_b": "at the second pole",
        "own_score": "own score (0-10)",
        "empty": "nothing to show",
    },
    "nl": {
        "region": "regio",
        "wave": "meting",
        "people": "mensen",
        "invited": "uitgenodigd",
        "stayed": "gebleven",
        "joined": "erbij",
        "left": "weg",
        "response": "respons",
        "unlinked": "zonder code",
        "all_waves": "bij elke meting",
        "documents": "gesprekken",
        "scale": "schaal",
        "level": "niveau",
        "start": "van",
        "end": "naar",
        "estimate": "schatting",
        "interval": "95%-interval",
        "p_adjusted": "p, aangepast",
        "verdict": "oordeel",
        "code": "code",
        "asked": "gevraagd",
        "text": "tekst",
        "empty": "niets te tonen",
    },
}
NAMES = {"region": "compared", "wave": "wave", "scale": "measure", "code": "code", "role": "role"}
NAMES |= {"slider": "slider", "phase": "level"}
NAMES |= {**coding.NAMES, "item": "item", "level": "level", "start": "wave", "end": "wave"}
WORDS = {"verdict", "state", "reason", "label", "direction", "score_direction", "talk_direction"}
WORDS |= {"basis", "in_place", *coding.WORDS}
IN_PLAN_ORDER = {"change", "growth", "difference", "participation", "omnibus", "effect"}
IN_PLAN_ORDER |= {"mean", "analysed", "fit", "pattern", "exclusion", "attrition"}
# Where all rows compare the same two waves, the text says so and the columns stay out.
ONE_SPAN = {"change", "growth"}


def show(rows: DataFrame, study: Study, *, language: str = "en") -> ReadingTable:
    """Turn findings rows of one kind into a table for reading; the last column names the row."""
    headings = HEADINGS[language]
    if rows.empty:
        return ReadingTable({headings["empty"]: ["–"]})
    kind = str(rows["evidence_id"].iloc[0]).split("/")[0]
    rows = in_plan_order(rows, study) if kind in IN_PLAN_ORDER else rows
    name, told = (
        Labels(study, language),
        _with_pattern(_with_interval(rows, language), study, language),
    )
    if kind == "leaving":
        told = _with_level_names(told, name)
    if kind == "difference":
        told = told.assign(wave=told["start"])
    if kind == "lensum":
        told = told.assign(to_choose=told["framework"])
    wanted = COLUMNS.get(
        kind, tuple(str(column) for column in rows.columns if column != "evidence_id")
    )
    same = {"start", "end"} if kind in ONE_SPAN and _is_one_span(rows) else set()
    kept = [
        column
        for column in wanted
        if column in told and column not in same and not _is_blank(told[column])
    ]
    table = {
        headings.get(column, column.replace("_", " ")): [
            _cell(value, column, name, language, places) for value in told[column]
        ]
        for column in kept
        for places in (_places(told[column]),)
    }
    return ReadingTable({**table, "evidence": [*rows["evidence_id"]]})


def _with_interval(rows: DataFrame, language: str) -> DataFrame:
    if not {"low", "high"} <= {*rows.columns}:
        return rows
    to = {"nl": "tot", "en": "to"}[language]
    places = max(_places(rows["low"]), _places(rows["high"]))
    spans = [
        ""
        if pd.isna(low) or pd.isna(high)
        else f"{_number(low, language, places)} {to} {_number(high, language, places)}"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    return rows.assign(interval=spans)


def _with_level_names(rows: DataFrame, name: Labels) -> DataFrame:
    """Name the roles, regions and waves that stand as levels of a term."""
    named = {}
    for column in ("level", "reference"):
        pairs = zip(rows["term"], rows[column].astype(object).fillna(""), strict=True)
        named[column] = [
            str(getattr(name, term)(level)) if level and hasattr(name, term) else level
            for term, level in pairs
        ]
    return rows.assign(**named)


def _with_pattern(rows: DataFrame, study: Study, language: str) -> DataFrame:
    if "expectation" not in rows:
        return rows
    patterns = study.expectations.set_index("exp_id")[f"label_{language}"]
    return rows.assign(pattern=rows["expectation"].map(patterns))


def _is_one_span(rows: DataFrame) -> bool:
    return len(rows) > 1 and len(rows[["start", "end"]].drop_duplicates()) == 1


def _is_blank(values: "pd.Series[Any]") -> bool:
    return bool(values.isna().all() or values.astype(str).eq("").all())


def _places(values: "pd.Series[Any]") -> int:
    """Return how many decimals a column of numbers is read with: none where all are whole."""
    known = pd.to_numeric(values, errors="coerce").dropna()
    return 0 if (known % 1 == 0).all() else 2


def _cell(value: Any, column: str, name: Labels, language: str, places: int) -> str:
    if value is None or value is pd.NA or value != value or value == "":
        return "–"
    if column in NAMES:
        return str(getattr(name, NAMES[column])(str(value)))
    if column in WORDS:
        return str(value).replace("_", " ")
    if isinstance(value, Integral) and not isinstance(value, bool):
        return printed.whole(float(value), language)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        and not hasattr(value, "dtype")
    ):
        return str(value)
    is_p = column == "p" or column.startswith("p_")
    if is_p and value < 0.001:
        return f"< {_number(0.001, language, 3)}"
    return _number(float(value), language, 3 if is_p else places)


def _number(value: float, language: str, places: int) -> str:
    if places == 0:
        return printed.whole(value, language)
    return printed.decimal(value, language, places)
