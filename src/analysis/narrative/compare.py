"""What the regions of a study have in common, what is context, and where their changes differ."""

from collections.abc import Sequence
from typing import Any

from pandas import DataFrame, concat

from analysis.evidence import Sentence
from analysis.narrative.region import MOST_WORDS, RegionStory, length
from analysis.narrative.voice import rows_of

Stories = Sequence[RegionStory]
CONTEXT = {"starting-position": "start", "question": "question", "context": "context"}
MOST_SUBJECTS = 6
HELD = ("counted", "not_coded", "not_asked", "suppressed")


def compare(stories: Stories) -> dict[str, Any]:
    """Say what was the same in every region and what was not, with the context side by side."""
    voice = stories[0].voice
    told: dict[str, Any] = {
        "title": voice.text("compare_title"),
        "parts": [],
        "context": _context(stories),
    }
    if len(stories) > 1:
        parts = {"same": _same(stories), "own": _own(stories)}
        told["parts"] = [
            {"title": voice.text(f"compare_{key}"), "say": said}
            for key, said in parts.items()
            if said
        ]
    return told


def between(stories: Stories) -> dict[str, Any]:
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


def _same(stories: Stories) -> list[Sentence]:
    surveyed = [story for story in stories if story.waves]
    talked = [story for story in stories if _has_talk(story)]
    said = _same_survey(surveyed, _where(surveyed, stories, "surveyed"))
    changed = [story for story in surveyed if story.changes]
    if len(changed) > 1:
        rows = concat([story.change_rows(story.changes) for story in changed])
        names = [_name(story) for story in changed]
        said += stories[0].sentence("same_model", rows, regions=names)
    return said + _same_codes(talked, _where(talked, stories, "talked"))


def _where(those: Stories, stories: Stories, kind: str) -> str:
    every = "everywhere" if len(those) == len(stories) else f"everywhere_{kind}"
    return stories[0].voice.text(every)


def _same_survey(surveyed: Stories, where: str) -> list[Sentence]:
    if len(surveyed) < 2:
        return []
    story, rows = surveyed[0], concat([_drawn(story) for story in surveyed])
    said: list[Sentence] = []
    shared = [
        scale for scale in story.measures if all(scale in {*_drawn(s)["scale"]} for s in surveyed)
    ]
    subjects = [story.voice.name.subject(scale) for scale in shared]
    if subjects:
        own = rows[rows["scale"].isin(shared)]
        said += _named("same_subjects", subjects, own, story, where=where)
    if all(one.waves == story.waves for one in surveyed):
        key = "same_waves" if len(story.waves) > 1 else "same_wave"
        said += story.sentence(key, rows, where=where, waves=_wave_names(story))
    return said


def _named(
    key: str, subjects: list[str], rows: DataFrame, story: RegionStory, **values: Any
) -> list[Sentence]:
    """Name the subjects, in two sentences if one would be too long."""
    if len(subjects) > MOST_SUBJECTS and key == "same_subjects":
        return story.sentence("same_many_subjects", rows, **values)
    text = story.voice.text(key, subjects=subjects, **values)
    if length([text]) > MOST_WORDS and len(subjects) > 1:
        half = (len(subjects) + 1) // 2
        parts = (subjects[:half], subjects[half:])
        return [one for part in parts for one in _named(key, part, rows, story, **values)]
    return story.stated(text, rows)


def _drawn(story: RegionStory) -> DataFrame:
    """Return the means of the measures that are told, at every wave."""
    return story.rows("means", scale=story.measures)


def _wave_names(story: RegionStory) -> list[str]:
    names = [story.voice.name.wave(wave) for wave in story.waves]
    return [story.voice.text("first_wave", wave=names[0]), *names[1:]]


def _same_codes(talked: Stories, where: str) -> list[Sentence]:
    """Say that the codes were the same; one row per region and list of codes shows it."""
    if len(talked) < 2:
        return []
    themes = [story.rows("themes", wave="all") for story in talked]
    lists = [{*zip(rows["framework"], rows["code"], strict=True)} for rows in themes]
    if any(codes != lists[0] for codes in lists):
        return []
    rows = concat([rows.groupby("framework", sort=False).head(1) for rows in themes])
    return talked[0].sentence("same_codes", rows, where=where)


def _has_talk(story: RegionStory) -> bool:
    themes = story.rows("themes", wave="all")
    return bool(len(themes) and themes["state"].isin(HELD).any())


def _own(stories: Stories) -> list[Sentence]:
    lacking = [one for story in stories for one in _lacking(story, stories)]
    return lacking + _own_people(stories) + _own_texts(stories)


