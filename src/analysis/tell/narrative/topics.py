"""Which topics came up in the conversations of a region: what helps, and what gets in the way."""

from typing import Any

from pandas import DataFrame

from analysis.plan.evidence import EVERY
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.voice import rows_of

BUNDLES = ("theme", "group")  # nodes of a codebook that gather codes


def is_known(value: Any) -> bool:
    """Say whether a cell of a gated table holds a value."""
    return value is not None and value == value and str(value) != "<NA>"


def was_heard(story: RegionStory) -> bool:
    """Say whether the region has anything from conversations to tell: topics or quotations."""
    return len(themes_of(story)) > 0 or len(story.rows("quotations")) > 0


def themes_of(story: RegionStory) -> DataFrame:
    """Return the region's themes over all waves; those that say what helps or hinders if any do."""
    themes = story.rows("themes", wave=EVERY)
    if themes.empty:
        return themes
    if themes["state"].eq("no_data").all():
        return themes.iloc[:0]
    codes = story.study.codes
    valences = dict(zip(codes["id"], codes["valence"], strict=True)) if "valence" in codes else {}
    known = themes.assign(
        valence=[valences.get(code, "") for code in themes["code"]],
        heard=[_heard(row) for row in rows_of(themes)],
    )
    telling = known[known["valence"] != ""]
    kept = telling if len(telling) else known
    return kept.assign(bundles=[code in _bundles(kept, story) for code in kept["code"]])


def _bundles(themes: DataFrame, story: RegionStory) -> set[str]:
    """Return the themes that only bundle codes which were heard too: the codes say more."""
    codes = story.study.codes
    if "parent" not in codes or "node_type" not in codes:
        return set()
    parts = codes[codes["id"].isin(themes.loc[themes["heard"] > 0, "code"])]
    return {*codes.loc[codes["node_type"].isin(BUNDLES), "id"]} & {*parts["parent"]}


def _heard(row: dict[str, Any]) -> float:
    if row["state"] != "counted":
        return 0.0
    worded = {"one": 1.0, "almost_all": float(row["asked"]) - 1} if is_known(row["asked"]) else {}
    if row.get("worded") in worded:
        return worded[row["worded"]]
    return float(row["documents"]) if is_known(row["documents"]) else 0.0


def helping(themes: DataFrame) -> DataFrame:
    """Return the themes that were heard and do not hinder, without those that only bundle."""
    if themes.empty:
        return themes
    return themes[(themes["valence"] != "hinders") & (themes["heard"] > 0) & ~themes["bundles"]]


def hindering(themes: DataFrame) -> DataFrame:
    """Return the hindering theme that was heard in most conversations, if there is one."""
    if themes.empty:
        return themes
    hinders = themes[(themes["valence"] == "hinders") & (themes["heard"] > 0)]
    return hinders.nlargest(1, "heard", keep="first")
