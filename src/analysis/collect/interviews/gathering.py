"""Gather the codings of a region from every file that holds some, each read in its own way."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
from pandas import DataFrame

from analysis.collect.interviews.documents import RegionTalk
from analysis.collect.interviews.headers import rename_coded
from analysis.collect.interviews.matching import COLUMNS, Matched, coding_files, match_project
from analysis.collect.interviews.paragraphs import may_count_paragraphs
from analysis.collect.interviews.recognise import TABLES, is_coding_file, read_coded
from analysis.collect.interviews.spreadsheet import read_coded_segments
from analysis.collect.interviews.tables import settle
from analysis.plan.files.spreadsheet import read_spreadsheet
from analysis.plan.problems import Problem, StudyError
from analysis.plan.study import Region, Study

OWN_TABLE = {"codings.csv", "codings.xlsx"}
KEY = ["document", "start", "end", "code", "coder", "round"]
LogRow = tuple[str, str, str, int]


@dataclass(frozen=True)
class AllCodings:
    """The codings of a region, the conversations with the texts that came along, and the log."""

    rows: DataFrame
    said: RegionTalk
    files: list[str]
    log: list[LogRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_all_codings(region: Region, study: Study, said: RegionTalk) -> AllCodings:
    """Read every coding file of a region's interviews folder."""
    place = f"raw/regions/{region.folder.name}/interviews"
    parts: list[tuple[str, DataFrame]] = []
    texts: dict[str, str] = {}
    log: list[LogRow] = []
    problems: list[Problem] = []
    for path in coding_files(region.interviews):
        name = f"{place}/{path.name}"
        if _is_own_table(path, region):
            codings = read_coded_segments(region, study, said, path.name)
            parts.append((name, codings.rows))
            problems += codings.problems
            continue
        matched = _read_project(path, name, region, study, said)
        parts.append((name, matched.rows))
        log += [(path.name, what, detail, n) for what, detail, n in matched.log]
        problems += [*matched.problems, *_other_texts(name, texts, matched.texts)]
        texts |= matched.texts
    problems += _other_transcripts(place, said.transcripts, texts)
    problems += _coded_twice(parts)
    said = _with_texts(said, texts)
    rows = [part for _, part in parts if len(part)]
    empty = DataFrame(columns=COLUMNS, dtype=str)
    # As text, like the cells of a table: places are compared and named as text.
    table = pd.concat(rows, ignore_index=True).astype(str) if rows else empty
    files = [name.rpartition("/")[2] for name, _ in parts]
    return AllCodings(table, said, files, log, problems)


def _is_own_table(path: Path, region: Region) -> bool:
    """Say whether a table has places of its own; then each cell is checked and named."""
    if path.suffix.casefold() not in TABLES:
        return False
    try:
        header = [*read_spreadsheet(path, path.name, most=1).columns]
    except StudyError:
        return path.name.lower() in OWN_TABLE
    # What may count paragraphs is left to the reader of lists, which finds out.
    named = set(rename_coded(header, region.coding_columns))
    has_words = "text" in named and path.name.lower() not in OWN_TABLE
    if may_count_paragraphs(header, has_words=has_words):
        return False
    if path.name.lower() in OWN_TABLE:
        return bool({"start", "end"} & named) or not {"document", "code", "text"} <= named
    return {"document", "code", "start", "end"} <= named


def _read_project(path: Path, name: str, region: Region, study: Study, said: RegionTalk) -> Matched:
    nothing = DataFrame(columns=COLUMNS, dtype=str)
    if path.is_symlink():
        return Matched(nothing, {}, [], [Problem("interviews.link", name)])
    if not is_coding_file(path, region.coding_columns):
        return Matched(nothing, {}, [], [Problem("interviews.no_reader", name)])
    try:
        coded = read_coded(path, name, said.transcripts, region.coding_columns)
        project = settle(replace(coded, unit=coded.unit or region.offsets or ""), name)
    except StudyError as error:
        return Matched(nothing, {}, [], [*error.problems])
    matched = match_project(project, name, region, study, said)
    if len(project.codings) or len(project.quarantined):
        return matched
    empty = Problem("interviews.nothing_coded", name)
    return replace(matched, problems=[*matched.problems, empty])


def _with_texts(said: RegionTalk, texts: dict[str, str]) -> RegionTalk:
    """Let the text that was coded be the transcript: places count in it."""
    transcripts = {**said.transcripts, **texts}
    words = [
        str(len(transcripts[document].split())) if document in transcripts else ""
        for document in said.documents["document"]
    ]
    return replace(said, documents=said.documents.assign(words=words), transcripts=transcripts)


def _other_texts(name: str, before: dict[str, str], now: dict[str, str]) -> list[Problem]:
    return [
        Problem("interviews.text_of_earlier_file", name, document=document[:60])
        for document in sorted(set(before) & set(now))
        if before[document] != now[document]
    ]


def _other_transcripts(
    place: str, transcripts: dict[str, str], texts: dict[str, str]
) -> list[Problem]:
    file = f"{place}/documents.csv"
    return [
        Problem("interviews.other_transcript", file, document=document[:60])
        for document in sorted(set(transcripts) & set(texts))
        if transcripts[document] != texts[document]
    ]


def _coded_twice(parts: Sequence[tuple[str, DataFrame]]) -> list[Problem]:
    """Find codings that stand in two files: they would count twice."""
    problems = []
    first: dict[tuple[str, ...], str] = {}
    for name, rows in parts:
        keys = {tuple(map(str, key)) for key in rows.reindex(columns=KEY).to_numpy().tolist()}
        others = [first[key] for key in keys if first.get(key, name) != name]
        for other in sorted(set(others)):
            n, file = others.count(other), other.rpartition("/")[2]
            problems.append(Problem("interviews.coded_twice", name, n=n, other=file))
        first |= dict.fromkeys(keys, name)
    return problems
