"""Sentences for the notebooks on conversations, joint displays and published patterns."""

from collections.abc import Iterator
from typing import Any

from pandas import DataFrame, concat

from analysis.findings import Table
from analysis.findings.table import of_table
from analysis.plan.evidence import EVERY, Passage, Sentence
from analysis.tell.narrative.people import count_everyone
from analysis.tell.narrative.voice import PLAN, Voice, ladder, rows_of, told

LABELS = ("convergent", "divergent", "silent", "not_testable")


@told(or_else="no_quotations")
def describe_quotations(quotations: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how many quotations were approved, and give the first of each stance."""
    approved = quotations[quotations["approved"].astype(str) == "True"]
    firsts = approved.sort_values("sha256").drop_duplicates("stance")
    for place, text in enumerate(firsts["text"]):
        yield voice.say("quotation_told", firsts.iloc[[place]], text=text)


@told(or_else="no_talk")
def describe_talk(talk: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say where the share of helping talk changed."""
    known = talk[talk["estimate"].notna() & talk["end"].notna()]
    changes = known[known["end"].astype(str) != ""]
    clear = changes[(changes["low"] > 0) | (changes["high"] < 0)]
    if clear.empty and len(changes):
        yield voice.say("talk_unclear", changes)
    yield from voice.each("talk_told", clear)


@told(or_else="no_joint")
def describe_joint(
    joint: DataFrame, voice: Voice, *, changes: Table, talk: Table
) -> Iterator[Sentence]:
    """Say how often scores and conversations tell one story, and where they tell two."""
    counts = joint["label"].value_counts()
    counted = [voice.text(f"label_{label}", n=counts[label]) for label in LABELS if label in counts]
    yield voice.say("joint_in_all", joint, n=len(joint), labels=counted)
    for row in rows_of(joint[joint["label"] == "divergent"]):
        yield _two_stories(row, joint, changes.rows, talk.rows, voice)


def _two_stories(
    row: dict[str, Any], joint: DataFrame, changes: DataFrame, talk: DataFrame, voice: Voice
) -> Sentence:
    cell = joint[joint["evidence_id"] == row["evidence_id"]]
    scored = changes[changes["evidence_id"] == row["change_id"]]
    spoken = talk[talk["evidence_id"] == row["talk_id"]]
    sides = {"change": rows_of(scored)[0], "talk": rows_of(spoken)[0]}
    return voice.say("joint_divergent", concat([cell, scored, spoken]), row=row, **sides)


@told(or_else="no_expectations")
def describe_expectations(expectations: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how the published patterns fare on the claims and on the data."""
    by_source = dict([*expectations.groupby("source", sort=False)])
    # The data first: that the publications agree with themselves is no news.
    for source in ("data", "claims"):
        if source in by_source:
            yield _fared(by_source[source], f"expectations_{source}", voice)
    data = by_source.get("data", expectations.iloc[:0])
    against = data[data["verdict"] == "contradicted"]
    if len(against):
        patterns = voice.study.expectations.set_index("exp_id")[f"label_{voice.language}"]
        named = [f"{patterns.get(one, one)} ({one})" for one in against["expectation"]]
        yield voice.say("expectations_against", against, patterns=named)
    if voice.study.is_synthetic:
        yield voice.say("expectations_synthetic", data if len(data) else expectations)


def _fared(expectations: DataFrame, key: str, voice: Voice) -> Sentence:
    counts = expectations["verdict"].value_counts()
    counted = [
        voice.text("expectation_count", n=counts[verdict], verdict=words[voice.language])
        for verdict, words in ladder()["expectations"].items()
        if verdict in counts
    ]
    return voice.say(key, expectations, n=len(expectations), verdicts=counted)


@of_table(Voice.of)
def describe_limits(participation: DataFrame, voice: Voice) -> Passage:
    """Say what no table of this study can show."""
    study, said = voice.study, []
    whole = participation[participation["wave"] == EVERY] if len(participation) else participation
    made_up = [region for region in study.regions.values() if region.synthetic]
    if made_up:
        regions = [voice.name.region(region.id) for region in made_up]
        ids = (*whole["evidence_id"],) if len(whole) else (PLAN,)
        said.append(Sentence(voice.text("limits_synthetic", regions=regions), ids))
    said.append(Sentence(voice.text("limits_design"), (PLAN,)))
    if len(whole) and len(study.plan.waves) > 1 and whole["people"].sum():
        counts = count_everyone(whole[whole["people"].fillna(0) > 0], voice)
        said += [] if counts["always"] is None else [voice.say("limits_panel", whole, **counts)]
    return Passage(tuple(said))
