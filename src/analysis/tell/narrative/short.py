"""The brief's first section: what changed, what did not, and the one thing to talk about."""

from typing import Any

from analysis.learn.longitudinal import direction_of
from analysis.plan.evidence import Passage, Sentence
from analysis.tell.narrative.answers import answers
from analysis.tell.narrative.grew import Section, divergences
from analysis.tell.narrative.heard import foremost
from analysis.tell.narrative.region import MOST_WORDS, RegionStory, length
from analysis.tell.narrative.voice import ladder, rows_of

# What is said first when several verdicts stand together; who was silent comes last.
IN_TURN = (
    *("clear_up", "probable_up", "slight_up", "clear_down", "probable_down", "slight_down", "same"),
    *("seems_up", "seems_down", "unknown", "too_few"),
)


def short(story: RegionStory) -> Section:
    """Answer the region's question part by part, or say what changed; then what to talk about."""
    if told := answers(story):
        title, paragraphs = story.voice.text("title_short"), [_talk_about(story)]
        return {"id": "short", "title": title, "paragraphs": paragraphs, "answers": told}
    said: list[Sentence] = []
    if not story.waves:
        said += story.sentence("no_survey")
    said += verdicts_of(story)
    if story.waves and not story.changes:
        said += story.sentence("one_wave")
    about = _talk_about(story)
    while length([*said, *about]) > 60 and said:
        said.pop()
    return {"id": "short", "title": story.voice.text("title_short"), "paragraphs": [said + about]}


def verdicts_of(story: RegionStory) -> list[Sentence]:
    """Say what changed, then what did not: the main measures, and every part that fell."""
    fell = [row for row in story.stand_outs if direction_of(row["verdict"]) == "down"]
    told = [*story.changes, *fell]
    groups = [[row for row in told if row["verdict"] == verdict] for verdict in IN_TURN]
    return [one for rows in groups if rows for one in together(rows, story)]


def together(changes: list[dict[str, Any]], story: RegionStory) -> list[Sentence]:
    """Say one verdict about several subjects at once, if that stays short enough."""
    own = [row for row in changes if story.voice.moved(row)]
    if own:
        rest = [row for row in changes if row not in own]
        said = [story.stated(story.voice.moved(row), story.change_rows([row])) for row in own]
        return [one for part in said for one in part] + (together(rest, story) if rest else [])
    words = ladder()["verdicts"][changes[0]["verdict"]]["sentence"][story.language]
    subjects = [story.subject(row) for row in changes]
    text = words.format(x=story.voice.listed(subjects))
    if len(text.split(". ")[0].split()) > MOST_WORDS and len(changes) > 1:
        half = (len(changes) + 1) // 2
        return together(changes[:half], story) + together(changes[half:], story)
    return story.stated(text, story.change_rows(changes))


def _talk_about(story: RegionStory) -> list[Sentence]:
    divergent = divergences(story)
    if len(divergent):
        first = divergent.head(1)
        subject = story.voice.name.subject(first["level"].iloc[0])
        way = first["talk_direction"].iloc[0]
        return story.sentence(f"talk_about_differ_{way}", first, subject=subject)
    falls = [row for row in (*story.changes, *story.stand_outs) if row["verdict"].endswith("down")]
    if falls:
        rows = story.change_rows(falls[:1])
        return story.sentence("talk_about_fall", rows, subject=story.subject(falls[0]))
    rises = [row for row in story.changes if row["verdict"].endswith("_up")]
    if rises:
        return story.sentence("talk_about_keep", story.change_rows(rises))
    worst = foremost(story, "hinders")
    for row in rows_of(worst):
        return story.sentence("talk_about_hinder", worst, code=story.voice.name.code(row["code"]))
    seen = any(row["verdict"] != "too_few" for row in story.changes) or not story.changes
    return story.sentence("talk_about_seen" if seen else "talk_about_who")


def answer(passage: Passage) -> Passage:
    """Return the first sentence of a passage: the answer in one sentence."""
    return Passage(passage.sentences[:1])
