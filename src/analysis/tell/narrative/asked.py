"""The brief's last sections: its limits, three questions to talk about, and how it was made."""

from collections.abc import Iterator
from typing import Any

from pandas import DataFrame, isna

from analysis.learn.longitudinal import direction_of
from analysis.plan.evidence import Sentence
from analysis.tell.narrative.grew import Section, divergences
from analysis.tell.narrative.heard import foremost, talk_waves
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.told import question_of
from analysis.tell.narrative.voice import rows_of

QUESTIONS = 3


def limits(story: RegionStory) -> Section:
    """Say what this report cannot show."""
    said = story.sentence("made_up") if story.study.regions[story.region].synthetic else []
    said += story.sentence("not_everyone") if _some_were_absent(story) else []
    people, always = _attendance(story)
    if len(story.waves) > 1 and story.codes == "none":
        said += story.sentence("cannot_follow")
    elif len(story.waves) > 1 and people is not None and always is not None:
        key = "always_there" if people > always else "always_all"
        coded = story.codes == "some"
        said += story.sentence(key, None, people=people, always=always, coded=coded)
    said += story.sentence("small_groups") if story.waves else []
    design = story.shared.rows("plan", region="study", subject="design")
    again = [story.voice.state(text, design) for text in design[f"text_{story.language}"]]
    if len(story.waves) > 1 and _talked(story):
        again += story.sentence("measuring_counts")
    again += story.sentence(_unknown(story))
    return {"id": "limits", "title": story.voice.text("title_limits"), "paragraphs": [said, again]}


def _unknown(story: RegionStory) -> str:
    """Name the sentence that says what this region's figures leave open."""
    if not story.changes:
        return "one_wave_limit" if story.waves else "talk_only"
    shown = any(row["verdict"] != "too_few" for row in story.changes)
    return "no_cause" if shown else "not_shown"


def _talked(story: RegionStory) -> bool:
    """Say whether the counts show that conversations were held."""
    held = rows_of(story.whole)[0].get("documents") if len(story.whole) else None
    return held is not None and not isna(held) and held > 0


def _attendance(story: RegionStory) -> tuple[int | None, int | None]:
    """Return how many people could be followed, and how many of them were seen at every wave."""
    row = rows_of(story.whole)[0] if len(story.whole) else {}
    counted = "people" if story.codes == "all" else "with_code"
    people, always = (row.get(key) for key in (counted, "all_waves"))
    shown = [None if value is None or isna(value) else int(value) for value in (people, always)]
    return shown[0], shown[1]


def _some_were_absent(story: RegionStory) -> bool:
    """Say whether the counts show that not everyone answered every time."""
    people, always = _attendance(story)
    if len(story.waves) < 2 or people is None or (always is None and story.codes != "all"):
        return False
    return people > (always or 0)


def asked(story: RegionStory) -> Section:
    """Ask three questions, each with the row that prompted it."""
    questions: list[list[Sentence]] = []
    for question in _candidates(story):
        if question and len(questions) < QUESTIONS:
            questions.append(question)
    return {"id": "talk", "title": story.voice.text("title_talk"), "questions": questions}


def _candidates(story: RegionStory) -> Iterator[list[Sentence]]:
    """Go from what asks for talk most to what can always be asked."""
    differing = divergences(story).head(1)
    for row in rows_of(differing):
        subject = story.voice.name.subject(row["level"])
        yield story.sentence("ask_differ", differing, subject=subject)
    changes = [*story.changes, *story.stand_outs]
    yield _about("ask_fall", [row for row in changes if _points(row, "down")], story)
    yield _theme("ask_hinder", foremost(story, "hinders"), story)
    yield _about("ask_rise", [row for row in changes if _points(row, "up")], story)
    yield _theme("ask_theme", foremost(story, "helps"), story)
    rest = [row for row in changes if row["verdict"] in ("same", "unknown", "seems_up")]
    yield _about("ask_rest", rest, story)
    yield question_of("ask_question", story)
    yield story.sentence("ask_missing") if _some_were_absent(story) else []
    yield story.sentence("ask_first")
    yield story.sentence("ask_last")


def _points(row: dict[str, Any], way: str) -> bool:
    return direction_of(row["verdict"]) == way


def _about(key: str, changes: list[dict[str, Any]], story: RegionStory) -> list[Sentence]:
    rows = story.change_rows(changes[:1])
    return [
        one
        for row in changes[:1]
        for one in story.sentence(key, rows, verdict=story.voice.verdict(row))
    ]


def _theme(key: str, themes: DataFrame, story: RegionStory) -> list[Sentence]:
    name = story.voice.name
    return [
        one
        for row in rows_of(themes)
        for one in story.sentence(key, themes, code=name.code(row["code"]))
    ]


def account(story: RegionStory) -> Section:
    """Say in plain words how the figures were made."""
    key = "how_counted" if story.codes == "all" else "how_counted_without_code"
    counted = story.sentence(key) if story.waves else []
    lines = [counted]
    shown = [row for row in story.changes if row["verdict"] != "too_few"]
    if shown:
        rows = story.change_rows(shown)
        counted += story.sentence("how_rounded", rows)
        lines.append(story.sentence("how_model", rows) + story.sentence("how_sites", rows))
        lines.append(story.sentence("how_words", rows))
    joint, waves = story.rows("joint"), talk_waves(story)
    if waves:
        beside = story.sentence("how_direction", joint) if len(joint) else []
        last = story.rows("heard", wave=waves[-1]).head(1)
        lines.append(story.sentence("how_talk", last) + beside)
    quoted = story.sentence("how_quoted") if len(story.rows("quotations")) else []
    lines.append(story.sentence("how_shared") + quoted)
    note = story.study.decisions.notes.get(story.region, "")
    paragraphs = [part.strip() for part in note.split("\n\n") if part.strip()]
    return {
        "id": "account",
        "title": story.voice.text("title_account"),
        "paragraphs": [line for line in lines if line],
        "note": {"title": story.voice.text("note_title"), "paragraphs": paragraphs},
    }
