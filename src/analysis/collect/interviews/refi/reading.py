"""Read a REFI-QDA project as coded segments: what its sources, codes and cases mean for us."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from analysis.collect.interviews.coded import Coded, Source
from analysis.collect.interviews.headers import OURS
from analysis.collect.interviews.refi.settling import own_guid, settle_elements
from analysis.plan.files.refi.project import read_elements
from analysis.plan.files.refi.quarantine import Quarantined
from analysis.plan.files.refi.surroundings import OFFSETS, ProjectElements

ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252 instead of UTF-8"}
NOT_TEXT = "aside.not_text"
NOT_THERE = "aside.not_in_project"


def read_project(path: Path, name: str) -> Coded:
    """Read a `.qdpx`.

    Raises
    ------
    StudyError if it is no zip, an unsafe one, has no project file or several, or no sound XML.
    """
    elements = read_elements(path, name, {**OURS, OFFSETS: OFFSETS})
    remarks: Counter[str] = Counter()
    return settle_elements(elements, [*_sources(elements, remarks)], remarks)


def _sources(elements: ProjectElements, remarks: Counter[str]) -> Iterator[Source]:
    seen: set[str] = set()
    for place, found in enumerate(elements.sources):
        guid = own_guid(found.guid, seen, remarks, "source", place)
        name = found.name or Path(found.link).stem or f"source {place + 1}"
        source = Source(guid, name, None, found.file, found.kind, facts=found.facts)
        written, reason = found.written, ""
        if found.content is not None:
            text = found.content.replace("\n", "\r\n") if found.has_crlf else found.content
            yield replace(source, text=text.removeprefix("\ufeff"), has_bom=text[:1] == "\ufeff")
        elif written is None:
            reason = NOT_THERE if found.link else ""
            yield source
        else:
            if written.text is None:
                reason = NOT_TEXT
            else:
                remarks[f"texts in {ENCODINGS.get(written.encoding, written.encoding)}"] += 1
            yield replace(source, text=written.text, has_bom=written.has_mark)
        if reason:
            elements.quarantined.append(Quarantined(reason, name, guid=guid, kind="source"))
