"""Did coders agree as well at the last wave as at the first? Alpha per wave, and its change."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION
from analysis.measure.agreement.coefficients import Numbers, Tally, coefficients
from analysis.measure.agreement.drawing import DRAWS, edges_of
from analysis.measure.agreement.passages import Passages
from analysis.measure.agreement.subjects import Codebook
from analysis.plan.evidence import FEWEST_DOCUMENTS
from analysis.plan.study import Study

COLUMNS = [
    *("code", "start", "end", "alpha_start", "alpha_end", "coded_start", "coded_end"),
    *("alpha_low", "alpha_high"),
]


def compare_agreement(passages: Passages, documents: DataFrame, study: Study) -> DataFrame:
    """Compare agreement on each code between waves, all regions together.

    Returns
    -------
    One row per code and pair of waves at which conversations were double-coded: alpha at each,
    the number of such conversations, and the percentile interval of the difference from drawing
    conversations within each wave. With fewer than five at a wave there is no interval.
    """
    waves = passages.places[CONVERSATION].merge(
        documents[[*CONVERSATION, "wave"]], on=CONVERSATION, how="left"
    )
    at = waves["wave"].to_numpy()
    cut = {wave: passages.where(at == wave) for wave in study.plan.waves}
    held = {wave: passages for wave, passages in cut.items() if passages.is_unit.any()}
    rows = [
        row
        for start, end in combinations(held, 2)
        for row in _rows_of_two_waves(held[start], held[end], start, end, study)
    ]
    return DataFrame(rows, columns=COLUMNS)


def _rows_of_two_waves(
    before: Passages, after: Passages, start: str, end: str, study: Study
) -> Iterator[list[object]]:
    books, rng = (Codebook(before), Codebook(after)), np.random.default_rng(study.plan.seed)
    units = [book.passages.places[book.passages.is_unit] for book in books]
    drawn = [rows.groupby(CONVERSATION, sort=False).ngroup().to_numpy(np.intp) for rows in units]
    sizes = [int(one.max()) + 1 for one in drawn]
    times = [rng.multinomial(n, np.full(n, 1 / n), DRAWS).astype(float) for n in sizes]
    codes = sorted({*books[0].codes, *books[1].codes})
    counted = [
        book.given_or_not([frozenset({code}) for code in codes]).tally(unit)
        for book, unit in zip(books, drawn, strict=True)
    ]
    alphas = [_alpha(one, np.ones((1, n)))[0] for one, n in zip(counted, sizes, strict=True)]
    edges = [np.full(len(codes), np.nan)] * 2
    if min(sizes) >= FEWEST_DOCUMENTS:
        edges = [*edges_of(_alpha(counted[1], times[1]) - _alpha(counted[0], times[0]))]
    for code, *own in zip(codes, *alphas, *edges, strict=True):
        yield [code, start, end, *own[:2], *sizes, *own[2:]]


def _alpha(counted: Tally, weights: Numbers) -> Numbers:
    return coefficients(counted, weights)["alpha"]
