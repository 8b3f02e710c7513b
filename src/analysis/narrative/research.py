"""Sentences for the notebooks on people, items, coders and scores."""

from typing import Any

from pandas import DataFrame, Series

from analysis.evidence import Passage, Sentence
from analysis.longitudinal import LEAST_SITES
from analysis.narrative.voice import Voice, at_waves, ladder, nothing, rows_of
from analysis.study import Study
from analysis.study.labels import in_plan_order

MOST_NAMED = 12


def describe_exclusions(exclusions: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say how many survey rows were left out."""
    if exclusions.empty:
        return nothing("no_exclusions", study, language)
    rows = exclusions["rows"].sum()
    return Passage((Voice(study, language).say("exclusions_in_all", exclusions, rows=rows),))


def describe_reliability(reliability: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say between which values alpha lies, and where it is least sure."""
    voice = Voice(study, language)
    known = reliability[reliability["alpha"].notna()] if len(reliability) else reliability
    if known.empty:
        if len(reliability):
            return Passage((voice.say("alpha_nowhere", reliability),))
        return nothing("no_reliability", study, language)
    ends = _ends(known["alpha"].astype(float))
    low, high = rows_of(known.loc[ends])
    said = [voice.say("alpha_span", known.loc[ends], low=low, high=high)]
    limits = known[known["low"].notna()]
    if len(limits):
        least = limits.loc[[limits["low"].astype(float).idxmin()]]
        said.append(voice.say("alpha_lowest", least, row=rows_of(least)[0]))
    said += _omega(known, voice)
    smallest = known.loc[[known["n"].astype(float).idxmin()]]
    said.append(voice.say("alpha_smallest", smallest, row=rows_of(smallest)[0]))
    unknown = reliability[reliability["alpha"].isna()]
    if len(unknown):
        said.append(voice.say("alpha_not_computable", unknown, n=len(unknown)))
    return Passage(tuple(said))


def _omega(known: DataFrame, voice: Voice) -> list[Sentence]:
    """Say between which values omega lies, where there is one."""
    values = known["omega"].astype(float).dropna() if "omega" in known else []
    if not len(values):
        return []
    ends = known.loc[_ends(values)]
    low, high = rows_of(ends)
    return [voice.say("omega_span", ends, low=low, high=high)]


def _ends(values: Series) -> list[object]:
    return [values.idxmin(), values.idxmax()]


def describe_answers(answers: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say which question was most often met with "don't know", and what may not be shown."""
    voice = Voice(study, language)
    if answers.empty:
        return nothing("no_answers", study, language)
    unsure = answers[answers["answer"].eq("dont_know") & answers["people"].notna()]
    most = unsure.loc[[unsure["people"].astype(float).idxmax()]] if len(unsure) else unsure
    hidden = answers[answers["people"].isna()].drop_duplicates(["region", "item", "wave"])
    said = []
    for row in rows_of(most):
        key, rows = "item_dont_know", most
        if not row["people"]:
            key, rows = "item_no_dont_know", unsure
        at = at_waves(answers, voice)
        said.append(voice.say(key, rows, row=row, at=at, hidden=len(hidden)))
    if len(hidden):
        regions = [voice.name.region(one) for one in dict.fromkeys(hidden["region"])]
        said.append(voice.say("answers_hidden", hidden, n=len(hidden), regions=regions))
    return Passage(tuple(said))


def describe_agreement(agreement: DataFrame, study: Study, *, language: str = "en") -> Passage:
    """Say how far the coders agree, and which codes are tentative."""
    voice = Voice(study, language)
    known = agreement[agreement["alpha"].notna()] if len(agreement) else agreement
    if known.empty:
        return nothing("no_agreement", study, language)
    overall, stance = known.query("code == 'all'").head(1), known.query("code == 'stance'").head(1)
    codes = known.query("code not in ('all', 'stance')")
    said = [voice.say("agreement_overall", overall, row=row) for row in rows_of(overall)]
    said += [voice.say("agreement_stance", stance, row=row) for row in rows_of(stance)]
    if len(codes):
        ends = codes.loc[_ends(codes["alpha"].astype(float))]
        low, high = rows_of(ends)
        said.append(voice.say("agreement_span", ends, low=low, high=high))
        said.append(_tentative(codes, voice))
    for knew in dict.fromkeys(known.get("knew_wave", [])):
        said.append(voice.say(f"knew_wave_{knew}", overall if len(overall) else known))
    return Passage(tuple(said))


def _tentative(codes: DataFrame, voice: Voice) -> Sentence:
    weak = codes[codes["tentative"].astype(str) == "True"]
    if weak.empty:
        return voice.say("agreement_firm", codes)
    names = [voice.name.code(code) for code in dict.fromkeys(weak["code"])]
    if len(names) > MOST_NAMED:
        return voice.say("agreement_tentative_many", weak, n=len(weak))
    return voice.say("agreement_tentative", weak, codes=names)


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
    return Passage(tuple(said))


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
    clear = growth[growth["p"].notna() & ((growth["low"] > 0) | (growth["high"] < 0))]
    if clear.empty:
        return Passage((voice.say("differences_none", growth),))
    pairs = zip(clear.index, rows_of(clear), strict=True)
    return Passage(tuple(_difference(row, clear.loc[[index]], voice) for index, row in pairs))


def _difference(row: dict[str, Any], rows: DataFrame, voice: Voice) -> Sentence:
    """Say how far the second region's change lies from the first's; a pair `a-b` is b minus a."""
    one, other = voice.name.pair(row["region"])
    unsure = row["n_sites"] < LEAST_SITES
    return voice.say("difference_told", rows, row=row, one=one, other=other, unsure=unsure)


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
    told = changes[changes["holds"].isin(["yes", "no"])]
    if counted.empty or told.empty:
        return nothing("no_robust", study, language)
    holding = int((told["holds"] == "yes").sum())
    said = [voice.say("robust_counts", told, n=len(told), holding=holding)]
    for _, own in counted.groupby(["scale", "region"], sort=False):
        differs = own[own["changes_conclusion"] == "yes"]
        if len(differs):
            row, methods = rows_of(differs)[0], _methods(differs, voice)
            counts = {"k": len(differs), "n": len(own)}
            said.append(voice.say("robust_differs", own, row=row, methods=methods, **counts))
    if len(said) == 1:
        said.append(voice.say("robust_agrees", counted))
    return Passage(tuple(said))
