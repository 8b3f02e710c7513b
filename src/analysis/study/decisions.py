"""Read what people decided: approved quotations, withdrawn participants, linked codes."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from pandas import DataFrame

from analysis.problems import Problem
from analysis.study.csvfile import CsvFile, near, read_csv

COLUMNS = {
    "quotations": ["sha256", "decision", "decided_by", "decided_on"],
    "withdrawn": ["region", "participant"],
    "links": ["region", "participant", "same_as", "decided_by"],
}
REQUIRED = {"quotations": 2, "withdrawn": 2, "links": 3}


@dataclass(frozen=True)
class Decisions:
    """The decision tables, all columns text; an absent file is an empty table.

    `withdrawn` holds every code of a person: also those that `links` says are the same.
    """

    quotations: DataFrame
    withdrawn: DataFrame
    links: DataFrame
    notes: dict[str, str]


def read_decisions(raw: Path, regions: Collection[str]) -> tuple[Decisions, list[Problem]]:
    """Read `raw/decisions`; every file in it is optional."""
    files = {name: _read_table(raw, name) for name in COLUMNS}
    problems = [problem for file in files.values() for problem in file.problems]
    for name in ("withdrawn", "links"):
        problems += _cell_problems(files[name], COLUMNS[name][: REQUIRED[name]], regions)
    problems += _link_problems(files["links"])
    notes, found = _read_notes(raw)
    tables = {
        name: file.rows.reindex(columns=COLUMNS[name], fill_value="").reset_index(drop=True)
        for name, file in files.items()
    }
    tables["withdrawn"] = _every_code(tables["withdrawn"], tables["links"])
    return Decisions(**tables, notes=notes), problems + found


def _read_table(raw: Path, name: str) -> CsvFile:
    path, place = raw / "decisions" / f"{name}.csv", f"raw/decisions/{name}.csv"
    if path.exists() or path.is_symlink():
        return read_csv(path, place, COLUMNS[name][: REQUIRED[name]])
    return CsvFile(place, DataFrame(columns=COLUMNS[name], dtype=str))


def _cell_problems(
    file: CsvFile, columns: list[str], regions: Collection[str]
) -> Iterator[Problem]:
    """Refuse a decision that would touch nobody: whoever withdrew must not stay by a slip."""
    known = sorted(regions)
    for row, cells in file.records():
        for column in [column for column in columns if not cells[column]]:
            yield file.wrong(row, column, "an empty cell", "a filled cell", "fill it in")
        if cells["region"] and known and cells["region"] not in known:
            found, allowed = repr(cells["region"][:60]), near(cells["region"][:60], known)
            yield file.wrong(row, "region", found, allowed, "write the name of the region's folder")


def _link_problems(file: CsvFile) -> Iterator[Problem]:
    linked = [(cells["region"], cells["participant"]) for _, cells in file.records()]
    for row, cells in file.records():
        if linked.count((cells["region"], cells["participant"])) > 1:
            remedy = "keep the row with the right code"
            yield file.wrong(row, "participant", "a code in two rows", "each code once", remedy)
        if (cells["region"], cells["same_as"]) in linked:
            found, allowed = "a code that is itself linked to another", "the one right code"
            yield file.wrong(row, "same_as", found, allowed, "write the last code of the chain")


def _read_notes(raw: Path) -> tuple[dict[str, str], list[Problem]]:
    notes: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted((raw / "decisions" / "notes").glob("*.md")):
        place = f"raw/decisions/notes/{path.name}"
        try:
            notes[path.stem] = path.read_text(encoding="utf-8-sig").strip()
        except UnicodeDecodeError as error:
            found = f"byte {error.start} is not UTF-8"
            problems.append(Problem(place, found, "UTF-8 text", "save the file as UTF-8"))
        except (IsADirectoryError, FileNotFoundError):
            found = "a folder, or a link to nothing"
            problems.append(Problem(place, found, "a text", "put the note itself there"))
    return notes, problems


def _every_code(withdrawn: DataFrame, links: DataFrame) -> DataFrame:
    """Add the codes that a withdrawn person also had: a link works in both directions."""
    gone = {*zip(withdrawn["region"], withdrawn["participant"], strict=True)}
    columns = (links["region"], links["participant"], links["same_as"])
    pairs = [((r, one), (r, other)) for r, one, other in zip(*columns, strict=True)]
    size = -1
    while size < len(gone):
        size = len(gone)
        gone |= {code for pair in pairs if gone & {*pair} for code in pair}
    return DataFrame(sorted(gone), columns=COLUMNS["withdrawn"], dtype=str)
