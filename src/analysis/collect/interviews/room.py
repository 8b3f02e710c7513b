"""Read the interviews of every region into tidy tables, and say what is worth knowing."""

import hashlib
from collections.abc import Iterable, Sequence

import pandas as pd
from pandas import DataFrame

from analysis.collect.interviews.around import look_around, without_words_of
from analysis.collect.interviews.conversations import leading_coder
from analysis.collect.interviews.documents import RegionTalk, read_conversations
from analysis.collect.interviews.gathering import AllCodings, read_all_codings
from analysis.collect.interviews.matching import coding_files
from analysis.collect.interviews.tables import segment_id
from analysis.plan.described import PROCESSED, descriptions
from analysis.plan.problems import Problem
from analysis.plan.study import Region, Study

TABLES = ("documents", "segments", "codings", "speakers", "import_log")


def read_interviews(study: Study) -> tuple[dict[str, DataFrame], list[Problem]]:
    """Read all interviews; a region without them has no rows and no problems.

    Returns
    -------
    The tables documents, segments, codings, speakers and import_log, and every problem found.
    Offsets count Unicode code points, half-open. Segments of a withdrawn speaker are gone.
    """
    gathered: dict[str, list[DataFrame]] = {name: [] for name in TABLES}
    problems: list[Problem] = []
    for region in study.regions.values():
        if not (region.interviews / "documents.csv").exists():
            problems += _orphans(region)
            continue
        if study.codes.empty and coding_files(region.interviews):
            problems += _no_codebook(region, study, problems)
            continue
        tables, found = _read_region(region, study)
        problems += found
        for name, table in tables.items():
            gathered[name].append(table)
    return {name: _table(name, parts) for name, parts in gathered.items()}, problems


def _orphans(region: Region) -> list[Problem]:
    place = f"raw/regions/{region.folder.name}/interviews"
    strays = [path.name for path in coding_files(region.interviews)]
    strays += [path.name for path in region.interviews.glob("speakers.csv")]
    return [Problem("interviews.no_documents", f"{place}/{name}") for name in sorted(strays)]


def _no_codebook(region: Region, study: Study, told: Sequence[Problem]) -> Iterable[Problem]:
    """Ask once for a codebook; one that is there and cannot be read was told already."""
    letter, place = "interviews.no_codebook", f"raw/regions/{region.folder.name}/interviews"
    is_told = any(one.id == letter for one in told)
    file = coding_files(region.interviews)[0].name
    return [] if is_told or not study.codebooks.is_whole else [Problem(letter, f"{place}/{file}")]


def _read_region(region: Region, study: Study) -> tuple[dict[str, DataFrame], list[Problem]]:
    said = read_conversations(region, study)
    coded = read_all_codings(region, study, said)
    problems = [*said.problems, *coded.problems]
    if any(problem.severity == "E" for problem in problems):
        return {}, problems
    kept, texts = _without_withdrawn(coded.rows, coded.said, study, region.id)
    tables = _tidy_tables(region, coded.said, look_around(kept, texts))
    tables["import_log"] = _log(region, coded, tables, len(coded.rows) - len(kept))
    return tables, [*problems, *_lonely_lead(region, study, tables["codings"], coded.files)]


def _without_withdrawn(
    rows: DataFrame, said: RegionTalk, study: Study, region: str
) -> tuple[DataFrame, dict[str, str]]:
    """Leave out the segments of people who withdrew, and their words in the transcripts.

    A person who withdrew is named by speaker or participant.
    """
    withdrawn = study.decisions.withdrawn
    people = set(withdrawn.loc[withdrawn["region"] == region, "participant"])
    speakers = said.speakers
    by_code = speakers["participant"].isin(people) | speakers["speaker"].isin(people)
    gone = {(d, s) for d, s in speakers.loc[by_code, ["document", "speaker"]].to_numpy()}
    pairs = [*zip(rows["document"], rows["speaker"], strict=True)]
    named = [pair in gone or pair[1] in people for pair in pairs]
    # Who spoke is a fact of the place: another coder may have left the speaker's cell empty.
    places = [*zip(rows["document"], rows["start"], rows["end"], strict=True)]
    silenced = {place for place, is_named in zip(places, named, strict=True) if is_named}
    gone |= {pair for pair, is_named in zip(pairs, named, strict=True) if is_named}
    at = {(document, int(start), int(end)) for document, start, end in silenced}
    known = {*pairs, *speakers[["document", "speaker"]].itertuples(index=False, name=None)}
    texts = without_words_of(gone, known, said.transcripts, at)
    return rows.loc[[place not in silenced for place in places]], texts


