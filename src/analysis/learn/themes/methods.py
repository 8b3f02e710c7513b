"""Whether one way of talking brings up what another does not: interviews beside reflection."""

from itertools import combinations

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.collect.interviews import Conversations
from analysis.learn.themes.change import THEME, asked_in_order, count_passages
from analysis.learn.themes.proportions import difference
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study


def compare_methods_of_talk(conversations: Conversations, study: Study) -> DataFrame:
    """Compare what was said in conversations of two kinds, at the waves at which both were held.

    Returns
    -------
    One row per region, two methods, code and stance that came up in either of them; `all` codes
    together count passages alone. `documents` of `asked` conversations of the one method spoke of
    it, in `per_conversation` passages per conversation; `other_documents`, `other_asked` and
    `other_per_conversation` are those of the other. `heard_in` is both, the one or the other.
    `low` and `high` are Agresti and Caffo's 95% interval for the share of conversations, the one
    less the other. Not adjusted: exploratory.
    """
    asked = asked_in_order(conversations, study)
    spoken = conversations.spoken(study)
    counts = [count_passages(one, asked) for one in (spoken.assign(code=EVERY), spoken)]
    order = dict.fromkeys([*study.plan.methods, *sorted({*asked["method"]})])
    made = [
        _compared(pd.concat(counts), asked, method, other)
        for method, other in combinations([one for one in order if one], 2)
    ]
    rows = pd.concat([DataFrame(columns=THEME), *made], ignore_index=True)
    if rows.empty:
        return described.table("methods_of_talk", [])
    codes = {code: place for place, code in enumerate([EVERY, *study.codes["id"]])}
    regions = {region: place for place, region in enumerate(study.regions)}
    rows = rows.assign(at=rows["region"].map(regions), place=rows["code"].map(codes))
    rows = rows.sort_values(
        ["at", "held_as", "other_held_as", "place", "stance"], ignore_index=True
    )
    sides = rows[["other_documents", "other_asked", "documents", "asked"]]
    edges = [difference((a, b), (c, d)) for a, b, c, d in sides.itertuples(index=False, name=None)]
    rows[["low", "high"]] = np.array(edges)
    is_all = rows["code"] == EVERY
    rows.loc[is_all, ["low", "high"]] = np.nan
    names = rows[[*THEME, "held_as", "other_held_as"]].itertuples(index=False, name=None)
    rows["evidence_id"] = [
        evidence_id("methods", region, f"{code}.{stance}", f"{method}-{other}")
        for region, code, stance, method, other in names
    ]
    return described.table("methods_of_talk", rows[described.columns("methods_of_talk")])


def _compared(counts: DataFrame, asked: DataFrame, method: str, other: str) -> DataFrame:
    """Compare two methods within each region, over the waves at which both were held."""
    held = asked[asked["method"].isin([method, other])]
    both = held.groupby(["region", "wave"])["method"].transform("nunique") == 2
    held = held[both]
    kept = counts.merge(held[["region", "document"]], on=["region", "document"])
    sizes = held.groupby(["region", "method"]).size().unstack(fill_value=0)
    if kept.empty:
        return DataFrame(columns=THEME)
    found = kept.groupby([*THEME, "method"])["passages"].agg(["size", "sum"]).unstack(fill_value=0)
    rows = found.index.to_frame(index=False)
    for name, prefix in ((method, ""), (other, "other_")):
        size = rows["region"].map(sizes[name])
        heard = found["size"].get(name, 0)
        rows[f"{prefix}asked"] = size
        rows[f"{prefix}documents"] = np.asarray(heard)
        rows[f"{prefix}per_conversation"] = np.asarray(found["sum"].get(name, 0)) / size
    one, two = rows["documents"] > 0, rows["other_documents"] > 0
    heard_in = np.select([one & two, one], ["both", method], other)
    return rows.assign(held_as=method, other_held_as=other, heard_in=heard_in)
