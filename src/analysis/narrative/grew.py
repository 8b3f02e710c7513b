"""The brief's section on scores: a small chart and a few sentences for each level."""

from typing import Any

from pandas import DataFrame, concat

from analysis.evidence import Sentence
from analysis.narrative.region import MOST_WORDS, RegionStory, direction, length
from analysis.narrative.voice import ladder

Section = dict[str, Any]
# What is said first when several verdicts stand together; who was silent comes last.
IN_TURN = (
    *("clear_up", "probable_up", "clear_down", "probable_down", "same"),
    *("seems_up", "seems_down", "unknown", "too_few"),
)


def grew(story: RegionStory) -> Section:
    """Tell what grew: one panel per level, then the scales that go another way."""
    section: Section = {"id": "grew", "title": story.voice.text("title_grew")}
    if not story.waves:
        return section | {"paragraphs": [story.sentence("no_survey")]}
    panels = [panel for scale in story.measures if (panel := _panel(scale, story))]
    paragraphs = [] if len(story.waves) > 1 else [story.sentence("one_wave")]
    if story.stand_outs:
        section["stand_outs"] = {
            "lead": story.voice.text(f"stand_out_{'more' if story.stand_outs[1:] else 'one'}"),
            "say": [_stand_out(row, story) for row in story.stand_outs],
        }
    figure = _figure(panels, story) if panels else None
    return section | {"paragraphs": paragraphs, "figure": figure}


def _stand_out(row: dict[str, Any], story: RegionStory) -> list[Sentence]:
    return story.stated(story.voice.verdict(row), story.change_rows([row]))


def _panel(scale: str, story: RegionStory) -> Section:
    means = story.rows("means", scale=scale)
    changes = [row for row in story.changes if row["scale"] == scale]
    is_hidden = any(row["verdict"] == "too_few" for row in changes)
    points = [
        point
        for wave in ([] if is_hidden else story.waves)
        for point in means[means["wave"].eq(wave)].to_dict("records")
        if point["estimate"] == point["estimate"]
    ]
    if not points and not changes:
        return {}
    lowest, highest = story.study.plan.bounds(scale)
    name = story.voice.name
    shown = [_point({str(key): value for key, value in point.items()}, story) for point in points]
    told = [
        story.voice.text("figure_point", wave=point["wave"], value=point["text"]) for point in shown
    ]
    subject = name.subject(scale)
    return {
        "scale": scale,
        "name": subject[:1].upper() + subject[1:],
        "lowest": lowest,
        "highest": highest,
        "points": shown,
        "alt": story.voice.text("figure_alt", subject=subject, points=told) if told else "",
        "say": _level(scale, changes, story),
    }


def _point(row: dict[str, Any], story: RegionStory) -> Section:
    return {
        "evidence": row["evidence_id"],
        "wave": story.voice.name.wave(row["wave"]),
        "value": round(float(row["estimate"]), 4),
        "low": round(float(row["low"]), 4),
        "high": round(float(row["high"]), 4),
        "text": story.voice.decimal(row["estimate"], 1),
        "range": story.voice.text("range", low=row["low"], high=row["high"]),
    }


def _level(scale: str, changes: list[dict[str, Any]], story: RegionStory) -> list[Sentence]:
    said = []
    for row in changes:
        rows = story.change_rows([row])
        said += story.stated(story.voice.verdict(row), rows)
        said += _means(scale, story) if row["verdict"] != "too_few" else []
        said += [one for text in story.voice.additions(row) for one in story.stated(text, rows)]
    return said or _means(scale, story)


def _means(scale: str, story: RegionStory) -> list[Sentence]:
    means = story.rows("means", scale=scale)
    ends = [
        means[means["wave"].eq(wave)] for wave in dict.fromkeys((story.waves[0], story.waves[-1]))
    ]
    rows = concat(ends)
    if rows.empty or rows["estimate"].isna().any():
        return []
    values = [story.voice.decimal(value, 1) for value in rows["estimate"]]
    key = "mean_moved" if len({*values}) > 1 else "mean_stayed" if len(rows) > 1 else "mean_once"
    return story.sentence(key, rows, start=rows["estimate"].iloc[0], end=rows["estimate"].iloc[-1])


def _figure(panels: list[Section], story: RegionStory) -> Section:
    voice, first = story.voice, panels[0]
    waves = [story.voice.name.wave(wave) for wave in story.waves]
    ends = [waves[0], waves[-1]] if len(waves) > 1 else waves
    heads = ["subject", *(["change", "interval", "people", "verdict"] if story.changes else [])]
    texts = [voice.text(f"head_{head}") for head in heads]
    texts[1:1] = [voice.text("head_mean", wave=wave) for wave in ends]
    caption = voice.text(
        "figure_caption", lowest=f"{first['lowest']:g}", highest=f"{first['highest']:g}"
    )
    return {
        "panels": panels,
        "caption": caption,
        "summary": voice.text("figure_table"),
        "heads": texts,
        "rows": [row for panel in panels for row in _row(panel, ends, story)],
    }


def _row(panel: Section, ends: list[str], story: RegionStory) -> list[Section]:
    values = {point["wave"]: f"{point['text']} ({point['range']})" for point in panel["points"]}
    means = [values.get(wave, "–") for wave in ends]
    changes = [row for row in story.changes if row["scale"] == panel["scale"]]
    if not changes:
        return [{"id": panel["points"][0]["evidence"], "cells": [panel["name"], *means]}]
    return [
        {"id": row["evidence_id"], "cells": [panel["name"], *means, *_cells(row, story)]}
        for row in changes
    ]


def _cells(row: dict[str, Any], story: RegionStory) -> list[str]:
    verdict = ladder()["verdicts"][row["verdict"]]["short"][story.language]
    if row["estimate"] != row["estimate"]:
        return ["–", "–", "–", verdict]
    voice = story.voice
    span = voice.text("span", low=row["low"], high=row["high"])
    people = voice.whole(row["n"]) if row["n"] == row["n"] else "–"
    return [voice.signed(row["estimate"], 1), span, people, verdict]


def short(story: RegionStory) -> Section:
    """Tell in at most sixty words what changed, what did not, and what to talk about."""
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
    fell = [row for row in story.stand_outs if direction(row["verdict"]) == "down"]
    told = [*story.changes, *fell]
    groups = [[row for row in told if row["verdict"] == verdict] for verdict in IN_TURN]
    return [one for rows in groups if rows for one in together(rows, story)]


def together(changes: list[dict[str, Any]], story: RegionStory) -> list[Sentence]:
    """Say one verdict about several subjects at once, if that stays short enough."""
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
        return story.sentence("talk_about_differ", first, subject=subject)
    falls = [row for row in (*story.changes, *story.stand_outs) if row["verdict"].endswith("down")]
    if falls:
        rows = story.change_rows(falls[:1])
        return story.sentence("talk_about_fall", rows, subject=story.subject(falls[0]))
    rises = [row for row in story.changes if row["verdict"].endswith("_up")]
    return story.sentence("talk_about_keep", story.change_rows(rises)) if rises else []


def divergences(story: RegionStory) -> DataFrame:
    """Return the cells in which scores and conversations differ."""
    joint = story.rows("joint")
    return joint[joint["label"] == "divergent"] if len(joint) else joint
