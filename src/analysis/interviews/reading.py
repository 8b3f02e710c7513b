"""What every room that reads codings must do alike: whose codings count, how many people spoke."""

import pandas as pd
from pandas import DataFrame, Series

from analysis.study import Study


def leading_codings(codings: DataFrame, study: Study) -> DataFrame:
    """Keep the codings that themes use: the leading coder's, in that coder's last round.

    A region may name its own leading coder, else the plan's counts; where neither names one, it is
    whoever coded most.
    """
    if codings.empty:
        return codings
    most = str(codings["coder"].value_counts().sort_index().idxmax())
    leader = codings["region"].map(lambda region: leading_coder(study, region) or most)
    own = codings[codings["coder"] == leader]
    last = own.groupby(["region", "document"])["round"].transform("max")
    return own[own["round"] == last].drop(columns=["coder", "round"]).reset_index(drop=True)


def leading_coder(study: Study, region: str) -> str:
    """Name the coder whose codings count in a region, if the region or the plan names one."""
    found = study.regions.get(region)
    own = found.leading_coder if found else ""
    return own or study.plan.leading_coder


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
