"""Read what the publications claim: claims, contexts, expectations with their rules, sources."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from pandas import DataFrame

from analysis.plan import described
from analysis.plan.evidence import EVERY
from analysis.plan.files.csvfile import CsvFile, read_csv
from analysis.plan.problems import Phrase, Problem, near
from analysis.plan.study.codebooks import Codebooks, check_cells, split_ids
from analysis.plan.study.plan import Plan
from analysis.plan.study.rules import Rules, Tests, rule_problems
from analysis.plan.study.shelf import SHELF, shelf_problems
from analysis.plan.study.story import Echo, Echoes, Story, StoryElement, story_problems
from analysis.plan.study.yamlfile import Model, YamlFile, read_model

COLUMNS = {
    **{name: described.columns(name)[1:] for name in ("claims", "contexts")},
    "expectations": ["exp_id", "label_nl", "label_en", "statement_en", "data_kind", "status"],
    "sources": ["id", "title"],
    **SHELF,
}
WORDS = {
    "direction": ("increase", "decrease", "present", "start_position", "aim"),
    "valence": ("positive", "negative", "neutral"),
    "strength": ("all_regions", "named_regions", "some_practices", "unspecified", "example"),
    "evidence_type": (
        *("author_statement", "quoted_professional", "quoted_unattributed"),
        *("example", "cited_literature"),
    ),
    "attribution": ("causal_wording", "contributory_wording", "associative_wording", "none"),
}
KEYS = {"regions": "row_id", "instruments": "id", "prompts": "prompt_id"}
PHASES = ("start", "cross", "not_stated", "not_applicable")
NEVER_EMPTY = ("paraphrase_en", "paraphrase_nl", "source", "source_lines")
CODE_CELLS = ("outcome_code", "secondary_codes", "claimed_condition_codes")


@dataclass(frozen=True)
class Published:
    """The published evidence as data: every column text."""

    claims: DataFrame
    contexts: DataFrame
    expectations: DataFrame
    sources: DataFrame
    regions: DataFrame
    instruments: DataFrame
    prompts: DataFrame
    rules: dict[str, Tests] = field(default_factory=dict)
    story: dict[str, StoryElement] = field(default_factory=dict)
    echoes: dict[str, Echo] = field(default_factory=dict)


def read_published(
    raw: Path, codebooks: Codebooks, plan: Plan, regions: Iterable[str]
) -> tuple[Published, list[Problem]]:
    """Read `raw/published`; a study without publications has empty tables.

    The places of the crosswalk are checked here too: this is the first that knows the plan.
    """
    files = {
        name: read_csv(raw / place, f"raw/{place}", columns, is_optional=True)
        for name, columns in COLUMNS.items()
        for place in [f"published/{name}.csv"]
    }
    problems = [problem for file in files.values() for problem in file.problems]
    problems += check_cells(codebooks, plan)
    known = list(regions)
    for name in ("claims", "contexts"):
        # The contexts come from elsewhere: their regions have no folder here.
        allowed = known if name == "claims" else []
        problems += list(_claim_problems(files[name], codebooks.codes, plan, allowed))
    for name, key in (("expectations", "exp_id"), ("sources", "id"), *KEYS.items()):
        problems += list(_repeated(files[name], key))
    problems += [*_source_problems(files), *shelf_problems(files, codebooks, known)]
    problems += list(_code_mentions(files["expectations"], codebooks.codes))
    rules, found = _read_rules(raw, files["expectations"], codebooks, plan, known)
    story, more = _read_story(raw, files, codebooks, plan)
    echoes, letters = _read_echoes(raw)
    more = [*more, *letters]
    tables = {name: file.rows.reset_index(drop=True) for name, file in files.items()}
    return Published(**tables, rules=rules, story=story, echoes=echoes), [*problems, *found, *more]


def _repeated(file: CsvFile, key: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row, cells in file.records():
        if not cells[key]:
            yield file.problem("study.empty_id", row, key)
        elif first.setdefault(cells[key], row) != row:
            yield file.problem("study.id_twice", row, key, id=cells[key], other=first[cells[key]])


def _claim_problems(
    file: CsvFile, codes: DataFrame, plan: Plan, regions: list[str]
) -> Iterator[Problem]:
    yield from _repeated(file, "claim_id")
    known = list(codes["id"])
    better = dict(zip(codes["id"], codes.get("improvement_direction", codes["id"]), strict=True))
    ids = set(file.rows["claim_id"])
    words = {
        **WORDS,
        "phase": (*PHASES, *plan.levels),
        "pillar": ("", *plan.pillars),
        "level": ("", *plan.levels),
    }
    for row, cells in file.records():
        for column, allowed in words.items():
            if cells[column] not in allowed:
                told = {"value": cells[column], "known": [word for word in allowed if word]}
                yield file.problem("study.wrong_word", row, column, **told)
        for column in NEVER_EMPTY:
            if not cells[column]:
                yield file.problem("study.empty_cell", row, column)
        yield from _claim_code_problems(file, row, cells, known)
        yield from _region_problem(file, row, cells["region"], regions)
        yield from _consistency(file, row, cells, ids, better)


def _claim_code_problems(
    file: CsvFile, row: int, cells: dict[str, str], known: list[str]
) -> Iterator[Problem]:
    named = [("subject_code", cells["subject_code"])]
    named += [(column, code) for column in CODE_CELLS for code in split_ids(cells[column])]
    for column, code in named:
        if code not in known:
            told = {"code": code or Phrase("study.an_empty_cell"), "allowed": near(code, known)}
            yield file.problem("study.claim_code", row, column, **told)


def _region_problem(file: CsvFile, row: int, region: str, regions: list[str]) -> Iterator[Problem]:
    """Refuse a near miss; only warn of a region that has no folder in this study."""
    if not region:
        yield file.problem("study.empty_region", row, "region")
    elif regions and region not in (*regions, EVERY):
        slip = get_close_matches(region, [*regions, EVERY], n=1, cutoff=0.75)
        told = {"region": region, "allowed": near(region, [*regions, EVERY])}
        severity = "E" if slip else "W"
        yield file.problem("study.claim_region", row, "region", severity=severity, **told)


def _consistency(
    file: CsvFile, row: int, cells: dict[str, str], ids: set[str], better: dict[str, str]
) -> Iterator[Problem]:
    if (cells["attribution"] == "none") != (cells["claimed_condition_codes"] == ""):
        told = cells["attribution"]
        yield file.problem("study.attribution", row, "attribution", attribution=told)
    if cells["restates"] and (
        cells["restates"] not in ids or cells["restates"] == cells["claim_id"]
    ):
        yield file.problem("study.restates", row, "restates", claim=cells["restates"])
    outcome, direction = cells["outcome_code"], cells["direction"]
    is_improvement = cells["valence"] == "positive" and cells["subject_code"] == outcome
    wanted = better.get(outcome, "")
    moved = ("increase", "decrease")
    if is_improvement and wanted in moved and direction in moved and direction != wanted:
        values = {"direction": direction, "wanted": wanted, "outcome": outcome}
        yield file.problem("study.direction", row, "direction", **values)


def _source_problems(files: dict[str, CsvFile]) -> Iterator[Problem]:
    """Check that every source pointer starts with a publication of sources.csv."""
    known = list(files["sources"].rows["id"])
    for name in ("claims", "contexts"):
        for row, cells in files[name].records() if known else ():
            for pointer in re.split(r"[;+] (?=\d{3}\b)", cells["source"]):
                if pointer and pointer.split()[0] not in known:
                    told = {"source": pointer.split()[0], "known": known}
                    yield files[name].problem("study.source", row, "source", **told)


def _code_mentions(file: CsvFile, codes: DataFrame) -> Iterator[Problem]:
    """Check that what looks like a code in an expectation is one, or the start of some."""
    known = list(codes["id"])
    kinds = sorted({re.escape(code.split("_")[0]) for code in known if "_" in code})
    pattern = re.compile(rf"\b(?:{'|'.join(kinds)})_[a-z_]*[a-z]\b") if kinds else None
    for row, cells in file.records() if pattern else ():
        for column, text in cells.items():
            for word in sorted(set(pattern.findall(text))) if pattern else ():
                if not any(code.startswith(word) for code in known):
                    told = {"word": word, "allowed": near(word, known)}
                    yield file.problem("study.code_mentioned", row, column, **told)


def _read_optional(
    raw: Path, name: str, model: type[Model]
) -> tuple[YamlFile | None, Model | None, list[Problem]]:
    """Read a file of `raw/published` that a study may do without."""
    path = raw / "published" / name
    if not path.exists():
        return None, None, []
    return read_model(path, f"raw/published/{name}", model)


def _read_rules(
    raw: Path, expectations: CsvFile, codebooks: Codebooks, plan: Plan, regions: list[str]
) -> tuple[dict[str, Tests], list[Problem]]:
    file, parsed, problems = _read_optional(raw, "rules.yaml", Rules)
    if file is None or parsed is None:
        return {}, problems
    rules = parsed.root
    problems += list(rule_problems(file, rules, plan, list(codebooks.codes["id"]), regions))
    listed = list(expectations.rows["exp_id"])
    for name in [name for name in rules if name not in listed]:
        line, _ = file.place([name])
        problems.append(Problem("study.rule_for_none", file.name, row=line, name=name))
    for name in [name for name in listed if name not in rules]:
        problems.append(Problem("study.no_rule", file.name, expectation=name))
    return rules, problems


def _read_story(
    raw: Path, files: dict[str, CsvFile], codebooks: Codebooks, plan: Plan
) -> tuple[dict[str, StoryElement], list[Problem]]:
    file, parsed, problems = _read_optional(raw, "story.yaml", Story)
    if file is None or parsed is None:
        return {}, problems
    known = {
        "codes": [*codebooks.codes["id"]],
        "frameworks": [*dict.fromkeys(codebooks.codes["framework"])],
        "elements": [*dict.fromkeys(files["regions"].rows["element"])],
        "claims": [*files["claims"].rows["claim_id"]],
    }
    return parsed.root, [*problems, *story_problems(file, parsed.root, plan, known)]


def _read_echoes(raw: Path) -> tuple[dict[str, Echo], list[Problem]]:
    """Read how each kind of claim is held against the data; without the file none is."""
    _, parsed, problems = _read_optional(raw, "echoes.yaml", Echoes)
    return (parsed.root if parsed else {}), problems
