"""Link waves by participant code, so that every later room follows the same people."""

from collections.abc import Collection

import pandas as pd
from pandas import DataFrame

from analysis.collect.processed.near import propose_links
from analysis.plan.study import Plan


def apply_links(respondents: DataFrame, links: DataFrame) -> DataFrame:
    """Give a participant the code that a person decided is the same."""
    same = links.set_index(["region", "participant"])["same_as"]
    known = pd.MultiIndex.from_frame(respondents[["region", "participant"]])
    decided = pd.Series(known.map(same.to_dict()), index=respondents.index, dtype=object)
    linked = respondents.assign(participant=decided.fillna(respondents["participant"]))
    # A form without a code that a person linked to a code can be followed by that code.
    coded = linked.groupby(["region", "participant"])["has_code"].transform("any")
    return linked.assign(has_code=coded.astype(bool))


def report_links(
    respondents: DataFrame, plan: Plan, apart: DataFrame, own_codes: Collection[str]
) -> dict[str, DataFrame]:
    """Say for every participant at which waves they were seen, and what that makes them.

    Parameters
    ----------
    apart : pairs of codes that a person decided are two people
    own_codes : regions whose codes stand for other people elsewhere

    Returns
    -------
    `links`, one row per region and participant with `match`: `exact` (seen at several waves),
    `near` (perhaps somebody else's code mistyped), `two_regions`, `new`, `lost`, `alone` or
    `unlinked`; and `near_codes`, the pairs that a person may decide on in raw/decisions/links.csv.
    """
    order = {wave: place for place, wave in enumerate(plan.waves)}
    rows = respondents.assign(place=respondents["wave"].map(order)).sort_values("place")
    people = rows.groupby(["region", "participant"], sort=True)
    seen = people.agg(waves=("wave", " ".join), has_code=("has_code", "any")).reset_index()
    has_code = seen.pop("has_code").astype(bool)
    incomplete = seen[has_code & (seen["waves"].str.count(" ") + 1 < len(plan.waves))]
    proposed = propose_links(incomplete, apart)
    first, last = next(iter(plan.waves)), list(plan.waves)[-1]
    near = {
        (region, code)
        for column in ("participant", "same_as")
        for region, code in proposed[["region", column]].itertuples(index=False)
    }
    movable = seen.loc[~seen["region"].isin(own_codes), "participant"]
    elsewhere = set(movable[movable.duplicated(keep=False)])
    match = []
    told = seen[["region", "participant", "waves"]].itertuples(index=False)
    for (region, person, waves), is_coded in zip(told, has_code, strict=True):
        found = _match(waves.split(), first, last)
        if not is_coded:
            found = "unlinked"
        elif person in elsewhere and region not in own_codes:
            found = "two_regions"
        elif (region, person) in near and found != "exact":
            found = "near"
        match.append(found)
    return {"links": seen.assign(match=match), "near_codes": proposed}


def _match(waves: list[str], first: str, last: str) -> str:
    if len(waves) > 1:
        return "exact"
    if first == last:
        return "alone"
    return {last: "new", first: "lost"}.get(waves[0], "alone")
