"""Which column holds what: local names from region.yaml, and what is dropped at the door."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.problems import Problem
from analysis.study import Plan, Region
from analysis.study.csvfile import near
from analysis.survey.grid import shown_name
from analysis.survey.layout import Sheet
from analysis.survey.wording import is_personal, plain

DETAILS = ("participant", "role", "site", "submitted", "consent", "test", "answered_on")
SHOWN, MISSING = 12, 10


@dataclass(frozen=True)
class Columns:
    """Our names with the columns of an export, and the columns that nobody asked for.

    `by_question` were found by the text of their question; `personal` are never read.
    """

    ours: Mapping[str, str]
    by_question: tuple[str, ...]
    personal: tuple[str, ...]
    unused: tuple[str, ...]


def find_columns(
    sheet: Sheet, region: Region, wave: str, plan: Plan
) -> tuple[Columns, list[Problem]]:
    """Find the participant, each item and the details that are there; the rest is listed."""
    names, local = list(sheet.grid), region.columns_at(wave)
    must_be_there = {*plan.all_items, *local} | _codes_asked(region)
    present = {plain(name): name for name in names}
    asked = {plain(text): name for name, text in sheet.questions.items() if name in {*names}}
    columns: dict[str, str] = {}
    by_question: list[str] = []
    missing: list[str] = []
    for ours in (*DETAILS, *plan.all_items):
        theirs = local.get(ours, ours)
        texts = [plain(theirs), *_questions(ours, plan)]
        found = next((at[text] for text in texts for at in (present, asked) if text in at), None)
        if found is not None:
            columns[ours] = found
            by_question += [ours] if plain(found) != texts[0] else []
        elif ours in must_be_there:
            missing.append(theirs)
    used = {*columns.values()}
    rest = [name for name in names if name not in used]
    personal = tuple(name for name in rest if is_personal(name, sheet.questions.get(name, "")))
    unused = [name for name in rest if name not in sheet.bookkeeping and name not in personal]
    file = sheet.grid.file
    problems = _wrong_mappings(region, wave, plan) + _shared_columns(columns, file, region)
    if missing == ["participant"]:
        problems.append(_without_codes(_no_column("participant", names), file, region))
    elif missing:
        found = _no_column(missing[0], names) if len(missing) == 1 else _no_columns(missing, unused)
        problems.append(_unmapped(found, missing, file, region, wave))
    return Columns(columns, tuple(by_question), personal, tuple(unused)), problems


def _codes_asked(region: Region) -> set[str]:
    """Ask for a column of codes, unless forms without a code are kept."""
    return set() if region.without_code == "keep" else {"participant"}


def warn_of_unused(columns: Columns, file: str) -> list[Problem]:
    """Name the columns that are not read, once for each file."""
    if not columns.unused:
        return []
    shown = ", ".join(shown_name(name) for name in columns.unused[:SHOWN])
    more = len(columns.unused) - SHOWN
    found = f"columns that are not used: {shown}" + (f" and {more} more" if more > 0 else "")
    remedy = "nothing, if they hold no answers to the scales; else map them under `columns:`"
    return [
        Problem(file, found, "columns that region.yaml or study.yaml names", remedy, 1, None, "W")
    ]


def _questions(ours: str, plan: Plan) -> list[str]:
    item = plan.items.get(ours)
    return [plain(text) for text in item.text.values()] if item else []


def _wrong_mappings(region: Region, wave: str, plan: Plan) -> list[Problem]:
    """Refuse a name under `columns:` that is none of ours: its column would be lost in silence."""
    file, known = f"raw/regions/{region.folder.name}/region.yaml", [*DETAILS, *plan.all_items]
    remedy = "write our name first, then yours: `participant: respondentcode`"
    return [
        Problem(file, f"columns: {name}", near(name, known), remedy)
        for name in region.columns_at(wave)
        if name not in known
    ]


def _shared_columns(columns: Mapping[str, str], file: str, region: Region) -> list[Problem]:
    remedy = f"correct `columns:` in regions/{region.id}/region.yaml"
    return [
        Problem(file, f"one column for {', '.join(ours)}", "a column each", remedy, 1, theirs)
        for theirs in dict.fromkeys(columns.values())
        if len(ours := [name for name, column in columns.items() if column == theirs]) > 1
    ]


def _no_column(name: str, present: list[str]) -> str:
    folded = {one.casefold(): one for one in reversed(present)}
    similar = difflib.get_close_matches(name.casefold(), [*folded], n=3, cutoff=0.6)
    close = [folded[one] for one in similar]
    hint = f" (near: {', '.join(one for one in close if '@' not in one)})" if close else ""
    return f"no column {name}{hint}"


def _no_columns(missing: list[str], unused: list[str]) -> str:
    """List what is missing beside what is there, where one word names it: more may be an answer."""
    there = [name for name in unused if len(name.split()) == 1 and "@" not in name]
    beside = f"; not used: {_listed(there, len(unused))}" if there else ""
    return f"no columns: {_listed(missing, len(missing))}{beside}"


def _listed(names: list[str], count: int) -> str:
    told = names[:MISSING]
    more = f" and {count - len(told)} more" if count > len(told) else ""
    return f"{', '.join(told)}{more}"


def _without_codes(found: str, file: str, region: Region) -> Problem:
    return Problem(
        file,
        found,
        "a column with a code for each participant, the same at every wave",
        f"write `participant: <your column>` under `columns:` in regions/{region.id}/region.yaml;"
        " if nobody gave a code, write `without_code: keep` there, and each form counts as another"
        " person",
        1,
        "participant",
    )


def _unmapped(found: str, missing: list[str], file: str, region: Region, wave: str) -> Problem:
    return Problem(
        file,
        found,
        "a column for the participant and for each item of study.yaml",
        f"map the local column name under `columns:` in regions/{region.id}/region.yaml,"
        f" or under `waves: {wave}: columns:` if it is called so at this wave only",
        1,
        missing[0] if len(missing) == 1 else None,
    )
