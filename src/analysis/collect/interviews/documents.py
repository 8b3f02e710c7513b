"""Read which conversations there were, who spoke in them, and their transcripts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from pandas import DataFrame, Series

from analysis.collect.interviews.headers import (
    ANSWERS,
    CODED,
    HEADERS,
    is_count,
    rename_coded,
    rename_headers,
    shown,
)
from analysis.plan.files.csvfile import CsvFile, read_csv
from analysis.plan.files.spreadsheet import read_spreadsheet
from analysis.plan.problems import Problem, StudyError, near
from analysis.plan.study import Region, Study

COLUMNS = ["document", "wave", "method", "group", "people", "asked", "consent"]
LONGEST_NAME = 120


@dataclass(frozen=True)
class RegionTalk:
    """The conversations of one region: documents and speakers as tables, and what was said."""

    documents: DataFrame
    speakers: DataFrame
    transcripts: dict[str, str]
    problems: list[Problem] = field(default_factory=list)


def read_table(region: Region, file: str, columns: list[str]) -> CsvFile:
    """Read one table of a region's interviews folder, under our own column names."""
    found = _listed_documents(region, file)
    name, rows = found.name, found.rows
    if "code" in columns:
        rows = rows.set_axis(rename_coded([*rows.columns], region.coding_columns), axis="columns")
    else:
        rows = rename_headers(rows)
    missing = [column for column in columns if column not in rows] if not found.problems else []
    problems = [
        Problem("interviews.no_column", name, row=1, column=column, columns=columns)
        for column in missing
    ]
    doubles = sorted({column for column in rows.columns if list(rows.columns).count(column) > 1})
    problems += [Problem("interviews.two_alike", name, row=1, column=column) for column in doubles]
    if found.problems or problems:
        return CsvFile(name, DataFrame(columns=columns, dtype=str), [*found.problems, *problems])
    return CsvFile(name, rows)


def _listed_documents(region: Region, file: str) -> CsvFile:
    name = f"raw/regions/{region.folder.name}/interviews/{file}"
    path = region.interviews / file
    if path.suffix.casefold() == ".csv":
        # What somebody said is compared with the transcript to the last space.
        theirs = region.coding_columns.get("text", "text")
        return read_csv(path, name, [], verbatim=[*HEADERS["text"], *CODED["text"], theirs])
    try:
        return CsvFile(name, read_spreadsheet(path, name))
    except StudyError as error:
        return CsvFile(name, DataFrame(dtype=str), [*error.problems])


def read_conversations(region: Region, study: Study) -> RegionTalk:
    """Read documents.csv, speakers.csv and the transcripts of one region."""
    documents = read_table(region, "documents.csv", COLUMNS)
    problems = [*documents.problems, *_document_problems(documents, study)]
    transcripts, found = _transcripts(region, documents)
    problems += found
    table = documents.rows.reindex(columns=[*COLUMNS, "file"], fill_value="")
    table = table.assign(
        region=region.id,
        asked=table["asked"].str.casefold().map(ANSWERS).fillna(""),
        consent=table["consent"].str.casefold().map(ANSWERS).fillna("no"),
        words=[
            str(len(transcripts[d].split())) if d in transcripts else "" for d in table.document
        ],
    )
    speakers, found = _speakers(region, study, set(table["document"]))
    return RegionTalk(table, speakers, transcripts, [*problems, *found])


def _document_problems(file: CsvFile, study: Study) -> Iterator[Problem]:
    seen: set[str] = set()
    words = {"wave": list(study.plan.waves), "method": list(study.plan.methods)}
    for row, cells in file.records():
        document = cells["document"]
        if not document or document in seen:
            letter = "interviews.document_twice" if document else "interviews.no_document"
            named = {"document": document} if document else {}
            yield file.problem(letter, row, "document", **named)
        seen.add(document)
        for column, known in words.items():
            # A plan without methods leaves the wording to the region.
            if cells[column] not in known and (known or column == "wave"):
                told = {"allowed": near(cells[column][:60], known), "group": f"{column}s"}
                yield _about(file, row, column, "interviews.plan_word", **told)
        for column in ("asked", "consent"):
            if cells[column].casefold() not in ANSWERS:
                yield _about(file, row, column, "interviews.asked_or_consent")
        if not is_count(cells["people"]) or int(cells["people"]) == 0:
            yield _about(file, row, "people", "interviews.people")


