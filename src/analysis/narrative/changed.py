"""Sentences for the notebook on how scores changed, and whether other methods agree."""

from collections.abc import Iterator
from typing import Any

from pandas import DataFrame

from analysis.evidence import Passage, Sentence
from analysis.longitudinal import LEAST_SITES
from analysis.narrative.checked import UNLIKELY
from analysis.narrative.voice import Voice, ladder, nothing, rows_of
from analysis.study import Study
from analysis.study.labels import in_plan_order


def describe_means(means: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say where each mean began and where it ended."""
    voice = Voice(study, language)
    known = in_plan_order(means[means["estimate"].notna()], study) if len(means) else means
    waves = [*study.plan.waves]
    said = []
    for _, path in known.groupby(["scale", "region"], sort=False) if len(known) else ():
        ordered = path.sort_values("wave", key=lambda ids: ids.map(waves.index))
        ends = ordered.iloc[[0, -1]]
        start, end = rows_of(ends)
        if start["wave"] != end["wave"]:
            said.append(voice.say("mean_path", ends, start=start, end=end))
        else:
            said.append(voice.say("mean_once", ends.iloc[:1], row=start))
    return Passage(tuple(said)) if said else nothing("no_means", study, language)


def describe_changes(contrasts: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say what happened to each score, in the words of the ladder, with numbers."""
    voice = Voice(study, language)
    changes = contrasts.query("kind == 'change'") if len(contrasts) else contrasts
    judged = changes[changes["verdict"].isin([*ladder()["verdicts"]])] if len(changes) else changes
    if judged.empty:
        return nothing("no_changes", study, language)
    judged = in_plan_order(judged, study)
    said = [_verdicts(judged, voice)]
    for index, row in zip(judged.index, rows_of(judged), strict=True):
        own = judged.loc[[index]]
        key = "change_told" if row["estimate"] == row["estimate"] else "change_untold"
        said.append(voice.say(key, own, row=row, verdict=voice.verdict(row, "research")))
        said += [voice.state(text, own) for text in voice.additions(row)]
    return Passage((*said, *_unplanned(judged, voice)))


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
    words = ladder()["verdicts"]
    counts = changes["verdict"].value_counts()
    told = [
        voice.text("verdict_count", n=counts[verdict], verdict=short["short"][voice.language])
        for verdict, short in words.items()
        if verdict in counts
    ]
    return voice.say("changes_in_all", changes, n=len(changes), verdicts=told)


def describe_differences(contrasts: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say between which regions the changes differ, by the model's difference in change."""
    voice = Voice(study, language)
    growth = contrasts.query("kind == 'growth'") if len(contrasts) else contrasts
    if growth.empty or growth["estimate"].isna().all():
        return nothing("no_differences", study, language)
    seen = growth[growth["p"].notna() & ((growth["low"] > 0) | (growth["high"] < 0))]
    if seen.empty:
        return Passage((voice.say("differences_none", growth),))
    pairs = zip(seen.index, rows_of(seen), strict=True)
    return Passage(tuple(_difference(row, seen.loc[[index]], voice) for index, row in pairs))


def _difference(row: dict[str, Any], rows: DataFrame, voice: Voice) -> Sentence:
    """Say how far the second region's change lies from the first's; a pair `a-b` is b minus a."""
    one, other = voice.name.pair(row["region"])
    told = {"one": one, "other": other, "few_sites": row["n_sites"] < LEAST_SITES}
    key = "difference_told" if row["p_adjusted"] < UNLIKELY else "difference_unsure"
    return voice.say(key, rows, row=row, **told)


def _methods(rows: DataFrame, voice: Voice) -> list[str]:
    return [voice.text(f"method_{method}") for method in rows["method"]]


def describe_robustness(
    robustness: DataFrame, study: Study, *, changes: DataFrame, language: str = "en"
) -> Passage:
    """Say how many planned changes hold beside other methods, and which methods differ."""
    voice = Voice(study, language)
    if robustness.empty or changes.empty:
        return nothing("no_robust", study, language)
    counted = robustness[robustness["changes_conclusion"].isin(["yes", "no"])]
    enough = changes[changes["verdict"].ne("too_few")]
    told = enough[enough["holds"].isin(["yes", "no"])]
    if counted.empty or told.empty:
        return Passage((voice.say("robust_too_few", robustness),))
    holding = int((told["holds"] == "yes").sum())
    said = [voice.say("robust_counts", told, n=len(told), holding=holding)]
    pairs = counted.set_index(["region", "scale"]).index
    counted = counted[pairs.isin(told.set_index(["region", "scale"]).index)]
    for _, own in counted.groupby(["scale", "region"], sort=False):
        differs = own[own["changes_conclusion"] == "yes"]
        if len(differs):
            row, methods = rows_of(differs)[0], _methods(differs, voice)
            counts = {"k": len(differs), "n": len(own)}
            said.append(voice.say("robust_differs", own, row=row, methods=methods, **counts))
    if len(said) == 1:
        said.append(voice.say("robust_agrees", counted))
    return Passage(tuple(said))
