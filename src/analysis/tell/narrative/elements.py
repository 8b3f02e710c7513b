"""The brief's sections from conversations: what people did, what helped, what it yielded."""

from collections.abc import Iterator
from typing import Any

from pandas import DataFrame, concat

from analysis.plan.evidence import Sentence
from analysis.plan.study.story import StoryElement
from analysis.tell.narrative.grew import Section
from analysis.tell.narrative.heard import (
    cell,
    codes_of,
    heard,
    in_words,
    often,
    talk_waves,
    tentative,
    was_heard,
    without_sums,
)
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.voice import rows_of

# How many topics are said in sentences; the others stand in the table.
MOST_SAID = 2
MOST_ROWS = 5
# A node of a codebook that only names what stands under it.
HEADING = "group"


def did(story: RegionStory) -> list[Section]:
    """Tell what people did, as far as they name it: one block for each element of the story."""
    return [_block(one, story) for one in _elements("begin", story)] if was_heard(story) else []


def helped(story: RegionStory) -> Section:
    """Tell what helped and what hindered: apart, the last wave beside the first."""
    section: Section = {"id": "helped", "title": story.voice.text("title_helped")}
    waves = talk_waves(story)
    if not waves:
        return section | {"paragraphs": [story.sentence("no_documents")]}
    if story.rows("heard")["state"].ne("counted").all():
        return section | {"paragraphs": [story.sentence("documents_hidden")]}
    blocks = [_block(one, story) for one in _elements("helped", story)]
    blocks = blocks or [_any("helps", story), _any("hinders", story)]
    about = story.sentence("heard_about", story.rows("heard", wave=waves[-1]).head(1))
    return section | {"paragraphs": [about], "blocks": blocks}


def yielded(story: RegionStory) -> Section | None:
    """Tell what it yielded, for whom; what is said to be lacking is told apart."""
    elements = [*_elements("yielded", story)]
    counted = story.rows("heard")
    if not elements or counted.empty or counted["state"].ne("counted").all():
        return None
    blocks = [_block(one, story, is_yield=True) for one in elements]
    title = story.voice.text("title_yielded")
    return {"id": "yielded", "title": title, "paragraphs": [], "blocks": blocks}


def _elements(section: str, story: RegionStory) -> Iterator[StoryElement]:
    known = story.study.published.story.values()
    return (one for one in known if one.section == section)


def _codes(element: StoryElement, story: RegionStory) -> list[str]:
    """Return the codes an element is about: those named, or those of a framework's stakeholders."""
    codes = story.study.codes
    named = [*element.codes] or codes_of(story, [element.framework])
    own = codes[codes["id"].isin(named) & (codes["node_type"] != HEADING)]
    if element.stakeholders and "stakeholder" in own:
        own = own[own["stakeholder"].isin(element.stakeholders)]
    if element.linked:
        own = concat([own, codes[codes["id"].isin(_linked(element.linked, story))]])
    paths = own["path"].str.split("/").map(set)
    return [*own.loc[[not path & {*element.without} for path in paths], "id"]]


def _linked(framework: str, story: RegionStory) -> set[str]:
    """Return the codes that stand for one of a framework, without those a reader doubted."""
    links = story.study.links
    own = links[(links["to_framework"] == framework) & (links["relation"] != "broader")]
    return {*own.loc[own["second_reading"] != "doubt", "from_code"]}


