"""The segments of the conversations, seen through every framework."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from analysis.collect.interviews import PLACE, Conversations, over_waves
from analysis.learn.lenses.links import BASES, lens_codes, link_codes
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study

SHARES = [*BASES, "tentative"]


@dataclass(frozen=True)
class View:
    """What is seen: one row of `seen` per segment and lens code, and what it is seen among.

    `sizes` counts conversations per region and wave (or all); `segments` are all that are coded.
    """

    study: Study
    asked: DataFrame
    sizes: DataFrame
    codes: DataFrame
    seen: DataFrame
    segments: DataFrame


def see(conversations: Conversations, study: Study, agreement: DataFrame | None = None) -> View:
    """Find for each segment and lens code its firmest link, and if only weak codes lead there."""
    led = conversations.heard(study).merge(conversations.segments[PLACE])
    led = led[[*PLACE, "wave", "code"]].drop_duplicates()
    rules = link_codes(study, set(led["code"]))
    weak = led["code"].isin(_tentative(agreement))
    seen = led.assign(tentative=weak).merge(rules, on="code")
    keys = [*PLACE, "wave", "framework", "lens"]
    best = seen.groupby(keys, as_index=False, sort=False)[["rank", "tentative"]].min()
    asked, sizes = conversations.asked(study), conversations.sizes(study)
    return View(study, asked, sizes, lens_codes(study, rules), best, led.drop_duplicates(PLACE))


def _tentative(agreement: DataFrame | None) -> set[str]:
    if agreement is None or agreement.empty:
        return set()
    weak = agreement[agreement["tentative"].astype(bool) & (agreement["region"] == EVERY)]
    return set(weak["code"])


def look_through(view: View) -> DataFrame:
    """Summarise the leading coder's segments through every code of every framework.

    Returns
    -------
    One row per region, framework, code and wave (or all); only conversations to which the themes
    were put. Which code counts for which lens code, and how firmly, is in `link_codes`. `state` is
    `counted`, `not_coded`, `no_link` (no code in use is linked to it: it cannot be seen), or, for a
    whole wave, `not_asked` or `no_data`. `stated`, `name_match` and `our_reading` are shares of
    the segments; a segment that fits in more than one way counts with its firmest. `tentative` is
    the share that is seen through tentative codes only. `grid` is the lens of pillar by level,
    `sliders` that of the plan's poles (`<slider>.a`, `<slider>.b`).
    """
    keys = ["region", "wave", "framework", "lens"]
    seen = over_waves(view.seen)
    found = shares_by(seen, keys).assign(documents=seen.groupby(keys)["document"].nunique())
    cells = view.sizes.reset_index().merge(view.codes, how="cross")
    cells = cells.merge(found.reset_index(), on=keys, how="left")
    is_asked, is_linked = cells["asked"] > 0, cells["is_linked"].astype(bool)
    cells = cells.assign(
        evidence_id=[
            evidence_id("lens", region, f"{framework}.{lens}", wave)
            for region, wave, framework, lens in cells[keys].itertuples(index=False, name=None)
        ],
        state=np.where(
            is_asked, states_of(cells), np.where(cells["coded"] > 0, "not_asked", "no_data")
        ),
        documents=cells["documents"].fillna(0).where(is_asked & is_linked),
        segments=cells["segments"].fillna(0).where(is_asked & is_linked),
        asked=cells["asked"].where(is_asked),
        people=cells["people"].where(is_asked),
    )
    cells = cells.rename(columns={"lens": "code"})
    return described.table("lenses", cells[described.columns("lenses")])


def shares_by(seen: DataFrame, keys: list[str]) -> DataFrame:
    """Count what is seen per cell, and which share of it rests on each basis, firmest first."""
    ranks = {basis: seen["rank"] == number for number, basis in enumerate(BASES)}
    grouped = seen.assign(**ranks).groupby(keys)
    held = [name for name in SHARES if name in ranks or name in seen]
    return grouped[held].mean().assign(segments=grouped.size())


def states_of(cells: DataFrame) -> NDArray[np.object_]:
    """Say of each cell whether something is seen there, and whether anything could be."""
    seen = np.where(cells["segments"].notna(), "counted", "not_coded")
    return np.where(cells["is_linked"].astype(bool), seen, "no_link").astype(object)
