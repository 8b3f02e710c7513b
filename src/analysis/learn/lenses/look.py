"""The segments of the conversations, seen through every framework."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION, PLACE, Conversations, over_waves
from analysis.learn.lenses.links import BASES, SLIDERS, lens_codes, link_codes
from analysis.learn.themes import at_poles, weak
from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Study

SHARES = [*BASES, "tentative"]
LENS = [*PLACE, "wave", "framework", "lens"]


@dataclass(frozen=True)
class View:
    """What is seen: one row of `seen` per segment and lens code, and what it is seen among.

    A row with `possibly` is seen through doubted links only. `sizes` counts conversations per
    region and wave (or all); `segments` are all that are coded; `led` has their codes.
    """

    study: Study
    asked: DataFrame
    sizes: DataFrame
    codes: DataFrame
    seen: DataFrame
    segments: DataFrame
    led: DataFrame


def see(conversations: Conversations, study: Study, agreement: DataFrame | None = None) -> View:
    """Find for each segment and lens code its firmest link, and if only weak codes lead there."""
    led = conversations.heard(study).merge(conversations.segments[PLACE])
    led = led[[*PLACE, "wave", "code", "stance"]].drop_duplicates()
    rules = link_codes(study, set(led["code"]))
    too_little = weak(agreement, study.regions)
    seen = look_by(led.assign(tentative=_are_in(led, too_little)), rules)
    poles = _at_the_poles(conversations, study, too_little)
    best = firmest(pd.concat([seen, poles], ignore_index=True), LENS)
    asked, sizes = conversations.asked(study), conversations.sizes(study)
    codes = lens_codes(study, rules)
    return View(study, asked, sizes, codes, best, led.drop_duplicates(PLACE), led)


def look_by(led: DataFrame, rules: DataFrame) -> DataFrame:
    """Lead what was coded to what it counts for: a link that holds of one stance sees no other."""
    seen = led.merge(rules, on="code")
    return seen[(seen["holds"] == "any") | (seen["holds"] == seen["stance"])]


def firmest(seen: DataFrame, keys: list[str]) -> DataFrame:
    """Keep one row per segment and lens code: by its firmest link, a sure one before a doubted."""
    if seen.empty:
        return DataFrame(columns=[*keys, "possibly", "rank", "tentative"]).astype(
            {"possibly": "bool", "rank": "int64", "tentative": "bool"}
        )
    best = seen.groupby([*keys, "possibly"], as_index=False, sort=False)[["rank", "tentative"]]
    best = best.min().sort_values("possibly", kind="stable")
    return best.drop_duplicates(keys, ignore_index=True)


def _at_the_poles(
    conversations: Conversations, study: Study, too_little: set[tuple[str, str]]
) -> DataFrame:
    """See the poles of each slider as `at_poles` hears them; their codes are our reading."""
    asked = conversations.asked(study)[CONVERSATION]
    spoken = conversations.spoken(study).merge(asked, on=CONVERSATION)
    found = [
        at_poles(spoken, slider, study).assign(lens=lambda rows, at=name: at + "." + rows["pole"])
        for name, slider in study.plan.sliders.items()
    ]
    if not found:
        return DataFrame(columns=[*LENS, "rank", "possibly", "tentative"])
    poles = pd.concat(found, ignore_index=True).merge(conversations.segments[PLACE])
    tentative = _are_in(poles, too_little)
    rank = len(BASES) - 1
    poles = poles.assign(framework=SLIDERS, rank=rank, possibly=False, tentative=tentative)
    return poles[[*LENS, "rank", "possibly", "tentative"]]


def _are_in(rows: DataFrame, too_little: set[tuple[str, str]]) -> list[bool]:
    return [pair in too_little for pair in zip(rows["region"], rows["code"], strict=True)]


def look_through(view: View) -> DataFrame:
    """Summarise the leading coder's segments through every code of every framework.

    Returns
    -------
    One row per region, framework, code and wave (or all); only conversations to which the themes
    were put. Which code counts for which lens code, and how firmly, is in `link_codes`. `state` is
    `counted`, `possibly` (seen through a doubted link only), `not_coded`, `no_link` (no code in
    use is linked to it: it was not looked for), or, for a whole wave, `not_asked` or `no_data`.
    `coded`, `stated`, `name_match` and `our_reading` are shares of the segments; a segment that
    fits in more than one way counts with its firmest. `possibly` counts what a doubted link alone
    shows, beside the segments and never among them. `tentative` is the share that is seen through
    tentative codes only. `grid` is the lens of pillar by level, `sliders` that of the plan's poles
    (`<slider>.a`, `<slider>.b`).
    """
    keys = ["region", "wave", "framework", "lens"]
    seen = over_waves(view.seen)
    sure = seen[~seen["possibly"]]
    found = shares_by(sure, keys).assign(documents=sure.groupby(keys)["document"].nunique())
    perhaps = seen[seen["possibly"]].groupby(keys).size().rename("possibly").reset_index()
    sizes = view.sizes.reset_index().rename(columns={"coded": "coded_here"})
    cells = sizes.merge(view.codes, how="cross")
    cells = cells.merge(found.reset_index(), on=keys, how="left")
    cells = cells.merge(perhaps, on=keys, how="left")
    is_asked, is_linked = cells["asked"] > 0, cells["is_linked"].astype(bool)
    states = states_of(cells)
    counts = {
        name: cells[name].fillna(0).where(is_asked & is_linked)
        for name in ("documents", "segments", "possibly")
    }
    cells = cells.assign(
        **counts,
        evidence_id=[
            evidence_id("lens", region, f"{framework}.{lens}", wave)
            for region, wave, framework, lens in cells[keys].itertuples(index=False, name=None)
        ],
        state=np.where(is_asked, states, np.where(cells["coded_here"] > 0, "not_asked", "no_data")),
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
    seen = np.where(cells["possibly"].notna(), "possibly", "not_coded")
    seen = np.where(cells["segments"].notna(), "counted", seen)
    return np.where(cells["is_linked"].astype(bool), seen, "no_link").astype(object)
