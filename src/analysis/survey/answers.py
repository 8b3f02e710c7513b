"""From text cells to answers: strict typing, one rule for everything that is not a number."""

import difflib
import re
from dataclasses import dataclass

import pandas as pd
from pandas import DataFrame, Series

from analysis.problems import Problem
from analysis.study import Plan, Region, Scale
from analysis.study.csvfile import near
from analysis.survey.sheet import Sheet

WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
HARMLESS = re.compile(r"[-+0-9.,eE%/?]{1,12}")
NO_ANSWER_WORDS = {"weet niet", "weet ik niet", "n.v.t.", "nvt", "niet van toepassing"}
NO_ANSWER_WORDS |= {"geen mening", "n/a", "na", "don't know", "not applicable"}
SEVERAL = 3
DETAILS = ("participant", "role", "site", "submitted")
YES_NO = {"yes": True, "ja": True, "1": True, "true": True, "y": True} | {
    "no": False,
    "nee": False,
    "0": False,
    "false": False,
    "n": False,
    "": False,
}


@dataclass(frozen=True)
class TypedSheet:
    """One export, typed: details and answers share the index of file rows.

    `details` has the columns of DETAILS (`submitted` a boolean); `answers` a number per item,
    `kinds` the word `answered`, `dont_know` or `missing` per item.
    """

    file: str
    details: DataFrame
    answers: DataFrame
    kinds: DataFrame
    ignored: tuple[str, ...]


def type_sheet(sheet: Sheet, region: Region, plan: Plan) -> tuple[TypedSheet | None, list[Problem]]:
    """Find the columns and type every answer; each cell that does not fit is a letter."""
    columns, problems = _find_columns(sheet, region, plan)
    if problems:
        return None, problems
    ours = {name: sheet.cells[theirs] for name, theirs in columns.items()}
    details, problems = _type_details(ours, sheet, region, plan)
    typed: dict[str, tuple[Series, Series]] = {}
    for item in plan.all_items:
        scale = plan.scale_of(item)
        typed[item], found = _type_item(ours[item], columns[item], scale, sheet, region)
        problems += found
    answers = DataFrame({item: pair[0] for item, pair in typed.items()}, index=sheet.cells.index)
    kinds = DataFrame({item: pair[1] for item, pair in typed.items()}, index=sheet.cells.index)
    ignored = tuple(name for name in sheet.cells if name not in set(columns.values()))
    return TypedSheet(sheet.file, details, answers, kinds, ignored), problems


def _find_columns(sheet: Sheet, region: Region, plan: Plan) -> tuple[dict[str, str], list[Problem]]:
    present = {name.casefold(): name for name in sheet.cells}
    columns: dict[str, str] = {}
    problems = _wrong_mappings(region, plan)
    for ours in (*DETAILS, *plan.all_items):
        theirs = region.columns.get(ours, ours)
        if theirs.casefold() in present:
            columns[ours] = present[theirs.casefold()]
        elif ours in (*plan.all_items, "participant") or ours in region.columns:
            problems.append(_no_column(theirs, list(sheet.cells), sheet.file, region.id))
    return columns, problems + _shared_columns(columns, sheet.file, region.id)


def _wrong_mappings(region: Region, plan: Plan) -> list[Problem]:
    """Refuse a name under `columns:` that is none of ours: its column would be lost in silence."""
    file, known = f"raw/regions/{region.folder.name}/region.yaml", [*DETAILS, *plan.all_items]
    remedy = "write our name first, then yours: `participant: respondentcode`"
    return [
        Problem(file, f"columns: {name}", near(name, known), remedy)
        for name in region.columns
        if name not in known
    ]


def _shared_columns(columns: dict[str, str], file: str, region: str) -> list[Problem]:
    remedy = f"correct `columns:` in regions/{region}/region.yaml"
    return [
        Problem(file, f"one column for {' and '.join(ours)}", "a column each", remedy, 1, theirs)
        for theirs in dict.fromkeys(columns.values())
        if len(ours := [name for name, column in columns.items() if column == theirs]) > 1
    ]


