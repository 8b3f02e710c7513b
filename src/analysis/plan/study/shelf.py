"""Check what the publications give to choose from: regions, instruments, prompts."""

from collections.abc import Iterable, Iterator, Mapping

from analysis.plan.files.csvfile import CsvFile
from analysis.plan.problems import Problem, near
from analysis.plan.study.codebooks import Codebooks, split_ids

SHELF = {
    "regions": ["row_id", "region", "element", "text_nl", "text_en", "claim_ids", "said_of"],
    "instruments": ["id", "label_nl", "label_en", "what_nl", "what_en", "carried_by", "targets"],
    "prompts": ["prompt_id", "instrument", "question_nl", "question_en", "code"],
}
PLACED = ("source", "source_lines")
WORDS = {
    "said_of": ("this_region", "all_regions", "some_practices", "no_region_named"),
    "carried_by": ("measured", "coded", "lens", "claims", "reflection_prompt", "catalogue"),
}
KINDS = ("page", "codebook", "claims", "prompts")


def targets_of(cell: str) -> list[tuple[str, list[str]]]:
    """Read what carries an instrument: `kind:id+id`, separated by semicolons.

    `page:` names a notebook, `codebook:` a framework or `framework/code`, `claims:` claims and
    `prompts:` the instrument whose prompts they are.
    """
    parts = [part.partition(":") for part in split_ids(cell)]
    return [(kind.strip(), [one.strip() for one in ids.split("+")]) for kind, _, ids in parts]


def shelf_problems(
    files: Mapping[str, CsvFile], codebooks: Codebooks, regions: Iterable[str]
) -> Iterator[Problem]:
    """Check words, places and references of the three tables."""
    codes = dict(zip(codebooks.codes["id"], codebooks.codes["framework"], strict=True))
    claims = [*files["claims"].rows["claim_id"], *files["contexts"].rows["claim_id"]]
    instruments = [*files["instruments"].rows["id"]]
    asked = set(files["prompts"].rows["instrument"])
    books = [*codes.values(), *(f"{book}/{code}" for code, book in codes.items())]
    known = {"codebook": books, "claims": claims, "prompts": [*asked]}
    for name in SHELF:
        yield from _words(files[name])
    for row, cells in files["regions"].records():
        if cells["region"] not in regions:
            told = {"region": cells["region"], "allowed": near(cells["region"], [*regions])}
            yield files["regions"].problem(
                "study.claim_region", row, "region", severity="W", **told
            )
        yield from _unknown(
            files["regions"], row, "claim_ids", split_ids(cells["claim_ids"]), claims
        )
    for row, cells in files["prompts"].records():
        own = [cells["instrument"]]
        yield from _unknown(files["prompts"], row, "instrument", own, instruments)
        yield from _unknown(files["prompts"], row, "code", split_ids(cells["code"]), [*codes])
    for row, cells in files["instruments"].records():
        found = targets_of(cells["targets"])
        if not found and cells["carried_by"] not in ("catalogue", ""):
            yield files["instruments"].problem("study.empty_cell", row, "targets")
        for kind, ids in found:
            wrong = [one for one in ids if kind in known and one not in known[kind]]
            if kind not in KINDS or wrong:
                told = {"target": f"{kind}:{'+'.join(wrong or ids)}"[:80], "allowed": [*KINDS]}
                yield files["instruments"].problem("study.target", row, "targets", **told)


def _words(file: CsvFile) -> Iterator[Problem]:
    for row, cells in file.records():
        for column, allowed in WORDS.items():
            if column in cells and cells[column] not in allowed:
                told = {"value": cells[column], "known": allowed}
                yield file.problem("study.wrong_word", row, column, **told)
        for column in PLACED:
            if not cells.get(column, "-"):
                yield file.problem("study.empty_cell", row, column)


def _unknown(
    file: CsvFile, row: int, column: str, values: list[str], known: list[str]
) -> Iterator[Problem]:
    for value in [value for value in values if value not in known]:
        told = {"value": value[:60], "allowed": near(value, known)}
        yield file.problem("study.unknown_id", row, column, **told)
