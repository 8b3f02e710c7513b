"""Read the codebooks: one table per framework, the crosswalk between them, and their index."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd
from pandas import DataFrame

from analysis.plan import described
from analysis.plan.files.csvfile import CsvFile, read_csv
from analysis.plan.problems import Phrase, Problem, near
from analysis.plan.study.plan import Plan
from analysis.plan.study.qdcfile import is_qdc, read_qdc

CODE_COLUMNS = described.descriptions(described.PROCESSED)["codes"].names
REQUIRED = ["id", "framework", "parent", "label_nl", "label_en", "definition_en", "source"]
NEVER_EMPTY = ["framework", "label_nl", "label_en", "definition_en", "source"]
INDEX = {
    "crosswalk": ["framework", "code", "pillar", "level", "strength", "basis", "source"],
    "frameworks": ["framework", "file", "n_codes", "n_crosswalk_rows", "label_nl", "label_en"],
}
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
    files = [_read_codebook(path) for path in found if path.suffix == ".csv" or is_qdc(path.name)]
    crosswalk, frameworks = (
        read_csv(raw / place, f"raw/{place}", columns, is_optional=True)
        for name, columns in INDEX.items()
        for place in [f"codebooks/{name}.csv"]
    )
    problems = [problem for file in (*files, crosswalk, frameworks) for problem in file.problems]
    unreadable = any(problem.severity == "E" for file in files for problem in file.problems)
    codes = _gather_codes(files)
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
        file.problem(
            "study.cell_not_in_plan", row, column, value=cells[column], known=_named(known)
        )
        for row, cells in file.records()
        for column, known in allowed.items()
        if cells[column] not in known
    ]


def _read_codebook(path: Path) -> CsvFile:
    name = f"raw/codebooks/{path.name}"
    return read_qdc(path, name) if is_qdc(name) else read_csv(path, name, REQUIRED)


def _passed_over(raw: Path, files: list[CsvFile]) -> Iterator[Problem]:
    """Refuse codebooks in a format that is not read, and columns that a slip would hide."""
    for path in sorted((raw / "codebooks").glob("[!.~]*")):
        if path.suffix.casefold() in NOT_READ and path.suffix != ".csv":
            place, name = f"raw/codebooks/{path.name}", f"{path.stem}.csv"
            yield Problem("study.not_read_codebook", place, name=name)
    for file in files:
        for column in [column for column in file.rows if column not in CODE_COLUMNS]:
            lacking = [name for name in CODE_COLUMNS if name not in file.rows and name != "path"]
            if wanted := get_close_matches(column.casefold(), lacking, n=1, cutoff=0.75):
                told = {"name": column[:40], "wanted": wanted[0]}
                yield Problem("study.like_column", file.name, row=1, **told)


def _two_of_one_name(files: list[CsvFile]) -> Iterator[Problem]:
    """Refuse a framework that stands in a table and in a `.qdc` too."""
    first: dict[str, str] = {}
    for file in files:
        other = first.setdefault(Path(file.name).stem, file.name)
        if other != file.name:
            yield Problem("study.framework_twice", file.name, other=other)


def _gather_codes(files: list[CsvFile]) -> DataFrame:
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
            yield file.problem("study.code_id", row, "id", value=cells["id"])
        for column in never:
            if not cells[column]:
                yield file.problem("study.empty_cell", row, column)
        if cells["framework"] not in ("", stem):
            told = {"framework": cells["framework"], "stem": stem}
            yield file.problem("study.framework_file", row, "framework", **told)
        yield from _word_problems(file, row, cells, ("valence", "improvement_direction"))


def _word_problems(
    file: CsvFile, row: int, cells: dict[str, str], columns: tuple[str, ...]
) -> Iterator[Problem]:
    for column in columns:
        if cells.get(column, WORDS[column][0]) not in WORDS[column]:
            told = {"value": cells[column], "known": _named(WORDS[column])}
            yield file.problem("study.wrong_word", row, column, **told)


def _named(known: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in known if name)


def _repeated(files: list[CsvFile]) -> list[Problem]:
    first: dict[str, Phrase] = {}
    problems = []
    for file in files:
        for row, cells in file.records():
            here = Phrase("letter.place", file=file.name, row=row)
            place = first.setdefault(cells["id"], here)
            if place != here:
                told = {"code": cells["id"], "place": place}
                problems.append(file.problem("study.code_twice", row, "id", **told))
    return problems


def _reference_problems(file: CsvFile, codes: DataFrame) -> Iterator[Problem]:
    framework_of = dict(zip(codes["id"], codes["framework"], strict=True))
    parent_of = dict(zip(codes["id"], codes["parent"], strict=True))
    for row, cells in file.records():
        parent = cells["parent"]
        if parent and framework_of.get(parent) != cells["framework"]:
            own = [code for code, name in framework_of.items() if name == cells["framework"]]
            told = {"parent": parent, "allowed": near(parent, own)}
            yield file.problem("study.parent", row, "parent", **told)
        elif parent_of.get(_path(cells["id"], parent_of)[0]) in parent_of:
            yield file.problem("study.circle", row, "parent", parent=parent)
        for column in REFERENCES:
            for code in split_ids(cells.get(column, "")):
                if code not in framework_of:
                    known = near(code, list(framework_of))
                    yield file.problem("study.reference", row, column, code=code, allowed=known)


def _crosswalk_problems(file: CsvFile, codes: DataFrame) -> Iterator[Problem]:
    framework_of = dict(zip(codes["id"], codes["framework"], strict=True))
    cells_seen: set[tuple[str, str, str]] = set()
    primaries: set[str] = set()
    for row, cells in file.records():
        code = cells["code"]
        if code not in framework_of:
            known = near(code, list(framework_of))
            yield file.problem("study.crosswalk_code", row, "code", code=code, allowed=known)
        elif framework_of[code] != cells["framework"]:
            told = {"framework": cells["framework"], "wanted": framework_of[code]}
            yield file.problem("study.crosswalk_framework", row, "framework", **told)
        yield from _word_problems(file, row, cells, ("strength", "basis"))
        if not cells["source"]:
            yield file.problem("study.empty_source", row, "source")
        cell = (code, cells["pillar"], cells["level"])
        if cell in cells_seen:
            yield file.problem("study.cell_twice", row, "code", code=code)
        cells_seen.add(cell)
        if cells["strength"] == "primary" and code in primaries:
            yield file.problem("study.second_primary", row, "strength", code=code)
        primaries |= {code} if cells["strength"] == "primary" else set()


def _framework_problems(file: CsvFile, codes: DataFrame, crosswalk: CsvFile) -> Iterator[Problem]:
    present = codes["framework"].value_counts().to_dict()
    placed = crosswalk.rows["framework"].value_counts().to_dict()
    for row, cells in file.records():
        name = cells["framework"]
        if name not in present:
            told = {"framework": name, "allowed": near(name, sorted(present))}
            yield file.problem("study.unknown_framework", row, "framework", **told)
        for column, counts in (("n_codes", present), ("n_crosswalk_rows", placed)):
            if name in present and cells[column] != str(counts.get(name, 0)):
                shown = cells[column] or Phrase("study.nothing")
                n = counts.get(name, 0)
                yield file.problem("study.miscounted", row, column, told=shown, n=n)
    listed = set(file.rows["framework"])
    for name in sorted(set(present) - listed) if len(file.rows) else []:
        yield file.problem("study.no_row", None, "framework", framework=name)
