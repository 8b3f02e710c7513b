"""Read what people decided: approved quotations, withdrawn participants, linked codes."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pandas import DataFrame

from analysis.problems import Problem
from analysis.study.csvfile import CsvFile, near, read_csv

COLUMNS = {
    "quotations": ["sha256", "decision", "decided_by", "decided_on"],
    "withdrawn": ["region", "participant"],
    "links": ["region", "participant", "same_as", "decided_by", "decision"],
}
SAME, APART = ("", "same", "yes", "zelfde", "ja"), ("different", "no", "verschillend", "nee")
AGREED, REFUSED = ("yes", "approved", "ja"), ("no", "refused", "nee")
HASH = re.compile(r"[0-9a-f]{64}")
REQUIRED = {"quotations": 2, "withdrawn": 2, "links": 3}


@dataclass(frozen=True)
class Decisions:
    """The decision tables, all columns text; an absent file is an empty table.

    `withdrawn` holds every code of a person: also those that `links` says are the same; `asked`
    only the codes as they were written down, by row of the file. `links` are codes of one person,
    `apart` near codes that were decided to be two people.
    """

    quotations: DataFrame
    withdrawn: DataFrame
    asked: DataFrame
    links: DataFrame
    apart: DataFrame
    notes: dict[str, str]


def read_decisions(raw: Path, regions: Collection[str]) -> tuple[Decisions, list[Problem]]:
    """Read `raw/decisions`; every file in it is optional."""
    files = {name: _read_table(raw, name) for name in COLUMNS}
    problems = [problem for file in files.values() for problem in file.problems]
    for name in ("withdrawn", "links"):
        problems += _cell_problems(files[name], COLUMNS[name][: REQUIRED[name]], regions)
    problems += _verdict_problems(files["links"])
    files["quotations"], found = _approvals(files["quotations"])
    problems += found
    files["links"], apart = _parted(files["links"])
    problems += _link_problems(files["links"])
    problems += _passed_over(raw)
    notes, found = _read_notes(raw, regions)
    tables = {
        name: file.rows.reindex(columns=COLUMNS[name], fill_value="").reset_index(drop=True)
        for name, file in files.items()
    }
    asked = files["withdrawn"].rows[COLUMNS["withdrawn"]]
    tables["withdrawn"] = _every_code(tables["withdrawn"], tables["links"])
    return Decisions(**tables, asked=asked, apart=apart, notes=notes), problems + found


def _read_table(raw: Path, name: str) -> CsvFile:
    path, place = raw / "decisions" / f"{name}.csv", f"raw/decisions/{name}.csv"
    if path.exists() or path.is_symlink():
        return read_csv(path, place, COLUMNS[name][: REQUIRED[name]])
    return CsvFile(place, DataFrame(columns=COLUMNS[name], dtype=str))


def _passed_over(raw: Path) -> Iterator[Problem]:
    """Refuse a decision under another name: whoever withdrew must not stay by a slip."""
    for path in sorted((raw / "decisions").glob("*")):
        found, is_ours = path.stem.casefold(), path.name in {f"{name}.csv" for name in COLUMNS}
        wanted = get_close_matches(found, COLUMNS, n=1, cutoff=0.75)
        if wanted and not is_ours and not path.name.startswith((".", "~")):
            place, remedy = f"raw/decisions/{path.name}", f"save it as {wanted[0]}.csv"
            yield Problem(place, "a file that is not read", f"{wanted[0]}.csv", remedy)


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


def _approvals(file: CsvFile) -> tuple[CsvFile, list[Problem]]:
    """Refuse a decision that would bind no text: a no must not be lost by a slip."""
    rows = file.rows.reindex(columns=COLUMNS["quotations"], fill_value="")
    rows = rows.assign(sha256=rows["sha256"].str.strip().str.casefold())
    problems = []
    for row, cells in CsvFile(file.name, rows, []).records():
        if not HASH.fullmatch(cells["sha256"]):
            remedy = "copy the whole hash from reports/internal/tables/quotations.csv"
            found, allowed = "no hash of a text", "64 of the characters 0-9 and a-f"
            problems.append(file.wrong(row, "sha256", found, allowed, remedy))
        if cells["decision"].strip().casefold() not in {*AGREED, *REFUSED}:
            remedy = "write yes or no"
            allowed = ", ".join(AGREED + REFUSED)
            problems.append(file.wrong(row, "decision", "another word", allowed, remedy))
    return CsvFile(file.name, rows, file.problems), problems


def _verdict_problems(file: CsvFile) -> Iterator[Problem]:
    for row, cells in file.records():
        if cells.get("decision", "").casefold() not in {*SAME, *APART}:
            remedy = "write same or different, or leave the cell empty for same"
            yield file.wrong(row, "decision", "another word", ", ".join(SAME + APART), remedy)


def _parted(file: CsvFile) -> tuple[CsvFile, DataFrame]:
    """Part the codes of one person from near codes that were found to be two people."""
    rows = file.rows.reindex(columns=COLUMNS["links"], fill_value="")
    is_apart = rows["decision"].str.casefold().isin(APART).to_numpy(dtype=bool)
    return CsvFile(file.name, rows[~is_apart], file.problems), rows[is_apart]


def _link_problems(file: CsvFile) -> Iterator[Problem]:
    linked = [(cells["region"], cells["participant"]) for _, cells in file.records()]
    for row, cells in file.records():
        if linked.count((cells["region"], cells["participant"])) > 1:
            remedy = "keep the row with the right code"
            yield file.wrong(row, "participant", "a code in two rows", "each code once", remedy)
        if (cells["region"], cells["same_as"]) in linked:
            found, allowed = "a code that is itself linked to another", "the one right code"
            yield file.wrong(row, "same_as", found, allowed, "write the last code of the chain")


def _read_notes(raw: Path, regions: Collection[str]) -> tuple[dict[str, str], list[Problem]]:
    notes: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted((raw / "decisions" / "notes").glob("[!.~]*")):
        place = f"raw/decisions/notes/{path.name}"
        region = path.stem.casefold()
        if path.suffix.casefold() != ".md" or regions and region not in regions:
            wanted = ", ".join(f"{one}.md" for one in sorted(regions))
            problems.append(Problem(place, "a note for no region", wanted, "rename the file"))
            continue
        try:
            text = path.read_text(encoding="utf-8-sig").strip()
            notes[region] = "".join(one for one in text if one.isprintable() or one in "\n\t")
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
