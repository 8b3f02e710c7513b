"""Agreement per region and overall: whole labels, stance, levels, pillars and codes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION
from analysis.measure.agreement.coefficients import (
    NOMINAL,
    Numbers,
    Tally,
    ac1_error,
    coefficients,
    counts_of,
    tally,
)
from analysis.measure.agreement.distances import (
    alpha_by,
    alpha_by_rank,
    differences,
    label_distances,
)
from analysis.measure.agreement.drawing import MOST_CELLS, Draws, draw, with_intervals
from analysis.measure.agreement.passages import Passages
from analysis.measure.agreement.subjects import STANCE, Codebook, Subject, subjects
from analysis.plan import described
from analysis.plan.evidence import EVERY, FEW_PASSAGES, evidence_id
from analysis.plan.study import Study

TENTATIVE_BELOW = 0.60
SETS = ("alpha_pooled", "alpha_jaccard", "alpha_masi")
TEXT = ("text_percent", "text_alpha")
MEASURES = ("percent", "kappa", "alpha", *NOMINAL[2:-1], *SETS, *TEXT)
KNEW = {True: "yes", False: "no", None: "unknown"}
Found = dict[str, tuple[Any, ...]]


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

    @cached_property
    def units(self) -> int:
        return int(self.passages.is_unit.sum())

    @cached_property
    def documents(self) -> int:
        units = self.passages.places.loc[self.passages.is_unit, CONVERSATION]
        return len(units.drop_duplicates())


def agree(passages: Passages, study: Study) -> DataFrame:
    """Measure agreement per region and overall: on whole labels, stance, level, pillar and code.

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
    rows = [row for area in _areas(passages, study) for row in _agreement_rows(area)]
    return described.table("agreement", rows)


def _areas(passages: Passages, study: Study) -> Iterator[_Area]:
    """Go through all regions together, then each region that has passages to compare."""
    regions = [name for name in study.regions if (passages.places["region"] == name).any()]
    parts = [(EVERY, passages), *((name, passages.within(name)) for name in regions)]
    for region, part in parts:
        if part.is_unit.any():
            yield _Area(region, Codebook(part), draw(part, study.plan.seed), study)


def _agreement_rows(area: _Area) -> Iterator[dict[str, Any]]:
    yield _labels(area)
    yield _stance(area)
    named = [*subjects(area.passages, area.study)]
    most = max(1, MOST_CELLS // (area.passages.saw.size * 8))
    for first in range(0, len(named), most):
        yield from _given(area, named[first : first + most])


def _labels(area: _Area) -> dict[str, Any]:
    """Measure whole labels: as one name each, and as sets that may overlap."""
    ratings, sets = area.codebook.whole_labels()
    draws, counted = area.draws, tally(ratings, area.draws.of_passage)
    apart = differences(ratings, draws.of_passage)
    distances = label_distances(sets)
    codes = [frozenset({code}) for code in area.codebook.codes]
    pooled = area.codebook.given_or_not(codes).tally(draws.of_passage).pooled
    found = with_intervals(
        lambda times: {
            **coefficients(counted, times),
            "alpha_pooled": coefficients(pooled, times)["alpha"],
            **{f"alpha_{name}": alpha_by(d, apart, times) for name, d in distances.items()},
        },
        draws,
        ratings.categories * (ratings.values.shape[1] + 2),
    )
    text = _agreed_on_text(area, tally(area.codebook.text_marked_or_not(), draws.of_text))
    subject = Subject(EVERY, EVERY, frozenset())
    return _row(
        area, subject, {**found, **text}, len(ratings.values), ac1_error(counts_of(ratings))
    )


def _stance(area: _Area) -> dict[str, Any]:
    ratings, draws = area.codebook.stances(), area.draws
    counted = tally(ratings, draws.of_passage)
    apart = differences(ratings, draws.of_passage)
    found = with_intervals(
        lambda times: {**coefficients(counted, times), "alpha": alpha_by_rank(apart, times)},
        draws,
        ratings.categories,
    )
    error = ac1_error(counts_of(ratings))
    return _row(area, Subject(STANCE, STANCE, frozenset()), found, len(ratings.values), error)


def _given(area: _Area, named: list[Subject]) -> Iterator[dict[str, Any]]:
    """Measure for many subjects at once whether coders gave them."""
    codes, draws = [subject.codes for subject in named], area.draws
    answers = area.codebook.given_or_not(codes)
    counted = answers.tally(draws.of_passage)
    found = with_intervals(lambda times: coefficients(counted, times), draws, counted.width)
    text = _agreed_on_text(area, area.codebook.text_given_or_not(codes).tally(draws.of_text))
    given, errors = (answers.counts[:, :, 1] > 0).sum(axis=1), ac1_error(answers.counts)
    for place, subject in enumerate(named):
        own = {name: tuple(v[place] for v in values) for name, values in {**found, **text}.items()}
        yield _row(area, subject, own, int(given[place]), errors[place])


def _agreed_on_text(area: _Area, counted: Tally) -> Found:
    """Measure agreement on text by characters; without conversations to draw, no interval."""

    def measure(times: Numbers) -> dict[str, Numbers]:
        values = coefficients(counted, times)
        return {name: values[name.removeprefix("text_")] for name in TEXT}

    if area.draws.are_conversations:
        return with_intervals(measure, area.draws, counted.width)
    values = measure(np.ones((1, len(counted.sums))))
    nothing = np.full(values[TEXT[0]][0].shape, np.nan)
    return {name: (value[0], nothing, nothing) for name, value in values.items()}


def _row(area: _Area, subject: Subject, found: Found, given: int, error: Numbers) -> dict[str, Any]:
    nothing = (float("nan"),) * 3
    values = {name: tuple(map(float, found.get(name, nothing))) for name in MEASURES}
    if given == 1:
        # One passage says nothing of another: coders who met there agree, or do not, by chance.
        values["alpha"] = nothing
    value, low, high = values["alpha"]
    return {
        "evidence_id": evidence_id("agreement", area.region, subject.name),
        "region": area.region,
        "code": subject.name,
        "kind": subject.kind,
        "metric": "ordinal" if subject.kind == STANCE else "nominal",
        "units": area.units,
        "documents": area.documents,
        "coders": len(area.passages.coders),
        "given": given,
        **{name: value for name, (value, _, _) in values.items()},
        **{f"{name}_low": edge for name, (_, edge, _) in values.items() if name != "alpha"},
        **{f"{name}_high": edge for name, (_, _, edge) in values.items() if name != "alpha"},
        **{"low": low, "high": high, "ac1_se": float(error)},
        "tentative": bool(value < TENTATIVE_BELOW),
        "knew_wave": KNEW[area.study.plan.coders_knew_wave],
        "note": _note(area, (value, low), given),
    }


def _note(area: _Area, alpha: tuple[float, float], given: int) -> str:
    (value, low), draws = alpha, area.draws
    if given == 1:
        return "alpha not computable, because one passage alone holds it"
    if not np.isfinite(value):
        return "alpha not computable, because every coder gave every passage the same label"
    few = f"; passages that hold it: {given}" if given < FEW_PASSAGES else ""
    if not np.isfinite(low):
        return f"interval not computable, because too few conversations hold this code{few}"
    more = "" if len(area.passages.coders) == 2 else "; kappa is Conger's"
    if draws.are_conversations:
        return f"bootstrap of {draws.size} conversations{few}{more}"
    narrow = "too few conversations: the interval is too narrow"
    return f"bootstrap of {draws.size} passages, {narrow}{few}{more}"
