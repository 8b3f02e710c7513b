"""Sentences for the notebooks on growth as we read it: phases, the growth plane, sliders."""

from collections.abc import Iterator

from pandas import DataFrame, concat

from analysis.plan.evidence import Sentence
from analysis.tell.narrative.founded import Row
from analysis.tell.narrative.voice import Voice, rows_of, told

OPEN = ("begin", "unknown")


def ends_of(rows: DataFrame) -> DataFrame:
    """Return the first and the last row, once if these are one."""
    return concat([rows.head(1), rows.tail(1)]).drop_duplicates("evidence_id")


@told(or_else="no_phases")
def describe_phases(phases: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say which phase each region went from and to, and where another threshold says otherwise."""
    yield from voice.each("phases_rule", phases[phases["declared"].astype(bool)].head(1))
    for region in voice.study.regions:
        own = phases[phases["region"] == region]
        declared = own[own["declared"].astype(bool)]
        if len(declared):
            yield from _phases(declared, own, voice)


def _phases(declared: DataFrame, own: DataFrame, voice: Voice) -> Iterator[Sentence]:
    ends = ends_of(declared)
    names = [_phase(row["phase"], voice) for row in rows_of(ends)]
    waves = [voice.name.wave(row["wave"]) for row in rows_of(ends)]
    same = len({*names}) == 1
    key = "phase_once" if len(ends) == 1 else "phase_stayed" if same else "phase_moved"
    yield voice.say(key, ends, row=rows_of(ends)[0], phases=names, waves=waves)
    last = own[own["wave"] == declared["wave"].iloc[-1]]
    others = last[~last["declared"].astype(bool) & last["phase"].ne(declared["phase"].iloc[-1])]
    for place, row in enumerate(rows_of(others)):
        phase = _phase(row["phase"], voice)
        yield voice.say("phase_otherwise", others.iloc[[place]], row=row, phase=phase)
    mixed = declared[declared["out_of_order"].astype(object).fillna("") != ""]
    for place, row in enumerate(rows_of(mixed)):
        levels = [voice.name.level(level) for level in row["out_of_order"].split()]
        yield voice.say("phase_out_of_order", mixed.iloc[[place]], row=row, levels=levels)


def _phase(phase: str, voice: Voice) -> str:
    return voice.text(f"phase_{phase}") if phase in OPEN else voice.name.level(phase)


@told(or_else="no_plane")
def describe_plane(plane: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say from where to where each region went on both axes of the growth plane."""
    known, plan = plane[plane["x"].notna()], voice.study.plan
    if plan.growth is None:
        return
    slider = plan.sliders.get(plan.growth.reach or "")
    axes = {"measure": voice.name.measure(plan.growth.organisation or "")}
    axes["pole"] = dict(slider.pole_b)[voice.language] if slider else ""
    for _, own in known.groupby("region", sort=False):
        ends = ends_of(own)
        first, last = rows_of(ends)[0], rows_of(ends)[-1]
        if len(ends) == 2:
            key = "plane_told" if ends["y"].notna().all() else "plane_without_talk"
            yield voice.say(key, ends, first=first, last=last, **axes)


@told(or_else="no_sliders")
def describe_sliders(sliders: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how many sliders could be heard, and where talk moved clearly between the poles."""
    heard = sliders[sliders["state"] == "counted"]["slider"].nunique()
    yield voice.say("sliders_heard", sliders, heard=heard, n=sliders["slider"].nunique())
    known = sliders[sliders["estimate"].notna()]
    for _, own in known.groupby(["slider", "region"], sort=False):
        ends = own.iloc[[0, -1]]
        first, last = rows_of(ends)
        if _apart(first, last):
            yield voice.say("slider_moved", ends, first=first, last=last)


def _apart(first: Row, last: Row) -> bool:
    """Say whether two intervals leave each other alone: stricter than a test, and no test."""
    return bool(last["low"] > first["high"] or last["high"] < first["low"])
