"""The brief's section on what was agreed, and what became of it."""

from typing import Any

from analysis.plan.evidence import Sentence
from analysis.tell.narrative.grew import Section
from analysis.tell.narrative.heard import share
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.voice import rows_of


def agreed(story: RegionStory) -> Section | None:
    """Tell each agreement that may be shared: its state, and what scores and talk did since."""
    rows = story.rows("agreements")
    if rows.empty:
        return None
    told = [_agreement(place, row, story) for place, row in enumerate(rows_of(rows))]
    return {
        "id": "agreed",
        "title": story.voice.text("title_agreed"),
        "paragraphs": [story.sentence("agreed_limits", rows)],
        "agreements": told,
    }


def _agreement(place: int, row: dict[str, Any], story: RegionStory) -> dict[str, Any]:
    own = story.rows("agreements").iloc[[place]]
    wave = story.voice.name.wave(row["wave"])
    seen = _score(row, wave, story) + _talk(row, story)
    return {
        "say": [story.voice.state(row[f"text_{story.language}"], own)],
        "state": row["state"],
        "word": story.voice.text(f"agreed_{row['state']}"),
        "seen": seen or story.sentence("agreed_unseen", own),
    }


def _score(row: dict[str, Any], wave: str, story: RegionStory) -> list[Sentence]:
    rows = story.rows("contrasts", evidence_id=[row["seen_id"]])
    said = []
    for change in rows_of(rows):
        verdict = story.voice.verdict(change)
        clause = verdict[:1].lower() + verdict[1:]
        said += story.stated(story.voice.text("agreed_since", wave=wave, clause=clause), rows)
    return said


def _talk(row: dict[str, Any], story: RegionStory) -> list[Sentence]:
    said = []
    for key, now, then in (
        ("agreed_helps", "helps_id", "helped_id"),
        ("agreed_hinders", "hinders_id", "hindered_id"),
    ):
        rows = story.rows("heard", evidence_id=[row[now], row[then]])
        by_id = {one["evidence_id"]: one for one in rows_of(rows)}
        counts = [by_id.get(row[one]) for one in (now, then)]
        if all(one is not None and one["state"] == "counted" for one in counts):
            words = [story.voice.text(f"heard_{share(one)}", row=one) for one in counts if one]
            said += story.sentence(key, rows, now=words[0], then=words[1])
    return said
