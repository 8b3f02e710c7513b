"""The synthetic reviewer: lets some quotations through and refuses those that name people."""

import hashlib
from collections.abc import Iterable, Mapping

import pandas as pd
from pandas import DataFrame

from analysis.plan.study.agreed import COLUMNS, hash_of
from analysis.rehearse.simulate.conversations import SyntheticTalk
from analysis.rehearse.simulate.planted import Phrases, Planted

REVIEWER = "synthetic approval"
LONGEST = 20  # words


def review(
    talks: Mapping[str, SyntheticTalk], planted: Planted, phrases: Phrases, leading_coder: str
) -> DataFrame:
    """Decide on quotations of every region, as a person would after reading them.

    Returns
    -------
    The table decisions/quotations.csv: per region the planted number of approvals per stance,
    spread over waves, conversations and codes; every sentence that names somebody is refused.
    Sentences said in more than one conversation are left undecided: a decision is bound to words.
    """
    said = pd.concat(
        [_quotable(talk, region, leading_coder) for region, talk in talks.items()],
        ignore_index=True,
    )
    names = said["text"].map(lambda text: _has_mark(text, phrases.identifying.marks))
    once = ~said["text"].duplicated(keep=False)
    short = said["text"].str.split().str.len() <= LONGEST
    clean = said[~names & once & short & (said["consent"] == "yes")]
    approved = [
        text
        for region in talks
        for stance, count in planted.interviews.approved.items()
        for text in _spread(clean[(clean["region"] == region) & (clean["stance"] == stance)], count)
    ]
    decisions = {**dict.fromkeys(approved, "yes"), **dict.fromkeys(said.loc[names, "text"], "no")}
    table = DataFrame(
        {
            "sha256": [hashlib.sha256(text.encode()).hexdigest() for text in decisions],
            "decision": [*decisions.values()],
            "decided_by": REVIEWER,
            "decided_on": planted.approved_on,
        }
    )
    return table.sort_values("sha256", ignore_index=True)


def approve_agreements(planted: Planted) -> DataFrame:
    """Write down what the regions agreed, approved for sharing: decisions/agreements.csv."""
    told = planted.agreements
    rows = []
    for number, one in enumerate(told.all if told else (), start=1):
        row = {
            "agreement_id": str(number),
            "region": one.region,
            "wave": told.wave if told else "",
            "what_nl": one.what["nl"],
            "what_en": one.what["en"],
            "who_group": one.who,
            **{"about_kind": one.about_kind, "about": one.about},
            **{"due_wave": told.due_wave if told else "", "state": one.state},
            **{"shared": "yes", "approved_by": REVIEWER},
        }
        rows.append({**row, "sha256": hash_of(row)})
    return DataFrame(rows, columns=COLUMNS["agreements"])


def _quotable(talk: SyntheticTalk, region: str, leading_coder: str) -> DataFrame:
    """Return each coded sentence once per conversation, with its wave and consent."""
    documents = talk.tables["documents"][["document", "wave", "consent"]]
    codings = talk.tables["codings"].merge(documents)
    mine = codings[codings["coder"] == leading_coder].drop_duplicates(["document", "start"])
    return mine.assign(region=region)


def _spread(rows: DataFrame, count: int) -> list[str]:
    """Take quotations from waves and conversations in turn, each about another code."""
    places = rows.assign(place=rows.groupby("document").cumcount())
    other = places.sort_values(["place", "document"], kind="stable").drop_duplicates("code")
    turns = other.groupby("wave").cumcount()
    ordered = other.assign(turn=turns).sort_values(["turn", "wave"], kind="stable")
    return [str(text) for text in ordered["text"].head(count)]


def _has_mark(text: str, marks: Iterable[str]) -> bool:
    return any(mark in text for mark in marks)
