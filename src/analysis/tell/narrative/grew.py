"""The brief's section on scores: a small chart and a few sentences for each level."""

from typing import Any

from pandas import DataFrame, concat

from analysis.learn.longitudinal import direction_of
from analysis.plan.evidence import Sentence
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.voice import ladder, rows_of

Section = dict[str, Any]


def grew(story: RegionStory) -> Section:
    """Tell what grew: one panel per level, then the scales that go another way."""
    section: Section = {"id": "grew", "title": story.voice.text(_title(story))}
    if not story.waves:
        return section | {"paragraphs": [story.sentence("no_survey")]}
    panels = [panel for scale in story.measures if (panel := _panel(scale, story))]
    paragraphs = [] if len(story.waves) > 1 else [story.sentence("one_wave")]
    if story.stand_outs:
        section["stand_outs"] = {
            "lead": story.voice.text(f"stand_out_{'more' if story.stand_outs[1:] else 'one'}"),
            "say": [_stand_out(row, story) for row in story.stand_outs],
        }
    if small := [row for row in story.changes if row["verdict"].startswith("slight")]:
        text = ladder()["additions"]["small"][story.language]
        paragraphs = [*paragraphs, story.stated(text, story.change_rows(small))]
    figure = _figure(panels, story) if panels else None
    return section | {"paragraphs": paragraphs, "figure": figure}


def _title(story: RegionStory) -> str:
    """Say that things grew only if all of them did."""
    if not story.changes:
        return "title_now"
    ways = {direction_of(row["verdict"]) for row in (*story.changes, *story.stand_outs)}
    return "title_grew" if ways == {"up"} else "title_changed"


def _stand_out(row: dict[str, Any], story: RegionStory) -> list[Sentence]:
    return story.stated(story.voice.verdict(row), story.change_rows([row])) + _means(
        row["scale"], story
    )


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
        said += _between(row, story)
    return said or _means(scale, story)


def _between(change: dict[str, Any], story: RegionStory) -> list[Sentence]:
    """Say where people stood on the way, if that was clearly or probably the other way."""
    turned = {"up": "down", "down": "up"}.get(direction_of(change["verdict"]))
    said = []
    for wave in story.waves[1:-1]:
        own = {"kind": "change", "scale": change["scale"], "start": story.waves[0], "end": wave}
        rows = story.rows("contrasts", **own)
        for row in rows_of(rows):
            if turned and direction_of(row["verdict"]) == turned:
                text = ladder()["between"][row["verdict"]][story.language]
                said += story.stated(text.format(wave=story.voice.name.wave(wave)), rows)
    return said


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
    start, end = rows["estimate"].iloc[0], rows["estimate"].iloc[-1]
    subject = story.voice.name.subject(scale)
    return story.sentence(key, rows, start=start, end=end, subject=subject)


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
        "rows": [row for panel in panels for row in _rows_of_panel(panel, ends, story)],
    }


def _rows_of_panel(panel: Section, ends: list[str], story: RegionStory) -> list[Section]:
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
    span = voice.text("span_exact", low=row["low"], high=row["high"])
    people = voice.whole(row["n"]) if row["n"] == row["n"] else "–"
    # Two decimals: rounded to one, an interval above zero may seem to touch it.
    return [voice.signed(row["estimate"]), span, people, verdict]


def divergences(story: RegionStory) -> DataFrame:
    """Return the cells in which scores and conversations differ."""
    joint = story.rows("joint")
    return joint[joint["label"] == "divergent"] if len(joint) else joint
