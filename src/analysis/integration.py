"""Scores and conversations side by side: whether they tell one story, or two."""

from pandas import DataFrame

from analysis.evidence import evidence_id
from analysis.study import Study

COLUMNS = [
    "evidence_id",
    "region",
    "level",
    "start",
    "end",
    "label",
    "score_direction",
    "talk_direction",
    "change_id",
    "talk_id",
    "note",
]
DIRECTIONS = {
    "clear_up": "up",
    "probable_up": "up",
    "same": "same",
    "probable_down": "down",
    "clear_down": "down",
}


def join_displays(contrasts: DataFrame, talk: DataFrame, study: Study) -> DataFrame:
    """Set the change in scores beside the change in talk, per region and level.

    Returns
    -------
    One row per region and planned comparison of a level's composite (without a plan: first to
    last wave). Convergent: both up, both down or both the same. Divergent: opposite, or one clear
    and the other the same. Silent: either is unknown. Not testable: one side has no estimate.
    """
    scored = contrasts[contrasts["kind"] == "change"] if len(contrasts) else contrasts
    changed = talk[talk["kind"] == "change"] if len(talk) else talk
    scores = _by_key(scored, "scale")
    words = _by_key(changed, "level")
    rows = [
        _row(
            region, level, scores.get((region, *what)), words.get((region, level, *what[1:])), what
        )
        for region in study.regions
        for level, *what in _comparisons(study)
    ]
    return DataFrame(rows, columns=COLUMNS)


def _comparisons(study: Study) -> list[tuple[str, str, str, str]]:
    """List level, scale, start and end of what is compared."""
    waves = [*study.plan.waves]
    level_of = {
        name: one.level
        for name, one in study.plan.composites.items()
        if one.level in study.plan.levels and not one.pillar
    }
    if not talkable(study):
        return []
    planned = [
        (level_of[one.scale] or "", one.scale, one.start, one.end)
        for one in study.plan.planned
        if one.scale in level_of
    ]
    first_to_last = [(level or "", name, waves[0], waves[-1]) for name, level in level_of.items()]
    return planned or (first_to_last if len(waves) > 1 else [])


def talkable(study: Study) -> bool:
    """Say whether talk can be placed at levels at all: there is a crosswalk."""
    return len(study.crosswalk) > 0


def _by_key(rows: DataFrame, subject: str) -> dict[tuple[str, ...], dict[str, object]]:
    keys = ["region", subject, "start", "end"]
    return {tuple(row[key] for key in keys): row for row in rows.to_dict("records")}


def _row(
    region: str,
    level: str,
    score: dict[str, object] | None,
    words: dict[str, object] | None,
    what: list[str],
) -> list[object]:
    _, start, end = what
    missing = _missing(score, words)
    scored = DIRECTIONS.get(str(score["verdict"]), "unknown") if score else ""
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


def _missing(score: dict[str, object] | None, words: dict[str, object] | None) -> str:
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
