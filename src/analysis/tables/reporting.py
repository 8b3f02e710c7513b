"""Reporting checklists: where a study reports each item, or what its researchers must fill in."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from analysis.disclosure import gate
from analysis.findings import Findings
from analysis.tables.reading import ReadingTable

Item = dict[str, str]
SHARED = ("brief", "summary")
# A column that holds nothing else reports nothing: no conversations, nothing approved.
EMPTY = ("", "0", "0.0", "False")
WORDS = {
    "en": {
        "heads": ("item", "topic", "what is asked", "where it is reported"),
        "page": "internal report {page}",
        "brief": "the report of each region",
        "summary": "the summary of all regions",
        "table": "table {tables}",
        "tables": "tables {tables}",
        "and": "and",
        "absent": "Not in this study.",
        "fill": "Researchers fill in: {what}.",
        "over": "Appendices: what was reported where",
        "lead": "These lists help researchers to report fully. What is asked is put in our own "
        "words. The internal reports are for researchers alone.",
        "items": "items",
    },
    "nl": {
        "heads": ("nr.", "onderwerp", "wat wordt gevraagd", "waar het staat"),
        "page": "intern verslag {page}",
        "brief": "het verslag per regio",
        "summary": "de samenvatting van alle regio's",
        "table": "tabel {tables}",
        "tables": "tabellen {tables}",
        "and": "en",
        "absent": "Niet in deze studie.",
        "fill": "Onderzoekers vullen in: {what}.",
        "over": "Bijlagen: wat waar staat",
        "lead": "Deze lijsten helpen onderzoekers om volledig te zijn. Wat er wordt gevraagd, "
        "staat er in onze eigen woorden. De interne verslagen zijn er alleen voor onderzoekers.",
        "items": "punten",
    },
}


@dataclass(frozen=True)
class Place:
    """A page that reports an item, the table it rests on, and what that table must hold."""

    page: str
    table: str
    column: str = ""
    value: str = ""

    def is_filled(self, findings: Findings, shared: Findings) -> bool:
        """Say whether this study has such rows; a page to be shared shows gated ones."""
        rows = (shared if self.page in SHARED else findings).table(self.table)
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
    return tuple(row["checklist"] for row in _read("sources"))


def items(name: str) -> list[Item]:
    """Return the items of one checklist, in order."""
    if name not in checklists():
        raise ValueError(f"no checklist {name}: choose one of {', '.join(checklists())}")
    return _read(name)


def places(item: Item) -> list[Place]:
    """Return where an item could be reported: `page:table`, and what the table must hold.

    `.column` asks that the column holds something, `.column=value` that some row has the value,
    `.column=!value` that some row has another.
    """
    return [_place(written) for written in item["reported"].split()]


def _place(written: str) -> Place:
    page, _, rest = written.partition(":")
    table, _, condition = rest.partition(".")
    column, _, value = condition.partition("=")
    return Place(page, table, column, value)


def where_reported(
    item: Item, findings: Findings, shared: Findings, *, language: str = "en"
) -> str:
    """Say where this study reports an item, and what its researchers must fill in."""
    words = WORDS[language]
    known = places(item)
    filled = [place for place in known if place.is_filled(findings, shared)]
    said = [_pointed(filled, language)] if filled else [words["absent"]] if known else []
    if item[f"fill_{language}"]:
        said.append(str(words["fill"]).format(what=item[f"fill_{language}"]))
    return " ".join(map(str, said))


def _pointed(filled: list[Place], language: str) -> str:
    """Point to pages and tables: "Report 01, table flow; report 04, tables fits and means."."""
    words, parts = WORDS[language], []
    for page in dict.fromkeys(place.page for place in filled):
        tables = dict.fromkeys(place.table for place in filled if place.page == page)
        known = str(words["page"]) if page not in words else str(words[page])
        listed = f" {words['and']} ".join(", ".join(tables).rsplit(", ", 1))
        many = str(words["tables" if len(tables) > 1 else "table"])
        parts.append(f"{known.format(page=page)}, {many.format(tables=listed)}")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _rows(findings: Findings, shared: Findings, name: str, language: str) -> list[list[str]]:
    return [
        [
            item["number"],
            item[f"topic_{language}"],
            item[f"asks_{language}"],
            where_reported(item, findings, shared, language=language),
        ]
        for item in items(name)
    ]


def checklist(findings: Findings, name: str, *, language: str = "en") -> ReadingTable:
    """Show where this study reports each item of a checklist, or what researchers fill in.

    Raises
    ------
    ValueError naming the checklists there are, if there is none of this name.
    """
    rows = _rows(findings, gate(findings), name, language)
    return ReadingTable(rows, columns=[*WORDS[language]["heads"]])


def appendices(
    findings: Findings, shared: Findings, *, language: str = "en"
) -> list[dict[str, Any]]:
    """Lay out every checklist for this study as a page shows it, with its source.

    Parameters
    ----------
    findings : every result of the study, which internal reports show
    shared : what the gate lets through, which briefs and the summary show
    """
    words = WORDS[language]
    told = []
    for source in _read("sources"):
        name = source["checklist"]
        rows = _rows(findings, shared, name, language)
        heads = [str(head)[:1].upper() + str(head)[1:] for head in words["heads"]]
        title = source[f"title_{language}"]
        told.append(
            {
                "over": words["over"],
                "lead": words["lead"],
                "summary": f"{title} ({len(rows)} {words['items']})",
                "source": source["source"],
                "heads": heads,
                "rows": [{"id": f"{name}/{row[0]}", "cells": row} for row in rows],
            }
        )
    return told


@cache
def _read(name: str) -> list[Item]:
    file = resources.files("analysis.tables").joinpath("checklists", f"{name}.csv")
    return [*csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
