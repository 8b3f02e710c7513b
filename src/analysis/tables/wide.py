"""Tables as wide as people lay them on a desk: conversations by codes, codes by contexts."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from pandas import DataFrame

from analysis.problems import Problem, StudyError
from analysis.study import Study
from analysis.study.labels import Labels
from analysis.tables.reading import ReadingTable

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        **{"region": "region", "wave": "wave", "document": "conversation", "code": "code"},
        **{"not_coded": "0", "not_asked": "not asked", "no_data": "no data", "no_link": "no link"},
        **{"of": "{n} of {size}", "basis": "our reading"},
        **{
            "group": "{n} in {documents} of {asked}",
            "first": "{n} in {documents} of {asked}: {text}",
        },
        **{"evidence": "evidence", "empty": "nothing to show"},
    },
    "nl": {
        **{"region": "regio", "wave": "meting", "document": "gesprek", "code": "code"},
        **{"not_coded": "0", "not_asked": "niet gevraagd", "no_data": "geen gegevens"},
        **{"no_link": "geen verbinding", "of": "{n} van {size}"},
        **{"basis": "onze lezing", "group": "{n} in {documents} van {asked}"},
        **{"first": "{n} in {documents} van {asked}: {text}", "evidence": "bewijs"},
        **{"empty": "niets te tonen"},
    },
}
PLACE = ["region", "wave", "document"]


def through(rows: DataFrame, framework: str, study: Study) -> DataFrame:
    """Keep what is seen through one framework, named by its id or by its name in any language.

    Raises
    ------
    StudyError with every name there is, if no framework is called that.
    """
    if rows.empty:
        return rows
    known = [str(one) for one in dict.fromkeys(rows["framework"])]
    wanted = framework.casefold().strip()
    for one in known:
        names = (one, *(Labels(study, language).framework(one) for language in WORDS))
        if wanted in [name.casefold() for name in names]:
            return rows[rows["framework"] == one].reset_index(drop=True)
    letters_in = study.plan.languages[0] if "languages" in study.plan.model_fields_set else "en"
    letter = Problem("run.no_framework", "this notebook", name=framework[:60], known=known)
    raise StudyError([letter], letters_in)


def fullest(cells: DataFrame, *, most: int = 8) -> DataFrame:
    """Keep the codes of a framework matrix that came up in most conversations."""
    if cells.empty:
        return cells
    heard = cells[cells["state"] == "counted"]["code"].value_counts()
    order = {code: place for place, code in enumerate(dict.fromkeys(cells["code"]))}
    kept = sorted(heard.index, key=lambda code: (-heard[code], order[code]))[:most]
    return cells[cells["code"].isin(kept)].reset_index(drop=True)


def flagged(quotations: DataFrame, *, most: int = 30) -> DataFrame:
    """Keep the quotations with a flag that consent allows, in the order drawn, words marked."""
    if quotations.empty:
        return quotations
    may = quotations[(quotations["flags"].fillna("") != "") & (quotations["consent"] == "yes")]
    first = may.sort_values(["candidate", "sha256"], kind="stable").head(most)
    return first.assign(text=first["marked"])


def count_cells(cells: DataFrame, study: Study, *, language: str = "en") -> ReadingTable:
    """Lay out conversations by codes, with the number of passages in each cell."""
    say, name = WORDS[language], Labels(study, language)
    if cells.empty:
        return ReadingTable({say["empty"]: ["–"]})
    told = cells.assign(cell=[_count(row, say) for row in cells.to_dict("records")])
    return _laid_out(told, PLACE, say, name)


def show_passages(
    cells: DataFrame, quotations: DataFrame, study: Study, *, language: str = "en"
) -> ReadingTable:
    """Lay out groups (a region at a wave) by codes, with counts and one passage in each cell.

    The passage is the one that was drawn first, so that nobody picked it; the evidence names it.
    """
    say, name = WORDS[language], Labels(study, language)
    if cells.empty:
        return ReadingTable({say["empty"]: ["–"]})
    drawn = quotations.sort_values(["candidate", "sha256"], kind="stable")
    marked = drawn["marked"].where(drawn["flags"].fillna("") != "", drawn["text"])
    texts = dict(zip(drawn["evidence_id"], marked, strict=True))
    ranks = {one: rank for rank, one in enumerate(drawn["evidence_id"])}
    groups = cells.groupby(["region", "wave", "code"], sort=False)
    rows = [
        {
            **dict(zip(("region", "wave", "code"), key, strict=True)),
            **_group(own, texts, ranks, say),
        }
        for key, own in groups
    ]
    return _laid_out(DataFrame(rows), PLACE[:2], say, name)


def _group(
    cells: DataFrame, texts: Mapping[str, str], ranks: Mapping[str, int], say: Mapping[str, str]
) -> dict[str, str]:
    """Tell of one code in one group how often it came up, and the passage drawn first."""
    asked = cells[cells["state"].isin(["counted", "not_coded"])]
    if asked.empty:
        return {"cell": say[str(cells["state"].iloc[0])], "evidence": ""}
    heard = asked[asked["state"] == "counted"]
    if heard.empty:
        return {"cell": say["not_coded"], "evidence": ""}
    quoted = [one for ids in heard["quotations"].fillna("") for one in str(ids).split()]
    first = min((one for one in quoted if one in ranks), key=lambda one: ranks[one], default="")
    counts = {"n": int(heard["segments"].sum()), "documents": len(heard), "asked": len(asked)}
    told = say["first" if first else "group"].format(text=texts.get(first, ""), **counts)
    return {"cell": told, "evidence": first}


def beside(contexts: DataFrame, study: Study, *, language: str = "en") -> ReadingTable:
    """Lay the codes of one framework beside the published contexts, in claims of each."""
    say, name = WORDS[language], Labels(study, language)
    if contexts.empty:
        return ReadingTable({say["empty"]: ["–"]})
    told = contexts.assign(cell=[_claims(row, say) for row in contexts.to_dict("records")])
    codes = [*dict.fromkeys(told["code"])]
    table: dict[str, list[str]] = {say["code"]: [name.code(code) for code in codes]}
    for context, own in told.groupby("region", sort=False):
        cells = dict(zip(own["code"], own["cell"], strict=True))
        table[str(context).replace("_", " ")] = [cells.get(code, "–") for code in codes]
    ours = told.groupby("code", sort=False)["our_reading"].max()
    table[say["basis"]] = ["–" if pd.isna(ours[code]) else f"{ours[code]:.2f}" for code in codes]
    first = told.drop_duplicates("code").set_index("code")["evidence_id"]
    return ReadingTable({**table, say["evidence"]: [first[code] for code in codes]})


def _count(row: Mapping[Any, Any], say: Mapping[str, str]) -> str:
    if row["state"] != "counted":
        return say[str(row["state"])]
    return str(row["segments"])


def _claims(row: Mapping[Any, Any], say: Mapping[str, str]) -> str:
    if row["state"] != "counted":
        return say[str(row["state"])]
    return say["of"].format(n=row["claims"], size=row["of_claims"])


def _laid_out(
    told: DataFrame, keys: list[str], say: Mapping[str, str], name: Labels
) -> ReadingTable:
    """Pivot cells to one row per key and one column per code, in the order in which they stand."""
    codes = [*dict.fromkeys(told["code"])]
    plan = name.study.plan
    places = {one: place for place, one in enumerate([*name.study.regions, *plan.waves])}
    lines = told.drop_duplicates(keys)[keys].to_dict("records")
    lines.sort(key=lambda line: (places.get(line["region"], 0), places.get(line["wave"], 0)))
    cells = {(*(row[key] for key in keys), row["code"]): row for row in told.to_dict("records")}
    own = [[cells[(*line.values(), code)] for code in codes] for line in lines]
    names = {"region": name.region, "wave": name.wave}
    table = {say[key]: [names.get(key, str)(line[key]) for line in lines] for key in keys}
    for place, code in enumerate(codes):
        # Two frameworks may give one name to two codes.
        label = name.code(code) if name.code(code) not in table else f"{name.code(code)} ({code})"
        table[label] = [row[place]["cell"] for row in own]
    if "evidence" in told:
        found = [" ".join(cell["evidence"] for cell in row if cell["evidence"]) for row in own]
        table[say["evidence"]] = found
    return ReadingTable(table)