def _no_column(name: str, present: list[str], file: str, region: str) -> Problem:
    near = difflib.get_close_matches(name, present, n=3, cutoff=0.6)
    hint = f" (near: {', '.join(near)})" if near else ""
    return Problem(
        file,
        f"no column {name}{hint}",
        "a column for the participant and for each item of study.yaml",
        f"map the local column name under `columns:` in regions/{region}/region.yaml",
        1,
        name,
    )


def _type_details(
    ours: dict[str, Series], sheet: Sheet, region: Region, plan: Plan
) -> tuple[DataFrame, list[Problem]]:
    blank = Series("", index=sheet.cells.index, dtype=object)
    details = DataFrame({name: ours.get(name, blank) for name in DETAILS})
    problems: list[Problem] = []
    words = details["submitted"].str.casefold()
    if "submitted" not in ours:
        words = Series("yes", index=words.index)
    for row in words.index[~words.isin([*YES_NO])]:
        found, allowed = "another word", "yes or no"
        remedy = "write yes (ja) for a form that was sent in, else no (nee)"
        problems.append(Problem(sheet.file, found, allowed, remedy, row, "submitted"))
    details["submitted"] = words.map(YES_NO).fillna(False).astype(bool)
    details["role"] = details["role"].replace(region.roles)
    problems += _unknown_roles(details["role"], sheet.file, plan, region.id)
    return details, problems


def _unknown_roles(roles: Series, file: str, plan: Plan, region: str) -> list[Problem]:
    if not plan.roles:
        return []
    unknown = roles[(roles != "") & ~roles.isin([*plan.roles])]
    often = unknown.value_counts()
    # What several people filled in is a name of a role; what one filled in may be a person's.
    shown = {role: f"the role {role}" for role in often[often >= SEVERAL].index if len(role) < 40}
    return [
        Problem(
            file,
            f"{shown.get(role, 'a role')} that study.yaml does not know",
            ", ".join(plan.roles),
            f"map the local name under `roles:` in regions/{region}/region.yaml",
            row,
            "role",
        )
        for row, role in unknown.items()
    ]


def _type_item(
    cells: Series, column: str, scale: Scale, sheet: Sheet, region: Region
) -> tuple[tuple[Series, Series], list[Problem]]:
    kinds = cells.map({"": "missing", **region.missing}).fillna("answered")
    pattern = DECIMAL if scale.answers == "decimal" else WHOLE
    text = cells.str.replace(",", ".", regex=False) if sheet.decimal_comma else cells
    numeric = text.where(text.map(lambda cell: len(cell) < 40 and bool(pattern.fullmatch(cell))))
    numbers = pd.to_numeric(numeric).where(kinds == "answered").astype(float)
    fits = numbers.between(scale.lowest, scale.highest)
    wrong = cells[(kinds == "answered") & ~fits]
    allowed = _allowed(scale, region)
    problems = [
        Problem(sheet.file, _shown(cell), allowed, _remedy(cell), row, column)
        for row, cell in wrong.items()
    ]
    return (numbers.where(fits), kinds), problems


def _allowed(scale: Scale, region: Region) -> str:
    number = "a number" if scale.answers == "decimal" else "a whole number"
    words = ", ".join(["empty", *region.missing])
    return f"{number} from {scale.lowest:g} to {scale.highest:g}; {words}"


def _shown(cell: str) -> str:
    """Show a wrong answer only if it cannot be somebody's words."""
    if HARMLESS.fullmatch(cell) or cell.casefold() in NO_ANSWER_WORDS:
        return cell
    return f"a text of {len(cell)} characters"


def _remedy(cell: str) -> str:
    if cell.casefold() in NO_ANSWER_WORDS or re.fullmatch(r"-|9{1,3}|-9{1,3}", cell):
        return "correct the cell, or declare it under `missing:` in region.yaml"
    return "correct the cell in the export, or leave it empty"
