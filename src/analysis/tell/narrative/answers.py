"""The answer to a region's own question, part by part."""

from typing import Any

from analysis.learn.longitudinal import direction_of
from analysis.plan.evidence import Sentence
from analysis.plan.study.regionfile import QuestionPart
from analysis.tell.narrative.heard import heard, in_words, often, share, talk_waves
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.voice import ladder, rows_of

Answer = dict[str, Any]
STANCES = {"helps": "helps", "hinders": "hinders", "any": "helps"}


def answers(story: RegionStory) -> list[Answer]:
    """Answer each part of the region's own question by the first measure that can.

    The first score that the part names gives the rung of the ladder, with what conversations say
    beside it where they differ; without a score it is what conversations name. A part that neither
    can answer says so. Parts of another publication than the first are folded.
    """
    parts = [*story.study.regions[story.region].question_parts.values()]
    return [
        {
            "part": _capital(part.label[story.language]),
            "is_folded": part.source != parts[0].source,
            **_answer(part, story),
        }
        for part in parts
    ]


def _answer(part: QuestionPart, story: RegionStory) -> Answer:
    for measure in part.measures:
        if measure.score and (found := _scored(measure.score, story)):
            return found
    for measure in part.measures:
        codes = [*measure.codes]
        if codes and (found := _spoken(codes, STANCES[measure.stance], story)):
            return found
    said = story.sentence("part_unknown")
    return {"mark": "unknown", "word": story.voice.text("word_unknown"), "say": said, "number": ""}


def _scored(scale: str, story: RegionStory) -> Answer | None:
    """Answer by a score: its rung, its means, and the conversations where they say otherwise."""
    rows = story.change_of(scale)
    row = next(iter(rows_of(rows)), None)
    if row is None:
        return None
    said = story.stated(story.voice.verdict(row), rows)
    level = story.study.plan.measures[scale].level
    joint = story.rows("joint", level=level, label="divergent")
    word = str(ladder()["verdicts"][row["verdict"]]["short"][story.language])
    mark = direction_of(row["verdict"])
    for differing in rows_of(joint):
        phrase = ladder()["talk"][differing["talk_direction"]][story.language]
        subject = story.voice.name.subject(differing["level"])
        talk = story.rows("talk", evidence_id=differing["talk_id"])
        said = said + story.stated(phrase.format(x=subject), talk)
        word, mark = story.voice.text("word_differs"), "differs"
    number = _means(scale, story) if row["verdict"] != "too_few" else ""
    return {"mark": mark, "word": _capital(word), "say": said, "number": number}


def _means(scale: str, story: RegionStory) -> str:
    means = {row["wave"]: row for row in rows_of(story.rows("means", scale=scale))}
    ends = [means[wave] for wave in (story.waves[0], story.waves[-1]) if wave in means]
    known = [row["estimate"] for row in ends if row["estimate"] == row["estimate"]]
    return " → ".join(story.voice.decimal(one, 1) for one in known)


def _spoken(codes: list[str], stance: str, story: RegionStory) -> Answer | None:
    """Answer by what conversations name most at the last wave, beside the first."""
    waves = talk_waves(story)
    shown = often(heard(story, waves[-1], stance, codes), story).head(1) if waves else None
    if shown is None or shown.empty:
        return None
    said = in_words(stance, shown, story) + _before(shown.iloc[0]["code"], stance, waves, story)
    return {"mark": "talk", "word": story.voice.text("word_talk"), "say": said, "number": ""}


def _before(code: str, stance: str, waves: list[str], story: RegionStory) -> list[Sentence]:
    rows = story.rows("heard", wave=waves[0], stance=stance, code=code)
    if len(waves) < 2 or rows.empty or rows["state"].iloc[0] != "counted":
        return []
    (row,) = rows_of(rows)
    return story.sentence(f"before_{share(row)}", rows, row=row)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
