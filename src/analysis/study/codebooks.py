"""Read the codebooks: one table per framework, the crosswalk between them, and their index."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd
from pandas import DataFrame

from analysis.problems import Problem
from analysis.study.csvfile import CsvFile, near, read_csv
from analysis.study.plan import Plan
from analysis.study.qdcfile import is_qdc, read_qdc

CODE_COLUMNS = [
    "id",
    "framework",
    "parent",
    "path",
    "node_type",
    "label_nl",
    "label_en",
    "definition_en",
    "valence",
    "stage_order",
]
REQUIRED = ["id", "framework", "parent", "label_nl", "label_en", "definition_en", "source"]
NEVER_EMPTY = ["framework", "label_nl", "label_en", "definition_en", "source"]
CROSSWALK_COLUMNS = ["framework", "code", "pillar", "level", "strength", "basis", "source"]
FRAMEWORK_COLUMNS = ["framework", "file", "n_codes", "n_crosswalk_rows", "label_nl", "label_en"]
WORDS = {
    "valence": ("", "helps", "hinders", "neutral"),
    "improvement_direction": ("", "increase", "decrease"),
    "strength": ("primary", "secondary"),
    "basis": ("stated", "name_match", "our_reading"),
}
NOT_READ = (".csv", ".xlsx", ".xls", ".tsv", ".ods")
REFERENCES = ("dual_role_with", "effect_codes")


@dataclass(frozen=True)
class Codebooks:
    """Every code, where codes stand in the grid, and the index of frameworks: all text."""

    codes: DataFrame
    crosswalk: DataFrame
    frameworks: DataFrame


def split_ids(cell: str) -> list[str]:
    """Split a cell that holds several ids, separated by semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def read_codebooks(raw: Path) -> tuple[Codebooks, list[Problem]]:
    """Read `raw/codebooks`, tables and `.qdc`; a study without codebooks has empty tables."""
    special = {"crosswalk.csv", "frameworks.csv"}
    found = [p for p in sorted((raw / "codebooks").glob("*")) if p.name not in special]
    files = [_read(path) for path in found if path.suffix == ".csv" or is_qdc(path.name)]
    crosswalk = _optional(raw, "crosswalk.csv", CROSSWALK_COLUMNS)
    frameworks = _optional(raw, "frameworks.csv", FRAMEWORK_COLUMNS)
    problems = [problem for file in (*files, crosswalk, frameworks) for problem in file.problems]
    unreadable = any(problem.severity == "E" for file in files for problem in file.problems)
    codes = _codes(files)
    problems += [problem for file in files for problem in _code_problems(file)]
    problems += [*_two_of_one_name(files), *_repeated(files), *_passed_over(raw, files)]
    # References into a codebook that could not be read would only repeat that one letter.
    if not unreadable:
        problems += [problem for file in files for problem in _reference_problems(file, codes)]
        problems += list(_crosswalk_problems(crosswalk, codes))
        problems += list(_framework_problems(frameworks, codes, crosswalk))
    return Codebooks(codes, crosswalk.rows, frameworks.rows), problems


def check_cells(codebooks: Codebooks, plan: Plan) -> list[Problem]:
    """Check that the crosswalk places codes only in pillars and levels of the plan."""
    file = CsvFile("raw/codebooks/crosswalk.csv", codebooks.crosswalk)
    allowed = {"pillar": list(plan.pillars) or [""], "level": ["", *plan.levels]}
    return [
        file.wrong(row, column, repr(cells[column]), ", ".join(filter(None, known)), "correct it")
        for row, cells in file.records()
        for column, known in allowed.items()
        if cells[column] not in known
    ]


def _read(path: Path) -> CsvFile:
    name = f"raw/codebooks/{path.name}"
    return read_qdc(path, name) if is_qdc(name) else read_csv(path, name, REQUIRED)


def _passed_over(raw: Path, files: list[CsvFile]) -> Iterator[Problem]:
    """Refuse codebooks in a format that is not read, and columns that a slip would hide."""
    for path in sorted((raw / "codebooks").glob("[!.~]*")):
        if path.suffix.casefold() in NOT_READ and path.suffix != ".csv":
            place, allowed = f"raw/codebooks/{path.name}", "a table (.csv) or a codebook (.qdc)"
            yield Problem(place, "a file that is not read", allowed, f"save it as {path.stem}.csv")
    for file in files:
        for column in [column for column in file.rows if column not in CODE_COLUMNS]:
            lacking = [name for name in CODE_COLUMNS if name not in file.rows and name != "path"]
            if wanted := get_close_matches(column.casefold(), lacking, n=1, cutoff=0.75):
                found, remedy = f"the column {column[:40]}", "rename the column, if it is the same"
                yield Problem(file.name, found, f"perhaps {wanted[0]}", remedy, 1, None, "W")


def _two_of_one_name(files: list[CsvFile]) -> Iterator[Problem]:
    """Refuse a framework that stands in a table and in a `.qdc` too."""
    first: dict[str, str] = {}
    for file in files:
        other = first.setdefault(Path(file.name).stem, file.name)
        if other != file.name:
            found, remedy = f"the same framework as {other}", "keep the newest of the two files"
            yield Problem(file.name, found, "one codebook per framework", remedy)


def _optional(raw: Path, name: str, columns: list[str]) -> CsvFile:
    path = raw / "codebooks" / name
    place = f"raw/codebooks/{name}"
    if path.exists():
        return read_csv(path, place, columns)
    return CsvFile(place, DataFrame(columns=columns, dtype=str))


