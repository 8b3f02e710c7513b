"""Where talk stands between the two poles of a slider, beside what the region says of itself."""

from collections.abc import Iterator

import numpy as np
from pandas import DataFrame
from scipy import stats

from analysis import described
from analysis.evidence import evidence_id
from analysis.interviews import people_in
from analysis.study import Slider, Study
from analysis.themes import cover, share_poles

LEAST_DOCUMENTS = 4
BASIS = "our_reading"
COUNTS = dict.fromkeys(("documents", "asked", "people", "at_a", "at_b"), "Int64")


def set_sliders(documents: DataFrame, codings: DataFrame, study: Study) -> DataFrame:
    """Measure each slider of the plan per region and wave.

    Returns
    -------
    One row per region, slider and wave. `estimate` is the mean over conversations of the share of
    passages at the second pole among those at either, with a 95% t interval over conversations;
    fewer than four conversations that count (two such passages or more): counts alone. `state` is
    `counted`, `too_few`, `no_code` (a pole has no code, so it cannot be heard), `not_asked` or
    `no_data`. `own_score` is what region.yaml says, from 0 (first pole) to 10 (second). Which codes
    make a pole is our reading throughout: `basis`.
    """
    covered = cover(documents, codings, study)
    asked = covered.asked
    spoken = covered.spoken.merge(asked[["region", "document"]], on=["region", "document"])
    rows = [
        row
        for name, slider in study.plan.sliders.items()
        for row in _slider(name, slider, spoken, (covered.documents, asked), study)
    ]
    return described.table("sliders", rows)


def _slider(
    name: str,
    slider: Slider,
    spoken: DataFrame,
    talks: tuple[DataFrame, DataFrame],
    study: Study,
) -> Iterator[list[object]]:
    shares = share_poles(spoken, slider.pole_a_codes, slider.pole_b_codes)
    for region in study.regions:
        own = study.regions[region].sliders.get(name, {})
        for wave in study.plan.waves:
            held, asked = (_within(rows, region, wave) for rows in talks)
            start = [evidence_id("slider", region, name, wave), region, name, wave]
            state = "no_data" if held.empty else "not_asked" if asked.empty else ""
            if not (slider.pole_a_codes and slider.pole_b_codes):
                state = "no_code"
            measured = _measure(_within(shares, region, wave), asked, state)
            yield [*start, *measured[:-1], own.get(wave, np.nan), BASIS, measured[-1]]


def _within(rows: DataFrame, region: str, wave: str) -> DataFrame:
    return rows[(rows["region"] == region) & (rows["wave"] == wave)]


def _measure(shares: DataFrame, asked: DataFrame, state: str) -> list[object]:
    """Return state, estimate, low, high, documents, asked, people, at_a, at_b and a note."""
    unknown = [np.nan] * 3
    if state:
        return [state, *unknown, *[None] * 5, NOTES[state]]
    counting = asked[asked["document"].isin(shares["document"])]
    counts = [len(shares), len(asked), people_in(counting)]
    counts += [shares["at_a"].sum(), shares["at_b"].sum()]
    if len(shares) < LEAST_DOCUMENTS:
        return ["too_few", *unknown, *counts, NOTES["too_few"]]
    values = shares["share"].to_numpy(dtype=float)
    if np.ptp(values) == 0:
        return ["counted", float(values[0]), *unknown[:2], *counts, NOTES["alike"]]
    wide = float(stats.t.ppf(0.975, len(values) - 1) * stats.sem(values))
    span = np.clip([values.mean() - wide, values.mean() + wide], 0.0, 1.0)
    return ["counted", float(values.mean()), *span, *counts, ""]


NOTES = {
    "no_data": "no conversations at this wave",
    "not_asked": "the theme list was not put to these conversations",
    "no_code": "a pole of this slider has no code",
    "alike": "every conversation has the same share, so there is no interval",
    "too_few": f"fewer than {LEAST_DOCUMENTS} conversations speak of either pole twice",
}
