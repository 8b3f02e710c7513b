"""Count themes per region and wave, with denominators and four kinds of empty cell."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis import described
from analysis.evidence import evidence_id
from analysis.interviews import people_in
from analysis.study import Study
from analysis.themes.coverage import PLACE, Coverage, cover
from analysis.themes.proportions import wilson

EVERY = "all"
TRUST = {True: "tentative", False: "firm", None: "not_measured"}
SHARES = ("word_share", "low", "high")


def count_themes(
    documents: DataFrame,
    segments: DataFrame,
    codings: DataFrame,
    study: Study,
    agreement: DataFrame | None = None,
) -> DataFrame:
    """Count in how many conversations each code comes up, out of how many it could.

    Returns
    -------
    One row per region, code and wave (or all), for every code of a framework that somebody coded
    with. Only coded conversations to which the themes were put count, above and below the line. A
    code also counts for the codes above it, once per segment. `state` is `counted`, `not_coded`
    (asked, nobody coded it), `not_asked` or `no_data`; in the last two the numbers are empty.
    `people` are the different people in the conversations asked; `word_share` is the share of
    their words. `low` and `high` are Wilson's 95% interval for the share of conversations.
    `level` and `pillar` are those of the code's primary cell. `agreement` is `firm`, `tentative`
    or `not_measured`: whether the coders agree enough on this code, over all regions.
    """
    covered = cover(documents, codings, study)
    used = set(study.codes.set_index("id")["framework"].reindex(codings["code"].unique()))
    codes = study.codes[study.codes["framework"].isin(used)]
    codes = codes.assign(agreement=trust_in(codes["id"], agreement)).merge(
        study.crosswalk.query("strength == 'primary'")[["code", "level", "pillar"]],
        left_on="id",
        right_on="code",
        how="left",
    )
    spoken = covered.spoken.merge(covered.asked[["region", "document"]])
    lengths = segments[PLACE].assign(length=segments["text"].str.split().str.len())
    spoken = spoken.merge(lengths, on=PLACE, how="left")
    rows = [
        row
        for region in study.regions
        for wave in (*study.plan.waves, EVERY)
        for row in _rows(codes, spoken, covered, region, wave)
    ]
    return described.table("themes", rows)


def _rows(
    codes: DataFrame, spoken: DataFrame, covered: Coverage, region: str, wave: str
) -> Iterator[list[object]]:
    held = _within(covered.documents, region, wave)
    asked = _within(covered.asked, region, wave)
    counts = _counts(_within(spoken, region, wave))
    words = pd.to_numeric(asked["words"]).sum(min_count=len(asked)) if len(asked) else np.nan
    empty = "no_data" if held.empty else "not_asked"
    people = people_in(asked)
    facts = codes[["id", "framework", "level", "pillar", "agreement"]].fillna("")
    for code, framework, level, pillar, trust in facts.itertuples(index=False, name=None):
        key = [
            evidence_id("theme", region, f"{code}", wave),
            region,
            code,
            framework,
            level,
            pillar,
        ]
        if asked.empty:
            yield [*key, wave, empty, *[None] * 7, *[np.nan] * 3, trust]
            continue
        found = counts.loc[code] if code in counts.index else dict.fromkeys(counts.columns, 0)
        state = "counted" if found["documents"] else "not_coded"
        share = found["length"] / words if words and np.isfinite(words) else np.nan
        stances = [int(found[stance]) for stance in ("helps", "hinders", "neutral")]
        base = [int(found["documents"]), len(asked), people, int(found["segments"])]
        yield [*key, wave, state, *base, *stances, share, *wilson(base[0], base[1]), trust]


def trust_in(codes: Iterable[str], agreement: DataFrame | None) -> list[str]:
    """Say of each code whether the coders agree on it, over all regions."""
    if agreement is None or agreement.empty:
        return ["not_measured" for _ in codes]
    overall = agreement[(agreement["region"] == EVERY) & agreement["alpha"].notna()]
    weak = dict(zip(overall["code"], overall["tentative"].astype(bool), strict=True))
    return [TRUST[weak.get(code)] for code in codes]


def _within(rows: DataFrame, region: str, wave: str) -> DataFrame:
    here = rows["region"] == region
    return rows[here if wave == EVERY else here & (rows["wave"] == wave)]


def _counts(spoken: DataFrame) -> DataFrame:
    """Count conversations, segments, stances and words per code."""
    once = spoken.drop_duplicates(["document", "segment", "code"])
    by_code = once.groupby("code")
    stances = pd.crosstab(spoken["code"], spoken["stance"])
    return DataFrame(
        {
            "documents": by_code["document"].nunique(),
            "segments": by_code.size(),
            "length": by_code["length"].sum(),
            **{one: stances.get(one, 0) for one in ("helps", "hinders", "neutral")},
        }
    )
