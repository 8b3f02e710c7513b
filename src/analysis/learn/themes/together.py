"""Which codes come up together: on one passage, and in one conversation."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION, PLACE, Conversations
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study


def count_together(conversations: Conversations, study: Study) -> DataFrame:
    """Count in how many conversations two codes stand on one passage, per region and overall.

    Returns
    -------
    One row per region (or all) and pair of codes that share a passage at least once; a pair that
    is absent shares none. Two segments are one passage when they overlap by at least half of the
    shorter. `documents` hold such a passage, `both` hold both codes anywhere, `either` at least
    one, out of the conversations `asked`. `segments` counts shared passages: it describes, and no
    test or interval rests on it. Codes count as they were given, without the codes above them.
    """
    led, asked = conversations.heard(study), conversations.asked(study)
    if led.empty:
        return described.table("cooccurrence", [])
    spots = led.merge(conversations.segments[[*PLACE, "start", "end"]], on=PLACE)
    spots = spots.drop_duplicates([*PLACE, "code"])[[*PLACE, "start", "end", "code"]]
    shared = _shared(spots)
    rows = [
        row
        for region in (EVERY, *study.regions)
        for row in _pair_rows(
            _in(shared, region), _in(spots, region), len(_in(asked, region)), region
        )
    ]
    return described.table("cooccurrence", rows)


def _in(rows: DataFrame, region: str) -> DataFrame:
    return rows if region == EVERY else rows[rows["region"] == region]


def _shared(spots: DataFrame) -> DataFrame:
    """List each pair of different codes with the passage they share."""
    places = spots.drop_duplicates(PLACE).sort_values([*CONVERSATION, "start", "end"])
    number = places.groupby(CONVERSATION, sort=False).ngroup().to_numpy()
    reach = int(places["end"].max()) + 1 if len(places) else 1
    starts, ends = (number * reach + places[side].to_numpy() for side in ("start", "end"))
    last = np.searchsorted(starts, ends)
    count = np.maximum(last - np.arange(len(places)), 0)
    one = np.repeat(np.arange(len(places)), count)
    other = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count) + one
    overlap = np.minimum(ends[one], ends[other]) - starts[other]
    shortest = np.minimum((ends - starts)[one], (ends - starts)[other])
    near = 2 * overlap >= shortest
    names = places[PLACE].reset_index(drop=True)
    pairs = names.iloc[one[near]].reset_index(drop=True)
    pairs["beside"] = names["segment"].iloc[other[near]].to_numpy()
    codes = spots[[*PLACE, "code"]]
    beside = codes.rename(columns={"segment": "beside", "code": "other"})
    met = pairs.merge(codes, on=PLACE).merge(beside, on=[*CONVERSATION, "beside"])
    met = met[met["code"] != met["other"]]
    low, high = np.sort(met[["code", "other"]].to_numpy(str), axis=1).T if len(met) else ([], [])
    return met.assign(code=low, other=high).drop_duplicates([*PLACE, "code", "other"])


def _pair_rows(
    shared: DataFrame, spots: DataFrame, asked: int, region: str
) -> Iterator[list[object]]:
    if shared.empty:
        return
    place = spots["region"] + "\n" + spots["document"]
    heard = {str(code): set(own) for code, own in place.groupby(spots["code"])}
    sizes = spots["code"].value_counts()
    where = shared["region"] + "\n" + shared["document"]
    grouped = where.groupby([shared["code"], shared["other"]])
    counts = pd.concat([grouped.nunique(), grouped.size()], axis=1)
    for (code, other), (held, passages) in zip(counts.index, counts.to_numpy(), strict=True):
        both, either = heard[code] & heard[other], heard[code] | heard[other]
        name = evidence_id("together", region, f"{code}+{other}")
        totals = [int(held), len(both), len(either), asked]
        passed = [int(passages), int(sizes[code]), int(sizes[other])]
        yield [name, region, code, other, *totals, *passed]
