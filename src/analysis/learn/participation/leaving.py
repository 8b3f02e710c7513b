"""Is leaving related to earlier score, role or region? One model for all of them together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from pandas import DataFrame, Series
from statsmodels.stats.multitest import multipletests

from analysis.learn.participation.attrition import UNKNOWN, roles_of
from analysis.learn.participation.presence import presences
from analysis.measure.models import FirthFit, NoFitError, fit_firth
from analysis.plan import described
from analysis.plan.evidence import EVERY, LEAST_SHOWN, LEAST_TESTED, evidence_id
from analysis.plan.study import Plan

Row = dict[str, object]
OTHER = "other"
KEYS = ["region", "wave", "participant"]
FACTORS = ("role", "region", "wave")
NOBODY = "nobody gave a code at a wave that was followed by another with codes"


@dataclass(frozen=True)
class Design:
    """The design of the model: a column per coefficient, named by term and level."""

    names: tuple[tuple[str, str], ...]
    matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    references: Mapping[str, str]

    def columns(self, term: str) -> tuple[int, ...]:
        """Return the columns of one term."""
        return tuple(place for place, (name, _) in enumerate(self.names) if name == term)


def relate_leaving(
    scores: DataFrame, links: DataFrame, respondents: DataFrame, plan: Plan
) -> DataFrame:
    """Relate leaving before the next wave to the earlier score, role, region and wave.

    Parameters
    ----------
    scores : one row per region, wave, participant and scale
    links : one row per region and participant, with the waves at which they were seen
    respondents : role of each participant at each wave

    Returns
    -------
    The findings table `leaving`: odds ratios with profile intervals. A row of the model is a
    person at a wave that was followed by another, who can be followed and has a score; the score
    is the mean of the planned measures, each standardised, in standard deviations. Roles of fewer
    than five people are taken together; what stays below five people is left out. The tests of
    score, role, region and wave are adjusted for each other (Holm).

    References
    ----------
    Discrete-time survival as logistic regression (Singer & Willett 1993), with Firth's penalty
    so that a role of which everyone stayed keeps a finite estimate: `fit_firth`. Holm (1979).
    """
    at_risk = _at_risk(scores, links, respondents, plan)
    whole = _name("model", "")
    if at_risk.empty:
        held_twice = any(len(presence.waves) > 1 for presence in presences(links, plan))
        nobody = {"n": 0, "n_left": 0, "note": f"not estimated, because {NOBODY}"}
        return described.table("leaving", [{**whole, **nobody}] if held_twice else [])
    kept, note = _kept(at_risk)
    left = int(kept["left"].sum())
    whole |= {"n": len(kept), "n_left": left, "note": note}
    if min(left, len(kept) - left) < LEAST_TESTED:
        few = f"not estimated, because fewer than {LEAST_TESTED} people left or stayed"
        return described.table("leaving", [{**whole, "note": "; ".join(filter(None, [few, note]))}])
    design = _design(kept)
    every = tuple(range(1, len(design.names)))
    try:
        fit = fit_firth(kept["left"].to_numpy(dtype=float), design.matrix)
        terms = _adjusted([*_terms(fit, design, kept)])
        return described.table("leaving", [{**whole, **_together(fit, every)}, *terms])
    except NoFitError as refusal:
        return described.table("leaving", [{**whole, "note": f"not estimated, because {refusal}"}])


def _name(term: str, level: str) -> Row:
    subject = f"{term}.{level}" if level else term
    named = evidence_id("leaving", EVERY, subject, EVERY)
    return {"evidence_id": named, "region": EVERY, "term": term, "level": level, "reference": ""}


def _at_risk(scores: DataFrame, links: DataFrame, respondents: DataFrame, plan: Plan) -> DataFrame:
    """List who was seen at a wave that was followed by another, and whether they then left."""
    rows = [
        (presence.region, start, person, float(person not in later))
        for presence in presences(links, plan)
        for start, end in presence.steps
        for later in [presence.people(end)]
        for person in sorted(presence.people(start))
    ]
    found = DataFrame(rows, columns=[*KEYS, "left"])
    roles = roles_of(respondents)
    named = zip(*(found[key] for key in KEYS), strict=True)
    found["role"] = [roles.get(keys, UNKNOWN) for keys in named]
    return found.merge(_mean_score(scores, plan), on=KEYS, how="left")


def _mean_score(scores: DataFrame, plan: Plan) -> DataFrame:
    """Average each person's planned measures at a wave, each standardised over everyone."""
    wanted = scores[scores["scale"].isin(plan.compared)]
    wide = wanted.pivot(index=KEYS, columns="scale", values="score").astype(float)
    spread = wide.std().where(wide.std() > 0, 1.0)
    mean = ((wide - wide.mean()) / spread).mean(axis="columns")
    return mean.rename("score").reset_index()


