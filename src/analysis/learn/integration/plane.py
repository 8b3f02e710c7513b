"""The growth plane: how the collaboration is organised, against what it is about."""

from collections.abc import Mapping

import numpy as np
from pandas import DataFrame

from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Study

EDGES = ("estimate", "low", "high")
NO_Y = "too few conversations for the vertical axis"
NO_X = "no mean for the horizontal axis"


def lay_out_plane(means: DataFrame, sliders: DataFrame, study: Study) -> DataFrame:
    """Set the mean of the plan's measure of organisation beside the reach of the talk.

    Returns
    -------
    One row per region and wave with at least one of the two. `x` in points with its Kenward-Roger
    interval, `y` the share of talk at the second pole of the plan's slider with its interval over
    conversations; each with the id of the row it is taken from. Empty without axes in the plan.
    """
    growth = study.plan.growth
    if growth is None or not growth.organisation:
        return described.table("plane", [])
    across = _by_place(means[means["scale"] == growth.organisation])
    up = _by_place(sliders[sliders["slider"] == growth.reach])
    rows = [
        _point_on_plane(region, wave, across.get((region, wave), {}), up.get((region, wave), {}))
        for region in study.regions
        for wave in study.plan.waves
        if (region, wave) in across or (region, wave) in up
    ]
    return described.table("plane", rows)


def _by_place(rows: DataFrame) -> dict[tuple[str, str], dict[str, object]]:
    known = rows[rows["estimate"].notna()]
    return {(row["region"], row["wave"]): row for row in known.to_dict("records")}


def _point_on_plane(
    region: str, wave: str, across: Mapping[str, object], up: Mapping[str, object]
) -> list[object]:
    notes = [note for note, side in ((NO_X, across), (NO_Y, up)) if not side]
    return [
        *(evidence_id("plane", region, "growth", wave), region, wave),
        *(across.get(name, np.nan) for name in EDGES),
        across.get("n"),
        *(up.get(name, np.nan) for name in EDGES),
        *(up.get("documents"), across.get("evidence_id", ""), up.get("evidence_id", "")),
        "; ".join(notes),
    ]
