"""A REFI-QDA project, a `.qdpx`: its XML and the texts that it points at."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

from analysis.plan.files.archive import Archive
from analysis.plan.files.decoding import decode, likely_encoding
from analysis.plan.files.refi.surroundings import ProjectElements
from analysis.plan.problems import Phrase, refuse


def read_elements(path: Path, name: str, known: Mapping[str, str]) -> ProjectElements:
    """Read what stands in a `.qdpx`; `known` says which variables are kept.

    Raises
    ------
    StudyError if it is no zip, an unsafe one, has no project file or several, or no sound XML.
    """
    elements = ProjectElements(name, known)
    with Archive(path, name) as archive:
        entries = _visible(archive)
        with closing(archive.chunks(_project_file(entries, name))) as chunks:
            elements.parse(chunks)
        by_name: dict[str, list[str]] = {}
        for entry in entries:
            by_name.setdefault(_base(entry).casefold(), []).append(entry)
        for source in elements.sources:
            entry = _entry(source.link, by_name) if source.content is None else ""
            if entry:
                content = archive.read(entry)
                written = decode(content, entry, guess=likely_encoding)
                source.file, source.written = _base(entry), written
    return elements


def _visible(archive: Archive) -> list[str]:
    """List the entries that are files of the project; a Mac adds shadows of its own."""
    parts = [(entry, entry.replace("\\", "/").split("/")) for entry in archive.entries]
    return [e for e, p in parts if p[-1] and "__MACOSX" not in p and not p[-1].startswith("._")]


def _project_file(entries: list[str], name: str) -> str:
    found = [entry for entry in entries if entry.casefold().endswith(".qde")]
    if len(found) == 1:
        return found[0]
    names = [repr(entry[:60]) for entry in (found or entries)[:8]] or Phrase("files.nothing")
    raise refuse("files.several_projects" if found else "files.no_project", name, names=names)


def _base(place: str) -> str:
    return place.replace("\\", "/").rpartition("/")[2]


def _entry(link: str, by_name: Mapping[str, list[str]]) -> str:
    """Find the entry of a link: `internal://` may be missing, the folder has two spellings."""
    base = _base(link)
    entries = by_name.get(base.casefold()) or by_name.get(unquote(base).casefold()) or []
    in_folder = [entry for entry in entries if "sources" in entry.casefold().split("/")[:-1]]
    return (in_folder or entries or [""])[0]
