"""Sentences for the notebook on how scores changed, and whether other methods agree."""

from collections.abc import Iterator
from typing import Any

from pandas import DataFrame

from analysis.findings import Table
from analysis.learn.longitudinal import LEAST_SITES
from analysis.plan.evidence import Sentence
from analysis.plan.study.labels import in_plan_order
from analysis.tell.narrative.checked import UNLIKELY
from analysis.tell.narrative.voice import Voice, ladder, rows_of, told


@told(or_else="no_means")
def describe_means(means: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say where each mean began and where it ended."""
    known = in_plan_order(means[means["estimate"].notna()], voice.study)
    waves = [*voice.study.plan.waves]
    for _, path in known.groupby(["scale", "region"], sort=False):
        ordered = path.sort_values("wave", key=lambda ids: ids.map(waves.index))
        ends = ordered.iloc[[0, -1]]
        start, end = rows_of(ends)
        if start["wave"] != end["wave"]:
            yield voice.say("mean_path", ends, start=start, end=end)
        else:
            yield voice.say("mean_once", ends.iloc[:1], row=start)


@told(or_else="no_changes")
def describe_changes(contrasts: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say what happened to each score, in the words of the ladder, with numbers."""
    changes = contrasts[contrasts["kind"] == "change"]
    judged = in_plan_order(changes[changes["verdict"].isin([*ladder()["verdicts"]])], voice.study)
    if judged.empty:
        return
    yield _verdicts(judged, voice)
    for place, row in enumerate(rows_of(judged)):
        own = judged.iloc[[place]]
        key = "change_told" if row["estimate"] == row["estimate"] else "change_untold"
        yield voice.say(key, own, row=row, verdict=voice.verdict(row, "research"))
        yield from (voice.state(text, own) for text in voice.additions(row))
    yield from _unplanned(judged, voice)


def _unplanned(changes: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say which of these changes the plan did not name, and over which waves they run."""
    others = changes[~changes["planned"].astype(str).eq("True")]
    if others.empty:
        return
    if len(others) == len(changes) and not voice.study.plan.planned:
        yield voice.say("changes_none_planned", others)
        return
    for (start, end), own in others.groupby(["start", "end"], sort=False):
        regions = [voice.name.region(region) for region in dict.fromkeys(own["region"])]
        row = {"start": start, "end": end}
        yield voice.say("changes_of_other_waves", own, row=row, regions=regions)


def _verdicts(changes: DataFrame, voice: Voice) -> Sentence:
    counts = changes["verdict"].value_counts()
    counted = [
        voice.text("verdict_count", n=counts[verdict], verdict=words["short"][voice.language])
        for verdict, words in ladder()["verdicts"].items()
        if verdict in counts
    ]
    return voice.say("changes_in_all", changes, n=len(changes), verdicts=counted)


@told(or_else="no_differences")
def describe_differences(contrasts: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say between which regions the changes differ, by the model's difference in change."""
    growth = contrasts[contrasts["kind"] == "growth"]
    if growth["estimate"].isna().all():
        return
    seen = growth[growth["p"].notna() & ((growth["low"] > 0) | (growth["high"] < 0))]
    if seen.empty:
        yield voice.say("differences_none", growth)
    for place, row in enumerate(rows_of(seen)):
        yield _difference(row, seen.iloc[[place]], voice)


def _difference(row: dict[str, Any], rows: DataFrame, voice: Voice) -> Sentence:
    """Say how far the second region's change lies from the first's; a pair `a-b` is b minus a."""
    one, other = voice.name.pair(row["region"])
    key = "difference_told" if row["p_adjusted"] < UNLIKELY else "difference_unsure"
    few_sites = row["n_sites"] < LEAST_SITES
    return voice.say(key, rows, row=row, one=one, other=other, few_sites=few_sites)


@told(or_else="no_robust")
def describe_robustness(
    robustness: DataFrame, voice: Voice, *, changes: Table
) -> Iterator[Sentence]:
    """Say how many planned changes hold beside other methods, and which methods differ."""
    if changes.empty:
        return
    counted = robustness[robustness["changes_conclusion"].isin(["yes", "no"])]
    enough = changes.rows[changes.rows["verdict"].ne("too_few")]
    judged = enough[enough["holds"].isin(["yes", "no"])]
    if counted.empty or judged.empty:
        yield voice.say("robust_too_few", robustness)
        return
    holding = int((judged["holds"] == "yes").sum())
    yield voice.say("robust_counts", judged, n=len(judged), holding=holding)
    pairs = counted.set_index(["region", "scale"]).index
    counted = counted[pairs.isin(judged.set_index(["region", "scale"]).index)]
    if not counted["changes_conclusion"].eq("yes").any():
        yield voice.say("robust_agrees", counted)
    for _, own in counted.groupby(["scale", "region"], sort=False):
        differs = own[own["changes_conclusion"] == "yes"]
        if len(differs):
            row, counts = rows_of(differs)[0], {"k": len(differs), "n": len(own)}
            methods = [voice.text(f"method_{method}") for method in differs["method"]]
            yield voice.say("robust_differs", own, row=row, methods=methods, **counts)
