"""The published contexts, seen through the same frameworks as the conversations."""

from pandas import DataFrame

from analysis.learn.lenses.links import lens_codes, link_codes
from analysis.learn.lenses.look import firmest, look_by, shares_by, states_of
from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Study
from analysis.plan.study.codebooks import split_ids

STANCES = {"positive": "helps", "negative": "hinders"}
CODES = ("subject_code", "outcome_code", "secondary_codes")


def view_contexts(study: Study) -> DataFrame:
    """Summarise the published contexts through every code of every framework.

    Returns
    -------
    One row per context, framework and code. The unit is a published claim: `claims` of the
    context's `of_claims` are about the code, by the links of `link_codes`; a claim with a positive
    valence counts as talk that helps, one with a negative as talk that hinders; a claim that
    restates another does not count. `state` is `counted`, `possibly`, `not_coded` or `no_link`. A
    publication is a selection and a claim is no conversation: never compare these counts with
    those of a region.
    """
    claims = study.contexts
    if claims.empty:
        return described.table("context_lenses", [])
    claims = claims[claims["restates"] == ""]
    told = _codes_of(claims)
    rules = link_codes(study, set(told["code"]))
    keys = ["region", "framework", "lens"]
    seen = firmest(look_by(told.assign(tentative=False), rules), [*keys, "claim_id"])
    sure, perhaps = seen[~seen["possibly"]], seen[seen["possibly"]]
    totals = claims["region"].value_counts(sort=False).rename("of_claims").rename_axis("region")
    cells = totals.reset_index().merge(lens_codes(study, rules), how="cross")
    cells = cells.merge(shares_by(sure, keys).reset_index(), on=keys, how="left")
    cells = cells.merge(
        perhaps.groupby(keys).size().rename("possibly").reset_index(), on=keys, how="left"
    )
    names = cells[keys].itertuples(index=False, name=None)
    cells = cells.assign(
        evidence_id=[
            evidence_id("contextlens", region, f"{framework}.{lens}")
            for region, framework, lens in names
        ],
        state=states_of(cells),
        claims=cells["segments"].fillna(0).where(cells["is_linked"].astype(bool)),
        source="published",
    )
    cells = cells.rename(columns={"lens": "code"})
    return described.table("context_lenses", cells[described.columns("context_lenses")])


def _codes_of(claims: DataFrame) -> DataFrame:
    rows = [
        (row["region"], row["claim_id"], code, STANCES.get(str(row["valence"]), "neutral"))
        for row in claims.to_dict("records")
        for column in CODES
        for code in split_ids(str(row[column]))
    ]
    return DataFrame(rows, columns=["region", "claim_id", "code", "stance"]).drop_duplicates()
