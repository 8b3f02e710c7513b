"""Which code counts for which code of another framework, in which talk, and how firmly."""

import pandas as pd
from pandas import DataFrame

from analysis.plan.study import Study

BASES = ("coded", "stated", "name_match", "our_reading")
GRID, SLIDERS = "grid", "sliders"
COLUMNS = ["code", "framework", "lens", "holds", "rank", "possibly"]
# Only some passages of the one code are about the other: seen perhaps, never counted.
PERHAPS = "broader"


def link_codes(study: Study, used: set[str]) -> DataFrame:
    """List which code counts for which lens code: by direct coding, or by a row of code_links.csv.

    A code counts for itself and for the codes above it in its own framework. A link counts for the
    code it goes to and for those above that one; links do not chain, and a link of a code does not
    pass to the codes under it. `holds` is the stance of the talk for which it holds, `rank` the
    place of its basis in `BASES` (0 is firmest), `possibly` whether it was doubted or holds of
    some passages only. Sharing a cell of pillar and level is no link: cells make up `grid` alone.
    """
    framework = dict(zip(study.codes["id"], study.codes["framework"], strict=True))
    coded = {framework[code] for code in used if code in framework}
    own = study.codes.loc[study.codes["framework"].isin(coded), ["id", "framework"]]
    exact = DataFrame({"code": own["id"], "framework": own["framework"], "lens": own["id"]})
    exact = exact.assign(holds="any", rank=0, possibly=False)
    rules = pd.concat([_with_codes_above(pd.concat([exact, links_of(study)]), study), _grid(study)])
    rules = rules.astype({"rank": "int64", "possibly": "bool"})
    rules = rules.sort_values(["framework", "lens", "possibly", "rank", "code"], kind="stable")
    return rules.drop_duplicates(["code", "framework", "lens", "holds"], ignore_index=True)


def links_of(study: Study) -> DataFrame:
    """Give the rows of code_links.csv the form of `link_codes`."""
    links = study.links
    return DataFrame(
        {
            "code": links["from_code"],
            "framework": links["to_framework"],
            "lens": links["to_code"],
            "holds": links["stance"],
            "rank": links["basis"].map({basis: place for place, basis in enumerate(BASES)}),
            "possibly": (links["second_reading"] == "doubt") | (links["relation"] == PERHAPS),
        }
    )[COLUMNS]


def lens_codes(study: Study, rules: DataFrame) -> DataFrame:
    """List every code of every framework, with whether any code in use is linked to it at all."""
    listed = study.codes[["framework", "id"]].set_axis(["framework", "lens"], axis=1)
    poles = [f"{name}.{pole}" for name in study.plan.sliders for pole in "ab"]
    drawn = [rules.loc[rules["framework"] == GRID, ["framework", "lens"]].drop_duplicates()]
    drawn += [DataFrame({"framework": SLIDERS, "lens": poles})]
    every = pd.concat([listed, *drawn], ignore_index=True)
    linked = {*rules[["framework", "lens"]].itertuples(index=False, name=None)}
    for name, slider in study.plan.sliders.items():
        heard = {"a": slider.pole_a_codes or slider.pole_a_hindering, "b": slider.pole_b_codes}
        linked |= {(SLIDERS, f"{name}.{pole}") for pole, codes in heard.items() if codes}
    keys = every.itertuples(index=False, name=None)
    return every.assign(is_linked=[key in linked for key in keys])


def _with_codes_above(rules: DataFrame, study: Study) -> DataFrame:
    above = DataFrame({"lens": study.codes["id"], "above": study.codes["path"].str.split("/")})
    rolled = rules.merge(above.explode("above"), on="lens")
    return rolled.assign(lens=rolled["above"])[COLUMNS]


def _grid(study: Study) -> DataFrame:
    """Place each code in its primary cell of pillar and level."""
    placed = study.crosswalk.query("strength == 'primary'")
    cells = [_cell(*pair) for pair in zip(placed["pillar"], placed["level"], strict=True)]
    rank = placed["basis"].map({basis: place for place, basis in enumerate(BASES)})
    return placed.assign(framework=GRID, lens=cells, holds="any", rank=rank, possibly=False)[
        COLUMNS
    ]


def _cell(pillar: str, level: str) -> str:
    return ".".join(filter(None, (pillar, level))) or "nowhere"
