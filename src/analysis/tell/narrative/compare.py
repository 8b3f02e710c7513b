"""What the regions of a study have in common, and what is context."""

from collections.abc import Sequence
from typing import Any

from pandas import DataFrame, concat

from analysis.plan.evidence import EVERY, Sentence
from analysis.tell.narrative.between import about
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.told import theme_cell
from analysis.tell.narrative.voice import rows_of

Stories = Sequence[RegionStory]
CONTEXT = {"starting-position": "start", "question": "question", "context": "context"}
MOST_SUBJECTS = 6
HELD = ("counted", "not_coded", "not_asked", "suppressed")


def compare(stories: Stories) -> dict[str, Any]:
    """Say what was the same in every region and what was not, with the context side by side."""
    voice = stories[0].voice
    told: dict[str, Any] = {
        "title": voice.text("compare_title" if len(stories) > 1 else "compare_context"),
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


def _same(stories: Stories) -> list[Sentence]:
    surveyed = [story for story in stories if story.waves]
    talked = [story for story in stories if _has_talk(story)]
    said = _same_survey(surveyed, _where(surveyed, stories, "surveyed"))
    changed = {_name(story): shown for story in surveyed if len(shown := _shown_changes(story))}
    if len(changed) > 1:
        said += stories[0].sentence("same_model", concat(changed.values()), regions=[*changed])
    return said + _same_codes(talked, _where(talked, stories, "talked"))


def _shown_changes(story: RegionStory) -> DataFrame:
    rows = story.change_rows(story.changes)
    return rows[rows["estimate"].notna()] if len(rows) else rows


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
        if len(subjects) > MOST_SUBJECTS and {*shared} == {*rows["scale"]}:
            said += story.sentence("same_many_subjects", own, where=where)
        else:
            said += about("same_subjects", subjects, own, story, where=where)
    if all(one.waves == story.waves for one in surveyed):
        key = "same_waves" if len(story.waves) > 1 else "same_wave"
        said += story.sentence(key, rows, where=where, waves=_wave_names(story))
    return said


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
    themes = [story.rows("themes", wave=EVERY) for story in talked]
    lists = [{*zip(rows["framework"], rows["code"], strict=True)} for rows in themes]
    if any(codes != lists[0] for codes in lists):
        return []
    rows = concat([rows.groupby("framework", sort=False).head(1) for rows in themes])
    return talked[0].sentence("same_codes", rows, where=where)


def heard_in(story: RegionStory) -> dict[str, str]:
    """Say of each theme row of a region in how many of its conversations it came up."""
    return {
        row["evidence_id"]: f"{story.voice.name.code(row['code'])}: {theme_cell(row, story)}"
        for row in rows_of(story.rows("themes", wave=EVERY))
    }


def _has_talk(story: RegionStory) -> bool:
    themes = story.rows("themes", wave=EVERY)
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
    unasked = story.rows("themes", wave=EVERY, state="not_asked")
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
                "texts": [_texts_of_cell(cells.get((story.region, s)), s, story) for s in told],
            }
            for story in stories
        ],
    }


def _texts_of_cell(row: dict[str, Any] | None, subject: str, story: RegionStory) -> dict[str, str]:
    if row is None:
        return {"id": f"none/{story.region}/{subject}", "says": "–"}
    text = str(row[f"text_{story.language}"])
    return {"id": str(row["evidence_id"]), "says": text[:1].upper() + text[1:]}


def _name(story: RegionStory) -> str:
    return story.voice.name.region(story.region)
