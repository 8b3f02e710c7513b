"""A matrix to read by: conversations by codes, with their words."""

import numpy as np
from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION, PLACE, Conversations
from analysis.learn.themes.counts import STANCES
from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Study


def lay_out_framework(
    conversations: Conversations, quotations: DataFrame, study: Study
) -> DataFrame:
    """Lay out conversations by codes, with the quotations that stand in each cell.

    Returns
    -------
    One row per conversation and code that the leading coder used anywhere. `state` is `counted`,
    `not_coded`, `not_asked` (the themes were not put to it) or `no_data` (nobody coded it yet).
    `quotations` are evidence ids of the pool, separated by spaces, approved or not.
    """
    led = conversations.led(study)
    used, coded = set(led["code"]), conversations.coded(study)[CONVERSATION]
    codes = DataFrame({"code": [code for code in study.codes["id"] if code in used]}, dtype="str")
    cells = conversations.documents[[*CONVERSATION, "wave", "asked"]].astype("str")
    cells = cells.merge(coded.assign(coded=True), on=CONVERSATION, how="left")
    cells = cells.merge(codes, how="cross").merge(
        _cells(conversations, quotations, study), on=[*CONVERSATION, "code"], how="left"
    )
    is_asked, is_coded = cells["asked"] == "yes", cells["coded"].notna()
    counts = cells[["segments", *STANCES]].fillna(0).where(is_asked & is_coded)
    heard = np.where(counts["segments"] > 0, "counted", "not_coded")
    cells = cells.assign(
        evidence_id=[
            evidence_id("cell", region, f"{document}.{code}", wave)
            for region, document, code, wave in cells[[*CONVERSATION, "code", "wave"]].itertuples(
                index=False, name=None
            )
        ],
        state=np.where(is_asked, np.where(is_coded, heard, "no_data"), "not_asked"),
        quotations=cells["quotations"].where(is_asked & is_coded).fillna(""),
    )
    cells[counts.columns] = counts.astype("Int64")
    return described.table("framework_matrix", cells[described.columns("framework_matrix")])


def _cells(conversations: Conversations, quotations: DataFrame, study: Study) -> DataFrame:
    """Count segments and stances, and gather the quotations, where anything was coded."""
    texts = conversations.texts[[*PLACE, "sha256"]]
    # An empty column has no type of its own, and then cannot be merged on.
    pool = quotations[["region", "sha256", "evidence_id"]].astype(object)
    told = conversations.led(study).merge(texts, on=PLACE, how="left")
    told = told.merge(pool, on=["region", "sha256"], how="left")
    keys = [*CONVERSATION, "code"]
    once = told.drop_duplicates([*keys, "segment", "stance"])
    stances = {one: once["stance"] == one for one in STANCES}
    counts = once.assign(**stances).groupby(keys)[STANCES].sum()
    quoted = told.dropna(subset="evidence_id").drop_duplicates([*keys, "evidence_id"])
    return counts.assign(
        segments=once.groupby(keys)["segment"].nunique(),
        quotations=quoted.groupby(keys)["evidence_id"].agg(" ".join),
    ).reset_index()