def _about(file: CsvFile, row: int, column: str, letter: str, **values: Any) -> Problem:
    """Write the letter about a cell, which it shows if that cannot be what somebody said."""
    value = shown(str(file.rows.loc[row, column]))
    return file.problem(letter, row, column, value=value, **values)


def _transcripts(region: Region, file: CsvFile) -> tuple[dict[str, str], list[Problem]]:
    texts: dict[str, str] = {}
    problems = []
    for row, cells in file.records():
        name = cells.get("file", "")
        if not name:
            continue
        path = _inside(region.interviews, name)
        if path is None:
            problems.append(_about(file, row, "file", "interviews.outside"))
        elif not path.is_file():
            problems.append(_about(file, row, "file", "interviews.no_transcript"))
        else:
            try:
                # Bytes, not text mode: translating line ends would move every offset after them.
                texts[cells["document"]] = path.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                letter = "interviews.transcript_not_utf8"
                problems.append(_about(file, row, "file", letter, n=error.start))
    return texts, problems


def _inside(folder: Path, name: str) -> Path | None:
    """Find a file by name in the folder or its transcripts, never outside it, nor by a link."""
    places = (PurePosixPath(name), PureWindowsPath(name))
    if len(name) > LONGEST_NAME or "\x00" in name:
        return None
    if any(place.is_absolute() or place.drive or ".." in place.parts for place in places):
        return None
    paths = (folder / name, folder / "transcripts" / name)
    path = next((path for path in paths if path.is_file()), paths[1])
    return path if path.resolve().is_relative_to(folder.resolve()) else None


def _speakers(region: Region, study: Study, documents: set[str]) -> tuple[DataFrame, list[Problem]]:
    columns = ["document", "speaker", "role"]
    if not (region.interviews / "speakers.csv").exists():
        return DataFrame(columns=["region", *columns, "consent", "participant"], dtype=str), []
    file = read_table(region, "speakers.csv", columns)
    known = {_plain(role): role for role in study.plan.roles}
    known |= {_plain(theirs): ours for theirs, ours in region.roles.items()}
    roles = file.rows["role"].map(lambda role: known.get(_plain(role), role))
    problems = [*file.problems, *_speaker_problems(file, roles, region, study, documents)]
    table = file.rows.reindex(columns=[*columns, "consent", "participant"], fill_value="")
    consent = table["consent"].str.casefold().map(ANSWERS)
    # Without a column of its own, a speaker's consent is that of the conversation.
    table = table.assign(region=region.id, role=roles, consent=consent.fillna(""))
    return table, problems


def _plain(role: str) -> str:
    """Spell a role without differences of case and space, as in a survey."""
    return " ".join(role.casefold().split())


def _speaker_problems(
    file: CsvFile, roles: Series, region: Region, study: Study, documents: set[str]
) -> Iterator[Problem]:
    known = [*study.plan.roles, *region.roles]
    seen: set[tuple[str, str]] = set()
    for row, cells in file.records():
        key = (cells["document"], cells["speaker"])
        if key in seen or not cells["speaker"]:
            yield file.problem("interviews.speaker", row, "speaker")
        seen.add(key)
        if cells["document"] not in documents:
            allowed = near(cells["document"], sorted(documents))
            letter = "interviews.speaker_document"
            yield _about(file, row, "document", letter, allowed=allowed)
        if roles[row] not in {"", *known, *region.roles.values()} and study.plan.roles:
            allowed = near(cells["role"][:60], known)
            yield _about(file, row, "role", "interviews.role", allowed=allowed)
        if "consent" in cells and cells["consent"].casefold() not in ANSWERS:
            yield _about(file, row, "consent", "interviews.consent")
