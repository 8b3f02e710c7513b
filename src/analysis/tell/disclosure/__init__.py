"""The one gate between the internal and the shared shelf: what may be shown, and how coarsely."""

from dataclasses import replace

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from analysis.findings import Findings
from analysis.plan import described
from analysis.plan.evidence import EVERY, LEAST_CONVERSATIONS, LEAST_EXACT, LEAST_TOLD, evidence_id

ROUND_TO = 5
# Full digits would tell the exact number of people behind a mean.
DECIMALS = 2
NUMBERS = ["estimate", "low", "high", "low_90", "high_90", "low_80", "high_80"]
PEOPLE = ["people", "with_code", "stayed", "joined", "left", "all_waves"]


def gate(findings: Findings) -> Findings:
    """Return the findings that may leave the house.

    Numbers about fewer people than the plan's smallest group are emptied, counts of people are
    rounded to five, counts of conversations need four documents and ten people, one and all but
    one are worded, and quotations pass only with consent and a human approval. No p value, no
    standard error, no minimum or maximum passes.
    """
    least = findings.study.plan.smallest_group
    contrasts = _contrasts(findings.rows("contrasts"), least)
    talk = _talk(findings.rows("talk"))
    tested = findings.rows("expectations", source="claims")
    tables = {
        "plan": _only_shared(findings.rows("plan"), "plan"),
        "participation": _participation(findings.rows("participation"), least),
        "means": _means(findings.rows("means"), least),
        "contrasts": contrasts,
        "themes": _themes(findings.rows("themes")),
        "heard": _heard(findings.rows("heard")),
        "talk": talk,
        "joint": _joint(findings.rows("joint"), contrasts, talk),
        "quotations": _quotations(findings, least),
        "quotation_counts": _count_quotations(findings.rows("quotations")),
        "agreements": _agreements(findings.rows("agreements")),
        "expectations": _only_shared(tested, "expectations"),
        "echoes": _echoes(findings.rows("echoes"), contrasts),
    }
    return replace(findings, tables=tables)


def _only_shared(rows: DataFrame, name: str) -> DataFrame:
    """Keep the columns that may leave the house by the description of the table."""
    return rows[described.shared(name)].copy()


def round_people(counts: Series) -> Series:
    """Round counts of people to the nearest five, half upward."""
    return (np.floor(counts.astype("Float64") / ROUND_TO + 0.5) * ROUND_TO).astype("Int64")


def _participation(counts: DataFrame, least: int) -> DataFrame:
    shown = _only_shared(counts, "participation")
    with_code = counts["people"] - counts["unlinked"]
    shown = shown.assign(with_code=with_code, codes=_worded_codes(with_code, counts["unlinked"]))
    for column in PEOPLE:
        enough = shown[column].where(shown[column] >= least)
        shown[column] = round_people(enough)
    held = shown["documents"]
    few = (held > 0) & (held < LEAST_CONVERSATIONS)
    # One hidden wave would follow from the total less the others.
    totals = shown["region"].isin(shown.loc[few, "region"]) & (shown["wave"] == EVERY)
    return shown.assign(documents=held.where(~few & ~totals))


def _worded_codes(with_code: Series, without: Series) -> Series:
    """Say whether all, some or none of the people gave a code; nothing where nobody answered."""
    told = Series("", index=without.index, dtype=object)
    told[without.eq(0).fillna(False)] = "all"
    told[without.gt(0).fillna(False)] = "some"
    told[(without.gt(0) & with_code.eq(0)).fillna(False)] = "none"
    return told


def _means(means: DataFrame, least: int) -> DataFrame:
    # Without an interval everybody may have answered the same: then a mean tells each answer.
    known = (means["n"] >= least) & means["low"].notna()
    return _coarse(_only_shared(means, "means"), known)


def _contrasts(contrasts: DataFrame, least: int) -> DataFrame:
    shown = contrasts[contrasts["kind"].isin(["change", "growth"])].reset_index(drop=True)
    enough = (shown[["n_start", "n_end"]] >= least).all(axis="columns")
    enough &= ~_gives_away(shown, enough, least)
    high_start = shown["start_at_highest"] >= 0.15
    kept = _coarse(_only_shared(shown, "contrasts").assign(starts_high=high_start), enough)
    verdict = kept["verdict"].where(enough | (kept["kind"] != "change"), "too_few")
    holds = kept["holds"].where(enough)
    return kept.assign(verdict=verdict, holds=holds, starts_high=kept["starts_high"] & enough)


