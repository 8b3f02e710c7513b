"""Did a code keep its meaning from wave to wave? Its words, its neighbours, its agreement."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from analysis.collect.interviews import PLACE, Conversations
from analysis.plan import described
from analysis.plan.evidence import EVERY, LEAST_CONVERSATIONS, evidence_id
from analysis.plan.study import Study

WORD = re.compile(r"[^\W\d_]{4,}")
SHUFFLES = 999
ALARM_BELOW = 0.05
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class _Use:
    """How codes are used, a row per segment: where, when, and among which words and codes."""

    places: NDArray[Any]
    regions: NDArray[Any]
    waves: NDArray[Any]
    codes: NDArray[Any]
    stances: NDArray[Any]
    words: NDArray[Any]
    beside: NDArray[Any]

    @classmethod
    def of(cls, told: DataFrame) -> "_Use":
        place = pd.factorize(told["region"] + "\n" + told["document"], sort=True)[0]
        columns = ("region", "wave", "code", "stance", "words", "beside")
        return cls(place, *(told[name].to_numpy(object) for name in columns))

    def where(self, here: NDArray[np.bool_]) -> "_Use":
        return _Use(*(getattr(self, one.name)[here] for one in fields(self)))


def check_drift(conversations: Conversations, study: Study, agreed: DataFrame) -> DataFrame:
    """Check for each code and pair of waves whether it is used alike, all regions together.

    Parameters
    ----------
    agreed : agreement per code and pair of waves, of `agreement.compare_agreement`

    Returns
    -------
    One row per code and pair of waves. `words` and `neighbours` are one minus the cosine between
    the words (of four letters or more), or the other codes, of its segments at the two waves.
    Words are compared within each stance: more help and less hindrance is a finding and no drift.
    Each is held against 999 shuffles, with the plan's seed, of whole conversations between the
    two waves within a region: `..._by_chance` is their mean, `..._p` the share that lies as far
    apart, `..._p_adjusted` Benjamini and Hochberg's over all rows. `alarm` names what differs
    (adjusted p below .05; for agreement, an interval of the difference without zero). A code in
    fewer than four conversations at a wave is not testable, and no alarm is no proof of sameness.
    """
    led, asked = conversations.heard(study), conversations.asked(study)
    if led.empty:
        return described.table("code_drift", [])
    told = led.merge(conversations.segments[[*PLACE, "text"]], on=PLACE).drop_duplicates(
        [*PLACE, "code"]
    )
    told = told.assign(words=[WORD.findall(text.casefold()) for text in told["text"]])
    beside = told.groupby(PLACE)["code"].agg(list).rename("beside").reset_index()
    told = told.merge(beside, on=PLACE)
    waves = [wave for wave in study.plan.waves if wave in set(asked["wave"])]
    use = _Use.of(told)
    rows = [
        _row(use.where((use.codes == code) & np.isin(use.waves, span)), code, span, study.plan.seed)
        for code in sorted(set(told["code"]))
        for span in combinations(waves, 2)
    ]
    table = DataFrame(rows, columns=[*described.columns("code_drift")[:8], *MEASURED])
    for kind in ("words", "neighbours"):
        table[f"{kind}_p_adjusted"] = _adjusted(table[f"{kind}_p"])
    table = table.merge(agreed, on=["code", "start", "end"], how="left")
    told = table.assign(alarm=[*_alarms(table)], note=[*_notes(table)])
    return described.table("code_drift", told)


MEASURED = [
    f"{kind}{part}" for kind in ("words", "neighbours") for part in ("", "_by_chance", "_p")
]


def _row(use: _Use, code: str, span: tuple[str, str], seed: int) -> list[object]:
    start, end = span
    sizes = [len(np.unique(use.places[use.waves == wave])) for wave in span]
    ids = [evidence_id("codedrift", EVERY, code, f"{start}-{end}"), EVERY, code, start, end]
    if min(sizes) < LEAST_CONVERSATIONS:
        return [*ids, *sizes, "no", *[np.nan] * 6]
    _, first, number = np.unique(use.places, return_index=True, return_inverse=True)
    orders = _orders(use.waves[first] == end, use.regions, first, seed)
    said = [
        _features(use.words[own], number[own], len(first))
        for own in (use.stances == one for one in sorted(set(use.stances)))
    ]
    others = [[one for one in codes if one != code] for codes in use.beside]
    near = _features(others, number, len(first))
    found = [*_against_shuffles(said, orders), *_against_shuffles([near], orders)]
    return [*ids, *sizes, "yes", *found]


def _features(lists: Iterable[list[str]], number: NDArray[np.intp], conversations: int) -> Numbers:
    """Count each feature in each conversation; one that stands in a single one says nothing."""
    known = [(n, feature) for n, own in zip(number, lists, strict=True) for feature in own]
    held = Counter(feature for _, feature in dict.fromkeys(known))
    names = {feature: place for place, feature in enumerate(f for f, n in held.items() if n > 1)}
    size = len(names)
    cells = [n * size + names[feature] for n, feature in known if feature in names]
    counted = np.bincount(np.array(cells, dtype=np.intp), minlength=conversations * size)
    return counted.reshape(conversations, size).astype(float)


def _orders(
    is_end: NDArray[np.bool_], regions: NDArray[Any], first: NDArray[np.intp], seed: int
) -> NDArray[np.bool_]:
    """Say which conversations are at the last wave: as they are, then shuffled in their region."""
    rng = np.random.default_rng(seed)
    orders = np.tile(is_end, (SHUFFLES, 1))
    for region in dict.fromkeys(regions):
        here = regions[first] == region
        orders[:, here] = rng.permuted(orders[:, here], axis=1)
    return np.vstack([is_end, orders])


def _against_shuffles(blocks: list[Numbers], orders: NDArray[np.bool_]) -> list[float]:
    """Return the distance between the waves, its mean over shuffles, and how rare it is."""
    distances = _distances(blocks, orders)
    seen, shuffled = float(distances[0]), distances[1:]
    known = shuffled[np.isfinite(shuffled)]
    if not np.isfinite(seen) or not len(known):
        return [float("nan")] * 3
    rare = (1 + float((known >= seen - 1e-12).sum())) / (1 + len(known))
    return [seen, float(known.mean()), rare]


def _distances(blocks: list[Numbers], orders: NDArray[np.bool_]) -> Numbers:
    """Average over the blocks that both waves hold, each by the smaller side of its counts."""
    total, weight = np.zeros(len(orders)), np.zeros(len(orders))
    for block in blocks:
        after = orders.astype(float) @ block
        before = block.sum(axis=0) - after
        sizes = np.minimum(before.sum(axis=1), after.sum(axis=1))
        lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
        apart = 1 - (before * after).sum(axis=1) / np.where(lengths > 0, lengths, 1)
        total, weight = total + np.where(sizes > 0, sizes * apart, 0), weight + sizes
    return np.where(weight > 0, total / np.where(weight > 0, weight, 1), np.nan)


def _adjusted(values: Series) -> Numbers:
    """Adjust p values for their number by Benjamini and Hochberg; what is empty stays empty."""
    p = values.to_numpy(float)
    order = np.argsort(p)
    size = int(np.isfinite(p).sum())
    scaled = p[order][:size] * size / np.arange(1, size + 1)
    adjusted = np.full(len(p), np.nan)
    adjusted[order[:size]] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return adjusted


def _alarms(table: DataFrame) -> Iterator[str]:
    for row in table.to_dict("records"):
        found = [k for k in ("words", "neighbours") if row[f"{k}_p_adjusted"] < ALARM_BELOW]
        moved = row["alpha_low"] > 0 or row["alpha_high"] < 0
        yield " ".join([*found, *(["agreement"] if moved else [])])


def _notes(table: DataFrame) -> Iterable[str]:
    for row in table.to_dict("records"):
        few = row["testable"] == "no"
        said = ["not testable: fewer than four conversations at a wave"] if few else []
        if not few and row["neighbours"] != row["neighbours"]:
            said.append("no other code stands beside it often enough")
        if row["alpha_low"] != row["alpha_low"]:
            said.append("agreement not comparable: too little was double-coded at a wave")
        yield "; ".join(said)
