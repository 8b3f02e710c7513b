"""Which column holds what: local names from region.yaml, and what is dropped at the door."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.collect.survey.layout import Sheet
from analysis.collect.survey.wording import is_personal, plain
from analysis.plan.files.grid import Grid, shown_name
from analysis.plan.problems import Phrase, Problem, near
from analysis.plan.study import Plan, Region

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
    asked = _by_question(sheet)
    at_heading = {plain(name): name for name in names}
    places = (at_heading, {text: same[0] for text, same in asked.items()})
    columns: dict[str, str] = {}
    by_question: list[str] = []
    alike: list[list[str]] = []
    missing: list[str] = []
    for ours in (*DETAILS, *plan.all_items):
        theirs = local.get(ours, ours)
        words = [plain(theirs), *_questions(ours, plan)]
        found = next(((at[word], word) for word in words for at in places if word in at), None)
        if found is not None:
            columns[ours], word = found
            by_question += [ours] if plain(columns[ours]) != words[0] else []
            alike += [asked[word]] if plain(columns[ours]) != word else []
        elif ours in must_be_there:
            missing.append(theirs)
    if problems := _used_twice(sheet, columns, alike):
        return Columns(columns, (), (), ()), problems
    personal, unused = _rest(sheet, {*columns.values()})
    file = sheet.grid.file
    problems = _wrong_mappings(region, wave, plan) + _shared_columns(columns, file, region)
    if missing == ["participant"]:
        problems.append(_without_codes(_no_column("participant", names), file, region))
    elif missing:
        told = _no_column(missing[0], names) if len(missing) == 1 else _no_columns(missing, unused)
        problems.append(_unmapped(told, missing, file, region, wave))
    return Columns(columns, tuple(by_question), tuple(personal), tuple(unused)), problems


def _by_question(sheet: Sheet) -> dict[str, list[str]]:
    """Return the columns that stand below each text of a question."""
    asked: dict[str, list[str]] = {}
    for name in sheet.grid:
        if text := plain(sheet.questions.get(name, "")):
            asked.setdefault(text, []).append(name)
    return asked


def _rest(sheet: Sheet, used: set[str]) -> tuple[list[str], list[str]]:
    """Part the columns that are not used: those that name a person, and the others."""
    questions, heading = sheet.questions, sheet.grid.heading
    rest = [name for name in sheet.grid if name not in used]
    personal = [name for name in rest if is_personal(heading(name), questions.get(name, ""))]
    return personal, [name for name in rest if name not in {*personal, *sheet.bookkeeping}]


def _used_twice(
    sheet: Sheet, columns: Mapping[str, str], alike: Sequence[list[str]]
) -> list[Problem]:
    """Refuse a column that is used if another has the same heading, or the text that found it."""
    used = {*columns.values()} | sheet.deciding
    told = {name: [*one.places] for name, one in sheet.grid.twice.items() if one.heading == name}
    same: list[tuple[str, Sequence[int | str]]] = []
    same += [(name, told[name]) for name in sheet.grid if name in told and name in used]
    same += [(sheet.questions[names[0]], names) for names in alike if len(names) > 1]
    return [
        Problem("files.header_twice", sheet.grid.file, row=1, name=shown_name(name), places=places)
        for name, places in same
    ]


def _codes_asked(region: Region) -> set[str]:
    """Ask for a column of codes, unless forms without a code are kept."""
    return set() if region.without_code == "keep" else {"participant"}


def warn_of_unused(columns: Columns, grid: Grid) -> list[Problem]:
    """Name the columns that are not read, and those with one heading, once for each file."""
    same = [name for name, one in grid.twice.items() if name == one.heading]
    unused = {"survey.unused_columns": columns.unused, "survey.unused_twice": same}
    return [
        Problem(letter, grid.file, row=1, names=_listed([*map(shown_name, names)], SHOWN))
        for letter, names in unused.items()
        if names
    ]


def _questions(ours: str, plan: Plan) -> list[str]:
    item = plan.items.get(ours)
    return [plain(text) for text in item.text.values()] if item else []


def _wrong_mappings(region: Region, wave: str, plan: Plan) -> list[Problem]:
    """Refuse a name under `columns:` that is none of ours: its column would be lost in silence."""
    file, known = f"raw/regions/{region.folder.name}/region.yaml", [*DETAILS, *plan.all_items]
    return [
        Problem("survey.wrong_mapping", file, name=name, allowed=near(name, known))
        for name in region.columns_at(wave)
        if name not in known
    ]


def _shared_columns(columns: Mapping[str, str], file: str, region: Region) -> list[Problem]:
    letter = "survey.shared_column"
    return [
        Problem(letter, file, row=1, column=theirs, names=ours, region=region.id)
        for theirs in dict.fromkeys(columns.values())
        if len(ours := [name for name, column in columns.items() if column == theirs]) > 1
    ]


def _no_column(name: str, present: list[str]) -> Phrase:
    folded = {one.casefold(): one for one in reversed(present)}
    similar = difflib.get_close_matches(name.casefold(), [*folded], n=3, cutoff=0.6)
    if not similar:
        return Phrase("survey.no_column", name=name)
    close = [folded[one] for one in similar if "@" not in folded[one]]
    return Phrase("survey.no_column_near", name=name, names=close)


def _no_columns(missing: list[str], unused: list[str]) -> Phrase:
    """List what is missing beside what is there, where one word names it: more may be an answer."""
    there = [name for name in unused if len(name.split()) == 1 and "@" not in name]
    names = _listed(missing, MISSING)
    if not there:
        return Phrase("survey.no_columns", names=names)
    beside = _listed(there, MISSING, of=len(unused))
    return Phrase("survey.no_columns_beside", names=names, unused=beside)


def _listed(names: Sequence[str | Phrase], most: int, *, of: int = 0) -> Phrase:
    """List the first names, and count the others: those of the list, or of more than it holds."""
    told, count = [*names[:most]], max(of, len(names))
    if count <= len(told):
        return Phrase("letter.list", names=told)
    return Phrase("survey.and_more", names=told, n=count - len(told))


def _without_codes(found: Phrase, file: str, region: Region) -> Problem:
    letter, column = "survey.column_of_codes", "participant"
    return Problem(letter, file, row=1, column=column, found=found, region=region.id)


def _unmapped(found: Phrase, missing: list[str], file: str, region: Region, wave: str) -> Problem:
    return Problem(
        "survey.unmapped",
        file,
        row=1,
        column=missing[0] if len(missing) == 1 else None,
        found=found,
        region=region.id,
        wave=wave,
    )
