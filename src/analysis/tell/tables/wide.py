"""Tables as wide as people lay them on a desk: conversations by codes, codes by contexts."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from pandas import DataFrame

from analysis.findings import Table
from analysis.findings.table import of_table
from analysis.plan.problems import Problem, StudyError
from analysis.plan.study.labels import LENSES, Labels
from analysis.tell.tables.reading import DASH, Printer, ReadingTable

PLACE = ["region", "wave", "document"]


def through(table: Table, framework: str) -> Table:
    """Keep what is seen through one framework, named by its id or by its name in any language.

    Without a name it is the grid of the plan, or else the first framework there is.

    Raises
    ------
    StudyError with every name there is, if no framework is called that.
    """
    if table.empty:
        return table
    rows, study = table.rows, table.study
    known = [str(one) for one in dict.fromkeys(rows["framework"])]
    own = next((one for one in LENSES["en"] if one in known), known[0])
    wanted = framework.casefold().strip() or own
    for one in known:
        names = (one, *(Labels(study, language).framework(one) for language in ("en", "nl")))
        if wanted in [name.casefold() for name in names]:
            return table.where(framework=one)
    letters_in = study.plan.languages[0] if "languages" in study.plan.model_fields_set else "en"
    letter = Problem("run.no_framework", "this notebook", name=framework[:60], known=known)
    raise StudyError([letter], letters_in)


def fullest(table: Table, *, most: int = 8) -> Table:
    """Keep the codes of a framework matrix that came up in most conversations."""
    if table.empty:
        return table
    cells = table.rows
    heard = cells[cells["state"] == "counted"]["code"].value_counts()
    order = {code: place for place, code in enumerate(dict.fromkeys(cells["code"]))}
    kept = sorted(heard.index, key=lambda code: (-heard[code], order[code]))[:most]
    return table.where(code=kept)


def flagged(table: Table, *, most: int = 30) -> Table:
    """Keep the quotations with a flag that consent allows, in the order drawn, words marked."""
    if table.empty:
        return table
    quotations = table.rows
    may = quotations[(quotations["flags"].fillna("") != "") & (quotations["consent"] == "yes")]
    first = may.sort_values(["candidate", "sha256"], kind="stable").head(most)
    return table.kept(first.assign(text=first["marked"]))


@of_table(Printer.of)
def count_cells(cells: DataFrame, printer: Printer) -> ReadingTable:
    """Lay out conversations by codes, with the number of passages in each cell."""
    if cells.empty:
        return printer.empty()
    counts = [
        str(row["segments"]) if row["state"] == "counted" else printer.say[str(row["state"])]
        for row in cells.to_dict("records")
    ]
    return _laid_out(cells.assign(cell=counts), PLACE, printer)


@of_table(Printer.of)
def show_passages(cells: DataFrame, printer: Printer, quotations: Table) -> ReadingTable:
    """Lay out groups (a region at a wave) by codes, with counts and one passage in each cell.

    The passage is the one that was drawn first, so that nobody picked it; the evidence names it.
    """
    if cells.empty:
        return printer.empty()
    drawn = quotations.rows.sort_values(["candidate", "sha256"], kind="stable")
    marked = drawn["marked"].where(drawn["flags"].fillna("") != "", drawn["text"])
    texts = dict(zip(drawn["evidence_id"], marked, strict=True))
    ranks = {one: rank for rank, one in enumerate(drawn["evidence_id"])}
    groups = cells.groupby(["region", "wave", "code"], sort=False)
    rows = [
        {
            **dict(zip(("region", "wave", "code"), key, strict=True)),
            **_group(own, texts, ranks, printer.say),
        }
        for key, own in groups
    ]
    return _laid_out(DataFrame(rows), PLACE[:2], printer)


def _group(
    cells: DataFrame, texts: Mapping[str, str], ranks: Mapping[str, int], say: Mapping[str, str]
) -> dict[str, str]:
    """Tell of one code in one group how often it came up, and the passage drawn first."""
    asked = cells[cells["state"].isin(["counted", "not_coded"])]
    if asked.empty:
        return {"cell": say[str(cells["state"].iloc[0])], "evidence": ""}
    heard = asked[asked["state"] == "counted"]
    if heard.empty:
        return {"cell": say["not_coded"], "evidence": ""}
    quoted = [one for ids in heard["quotations"].fillna("") for one in str(ids).split()]
    first = min((one for one in quoted if one in ranks), key=lambda one: ranks[one], default="")
    counts = {"n": int(heard["segments"].sum()), "documents": len(heard), "asked": len(asked)}
    told = say["first" if first else "group"].format(text=texts.get(first, ""), **counts)
    return {"cell": told, "evidence": first}


@of_table(Printer.of)
def beside(contexts: DataFrame, printer: Printer) -> ReadingTable:
    """Lay the codes of one framework beside the published contexts, in claims of each."""
    if contexts.empty:
        return printer.empty()
    told = contexts.assign(cell=[_claims(row, printer) for row in contexts.to_dict("records")])
    codes = [*dict.fromkeys(told["code"])]
    table = {printer.heading("code"): [printer.name.code(code) for code in codes]}
    for context, own in told.groupby("region", sort=False):
        cells = dict(zip(own["code"], own["cell"], strict=True))
        table[str(context).replace("_", " ")] = [cells.get(code, DASH) for code in codes]
    ours = told.groupby("code", sort=False)["our_reading"].max()
    bases = [DASH if pd.isna(ours[code]) else printer.number(ours[code]) for code in codes]
    table[printer.heading("our_reading")] = bases
    first = told.drop_duplicates("code").set_index("code")["evidence_id"]
    return ReadingTable({**table, printer.heading("evidence"): [first[code] for code in codes]})


def _claims(row: Mapping[Any, Any], printer: Printer) -> str:
    if row["state"] != "counted":
        return printer.say[str(row["state"])]
    return printer.say["of"].format(n=row["claims"], size=row["of_claims"])


def _laid_out(told: DataFrame, keys: list[str], printer: Printer) -> ReadingTable:
    """Pivot cells to one row per key and one column per code, in the order in which they stand."""
    codes = [*dict.fromkeys(told["code"])]
    name, study = printer.name, printer.study
    places = {one: place for place, one in enumerate([*study.regions, *study.plan.waves])}
    lines = told.drop_duplicates(keys)[keys].to_dict("records")
    lines.sort(key=lambda line: (places.get(line["region"], 0), places.get(line["wave"], 0)))
    cells = {(*(row[key] for key in keys), row["code"]): row for row in told.to_dict("records")}
    own = [[cells[(*line.values(), code)] for code in codes] for line in lines]
    names = {"region": name.region, "wave": name.wave}
    heads = {key: printer.heading(key) for key in PLACE} | {PLACE[2]: printer.say["conversation"]}
    table = {heads[key]: [names.get(key, str)(line[key]) for line in lines] for key in keys}
    for place, code in enumerate(codes):
        # Two frameworks may give one name to two codes.
        label = name.code(code) if name.code(code) not in table else f"{name.code(code)} ({code})"
        table[label] = [row[place]["cell"] for row in own]
    if "evidence" in told:
        found = [" ".join(cell["evidence"] for cell in row if cell["evidence"]) for row in own]
        table[printer.heading("evidence")] = found
    return ReadingTable(table)
