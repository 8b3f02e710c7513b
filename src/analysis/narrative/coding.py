"""Sentences about the coding: how well it holds, what it covers, and what frameworks show of it."""

from typing import Any

from pandas import DataFrame

from analysis.agreement.drawing import FEWEST_DOCUMENTS
from analysis.evidence import Passage, Sentence
from analysis.narrative.voice import Voice, nothing, rows_of
from analysis.study import Study

SHAPES = ("throughout", "appears", "fades", "passing", "returns")
FEW_TO_DRAW = 10
CELLS = ("counted", "not_coded", "not_asked", "no_data")
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


def describe_drawing(agreement: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say where the intervals of agreement rest on so few conversations that they are rough."""
    voice = Voice(study, language)
    overall = agreement[agreement["code"] == "all"] if len(agreement) else agreement
    overall = overall[overall["alpha"].notna()] if len(overall) else overall
    if overall.empty:
        return nothing("no_agreement", study, language)
    said = []
    for row in rows_of(overall):
        own = overall[overall["evidence_id"] == row["evidence_id"]]
        if row["documents"] < FEWEST_DOCUMENTS:
            said.append(voice.say("drawn_passages", own, row=row))
        elif row["documents"] < FEW_TO_DRAW:
            said.append(voice.say("drawn_few", own, row=row))
    return Passage(tuple(said) or (voice.say("drawn_enough", overall),))


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
    silent = summary[summary["segments"] == 0]
    if len(silent):
        names = [f"‘{voice.name.framework(one)}’" for one in silent["framework"]]
        said.append(voice.say("lenses_silent", silent, frameworks=names))
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


def describe_cells(cells: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say how many cells of a framework matrix hold passages, and what the others lack."""
    voice = Voice(study, language)
    counts = cells["state"].value_counts() if len(cells) else {}
    if "counted" not in counts:
        return nothing("no_themes", study, language)
    told = [voice.text(f"cells_{state}", n=counts[state]) for state in CELLS if state in counts]
    said = [voice.say("cells_in_all", cells, n=len(cells), states=told)]
    most = cells[cells["segments"] == cells["segments"].max()].head(1)
    return Passage((*said, voice.say("cell_fullest", most, row=rows_of(most)[0])))


def describe_flags(flags: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say in how many quotations something may identify somebody, and if these were approved."""
    voice = Voice(study, language)
    whole = flags[(flags["region"] == "all") & (flags["flagged"] > 0)] if len(flags) else flags
    if whole.empty:
        return nothing("no_flags", study, language)
    row = rows_of(whole[whole["kind"] == "any"])[0]
    parts = [
        voice.text("flag_counted", n=one["flagged"], kind=voice.text(f"flag_{one['kind']}"))
        for one in rows_of(whole[whole["kind"] != "any"])
    ]
    approved = "flags_approved" if row["approved"] else "flags_not_approved"
    said = [voice.say("flags_in_all", whole, row=row, parts=parts)]
    return Passage((*said, voice.say(approved, whole, row=row), voice.say("flags_limit", whole)))


def describe_lens(summary: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say how much of the coding one framework shows, and on what that rests."""
    voice = Voice(study, language)
    if summary.empty:
        return nothing("no_themes", study, language)
    said = []
    for row in rows_of(summary):
        own = summary[summary["evidence_id"] == row["evidence_id"]]
        if not row["segments"]:
            said.append(
                voice.say("lens_silent" if row["linked"] else "lens_unlinked", own, row=row)
            )
            continue
        said.append(voice.say("lens_told", own, row=row))
        said.append(voice.say("lens_basis", own, row=row))
    return Passage(tuple(said))


def describe_contexts(contexts: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say for each published context which code of one framework most of its claims are about."""
    voice = Voice(study, language)
    if contexts.empty:
        return nothing("no_contexts", study, language)
    seen = contexts[contexts["claims"].fillna(0) > 0]
    if seen.empty:
        return Passage((voice.say("contexts_silent", contexts.head(1), row=rows_of(contexts)[0]),))
    most = seen.sort_values("claims", ascending=False, kind="stable").drop_duplicates("region")
    said = [
        voice.say("context_told", own, row=row, context=str(row["region"]).replace("_", " "))
        for _, own in most.sort_index().groupby("region", sort=False)
        for row in rows_of(own)
    ]
    return Passage((*said, voice.say("contexts_selected", most)))
