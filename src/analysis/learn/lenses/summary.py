"""How much of the coding each framework shows, and how much of that is our reading."""

import pandas as pd
from pandas import DataFrame, Index

from analysis.collect.interviews import CONVERSATION, PLACE
from analysis.learn.lenses.links import GRID, SLIDERS, links_of
from analysis.learn.lenses.look import View, firmest, shares_by
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id


def summarise_lenses(view: View) -> DataFrame:
    """Summarise every framework in one row per region, and over all regions.

    Returns
    -------
    One row per region (or all) and framework: how many `codes` it has, how many are `linked` to a
    code in use, how many were `seen`; the `segments` it shows out of `of_segments`, in `documents`
    out of those `asked`. `coded`, `stated`, `name_match` and `our_reading` are shares of the
    segments by the firmest link of each; `tentative` is the share that only tentative codes lead
    to, `possibly` what doubted links alone show. `visibility` says what this coding can see of the
    framework: `seen` (coders used it), `partly` (links lead to it) or `needs_own_round`.
    """
    asked, segments = (_over_regions(rows)["region"] for rows in (view.asked, view.segments))
    totals = DataFrame({"asked": asked.value_counts(), "of_segments": segments.value_counts()})
    totals = totals.reindex([one for one in (EVERY, *view.study.regions) if one in totals.index])
    linked = view.codes.groupby("framework", sort=False)["is_linked"]
    codes = DataFrame({"codes": linked.size(), "linked": linked.sum()})
    codes["visibility"] = _visible(codes.index, view)
    rows = totals.rename_axis("region").reset_index().merge(codes.reset_index(), how="cross")
    rows = rows.merge(_seen(view), on=["region", "framework"], how="left")
    counts = ["codes", "linked", "seen", "segments", "possibly", "of_segments", "documents"]
    counts += ["asked"]
    rows[counts] = rows[counts].fillna(0).astype("int64")
    names = zip(rows["region"], rows["framework"], strict=True)
    notes = zip(rows["codes"], rows["linked"], rows["seen"], strict=True)
    rows = rows.assign(
        evidence_id=[evidence_id("lensum", region, framework) for region, framework in names],
        note=[_note(*counts) for counts in notes],
    )
    return described.table("lens_summary", rows[described.columns("lens_summary")])


def _over_regions(rows: DataFrame) -> DataFrame:
    """Let every row count in its region and, once more, in all regions together."""
    return pd.concat([rows.assign(region=EVERY), rows], ignore_index=True)


def _visible(frameworks: Index, view: View) -> list[str]:
    """Say how much of each framework this coding can see: directly, by sure links, or not."""
    framework_of = view.study.codes.set_index("id")["framework"]
    coded = {GRID, SLIDERS, *framework_of.reindex(view.led["code"].unique())}
    links = links_of(view.study)
    sure = {*links.loc[~links["possibly"].astype(bool), "framework"]}
    return [
        "seen" if one in coded else "partly" if one in sure else "needs_own_round"
        for one in frameworks
    ]


def _seen(view: View) -> DataFrame:
    """Count what each framework shows per region, a segment once and by its firmest link."""
    keys = ["region", "framework"]
    number = {
        "talk": view.seen.groupby(CONVERSATION).ngroup(),
        "spot": view.seen.groupby(PLACE).ngroup(),
    }
    seen = _over_regions(view.seen.assign(**number))
    best = firmest(seen, [*keys, "spot"])
    sure = seen[~seen["possibly"]].groupby(keys)
    found = shares_by(best[~best["possibly"]], keys).assign(
        seen=sure["lens"].nunique(), documents=sure["talk"].nunique()
    )
    perhaps = best[best["possibly"]].groupby(keys).size().rename("possibly")
    return found.join(perhaps, how="outer").reset_index()


def _note(codes: int, linked: int, seen: int) -> str:
    if not seen:
        return "" if linked else "no code in use is linked to this framework"
    return _unlinked(codes - linked)


def _unlinked(count: int) -> str:
    return ["", "1 code has no link"][count] if count < 2 else f"{count} codes have no link"
