"""Where the changes of two regions differ: only what the model tests, and no ranking."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

from pandas import DataFrame

from analysis.plan.evidence import Sentence
from analysis.tell.narrative.region import MOST_WORDS, RegionStory, length
from analysis.tell.narrative.voice import rows_of


def between(stories: Sequence[RegionStory]) -> dict[str, Any]:
    """Say between which regions the change differs, only where the model tests it."""
    story, tested = stories[0], _tested(stories)
    told: dict[str, Any] = {"title": "", "say": [], "found": [], "mind": [], "table": None}
    if len(stories) < 2:
        return told
    told |= {"title": story.voice.text("between_title"), **_differences(tested, story)}
    if tested.empty:
        return told
    heads = ("regions", "subject", "certain", "difference", "interval")
    table = {
        "summary": story.voice.text("between_table"),
        "heads": [story.voice.text(f"head_{head}") for head in heads],
        "rows": [_difference_row(row, story) for row in rows_of(tested)],
    }
    return told | {"table": table, "read": story.voice.text("between_sign")}


def about(
    key: str, subjects: list[str], rows: DataFrame, story: RegionStory, **values: Any
) -> list[Sentence]:
    """Say one template about some subjects, in two sentences if one would be too long."""
    text = story.voice.text(key, subjects=subjects, **values)
    if length([text]) > MOST_WORDS and len(subjects) > 1:
        half = (len(subjects) + 1) // 2
        parts = (subjects[:half], subjects[half:])
        return [one for part in parts for one in about(key, part, rows, story, **values)]
    return story.stated(text, rows)


def _tested(stories: Sequence[RegionStory]) -> DataFrame:
    """Return the differences in change of what is told, over the longest span of each pair."""
    first = stories[0]
    if "contrasts" not in first.shared.names:
        return DataFrame()
    rows = first.shared.rows("contrasts", kind="growth", scale=first.measures)
    places = {wave: place for place, wave in enumerate(first.study.plan.waves)}
    scales = {scale: place for place, scale in enumerate(first.measures)}
    pairs = {
        f"{a}-{b}": min(left, right) * len(first.study.regions) + max(left, right)
        for (left, a), (right, b) in permutations(enumerate(first.study.regions), 2)
    }
    spans = rows.assign(
        span=rows["end"].map(places).astype(float) - rows["start"].map(places).astype(float),
        place=rows["scale"].map(scales),
        pair=rows["region"].map(pairs),
    )
    longest = spans.sort_values(["span"], ascending=False, kind="stable")
    kept = longest.drop_duplicates(["region", "scale"]).sort_values(["pair", "place"])
    return kept.drop(columns=["span", "place", "pair"])


def _differences(tested: DataFrame, story: RegionStory) -> dict[str, list[Any]]:
    """Say that it was tested, what differs pair by pair, and how to take it."""
    if tested.empty:
        return {"say": story.sentence("between_untested")}
    known = tested[tested["estimate"].notna()]
    if known.empty:
        return {"say": story.sentence("between_few", tested)}
    clear = known[[_is_clear(row) for row in rows_of(known)]]
    found = []
    for pair, rows in clear.groupby("region", sort=False):
        one, other = story.voice.name.pair(str(pair))
        subjects = [story.voice.name.subject(scale) for scale in rows["scale"]]
        found.append(about("between_found", subjects, rows, story, one=one, other=other))
    said = story.sentence("between_tested", known)
    said += [] if found else story.sentence("between_none", known)
    mind = story.sentence("between_cause", clear) if found else []
    planned = known["planned"].astype(str).eq("True").any()
    mind += [] if planned else story.sentence("between_unplanned", known)
    return {"say": said, "found": found, "mind": mind}


def _is_clear(row: dict[str, Any]) -> bool:
    return bool(row["low"] > 0 or row["high"] < 0)


def _difference_row(row: dict[str, Any], story: RegionStory) -> dict[str, Any]:
    voice = story.voice
    cells = [voice.name.region(row["region"]), story.subject(row)]
    if row["estimate"] != row["estimate"]:
        return {"id": row["evidence_id"], "cells": [*cells, voice.text("outcome_few"), "–", "–"]}
    outcome = voice.text("outcome_differs" if _is_clear(row) else "outcome_unknown")
    span = voice.text("between_span", low=row["low"], high=row["high"])
    value = voice.signed(row["estimate"])
    return {"id": row["evidence_id"], "cells": [*cells, outcome, value, span]}
