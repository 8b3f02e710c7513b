"""Count themes per region and wave, with denominators and four kinds of empty cell."""

import numpy as np
from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION, PLACE, Conversations, over_waves
from analysis.learn.themes.proportions import wilson
from analysis.learn.themes.trust import trust_in
from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Study

STANCES = ["helps", "hinders", "neutral"]
COUNTS = ["documents", "asked", "people", "segments", *STANCES]
SHARES = ["word_share", "low", "high"]


def count_themes(
    conversations: Conversations, study: Study, agreement: DataFrame | None = None
) -> DataFrame:
    """Count in how many conversations each code comes up, out of how many it could.

    Returns
    -------
    One row per region, code and wave (or all), for every code of a framework that somebody coded
    with. Only coded conversations to which the themes were put count, above and below the line. A
    code also counts for the codes above it, once per segment. `state` is `counted`, `not_coded`
    (asked, nobody coded it), `not_asked` or `no_data`; in the last two the numbers are empty.
    `people` are the different people in the conversations asked; `word_share` is the share of
    their words. `low` and `high` are Wilson's 95% interval for the share of conversations.
    `level` and `pillar` are those of the code's primary cell. `agreement` is `firm`, `tentative`
    or `not_measured`: whether the coders agree enough on this code, see `trust`.
    """
    coded_with = conversations.codings["code"].unique()
    used = set(study.codes.set_index("id")["framework"].reindex(coded_with))
    codes = study.codes.loc[study.codes["framework"].isin(used), ["id", "framework"]]
    codes = codes.set_axis(["code", "framework"], axis=1)
    primary = study.crosswalk.query("strength == 'primary'")[["code", "level", "pillar"]]
    codes = codes.merge(primary, on="code", how="left").fillna("")
    sizes = conversations.sizes(study).reset_index()
    keys = ["region", "wave", "code"]
    cells = sizes.merge(codes, how="cross").merge(
        _counts(conversations, study), on=keys, how="left"
    )
    cells["agreement"] = trust_in(cells, agreement)
    is_asked = cells["asked"] > 0
    counted = cells[["documents", "segments", "length", *STANCES]].fillna(0).where(is_asked)
    cells[counted.columns] = counted
    pairs = zip(counted["documents"], cells["asked"], strict=True)
    edges = np.array([wilson(count, asked) for count, asked in pairs]).reshape(-1, 2)
    names = cells[["region", "code", "wave"]].itertuples(index=False, name=None)
    heard = np.where(counted["documents"] > 0, "counted", "not_coded")
    empty = np.where(cells["coded"] > 0, "not_asked", "no_data")
    cells = cells.assign(
        evidence_id=[evidence_id("theme", region, code, wave) for region, code, wave in names],
        state=np.where(is_asked, heard, empty),
        word_share=counted["length"] / cells["words"].where(cells["words"] != 0),
        low=edges[:, 0],
        high=edges[:, 1],
        asked=cells["asked"].where(is_asked),
        people=cells["people"].where(is_asked),
    )
    return described.table("themes", cells[described.columns("themes")])


def _counts(conversations: Conversations, study: Study) -> DataFrame:
    """Count conversations, segments, stances and words per region, wave (or all) and code."""
    lengths = conversations.segments[PLACE].assign(
        length=conversations.segments["text"].str.split().str.len()
    )
    spoken = conversations.spoken(study).merge(conversations.asked(study)[CONVERSATION])
    spoken = over_waves(spoken.merge(lengths, on=PLACE, how="left"))
    keys = ["region", "wave", "code"]
    once = spoken.drop_duplicates([*keys, "document", "segment"]).groupby(keys)
    stances = spoken.groupby([*keys, "stance"]).size().unstack(fill_value=0)
    parts = {
        "documents": once["document"].nunique(),
        "segments": once.size(),
        "length": once["length"].sum(),
        **{one: stances.get(one, 0) for one in STANCES},
    }
    return DataFrame(parts).reset_index() if len(spoken) else DataFrame(columns=[*keys, *parts])
