"""Did later conversations still bring new codes? In their order, and in random ones."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame
from scipy.special import gammaln

from analysis.collect.interviews import Conversations
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study

ORDERS = 1000
MOST_HELD = 5_000_000


def measure_saturation(conversations: Conversations, study: Study) -> DataFrame:
    """Count the new codes of each conversation, in order and in random orders.

    Returns
    -------
    One row per region (or all) and number of conversations. In order of wave, region and name,
    conversation number `conversations` brought `new` codes and then `seen` of the `codes` of this
    region were known. `mean` is how many are known on average over every possible order (exact);
    `low` and `high` hold 95% of 1000 random orders drawn with the plan's seed. A flat end says
    that these conversations brought little more, and nothing of other people or other questions.

    References
    ----------
    Guest, Bunce & Johnson 2006; Colwell, Mao & Chang 2004 for the mean over all orders.
    """
    led, asked = conversations.heard(study), conversations.asked(study)
    if led.empty:
        return described.table("saturation", [])
    rank = {wave: place for place, wave in enumerate(study.plan.waves)}
    place = {region: number for number, region in enumerate(study.regions)}
    ordered = asked.assign(_wave=asked["wave"].map(rank), _place=asked["region"].map(place))
    ordered = ordered.sort_values(["_wave", "_place", "document"], ignore_index=True)
    rows = [
        row
        for region in (EVERY, *study.regions)
        for row in _curve_rows(ordered, led, region, study.plan.seed)
    ]
    return described.table("saturation", rows)


def _curve_rows(asked: DataFrame, led: DataFrame, region: str, seed: int) -> Iterator[list[object]]:
    here = asked if region == EVERY else asked[asked["region"] == region]
    if here.empty:
        return
    keys = here[["region", "document"]].assign(row=range(len(here)))
    known = led[["region", "document", "code"]].drop_duplicates().merge(keys)
    codes = sorted(set(known["code"]))
    holds = np.zeros((len(here), len(codes)), dtype=bool)
    holds[known["row"].to_numpy(), np.searchsorted(codes, known["code"].to_numpy(str))] = True
    seen = np.maximum.accumulate(holds, axis=0).sum(axis=1)
    mean = _over_all_orders(holds)
    low, high = np.percentile(_random_orders(holds, seed), [2.5, 97.5], axis=0)
    new = np.diff(seen, prepend=0)
    for row, (name, place, wave) in enumerate(
        here[["document", "region", "wave"]].itertuples(index=False, name=None)
    ):
        ids = [evidence_id("saturation", region, str(row + 1)), region, row + 1, name, place, wave]
        counts = [int(new[row]), int(seen[row]), len(codes)]
        yield [*ids, *counts, float(mean[row]), float(low[row]), float(high[row]), seed]


def _over_all_orders(holds: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Average over every order: a code stays unseen if all draws miss its conversations."""
    size, heard = len(holds), holds.sum(axis=0)
    drawn = np.arange(1, size + 1)[:, None]
    left = size - heard[None, :]

    def choose(n: NDArray[np.int64]) -> NDArray[np.float64]:
        rest = np.maximum(n - drawn, 0)
        return np.asarray(gammaln(n + 1) - gammaln(drawn + 1) - gammaln(rest + 1))

    missed = np.where(left >= drawn, np.exp(choose(left) - choose(np.full_like(left, size))), 0.0)
    return np.asarray((1 - missed).sum(axis=1))


def _random_orders(holds: NDArray[np.bool_], seed: int) -> NDArray[np.int64]:
    """Count the codes known after each conversation, in many random orders."""
    rng = np.random.default_rng(seed)
    orders = rng.permuted(np.tile(np.arange(len(holds)), (ORDERS, 1)), axis=1)
    parts = max(1, ORDERS * holds.size // MOST_HELD)
    known = [
        np.maximum.accumulate(holds[part], axis=1).sum(axis=2)
        for part in np.array_split(orders, parts)
    ]
    return np.concatenate(known)
