"""Who came back at the next wave and who did not: their earlier scores and their roles."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analysis.learn.participation.presence import Presence, presences
from analysis.plan import described
from analysis.plan.evidence import LEAST_SHOWN, LEAST_TESTED, evidence_id
from analysis.plan.study import Plan

Row = dict[str, object]
Roles = Mapping[tuple[str, str, str], str]
UNKNOWN = "unknown"
FEW = f"fewer than {LEAST_SHOWN} people"


def compare_leavers(
    scores: DataFrame, links: DataFrame, respondents: DataFrame, plan: Plan
) -> DataFrame:
    """Compare the people of each wave who were seen at the next with those who were not.

    Parameters
    ----------
    scores : one row per region, wave, participant and scale
    links : one row per region and participant, with the waves at which they were seen
    respondents : role of each participant at each wave

    Returns
    -------
    The findings table `attrition`, over people who can be followed. `earlier_score` rows hold
    the mean at the earlier wave of those who left less that of those who stayed, in scale points
    with a Welch interval; a group below five is not shown, one below ten not tested, and p is
    adjusted over all such rows (Benjamini-Hochberg). `overall` and `role` rows hold the share
    that left, with a Wilson interval.

    References
    ----------
    Welch (1947); Wilson (1927). Agrees with R: t.test(left, stayed), prop.test(correct = FALSE).
    """
    wanted = [*plan.compared]
    by_wave = scores[scores["scale"].isin(wanted)].groupby(["region", "wave"])
    scored: dict[object, DataFrame] = {
        keys: own.pivot(index="participant", columns="scale", values="score")
        for keys, own in by_wave
    }
    roles = roles_of(respondents)
    rows: list[Row] = []
    for presence in presences(links, plan):
        for start, end in presence.steps:
            rows.append(_overall(presence, start, end))
            rows += _by_role(roles, presence, start, end, plan)
            table = scored[presence.region, start].reindex(columns=wanted)
            rows += [_by_score(table[scale], presence, start, end) for scale in wanted]
    return _adjusted(described.table("attrition", rows))


def _name(kind: str, subject: str, presence: Presence, start: str, end: str) -> Row:
    named = evidence_id("attrition", presence.region, subject, f"{start}-{end}")
    keys = {"kind": kind, "region": presence.region, "start": start, "end": end}
    return {"evidence_id": named, **keys}


def _overall(presence: Presence, start: str, end: str) -> Row:
    here = presence.people(start)
    shown = _share(len(here), len(here - presence.people(end)))
    return {**_name("overall", "overall", presence, start, end), **shown}


def roles_of(respondents: DataFrame) -> Roles:
    """Return each person's role at a wave by region, wave and participant, where it is known."""
    known = respondents[respondents["role"].fillna("") != ""]
    keys = zip(known["region"], known["wave"], known["participant"], strict=True)
    return dict(zip(keys, known["role"], strict=True))


def _by_role(roles: Roles, presence: Presence, start: str, end: str, plan: Plan) -> Iterator[Row]:
    if not roles:
        return
    here, later = presence.people(start), presence.people(end)
    own = {person: roles.get((presence.region, start, person), UNKNOWN) for person in here}
    found = {*own.values()}
    for role in [*(one for one in plan.roles if one in found), *sorted(found - {*plan.roles})]:
        people = {person for person in here if own[person] == role}
        named = _name("role", f"role.{role}", presence, start, end)
        yield {**named, "role": role, **_share(len(people), len(people - later))}


def _share(people: int, left: int) -> Row:
    """Return the share that left with its Wilson interval."""
    if people < LEAST_SHOWN:
        return {"note": FEW}
    low, high = (
        min(max(float(end), 0.0), 1.0) for end in proportion_confint(left, people, method="wilson")
    )
    found: Row = {"n": people, "n_stayed": people - left, "n_left": left}
    return {**found, "estimate": left / people, "low": low, "high": high, "note": ""}


def _by_score(scores: Series, presence: Presence, start: str, end: str) -> Row:
    known = scores.dropna()
    known = known[known.index.isin(presence.people(start))].astype(float)
    came_back = known.index.isin(presence.people(end))
    named = _name("earlier_score", str(scores.name), presence, start, end)
    return {**named, "scale": scores.name, **_welch(known[~came_back], known[came_back])}


def _welch(left: Series, stayed: Series) -> Row:
    found: Row = {"n": len(left) + len(stayed), "n_stayed": len(stayed), "n_left": len(left)}
    smallest = min(len(left), len(stayed))
    if smallest < LEAST_SHOWN:
        return {"note": FEW}
    found |= {"mean_stayed": stayed.mean(), "mean_left": left.mean()}
    found["estimate"] = left.mean() - stayed.mean()
    if np.isclose(left.var() + stayed.var(), 0):
        return {**found, "note": "no interval, because everyone in each group scored the same"}
    test = stats.ttest_ind(left, stayed, equal_var=False)
    low, high = test.confidence_interval(0.95)
    found |= {"df": float(test.df), "low": float(low), "high": float(high)}
    if smallest < LEAST_TESTED:
        return {**found, "note": f"fewer than {LEAST_TESTED} people in a group: not tested"}
    return {**found, "p": float(test.pvalue), "note": ""}


def _adjusted(rows: DataFrame) -> DataFrame:
    known = rows["p"].dropna().astype(float)
    adjusted: NDArray[np.float64] = np.full(len(rows), np.nan)
    if len(known):
        adjusted[rows.index.get_indexer(known.index)] = multipletests(known, method="fdr_bh")[1]
    return rows.assign(p_adjusted=adjusted)
