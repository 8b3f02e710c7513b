"""The published contexts, seen through the same frameworks as the conversations."""

from collections.abc import Iterator

import numpy as np
from pandas import DataFrame

from analysis import described
from analysis.evidence import evidence_id
from analysis.lenses.links import BASES, lens_codes, link_codes
from analysis.lenses.look import shares_of
from analysis.study import Study
from analysis.study.codebooks import split_ids

CODES = ("subject_code", "outcome_code", "secondary_codes")


def view_contexts(study: Study) -> DataFrame:
    """Summarise the published contexts through every code of every framework.

    Returns
    -------
    One row per context, framework and code. The unit is a published claim: `claims` of the
    context's `of_claims` are about the code, by the links of `link_codes`; a claim that restates
    another does not count. `state` is `counted`, `not_coded` or `no_link`. A publication is a
    selection and a claim is no conversation: never compare these counts with those of a region.
    """
    claims = study.contexts
    if claims.empty:
        return described.table("context_lenses", [])
    claims = claims[claims["restates"] == ""]
    told = _codes_of(claims)
    rules = link_codes(study, set(told["code"]))
    seen = told.merge(rules, on="code")
    seen = seen.groupby(["region", "claim_id", "framework", "lens"], as_index=False)["rank"].min()
    codes = lens_codes(study, rules)
    rows = [
        row
        for region in dict.fromkeys(claims["region"])
        for row in _rows(
            seen[seen["region"] == region], codes, region, int((claims["region"] == region).sum())
        )
    ]
    return described.table("context_lenses", rows)


def _codes_of(claims: DataFrame) -> DataFrame:
    rows = [
        (row["region"], row["claim_id"], code)
        for row in claims.to_dict("records")
        for column in CODES
        for code in split_ids(str(row[column]))
    ]
    return DataFrame(rows, columns=["region", "claim_id", "code"]).drop_duplicates()


def _rows(seen: DataFrame, codes: DataFrame, region: str, size: int) -> Iterator[list[object]]:
    grouped = dict(iter(seen.groupby(["framework", "lens"])))
    nothing = [np.nan] * len(BASES)
    for framework, lens, is_linked in codes.itertuples(index=False, name=None):
        ids = [evidence_id("contextlens", region, f"{framework}.{lens}"), region, framework, lens]
        found = grouped.get((framework, lens))
        if not is_linked:
            yield [*ids, "no_link", None, size, *nothing, "published"]
        elif found is None:
            yield [*ids, "not_coded", 0, size, *nothing, "published"]
        else:
            yield [*ids, "counted", len(found), size, *shares_of(found), "published"]
