"""Read what people decided: approved quotations, withdrawn participants, linked codes."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pandas import DataFrame

from analysis.plan.files.csvfile import CsvFile, read_csv
from analysis.plan.problems import Problem, near
from analysis.plan.study.agreed import COLUMNS as AGREED_COLUMNS

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
    files = {
        name: read_csv(raw / place, f"raw/{place}", COLUMNS[name][:needed], is_optional=True)
        for name, needed in REQUIRED.items()
        for place in [f"decisions/{name}.csv"]
    }
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


def _passed_over(raw: Path) -> Iterator[Problem]:
    """Refuse a decision under another name: whoever withdrew must not stay by a slip."""
    names = [*COLUMNS, *AGREED_COLUMNS]
    for path in sorted((raw / "decisions").glob("*")):
        found, is_ours = path.stem.casefold(), path.name in {f"{name}.csv" for name in names}
        wanted = get_close_matches(found, names, n=1, cutoff=0.75)
        if wanted and not is_ours and not path.name.startswith((".", "~")):
            place = f"raw/decisions/{path.name}"
            yield Problem("study.not_read_decision", place, name=wanted[0])


def _cell_problems(
    file: CsvFile, columns: list[str], regions: Collection[str]
) -> Iterator[Problem]:
    """Refuse a decision that would touch nobody: whoever withdrew must not stay by a slip."""
    known = sorted(regions)
    for row, cells in file.records():
        for column in [column for column in columns if not cells[column]]:
            yield file.problem("study.empty_decision", row, column)
        if cells["region"] and known and cells["region"] not in known:
            name = cells["region"][:60]
            told = {"region": name, "allowed": near(name, known)}
            yield file.problem("study.decision_region", row, "region", **told)


def _approvals(file: CsvFile) -> tuple[CsvFile, list[Problem]]:
    """Refuse a decision that would bind no text: a no must not be lost by a slip."""
    rows = file.rows.reindex(columns=COLUMNS["quotations"], fill_value="")
    rows = rows.assign(sha256=rows["sha256"].str.strip().str.casefold())
    problems = []
    for row, cells in CsvFile(file.name, rows, []).records():
        if not HASH.fullmatch(cells["sha256"]):
            problems.append(file.problem("study.no_hash", row, "sha256"))
        if cells["decision"].strip().casefold() not in {*AGREED, *REFUSED}:
            known = AGREED + REFUSED
            problems.append(file.problem("study.approval", row, "decision", known=known))
    return CsvFile(file.name, rows, file.problems), problems


def _verdict_problems(file: CsvFile) -> Iterator[Problem]:
    for row, cells in file.records():
        if cells.get("decision", "").casefold() not in {*SAME, *APART}:
            yield file.problem("study.verdict", row, "decision", known=SAME + APART)


def _parted(file: CsvFile) -> tuple[CsvFile, DataFrame]:
    """Part the codes of one person from near codes that were found to be two people."""
    rows = file.rows.reindex(columns=COLUMNS["links"], fill_value="")
    is_apart = rows["decision"].str.casefold().isin(APART).to_numpy(dtype=bool)
    return CsvFile(file.name, rows[~is_apart], file.problems), rows[is_apart]


def _link_problems(file: CsvFile) -> Iterator[Problem]:
    linked = [(cells["region"], cells["participant"]) for _, cells in file.records()]
    for row, cells in file.records():
        if linked.count((cells["region"], cells["participant"])) > 1:
            yield file.problem("study.linked_twice", row, "participant")
        if (cells["region"], cells["same_as"]) in linked:
            yield file.problem("study.linked_on", row, "same_as")


def _read_notes(raw: Path, regions: Collection[str]) -> tuple[dict[str, str], list[Problem]]:
    notes: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted((raw / "decisions" / "notes").glob("[!.~]*")):
        place = f"raw/decisions/notes/{path.name}"
        region = path.stem.casefold()
        if path.suffix.casefold() != ".md" or regions and region not in regions:
            names = [f"{one}.md" for one in sorted(regions)]
            problems.append(Problem("study.note_for_none", place, names=names))
            continue
        try:
            text = path.read_text(encoding="utf-8-sig").strip()
            notes[region] = "".join(one for one in text if one.isprintable() or one in "\n\t")
        except UnicodeDecodeError as error:
            problems.append(Problem("study.note_not_utf8", place, n=error.start))
        except (IsADirectoryError, FileNotFoundError):
            problems.append(Problem("study.no_note", place))
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
