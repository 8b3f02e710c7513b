"""Sentences on who took part, who stayed, who left, and what is left to analyse."""

from collections.abc import Iterator
from typing import Any

from pandas import DataFrame

from analysis.plan.evidence import EVERY, Sentence
from analysis.plan.study.labels import in_plan_order
from analysis.tell.narrative.founded import Row
from analysis.tell.narrative.voice import Voice, rows_of, told

UNLIKELY = 0.05
FACTORS = ("role", "region", "wave")
MOVES = ("stayed", "lost", "paused", "joined", "returned")


@told(or_else="no_people")
def describe_participation(participation: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how many people answered, in each region and wave, and which waves were not held."""
    everyone = participation[participation["wave"] == EVERY]
    seen = everyone[everyone["people"].fillna(0) > 0]
    if seen.empty:
        return
    regions = [voice.name.region(region) for region in seen["region"]]
    yield voice.say("people_in_all", seen, regions=regions, **count_everyone(seen, voice))
    for region in everyone["region"]:
        yield _region(participation[participation["region"] == region], voice)
    yield from _gaps(participation[participation["region"].isin(seen["region"])], voice)


def count_everyone(seen: DataFrame, voice: Voice) -> dict[str, Any]:
    """Return what can be said of everyone: how many, how many without a code, how many always.

    `always_in` names the regions where it can be told who was always there, if not everywhere.
    """
    known = seen[seen["all_waves"].notna()]
    names = [voice.name.region(region) for region in known["region"]]
    unlinked = int(seen["unlinked"].fillna(0).sum()) if "unlinked" in seen else 0
    return {
        "people": seen["people"].sum(),
        "without_code": voice.text("forms_without_code", n=unlinked) if unlinked else "",
        "always": known["all_waves"].sum() if len(known) else None,
        "always_in": names if len(known) < len(seen) else [],
    }


def _region(participation: DataFrame, voice: Voice) -> Sentence:
    region = voice.name.region(participation["region"].iloc[0])
    waves = participation[participation["wave"].isin([*voice.study.plan.waves])]
    seen = waves[waves["people"].fillna(0) > 0]
    if seen.empty:
        return voice.say("no_survey_here", participation, region=region)
    counts = [
        voice.text("people_at_wave", row=row, response=_known(row.get("response")))
        for row in rows_of(seen)
    ]
    return voice.say("people_per_wave", seen, region=region, waves=counts)


def _known(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _gaps(participation: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Name the waves of the plan that regions with a survey did not hold."""
    missed = participation[participation["people"].isna()]
    together: dict[tuple[str, ...], list[str]] = {}
    for wave in voice.study.plan.waves:
        regions = missed.loc[missed["wave"] == wave, "region"]
        together.setdefault((*map(voice.name.region, regions),), []).append(voice.name.wave(wave))
    gaps = [
        voice.text("wave_not_held", waves=waves, regions=regions)
        for regions, waves in together.items()
        if regions
    ]
    if gaps:
        yield voice.say("waves_not_held", missed, gaps=gaps)


@told(or_else="no_flow")
def describe_flow(flow: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say for every region and step how many people came back, left and joined."""
    moved = flow[flow["move"].isin(MOVES)]
    for _, step in in_plan_order(moved, voice.study).groupby(["region", "start"], sort=False):
        counts = dict(zip(step["move"], step["people"], strict=True))
        moves = [voice.text(f"flow_{move}", n=counts[move]) for move in MOVES if counts.get(move)]
        yield voice.say("flow_step", step, row=rows_of(step)[0], moves=moves)
    yield from _not_followed(flow, moved, voice)


def _not_followed(flow: DataFrame, moved: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Name the regions, and the waves, of which nobody can be followed."""
    apart = flow[flow["move"].eq("unlinked") & flow["people"].gt(0)]
    held = flow[flow["move"].eq("unlinked")].groupby("region")["start"].nunique()
    lost = [region for region in dict.fromkeys(apart["region"]) if held[region] > 1]
    lost = [region for region in lost if region not in {*moved["region"]}]
    if lost:
        regions = [voice.name.region(region) for region in lost]
        yield voice.say("flow_nobody", apart[apart["region"].isin(lost)], regions=regions)
    for place, row in enumerate(rows_of(apart)):
        steps = moved[moved["region"] == row["region"]]
        if len(steps) and row["start"] not in {*steps["start"], *steps["end"]}:
            yield voice.say("flow_skipped", apart.iloc[[place]], row=row)


@told(or_else="no_attrition")
def describe_attrition(attrition: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say where those who left had scored otherwise, but only where that is clear."""
    shown = attrition[(attrition["kind"] == "earlier_score") & attrition["estimate"].notna()]
    tested = shown[shown["p_adjusted"].notna()]
    if shown.empty:
        return
    clear = in_plan_order(tested[tested["p_adjusted"] < UNLIKELY], voice.study)
    outside = tested[(tested["low"] > 0) | (tested["high"] < 0)]
    if tested.empty:
        yield voice.say("attrition_untested", shown, n=len(shown))
    elif clear.empty:
        key, rows = ("attrition_some", outside) if len(outside) else ("attrition_none", tested)
        yield voice.say(key, rows, n=len(rows))
    yield from voice.each("attrition_told", clear)


@told(or_else="no_leaving")
def describe_leaving(leaving: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say whether leaving is related to earlier score, role, region and wave."""
    whole = leaving[leaving["term"] == "model"]
    if not whole["n"].gt(0).any():
        yield voice.say("leaving_nobody", whole)
        return
    yield from voice.each("leaving_in_all", whole)
    score = leaving[leaving["term"] == "score"]
    yield from voice.each(_about_score, score)
    whole_term = leaving["level"].astype(object).fillna("").eq("")
    factors = leaving[leaving["term"].isin(FACTORS) & whole_term]
    yield from _factors(factors, voice)
    if score.empty and factors.empty:
        yield voice.say("leaving_not_estimated", whole)


def _about_score(row: Row) -> str:
    """Choose the sentence: the adjusted test decides, and an interval that differs is named."""
    if row["p_adjusted"] < UNLIKELY:
        return "leaving_score"
    return "leaving_score_alone" if row["low"] > 1 or row["high"] < 1 else "leaving_not_score"


def _factors(factors: DataFrame, voice: Voice) -> Iterator[Sentence]:
    clear = factors["p_adjusted"].astype(float) < UNLIKELY
    for key, rows in (("leaving_differs", factors[clear]), ("leaving_alike", factors[~clear])):
        if len(rows):
            terms = [voice.text(f"term_{term}") for term in rows["term"]]
            yield voice.say(key, rows, terms=terms)


@told(or_else="no_analysed")
def describe_analysed(analysed: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say where the model keeps least, and where complete pairs would keep least."""
    rows = analysed[analysed["rows"].gt(0)]
    if rows.empty:
        return
    kept = rows["rows_in_model"].astype(float) / rows["rows"].astype(float)
    key = "analysed_least" if kept.min() < 1 else "analysed_all"
    yield from voice.each(key, rows.loc[[kept.idxmin()]])
    paired = rows[(rows["start"] != rows["end"]) & rows["people_in_model"].astype(float).gt(0)]
    if len(paired):
        share = paired["pairs"].astype(float) / paired["people_in_model"].astype(float)
        fewest = paired.loc[[share.idxmin()]]
        without = rows_of(fewest)[0].get("without_code") or 0
        yield from voice.each("analysed_pairs", fewest, without=without)
