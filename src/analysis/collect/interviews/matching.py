"""Match a coding project to the study: its sources to our conversations, its codes to ours."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from pandas import DataFrame, Series

from analysis.collect.interviews.around import TURN
from analysis.collect.interviews.documents import RegionTalk
from analysis.collect.interviews.headers import STANCES, shown
from analysis.collect.interviews.tables import Project
from analysis.plan.files.refi.guids import named_guid
from analysis.plan.problems import Phrase, Problem, near
from analysis.plan.study import Region, Study

COLUMNS = ["document", "start", "end", "speaker", "code", "coder", "round", "stance", "text"]
LISTED = 8
# What `read` writes beside the codings, and what people write about them.
NO_CODINGS = {
    f"{name}{suffix}"
    for name in ("documents", "speakers", "codes", "segments", "quarantine", "import_log")
    for suffix in (".csv", ".xlsx")
}


@dataclass(frozen=True)
class Matched:
    """The codings of a project in our words, the texts it brought, and what was left out."""

    rows: DataFrame
    texts: dict[str, str]
    log: list[tuple[str, str, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


# What was set aside, by its kind.
KINDS = {
    "coding": "aside.coding",
    "selection": "aside.selection",
    "source": "aside.source",
    "row": "aside.row",
}


def match_project(
    project: Project, file: str, region: Region, study: Study, said: RegionTalk
) -> Matched:
    """Put a project's codings under our documents and codes; what has no place is listed."""
    documents = said.documents
    ours = _match_documents(project, documents)
    codes, stances = match_codes(project.codes, region, study)
    codings = project.codings.assign(
        round=project.codings["round"].replace("", "1"),
        theirs=project.codings["code"],
        document=[ours.get(name, "") for name in project.codings["document"]],
    )
    says = codings["theirs"].isin(stances)
    told = _stances(codings[says], stances)
    left = codings[~says]
    left = left.assign(
        code=[codes.get(name, "") for name in left["theirs"]],
        stance=_stance(left, told, codes, study),
    )
    kept = (left["document"] != "") & (left["code"] != "")
    rows = left[kept].drop_duplicates(["document", "start", "end", "code", "coder", "round"])
    texts = {ours[name]: text for name, text in project.texts.items() if name in ours}
    rows = rows.assign(speaker=_speakers(rows, texts, said.speakers))[COLUMNS]
    problems = [
        *_strange_codes(file, left, study),
        *_strange_sources(file, left, documents),
        *_set_aside(file, project.quarantined),
    ]
    log = [(f"{f}: {w}", d, n) for f, w, d, n in project.log.to_numpy().tolist()]
    log += [("lost: codings whose code or conversation is not ours", "", int((~kept).sum()))]
    log += [("noted: the same coding more than once", "", int(kept.sum()) - len(rows))]
    return Matched(rows.reset_index(drop=True), texts, log, problems)


def match_codes(
    codes: DataFrame, region: Region, study: Study
) -> tuple[dict[str, str], dict[str, str]]:
    """Match each code of a project: by id, a label that one code has, its place, region.yaml.

    Returns
    -------
    Their code names to our ids, and their code names to a stance where a code only says that.
    """
    ids = set(study.codes["id"])
    by_guid = {named_guid("code", code): code for code in ids}
    local_names = {folded(key): value for key, value in region.codes.items()}
    named, placed = _labels(study.codes), _paths(study.codes)
    found: dict[str, str] = {}
    stances: dict[str, str] = {}
    for code, name, path, guid in codes[["code", "name", "path", "guid"]].to_numpy().tolist():
        spelt = [folded(one) for one in (path, code, name)]
        local = next((local_names[one] for one in spelt if one in local_names), "")
        ours = by_guid.get(guid) or (name if name in ids else named.get(folded(name), ""))
        ours = ours or placed.get(folded(path), "")
        if ours or local in ids:
            found[code] = ours or local
        elif stance := STANCES.get(folded(local or name)):
            stances[code] = stance
    return found, stances


def folded(name: str) -> str:
    """Spell a name in one way: a Mac writes an accent as a letter of its own."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def _labels(codes: DataFrame) -> dict[str, str]:
    """Return the labels that one code alone has, however they are spelt in capitals."""
    names: dict[str, str] = {}
    for column in ("label_nl", "label_en"):
        labels = codes[column].map(folded)
        counts = labels.value_counts()
        for label, code in zip(labels, codes["id"], strict=True):
            if label and counts[label] == 1:
                names.setdefault(label, code)
    return names


def _paths(codes: DataFrame) -> dict[str, str]:
    """Return the code at each place of a tree of labels: two codes of one name differ in it."""
    labels = dict(zip(codes["id"], codes["label_en"], strict=True))
    places = zip(codes["path"], codes["id"], strict=True)
    return {
        folded("/".join(labels[step] for step in path.split("/"))): code for path, code in places
    }


def _match_documents(project: Project, documents: DataFrame) -> dict[str, str]:
    """Match sources by a conversation's id or file, with or without an ending."""
    known: dict[str, str] = {}
    files = documents["file"] if "file" in documents else Series("", index=documents.index)
    for document, file in zip(documents["document"], files, strict=True):
        place = PurePosixPath(file.replace("\\", "/"))
        for name in (document, place.name, place.stem):
            if name:
                known.setdefault(folded(name), document)
    matched: dict[str, str] = {}
    for name in project.documents["document"]:
        wanted = folded(name)
        ours = known.get(wanted) or known.get(PurePosixPath(wanted).stem)
        if ours and ours not in matched.values():
            matched[name] = ours
    return matched