def _lacking(story: RegionStory, stories: Stories) -> list[Sentence]:
    """Say what other regions have and this one has not."""
    name, said = _name(story), []
    if not story.waves and any(one.waves for one in stories):
        said += story.sentence("lacks_survey", None, region=name)
    elif story.waves:
        said += _lacking_waves(story, stories) + _lacking_measures(story, stories)
    if not any(_has_talk(one) for one in stories):
        return said
    if not _has_talk(story):
        return said + story.sentence("lacks_talk", None, region=name)
    unasked = story.rows("themes", wave="all", state="not_asked")
    return said + (story.sentence("lacks_codes", unasked, region=name) if len(unasked) else [])


def _lacking_waves(story: RegionStory, stories: Stories) -> list[Sentence]:
    held = {wave for one in stories for wave in one.waves}
    said = []
    for wave in story.study.plan.waves:
        if wave in held and wave not in story.waves:
            own = story.rows("participation", wave=wave)
            values = {"region": _name(story), "wave": story.voice.name.wave(wave)}
            said += story.sentence("lacks_wave", own if len(own) else None, **values)
    return said


def _lacking_measures(story: RegionStory, stories: Stories) -> list[Sentence]:
    """Say on which measures there are no means, at all or at some wave of the region."""
    means = story.rows("means")
    asked = {scale for one in stories if one.waves for scale in one.rows("means")["scale"]}
    said = []
    for scale in story.study.plan.measures:
        own = means[means["scale"] == scale]
        if scale not in asked or {*own["wave"]} >= {*story.waves}:
            continue
        values = {"region": _name(story), "subject": story.voice.name.subject(scale)}
        key, rows = ("lacks_subject_then", own) if len(own) else ("lacks_subject", None)
        said += story.sentence(key, rows, **values)
    return said


def _own_people(stories: Stories) -> list[Sentence]:
    rows = concat([story.whole for story in stories])
    known = rows[rows["people"].notna()] if "people" in rows else rows.iloc[:0]
    differs = len(known) > 1 and len({*known["people"]}) > 1
    return stories[0].sentence("own_people", known) if differs else []


def _own_texts(stories: Stories) -> list[Sentence]:
    """Say that each region began elsewhere and asked something else, if the plan says so."""
    said = []
    for key, subject in (("own_start", "starting-position"), ("own_question", "question")):
        rows = concat([story.rows("plan", subject=subject) for story in stories])
        texts = rows.get(f"text_{stories[0].language}", [])
        if len(stories) == len(rows) == len({*texts}):
            said += stories[0].sentence(key, rows)
    return said


def _context(stories: Stories) -> dict[str, Any] | None:
    """Lay the regions' own texts side by side; each cell is a row of the plan."""
    voice = stories[0].voice
    cells = {
        (story.region, subject): row
        for story in stories
        for subject in CONTEXT
        for row in rows_of(story.rows("plan", subject=subject))
    }
    told = [subject for subject in CONTEXT if any(subject == key for _, key in cells)]
    if not told:
        return None
    return {
        "summary": voice.text("compare_context"),
        "heads": [voice.text("summary_region"), *(voice.text(f"head_{CONTEXT[s]}") for s in told)],
        "rows": [
            {
                "name": _name(story),
                "texts": [_text(cells.get((story.region, s)), s, story) for s in told],
            }
            for story in stories
        ],
    }


def _text(row: dict[str, Any] | None, subject: str, story: RegionStory) -> dict[str, str]:
    if row is None:
        return {"id": f"none/{story.region}/{subject}", "says": "–"}
    text = str(row[f"text_{story.language}"])
    return {"id": str(row["evidence_id"]), "says": text[:1].upper() + text[1:]}


def _name(story: RegionStory) -> str:
    return story.voice.name.region(story.region)


def _tested(stories: Stories) -> DataFrame:
    """Return the differences in change of what is told, over the longest span of each pair."""
    first = stories[0]
    if "contrasts" not in first.shared.names:
        return DataFrame()
    rows = first.shared.table("contrasts", kind="growth", scale=first.measures)
    places = {wave: place for place, wave in enumerate(first.study.plan.waves)}
    scales = {scale: place for place, scale in enumerate(first.measures)}
    spans = rows.assign(
        span=rows["end"].map(places).astype(float) - rows["start"].map(places).astype(float),
        place=rows["scale"].map(scales),
    )
    longest = spans.sort_values(["span"], ascending=False, kind="stable")
    kept = longest.drop_duplicates(["region", "scale"]).sort_values(["region", "place"])
    return kept.drop(columns=["span", "place"])


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
        found.append(_named("between_found", subjects, rows, story, one=one, other=other))
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
