"""Sentences for the notebooks on growth as we read it: phases, the growth plane, sliders."""

from typing import Any

from pandas import DataFrame, concat

from analysis.evidence import Passage, Sentence
from analysis.narrative.voice import Voice, nothing, rows_of
from analysis.study import Study

OPEN = ("begin", "unknown")


def describe_phases(phases: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say which phase each region went from and to, and where another threshold says otherwise."""
    voice = Voice(study, language)
    if phases.empty:
        return nothing("no_phases", study, language)
    rule = phases[phases["declared"].astype(bool)]
    said = [voice.say("phases_rule", rule.head(1), row=rows_of(rule)[0])]
    for region in study.regions:
        own = phases[phases["region"] == region]
        declared = own[own["declared"].astype(bool)]
        if len(declared):
            said += _phases(declared, own, voice)
    return Passage(tuple(said))


def _phases(declared: DataFrame, own: DataFrame, voice: Voice) -> list[Sentence]:
    ends = concat([declared.head(1), declared.tail(1)]).drop_duplicates("evidence_id")
    names = [_phase(row["phase"], voice) for row in rows_of(ends)]
    waves = [voice.name.wave(row["wave"]) for row in rows_of(ends)]
    same = len({*names}) == 1
    key = "phase_once" if len(ends) == 1 else "phase_stayed" if same else "phase_moved"
    said = [voice.say(key, ends, row=rows_of(ends)[0], phases=names, waves=waves)]
    last = own[own["wave"] == declared["wave"].iloc[-1]]
    others = last[~last["declared"].astype(bool) & last["phase"].ne(declared["phase"].iloc[-1])]
    for row in rows_of(others):
        here = others[others["evidence_id"] == row["evidence_id"]]
        said.append(voice.say("phase_otherwise", here, row=row, phase=_phase(row["phase"], voice)))
    for row in rows_of(declared[declared["out_of_order"].astype(object).fillna("") != ""]):
        here = declared[declared["evidence_id"] == row["evidence_id"]]
        levels = [voice.name.level(level) for level in row["out_of_order"].split()]
        said.append(voice.say("phase_out_of_order", here, row=row, levels=levels))
    return said


def _phase(phase: str, voice: Voice) -> str:
    return voice.text(f"phase_{phase}") if phase in OPEN else voice.name.level(phase)


def describe_plane(plane: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say from where to where each region went on both axes of the growth plane."""
    voice = Voice(study, language)
    known = plane[plane["x"].notna()] if len(plane) else plane
    if known.empty or study.plan.growth is None:
        return nothing("no_plane", study, language)
    slider = study.plan.sliders.get(study.plan.growth.reach or "")
    axes = {"measure": voice.name.measure(study.plan.growth.organisation or "")}
    axes["pole"] = dict(slider.pole_b)[language] if slider else ""
    said = []
    for region in known["region"].drop_duplicates():
        own = known[known["region"] == region]
        ends = concat([own.head(1), own.tail(1)]).drop_duplicates("evidence_id")
        first, last = rows_of(ends)[0], rows_of(ends)[-1]
        if len(ends) == 2:
            heard = ends["y"].notna().all()
            key = "plane_told" if heard else "plane_without_talk"
            said.append(voice.say(key, ends, first=first, last=last, **axes))
    return Passage(tuple(said)) if said else nothing("no_plane", study, language)


def describe_sliders(sliders: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say how many sliders could be heard, and where talk moved clearly between the poles."""
    voice = Voice(study, language)
    if sliders.empty:
        return nothing("no_sliders", study, language)
    heard = sliders[sliders["state"] == "counted"]["slider"].nunique()
    every = sliders.drop_duplicates("slider")
    said = [voice.say("sliders_heard", sliders, heard=heard, n=len(every))]
    for _, own in sliders.groupby(["slider", "region"], sort=False):
        known = own[own["estimate"].notna()]
        ends = concat([known.head(1), known.tail(1)])
        if len(known) > 1 and _apart(*rows_of(ends)):
            first, last = rows_of(ends)
            said.append(voice.say("slider_moved", ends, first=first, last=last))
    return Passage(tuple(said))


def _apart(first: dict[str, Any], last: dict[str, Any]) -> bool:
    """Say whether two intervals leave each other alone: stricter than a test, and no test."""
    return bool(last["low"] > first["high"] or last["high"] < first["low"])