def _stances(said: DataFrame, stances: Mapping[str, str]) -> dict[tuple[object, ...], str]:
    """Return the stance that a coder gave to a place by a code of its own."""
    keys = zip(said["document"], said["start"], said["end"], said["coder"], strict=True)
    return {key: stances[code] for key, code in zip(keys, said["theirs"], strict=True)}


def _stance(
    rows: DataFrame,
    said: Mapping[tuple[object, ...], str],
    codes: Mapping[str, str],
    study: Study,
) -> list[str]:
    """Return each stance: the coding's own, the place's, that of the code, or neutral."""
    valence = dict(zip(study.codes["id"], study.codes["valence"], strict=True))
    keys = zip(rows["document"], rows["start"], rows["end"], rows["coder"], strict=True)
    return [
        own or said.get(key) or valence.get(codes.get(code, ""), "") or "neutral"
        for own, key, code in zip(rows["stance"].map(STANCES), keys, rows["theirs"], strict=True)
    ]


def _speakers(rows: DataFrame, texts: Mapping[str, str], speakers: DataFrame) -> list[str]:
    """Return who speaks: as the file says, else whose turn the transcript says it is."""
    known = set(zip(speakers["document"], speakers["speaker"], strict=True))
    turns = {
        document: [turn for turn in TURN.finditer(text) if (document, turn.group(1)) in known]
        for document, text in texts.items()
    }
    starts = {document: [turn.end() for turn in found] for document, found in turns.items()}
    return [
        speaker or _turn(turns.get(document, []), bisect_right(starts.get(document, []), start))
        for speaker, document, start in zip(
            rows["speaker"], rows["document"], rows["start"], strict=True
        )
    ]


def _turn(turns: list["re.Match[str]"], place: int) -> str:
    return turns[place - 1].group(1) if place else ""


def _strange_codes(file: str, rows: DataFrame, study: Study) -> Iterator[Problem]:
    counts = rows.loc[rows["code"] == "", "theirs"].value_counts().sort_index()
    if not len(counts):
        return
    labels = dict(zip(study.codes["id"], study.codes["label_nl"], strict=True))
    listed = [
        Phrase("interviews.code_often", code=shown(str(code)[:60]), n=n)
        for code, n in counts[:LISTED].items()
    ]
    allowed = near(str(counts.index[0])[:60], [*labels], labels)
    yield Problem(
        "interviews.strange_codes",
        file,
        column="code",
        severity="W" if (rows["code"] != "").any() else "E",
        n=counts.sum(),
        codes=_first(listed, len(counts)),
        allowed=allowed,
    )


def _first(told: Sequence[str | Phrase], count: int) -> Phrase:
    """List what is told, and count the others."""
    if count <= len(told):
        return Phrase("interviews.several", names=[*told])
    return Phrase("interviews.and_more", names=[*told], n=count - len(told))


def _strange_sources(file: str, rows: DataFrame, documents: DataFrame) -> Iterator[Problem]:
    lost = int((rows["document"] == "").sum())
    if lost:
        known = [*documents["document"].head(LISTED)] or Phrase("interviews.a_document")
        severity: Literal["E", "W"] = "E" if lost == len(rows) else "W"
        yield Problem("interviews.strange_sources", file, severity=severity, n=lost, known=known)


def _set_aside(file: str, aside: DataFrame) -> Iterator[Problem]:
    """Write one letter per reason, with how many and the first of them."""
    for (kind, why), rows in aside.groupby(["kind", "letter"], sort=True):
        places = _first(rows["place"].head(3).tolist(), len(rows))
        named = Phrase(KINDS[str(kind)])
        letter, n = "interviews.set_aside", len(rows)
        yield Problem(letter, file, n=n, kind=named, why=Phrase(why), places=places)


def coding_files(folder: Path) -> list[Path]:
    """List what may hold codings in an interviews folder; transcripts and hidden files do not."""
    paths = [path for path in folder.glob("*") if path.suffix.casefold() != ".txt"]
    found = sorted(path for path in paths if path.name.lower() not in NO_CODINGS)
    kinds = (path for path in found if not path.name.startswith((".", "~")))
    return [p for p in kinds if p.is_file() or p.suffix.casefold() == ".qda" or p.is_symlink()]
