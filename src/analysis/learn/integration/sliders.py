"""Where talk stands between the two poles of a slider, beside what the region says of itself."""

from collections.abc import Iterator

import numpy as np
from pandas import DataFrame
from scipy import stats

from analysis.collect.interviews import CONVERSATION, Conversations, count_people
from analysis.learn.themes import share_poles
from analysis.plan import described
from analysis.plan.evidence import LEAST_CONVERSATIONS, evidence_id
from analysis.plan.study import Slider, Study

BASIS = "our_reading"
COUNTS = dict.fromkeys(("documents", "asked", "people", "at_a", "at_b"), "Int64")


def set_sliders(conversations: Conversations, study: Study) -> DataFrame:
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
    asked = conversations.asked(study)
    spoken = conversations.spoken(study).merge(asked[CONVERSATION], on=CONVERSATION)
    rows = [
        row
        for name, slider in study.plan.sliders.items()
        for row in _slider(name, slider, spoken, conversations, study)
    ]
    return described.table("sliders", rows)


def _slider(
    name: str, slider: Slider, spoken: DataFrame, conversations: Conversations, study: Study
) -> Iterator[list[object]]:
    keys = ["region", "wave"]
    shares = share_poles(spoken, slider, study)
    people = count_people(conversations.asked(study).merge(shares[CONVERSATION]), keys)
    at = dict(iter(shares.groupby(keys)))
    sizes = conversations.sizes(study)[["coded", "asked"]].to_dict("index")
    for region in study.regions:
        own = study.regions[region].sliders.get(name, {})
        for wave in study.plan.waves:
            coded, asked = sizes[region, wave].values()
            start = [evidence_id("slider", region, name, wave), region, name, wave]
            state = "" if asked else "not_asked" if coded else "no_data"
            if not slider.is_heard:
                state = "no_code"
            counts = [int(asked), int(people.get((region, wave), 0))]
            measured = _measure(at.get((region, wave), shares[:0]), counts, state)
            yield [*start, *measured[:-1], own.get(wave, np.nan), BASIS, measured[-1]]


def _measure(shares: DataFrame, sizes: list[int], state: str) -> list[object]:
    """Return state, estimate, low, high, documents, asked, people, at_a, at_b and a note."""
    unknown = [np.nan] * 3
    if state:
        return [state, *unknown, *[None] * 5, NOTES[state]]
    counts = [len(shares), *sizes, shares["at_a"].sum(), shares["at_b"].sum()]
    if len(shares) < LEAST_CONVERSATIONS:
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
    "too_few": f"fewer than {LEAST_CONVERSATIONS} conversations speak of either pole twice",
}
