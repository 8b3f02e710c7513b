"""Write a project as REFI-QDA 1.5: one XML file and a text file per source, in a zip."""

import io
import zipfile
from collections.abc import Iterator

from pandas import DataFrame

from analysis.collect.interviews.offsets import CONTROLS
from analysis.collect.interviews.refi.codebook import code_tree
from analysis.collect.interviews.refi.settling import ROUND, SPEAKER, STANCE
from analysis.collect.interviews.tables import Project
from analysis.collect.interviews.units import POINTS
from analysis.plan.files.refi.guids import is_guid, named_guid
from analysis.plan.files.refi.markup import attributes, element, escaped
from analysis.plan.files.refi.surroundings import OFFSETS

NAMESPACE = "urn:QDA-XML:project:1.0"
SNIPPET = 80
# A zip cannot say "no date"; this is the earliest one it knows.
EPOCH = (1980, 1, 1, 0, 0, 0)
FACTS = ("wave", "method", "group", "people", "asked", "consent")


def write_project(project: Project, name: str, origin: str, *, packed: bool = True) -> bytes:
    """Write a project as a `.qdpx`: the same project gives the same bytes.

    Stances and rounds become variables of the memos of a coding, speakers become cases, what is
    known of a conversation becomes variables. Sources without text are left out.

    Parameters
    ----------
    packed : whether to compress; how well that goes differs between machines, so bytes that must
        be the same everywhere are not
    """
    content = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(content, "w", method) as archive:
        text = "".join(_project(project, name, origin))
        archive.writestr(_entry("project.qde", method), text.encode("utf-8"))
        for document, guid in _written(project):
            entry = _entry(f"sources/{guid}.txt", method)
            archive.writestr(entry, project.texts[document].encode("utf-8"))
    return content.getvalue()


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = method
    info.external_attr = 0o644 << 16
    info.create_system = 3
    return info


def _written(project: Project) -> list[tuple[str, str]]:
    """List the documents that have a text, with their GUIDs."""
    guids = zip(project.documents["document"], project.documents["guid"], strict=True)
    return [
        (d, g if is_guid(g) else named_guid("source", d)) for d, g in guids if d in project.texts
    ]


def _project(project: Project, name: str, origin: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<Project xmlns="{NAMESPACE}" name="{escaped(name)}" origin="{escaped(origin)}">'
    yield from _around("Users", _users(project.codings))
    if len(project.codes):
        yield "<CodeBook><Codes>"
        yield from code_tree(project.codes)
        yield "</Codes></CodeBook>"
    yield from _around("Variables", _variables(project))
    yield from _around("Cases", _cases(project))
    yield from _around("Sources", _sources(project))
    yield from _around("Notes", _notes(project.codings))
    yield "</Project>\n"


def _around(name: str, parts: Iterator[str]) -> Iterator[str]:
    """Put an element around parts; where there are none REFI-QDA wants no element either."""
    first = next(parts, None)
    if first is not None:
        yield f"<{name}>{first}"
        yield from parts
        yield f"</{name}>"


def _users(codings: DataFrame) -> Iterator[str]:
    for coder in sorted(set(codings["coder"])):
        yield f"<User{attributes(guid=named_guid('coder', coder), name=coder)}/>"


def _facts(documents: DataFrame) -> list[str]:
    return [fact for fact in FACTS if fact in documents and (documents[fact] != "").any()]


def _variables(project: Project) -> Iterator[str]:
    used = [*_facts(project.documents), *([OFFSETS] if _written(project) else [])]
    used += [name for name in (STANCE, ROUND) if (project.codings[name] != "").any()]
    used += [SPEAKER] * bool((project.segments["speaker"] != "").any())
    for fact in used:
        head = attributes(guid=named_guid("variable", fact), name=fact, typeOfVariable="Text")
        yield f"<Variable{head}/>"


def _value(variable: str, value: str) -> str:
    """Give something a value of a variable."""
    ref = f'<VariableRef targetGUID="{named_guid("variable", variable)}"/>'
    return f"<VariableValue>{ref}<TextValue>{escaped(value)}</TextValue></VariableValue>"


def _cases(project: Project) -> Iterator[str]:
    guids = dict(_written(project))
    spoken = project.segments[project.segments["speaker"] != ""]
    for (document, speaker), rows in spoken.groupby(["document", "speaker"], sort=True):
        head = attributes(guid=named_guid("case", document, speaker), name=str(speaker))
        yield f"<Case{head}>{_value(SPEAKER, str(speaker))}"
        yield f'<SourceRef targetGUID="{guids[str(document)]}"/>'
        yield from (f'<SelectionRef targetGUID="{guid}"/>' for guid in rows["guid"])
        yield "</Case>"


def _sources(project: Project) -> Iterator[str]:
    coded = _codings(project.codings)
    facts = project.documents.set_index("document")[_facts(project.documents)]
    columns = ["guid", "start", "end", "comment", "text"]
    places = {
        str(document): rows[columns].to_numpy().tolist()
        for document, rows in project.segments.groupby("document", sort=False)
    }
    for document, guid in _written(project):
        head = attributes(guid=guid, name=document, plainTextPath=f"internal://{guid}.txt")
        yield f"<TextSource{head}>"
        for selection, start, end, comment, text in places.get(document, []):
            snippet = escaped(CONTROLS.sub("", text[:SNIPPET]))
            yield (
                f'<PlainTextSelection guid="{selection}" name="{snippet}" startPosition="{start}"'
                f' endPosition="{end}">{element("Description", comment)}'
                f"{coded.get(selection, '')}</PlainTextSelection>"
            )
        yield from (_value(str(fact), value) for fact, value in facts.loc[document].items())
        yield f"{_value(OFFSETS, str(POINTS))}</TextSource>"


def _codings(codings: DataFrame) -> dict[str, str]:
    """Write all codings, by the GUID of their selection."""
    users = {coder: named_guid("coder", coder) for coder in set(codings["coder"])}
    written: dict[str, list[str]] = {}
    columns = ["guid", "selection", "code_guid", "coder", "stance", "round"]
    for guid, selection, code, coder, stance, time in codings[columns].to_numpy().tolist():
        notes = "".join(
            f'<NoteRef targetGUID="{named_guid("note", *note)}"/>' for note in _said(stance, time)
        )
        written.setdefault(selection, []).append(
            f'<Coding guid="{guid}" creatingUser="{users[coder]}">'
            f'<CodeRef targetGUID="{code}"/>{notes}</Coding>'
        )
    return {selection: "".join(parts) for selection, parts in written.items()}


def _said(stance: str, time: str) -> list[tuple[str, str]]:
    """Name the memos that a coding refers to: a variable and its value."""
    return [(STANCE, stance)] * bool(stance) + [(ROUND, time)] * bool(time)


def _notes(codings: DataFrame) -> Iterator[str]:
    columns = (codings["stance"], codings["round"])
    said = {note for pair in zip(*columns, strict=True) for note in _said(*pair)}
    for variable, value in sorted(said):
        head = attributes(guid=named_guid("note", variable, value), name=f"{variable}: {value}")
        text = f"<PlainTextContent>{escaped(value)}</PlainTextContent>"
        yield f"<Note{head}>{text}{_value(variable, value)}</Note>"
