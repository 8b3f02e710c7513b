"""The segments of the conversations, seen through every framework."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pandas import DataFrame

from analysis import described
from analysis.evidence import evidence_id
from analysis.interviews import coded_documents, leading_codings, people_in
from analysis.lenses.links import BASES, lens_codes, link_codes
from analysis.study import Study

EVERY = "all"
PLACE = ["region", "document", "segment"]


@dataclass(frozen=True)
class View:
    """What is seen: one row of `seen` per segment and lens code, and what it is seen among."""

    held: DataFrame
    asked: DataFrame
    codes: DataFrame
    seen: DataFrame
    segments: DataFrame

    def within(self, region: str, wave: str) -> "View":
        """Keep one region and wave, or all of either."""
        parts = (self.held, self.asked, self.seen, self.segments)
        held, asked, seen, segments = (_within(rows, region, wave) for rows in parts)
        return View(held, asked, self.codes, seen, segments)


def look_through(
    documents: DataFrame,
    segments: DataFrame,
    codings: DataFrame,
    study: Study,
    agreement: DataFrame | None = None,
) -> DataFrame:
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
    view = see(documents, segments, codings, study, agreement)
    rows = [
        row
        for region in study.regions
        for wave in (*study.plan.waves, EVERY)
        for row in _rows(view.within(region, wave), region, wave)
    ]
    return described.table("lenses", rows)


def see(
    documents: DataFrame,
    segments: DataFrame,
    codings: DataFrame,
    study: Study,
    agreement: DataFrame | None,
) -> View:
    """Find for each segment and lens code its firmest link, and if only weak codes lead there."""
    led = leading_codings(codings, study)
    held = coded_documents(documents, led)
    asked = held[held["asked"] == "yes"]
    led = led.merge(asked[["region", "document", "wave"]]).merge(segments[PLACE])
    led = led[[*PLACE, "wave", "code"]].drop_duplicates()
    rules = link_codes(study, set(led["code"]))
    weak = led["code"].isin(_tentative(agreement))
    seen = led.assign(tentative=weak).merge(rules, on="code")
    keys = [*PLACE, "wave", "framework", "lens"]
    best = seen.groupby(keys, as_index=False, sort=False)[["rank", "tentative"]].min()
    return View(held, asked, lens_codes(study, rules), best, led.drop_duplicates(PLACE))


def _tentative(agreement: DataFrame | None) -> set[str]:
    if agreement is None or agreement.empty:
        return set()
    weak = agreement[agreement["tentative"].astype(bool) & (agreement["region"] == EVERY)]
    return set(weak["code"])


def _within(rows: DataFrame, region: str, wave: str) -> DataFrame:
    here = (rows["region"] == region) | (region == EVERY)
    return rows[here & ((rows["wave"] == wave) | (wave == EVERY))]


def _rows(view: View, region: str, wave: str) -> Iterator[list[object]]:
    people, asked = people_in(view.asked), len(view.asked)
    grouped = dict(iter(view.seen.groupby(["framework", "lens"])))
    for framework, lens, is_linked in view.codes.itertuples(index=False, name=None):
        ids = [evidence_id("lens", region, f"{framework}.{lens}", wave), region, framework, lens]
        found = grouped.get((framework, lens))
        if not asked:
            yield [*ids, wave, "no_data" if view.held.empty else "not_asked", *[None] * 4, *NOTHING]
        elif not is_linked:
            yield [*ids, wave, "no_link", None, asked, people, None, *NOTHING]
        elif found is None:
            yield [*ids, wave, "not_coded", 0, asked, people, 0, *NOTHING]
        else:
            heard = found["document"].nunique()
            counts = [heard, asked, people, len(found)]
            yield [*ids, wave, "counted", *counts, *shares_of(found), found["tentative"].mean()]


NOTHING = [np.nan] * (len(BASES) + 1)


def shares_of(found: DataFrame) -> list[float]:
    """Return which share of what is seen rests on each basis, firmest first."""
    return [float((found["rank"] == number).mean()) for number in range(len(BASES))]
