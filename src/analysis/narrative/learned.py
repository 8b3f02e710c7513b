"""Sentences for the notebooks on conversations, joint displays and published patterns."""

from typing import Any

from pandas import DataFrame, concat

from analysis.evidence import Passage, Sentence
from analysis.narrative.people import count_everyone
from analysis.narrative.voice import PLAN, Voice, ladder, nothing, rows_of
from analysis.study import Study

LABELS = ("convergent", "divergent", "silent", "not_testable")


def describe_themes(themes: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say which theme was heard in most conversations of a region, and which moved most."""
    voice = Voice(study, language)
    counted = themes.query("state == 'counted'") if len(themes) else themes
    whole = counted.query("wave == 'all'") if len(counted) else counted
    if whole.empty:
        return nothing("no_themes", study, language)
    tops = whole.sort_values("documents", ascending=False, kind="stable")
    tops = tops.drop_duplicates("region").sort_index()
    named = [voice.text("theme_top", row=row) for row in rows_of(tops)]
    said = [voice.say("themes_in_all", tops, tops=named)]
    for region in tops["region"]:
        said += _movers(counted[counted["region"] == region], voice)
    said.append(voice.say("themes_few", tops))
    return Passage(tuple(said))


def _movers(themes: DataFrame, voice: Voice) -> list[Sentence]:
    waves = [wave for wave in voice.study.plan.waves if wave in set(themes["wave"])]
    if len(waves) < 2:
        return []
    shares = (themes["documents"] / themes["asked"]).astype(float)
    moved = (
        themes.assign(share=shares)
        .pivot_table("share", "code", "wave", sort=False)[[waves[0], waves[-1]]]
        .diff(axis="columns")[waves[-1]]
        .dropna()
    )
    codes = [code for code in (moved.idxmax(), moved.idxmin()) if moved[code]] if len(moved) else []
    return [_path(themes, code, waves, voice) for code in dict.fromkeys(codes)]


def _path(themes: DataFrame, code: object, waves: list[str], voice: Voice) -> Sentence:
    own = themes[themes["code"] == code]
    ends = concat([own[own["wave"] == waves[0]], own[own["wave"] == waves[-1]]])
    start, end = rows_of(ends)
    return voice.say("theme_path", ends, start=start, end=end)


def describe_quotations(quotations: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say how many quotations were approved, and give the first of each stance."""
    voice = Voice(study, language)
    if quotations.empty:
        return nothing("no_quotations", study, language)
    approved = quotations[quotations["approved"].astype(str) == "True"]
    if approved.empty:
        return nothing("no_quotations", study, language)
    firsts = approved.sort_values("sha256").drop_duplicates("stance")
    said = [
        voice.say("quotation_told", firsts.loc[[index]], text=row["text"])
        for index, row in zip(firsts.index, rows_of(firsts), strict=True)
    ]
    return Passage(tuple(said))


def describe_talk(talk: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say where the share of helping talk changed."""
    voice = Voice(study, language)
    known = talk[talk["estimate"].notna() & talk["end"].notna()] if len(talk) else talk
    changes = known[known["end"].astype(str) != ""] if len(known) else known
    if changes.empty:
        return nothing("no_talk", study, language)
    clear = changes[(changes["low"] > 0) | (changes["high"] < 0)]
    if clear.empty:
        return Passage((voice.say("talk_unclear", changes),))
    pairs = zip(clear.index, rows_of(clear), strict=True)
    return Passage(tuple(voice.say("talk_told", clear.loc[[i]], row=row) for i, row in pairs))


def describe_joint(
    joint: DataFrame,
    study: Study,
    *,
    changes: DataFrame,
    talk: DataFrame,
    language: str = "en",
) -> Passage:
    """Say how often scores and conversations tell one story, and where they tell two."""
    voice = Voice(study, language)
    if joint.empty:
        return nothing("no_joint", study, language)
    counts = joint["label"].value_counts()
    told = [voice.text(f"label_{label}", n=counts[label]) for label in LABELS if label in counts]
    said = [voice.say("joint_in_all", joint, n=len(joint), labels=told)]
    for row in rows_of(joint.query("label == 'divergent'")):
        said.append(_two_stories(row, joint, changes, talk, voice))
    return Passage(tuple(said))


def _two_stories(
    row: dict[str, Any], joint: DataFrame, changes: DataFrame, talk: DataFrame, voice: Voice
) -> Sentence:
    cell = joint[joint["evidence_id"] == row["evidence_id"]]
    scored = changes[changes["evidence_id"] == row["change_id"]]
    spoken = talk[talk["evidence_id"] == row["talk_id"]]
    sides = {"change": rows_of(scored)[0], "talk": rows_of(spoken)[0]}
    return voice.say("joint_divergent", concat([cell, scored, spoken]), row=row, **sides)


def describe_expectations(
    expectations: DataFrame, study: Study, *, language: str = "en"
) -> Passage:
    """Say how the published patterns fare on the claims and on the data."""
    voice = Voice(study, language)
    if expectations.empty:
        return nothing("no_expectations", study, language)
    said = [
        _fared(expectations.query("source == @source"), f"expectations_{source}", voice)
        for source in ("claims", "data")
        if source in set(expectations["source"])
    ]
    against = expectations.query("source == 'data' and verdict == 'contradicted'")
    if len(against):
        patterns = study.expectations.set_index("exp_id")[f"label_{language}"]
        named = [f"{patterns.get(one, one)} ({one})" for one in against["expectation"]]
        said.append(voice.say("expectations_against", against, patterns=named))
    if study.is_synthetic:
        data = expectations.query("source == 'data'")
        said.append(voice.say("expectations_synthetic", data if len(data) else expectations))
    return Passage(tuple(said))


def _fared(expectations: DataFrame, key: str, voice: Voice) -> Sentence:
    counts = expectations["verdict"].value_counts()
    told = [
        voice.text("expectation_count", n=counts[verdict], verdict=words[voice.language])
        for verdict, words in ladder()["expectations"].items()
        if verdict in counts
    ]
    return voice.say(key, expectations, n=len(expectations), verdicts=told)


def describe_limits(participation: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say what no table of this study can show."""
    voice = Voice(study, language)
    said = [Sentence(voice.text("limits_design"), (PLAN,))]
    whole = participation.query("wave == 'all'") if len(participation) else participation
    made_up = [region for region in study.regions.values() if region.synthetic]
    if made_up:
        regions = [voice.name.region(region.id) for region in made_up]
        ids = (*whole["evidence_id"],) if len(whole) else (PLAN,)
        said.insert(0, Sentence(voice.text("limits_synthetic", regions=regions), ids))
    if len(whole) and len(study.plan.waves) > 1 and whole["people"].sum():
        counts = count_everyone(whole[whole["people"].fillna(0) > 0], voice)
        said += [] if counts["always"] is None else [voice.say("limits_panel", whole, **counts)]
    return Passage(tuple(said))