def _gives_away(contrasts: DataFrame, enough: Series, least: int) -> Series:
    """Find the pooled changes from which a hidden region follows: all people minus those shown."""
    hidden = contrasts[(contrasts["kind"] == "change") & (contrasts["region"] != EVERY) & ~enough]
    what = ["scale", "start", "end"]
    counts = hidden.groupby(what)[["n_start", "n_end"]].sum()
    few = counts[((counts > 0) & (counts < least)).any(axis="columns")].index
    pooled = (contrasts["kind"] == "change") & (contrasts["region"] == EVERY)
    keys = contrasts[what].itertuples(index=False, name=None)
    return pooled & Series([key in few for key in keys], index=contrasts.index, dtype=bool)


def _coarse(rows: DataFrame, enough: Series) -> DataFrame:
    """Empty every number of the rows about too few people, and round counts of people."""
    shown = rows.copy()
    numbers = [name for name in [*NUMBERS, "start_mean"] if name in shown]
    shown[numbers] = shown[numbers].where(enough.astype(bool)).astype(float).round(DECIMALS)
    for column in [name for name in ("n", "n_start", "n_end") if name in shown]:
        shown[column] = round_people(shown[column].where(enough.astype(bool)))
    return shown.reset_index(drop=True)


def _themes(themes: DataFrame) -> DataFrame:
    counts = themes["asked"] >= LEAST_CONVERSATIONS
    shown = (counts & (themes["people"] >= LEAST_TOLD)).fillna(False).astype(bool)
    # One hidden wave would follow from the total and the other waves: then only the total shows.
    is_wave, held = themes["wave"] != EVERY, themes["asked"].notna()
    hidden_wave = is_wave & held & ~shown
    partly = hidden_wave.groupby([themes["region"], themes["code"]]).transform("any")
    shown &= ~(is_wave & partly.astype(bool))
    kept = _only_shared(themes, "themes").drop(columns=["documents", "asked"])
    hidden = themes["state"].isin(["counted", "not_coded"]) & ~shown
    kept["state"] = kept["state"].where(~hidden, "suppressed")
    documents, asked = themes["documents"], themes["asked"]
    one, nearly = documents == 1, (documents == asked - 1) & (asked > 2)
    exact = shown & ~one & ~nearly
    kept["documents"] = documents.where(exact).astype("Int64")
    kept["asked"] = asked.where(shown).astype("Int64")
    kept["worded"] = pd.Series("", index=kept.index, dtype=object)
    kept.loc[shown & nearly, "worded"] = "almost_all"
    kept.loc[shown & one, "worded"] = "one"
    return kept


def _heard(heard: DataFrame) -> DataFrame:
    """Tell conversations as words at both ends: none or one alike, all or all but one alike."""
    shown = (heard["asked"] >= LEAST_CONVERSATIONS) & (heard["people"] >= LEAST_TOLD)
    shown = shown.fillna(False).astype(bool)
    kept = _only_shared(heard, "heard")
    documents, asked = heard["documents"], heard["asked"]
    few = asked < LEAST_EXACT
    low, high = few & (documents <= 1), few & (documents >= asked - 1)
    is_asked = heard["state"].isin(["counted", "not_coded"])
    # Where none was heard that is a count like any other, and the state may not tell it.
    state = heard["state"].where(~is_asked, np.where(shown, "counted", "suppressed"))
    worded = np.select([shown & low.fillna(False), shown & high.fillna(False)], ["low", "high"], "")
    return kept.assign(
        state=state,
        documents=documents.where(shown & (worded == "")).astype("Int64"),
        asked=asked.where(shown).astype("Int64"),
        worded=Series(worded, kept.index, dtype=object),
    )


