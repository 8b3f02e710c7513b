"""Read a REFI-QDA project: find its XML, parse it, and fetch the texts it points at."""

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from analysis.collect.interviews.coded import Coded, Quarantined, Source
from analysis.collect.interviews.refi.elements import ProjectElements
from analysis.collect.interviews.refi.selections import FoundSource
from analysis.collect.interviews.refi.settling import own_guid, settle_elements
from analysis.plan.files.archive import Archive
from analysis.plan.files.decoding import decode_talk
from analysis.plan.problems import Phrase, refuse

NOT_TEXT = "aside.not_text"
NOT_THERE = "aside.not_in_project"


def read_project(path: Path, name: str) -> Coded:
    """Read a `.qdpx`.

    Raises
    ------
    StudyError if it is no zip, an unsafe one, has no project file or several, or no sound XML.
    """
    elements = ProjectElements(name)
    remarks: Counter[str] = Counter()
    with Archive(path, name) as archive:
        with closing(archive.chunks(_project_file(archive, name))) as chunks:
            elements.parse(chunks)
        sources = [*_sources(elements, archive, remarks)]
    return settle_elements(elements, sources, remarks)


def _visible(archive: Archive) -> list[str]:
    """List the entries that are files of the project; a Mac adds shadows of its own."""
    parts = [(entry, entry.replace("\\", "/").split("/")) for entry in archive.entries]
    return [e for e, p in parts if p[-1] and "__MACOSX" not in p and not p[-1].startswith("._")]


def _project_file(archive: Archive, name: str) -> str:
    entries = _visible(archive)
    found = [entry for entry in entries if entry.casefold().endswith(".qde")]
    if len(found) == 1:
        return found[0]
    names = [repr(entry[:60]) for entry in (found or entries)[:8]] or Phrase("interviews.nothing")
    letter = "interviews.several_projects" if found else "interviews.no_project"
    raise refuse(letter, name, names=names)


def _sources(
    elements: ProjectElements, archive: Archive, remarks: Counter[str]
) -> Iterable[Source]:
    by_name: dict[str, list[str]] = {}
    for entry in _visible(archive):
        by_name.setdefault(entry.replace("\\", "/").rpartition("/")[2].casefold(), []).append(entry)
    seen: set[str] = set()
    for place, found in enumerate(elements.sources):
        guid = own_guid(found.guid, seen, remarks, "source", place)
        name = found.name or Path(found.path).stem or f"source {place + 1}"
        source = Source(guid, name, None, kind=found.kind, facts=found.facts)
        if found.content is not None:
            text = found.content.replace("\n", "\r\n") if found.has_crlf else found.content
            yield replace(source, text=text.removeprefix("\ufeff"), has_bom=text[:1] == "\ufeff")
            continue
        entry = _entry(found, by_name)
        if entry:
            decoded = decode_talk(archive.read(entry))
            if decoded.text is not None:
                remarks[decoded.remark or "texts in UTF-8"] += 1
            else:
                aside = Quarantined(NOT_TEXT, name, "", "", guid, "source")
                elements.quarantined.append(aside)
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
