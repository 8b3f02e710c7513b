"""One coding, many frameworks: which segments fall into each code of each framework, and why."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.evidence import evidence_id
from analysis.interviews import coded_documents, leading_codings, people_in
from analysis.study import Study

COLUMNS = [
    "evidence_id",
    "region",
    "framework",
    "code",
    "wave",
    "documents",
    "asked",
    "people",
    "segments",
    "stated",
    "name_match",
    "our_reading",
]
BASES = ("stated", "name_match", "our_reading")
GRID, SLIDERS, EVERY = "grid", "sliders", "all"
PLACE = ["region", "document", "segment"]


def look_through(
    documents: DataFrame, segments: DataFrame, codings: DataFrame, study: Study
) -> DataFrame:
    """Summarise the leading coder's segments through every framework.

    Returns
    -------
    One row per region, framework, code and wave (or all); only conversations to which the themes
    were put. A coding of code c counts for lens code l if they are the same code, or, in a
    framework nobody coded with, if both have the same primary cell of pillar and level (a code
    without a level has no cell). It then rests on the weaker of the two placements in the
    crosswalk. A coding with the lens code itself rests on nothing else and is `stated`. `stated`,
    `name_match` and `our_reading` are shares of the segments; a segment that fits in more than one
    way counts with its firmest. `grid` is the lens of pillar by level, `sliders` that of the
    plan's poles (`<slider>.a`, `<slider>.b`).
    """
    led = leading_codings(codings, study)
    asked = coded_documents(documents[documents["asked"] == "yes"], led)
    led = led.merge(asked[["region", "document", "wave"]])
    led = led.merge(segments[PLACE])[[*PLACE, "wave", "code"]].drop_duplicates()
    rules = _rules(study, set(led["code"]))
    seen = led.merge(rules, on="code").sort_values("rank", kind="stable")
    seen = seen.drop_duplicates([*PLACE, "framework", "lens"])
    codes = rules[["framework", "lens"]].drop_duplicates()
    rows = [
        row
        for region in study.regions
        for wave in (*study.plan.waves, EVERY)
        for row in _rows(
            codes, _within(seen, region, wave), _within(asked, region, wave), (region, wave)
        )
    ]
    whole = ["documents", "asked", "people", "segments"]
    kinds = {**dict.fromkeys(whole, "Int64"), **dict.fromkeys(BASES, "float64")}
    return DataFrame(rows, columns=COLUMNS).astype(kinds)


def _rules(study: Study, used: set[str]) -> DataFrame:
    """List which code counts for which lens code, and how firmly (0 is firmest)."""
    placed = study.crosswalk.query("strength == 'primary'")
    rank = {basis: number for number, basis in enumerate(BASES)}
    placed = placed.assign(rank=placed["basis"].map(rank))
    whole = placed[placed["level"] != ""]
    own = study.codes[["id", "framework"]].assign(code=study.codes["id"], lens=study.codes["id"])
    coded = set(own.loc[own["id"].isin(used), "framework"])
    others = whole[~whole["framework"].isin(coded)]
    shared = whole.merge(others, on=["pillar", "level"], suffixes=("", "_lens"))
    through = DataFrame(
        {
            "code": shared["code"],
            "framework": shared["framework_lens"],
            "lens": shared["code_lens"],
            "rank": shared[["rank", "rank_lens"]].max(axis="columns"),
        }
    )
    grid = placed.assign(framework=GRID, lens=[_cell(*pair) for pair in _pairs(placed)])
    parts = [
        own[own["framework"].isin(coded)].assign(rank=0),
        through,
        grid,
        _sliders(study),
    ]
    rules = pd.concat(
        [part.reindex(columns=["code", "framework", "lens", "rank"]) for part in parts]
    )
    return rules.sort_values(["framework", "lens", "rank", "code"]).astype({"rank": "int64"})


def _pairs(placed: DataFrame) -> Iterator[tuple[str, str]]:
    return zip(placed["pillar"], placed["level"], strict=True)


def _cell(pillar: str, level: str) -> str:
    return ".".join(filter(None, (pillar, level))) or "nowhere"


def _sliders(study: Study) -> DataFrame:
    """Give each pole its codes; which codes speak of a pole is our reading."""
    rows = [
        (code, SLIDERS, f"{name}.{pole}", len(BASES) - 1)
        for name, slider in study.plan.sliders.items()
        for pole, codes in (("a", slider.pole_a_codes), ("b", slider.pole_b_codes))
        for code in codes
    ]
    return DataFrame(rows, columns=["code", "framework", "lens", "rank"])


def _within(rows: DataFrame, region: str, wave: str) -> DataFrame:
    here = rows["region"] == region
    return rows[here if wave == EVERY else here & (rows["wave"] == wave)]


def _rows(
    codes: DataFrame, seen: DataFrame, asked: DataFrame, cell: tuple[str, str]
) -> Iterator[list[object]]:
    region, wave = cell
    if asked.empty:
        return
    people = people_in(asked)
    grouped = dict(iter(seen.groupby(["framework", "lens"])))
    for framework, lens in codes.itertuples(index=False, name=None):
        found = grouped.get((framework, lens))
        ids = [evidence_id("lens", region, f"{framework}.{lens}", wave), region, framework, lens]
        if found is None:
            yield [*ids, wave, 0, len(asked), people, 0, *[np.nan] * 3]
            continue
        shares = [float((found["rank"] == number).mean()) for number in range(len(BASES))]
        yield [*ids, wave, found["document"].nunique(), len(asked), people, len(found), *shares]
