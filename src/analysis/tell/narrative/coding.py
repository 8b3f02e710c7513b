"""Sentences about the coding: how well it holds, what it covers, and what frameworks show of it."""

from collections.abc import Iterator

from pandas import DataFrame, Series

from analysis.plan.evidence import EVERY, FEWEST_DOCUMENTS, Sentence
from analysis.tell.narrative.voice import Voice, rows_of, told

FEW_TO_DRAW = 10
CELLS = ("counted", "not_coded", "not_asked", "no_data")
MOST_NAMED = 8


@told(or_else="no_agreement")
def describe_segmentation(segmentation: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say whether the coders marked the same text."""
    whole = segmentation[segmentation["region"] == EVERY].head(1)
    yield from voice.each("segmentation_told", whole)
    yield from voice.each("segmentation_alpha", whole[whole["alpha"].notna()])


@told(or_else="no_agreement")
def describe_drawing(agreement: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say where the intervals of agreement rest on so few conversations that they are rough."""
    overall = agreement[(agreement["code"] == EVERY) & agreement["alpha"].notna()]
    few = overall[overall["documents"] < max(FEWEST_DOCUMENTS, FEW_TO_DRAW)]
    if few.empty and len(overall):
        yield voice.say("drawn_enough", overall)
    yield from voice.each(
        lambda row: "drawn_passages" if row["documents"] < FEWEST_DOCUMENTS else "drawn_few", few
    )


@told(or_else="no_discussions")
def describe_discussions(discussions: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how many passages the coders read differently, and what is at stake in them."""
    yield voice.say("discussions_in_all", discussions, n=len(discussions))
    for column, key in (("stance_differs", "opposite"), ("level_differs", "levels")):
        count = int(discussions[column].astype(str).eq("True").sum())
        yield voice.say(f"discussions_{key}", discussions, n=count)


def _counted(key: str, values: Series, kinds: tuple[str, ...], voice: Voice) -> list[str]:
    """Say of each kind of value that is there how often it is."""
    counts = values.value_counts()
    return [voice.text(f"{key}{kind}", n=counts[kind]) for kind in kinds if kind in counts]


@told(or_else="no_themes")
def describe_saturation(saturation: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how many codes each region's last wave still brought."""
    for region in voice.study.regions:
        own = saturation[saturation["region"] == region]
        if len(own):
            late = own[own["wave"] == own["wave"].iloc[-1]]
            new = late["new"].sum()
            yield voice.say("saturation_told", late, last=rows_of(late)[-1], new=new)


@told(or_else="no_pairs")
def describe_together(pairs: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say which two codes stand on one passage in most conversations."""
    most = pairs.sort_values("documents", ascending=False, kind="stable").head(1)
    yield from voice.each("pair_told", most)
    yield voice.say("pairs_in_all", pairs, n=len(pairs))


@told(or_else="no_code_drift")
def describe_code_drift(drift: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say for how many codes the use could be compared between waves, and which differ."""
    tested = drift[drift["testable"] == "yes"]
    if tested.empty:
        return
    yield voice.say("code_drift_tested", drift, tested=len(tested), n=len(drift))
    alarmed = drift[drift["alarm"].fillna("") != ""]
    if alarmed.empty:
        yield voice.say("code_drift_none", tested)
        return
    names = [voice.name.code(code) for code in dict.fromkeys(alarmed["code"])]
    key = "code_drift_alarm" if len(names) <= MOST_NAMED else "code_drift_alarm_many"
    yield voice.say(key, alarmed, codes=names, n=len(alarmed))


@told(or_else="no_themes")
def describe_lenses(summary: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say what this coding can see of each framework: all, a part, or nothing without a round."""
    yield voice.say("lenses_in_all", summary, n=len(summary))
    for visibility in ("seen", "partly", "needs_own_round"):
        rows = summary[summary["visibility"] == visibility]
        if len(rows):
            names = [f"‘{voice.name.framework(one)}’" for one in rows["framework"]]
            yield voice.say(f"lenses_{visibility}", rows, n=len(rows), frameworks=names)


@told(or_else="no_readers")
def describe_readers(readers: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how far two readers agreed on the links, and what becomes of a doubted one."""
    yield from voice.each("readers_told", readers)


@told(or_else="no_themes")
def describe_cells(cells: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how many cells of a framework matrix hold passages, and what the others lack."""
    if not cells["state"].eq("counted").any():
        return
    states = _counted("cells_", cells["state"], CELLS, voice)
    yield voice.say("cells_in_all", cells, n=len(cells), states=states)
    fullest = cells[cells["segments"] == cells["segments"].max()].head(1)
    yield from voice.each("cell_fullest", fullest)


@told(or_else="no_flags")
def describe_flags(flags: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say in how many quotations something may identify somebody, and if these were approved."""
    whole = flags[(flags["region"] == EVERY) & (flags["flagged"] > 0)]
    if whole.empty:
        return
    row = rows_of(whole[whole["kind"] == "any"])[0]
    parts = [
        voice.text("flag_counted", n=one["flagged"], kind=voice.text(f"flag_{one['kind']}"))
        for one in rows_of(whole[whole["kind"] != "any"])
    ]
    yield voice.say("flags_in_all", whole, row=row, parts=parts)
    approved = "flags_approved" if row["approved"] else "flags_not_approved"
    yield voice.say(approved, whole, row=row)
    yield voice.say("flags_limit", whole)


@told(or_else="no_themes")
def describe_lens(summary: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how much of the coding one framework shows, on what that rests, and what it cannot."""
    for place, row in enumerate(rows_of(summary)):
        rows = summary.iloc[[place]]
        if row["visibility"] == "needs_own_round":
            yield voice.say("lens_own_round", rows, row=row)
            continue
        yield voice.say("lens_told" if row["segments"] else "lens_silent", rows, row=row)
        if row["possibly"]:
            yield voice.say("lens_possibly", rows, row=row)
        if row["visibility"] == "partly":
            yield voice.say("lens_partly", rows, row=row)


@told(or_else="no_contexts")
def describe_contexts(contexts: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say for each published context which code of one framework most of its claims are about."""
    seen = contexts[contexts["claims"].fillna(0) > 0]
    if seen.empty:
        yield from voice.each("contexts_silent", contexts.head(1))
        return
    most = seen.sort_values("claims", ascending=False, kind="stable").drop_duplicates("region")
    for place, row in enumerate(rows_of(most.sort_index())):
        context = str(row["region"]).replace("_", " ")
        yield voice.say("context_told", most.sort_index().iloc[[place]], row=row, context=context)
    yield voice.say("contexts_selected", most)
