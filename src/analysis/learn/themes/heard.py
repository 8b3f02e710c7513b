"""In how many conversations each theme was heard at a wave: helping and hindering apart."""

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION, Conversations
from analysis.learn.themes.trust import trust_in
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study

STANCES = ("helps", "hinders")


def hear_themes(
    conversations: Conversations, study: Study, agreement: DataFrame | None = None
) -> DataFrame:
    """Count in how many conversations of a wave each theme helps, and in how many it hinders.

    Returns
    -------
    One row per region, code, stance and wave, for the codes of every framework that the leading
    coder used. `state` is `counted`, `not_coded`, `not_asked` or `no_data`, as in `themes`; a code
    also counts for the codes above it. Waves are never added up, nor are the two stances.
    """
    known = study.codes.set_index("id")["framework"]
    used = {*known.reindex(conversations.led(study)["code"].unique())}
    codes = DataFrame({"code": known.index[known.isin(used)], "framework": known[known.isin(used)]})
    sizes = conversations.sizes(study).reset_index()
    sizes = sizes[sizes["wave"] != EVERY]
    cells = sizes.merge(codes, how="cross").merge(DataFrame({"stance": STANCES}), how="cross")
    keys = ["region", "wave", "code", "stance"]
    spoken = conversations.spoken(study).merge(conversations.asked(study)[CONVERSATION])
    counts = spoken.groupby(keys)["document"].nunique().rename("documents").reset_index()
    cells = cells.merge(counts, on=keys, how="left")
    is_asked = cells["asked"] > 0
    documents = cells["documents"].fillna(0).where(is_asked)
    heard = np.where(documents > 0, "counted", "not_coded")
    names = cells[["region", "code", "stance", "wave"]].itertuples(index=False, name=None)
    cells = cells.assign(
        evidence_id=[evidence_id("heard", r, f"{c}.{s}", w) for r, c, s, w in names],
        state=np.where(is_asked, heard, np.where(cells["coded"] > 0, "not_asked", "no_data")),
        documents=documents,
        asked=cells["asked"].where(is_asked),
        people=pd.to_numeric(cells["people"]).where(is_asked),
        agreement=trust_in(cells, agreement),
    )
    return described.table("heard", cells[described.columns("heard")])
