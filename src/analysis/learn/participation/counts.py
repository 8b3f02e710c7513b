"""Who took part, where and when; who stayed, who left, and which rows were left out."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.learn.participation.presence import UNLINKED, presences
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Plan, Study


def describe_participation(tables: Mapping[str, DataFrame], study: Study) -> DataFrame:
    """Count people per region and wave, and over all waves: the findings table `participation`.

    `response` is `people` as a share of those invited. `stayed` and `joined` compare with the wave
    before, and `left` counts the people of that wave who are not here; people without a code can
    be none of the three and are `unlinked`. `all_waves` counts those seen at every wave that their
    region held; it is empty where that cannot be known: one wave, or a wave without codes. A wave
    that a region did not hold has no number of people.
    """
    rows = [
        row
        for region in study.regions
        for row in [*_waves(tables, study, region), _all_waves(tables, region)]
    ]
    return described.table("participation", rows)


def _waves(tables: Mapping[str, DataFrame], study: Study, region: str) -> list[dict[str, object]]:
    seen, apart = _seen(tables["respondents"], region), _apart(tables["links"], region)
    rows = []
    for before, wave in pairwise(["", *study.plan.waves]):
        here, earlier = seen.get(wave, set()), seen.get(before, set()) - apart
        documents = tables["documents"]
        row: dict[str, object] = {
            "evidence_id": evidence_id("participation", region, wave),
            "region": region,
            "wave": wave,
            **_response(tables["response"], region, wave, len(here)),
            "documents": int(((documents["region"] == region) & (documents["wave"] == wave)).sum()),
        }
        if "people" in row:
            row["unlinked"] = len(here & apart)
        if earlier and here - apart:
            row |= {"stayed": len(here & earlier), "joined": len(here - earlier - apart)}
            row["left"] = len(earlier - here)
        rows.append(row)
    return rows


def _response(response: DataFrame, region: str, wave: str, people: int) -> dict[str, object]:
    """Say who was asked and who answered, nothing of a wave that the region did not hold."""
    found = response[(response["region"] == region) & (response["wave"] == wave)]
    if found.empty:
        return {}
    counts = {name: found[name].iloc[0] for name in ("invited", "started")}
    asked = counts["invited"]
    share = np.nan if pd.isna(asked) or not asked else people / int(asked)
    return {**counts, "people": people, "response": share}


def _all_waves(tables: Mapping[str, DataFrame], region: str) -> dict[str, object]:
    seen = _seen(tables["respondents"], region)
    everyone = set().union(*seen.values())
    apart = _apart(tables["links"], region)
    can_tell = len(seen) > 1 and all(here - apart for here in seen.values())
    return {
        "evidence_id": evidence_id("participation", region, EVERY),
        "region": region,
        "wave": EVERY,
        "people": len(everyone) if seen else None,
        "unlinked": len(everyone & apart) if seen else None,
        "all_waves": len(set.intersection(*seen.values())) if can_tell else None,
        "documents": int((tables["documents"]["region"] == region).sum()),
    }


def _seen(respondents: DataFrame, region: str) -> dict[str, set[str]]:
    here = respondents[respondents["region"] == region]
    return {str(wave): set(rows["participant"]) for wave, rows in here.groupby("wave")}


def _apart(links: DataFrame, region: str) -> set[str]:
    """Return the people of a region who gave no code."""
    here = links[(links["region"] == region) & links["match"].eq(UNLINKED)]
    return {*here["participant"]}


def count_roles(respondents: DataFrame) -> DataFrame:
    """Count people per region, wave and role: the findings table `roles`."""
    known = respondents[respondents["role"].fillna("") != ""]
    counts = known.groupby(["region", "role", "wave"]).size().rename("people").reset_index()
    return _with_ids("roles", counts, "role", "role")


def count_patterns(links: DataFrame, plan: Plan) -> DataFrame:
    """Count people per pattern of waves: the findings table `patterns`.

    `kind` is `stayer`, `returner`, `leaver`, `joiner` or `visitor` among the waves of the region
    (`Presence.kind`), or `unlinked` for people who gave no code.
    """
    rows = []
    for presence in presences(links, plan):
        for person, waves in presence.seen.items():
            pattern = "+".join(wave for wave in presence.waves if wave in waves)
            rows.append((presence.region, pattern, presence.kind(person)))
        unlinked = sum(presence.unlinked.values())
        rows += [(presence.region, UNLINKED, UNLINKED)] * unlinked
    keys = ["region", "pattern", "kind"]
    counts = DataFrame(rows, columns=keys).groupby(keys).size().rename("people").reset_index()
    return _with_ids("patterns", counts, "pattern", "pattern")


def count_exclusions(exclusions: DataFrame) -> DataFrame:
    """Count rows left out per region, wave and reason: the findings table `exclusions`."""
    counts = exclusions.groupby(["region", "wave", "reason"]).size().rename("rows").reset_index()
    return _with_ids("exclusions", counts, "exclusion", "reason")


def _with_ids(name: str, counts: DataFrame, kind: str, subject: str) -> DataFrame:
    when = counts["wave"] if "wave" in counts else pd.Series(EVERY, index=counts.index)
    ids = [
        evidence_id(kind, *parts)
        for parts in zip(counts["region"], counts[subject], when, strict=True)
    ]
    return described.table(name, counts.assign(evidence_id=ids))