def _kept(at_risk: DataFrame) -> tuple[DataFrame, str]:
    """Leave out rows without a score, take rare roles together, leave out what stays rare."""
    kept = at_risk[at_risk["score"].notna()]
    dropped = {"without a score": len(at_risk) - len(kept)}
    before = -1
    while len(kept) != before:
        before = len(kept)
        kept = kept.assign(role=kept["role"].where(_is_common(kept, "role"), OTHER))
        for factor in ("region", "role", "wave"):
            common = kept[_is_common(kept, factor)]
            why = f"of {factor}s of fewer than {LEAST_SHOWN} people"
            dropped[why] = dropped.get(why, 0) + len(kept) - len(common)
            kept = common
    spread = float(kept["score"].std())
    score = (kept["score"] - kept["score"].mean()) / (spread if spread > 0 else 1.0)
    told = "; ".join(f"{n} rows {why} left out" for why, n in dropped.items() if n)
    return kept.assign(score=score), told


def _is_common(rows: DataFrame, factor: str) -> Series:
    """Say of each row whether its level of a factor is that of at least five people."""
    people = rows["region"] + "/" + rows["participant"]
    return people.groupby(rows[factor]).transform("nunique") >= LEAST_SHOWN


def _adjusted(terms: list[Row]) -> list[Row]:
    """Adjust the tests of the terms for each other; those of single levels stay as they are."""
    whole = [place for place, row in enumerate(terms) if not row["level"]]
    if whole:
        adjusted = multipletests([terms[place]["p"] for place in whole], method="holm")[1]
        for place, p in zip(whole, adjusted, strict=True):
            terms[place] = {**terms[place], "p_adjusted": float(p)}
    return terms


def _design(rows: DataFrame) -> Design:
    """Write intercept, score and factors as columns; the most common level is the reference."""
    parts = {("intercept", ""): np.ones(len(rows))}
    if rows["score"].std() > 0:
        parts["score", ""] = rows["score"].to_numpy(dtype=float)
    references = {}
    for factor in FACTORS:
        counts = rows[factor].value_counts()
        first, *others = counts.sort_values(ascending=False, kind="stable").index
        references[factor] = str(first)
        parts |= {(factor, str(one)): (rows[factor] == one).to_numpy(float) for one in others}
    matrix = np.column_stack([*parts.values()])
    return Design(tuple(parts), matrix, references)


def _together(fit: FirthFit, columns: tuple[int, ...]) -> Row:
    if not columns:
        return {}
    return {"chi2": fit.chi2(*columns), "df": len(columns), "p": fit.p(*columns)}


def _terms(fit: FirthFit, design: Design, rows: DataFrame) -> Iterator[Row]:
    if columns := design.columns("score"):
        yield {**_name("score", ""), **_one(fit, columns[0]), "n": len(rows)}
    for factor in FACTORS:
        columns = design.columns(factor)
        if not columns:
            continue
        reference = design.references[factor]
        together = _together(fit, columns)
        yield {**_name(factor, ""), "reference": reference, "n": len(rows), **together}
        for place in columns:
            level = design.names[place][1]
            own = rows.loc[rows[factor] == level, "left"]
            counts = {"reference": reference, "n": len(own), "n_left": int(own.sum())}
            yield {**_name(factor, level), **counts, **_one(fit, place)}


def _one(fit: FirthFit, column: int) -> Row:
    """Return one odds ratio with its profile interval."""
    low, high = np.exp(fit.interval(column))
    log_odds = float(fit.beta[column])
    found: Row = {"estimate": log_odds, "odds_ratio": float(np.exp(log_odds))}
    return {
        **found,
        "low": float(low),
        "high": float(high),
        **_together(fit, (column,)),
        "note": "",
    }
