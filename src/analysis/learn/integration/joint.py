"""Scores and conversations side by side: whether they tell one story, or two."""

from typing import Any

import numpy as np
from pandas import DataFrame

from analysis.learn.longitudinal import direction_of
from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Study

Row = dict[str, Any]


def join_displays(contrasts: DataFrame, talk: DataFrame, study: Study) -> DataFrame:
    """Set the change in scores beside the change in talk, per region and level.

    Returns
    -------
    One row per region and planned comparison of a level's composite (without a plan: first to
    last wave; a region that lacks one of the waves: its own longest span). Convergent: both up,
    both down or both the same. Divergent: opposite, or one clear and the other the same. Silent:
    either is unknown. Not testable: one side has no estimate. `change` is that of the score, in
    points, with its 95% interval, `turn` that of the share of talk that helps; `documents` are
    those of the wave that has fewer.
    """
    scores = _by_key(contrasts[contrasts["kind"] == "change"], "scale")
    words = _by_key(talk[talk["kind"] == "change"], "level")
    shares = dict(zip(talk["evidence_id"], talk["estimate"], strict=True))
    rows = []
    for region in study.regions:
        for level, *planned in _comparisons(study):
            what = _own_span(planned, region, scores, [*study.plan.waves])
            score, spoken = scores.get((region, *what)), words.get((region, level, *what[1:]))
            ends = [shares.get(evidence_id("talk", region, level, wave)) for wave in what[1:]]
            cell = _joint_row(region, level, score, spoken, what)
            rows.append([*cell, *_scored(score), *ends, *_turned(spoken)])
    return described.table("joint", rows)


def _own_span(
    planned: list[str], region: str, scores: dict[tuple[str, ...], Row], waves: list[str]
) -> list[str]:
    """Return scale, start and end as planned, or the region's own longest where it lacks a wave."""
    scale = planned[0]
    own = [key[2:] for key in scores if key[:2] == (region, scale)]
    if not own or tuple(planned[1:]) in own:
        return planned
    longest = max(own, key=lambda ends: waves.index(ends[1]) - waves.index(ends[0]))
    return [scale, *longest]


def _scored(score: Row | None) -> list[object]:
    """Return the means, the change with its interval, how many people, and the verdict."""
    found = score or {}
    start = found.get("start_mean", np.nan)
    change = [found.get(name, np.nan) for name in ("estimate", "low", "high")]
    return [start, start + change[0], *change, found.get("n"), found.get("verdict", "")]


def _turned(words: Row | None) -> list[object]:
    found = words or {}
    change = [found.get(name, np.nan) for name in ("estimate", "low", "high")]
    return [*change, found.get("documents")]


def _comparisons(study: Study) -> list[tuple[str, str, str, str]]:
    """List level, scale, start and end of what is compared."""
    waves = [*study.plan.waves]
    level_of = {measure: level for level, measure in study.plan.measure_of_level.items()}
    if not talkable(study):
        return []
    planned = [
        (level_of[one.scale], one.scale, one.start, one.end)
        for one in study.plan.planned
        if one.scale in level_of
    ]
    first_to_last = [(level, name, waves[0], waves[-1]) for name, level in level_of.items()]
    return planned or (first_to_last if len(waves) > 1 else [])


def talkable(study: Study) -> bool:
    """Say whether talk can be placed at levels at all: there is a crosswalk."""
    return len(study.crosswalk) > 0


def _by_key(rows: DataFrame, subject: str) -> dict[tuple[str, ...], Row]:
    keys = ["region", subject, "start", "end"]
    return {tuple(row[key] for key in keys): row for row in rows.to_dict("records")}


def _joint_row(
    region: str,
    level: str,
    score: Row | None,
    words: Row | None,
    what: list[str],
) -> list[object]:
    _, start, end = what
    missing = _missing(score, words)
    scored = direction_of(str(score["verdict"])) if score else ""
    spoken = str(words["direction"]) if words else ""
    label = "not_testable" if missing else _label(scored, spoken)
    return [
        evidence_id("joint", region, level, f"{start}-{end}"),
        region,
        level,
        start,
        end,
        label,
        scored,
        spoken,
        score["evidence_id"] if score else "",
        words["evidence_id"] if words else "",
        missing,
    ]


def _missing(score: Row | None, words: Row | None) -> str:
    """Say which side cannot speak, or nothing."""
    absent = []
    # An empty number is the only one that differs from itself.
    if score is None or score["estimate"] != score["estimate"]:
        absent.append("no change in scores")
    elif score["verdict"] in ("too_few", "suppressed"):
        absent.append("too few answers")
    if words is None or words["estimate"] != words["estimate"]:
        absent.append("too few counting conversations")
    return "; ".join(absent)


def _label(scored: str, spoken: str) -> str:
    if "unknown" in (scored, spoken):
        return "silent"
    return "convergent" if scored == spoken else "divergent"
