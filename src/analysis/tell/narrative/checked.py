"""Sentences on what stands behind the scores: items, models, tests and sizes of effects."""

from collections.abc import Iterator

from pandas import DataFrame

from analysis.plan.evidence import Sentence
from analysis.plan.study.labels import in_plan_order
from analysis.tell.narrative.voice import Voice, at_waves, rows_of, told

UNLIKELY = 0.05
ENDS = ("floor", "ceiling")


@told(or_else="no_items")
def describe_items(items: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say which item goes least with the rest of its scale, and how many ask for a look.

    Hand in the rows of one wave of each region.
    """
    known = items[items["item_rest"].notna()]
    if len(known):
        yield from voice.each("item_weakest", _least(known, "item_rest"))
        yield from _alarms(items, known, voice)
    silent = items[~items["region"].isin({*known["region"]})]
    if len(silent):
        yield voice.say("items_silent", silent, at=_in_regions(silent, voice))


def _least(rows: DataFrame, column: str) -> DataFrame:
    """Return the first row with the lowest known value of a column."""
    return rows.loc[[rows[column].astype(float).idxmin()]]


def _most(rows: DataFrame, column: str) -> DataFrame:
    return rows.loc[[rows[column].astype(float).idxmax()]]


def _alarms(items: DataFrame, known: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say in how many combinations of region and question each alarm was raised."""
    raised = _raised(known, "reversed")
    raised = raised.assign(unsure=raised["told"] * (raised["high"].astype(float) >= 0))
    n, unsure = int(raised["told"].sum()), int(raised["unsure"].sum())
    key, at = "item_reversed" if n else "item_not_reversed", at_waves(known, voice)
    yield voice.say(key, raised, at=at, n=n, unsure=unsure, of=len(raised))
    for alarm in ENDS:
        raised = _raised(items, alarm)
        if n := int(raised["told"].sum()):
            yield voice.say(f"item_{alarm}", raised, at=at_waves(items, voice), n=n, of=len(items))


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


@told(or_else="no_drift")
def describe_drift(drift: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say which item decides how far its scale moved, or that none does."""
    known = drift[drift["shift"].notna()]
    drifting = known[known["alarm"].eq("drift")]
    if drifting.empty and len(known):
        sizes = known.assign(size=known["shift"].astype(float).abs())
        yield from voice.each("drift_none", known.loc[_most(sizes, "size").index])
    yield from voice.each("drift_told", drifting)


@told(or_else="no_fits")
def describe_model(fits: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how many models were certified, and where the differences between scores lie."""
    sound = fits["sound"].astype(str).eq("True")
    counts = [("fits_sound", int(sound.sum())), ("fits_failed", int((~sound).sum()))]
    counted = [voice.text(key, n=n) for key, n in counts if n]
    yield voice.say("model_fits", fits, n=len(fits), verdicts=counted)
    for part in ("icc_site", "icc_participant"):
        known = fits[fits[part].notna()] if part in fits else fits.iloc[:0]
        if len(known):
            yield from voice.each(f"most_{part}", _most(known, part))
    yield from _left_out(fits, voice)
    zero = fits[fits["at_zero"].astype(bool)]
    if len(zero):
        yield voice.say("variance_at_zero", zero, n=len(zero))


def _left_out(fits: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say which terms of the primary model are not in the model of a region."""
    lacking = fits[fits["model"].notna() & fits["left_out"].astype(bool)]
    for missing, own in lacking.groupby("left_out", sort=False):
        terms = [f"term_{one.replace(' x ', '_')}" for one in str(missing).split(", ")]
        yield voice.say("model_without", own, n=len(own), terms=[voice.text(one) for one in terms])


@told(or_else="no_omnibus")
def describe_omnibus(omnibus: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say for which scores the regions changed differently, all comparisons tested together."""
    rows = omnibus[omnibus["term"] == "region x wave"]
    tested = in_plan_order(rows[rows["p"].notna()], voice.study)
    if tested.empty:
        yield from [voice.say("omnibus_refused", rows)] if len(rows) else []
        return
    yield from voice.each(
        lambda row: "omnibus_differs" if row["p"] < UNLIKELY else "omnibus_alike", tested
    )
    partly = tested[tested["partial"].astype(bool)]
    if len(partly):
        yield voice.say("omnibus_partly", partly)


@told(or_else="no_effects")
def describe_effects(effects: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how large the changes are beside the spread of the scores."""
    known = effects[effects["d"].notna()]
    for key, column in (("effect_span", "d"), ("effect_pairs", "g_av")):
        if known[column].notna().any():
            values = known[column].astype(float)
            ends = known.loc[[values.idxmin(), values.idxmax()]]
            low, high = rows_of(ends)
            yield voice.say(key, ends, low=low, high=high)
