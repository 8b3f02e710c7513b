"""Whether the coders agree enough on a code, a level or a stance for what is said of a region."""

from collections.abc import Iterable

import pandas as pd
from pandas import DataFrame

from analysis.plan.evidence import EVERY, FEW_PASSAGES, FEWEST_DOCUMENTS

TRUST = {True: "tentative", False: "firm"}
KEYS = ["region", "code"]


def deciding(agreement: DataFrame | None, regions: Iterable[str]) -> DataFrame:
    """Say per region and subject whether it is tentative there.

    Returns
    -------
    `region`, `code` and `tentative`, for what agreement could be computed on. A region's own
    agreement decides where five conversations or more were coded twice and ten passages hold the
    subject; else that of the study does. What was found in one of several regions alone is
    tentative in the others.
    """
    if agreement is None or agreement.empty:
        return DataFrame(columns=[*KEYS, "tentative"])
    known = agreement[agreement["alpha"].notna()]
    own, whole = known[known["region"] != EVERY], known[known["region"] == EVERY]
    enough = own[(own["documents"] >= FEWEST_DOCUMENTS) & (own["given"] >= FEW_PASSAGES)]
    held = own.loc[own["given"] > 0, KEYS].groupby("code")["region"].nunique()
    alone = {*held[held == 1].index} if len({*own["region"]}) > 1 else set()
    study = whole.assign(tentative=whole["tentative"].astype(bool) | whole["code"].isin(alone))
    study = study.drop(columns="region").merge(DataFrame({"region": [*regions]}), how="cross")
    columns = [*KEYS, "tentative"]
    both = pd.concat([enough[columns].astype({"tentative": bool}), study[columns]])
    return both.drop_duplicates(KEYS, ignore_index=True)


def weak(agreement: DataFrame | None, regions: Iterable[str]) -> set[tuple[str, str]]:
    """Name the regions and subjects on which the coders agree too little."""
    told = deciding(agreement, regions)
    too_little = told[told["tentative"].astype(bool)]
    return {*zip(too_little["region"], too_little["code"], strict=True)}


def trust_in(rows: DataFrame, agreement: DataFrame | None) -> list[str]:
    """Say of each row of a region and a code whether the coders agree on it there."""
    told = deciding(agreement, dict.fromkeys(rows["region"]))
    known = dict(
        zip(zip(told["region"], told["code"], strict=True), told["tentative"], strict=True)
    )
    pairs = zip(rows["region"], rows["code"], strict=True)
    return [TRUST[bool(known[pair])] if pair in known else "not_measured" for pair in pairs]
