"""Would another coder have seen the same? Percentage, kappa and alpha, with intervals."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from analysis.evidence import evidence_id
from analysis.study import Study

COLUMNS = [
    "evidence_id",
    "region",
    "code",
    "units",
    "coders",
    "percent",
    "kappa",
    "alpha",
    "low",
    "high",
    "tentative",
    "note",
]
TENTATIVE_BELOW = 0.60
DRAWS = 1000
FEWEST_DOCUMENTS = 5
LEAST_COMPUTABLE = 0.9

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class _Draws:
    """What the bootstrap draws: the unit of each segment, and how often it is drawn."""

    unit: NDArray[np.intp]
    times: NDArray[np.int64]
    are_conversations: bool


@dataclass(frozen=True)
class _Tally:
    """Per drawn unit: agreeing coincidences and marginals (unit by category)."""

    agreeing: Numbers
    marginals: Numbers


def agree(codings: DataFrame, segments: DataFrame, study: Study) -> DataFrame:
    """Measure agreement per region and overall: on whole labels, per code, level and pillar.

    Parameters
    ----------
    codings : one row per segment, code, coder and round; each coder's first round counts
    segments : where each segment stands; segments that have no row here are left out

    Returns
    -------
    One row per region (or all) and code (or level, pillar, or all). The unit is a segment that at
    least two coders coded; text that a coder left uncoded is no unit. For `all` a coder's codes of
    a segment together are one label; for a code, level or pillar the question is whether the coder
    gave it. `percent` is the share of agreeing pairs of coders, `kappa` Cohen's (with more than
    two coders the mean over pairs), `alpha` Krippendorff's for nominal data. The interval is a
    percentile bootstrap, seeded by the plan, that draws whole conversations; with fewer than five
    of them it draws segments, which is too narrow, and the note says so. Below .60 a code is
    tentative; what cannot be computed is empty and the note says why.

    References
    ----------
    Krippendorff, Computing Krippendorff's alpha-reliability; Light 1971 for the mean over pairs.
    """
    places = segments[["region", "document", "segment"]]
    known = codings.merge(places, on=["region", "document", "segment"])
    first = known.groupby(["region", "document", "coder"])["round"].transform("min")
    units = _double_coded(known[known["round"] == first])
    if units.empty:
        return DataFrame(columns=COLUMNS)
    regions = [name for name in study.regions if (units["region"] == name).any()]
    rows = [
        row for name in regions for row in _measure(units.query("region == @name"), name, study)
    ]
    overall = _measure(units, "all", study)
    return DataFrame([*overall, *rows], columns=COLUMNS)


def _double_coded(codings: DataFrame) -> DataFrame:
    keys = ["region", "document", "segment"]
    coders = codings.groupby(keys)["coder"].transform("nunique")
    return codings[coders >= 2].sort_values([*keys, "coder", "code"], ignore_index=True)


def _measure(units: DataFrame, region: str, study: Study) -> Iterator[list[object]]:
    """Go through everything that can be agreed on in one region, with the same draws for all."""
    keys = ["region", "document", "segment"]
    labels = units.groupby([*keys, "coder"])["code"].agg("+".join).unstack("coder")
    conversations = labels.index.droplevel("segment").to_flat_index()
    drawn = pd.factorize(np.array([f"{a}/{b}" for a, b in conversations]))[0]
    whole = drawn.max() + 1 >= FEWEST_DOCUMENTS
    drawn = drawn if whole else np.arange(len(drawn))
    size, rng = drawn.max() + 1, np.random.default_rng(study.plan.seed)
    draws = _Draws(drawn, rng.multinomial(size, np.full(size, 1 / size), DRAWS), whole)
    yield _row(region, "all", labels.to_numpy(dtype=object), draws)
    seen = labels.notna().to_numpy()
    for name, members in _subjects(units, study):
        given = units[units["code"].isin(members)].groupby([*keys, "coder"]).size().unstack("coder")
        given = given.reindex(index=labels.index, columns=labels.columns)
        ratings = given.notna().to_numpy().astype(object)
        ratings[~seen] = None
        yield _row(region, name, ratings, draws)


def _subjects(units: DataFrame, study: Study) -> Iterator[tuple[str, set[str]]]:
    """Name what coders may agree on besides the label: levels and pillars first, then codes."""
    placed = study.crosswalk[study.crosswalk["strength"] == "primary"]
    used = sorted(set(units["code"]))
    for column, names in (("level", study.plan.levels), ("pillar", study.plan.pillars)):
        for name in names:
            members = set(placed.loc[placed[column] == name, "code"])
            if members & set(used):
                yield name, members
    for code in used:
        yield code, {code}


def _row(region: str, code: str, ratings: NDArray[np.object_], draws: _Draws) -> list[object]:
    tally, pairs = _tally(ratings, draws), list(_kappas(ratings))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(_alphas(tally, np.ones((1, len(tally.agreeing))))[0])
        drawn = _alphas(tally, draws.times)
    drawn = drawn[np.isfinite(drawn)]
    # Draws in which nobody used the code have no alpha; an interval of the rest would flatter.
    is_steady = len(drawn) >= LEAST_COMPUTABLE * DRAWS
    low, high = np.percentile(drawn, [2.5, 97.5]) if is_steady else (np.nan, np.nan)
    kappas = [kappa for _, kappa in pairs if np.isfinite(kappa)]
    return [
        evidence_id("agreement", region, code),
        region,
        code,
        int((_counted(ratings) >= 2).sum()),
        ratings.shape[1],
        float(np.mean([percent for percent, _ in pairs])),
        float(np.mean(kappas)) if kappas else np.nan,
        value,
        low,
        high,
        bool(value < TENTATIVE_BELOW),
        _note(value, is_steady, draws, ratings.shape[1]),
    ]


def _note(value: float, is_steady: bool, draws: _Draws, coders: int) -> str:
    size = draws.times.shape[1]
    if not np.isfinite(value):
        return "alpha not computable, because every coder gave every segment the same label"
    if not is_steady:
        return "interval not computable, because too few conversations hold this code"
    share = "" if coders == 2 else "; kappa is the mean over pairs of coders"
    if draws.are_conversations:
        return f"bootstrap of {size} conversations{share}"
    return f"bootstrap of {size} segments, too few conversations: the interval is too narrow{share}"


def _counted(ratings: NDArray[np.object_]) -> NDArray[np.intp]:
    return np.asarray(pd.notna(ratings).sum(axis=1))


def _tally(ratings: NDArray[np.object_], draws: _Draws) -> _Tally:
    """Count coincidences per drawn unit; a segment weighs as much as it has coders."""
    flat, names = pd.factorize(ratings.ravel())
    places = flat.reshape(ratings.shape)
    counts = np.stack([(places == number).sum(axis=1) for number in range(len(names))], axis=1)
    coders = counts.sum(axis=1)
    kept = coders >= 2
    same = (counts[kept] * (counts[kept] - 1)).sum(axis=1) / (coders[kept] - 1)
    size = draws.times.shape[1]
    agreeing, marginals = np.zeros(size), np.zeros((size, len(names)))
    np.add.at(agreeing, draws.unit[kept], same)
    np.add.at(marginals, draws.unit[kept], counts[kept])
    return _Tally(agreeing, marginals)


def _alphas(tally: _Tally, weights: NDArray[Any]) -> Numbers:
    """Compute alpha once per row of weights: how often each unit is drawn."""
    marginals = weights @ tally.marginals
    total = marginals.sum(axis=1)
    disagreeing = total - weights @ tally.agreeing
    expected = total**2 - (marginals**2).sum(axis=1)
    alphas: Numbers = 1 - (total - 1) * disagreeing / expected
    return alphas


def _kappas(ratings: NDArray[np.object_]) -> Iterator[tuple[float, float]]:
    """Give the percentage and Cohen's kappa of each pair of coders."""
    for one, other in combinations(range(ratings.shape[1]), 2):
        both = pd.notna(ratings[:, [one, other]]).all(axis=1)
        if not both.any():
            continue
        first, second = ratings[both, one], ratings[both, other]
        percent = float(np.mean(first == second))
        shares = [pd.Series(side).value_counts(normalize=True) for side in (first, second)]
        chance = float((shares[0] * shares[1]).sum())
        yield percent, (percent - chance) / (1 - chance) if chance < 1 else np.nan
