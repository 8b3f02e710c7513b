"""The summary of all regions side by side: who took part and what changed, without a ranking."""

from typing import Any

from analysis.findings import Findings
from analysis.plan.evidence import EVERY, Sentence
from analysis.tell.narrative.between import between
from analysis.tell.narrative.checking import plain, sentences_in, verify
from analysis.tell.narrative.compare import compare, heard_in
from analysis.tell.narrative.grew import grew
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.region_brief import LINKS, evidence_rows
from analysis.tell.narrative.short import verdicts_of
from analysis.tell.narrative.told import head
from analysis.tell.narrative.voice import ladder, rows_of


def summary(shared: Findings) -> dict[str, Any]:
    """Lay all regions side by side, in their own order.

    Raises
    ------
    UnfoundedSentence if a sentence says anything that no gated row carries.
    """
    stories = [RegionStory(shared, region) for region in shared.study.regions]
    voice, language = stories[0].voice, shared.language
    told: dict[str, Any] = {
        "regions": [_region(story) for story in stories],
        "checked": _checked(stories),
        "compare": compare(stories),
        "between": between(stories),
    }
    verify([*sentences_in(told)], shared)
    others = [one for one in shared.study.plan.languages if one != language]
    tables = {"participation": _participation(stories), "levels": _levels(stories)}
    shown = {row["id"] for row in tables["levels"]["rows"]} | _shown(told)
    return {
        "language": language,
        "other": others[0] if others else "",
        "synthetic": shared.study.is_synthetic,
        "study": dict(shared.study.plan.label)[language],
        "title": voice.text("summary_title"),
        "lead": voice.text("summary_lead"),
        "answer": voice.text("summary_lead"),
        "grew": voice.text("summary_grew"),
        "rounded": _rounded(stories),
        "links": {key: voice.text(key) for key in LINKS},
        "evidence": _evidence(told, stories, shown),
        **tables,
        **plain(told),
    }


def _shown(told: dict[str, Any]) -> set[str]:
    """Name the rows that the tables beside the sentences show."""
    context, tested = told["compare"]["context"], told["between"]["table"]
    cells = [cell for row in (context["rows"] if context else []) for cell in row["texts"]]
    return {cell["id"] for cell in [*cells, *(tested["rows"] if tested else [])]}


def _region(story: RegionStory) -> dict[str, Any]:
    said = verdicts_of(story) or story.sentence("one_wave" if story.waves else "no_survey")
    figure = grew(story).get("figure") or {"panels": [], "caption": ""}
    return {
        "region": story.region,
        "name": story.voice.name.region(story.region),
        "order": story.study.regions[story.region].order,
        "facts": head(story),
        "say": said,
        "panels": [{**panel, "say": []} for panel in figure["panels"]],
        "caption": figure["caption"],
        "read": story.voice.text("summary_read", region=story.voice.name.region(story.region)),
    }


def _checked(stories: list[RegionStory]) -> list[Sentence]:
    told = next((story for story in stories if story.changes), None)
    return told.sentence("checked", told.change_rows(told.changes)) if told else []


def _rounded(stories: list[RegionStory]) -> str:
    """Say how people are counted: one by one, unless forms hold no code."""
    everyone_coded = all(story.codes == "all" for story in stories)
    key = "summary_rounded" if everyone_coded else "summary_rounded_without_code"
    return stories[0].voice.text(key)


def _participation(stories: list[RegionStory]) -> dict[str, Any]:
    voice, waves = stories[0].voice, stories[0].study.plan.waves
    heads = [voice.text("summary_region"), voice.text("summary_people")]
    names = [voice.name.wave(wave) for wave in waves]
    names[:1] = [voice.text("first_wave", wave=name) for name in names[:1]]
    heads += [name[:1].upper() + name[1:] for name in names]
    rows = []
    for story in stories:
        counts = {row["wave"]: row for row in rows_of(story.rows("participation"))}
        cells = [_count(counts.get(when), "people", story) for when in (EVERY, *waves)]
        cells.append(_count(counts.get(EVERY), "documents", story))
        name = voice.name.region(story.region)
        rows.append({"id": f"people/{story.region}", "cells": [name, *cells]})
    summary = voice.text("summary_who")
    return {"summary": summary, "heads": [*heads, voice.text("summary_documents")], "rows": rows}


def _count(row: dict[str, Any] | None, column: str, story: RegionStory) -> str:
    value: Any = None if row is None else row[column]
    known = value is not None and str(value) not in ("<NA>", "nan")
    return story.voice.whole(value) if known else "–"


def _levels(stories: list[RegionStory]) -> dict[str, Any]:
    voice, verdicts = stories[0].voice, ladder()["verdicts"]
    rows = [
        {
            "id": row["evidence_id"],
            "cells": [
                voice.name.region(story.region),
                story.subject(row),
                voice.signed(row["estimate"], 1) if row["estimate"] == row["estimate"] else "–",
                verdicts[row["verdict"]]["short"][story.language],
            ],
        }
        for story in stories
        for row in story.changes
    ]
    keys = ("summary_region", "head_subject", "head_change", "head_verdict")
    return {
        "summary": voice.text("summary_levels"),
        "heads": [voice.text(key) for key in keys],
        "rows": rows,
    }


def _evidence(told: dict[str, Any], stories: list[RegionStory], shown: set[str]) -> dict[str, Any]:
    voice = stories[0].voice
    heads = [voice.text("head_evidence"), voice.text("head_value")]
    heard = {one: text for story in stories for one, text in heard_in(story).items()}
    rows = [
        {**row, "cells": [row["id"], heard.get(row["id"], row["cells"][1])]}
        for row in evidence_rows(told, stories[0], shown)
    ]
    return {"summary": voice.text("evidence_table"), "heads": heads, "rows": rows}
