"""What every room that reads codings must do alike: whose codings count, how many people spoke."""

import pandas as pd
from pandas import DataFrame, Series

from analysis.study import Study


def leading_codings(codings: DataFrame, study: Study) -> DataFrame:
    """Keep the codings that themes use: the leading coder's, in that coder's last round.

    A plan that names no leading coder leaves it to whoever coded most.
    """
    if codings.empty:
        return codings
    leader = study.plan.leading_coder or str(codings["coder"].value_counts().sort_index().idxmax())
    own = codings[codings["coder"] == leader]
    last = own.groupby(["region", "document"])["round"].transform("max")
    return own[own["round"] == last].drop(columns=["coder", "round"]).reset_index(drop=True)


def coded_documents(documents: DataFrame, led: DataFrame) -> DataFrame:
    """Keep the conversations that were coded; one that nobody coded yet says nothing."""
    return documents.merge(led[["region", "document"]].drop_duplicates())


def people_in(documents: DataFrame) -> int:
    """Count the different people of some conversations: a group that met twice counts once.

    A group's size is the largest it had; a conversation without a group is a group of its own.
    """
    if documents.empty:
        return 0
    alone = documents["region"] + "/" + documents["document"]
    named = documents["region"] + "/group/" + documents["group"]
    group: Series[str] = named.where(documents["group"] != "", alone)
    return int(pd.to_numeric(documents["people"]).groupby(group).max().sum())
