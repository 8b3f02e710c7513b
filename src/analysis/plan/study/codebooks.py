"""Read the codebooks: one table per framework, the crosswalk between them, and their index."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import pandas as pd
from pandas import DataFrame

from analysis.plan import described
from analysis.plan.files.csvfile import CsvFile, read_csv
from analysis.plan.problems import Phrase, Problem, near
from analysis.plan.study.links import NAME as LINKS
from analysis.plan.study.links import read_links
from analysis.plan.study.plan import Plan
from analysis.plan.study.qdcfile import is_qdc, read_qdc

CODE_COLUMNS = described.descriptions(described.PROCESSED)["codes"].names
LABELS = ("label_nl", "label_en", "label")
# What a column that is there may not leave empty; without the column it is filled in.
NEVER_EMPTY = ["framework", "label_nl", "label_en", "definition_en", "source"]
CROSSWALK_COLUMNS = ["framework", "code", "pillar", "level", "strength", "basis", "source"]
COUNTED = ("n_codes", "n_crosswalk_rows")
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
    links: DataFrame
    is_whole: bool = True


def split_ids(cell: str) -> list[str]:
    """Split a cell that holds several ids, separated by semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def read_codebooks(raw: Path) -> tuple[Codebooks, list[Problem]]:
    """Read `raw/codebooks`, tables and `.qdc`; a study without codebooks has empty tables."""
    special = {"crosswalk.csv", "frameworks.csv", LINKS}
    paths = [p for p in sorted((raw / "codebooks").glob("*")) if p.name not in special]
    files = [_read_codebook(path) for path in paths if path.suffix == ".csv" or is_qdc(path.name)]
    crosswalk, frameworks = (
        read_csv(raw / place, f"raw/{place}", [key], is_optional=True)
        for place, key in (
            ("codebooks/crosswalk.csv", "code"),
            ("codebooks/frameworks.csv", "framework"),
        )
    )
    problems = [problem for file in (*files, crosswalk, frameworks) for problem in file.problems]
    unreadable = any(problem.severity == "E" for file in files for problem in file.problems)
    codes = _gather_codes(files)
    crosswalk = replace(crosswalk, rows=_placed(crosswalk.rows, codes))
    frameworks = replace(frameworks, rows=_with_labels(frameworks.rows, "framework"))
    problems += [problem for file in files for problem in _code_problems(file)]
    problems += [*_two_of_one_name(files), *_repeated(files), *_passed_over(raw)]
    # References into a codebook that could not be read would only repeat that one letter.
    if not unreadable:
        problems += [problem for file in files for problem in _reference_problems(file, codes)]
        problems += list(_crosswalk_problems(crosswalk, codes))
        problems += list(_framework_problems(frameworks, codes, crosswalk))
    links, found = read_links(raw, codes)
    problems += [] if unreadable else found
    tables = (codes, crosswalk.rows, frameworks.rows, links)
    return Codebooks(*tables, is_whole=not unreadable), problems


def place_pairs(codebooks: Codebooks, plan: Plan) -> Codebooks:
    """Place the codes that a plan sets beside a measure in the level that the pair makes."""
    framework_of = dict(zip(codebooks.codes["id"], codebooks.codes["framework"], strict=True))
    rows = [
        (framework_of[code], code, "", measure, "primary", "stated", "raw/study.yaml")
        for measure, codes in plan.beside.items()
        for code in codes
        if code in framework_of
    ]
    if not rows:
        return codebooks
    placed = DataFrame(rows, columns=CROSSWALK_COLUMNS, dtype=str)
    others = codebooks.crosswalk[~codebooks.crosswalk["code"].isin(placed["code"])]
    crosswalk = pd.concat([others, placed], ignore_index=True).fillna("")
    return replace(codebooks, crosswalk=crosswalk)


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
    """Read one codebook; a table needs an id and a label, what else is missing is filled in."""
    name = f"raw/codebooks/{path.name}"
    if is_qdc(name):
        return read_qdc(path, name)
    file = read_csv(path, name, [])
    rows = file.rows
    if not file.problems and not ("id" in rows and {*LABELS} & {*rows}):
        letter = Problem("study.no_codebook_columns", name, row=1, columns=[*rows][:8])
        return CsvFile(name, rows.iloc[:0].reindex(columns=CODE_COLUMNS), [letter])
    known = {"framework": path.stem, "parent": "", "definition_en": "", "source": name}
    lacking = {column: value for column, value in known.items() if column not in rows}
    problems = [*file.problems, *_slips(file)]
    return CsvFile(name, _with_labels(rows.assign(**lacking), "id"), problems)


def _with_labels(rows: DataFrame, otherwise: str) -> DataFrame:
    """Give each row a label in both languages: the one there is, else its id."""
    labels = [rows[name] for name in (*LABELS, otherwise) if name in rows]
    if not labels:
        return rows
    filled = {name: labels[0] for name in LABELS[:2] if name not in rows}
    return rows.assign(**filled)


def _placed(rows: DataFrame, codes: DataFrame) -> DataFrame:
    """Fill in what a crosswalk leaves out: a first place of a code is its primary one, by us."""
    framework_of = dict(zip(codes["id"], codes["framework"], strict=True))
    again = rows["code"].duplicated()
    known = {
        "framework": rows["code"].map(framework_of).fillna(""),
        "pillar": "",
        "level": "",
        "strength": again.map({False: "primary", True: "secondary"}).astype(object),
        "basis": "our_reading",
        "source": "raw/codebooks/crosswalk.csv",
    }
    return rows.assign(**{name: cells for name, cells in known.items() if name not in rows})


def _slips(file: CsvFile) -> Iterator[Problem]:
    """Warn of columns that a slip would hide."""
    lacking = [name for name in CODE_COLUMNS if name not in file.rows and name != "path"]
    for column in [one for one in file.rows if one not in (*CODE_COLUMNS, *LABELS)]:
        if wanted := get_close_matches(column.casefold(), lacking, n=1, cutoff=0.75):
            told = {"name": column[:40], "wanted": wanted[0]}
            yield Problem("study.like_column", file.name, row=1, **told)


def _passed_over(raw: Path) -> Iterator[Problem]:
    """Refuse codebooks in a format that is not read."""
    for path in sorted((raw / "codebooks").glob("[!.~]*")):
        if path.suffix.casefold() in NOT_READ and path.suffix != ".csv":
            place, name = f"raw/codebooks/{path.name}", f"{path.stem}.csv"
            yield Problem("study.not_read_codebook", place, name=name)


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
    never = [name for name in NEVER_EMPTY if name != "definition_en" or file.rows[name].any()]
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
        for column, counts in zip(COUNTED, (present, placed), strict=True):
            if name in present and cells.get(column, "") not in ("", str(counts.get(name, 0))):
                shown = cells[column] or Phrase("study.nothing")
                n = counts.get(name, 0)
                yield file.problem("study.miscounted", row, column, told=shown, n=n)
    listed = set(file.rows["framework"])
    for name in sorted(set(present) - listed) if len(file.rows) else []:
        yield file.problem("study.no_row", None, "framework", framework=name)
