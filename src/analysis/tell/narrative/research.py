"""Sentences for the notebooks on people, items, coders and scores."""

from collections.abc import Iterator

from pandas import DataFrame, Series

from analysis.plan.evidence import EVERY, Sentence
from analysis.tell.narrative.voice import Voice, at_waves, rows_of, told

MOST_NAMED = 12


@told(or_else="no_exclusions", none_is_news=True)
def describe_exclusions(exclusions: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how many survey rows were left out."""
    yield voice.say("exclusions_in_all", exclusions, rows=exclusions["rows"].sum())


@told(or_else="no_reliability")
def describe_reliability(reliability: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say between which values alpha lies, and where it is least sure."""
    known = reliability[reliability["alpha"].notna()]
    if known.empty:
        yield voice.say("alpha_nowhere", reliability)
        return
    yield from _span("alpha_span", known, "alpha", voice)
    if known["low"].notna().any():
        lowest = known.loc[[known["low"].astype(float).idxmin()]]
        yield from voice.each("alpha_lowest", lowest)
    yield from _span("omega_span", known, "omega", voice)
    yield from voice.each("alpha_smallest", known.loc[[known["n"].astype(float).idxmin()]])
    unknown = reliability[reliability["alpha"].isna()]
    if len(unknown):
        yield voice.say("alpha_not_computable", unknown, n=len(unknown))


def _span(key: str, rows: DataFrame, column: str, voice: Voice) -> Iterator[Sentence]:
    """Say between which values a column runs, where it holds any."""
    values = rows[column].astype(float) if column in rows else Series(dtype=float)
    if values.notna().any():
        ends = rows.loc[[values.idxmin(), values.idxmax()]]
        low, high = rows_of(ends)
        yield voice.say(key, ends, low=low, high=high)


@told(or_else="no_answers")
def describe_answers(answers: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say which question was most often met with "don't know", and what may not be shown."""
    unsure = answers[answers["answer"].eq("dont_know") & answers["people"].notna()]
    most = unsure.loc[[unsure["people"].astype(float).idxmax()]] if len(unsure) else unsure
    hidden = answers[answers["people"].isna()].drop_duplicates(["region", "item", "wave"])
    for row in rows_of(most):
        key, rows = ("item_dont_know", most) if row["people"] else ("item_no_dont_know", unsure)
        yield voice.say(key, rows, row=row, at=at_waves(answers, voice), hidden=len(hidden))
    if len(hidden):
        regions = [voice.name.region(one) for one in dict.fromkeys(hidden["region"])]
        yield voice.say("answers_hidden", hidden, n=len(hidden), regions=regions)


@told(or_else="no_agreement")
def describe_agreement(agreement: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say how far the coders agree, and which codes are tentative."""
    known = agreement[agreement["alpha"].notna()]
    if known.empty:
        return
    overall = known[known["code"] == EVERY].head(1)
    yield from voice.each("agreement_overall", overall)
    yield from voice.each("agreement_stance", known[known["code"] == "stance"].head(1))
    codes = known[~known["code"].isin([EVERY, "stance"])]
    if len(codes):
        yield from _span("agreement_span", codes, "alpha", voice)
        yield _tentative(codes, voice)
    for knew in dict.fromkeys(known.get("knew_wave", [])):
        yield voice.say(f"knew_wave_{knew}", overall if len(overall) else known)


def _tentative(codes: DataFrame, voice: Voice) -> Sentence:
    weak = codes[codes["tentative"].astype(str) == "True"]
    if weak.empty:
        return voice.say("agreement_firm", codes)
    names = [voice.name.code(code) for code in dict.fromkeys(weak["code"])]
    if len(names) > MOST_NAMED:
        return voice.say("agreement_tentative_many", weak, n=len(weak))
    return voice.say("agreement_tentative", weak, codes=names)
