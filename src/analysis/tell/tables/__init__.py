"""Tables from findings: plain headings, names for ids, rounded for reading, evidence kept."""

from pandas import DataFrame

from analysis.findings.table import of_table
from analysis.plan.study.labels import Labels, in_plan_order
from analysis.tell.tables.foremost import (
    come_or_gone,
    latest,
    lowest,
    most_changed,
    most_named,
    said_apart,
)
from analysis.tell.tables.joint import joint_by_region, joint_by_theme
from analysis.tell.tables.reading import Printer, ReadingTable, columns_of
from analysis.tell.tables.reporting import appendices, checklist
from analysis.tell.tables.shared import evidence_of_region
from analysis.tell.tables.wide import beside, count_cells, flagged, fullest, show_passages, through

__all__ = [
    "ReadingTable",
    "appendices",
    "beside",
    "checklist",
    "come_or_gone",
    "count_cells",
    "evidence_of_region",
    "flagged",
    "fullest",
    "joint_by_region",
    "joint_by_theme",
    "latest",
    "lowest",
    "most_changed",
    "most_named",
    "said_apart",
    "show",
    "show_passages",
    "through",
]
IN_PLAN_ORDER = {"change", "growth", "difference", "participation", "omnibus", "effect"}
IN_PLAN_ORDER |= {"mean", "analysed", "fit", "pattern", "exclusion", "attrition"}
# Where all rows compare the same two waves, the text says so and the columns stay out.
ONE_SPAN = {"change", "growth"}


@of_table(Printer.of)
def show(rows: DataFrame, printer: Printer) -> ReadingTable:
    """Turn findings rows of one kind into a table for reading; the last column names the row."""
    if rows.empty:
        return printer.empty()
    kind = str(rows["evidence_id"].iloc[0]).split("/")[0]
    rows = in_plan_order(rows, printer.study) if kind in IN_PLAN_ORDER else rows
    wanted = columns_of(kind) or [one for one in rows.columns if one != "evidence_id"]
    same = {"start", "end"} if kind in ONE_SPAN and _is_one_span(rows) else set()
    columns = [one for one in wanted if one not in same]
    told = printer.lay_out(_with_names(rows, kind, printer), columns)
    return ReadingTable({**told, printer.heading("evidence"): [*rows["evidence_id"]]})


def _is_one_span(rows: DataFrame) -> bool:
    return len(rows) > 1 and len(rows[["start", "end"]].drop_duplicates()) == 1


def _with_names(rows: DataFrame, kind: str, printer: Printer) -> DataFrame:
    """Add what a reader looks for under a name that the stored rows do not use."""
    if kind == "expectation":
        patterns = printer.study.expectations.set_index("exp_id")[f"label_{printer.language}"]
        return rows.assign(pattern=rows["expectation"].map(patterns))
    if kind == "link":
        return rows.assign(reason=rows[f"reason_{printer.language}"])
    if kind == "leaving":
        return _with_level_names(rows, printer.name)
    if kind == "difference":
        return rows.assign(wave=rows["start"])
    return rows.assign(to_choose=rows["framework"]) if kind == "lensum" else rows


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
