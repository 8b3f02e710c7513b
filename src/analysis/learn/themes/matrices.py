"""Two matrices to read by: conversations by codes with their words, and codes over the waves."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION, PLACE, Conversations
from analysis.learn.themes.counts import STANCES
from analysis.learn.themes.proportions import difference
from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Study

Row = Mapping[Hashable, Any]


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


def follow_themes(themes: DataFrame, study: Study) -> DataFrame:
    """Follow each code over the waves of a region, in conversations.

    Returns
    -------
    One row per region and code that came up there and was asked at two waves or more.
    `trajectory` says at which of the waves it came up at all: `throughout`, `appears` (absent
    first, then until the end), `fades` (from the start, then no more), `passing` (only in
    between) or `returns` (gone and back). `low` and `high` are Agresti and Caffo's 95% interval
    for the difference in the share of conversations between the first and the last wave asked;
    `direction` is up or down if it excludes zero, else unknown. Many codes are compared and
    nothing is adjusted for that: exploratory.
    """
    waves = {wave: place for place, wave in enumerate(study.plan.waves)}
    held = themes[themes["wave"].isin([*waves]) & themes["state"].isin(["counted", "not_coded"])]
    held = held.sort_values("wave", key=lambda ids: ids.map(waves), kind="stable")
    paths: dict[tuple[str, str], list[Row]] = {}
    for row in held.to_dict("records"):
        paths.setdefault((row["region"], row["code"]), []).append(row)
    rows = [row for path in paths.values() for row in _follow(path)]
    return described.table("trajectories", rows)


def _follow(path: list[Row]) -> Iterator[list[object]]:
    heard = [bool(row["documents"]) for row in path]
    if len(path) < 2 or not any(heard):
        return
    first, last = path[0], path[-1]
    counts = [int(row[key]) for row in (first, last) for key in ("documents", "asked")]
    low, high = difference((counts[0], counts[1]), (counts[2], counts[3]))
    direction = "up" if low > 0 else "down" if high < 0 else "unknown"
    when = f"{first['wave']}-{last['wave']}"
    at = " ".join(row["wave"] for row, is_heard in zip(path, heard, strict=True) if is_heard)
    ids = [evidence_id("trajectory", first["region"], first["code"], when)]
    ids += [first["region"], first["code"], first["level"], first["wave"], last["wave"]]
    yield [*ids, at, _shape(heard), *counts, low, high, direction, first["agreement"]]


def _shape(heard: list[bool]) -> str:
    """Name the course of a code that came up at one wave at least."""
    if all(heard):
        return "throughout"
    first, last = heard.index(True), len(heard) - 1 - heard[::-1].index(True)
    if not all(heard[first : last + 1]):
        return "returns"
    if first > 0:
        return "appears" if last == len(heard) - 1 else "passing"
    return "fades"
