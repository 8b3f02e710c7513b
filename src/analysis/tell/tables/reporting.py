"""Reporting checklists: where a study reports each item, or what its researchers must fill in."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from analysis.findings import Findings
from analysis.tell.disclosure import gate
from analysis.tell.tables.reading import Printer, ReadingTable

Item = dict[str, str]
SHARED = ("brief", "summary")
HEADS = ("number", "topic", "asks", "where")
# A column that holds nothing else reports nothing: no conversations, nothing approved.
EMPTY = ("", "0", "0.0", "False")


@dataclass(frozen=True)
class ReportedAt:
    """A page that reports an item, the table it rests on, and what that table must hold."""

    page: str
    table: str
    column: str = ""
    value: str = ""

    def is_filled(self, findings: Findings, shared: Findings) -> bool:
        """Say whether this study has such rows; a page to be shared shows gated ones."""
        rows = (shared if self.page in SHARED else findings).rows(self.table)
        if not self.column:
            return len(rows) > 0
        if self.column not in rows:
            return False
        texts = rows[self.column].dropna().astype(str)
        if self.value.startswith("!"):
            return bool(texts.ne(self.value[1:]).any())
        return bool((texts.eq(self.value) if self.value else ~texts.isin(EMPTY)).any())


def checklists() -> tuple[str, ...]:
    """Name the reporting checklists there are."""
    return tuple(row["checklist"] for row in _read_checklist("sources"))


def items(name: str) -> list[Item]:
    """Return the items of one checklist, in order."""
    if name not in checklists():
        raise ValueError(f"no checklist {name}: choose one of {', '.join(checklists())}")
    return _read_checklist(name)


def places(item: Item) -> list[ReportedAt]:
    """Return where an item could be reported: `page:table`, and what the table must hold.

    `.column` asks that the column holds something, `.column=value` that some row has the value,
    `.column=!value` that some row has another.
    """
    return [_reported_at(written) for written in item["reported"].split()]


def _reported_at(written: str) -> ReportedAt:
    page, _, rest = written.partition(":")
    table, _, condition = rest.partition(".")
    column, _, value = condition.partition("=")
    return ReportedAt(page, table, column, value)


def where_reported(item: Item, findings: Findings, shared: Findings) -> str:
    """Say where this study reports an item, and what its researchers must fill in."""
    say = _say(shared)
    known = places(item)
    filled = [place for place in known if place.is_filled(findings, shared)]
    said = [_pointed(filled, say)] if filled else [say["absent"]] if known else []
    if item[f"fill_{shared.language}"]:
        said.append(say["fill"].format(what=item[f"fill_{shared.language}"]))
    return " ".join(said)


def _say(findings: Findings) -> Mapping[str, str]:
    return Printer(findings.study, findings.language).say


def _pointed(filled: list[ReportedAt], say: Mapping[str, str]) -> str:
    """Point to pages and tables: "Report 01, table flow; report 04, tables fits and means."."""
    parts = []
    for page in dict.fromkeys(place.page for place in filled):
        tables = dict.fromkeys(place.table for place in filled if place.page == page)
        known = say[page if page in SHARED else "page"].format(page=page)
        listed = f" {say['and']} ".join(", ".join(tables).rsplit(", ", 1))
        many = say["tables" if len(tables) > 1 else "table"].format(tables=listed)
        parts.append(f"{known}, {many}")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _checklist_rows(findings: Findings, shared: Findings, name: str) -> list[list[str]]:
    told = [f"topic_{shared.language}", f"asks_{shared.language}"]
    return [
        [item["number"], *(item[key] for key in told), where_reported(item, findings, shared)]
        for item in items(name)
    ]


def checklist(findings: Findings, name: str) -> ReadingTable:
    """Show where this study reports each item of a checklist, or what researchers fill in.

    Raises
    ------
    ValueError naming the checklists there are, if there is none of this name.
    """
    heads = [_say(findings)[f"head_{head}"] for head in HEADS]
    return ReadingTable(_checklist_rows(findings, gate(findings), name), columns=heads)


def appendices(findings: Findings, shared: Findings) -> list[dict[str, Any]]:
    """Lay out every checklist for this study as a page shows it, with its source.

    Parameters
    ----------
    findings : every result of the study, which internal reports show
    shared : what the gate lets through, which briefs and the summary show, in their language
    """
    say, told = _say(shared), []
    heads = [say[f"head_{head}"] for head in HEADS]
    for source in _read_checklist("sources"):
        name = source["checklist"]
        rows = _checklist_rows(findings, shared, name)
        told.append(
            {
                "over": say["over"],
                "lead": say["lead"],
                "summary": f"{source[f'title_{shared.language}']} ({len(rows)} {say['items']})",
                "source": source["source"],
                "heads": [head[:1].upper() + head[1:] for head in heads],
                "rows": [{"id": f"{name}/{row[0]}", "cells": row} for row in rows],
            }
        )
    return told


@cache
def _read_checklist(name: str) -> list[Item]:
    file = resources.files("analysis.tell.tables").joinpath("checklists", f"{name}.csv")
    return [*csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
