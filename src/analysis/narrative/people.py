"""Sentences on who took part, who stayed, who left, and what is left to analyse."""

from typing import Any

from pandas import DataFrame

from analysis.evidence import Passage, Sentence
from analysis.narrative.voice import Voice, nothing, rows_of
from analysis.study import Study
from analysis.study.labels import in_plan_order

UNLIKELY = 0.05
FACTORS = ("role", "region", "wave")
MOVES = ("stayed", "lost", "paused", "joined", "returned")


def describe_participation(
    participation: DataFrame, study: Study, *, language: str = "en"
) -> Passage:
    """Say how many people answered, in each region and wave, and which waves were not held."""
    voice = Voice(study, language)
    everyone = participation.query("wave == 'all'") if len(participation) else participation
    if not participation.size or not everyone["people"].fillna(0).gt(0).any():
        return nothing("no_people", study, language)
    seen = everyone[everyone["people"].fillna(0) > 0]
    regions = [voice.name.region(region) for region in seen["region"]]
    said = [voice.say("people_in_all", seen, regions=regions, **count_everyone(seen, voice))]
    for region in everyone["region"]:
        said.append(_region(participation[participation["region"] == region], voice))
    return Passage(
        (*said, *_gaps(participation[participation["region"].isin(seen["region"])], voice))
    )


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


def _gaps(participation: DataFrame, voice: Voice) -> list[Sentence]:
    """Name the waves of the plan that regions with a survey did not hold."""
    missed = participation[participation["people"].isna()]
    if missed.empty:
        return []
    together: dict[tuple[str, ...], list[str]] = {}
    for wave in voice.study.plan.waves:
        regions = missed.loc[missed["wave"] == wave, "region"]
        together.setdefault((*map(voice.name.region, regions),), []).append(voice.name.wave(wave))
    gaps = [
        voice.text("wave_not_held", waves=waves, regions=regions)
        for regions, waves in together.items()
        if regions
    ]
    return [voice.say("waves_not_held", missed, gaps=gaps)]


def describe_flow(flow: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say for every region and step how many people came back, left and joined."""
    voice = Voice(study, language)
    if flow.empty:
        return nothing("no_flow", study, language)
    moved, said = flow[flow["move"].isin(MOVES)], []
    for _, step in in_plan_order(moved, study).groupby(["region", "start"], sort=False):
        counts = dict(zip(step["move"], step["people"], strict=True))
        told = [voice.text(f"flow_{move}", n=counts[move]) for move in MOVES if counts.get(move)]
        said.append(voice.say("flow_step", step, row=rows_of(step)[0], moves=told))
    said += _not_followed(flow, moved, voice)
    return Passage(tuple(said)) if said else nothing("no_flow", study, language)


def _not_followed(flow: DataFrame, moved: DataFrame, voice: Voice) -> list[Sentence]:
    """Name the regions, and the waves, of which nobody can be followed."""
    apart = flow[flow["move"].eq("unlinked") & flow["people"].gt(0)]
    held = flow[flow["move"].eq("unlinked")].groupby("region")["start"].nunique()
    lost = [region for region in dict.fromkeys(apart["region"]) if held[region] > 1]
    lost = [region for region in lost if region not in {*moved["region"]}]
    said = []
    if lost:
        regions = [voice.name.region(region) for region in lost]
        said.append(voice.say("flow_nobody", apart[apart["region"].isin(lost)], regions=regions))
    for index, row in zip(apart.index, rows_of(apart), strict=True):
        steps = moved[moved["region"] == row["region"]]
        if len(steps) and row["start"] not in {*steps["start"], *steps["end"]}:
            said.append(voice.say("flow_skipped", apart.loc[[index]], row=row))
    return said


def describe_attrition(attrition: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say where those who left had scored otherwise, but only where that is clear."""
    voice = Voice(study, language)
    rows = attrition[attrition["kind"] == "earlier_score"] if len(attrition) else attrition
    shown = rows[rows["estimate"].notna()] if len(rows) else rows
    if shown.empty:
        return nothing("no_attrition", study, language)
    tested = shown[shown["p_adjusted"].notna()]
    if tested.empty:
        return Passage((voice.say("attrition_untested", shown, n=len(shown)),))
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
    if not whole["n"].gt(0).any():
        return Passage((voice.say("leaving_nobody", whole),))
    said = [voice.say("leaving_in_all", whole, row=row) for row in rows_of(whole)]
    score = leaving[leaving["term"] == "score"]
    said += [voice.say(_about_score(row), score, row=row) for row in rows_of(score)]
    factors = leaving[
        leaving["term"].isin(FACTORS) & leaving["level"].astype(object).fillna("").eq("")
    ]
    said += _factors(factors, voice)
    if len(said) == len(whole):
        said.append(voice.say("leaving_not_estimated", whole))
    return Passage(tuple(said))


def _about_score(row: dict[str, Any]) -> str:
    """Choose the sentence: the adjusted test decides, and an interval that differs is named."""
    if row["p_adjusted"] < UNLIKELY:
        return "leaving_score"
    return "leaving_score_alone" if row["low"] > 1 or row["high"] < 1 else "leaving_not_score"


def _factors(factors: DataFrame, voice: Voice) -> list[Sentence]:
    clear = factors["p_adjusted"].astype(float) < UNLIKELY
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
        row = rows_of(fewest)[0]
        without = row.get("without_code") or 0
        said.append(voice.say("analysed_pairs", fewest, row=row, without=without))
    return Passage(tuple(said))
