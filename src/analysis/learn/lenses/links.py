"""Which code counts for which code of another framework, and how firmly."""

from collections.abc import Iterator

import pandas as pd
from pandas import DataFrame

from analysis.plan.study import Study

BASES = ("stated", "name_match", "our_reading")
GRID, SLIDERS = "grid", "sliders"
COLUMNS = ["code", "framework", "lens", "rank"]


def link_codes(study: Study, used: set[str]) -> DataFrame:
    """List which code counts for which lens code: code, framework, lens, rank (0 is firmest).

    A code counts for itself and the codes above it in its own framework: stated. It counts for a
    code of a framework that nobody coded with if both have the same primary cell of pillar and
    level, and for the codes above that one: as firm as the weaker of the two placements. `grid`
    and `sliders` are the plan's own lenses.
    """
    placed = study.crosswalk.query("strength == 'primary'")
    rank = {basis: number for number, basis in enumerate(BASES)}
    placed = placed.assign(rank=placed["basis"].map(rank))
    whole = placed[placed["level"] != ""]
    framework = dict(zip(study.codes["id"], study.codes["framework"], strict=True))
    coded = {framework[code] for code in used if code in framework}
    own = study.codes.query("framework in @coded")[["id", "framework"]]
    exact = DataFrame({"code": own["id"], "framework": own["framework"], "lens": own["id"]})
    others = whole[~whole["framework"].isin(coded)]
    shared = whole.merge(others, on=["pillar", "level"], suffixes=("", "_lens"))
    through = shared[["code", "framework_lens", "code_lens"]].set_axis(COLUMNS[:3], axis=1)
    through = through.assign(rank=shared[["rank", "rank_lens"]].max(axis="columns"))
    cells = [_cell(*pair) for pair in zip(placed["pillar"], placed["level"], strict=True)]
    grid = placed.assign(framework=GRID, lens=cells)[COLUMNS]
    upward = _with_codes_above(pd.concat([exact.assign(rank=0), through]), study)
    rules = pd.concat([upward, grid, _sliders(study)]).astype({"rank": "int64"})
    rules = rules.sort_values(["framework", "lens", "rank", "code"], kind="stable")
    return rules.drop_duplicates(["code", "framework", "lens"], ignore_index=True)


def lens_codes(study: Study, rules: DataFrame) -> DataFrame:
    """List every code of every framework, with whether any code is linked to it at all."""
    listed = study.codes[["framework", "id"]].set_axis(["framework", "lens"], axis=1)
    drawn = rules.loc[rules["framework"].isin([GRID, SLIDERS]), ["framework", "lens"]]
    every = pd.concat([listed, drawn.drop_duplicates()], ignore_index=True)
    linked = {*rules[["framework", "lens"]].itertuples(index=False, name=None)}
    keys = every.itertuples(index=False, name=None)
    return every.assign(is_linked=[key in linked for key in keys])


def _with_codes_above(rules: DataFrame, study: Study) -> DataFrame:
    above = DataFrame({"lens": study.codes["id"], "above": study.codes["path"].str.split("/")})
    rolled = rules.merge(above.explode("above"), on="lens")
    return rolled.assign(lens=rolled["above"])[COLUMNS]


def _cell(pillar: str, level: str) -> str:
    return ".".join(filter(None, (pillar, level))) or "nowhere"


def _sliders(study: Study) -> DataFrame:
    """Give each pole its codes; which codes speak of a pole is our reading."""
    return DataFrame(_poles(study), columns=COLUMNS)


def _poles(study: Study) -> Iterator[tuple[str, str, str, int]]:
    for name, slider in study.plan.sliders.items():
        for pole, codes in (("a", slider.pole_a_codes), ("b", slider.pole_b_codes)):
            for code in codes:
                yield code, SLIDERS, f"{name}.{pole}", len(BASES) - 1
