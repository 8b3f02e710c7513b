"""How much of the coding each framework shows, and how much of that is our reading."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis import described
from analysis.evidence import evidence_id
from analysis.lenses.look import EVERY, NOTHING, PLACE, View, see, shares_of
from analysis.study import Study


def summarise_lenses(
    documents: DataFrame,
    segments: DataFrame,
    codings: DataFrame,
    study: Study,
    agreement: DataFrame | None = None,
) -> DataFrame:
    """Summarise every framework in one row per region, and over all regions.

    Returns
    -------
    One row per region (or all) and framework: how many `codes` it has, how many are `linked` to a
    code in use, how many were `seen`; the `segments` it shows out of `of_segments`, in `documents`
    out of those `asked`. `stated`, `name_match` and `our_reading` are shares of the segments by
    the firmest link of each; `tentative` is the share that only tentative codes lead to.
    """
    view = see(documents, segments, codings, study, agreement)
    rows = [
        row
        for region in (EVERY, *study.regions)
        for row in _rows(view.within(region, EVERY), region)
    ]
    return described.table("lens_summary", rows)


def _rows(view: View, region: str) -> Iterator[list[object]]:
    if view.asked.empty:
        return
    seen = dict(iter(view.seen.groupby("framework")))
    for framework, codes in view.codes.groupby("framework", sort=False):
        ids = [evidence_id("lensum", region, str(framework)), region, framework]
        sizes = [len(codes), int(codes["is_linked"].sum())]
        found = seen.get(framework)
        totals = [len(view.segments), len(view.asked)]
        if found is None:
            note = "" if sizes[1] else "no code in use is linked to this framework"
            yield [*ids, *sizes, 0, 0, totals[0], 0, totals[1], *NOTHING, note]
            continue
        best = found.groupby(PLACE)[["rank", "tentative"]].min()
        held = len(pd.unique(found["region"] + "\n" + found["document"]))
        counts = [found["lens"].nunique(), len(best), totals[0], held, totals[1]]
        note = _unlinked(sizes[0] - sizes[1])
        yield [*ids, *sizes, *counts, *shares_of(best), float(np.mean(best["tentative"])), note]


def _unlinked(count: int) -> str:
    return ["", "1 code has no link"][count] if count < 2 else f"{count} codes have no link"