def _talk(talk: DataFrame) -> DataFrame:
    enough = (talk["people"] >= LEAST_TOLD) & (talk["documents"] >= LEAST_CONVERSATIONS)
    # A mean over a few conversations gives away each of them: only the direction is shared.
    shown = _only_shared(talk, "talk")
    shown["documents"] = shown["documents"].where(enough.astype(bool))
    shown["direction"] = shown["direction"].where(enough.astype(bool), "unknown")
    return shown.astype({"documents": "Float64"}).astype({"documents": "Int64"})


def _joint(joint: DataFrame, contrasts: DataFrame, talk: DataFrame) -> DataFrame:
    """Empty the direction of a side that is hidden; then nothing can be set side by side."""
    verdicts = dict(zip(contrasts["evidence_id"], contrasts["verdict"], strict=True))
    told = [verdicts.get(change, "too_few") for change in joint["change_id"]]
    few = Series([verdict == "too_few" for verdict in told], dtype=bool)
    heard = set(talk.loc[talk["documents"].notna(), "evidence_id"])
    unheard = ~joint["talk_id"].isin(heard)
    return _only_shared(joint, "joint").assign(
        label=joint["label"].where(~few & ~unheard, "not_testable"),
        score_direction=joint["score_direction"].where(~few, ""),
        talk_direction=joint["talk_direction"].where(~unheard, ""),
    )


def _echoes(echoes: DataFrame, contrasts: DataFrame) -> DataFrame:
    """Keep the verdict on a claim where enough conversations and people stand behind it."""
    verdicts = dict(zip(contrasts["evidence_id"], contrasts["verdict"], strict=True))
    change = echoes["rests_on"].map(verdicts).fillna("too_few")
    enough = (echoes["asked"] >= LEAST_CONVERSATIONS) & (echoes["people"] >= LEAST_TOLD)
    shown = enough.fillna(False).astype(bool).where(echoes["rule"] != "grew", change != "too_few")
    untold = echoes["verdict"].isin(["cannot", "possibly"])
    verdict = echoes["verdict"].where(shown | untold, "suppressed")
    return _only_shared(echoes, "echoes").assign(verdict=verdict)


def _agreements(agreements: DataFrame) -> DataFrame:
    """Keep the agreements whose text a person approved; who would act is not told."""
    told = agreements[agreements["may_be_told"].astype(bool)].reset_index(drop=True)
    return _only_shared(told, "agreements")


def _count_quotations(quotations: DataFrame) -> DataFrame:
    """Count per region the texts that could be quoted, had consent and were approved."""
    consent, approved = quotations["consent"].eq("yes"), quotations["approved"].astype(bool)
    told = quotations.assign(eligible=1, consented=consent, approved=approved & consent)
    counts = told.groupby("region", sort=False)[["eligible", "consented", "approved"]].sum()
    made_up = told.groupby("region", sort=False)["synthetic"].any()
    ids = [evidence_id("quotepool", str(region), "counts", EVERY) for region in counts.index]
    counts = counts.astype("int64").reset_index().assign(synthetic=[*made_up])
    return counts.assign(evidence_id=ids)[["evidence_id", *counts.columns]]


def _quotations(findings: Findings, least: int) -> DataFrame:
    quotations = findings.rows("quotations")
    approved = quotations["approved"].astype(bool) & (quotations["consent"] == "yes")
    kept = quotations[approved].reset_index(drop=True)
    roles = findings.rows("roles").set_index(["region", "role", "wave"])["people"].to_dict()
    waves = findings.rows("participation").set_index(["region", "wave"])["people"]
    waves = waves.dropna().to_dict()
    groups = zip(kept["region"], kept["role"], kept["wave"], strict=True)
    many = [roles.get(group, 0) >= least for group in groups]
    moments = zip(kept["region"], kept["wave"], strict=True)
    heard = findings.rows("themes").groupby(["region", "wave"])["people"].max()
    heard = heard.dropna().to_dict()
    known = [
        waves.get(moment, 0) >= least and heard.get(moment, 0) >= LEAST_TOLD for moment in moments
    ]
    many = [one and other for one, other in zip(many, known, strict=True)]
    return _only_shared(kept, "quotations").assign(
        role=kept["role"].where(Series(many, dtype=bool), None),
        wave=kept["wave"].where(Series(known, dtype=bool), None),
    )
