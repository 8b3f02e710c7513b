"""Sentences about themes over time: what grew, what faded, what is new and what is gone."""

from collections.abc import Iterator

from pandas import DataFrame

from analysis.plan.evidence import EVERY, Sentence
from analysis.tell.narrative.founded import Row
from analysis.tell.narrative.voice import Voice, rows_of, told

MOST_NAMED = 4
ENDS = {"up": ("grew", False), "down": ("faded", True)}
COURSES = {"appears": "themes_appeared", "fades": "themes_faded"}


@told(or_else="no_theme_changes")
def describe_theme_changes(changes: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say per region which theme grew most and which faded most, helping and hindering apart."""
    clear = changes[changes["direction"] != "unknown"]
    for region in dict.fromkeys(changes["region"]):
        own = clear[clear["region"] == region]
        if own.empty:
            still = changes[changes["region"] == region]
            yield voice.say("theme_change_still", still, region=voice.name.region(region))
        for direction, (key, is_low_first) in ENDS.items():
            moved = own[own["direction"] == direction]
            moved = moved.sort_values("change", ascending=is_low_first, kind="stable")
            for place, row in enumerate(rows_of(moved.drop_duplicates("stance"))):
                rest = moved.drop_duplicates("stance").iloc[[place]]
                yield voice.say(f"theme_change_{key}", rest, row=row, stance=_stance(row, voice))
    if len(clear):
        yield voice.say("theme_changes_chance", clear)


@told(or_else="no_theme_changes")
def describe_come_or_gone(changes: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Name per region the themes that were only heard later, or no more."""
    for (region, course), own in changes.groupby(["region", "trajectory"], sort=False):
        if course in COURSES:
            most = own.head(MOST_NAMED)
            named = [
                voice.text("theme_and_stance", row=row, stance=_stance(row, voice))
                for row in rows_of(most)
            ]
            values = {"region": voice.name.region(str(region)), "codes": named}
            yield voice.say(COURSES[str(course)], most, **values)


@told(or_else="no_methods_of_talk")
def describe_methods_of_talk(methods: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say per region what one kind of conversation brought up and the other did not."""
    for _, own in methods.groupby(["region", "held_as", "other_held_as"], sort=False):
        whole, themes = own[own["code"] == EVERY], own[own["code"] != EVERY]
        heard = _heard_apart(themes)
        values = {name: heard[name].sum() for name in ("both", "one", "two")}
        yield voice.say("methods_in_region", heard, row=rows_of(own)[0], **values)
        stances = {row["stance"]: row for row in rows_of(whole)}
        if {"helps", "hinders"} <= stances.keys():
            yield voice.say("methods_passages", whole, **stances)
    yield voice.say("methods_limits", methods)


def _heard_apart(themes: DataFrame) -> DataFrame:
    """Say of each theme, whatever its stance, in which kind of conversation it was heard."""
    counts = themes.groupby("code", sort=False)[["documents", "other_documents"]].sum() > 0
    one, two = counts["documents"], counts["other_documents"]
    apart = DataFrame({"both": one & two, "one": one & ~two, "two": two & ~one}).astype(int)
    return themes.drop_duplicates("code").merge(apart, left_on="code", right_index=True)


def _stance(row: Row, voice: Voice) -> str:
    return voice.text(f"theme_change_{row['stance']}")
