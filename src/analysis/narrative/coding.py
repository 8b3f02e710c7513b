"""Sentences about the coding: how well it holds, what it covers, and what frameworks show of it."""

from typing import Any

from pandas import DataFrame

from analysis.evidence import Passage, Sentence
from analysis.narrative.voice import Voice, nothing, rows_of
from analysis.study import Study

SHAPES = ("throughout", "appears", "fades", "passing", "returns")
MOST_NAMED = 8


def describe_segmentation(
    segmentation: DataFrame, study: Study, *, language: str = "en"
) -> Passage:
    """Say whether the coders marked the same text."""
    voice = Voice(study, language)
    whole = segmentation.query("region == 'all'") if len(segmentation) else segmentation
    if whole.empty:
        return nothing("no_agreement", study, language)
    row = rows_of(whole)[0]
    said = [voice.say("segmentation_told", whole, row=row)]
    if row["alpha"] == row["alpha"]:
        said.append(voice.say("segmentation_alpha", whole, row=row))
    return Passage(tuple(said))


def describe_discussions(discussions: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say how many passages the coders read differently, and what is at stake in them."""
    voice = Voice(study, language)
    if discussions.empty:
        return nothing("no_discussions", study, language)
    said = [voice.say("discussions_in_all", discussions, n=len(discussions))]
    for column, key in (("stance_differs", "opposite"), ("level_differs", "levels")):
        count = int(discussions[column].astype(str).eq("True").sum())
        said.append(voice.say(f"discussions_{key}", discussions, n=count))
    return Passage(tuple(said))


def describe_trajectories(
    trajectories: DataFrame, study: Study, *, language: str = "en"
) -> Passage:
    """Say which course the codes of each region take, and which changes stand out."""
    voice = Voice(study, language)
    if trajectories.empty:
        return nothing("no_trajectories", study, language)
    said = []
    for region in study.regions:
        own = trajectories[trajectories["region"] == region]
        counts = own["trajectory"].value_counts()
        told = [
            voice.text(f"trajectory_{shape}", n=counts[shape])
            for shape in SHAPES
            if shape in counts
        ]
        if told:
            values = {"region": voice.name.region(region), "n": len(own), "shapes": told}
            said.append(voice.say("trajectories_in_region", own, **values))
    counts = trajectories["direction"].value_counts()
    moved = [voice.text(f"moved_{way}", n=counts[way]) for way in ("up", "down") if way in counts]
    key = "trajectories_clear" if moved else "trajectories_unclear"
    return Passage((*said, voice.say(key, trajectories, moved=moved, codes=len(trajectories))))


def describe_saturation(saturation: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say how many codes each region's last wave still brought."""
    voice = Voice(study, language)
    said = []
    for region in study.regions if len(saturation) else ():
        own = saturation[saturation["region"] == region]
        if len(own):
            late = own[own["wave"] == own["wave"].iloc[-1]]
            values = {"last": rows_of(late)[-1], "new": late["new"].sum()}
            said.append(voice.say("saturation_told", late, **values))
    return Passage(tuple(said)) if said else nothing("no_themes", study, language)


def describe_together(pairs: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say which two codes stand on one passage in most conversations."""
    voice = Voice(study, language)
    if pairs.empty:
        return nothing("no_pairs", study, language)
    most = pairs.sort_values("documents", ascending=False, kind="stable").head(1)
    said = [voice.say("pair_told", most, row=row) for row in rows_of(most)]
    return Passage((*said, voice.say("pairs_in_all", pairs, n=len(pairs))))


def describe_code_drift(drift: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say for how many codes the use could be compared between waves, and which differ."""
    voice = Voice(study, language)
    tested = drift[drift["testable"] == "yes"] if len(drift) else drift
    if tested.empty:
        return nothing("no_code_drift", study, language)
    said = [voice.say("code_drift_tested", drift, tested=len(tested), n=len(drift))]
    alarmed = drift[drift["alarm"].fillna("") != ""]
    if alarmed.empty:
        return Passage((*said, voice.say("code_drift_none", tested)))
    names = [voice.name.code(code) for code in dict.fromkeys(alarmed["code"])]
    key = "code_drift_alarm" if len(names) <= MOST_NAMED else "code_drift_alarm_many"
    return Passage((*said, voice.say(key, alarmed, codes=names, n=len(alarmed))))


def describe_lenses(summary: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say what each kind of link carries: frameworks coded with, linked by name, or by us."""
    voice = Voice(study, language)
    if summary.empty:
        return nothing("no_themes", study, language)
    shown = summary[summary["segments"] > 0]
    said = [voice.say("lenses_in_all", summary, n=len(summary))]
    if len(shown):
        said.append(voice.say("lenses_shown", shown, shown=len(shown)))
    for key, kept in (
        ("lenses_exact", shown[shown["stated"] == 1]),
        ("lenses_ours", shown[shown["our_reading"] == 1]),
    ):
        if len(kept):
            names = [f"‘{voice.name.framework(one)}’" for one in kept["framework"]]
            said.append(voice.say(key, kept, n=len(kept), frameworks=names))
    mixed = shown[(shown["stated"] < 1) & (shown["our_reading"] < 1)]
    said += [_mixed(row, mixed, voice) for row in rows_of(mixed)]
    return Passage(tuple(said))


def _mixed(row: dict[str, Any], rows: DataFrame, voice: Voice) -> Sentence:
    own = rows[rows["evidence_id"] == row["evidence_id"]]
    return voice.say("lens_mixed", own, row=row)
