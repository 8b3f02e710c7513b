"""Sentences on what stands behind the scores: items, models, tests and sizes of effects."""

from collections.abc import Iterator

from pandas import DataFrame

from analysis.evidence import Passage, Sentence
from analysis.groups import TERMS
from analysis.narrative.voice import Voice, at_waves, nothing, rows_of
from analysis.study import Study
from analysis.study.labels import in_plan_order

UNLIKELY = 0.05
ENDS = ("floor", "ceiling")


def describe_items(items: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say which item goes least with the rest of its scale, and how many ask for a look.

    Hand in the rows of one wave of each region.
    """
    voice = Voice(study, language)
    if items.empty:
        return nothing("no_items", study, language)
    known = items[items["item_rest"].notna()]
    said = []
    if len(known):
        weakest = known.loc[[known["item_rest"].astype(float).idxmin()]]
        said.append(voice.say("item_weakest", weakest, row=rows_of(weakest)[0]))
        said += _alarms(items, known, voice)
    silent = items[~items["region"].isin({*known["region"]})]
    if len(silent):
        said.append(voice.say("items_silent", silent, at=_in_regions(silent, voice)))
    return Passage(tuple(said))


def _alarms(items: DataFrame, known: DataFrame, voice: Voice) -> list[Sentence]:
    """Say in how many combinations of region and question each alarm was raised."""
    told = _raised(known, "reversed")
    told = told.assign(unsure=told["told"] * (told["high"].astype(float) >= 0))
    counts = {"n": int(told["told"].sum()), "unsure": int(told["unsure"].sum()), "of": len(told)}
    key = "item_reversed" if counts["n"] else "item_not_reversed"
    said = [voice.say(key, told, at=at_waves(known, voice), **counts)]
    for alarm in ENDS:
        told = _raised(items, alarm)
        if n := int(told["told"].sum()):
            at = at_waves(items, voice)
            said.append(voice.say(f"item_{alarm}", told, at=at, n=n, of=len(items)))
    return said


def _raised(items: DataFrame, alarm: str) -> DataFrame:
    """Add `told`: one for each row that raised an alarm, so that a sentence can count them."""
    words = items["alarm"].fillna("").astype(str).str.split()
    return items.assign(told=[int(alarm in one) for one in words])


def _in_regions(items: DataFrame, voice: Voice) -> str:
    places = items[["region", "wave"]].drop_duplicates()
    return voice.listed(
        voice.text("wave_of_region", region=voice.name.region(region), wave=voice.name.wave(wave))
        for region, wave in zip(places["region"], places["wave"], strict=True)
    )


def describe_drift(drift: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say which item decides how far its scale moved, or that none does."""
    voice = Voice(study, language)
    known = drift[drift["shift"].notna()] if len(drift) else drift
    if known.empty:
        return nothing("no_drift", study, language)
    drifting = known[known["alarm"].eq("drift")]
    if drifting.empty:
        most = known.loc[[known["shift"].astype(float).abs().idxmax()]]
        return Passage((voice.say("drift_none", most, row=rows_of(most)[0]),))
    pairs = zip(drifting.index, rows_of(drifting), strict=True)
    return Passage(
        tuple(voice.say("drift_told", drifting.loc[[index]], row=row) for index, row in pairs)
    )


def describe_model(fits: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say how many models were certified, and where the differences between scores lie."""
    voice = Voice(study, language)
    if fits.empty:
        return nothing("no_fits", study, language)
    sound = fits["sound"].astype(str).eq("True")
    counts = [("fits_sound", int(sound.sum())), ("fits_failed", int((~sound).sum()))]
    told = [voice.text(key, n=n) for key, n in counts if n]
    said = [voice.say("model_fits", fits, n=len(fits), verdicts=told)]
    for part in ("icc_site", "icc_participant"):
        known = fits[fits[part].notna()] if part in fits else fits.iloc[:0]
        if len(known):
            most = known.loc[[known[part].astype(float).idxmax()]]
            said.append(voice.say(f"most_{part}", most, row=rows_of(most)[0]))
    said += _left_out(fits, voice)
    zero = fits[fits["note"].fillna("").str.contains("at zero")] if "note" in fits else fits[:0]
    said += [voice.say("variance_at_zero", zero, n=len(zero))] if len(zero) else []
    return Passage(tuple(said))


def _left_out(fits: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say which terms of the primary model the data could not tell."""
    fitted = fits[fits["model"].notna()]
    terms = [[t for t in TERMS if f"(1 | {t})" not in model] for model in fitted["model"]]
    for missing in dict.fromkeys(tuple(one) for one in terms if one):
        own = fitted[[tuple(one) == missing for one in terms]]
        told = [voice.text(f"term_{one.replace(' x ', '_')}") for one in missing]
        yield voice.say("model_without", own, n=len(own), terms=told)


def describe_omnibus(omnibus: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say for which scores the regions changed differently, all comparisons tested together."""
    voice = Voice(study, language)
    rows = omnibus[omnibus["term"] == "region x wave"] if len(omnibus) else omnibus
    if rows.empty:
        return nothing("no_omnibus", study, language)
    tested = in_plan_order(rows[rows["p"].notna()], study)
    if tested.empty:
        return Passage((voice.say("omnibus_refused", rows),))
    said = []
    for index, row in zip(tested.index, rows_of(tested), strict=True):
        key = "omnibus_differs" if row["p"] < UNLIKELY else "omnibus_alike"
        said.append(voice.say(key, tested.loc[[index]], row=row))
    partly = tested[tested["note"].fillna("").str.startswith("without ")]
    said += [voice.say("omnibus_partly", partly)] if len(partly) else []
    return Passage(tuple(said))


def describe_effects(effects: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say how large the changes are beside the spread of the scores."""
    voice = Voice(study, language)
    known = effects[effects["d"].notna()] if len(effects) else effects
    if known.empty:
        return nothing("no_effects", study, language)
    said = []
    for key, column in (("effect_span", "d"), ("effect_pairs", "g_av")):
        values = known[column].astype(float).dropna()
        if len(values):
            ends = known.loc[[values.idxmin(), values.idxmax()]]
            low, high = rows_of(ends)
            said.append(voice.say(key, ends, low=low, high=high))
    return Passage(tuple(said))