def _tidy_tables(region: Region, said: RegionTalk, rows: DataFrame) -> dict[str, DataFrame]:
    places = zip(rows["document"], rows["start"], rows["end"], strict=True)
    rows = rows.assign(region=region.id, segment=[segment_id(*place) for place in places])
    if "text" in rows:
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in rows["text"]]
        rows = rows.assign(text_hash=hashes)
    # A speaker is a fact of the segment: one coder may have left the cell empty.
    named = rows.sort_values("speaker", ascending=False, kind="stable")
    return {
        "documents": said.documents,
        "segments": named.drop_duplicates(["document", "segment"]),
        "codings": rows,
        "speakers": said.speakers,
    }


def _log(region: Region, coded: AllCodings, tables: dict[str, DataFrame], gone: int) -> DataFrame:
    place = f"raw/regions/{region.folder.name}/interviews"
    said, codings, documents = coded.said, tables["codings"], tables["documents"]
    silent = documents.loc[documents["asked"] == "no", "document"]
    uncoded = documents.loc[~documents["document"].isin(codings["document"]), "document"]
    listing, files = "documents.csv", " ".join(coded.files)
    lacking = len(documents) - len(said.transcripts)
    unasked = "codings in conversations where the themes were not asked"
    rows = [
        (listing, "conversations read", "", len(documents)),
        (listing, "conversations without transcript", "", lacking),
        (listing, "conversations without a coding", ", ".join(sorted(uncoded)), len(uncoded)),
        *coded.log,
        (files, "segments read", "offsets in code points", len(tables["segments"])),
        (files, "codings read", "", len(codings)),
        (files, "codings left out: the speaker withdrew", "", gone),
        (files, unasked, "left out of denominators", int(codings["document"].isin(silent).sum())),
    ]
    log = DataFrame(rows, columns=["file", "what", "detail", "n"]).assign(region=region.id)
    return log.assign(file=[f"{place}/{name}" for name in log["file"]]).query("n > 0")


def _lonely_lead(
    region: Region, study: Study, codings: DataFrame, files: Sequence[str]
) -> Iterable[Problem]:
    """Refuse codings of which none is by the leading coder: themes would say nobody spoke."""
    leader = leading_coder(study, region.id)
    coders = sorted(set(codings["coder"])) if len(codings) else []
    if not leader or not coders or leader in coders:
        return []
    place = f"raw/regions/{region.folder.name}/interviews/{' '.join(files)}"
    return [Problem("interviews.lonely_lead", place, column="coder", leader=leader, coders=coders)]


def _table(name: str, parts: list[DataFrame]) -> DataFrame:
    told = descriptions(PROCESSED)[name]
    columns = told.names
    filled = [part.reindex(columns=columns) for part in parts if len(part)]
    if not filled:
        return DataFrame(columns=columns, dtype=str)
    table = pd.concat(filled, ignore_index=True).fillna("")
    whole = [column.name for column in told.columns if column.kind == "whole"]
    numbers = {column: pd.to_numeric(table[column]) for column in whole}
    keys = [key for key in columns if key in ("region", "document", "segment", "code", "coder")]
    table = table.assign(**numbers)
    order = ["region", "document", "start", "end"] if name == "segments" else keys
    return table if name == "import_log" else table.sort_values(order, ignore_index=True)
