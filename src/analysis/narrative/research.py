"""Sentences for the notebooks on people, items, coders and scores."""

from pandas import DataFrame, Series

from analysis.evidence import Passage, Sentence
from analysis.narrative.voice import Voice, at_waves, nothing, rows_of
from analysis.study import Study

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
