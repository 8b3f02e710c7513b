"""Joint displays: scores, conversations and quotations of one cell in one row of a table."""

from collections.abc import Sequence
from typing import Any

from pandas import DataFrame, isna

from analysis.findings import Table
from analysis.findings.table import of_table
from analysis.plan.printed import signed
from analysis.tell.tables.reading import DASH, Printer, ReadingTable

MOST_THEMES, MOST_QUOTATIONS = 3, 1
Row = dict[Any, Any]


@of_table(Printer.of)
def joint_by_theme(
    joint: DataFrame, printer: Printer, themes: Table, quotations: Table
) -> ReadingTable:
    """Lay scores and conversations side by side, theme by theme: every region at a level.

    Parameters
    ----------
    joint, themes : the findings tables `joint` and `joint_themes`
    quotations : only approved ones are shown
    """
    levels = [*printer.study.plan.levels]
    order = sorted(joint.to_dict("records"), key=lambda row: levels.index(row["level"]))
    return _display(order, ("theme", "region"), themes, quotations, printer)


@of_table(Printer.of)
def joint_by_region(
    joint: DataFrame, printer: Printer, themes: Table, quotations: Table
) -> ReadingTable:
    """Lay scores and conversations side by side, region by region: every level of a region."""
    rows = joint.to_dict("records")
    return _display(rows, ("region", "theme"), themes, quotations, printer)


def _display(
    cells: Sequence[Row],
    first: tuple[str, str],
    themes: Table,
    quotations: Table,
    printer: Printer,
) -> ReadingTable:
    say, name = printer.say, printer.name
    if not cells:
        return ReadingTable({say["together"]: [DASH]})
    names = {"theme": [name.level(c["level"]) for c in cells]}
    names |= {"region": [name.region(c["region"]) for c in cells]}
    heads = {"theme": say["theme"], "region": printer.heading("region")}
    table = {heads[key]: names[key] for key in first}
    table[say["scores"]] = [_scores(cell, printer) for cell in cells]
    table[say["talk"]] = [_talk(cell, printer) for cell in cells]
    table[say["named"]] = [_themes_named(cell, themes.rows, printer) for cell in cells]
    quoted = [_quotation(cell, quotations.rows) for cell in cells]
    table[say["quotation"]] = [text or say["no_quotation"] for text in quoted]
    table[say["together"]] = [printer.word(cell["label"], "label") for cell in cells]
    return ReadingTable({**table, printer.heading("evidence"): [c["evidence_id"] for c in cells]})


def _scores(cell: Row, printer: Printer) -> str:
    verdict = printer.cell(cell["verdict"], "verdict")
    if isna(cell["change"]):
        return verdict
    way = _way(cell["mean_start"], cell["mean_end"], printer)
    people = printer.say["people"].format(n=cell["n"])
    return f"{way}: {_span(cell, 'change', printer)}, {people}; {verdict}"


def _talk(cell: Row, printer: Printer) -> str:
    if isna(cell["turn"]):
        return printer.cell(cell["note"], "note")
    way = _way(cell["share_start"], cell["share_end"], printer)
    documents = printer.say["documents"].format(n=cell["documents"])
    return f"{way}: {_span(cell, 'turn', printer)}, {documents}"


def _way(start: float, end: float, printer: Printer) -> str:
    return " → ".join(DASH if isna(one) else printer.number(one) for one in (start, end))


def _span(cell: Row, what: str, printer: Printer) -> str:
    low, high = (signed(cell[f"{what}_{end}"], printer.language) for end in ("low", "high"))
    interval = printer.say["span"].format(low=low, high=high)
    return f"{signed(cell[what], printer.language)} ({interval})"


def _themes_named(cell: Row, themes: DataFrame, printer: Printer) -> str:
    own = themes[(themes["region"] == cell["region"]) & (themes["level"] == cell["level"])]
    own = own.drop_duplicates("code")
    top = own.sort_values("documents", ascending=False, kind="stable").head(MOST_THEMES)
    named = [
        printer.say["code_of"].format(**{**row, "code": printer.name.code(row["code"])})
        for row in top[["code", "documents", "asked"]].to_dict("records")
    ]
    return "; ".join(named) or DASH


def _quotation(cell: Row, quotations: DataFrame) -> str:
    own = quotations[quotations["approved"].astype(bool)] if len(quotations) else quotations
    if len(own):
        own = own[(own["region"] == cell["region"]) & (own["level"] == cell["level"])]
    texts = own.sort_values("sha256").head(MOST_QUOTATIONS)["text"] if len(own) else []
    return " ".join(f"“{text}”" for text in texts)
