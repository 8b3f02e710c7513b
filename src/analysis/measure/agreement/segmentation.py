"""Did the coders mark the same text? Agreement on what was worth a code at all."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION
from analysis.measure.agreement.coefficients import coefficients, tally
from analysis.measure.agreement.drawing import draw, with_intervals
from analysis.measure.agreement.passages import Passages
from analysis.measure.agreement.subjects import Codebook
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study


def agree_on_segmentation(passages: Passages, study: Study) -> DataFrame:
    """Measure per region and overall whether coders marked the same text.

    Returns
    -------
    One row per region (or all) with conversations that two or more coders coded. `passages` were
    marked by at least two coders, `marked_by_one` by a single one; `edges` are stretches too
    short to be a passage. `text_shared` is the share of the marked characters (`text_marked` of
    all between the first and last mark of a conversation) that at least two coders marked.
    `alpha` is nominal, over characters, marked or not; its interval draws conversations and is
    empty with fewer than five.
    """
    return described.table("segmentation", _segmentation_rows(passages, study))


def _segmentation_rows(passages: Passages, study: Study) -> Iterator[dict[str, Any]]:
    if not len(passages.places):
        return
    yield _row(EVERY, passages, study)
    for region in study.regions:
        if (passages.places["region"] == region).any():
            yield _row(region, passages.within(region), study)


def _row(region: str, passages: Passages, study: Study) -> dict[str, Any]:
    counted = tally(*_all_text(passages))
    alpha = float(coefficients(counted, np.ones((1, counted.sums.shape[0])))["alpha"][0])
    draws, edges = draw(passages, study.plan.seed), (float("nan"), float("nan"))
    if draws.are_conversations:
        found = with_intervals(lambda times: coefficients(counted, times), draws, 2)
        edges = (float(found["alpha"][1]), float(found["alpha"][2]))
    marks, lengths = passages.marked.sum(axis=1), passages.lengths
    edge = passages.places["is_edge"].to_numpy(bool)
    marked = float(lengths[marks > 0].sum())
    return {
        "evidence_id": evidence_id("segmentation", region, "marked"),
        "region": region,
        "documents": len(passages.places[CONVERSATION].drop_duplicates()),
        "coders": len(passages.coders),
        "passages": int(passages.is_unit.sum()),
        "marked_by_one": int(((marks == 1) & ~edge).sum()),
        "edges": int(edge.sum()),
        "text_marked": marked / float(lengths.sum()),
        "text_shared": float(lengths[marks >= 2].sum()) / marked,
        "alpha": alpha,
        "low": edges[0],
        "high": edges[1],
        "note": _note(alpha, len(passages.coders), draws.are_conversations),
    }


def _all_text(passages: Passages) -> tuple[Any, Any]:
    conversation = passages.places.groupby(CONVERSATION, sort=False).ngroup().to_numpy(np.intp)
    return Codebook(passages).text_marked_or_not(), conversation


def _note(alpha: float, coders: int, drawn: bool) -> str:
    if not np.isfinite(alpha):
        return "alpha not computable, because every coder marked all text or none of it"
    more = "" if drawn else "; interval not computable, because there are too few conversations"
    return f"{coders} coders, by characters{more}"
