"""Read a codebook that a coding tool wrote (`.qdc`) as the table a researcher would write."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

from pandas import DataFrame

from analysis.plan.files.csvfile import CsvFile
from analysis.plan.files.refi.codebook import read_codes
from analysis.plan.files.refi.codetree import Code
from analysis.plan.problems import Phrase, Problem, StudyError

COLUMNS = [
    *("id", "framework", "parent", "node_type", "label_nl", "label_en", "definition_en", "source")
]
LOST = {"sets": "study.sets", "descriptions of sets": "study.descriptions_of_sets"}


def is_qdc(name: str) -> bool:
    """Say whether a file is a codebook of a coding tool, by its name."""
    return Path(name).suffix.casefold() == ".qdc"


def read_qdc(path: Path, name: str) -> CsvFile:
    """Read a `.qdc` as a table of codes, in the order of its tree; the index counts codes from 1.

    A code's id is its name in lowercase letters, digits and _; names that would become one id get
    the id of the code above in front. Both labels are the name, the framework is the file's name.
    A code without a description keeps an empty definition, which is counted in a warning.
    """
    empty = DataFrame(columns=COLUMNS, dtype=str)
    if not path.is_file():
        return CsvFile(name, empty, [Problem("files.no_table", name)])
    try:
        elements = read_codes(path, name)
    except StudyError as error:
        return CsvFile(name, empty, [*error.problems])
    codes, doubtful = elements.own_codes()
    problems = _problems(name, codes, doubtful) + _passed_over(name, elements.lost)
    if any(problem.severity == "E" for problem in problems):
        return CsvFile(name, empty, problems)
    rows = DataFrame(_rows(codes, path), columns=COLUMNS, index=range(1, len(codes) + 1), dtype=str)
    return CsvFile(name, rows, problems)


def _problems(name: str, codes: list[Code], doubtful: set[str]) -> list[Problem]:
    problems = [] if codes else [Problem("study.no_codes", name)]
    if doubtful or any(not code.guid for code in codes):
        problems.append(Problem("study.shared_guid", name))
    if bare := sum(not code.description for code in codes):
        problems.append(Problem("study.no_description", name, n=bare))
    return problems


def _passed_over(name: str, lost: Counter[str]) -> list[Problem]:
    """Count what has no place in a table of codes."""
    return [
        Problem("study.passed_over", name, n=count, what=Phrase(LOST[what]))
        for what, count in sorted(lost.items())
    ]


def _rows(codes: list[Code], path: Path) -> list[tuple[str, ...]]:
    ids = _ids(codes)
    return [
        (
            ids[code.guid],
            path.stem,
            ids.get(code.parent, ""),
            "code" if code.is_codable else "group",
            *(code.name.strip(), code.name.strip()),
            *(code.description, path.name),
        )
        for code in codes
    ]


def _ids(codes: list[Code]) -> dict[str, str]:
    """Give each code an id by its name, with the code above in front where names are alike."""
    short = {code.guid: _plain(code.name) for code in codes}
    count = Counter(short.values())
    ids: dict[str, str] = {}
    for code in codes:
        own, above = short[code.guid], ids.get(code.parent, "")
        ids[code.guid] = f"{above}_{own}" if count[own] > 1 and above else own
    return ids


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")
