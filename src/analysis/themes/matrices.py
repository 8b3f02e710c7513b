"""Two matrices to read by: conversations by codes with their words, and codes over the waves."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from pandas import DataFrame

from analysis import described
from analysis.evidence import evidence_id
from analysis.interviews import leading_codings
from analysis.study import Study
from analysis.themes.coverage import PLACE
from analysis.themes.proportions import difference

STANCES = ("helps", "hinders", "neutral")


def lay_out_framework(
    documents: DataFrame,
    segments: DataFrame,
    codings: DataFrame,
    quotations: DataFrame,
    study: Study,
) -> DataFrame:
    """Lay out conversations by codes, with the quotations that stand in each cell.

    Returns
    -------
    One row per conversation and code that the leading coder used anywhere. `state` is `counted`,
    `not_coded`, `not_asked` (the themes were not put to it) or `no_data` (nobody coded it yet).
    `quotations` are evidence ids of the pool, separated by spaces, approved or not.
    """
    led = leading_codings(codings, study)
    # An empty column has no type of its own, and then cannot be merged on.
    pool = quotations[["region", "sha256", "evidence_id"]].astype(object)
    texts = segments[[*PLACE, "text"]].assign(
        sha256=[hashlib.sha256(text.encode()).hexdigest() for text in segments["text"]]
    )
    texts = texts.astype({"sha256": object})
    told = led.merge(texts, on=PLACE, how="left").merge(pool, on=["region", "sha256"], how="left")
    cells = {key: own for key, own in told.groupby(["region", "document", "code"])}
    coded = {*led[["region", "document"]].itertuples(index=False, name=None)}
    codes = [code for code in study.codes["id"] if code in set(led["code"])]
    rows = [
        _cell(row, code, cells, is_coded=(row["region"], row["document"]) in coded)
        for row in documents.to_dict("records")
        for code in codes
    ]
    return described.table("framework_matrix", rows)


def _cell(
    row: Mapping[Any, Any], code: str, cells: Mapping[Any, DataFrame], *, is_coded: bool
) -> list[object]:
    region, document, wave = (str(row[key]) for key in ("region", "document", "wave"))
    ids = [evidence_id("cell", region, f"{document}.{code}", wave), region, wave, document, code]
    if not is_coded or row["asked"] != "yes":
        return [*ids, "not_asked" if row["asked"] != "yes" else "no_data", *[None] * 4, ""]
    own = cells.get((region, document, code))
    if own is None:
        return [*ids, "not_coded", 0, 0, 0, 0, ""]
    once = own.drop_duplicates(["segment", "stance"])
    stances = [int((once["stance"] == stance).sum()) for stance in STANCES]
    quoted = " ".join(dict.fromkeys(own["evidence_id"].dropna()))
    return [*ids, "counted", own["segment"].nunique(), *stances, quoted]


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
    rows = [row for _, own in held.groupby(["region", "code"], sort=False) for row in _follow(own)]
    return described.table("trajectories", rows)


def _follow(path: DataFrame) -> Iterator[list[object]]:
    heard = [bool(count) for count in path["documents"]]
    if len(path) < 2 or not any(heard):
        return
    first, last = path.iloc[0], path.iloc[-1]
    counts = [int(row[key]) for row in (first, last) for key in ("documents", "asked")]
    low, high = difference((counts[0], counts[1]), (counts[2], counts[3]))
    direction = "up" if low > 0 else "down" if high < 0 else "unknown"
    when = f"{first['wave']}-{last['wave']}"
    at = " ".join(wave for wave, is_heard in zip(path["wave"], heard, strict=True) if is_heard)
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
