"""Read a REFI-QDA project: find its XML, parse it, and fetch the texts it points at."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from analysis.interviews.coded import Code, Coded, Quarantined, Source, refuse
from analysis.interviews.decoding import decode
from analysis.interviews.headers import STANCES
from analysis.interviews.refi.archive import Archive
from analysis.interviews.refi.elements import ProjectElements
from analysis.interviews.refi.guids import canonical, is_guid, named_guid
from analysis.interviews.refi.selections import FoundSource

STANCE, ROUND = "stance: ", "round: "
TWICE, NO_GUID = "GUIDs used twice: the later one was given another", "GUIDs that are none"
NOT_THERE = "the text of this source is not in the project"


def read_project(path: Path, name: str) -> Coded:
    """Read a `.qdpx`.

    Raises
    ------
    StudyError if it is no zip, an unsafe one, has no project file or several, or no sound XML.
    """
    archive = Archive(path, name)
    elements = ProjectElements(name)
    elements.parse(archive.chunks(_project_file(archive, name)))
    remarks: Counter[str] = Counter()
    sources = [*_sources(elements, archive, remarks)]
    codes, doubtful = elements.own_codes()
    remarks["codes that stand twice in the codebook"] += len(elements.codes) - len(codes)
    _settle_marks(elements, codes, doubtful, remarks)
    _settle_speakers(elements)
    lost = elements.lost
    ours = sum(1 for note in elements.notes.values() if note.startswith((STANCE, ROUND)))
    lost["memos"] += len(elements.notes) - ours
    return Coded(
        elements.tool or "REFI-QDA",
        sources,
        codes,
        elements.spans,
        elements.marks,
        elements.quarantined,
        +lost,
        +remarks,
        unit=elements.unit,
    )


def _visible(archive: Archive) -> list[str]:
    """List the entries that are files of the project; a Mac adds shadows of its own."""
    parts = [(entry, entry.replace("\\", "/").split("/")) for entry in archive.entries]
    return [e for e, p in parts if p[-1] and "__MACOSX" not in p and not p[-1].startswith("._")]


def _project_file(archive: Archive, name: str) -> str:
    entries = _visible(archive)
    found = [entry for entry in entries if entry.casefold().endswith(".qde")]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(repr(entry[:60]) for entry in (found or entries)[:8]) or "nothing"
    what = "several project files" if found else "no project file"
    remedy = "export the project as REFI-QDA (.qdpx) again"
    raise refuse(name, f"{what} among: {listed}", "one file that ends in .qde", remedy)


def _sources(
    elements: ProjectElements, archive: Archive, remarks: Counter[str]
) -> Iterable[Source]:
    by_name: dict[str, list[str]] = {}
    for entry in _visible(archive):
        by_name.setdefault(entry.replace("\\", "/").rpartition("/")[2].casefold(), []).append(entry)
    seen: set[str] = set()
    for place, found in enumerate(elements.sources):
        guid = _own_guid(found.guid, seen, remarks, "source", place)
        name = found.name or Path(found.path).stem or f"source {place + 1}"
        source = Source(guid, name, None, kind=found.kind, facts=found.facts)
        if found.content is not None:
            text = found.content.replace("\n", "\r\n") if found.has_crlf else found.content
            yield replace(source, text=text.removeprefix("\ufeff"), has_bom=text[:1] == "\ufeff")
            continue
        entry = _entry(found, by_name)
        if entry:
            decoded = decode(archive.read(entry))
            remarks[decoded.remark or "texts in UTF-8"] += 1
            file = entry.rpartition("/")[2]
            yield replace(source, text=decoded.text, has_bom=decoded.has_mark, file=file)
        else:
            if found.path:
                aside = Quarantined(NOT_THERE, name, "", "", guid, "source")
                elements.quarantined.append(aside)
            yield source


def _entry(found: FoundSource, by_name: dict[str, list[str]]) -> str:
    """Find the entry of a path: `internal://` may be missing, the folder has two spellings."""
    base = found.path.replace("\\", "/").rpartition("/")[2]
    entries = by_name.get(base.casefold()) or by_name.get(unquote(base).casefold()) or []
    in_folder = [entry for entry in entries if "sources" in entry.casefold().split("/")[:-1]]
    return (in_folder or entries or [""])[0]


def _own_guid(guid: str, seen: set[str], remarks: Counter[str], kind: str, place: int) -> str:
    """Return a GUID that nothing else of its kind has; the first one keeps what it had."""
    if guid in seen or not is_guid(guid):
        remarks[TWICE if guid in seen else NO_GUID] += 1
        guid = named_guid(kind, guid, place)
    seen.add(guid)
    return guid


def _settle_marks(
    elements: ProjectElements, codes: list[Code], doubtful: set[str], remarks: Counter[str]
) -> None:
    """Give spans and marks GUIDs of one spelling and coders a name, and set aside what dangles."""
    spans, marks = elements.spans, elements.marks
    spans.guid[:] = _all_own([canonical(g) for g in spans.guid], "selection", remarks)
    known = {code.guid for code in codes} - doubtful
    targets = {raw: canonical(raw) for raw in set(marks.code)}
    marks.code[:] = [targets[raw] for raw in marks.code]
    kept = [place for place, code in enumerate(marks.code) if code in known]
    if len(kept) < len(marks.code):
        _set_aside_dangling(elements, known, doubtful)
        for column in (marks.guid, marks.code, marks.coder):
            column[:] = [column[place] for place in kept]
        marks.span[:] = [marks.span[place] for place in kept]
    marks.guid[:] = _all_own([canonical(g) for g in marks.guid], "coding", remarks)
    marks.coder[:] = _coders(elements)
    moved = {old: new for new, old in enumerate(kept)}
    for mark, guids in elements.mark_notes.items():
        for guid in guids if mark in moved else ():
            _take_note(elements, moved[mark], elements.notes.get(guid, ""))


def _all_own(guids: list[str], kind: str, remarks: Counter[str]) -> list[str]:
    if len(set(guids)) == len(guids) and all(map(is_guid, guids)):
        return guids
    seen: set[str] = set()
    return [_own_guid(guid, seen, remarks, kind, place) for place, guid in enumerate(guids)]


def _set_aside_dangling(elements: ProjectElements, known: set[str], doubtful: set[str]) -> None:
    spans, marks = elements.spans, elements.marks
    for place, code in enumerate(marks.code):
        if code not in known:
            reason = (
                "a code GUID that two codes share"
                if code in doubtful
                else "a code that is not in the codebook"
            )
            span = marks.span[place]
            name = elements.sources[spans.source[span]].name
            start, end = str(spans.start[span]), str(spans.end[span])
            guid = canonical(marks.guid[place])
            elements.quarantined.append(Quarantined(reason, name, start, end, guid, "coding"))


def _coders(elements: ProjectElements) -> list[str]:
    """Name who coded: the coding says it, else the selection, else there is one user only."""
    alone = [*elements.coders.values()][0] if len(elements.coders) == 1 else "unknown"
    raw = {*elements.marks.coder, *elements.span_users} - {""}
    names = {user: elements.coders.get(canonical(user), canonical(user)[:8]) for user in raw}
    names[""] = alone
    users = elements.span_users
    marks = elements.marks
    return [names[user or users[span]] for user, span in zip(marks.coder, marks.span, strict=True)]


def _take_note(elements: ProjectElements, mark: int, note: str) -> None:
    """Take a stance or a round from a memo of ours; another memo has no place."""
    if note.startswith(STANCE) and note.removeprefix(STANCE) in STANCES:
        elements.marks.stance[mark] = note.removeprefix(STANCE)
    elif note.startswith(ROUND):
        elements.marks.round[mark] = note.removeprefix(ROUND)
    else:
        elements.lost["links to memos"] += 1


def _settle_speakers(elements: ProjectElements) -> None:
    place = {guid: span for span, guid in enumerate(elements.spans.guid)}
    for case in elements.speakers():
        for guid in case.selections:
            if guid in place:
                elements.spans.speaker[place[guid]] = case.name
