"""Sentences on who stayed, who left, and what is left to analyse."""

from pandas import DataFrame

from analysis.evidence import Passage, Sentence
from analysis.narrative.voice import Voice, nothing, rows_of
from analysis.study import Study
from analysis.study.labels import in_plan_order

UNLIKELY = 0.05
FACTORS = ("role", "region", "wave")


def describe_flow(flow: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say for every region and step how many people came back, left and joined."""
    voice = Voice(study, language)
    told = ("stayed", "lost", "paused", "joined", "returned")
    moved = flow[flow["move"].isin(told)] if len(flow) else flow
    if moved.empty:
        return nothing("no_flow", study, language)
    said = []
    for _, step in in_plan_order(moved, study).groupby(["region", "start"], sort=False):
        row = rows_of(step)[0]
        counts = dict(zip(step["move"], step["people"], strict=True))
        said.append(voice.say("flow_step", step, row=row, **counts))
    return Passage(tuple(said))


def describe_attrition(attrition: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say where those who left had scored otherwise, but only where that is clear."""
    voice = Voice(study, language)
    rows = attrition[attrition["kind"] == "earlier_score"] if len(attrition) else attrition
    tested = rows[rows["p_adjusted"].notna()] if len(rows) else rows
    if tested.empty:
        return nothing("no_attrition", study, language)
    clear = in_plan_order(tested[tested["p_adjusted"] < UNLIKELY], study)
    if clear.empty:
        outside = tested[(tested["low"] > 0) | (tested["high"] < 0)]
        key = "attrition_some" if len(outside) else "attrition_none"
        told = outside if len(outside) else tested
        return Passage((voice.say(key, told, n=len(told)),))
    pairs = zip(clear.index, rows_of(clear), strict=True)
    return Passage(
        tuple(voice.say("attrition_told", clear.loc[[index]], row=row) for index, row in pairs)
    )


def describe_leaving(leaving: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say whether leaving is related to earlier score, role, region and wave."""
    voice = Voice(study, language)
    if leaving.empty:
        return nothing("no_leaving", study, language)
    whole = leaving[leaving["term"] == "model"]
    said = [voice.say("leaving_in_all", whole, row=row) for row in rows_of(whole)]
    score = leaving[leaving["term"] == "score"]
    for row in rows_of(score):
        key = "leaving_score" if row["low"] > 1 or row["high"] < 1 else "leaving_not_score"
        said.append(voice.say(key, score, row=row))
    factors = leaving[
        leaving["term"].isin(FACTORS) & leaving["level"].astype(object).fillna("").eq("")
    ]
    said += _factors(factors, voice)
    if len(said) == len(whole):
        said.append(voice.say("leaving_not_estimated", whole))
    return Passage(tuple(said))


def _factors(factors: DataFrame, voice: Voice) -> list[Sentence]:
    clear = factors["p"].astype(float) < UNLIKELY
    said = []
    for key, rows in (("leaving_differs", factors[clear]), ("leaving_alike", factors[~clear])):
        if len(rows):
            terms = [voice.text(f"term_{term}") for term in rows["term"]]
            said.append(voice.say(key, rows, terms=terms))
    return said


def describe_analysed(analysed: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say where the model keeps least, and where complete pairs would keep least."""
    voice = Voice(study, language)
    rows = analysed[analysed["rows"].gt(0)] if len(analysed) else analysed
    if rows.empty:
        return nothing("no_analysed", study, language)
    kept = rows["rows_in_model"].astype(float) / rows["rows"].astype(float)
    least = rows.loc[[kept.idxmin()]]
    key = "analysed_least" if kept.min() < 1 else "analysed_all"
    said = [voice.say(key, least, row=rows_of(least)[0])]
    people = rows["people_in_model"].astype(float)
    paired = rows[(rows["start"] != rows["end"]) & people.gt(0)]
    if len(paired):
        share = paired["pairs"].astype(float) / paired["people_in_model"].astype(float)
        fewest = paired.loc[[share.idxmin()]]
        said.append(voice.say("analysed_pairs", fewest, row=rows_of(fewest)[0]))
    return Passage(tuple(said))
