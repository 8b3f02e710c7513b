"""Read which code of a framework speaks of which code of another: the links between codes."""

from collections.abc import Iterator
from pathlib import Path

from pandas import DataFrame

from analysis.plan.files.csvfile import CsvFile, read_csv
from analysis.plan.problems import Problem, near

COLUMNS = ["from_code", "to_framework", "to_code", "relation", "stance", "basis", "source"]
OPTIONAL = {"source_lines": "", "reason_nl": "", "reason_en": "", "second_reading": "agree"}
OPTIONAL |= {"reader1": "", "reader2": ""}
WORDS = {
    "relation": ("same", "narrower", "instance", "broader"),
    "stance": ("any", "helps", "hinders"),
    "basis": ("stated", "name_match", "our_reading"),
    "second_reading": ("agree", "doubt"),
}
NEVER_EMPTY = ("source", "reason_en")
NAME = "code_links.csv"


def read_links(raw: Path, codes: DataFrame) -> tuple[DataFrame, list[Problem]]:
    """Read `raw/codebooks/code_links.csv`; a study without it links nothing.

    Returns
    -------
    One row per link, read from `from_code`: *same*, *narrower* (every such passage is about the
    other code too), *instance* (an example or mark of it) or *broader* (only some are). `stance`
    says of which talk it holds, `second_reading` what came of a second reader's judgement.
    """
    path, place = raw / "codebooks" / NAME, f"raw/codebooks/{NAME}"
    columns = [*COLUMNS, *OPTIONAL]
    file = read_csv(path, place, COLUMNS, is_optional=True)
    rows = file.rows.assign(
        **{name: empty for name, empty in OPTIONAL.items() if name not in file.rows}
    )
    known = CsvFile(place, rows)
    problems = [*file.problems, *_link_problems(known, codes)]
    return rows[columns].reset_index(drop=True), problems


def _link_problems(file: CsvFile, codes: DataFrame) -> Iterator[Problem]:
    framework_of = dict(zip(codes["id"], codes["framework"], strict=True))
    seen: set[tuple[str, str]] = set()
    for row, cells in file.records():
        for column in ("from_code", "to_code"):
            if cells[column] not in framework_of:
                told = {"code": cells[column][:60], "allowed": near(cells[column], [*framework_of])}
                yield file.problem("study.reference", row, column, **told)
        wanted = framework_of.get(cells["to_code"], cells["to_framework"])
        if wanted != cells["to_framework"]:
            told = {"framework": cells["to_framework"], "code": cells["to_code"], "wanted": wanted}
            yield file.problem("study.link_framework", row, "to_framework", **told)
        for column, allowed in WORDS.items():
            if cells[column] not in allowed:
                told = {"value": cells[column], "known": allowed}
                yield file.problem("study.wrong_word", row, column, **told)
        for column in NEVER_EMPTY:
            if not cells[column]:
                yield file.problem("study.empty_cell", row, column)
        pair = (cells["from_code"], cells["to_code"])
        if pair in seen:
            yield file.problem("study.cell_twice", row, "to_code", code=cells["to_code"])
        seen.add(pair)
