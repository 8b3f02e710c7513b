"""Turn one coding project of any tool into tidy tables, texts and REFI-QDA: whole or not at all."""

import re
from collections.abc import Iterator
from pathlib import Path

from pandas import DataFrame

from analysis.collect.interviews.headers import guarded
from analysis.collect.interviews.recognise import TABLES, read_coded
from analysis.collect.interviews.refi import write_codebook, write_project
from analysis.collect.interviews.tables import QUARANTINE, Project, settle, with_names
from analysis.plan.files.decoding import decode, likely_encoding
from analysis.plan.files.spreadsheet import read_spreadsheet
from analysis.plan.problems import StudyError
from analysis.plan.study.newfolder import refuse_taken, write_whole

ORIGIN = "analysis"
DOCUMENTS = ["document", "file", "wave", "method", "group", "people", "asked", "consent"]
CODINGS = ["document", "start", "end", "speaker", "code", "coder", "round", "stance", "text"]
LINKS = ["guid", "selection", "code_guid"]
SEGMENTS = [
    "document",
    "segment",
    "guid",
    "start",
    "end",
    "text_hash",
    "speaker",
    "comment",
    "text",
]
FATES = {
    "kept": "Kept",
    "proven": "Proven",
    "noted": "Noted",
    "quarantined": "Quarantined",
    "lost": "Lost",
}
UNSAFE = re.compile(r"[^A-Za-z0-9._ -]+")
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
LONGEST_NAME = 80


def convert(path: Path, out: Path) -> tuple[str, ...]:
    """Read one coding project or list of coded segments and write it below a new folder.

    Returns
    -------
    Lines for the researcher: what was kept, proven, noted, quarantined and lost.

    Raises
    ------
    StudyError if the file cannot be read, or the folder holds something already.
    """
    refuse_taken(out)
    coded = read_coded(path, path.name, _texts_beside(path))
    project = settle(coded, path.name)
    write_whole(out, files(project, path.stem))
    return tuple(_told(project, out))


def files(project: Project, title: str) -> dict[str, bytes]:
    """Lay a project out as files: tidy tables, transcripts, the intake log, and REFI-QDA."""
    names = _file_names(project)
    found = {names[document]: text.encode("utf-8") for document, text in project.texts.items()}
    documents = project.documents.assign(
        file=[names.get(document, "") for document in project.documents["document"]]
    )
    more = [column for column in documents if column not in DOCUMENTS]
    tables = {
        "documents": documents.reindex(columns=[*DOCUMENTS, *more], fill_value=""),
        "codings": project.codings[[*CODINGS, *LINKS]],
        "segments": with_names(project.segments)[SEGMENTS],
        "codes": project.codes,
        "quarantine": project.quarantined[QUARANTINE],
        "import_log": project.log,
    }
    found |= {f"{name}.csv": _csv(table) for name, table in tables.items()}
    found["project.qdpx"] = write_project(project, title, ORIGIN)
    if len(project.codes):
        found["codebook.qdc"] = write_codebook(project.codes, ORIGIN)
    return found


def _csv(table: DataFrame) -> bytes:
    texts = [column for column in table if table[column].dtype == object]
    safe = table.assign(**{column: [guarded(str(c)) for c in table[column]] for column in texts})
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _file_names(project: Project) -> dict[str, str]:
    """Give each transcript a name that every system can write."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for document in project.texts:
        base = UNSAFE.sub("-", document).strip(". -")[:LONGEST_NAME] or "text"
        base = base.removesuffix(".txt")
        base = f"{base}-" if RESERVED.fullmatch(base) else base
        number, own = 2, base
        while own.casefold() in taken:
            own, number = f"{base}-{number}", number + 1
        taken.add(own.casefold())
        names[document] = f"transcripts/{own}.txt"
    return names


def _texts_beside(path: Path) -> dict[str, str]:
    """Find the transcripts that lie beside a list of coded segments, by the names it uses."""
    folder = path.parent
    texts: dict[str, str] = {}
    is_table = path.is_file() and path.suffix.casefold() in TABLES
    places = [folder, folder / "transcripts"] if is_table else []
    for place in places:
        for file in sorted(place.glob("*.txt")):
            if file.is_file() and not file.is_symlink() and file != path:
                text = decode(file.read_bytes(), file.name, guess=likely_encoding).text
                texts.setdefault(file.stem, text or "")
                texts.setdefault(file.name, text or "")
    return {**texts, **_listed(folder, texts)}


def _listed(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    """Name transcripts as documents.csv does, where one lies beside them."""
    listing = folder / "documents.csv"
    if not texts or not listing.is_file():
        return {}
    try:
        rows = read_spreadsheet(listing, listing.name)
    except StudyError:
        return {}
    if not {"document", "file"} <= set(rows):
        return {}
    pairs = zip(rows["document"], rows["file"], strict=True)
    found = {d: texts.get(file.replace("\\", "/").rpartition("/")[2], "") for d, file in pairs}
    return {document: text for document, text in found.items() if text}


def _told(project: Project, out: Path) -> Iterator[str]:
    for fate, title in FATES.items():
        rows = project.log[project.log["fate"] == fate]
        if len(rows):
            yield f"{title}:"
        for what, detail, n in rows[["what", "detail", "n"]].to_numpy().tolist():
            yield f"  {n:>7}  {what}{f' ({detail})' if detail else ''}"
    yield f"Open {out}"
