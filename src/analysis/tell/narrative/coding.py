"""Sentences about the coding: how well it holds, what it covers, and what frameworks show of it."""

from collections.abc import Iterator

from pandas import DataFrame, Series

from analysis.plan.evidence import EVERY, FEWEST_DOCUMENTS, Sentence
from analysis.tell.narrative.voice import Row, Voice, rows_of, told

SHAPES = ("throughout", "appears", "fades", "passing", "returns")
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


@told(or_else="no_trajectories")
def describe_trajectories(trajectories: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say which course the codes of each region take, and which changes stand out."""
    for region in voice.study.regions:
        own = trajectories[trajectories["region"] == region]
        shapes = _counted("trajectory_", own["trajectory"], SHAPES, voice)
        if shapes:
            values = {"region": voice.name.region(region), "n": len(own), "shapes": shapes}
            yield voice.say("trajectories_in_region", own, **values)
    moved = _counted("moved_", trajectories["direction"], ("up", "down"), voice)
    key = "trajectories_clear" if moved else "trajectories_unclear"
    yield voice.say(key, trajectories, moved=moved, codes=len(trajectories))


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
    """Say what each kind of link carries: frameworks coded with, linked by name, or by us."""
    shown, silent = summary[summary["segments"] > 0], summary[summary["segments"] == 0]
    yield voice.say("lenses_in_all", summary, n=len(summary))
    if len(shown):
        yield voice.say("lenses_shown", shown, shown=len(shown))
    for key, rows in (
        ("lenses_silent", silent),
        ("lenses_exact", shown[shown["stated"] == 1]),
        ("lenses_ours", shown[shown["our_reading"] == 1]),
    ):
        if len(rows):
            names = [f"‘{voice.name.framework(one)}’" for one in rows["framework"]]
            yield voice.say(key, rows, n=len(rows), frameworks=names)
    yield from voice.each("lens_mixed", shown[(shown["stated"] < 1) & (shown["our_reading"] < 1)])


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
    """Say how much of the coding one framework shows, and on what that rests."""
    for place, row in enumerate(rows_of(summary)):
        for key in _lens_keys(row):
            yield voice.say(key, summary.iloc[[place]], row=row)


def _lens_keys(row: Row) -> tuple[str, ...]:
    if not row["segments"]:
        return ("lens_silent" if row["linked"] else "lens_unlinked",)
    return ("lens_told", "lens_basis")


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
