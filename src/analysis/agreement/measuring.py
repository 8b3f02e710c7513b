"""Agreement per region and overall: whole labels, stance, levels, pillars and codes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pandas import DataFrame

from analysis import described
from analysis.agreement.coefficients import NOMINAL, Ratings, ac1_error, coefficients, tally
from analysis.agreement.distances import alpha_by, alpha_by_rank, differences, label_distances
from analysis.agreement.drawing import Draws, draw, with_intervals
from analysis.agreement.passages import CONVERSATION, Passages, cut_passages
from analysis.agreement.subjects import EVERY, STANCE, Codebook, Subject, subjects
from analysis.evidence import evidence_id
from analysis.study import Study

TENTATIVE_BELOW = 0.60
FEW_PASSAGES = 10
SETS = ("alpha_pooled", "alpha_jaccard", "alpha_masi")
TEXT = ("text_percent", "text_alpha")
MEASURES = ("percent", "kappa", "alpha", *NOMINAL[2:-1], *SETS, *TEXT)
KNEW = {True: "yes", False: "no", None: "unknown"}
Found = dict[str, tuple[float, ...]]


@dataclass(frozen=True)
class _Area:
    """One region, or all of them: its passages, their codes and the draws for all its rows."""

    region: str
    codebook: Codebook
    draws: Draws
    study: Study

    @property
    def passages(self) -> Passages:
        return self.codebook.passages


def agree(codings: DataFrame, segments: DataFrame, study: Study) -> DataFrame:
    """Measure agreement per region and overall: on whole labels, stance, level, pillar and code.

    Parameters
    ----------
    codings : one row per segment, code, coder and round; each coder's first round counts
    segments : where each segment stands; segments that have no row here are left out

    Returns
    -------
    One row per region (or all) and subject, in the column `code`. The unit is a passage that at
    least two coders marked (`cut_passages`); what a coder left unmarked there is missing, not a
    no. For `all` a coder's codes of a passage together are one label; for a code (or one below
    it), level or pillar the question is whether the coder gave it; `stance` is ordinal. `text_...`
    takes characters as units, and there unmarked text of a conversation that the coder worked on
    is a no. `alpha_pooled` asks of every code at once whether it was given. `..._low` and
    `..._high` (`low`, `high` for alpha) are percentile bootstrap intervals, seeded by the plan,
    that draw whole conversations; with fewer than five of them passages are drawn, which is too
    narrow, and the note says so. `ac1_se` takes passages as independent. Alpha below .60 makes a
    subject tentative; what cannot be computed is empty and the note says why.

    References
    ----------
    Krippendorff 2011; Gwet 2014 for ratings that are missing; decision 0007 for the unit.
    """
    passages = cut_passages(codings, segments)
    rows = [row for area in _areas(passages, study) for row in _rows(area)]
    return described.table("agreement", rows)


def _areas(passages: Passages, study: Study) -> Iterator[_Area]:
    """Go through all regions together, then each region that has passages to compare."""
    regions = [name for name in study.regions if (passages.places["region"] == name).any()]
    parts = [(EVERY, passages), *((name, passages.within(name)) for name in regions)]
    for region, part in parts:
        if part.is_unit.any():
            yield _Area(region, Codebook(part), draw(part, study.plan.seed), study)


def _rows(area: _Area) -> Iterator[dict[str, Any]]:
    yield _labels(area)
    yield _stance(area)
    for subject in subjects(area.passages, area.study):
        yield _given(area, subject)


def _labels(area: _Area) -> dict[str, Any]:
    """Measure whole labels: as one name each, and as sets that may overlap."""
    ratings, sets = area.codebook.whole_labels()
    draws, counted = area.draws, tally(ratings, area.draws.of_passage)
    apart = differences(ratings, draws.of_passage)
    distances = label_distances(sets)
    one_by_one = [
        tally(area.codebook.given_or_not(frozenset({code})), draws.of_passage)
        for code in area.codebook.codes
    ]
    pooled = sum(one_by_one[1:], start=one_by_one[0])
    found = with_intervals(
        lambda times: {
            **coefficients(counted, times),
            "alpha_pooled": coefficients(pooled, times)["alpha"],
            **{f"alpha_{name}": alpha_by(d, apart, times) for name, d in distances.items()},
        },
        draws,
        ratings.categories * (ratings.values.shape[1] + 2),
    )
    text = _text(area, area.codebook.text_marked_or_not())
    return _row(area, Subject(EVERY, EVERY, frozenset()), ratings, {**found, **text})


def _stance(area: _Area) -> dict[str, Any]:
    ratings, draws = area.codebook.stances(), area.draws
    counted = tally(ratings, draws.of_passage)
    apart = differences(ratings, draws.of_passage)
    found = with_intervals(
        lambda times: {**coefficients(counted, times), "alpha": alpha_by_rank(apart, times)},
        draws,
        ratings.categories,
    )
    return _row(area, Subject(STANCE, STANCE, frozenset()), ratings, found)


def _given(area: _Area, subject: Subject) -> dict[str, Any]:
    ratings, draws = area.codebook.given_or_not(subject.codes), area.draws
    counted = tally(ratings, draws.of_passage)
    found = with_intervals(lambda times: coefficients(counted, times), draws, 2)
    text = _text(area, area.codebook.text_given_or_not(subject.codes))
    return _row(area, subject, ratings, {**found, **text})


def _text(area: _Area, ratings: Ratings) -> Found:
    """Measure agreement on text by characters; without conversations to draw, no interval."""
    draws = area.draws
    counted = tally(ratings, draws.of_text)
    if draws.are_conversations:
        found = with_intervals(lambda times: coefficients(counted, times), draws, 2)
        return {"text_percent": found["percent"], "text_alpha": found["alpha"]}
    values = coefficients(counted, np.ones((1, counted.sums.shape[0])))
    nothing = (float("nan"), float("nan"))
    return {f"text_{name}": (float(values[name][0]), *nothing) for name in ("percent", "alpha")}


def _row(area: _Area, subject: Subject, ratings: Ratings, found: Found) -> dict[str, Any]:
    nothing = (float("nan"),) * 3
    values = {name: found.get(name, nothing) for name in MEASURES}
    value, low, high = values["alpha"]
    unit = area.passages.is_unit
    used = int((ratings.values > 0).any(axis=1).sum())
    given = used if subject.kind in ("code", "level", "pillar") else int(unit.sum())
    return {
        "evidence_id": evidence_id("agreement", area.region, subject.name),
        "region": area.region,
        "code": subject.name,
        "kind": subject.kind,
        "metric": "ordinal" if subject.kind == STANCE else "nominal",
        "units": int(unit.sum()),
        "documents": len(area.passages.places.loc[unit, CONVERSATION].drop_duplicates()),
        "coders": ratings.values.shape[1],
        "given": given,
        **{name: value for name, (value, _, _) in values.items()},
        **{f"{name}_low": edge for name, (_, edge, _) in values.items() if name != "alpha"},
        **{f"{name}_high": edge for name, (_, _, edge) in values.items() if name != "alpha"},
        **{"low": low, "high": high, "ac1_se": ac1_error(ratings)},
        "tentative": bool(value < TENTATIVE_BELOW),
        "knew_wave": KNEW[area.study.plan.coders_knew_wave],
        "note": _note(area.draws, (value, low), given, ratings),
    }


def _note(draws: Draws, alpha: tuple[float, float], given: int, ratings: Ratings) -> str:
    value, low = alpha
    if not np.isfinite(value):
        return "alpha not computable, because every coder gave every passage the same label"
    few = f"; passages that hold it: {given}" if given < FEW_PASSAGES else ""
    if not np.isfinite(low):
        return f"interval not computable, because too few conversations hold this code{few}"
    more = "" if ratings.values.shape[1] == 2 else "; kappa is Conger's"
    if draws.are_conversations:
        return f"bootstrap of {draws.size} conversations{few}{more}"
    narrow = "too few conversations: the interval is too narrow"
    return f"bootstrap of {draws.size} passages, {narrow}{few}{more}"
