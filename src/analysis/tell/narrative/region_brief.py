"""The brief of one region and the summary of all, as values a template can show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.plan.evidence import Passage, Sentence
from analysis.tell.narrative.agreed import agreed
from analysis.tell.narrative.asked import account, asked, limits
from analysis.tell.narrative.beside import beside
from analysis.tell.narrative.checking import plain, sentences_in, verify
from analysis.tell.narrative.elements import helped, yielded
from analysis.tell.narrative.grew import grew
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.short import short
from analysis.tell.narrative.told import begin, differ, head, words
from analysis.tell.narrative.voice import Voice, ladder, rows_of

KIND = "application/vnd.analysis.brief+json"
SECTIONS = (
    *(short, begin, grew, helped, yielded, words, differ, beside, agreed),
    *(limits, asked, account),
)
# Every part a section may have: a template finds each of them, filled or not.
PARTS: dict[str, Any] = {
    "paragraphs": [],
    "figure": None,
    "stand_outs": None,
    "quotes": [],
    "splits": [],
}
PARTS |= {
    "table": None,
    "questions": [],
    "note": None,
    "blocks": [],
    "answers": [],
    "agreements": [],
    "claims": None,
}
LINKS = ("csv_link", "index_link", "other_language", "all_regions", "other_parts")


@dataclass(frozen=True)
class Brief:
    """One region's brief: the values of each language, ready for the template."""

    region: str
    told: dict[str, dict[str, Any]]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown = self.told.get("en") or next(iter(self.told.values()))
        return {KIND: self.told, "text/html": _as_html(shown), "text/plain": shown["title"]}


def brief(shared: Findings, region: str | None = None) -> Brief:
    """Tell one region from gated findings, in every language of the plan.

    Raises
    ------
    UnfoundedSentence if a sentence says anything that no gated row carries.
    """
    region = region or next(iter(shared.study.regions))
    values: dict[str, dict[str, Any]] = {}
    for language in shared.study.plan.languages:
        story = RegionStory(shared.in_language(language), region)
        sections = [section for tell in SECTIONS if (section := tell(story)) is not None]
        parts = [PARTS | section for section in sections]
        _name_once(parts)
        told = {"facts": head(story), "sections": parts}
        verify([*sentences_in(told)], story.shared)
        evidence = evidence_table(told, story)
        values[language] = {**_opening(story, told), **plain(told), "evidence": evidence}
    return Brief(region, values)


def _name_once(sections: Sequence[dict[str, Any]]) -> None:
    """Let each row of evidence have one place on the page, though two tables may show it."""
    seen: set[str] = set()
    for block in (block for section in sections for block in section["blocks"]):
        for row in block["table"]["rows"] if block["table"] else ():
            row["id"] = "" if row["id"] in seen else row["id"]
            seen.add(row["id"])


def _opening(story: RegionStory, told: dict[str, Any]) -> dict[str, Any]:
    region = story.study.regions[story.region]
    others = [language for language in story.study.plan.languages if language != story.language]
    return {
        "language": story.language,
        "other": others[0] if others else "",
        "region": story.region,
        "name": story.voice.name.region(story.region),
        "question": dict(region.question or {}).get(story.language, ""),
        "order": region.order,
        "synthetic": region.synthetic,
        "study": dict(story.study.plan.label)[story.language],
        "title": _title_of(story),
        "answer": str(Passage((*_first_said(told["sections"][0]),))),
        "head": story.voice.text("story_of", region=story.voice.name.region(story.region)),
        "links": {key: story.voice.text(key) for key in LINKS},
    }


def _first_said(section: dict[str, Any]) -> list[Sentence]:
    """Return what a brief says first: the answers to its question, or its first paragraph."""
    told = [one for part in section["answers"] if not part["is_folded"] for one in part["say"]]
    return told or section["paragraphs"][0]


def _title_of(story: RegionStory) -> str:
    region, study = story.voice.name.region(story.region), story.study.plan.label[story.language]
    return story.voice.text("title_page", region=region, study=study)


def evidence_table(told: dict[str, Any], story: RegionStory) -> dict[str, Any]:
    """Lay out the rows that sentences rest on and that no other table of the page shows."""
    return {
        "summary": story.voice.text("evidence_table"),
        "heads": [story.voice.text("head_evidence"), story.voice.text("head_value")],
        "rows": evidence_rows(told, story, {row["id"] for row in _table_rows(told)}),
    }


def evidence_rows(
    told: dict[str, Any], story: RegionStory, shown: set[str]
) -> list[dict[str, Any]]:
    """List each row that a sentence rests on once, apart from those shown elsewhere."""
    ids = [one for sentence in sentences_in(told) for one in sentence.evidence]
    wanted = [one for one in dict.fromkeys(ids) if one not in shown]
    cells = {
        str(row["evidence_id"]): _value(row, story)
        for name in story.shared.names
        for row in rows_of(story.shared.rows(name, evidence_id=wanted))
    }
    return [{"id": one, "cells": [one, cells[one]]} for one in wanted]


def _value(row: dict[str, Any], story: RegionStory) -> str:
    voice = story.voice
    for key in (f"text_{story.language}", "text"):
        if row.get(key):
            return str(row[key])
    number = _number(row, voice)
    if row.get("verdict") in ladder()["verdicts"]:
        words = str(ladder()["verdicts"][row["verdict"]]["short"][story.language])
        return f"{words}: {number}" if number else words
    if row.get("label"):
        return voice.text(f"label_{row['label']}")
    people, codes = row.get("people"), row.get("codes")
    told = voice.text("fact_people", people=people, codes=codes) if pd.notna(people) else "–"
    return number or told


def _number(row: dict[str, Any], voice: Voice) -> str:
    """Print an estimate with its interval; a change with its sign."""
    if pd.isna(row.get("estimate", float("nan"))):
        return ""
    changed = row.get("kind") == "change"
    value = voice.signed(row["estimate"], 1) if changed else voice.decimal(row["estimate"], 1)
    span = voice.text("span" if changed else "range", low=row["low"], high=row["high"])
    return f"{value} ({span})"


def _table_rows(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "cells" in value:
            yield value
        for part in value.values():
            yield from _table_rows(part)
    elif isinstance(value, list):
        for part in value:
            yield from _table_rows(part)


def _as_html(values: dict[str, Any]) -> str:
    """Show a brief as plain paragraphs, for a researcher who runs the notebook."""
    parts = [f"<h3>{escape(values['name'])}</h3>"]
    for section in values["sections"]:
        parts.append(f"<h4>{escape(section['title'])}</h4>")
        for group in spoken(section):
            sentences = tuple(Sentence(one["text"], tuple(one["evidence"])) for one in group)
            parts.append(Passage(sentences)._repr_html_())
    return "".join(parts)


def spoken(section: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return every sentence of a section, group by group, in the order of the page."""
    panels = section["figure"]["panels"] if section["figure"] else []
    groups = [panel["say"] for panel in panels]
    groups += section["stand_outs"]["say"] if section["stand_outs"] else []
    groups += [[quote["say"]] for quote in section["quotes"]]
    sides = [side for cell in section["splits"] for side in (cell["left"], cell["right"])]
    groups += [one["say"] for one in section["answers"]] + [side["say"] for side in sides]
    groups += section["paragraphs"] + section["questions"]
    groups += [one["say"] for one in section["blocks"]]
    groups += [one["say"] + one["seen"] for one in section["agreements"]]
    return [group for group in groups if group]