def _block(element: StoryElement, story: RegionStory, *, is_yield: bool = False) -> Section:
    """Tell one element: sentences on the last wave, and a table with the waves it looks at."""
    waves, codes = talk_waves(story), _codes(element, story)
    stance = "hinders" if element.stance == "hinders" else "helps"
    at = {wave: heard(story, wave, stance, codes) for wave in waves}
    kind = "yield" if is_yield else stance
    if element.rule == "heard" and element.at == "any":
        shown = without_sums(_ever(at, element.least), story)
        said = in_words(kind, _latest(shown), story) if len(shown) else []
        columns = waves
    else:
        shown = _most(at, waves, story).head(element.most) if waves else DataFrame()
        said = in_words(kind, shown.head(MOST_SAID), story) if len(shown) else []
        columns = list(dict.fromkeys([waves[0], waves[-1]])) if waves else []
    if is_yield and waves:
        lacking = often(heard(story, waves[-1], "hinders", codes), story)
        said += in_words("lacking", lacking.head(1), story) if len(lacking) else []
    nothing = [] if said else _nothing(element, at, story)
    limits = element.limits[story.language] if element.limits else ""
    return {
        "heading": element.heading[story.language],
        "say": [*said, *nothing, *tentative(shown, story)],
        "table": _table(shown, at, columns, story),
        "limits": limits,
    }


def _nothing(element: StoryElement, at: dict[str, DataFrame], story: RegionStory) -> list[Sentence]:
    """Say that nothing can be shown; that nobody spoke of it only where that is known."""
    rows = [rows for rows in at.values() if len(rows)]
    if any((one["worded"] == "low").any() for one in rows):
        return story.sentence("nothing_shown", concat(rows).head(1))
    return story.stated(element.when_nothing[story.language], story.anchor)


def _any(stance: str, story: RegionStory) -> Section:
    """Tell what was heard most of all codes, in a study that names no elements of a story."""
    waves = talk_waves(story)
    at = {wave: heard(story, wave, stance, [*story.study.codes["id"]]) for wave in waves}
    shown = _most(at, waves, story).head(MOST_ROWS)
    said = in_words(stance, shown.head(MOST_SAID), story)
    said = said or story.sentence(f"nothing_{stance}")
    return {
        "heading": story.voice.text(f"heading_{stance}"),
        "say": [*said, *tentative(shown, story)],
        "table": _table(shown, at, list(dict.fromkeys([waves[0], waves[-1]])), story),
        "limits": "",
    }


def _most(at: dict[str, DataFrame], waves: list[str], story: RegionStory) -> DataFrame:
    """Keep what was heard often at the last wave; among equals what grew most comes first."""
    shown = often(at[waves[-1]], story)
    began = dict(zip(at[waves[0]]["code"], at[waves[0]]["size"], strict=True))
    before = [began.get(code, 0.0) for code in shown["code"]]
    order = shown.assign(before=before).sort_values(
        ["size", "before"], ascending=[False, True], kind="stable"
    )
    return order.drop(columns="before")


def _ever(at: dict[str, DataFrame], least: int) -> DataFrame:
    """Keep the codes that were heard at any wave, one row each: that of the last time."""
    rows = [rows[rows["size"] >= max(least, 1)] for rows in at.values()]
    told = concat(rows) if rows else DataFrame(columns=["code"])
    return told.drop_duplicates("code", keep="last") if len(told) else told


def _latest(rows: DataFrame) -> DataFrame:
    """Keep what was heard at the last of the waves, most conversations first."""
    last = rows["wave"].iloc[-1]
    return (
        rows[rows["wave"] == last]
        .sort_values("size", ascending=False, kind="stable")
        .head(MOST_SAID)
    )


def _table(
    shown: DataFrame, at: dict[str, DataFrame], waves: list[str], story: RegionStory
) -> dict[str, Any] | None:
    """Lay out in how many conversations each topic was heard, wave by wave."""
    if shown.empty:
        return None
    counts = {wave: {row["code"]: row for row in rows_of(rows)} for wave, rows in at.items()}
    name = story.voice.name
    rows = []
    for row in rows_of(shown.head(MOST_ROWS)):
        cells = [cell(counts[wave].get(row["code"]), story) for wave in waves]
        rows.append({"id": row["evidence_id"], "cells": [name.code(row["code"]), *cells]})
    summary = story.voice.text("heard_table")
    return {"summary": summary, "heads": [summary, *map(name.wave, waves)], "rows": rows}