def _codes(files: list[CsvFile]) -> DataFrame:
    if not any(len(file.rows) for file in files):
        return DataFrame(columns=CODE_COLUMNS, dtype=str)
    codes = pd.concat([file.rows for file in files], ignore_index=True).fillna("")
    codes = codes.drop_duplicates("id", keep="first")
    parents = dict(zip(codes["id"], codes["parent"], strict=True))
    codes = codes.assign(path=["/".join(_path(code, parents)) for code in codes["id"]])
    extra = sorted(set(codes) - set(CODE_COLUMNS))
    return codes.reindex(columns=[*CODE_COLUMNS, *extra], fill_value="").reset_index(drop=True)


def _path(code: str, parents: dict[str, str]) -> list[str]:
    """Follow the parents up to the root; a circle ends where it closes."""
    path = [code]
    while (parent := parents.get(path[0], "")) and parent in parents and parent not in path:
        path.insert(0, parent)
    return path


def _code_problems(file: CsvFile) -> Iterator[Problem]:
    stem = Path(file.name).stem
    # Coding tools leave descriptions empty; `read_qdc` counts them in a warning.
    never = [name for name in NEVER_EMPTY if name != "definition_en" or not is_qdc(file.name)]
    for row, cells in file.records():
        if not re.fullmatch(r"[a-z0-9_]+", cells["id"]):
            allowed = "lowercase letters, digits and _"
            yield file.wrong(row, "id", repr(cells["id"]), allowed, "give the code such an id")
        for column in never:
            if not cells[column]:
                yield file.wrong(row, column, "an empty cell", "a text", "fill it in")
        if cells["framework"] not in ("", stem):
            yield file.wrong(row, "framework", cells["framework"], stem, "name the file after it")
        yield from _word_problems(file, row, cells, ("valence", "improvement_direction"))


def _word_problems(
    file: CsvFile, row: int, cells: dict[str, str], columns: tuple[str, ...]
) -> Iterator[Problem]:
    for column in columns:
        if cells.get(column, WORDS[column][0]) not in WORDS[column]:
            allowed = ", ".join(filter(None, WORDS[column]))
            yield file.wrong(row, column, repr(cells[column]), allowed, "use one of these words")


def _repeated(files: list[CsvFile]) -> list[Problem]:
    first: dict[str, str] = {}
    problems = []
    for file in files:
        for row, cells in file.records():
            place = first.setdefault(cells["id"], f"{file.name}, row {row}")
            if place != f"{file.name}, row {row}":
                found = f"{cells['id']}, which stands in {place} too"
                problems.append(file.wrong(row, "id", found, "each code once", "rename one"))
    return problems


def _reference_problems(file: CsvFile, codes: DataFrame) -> Iterator[Problem]:
    framework_of = dict(zip(codes["id"], codes["framework"], strict=True))
    parent_of = dict(zip(codes["id"], codes["parent"], strict=True))
    for row, cells in file.records():
        parent = cells["parent"]
        if parent and framework_of.get(parent) != cells["framework"]:
            own = [code for code, name in framework_of.items() if name == cells["framework"]]
            remedy = "correct the id, or leave the cell empty"
            yield file.wrong(row, "parent", parent, near(parent, own), remedy)
        elif parent_of.get(_path(cells["id"], parent_of)[0]) in parent_of:
            found = f"{parent}: these parents form a circle"
            yield file.wrong(row, "parent", found, "a tree", "leave one parent empty")
        for column in REFERENCES:
            for code in split_ids(cells.get(column, "")):
                if code not in framework_of:
                    allowed = near(code, list(framework_of))
                    yield file.wrong(row, column, code, allowed, "correct the id")


def _crosswalk_problems(file: CsvFile, codes: DataFrame) -> Iterator[Problem]:
    framework_of = dict(zip(codes["id"], codes["framework"], strict=True))
    cells_seen: set[tuple[str, str, str]] = set()
    primaries: set[str] = set()
    for row, cells in file.records():
        code = cells["code"]
        if code not in framework_of:
            allowed = near(code, list(framework_of))
            yield file.wrong(row, "code", code, allowed, "correct the id, or add the code")
        elif framework_of[code] != cells["framework"]:
            found, allowed = cells["framework"], framework_of[code]
            yield file.wrong(row, "framework", found, allowed, "correct the framework")
        yield from _word_problems(file, row, cells, ("strength", "basis"))
        if not cells["source"]:
            yield file.wrong(row, "source", "an empty cell", "a source", "fill it in")
        cell = (code, cells["pillar"], cells["level"])
        if cell in cells_seen:
            yield file.wrong(row, "code", f"{code} in a cell it has", "each cell once", "remove it")
        cells_seen.add(cell)
        if cells["strength"] == "primary" and code in primaries:
            found = f"a second primary cell of {code}"
            yield file.wrong(row, "strength", found, "one primary cell", "make one secondary")
        primaries |= {code} if cells["strength"] == "primary" else set()


def _framework_problems(file: CsvFile, codes: DataFrame, crosswalk: CsvFile) -> Iterator[Problem]:
    present = codes["framework"].value_counts().to_dict()
    placed = crosswalk.rows["framework"].value_counts().to_dict()
    for row, cells in file.records():
        name = cells["framework"]
        if name not in present:
            allowed = near(name, sorted(present))
            yield file.wrong(row, "framework", name, allowed, "correct it, or add its codebook")
        for column, counts in (("n_codes", present), ("n_crosswalk_rows", placed)):
            if name in present and cells[column] != str(counts.get(name, 0)):
                remedy = "correct the number, or find the missing rows"
                allowed = f"{counts.get(name, 0)}, as counted in its table"
                yield file.wrong(row, column, cells[column] or "nothing", allowed, remedy)
    listed = set(file.rows["framework"])
    for name in sorted(set(present) - listed) if len(file.rows) else []:
        found = f"no row for {name}"
        yield file.wrong(None, "framework", found, "one row per codebook", "add the framework")
