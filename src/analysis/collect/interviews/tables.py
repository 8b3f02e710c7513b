"""Settle a project in tidy tables: offsets proven, names unique, everything left out counted."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.collect.interviews.coded import Coded, Source
from analysis.collect.interviews.offsets import Proof, prove, squeezed
from analysis.plan.files.refi.codetree import Code
from analysis.plan.files.refi.quarantine import Quarantined

NO_TEXT = "aside.no_source_text"
OUTSIDE = "aside.outside"
DIFFERS = "aside.differs"
ALWAYS = ("sources", "codes", "selections", "codings")
QUARANTINE = ["reason", "kind", "document", "start", "end", "guid"]
ASIDE = [*QUARANTINE, "letter", "place"]


@dataclass(frozen=True)
class Project:
    """A project of any tool in our words; offsets are code points, half-open.

    `segments` has a row per selection (also those without a code), `codings` a row per code given,
    each pointing at the selection's GUID.
    """

    tool: str
    documents: DataFrame
    texts: dict[str, str]
    codes: DataFrame
    segments: DataFrame
    codings: DataFrame
    quarantined: DataFrame
    log: DataFrame


def segment_id(document: str, start: object, end: object) -> str:
    """Name a segment by its place: the same place has the same name in every run."""
    return hashlib.sha256(f"{document}\n{start}\n{end}".encode()).hexdigest()[:12]


def with_names(segments: DataFrame) -> DataFrame:
    """Add to segments the name of their place and the hash of their words."""
    columns = [segments[column].tolist() for column in ("document", "start", "end")]
    hashes = [hashlib.sha256(text.encode("utf-8", "replace")) for text in segments["text"]]
    return segments.assign(
        segment=[segment_id(*place) for place in zip(*columns, strict=True)],
        text_hash=[one.hexdigest() for one in hashes],
    )


def settle(coded: Coded, name: str) -> Project:
    """Prove the offsets of a project and lay it out in tables.

    Raises
    ------
    StudyError if its offsets cannot be proven.
    """
    proof = prove(coded, name)
    proof, differing = _without_differing(coded, proof)
    documents = _documents(coded)
    names = documents["document"].tolist()
    codes = _codes(coded.codes)
    coded, proof = _with_breaks(coded, proof)
    texts = {
        document: source.text
        for document, source in zip(names, coded.sources, strict=True)
        if source.text
    }
    segments = _segments(coded, proof, names)
    codings = _codings(coded, segments, dict(zip(codes["guid"], codes["code"], strict=True)))
    quarantined = [*coded.quarantined, *_unplaced(coded, proof, names, differing)]
    aside = DataFrame([one.record() for one in quarantined], columns=ASIDE, dtype=object)
    log = _log(coded, proof, segments, codings, aside)
    segments = segments.drop(columns="span")
    return Project(coded.tool, documents, texts, codes, segments, codings, aside, log)


def _without_differing(coded: Coded, proof: Proof) -> tuple[Proof, set[int]]:
    """Take away the place of what should stand there word for word and does not."""
    if not coded.has_words:
        return proof, set()
    start = proof.start.copy()
    differing = {
        span
        for span, (snippet, source) in enumerate(
            zip(coded.spans.snippet, coded.spans.source, strict=True)
        )
        if start[span] >= 0 and not _is_told(snippet, coded.sources[source].text or "", proof, span)
    }
    start[[*differing]] = -1
    return replace(proof, start=start), differing


def _is_told(snippet: str, text: str, proof: Proof, span: int) -> bool:
    """Say whether a snippet, or the start of it where a tool cut it off, stands at its place."""
    found, told = squeezed(text[proof.start[span] : proof.end[span]]), squeezed(snippet)
    return not told or found == told or (told[-1:] == "…" and found.startswith(told[:-1].strip()))


def _with_breaks(coded: Coded, proof: Proof) -> tuple[Coded, Proof]:
    """Write the line ends that a reader sees but no unit counts, and move the places along."""
    if not any(source.breaks for source in coded.sources):
        return coded, proof
    start, end = proof.start.copy(), proof.end.copy()
    owner = np.array(coded.spans.source)
    for place, source in enumerate(coded.sources):
        rows = (owner == place) & (start >= 0)
        breaks = np.array(source.breaks)
        start[rows] += np.searchsorted(breaks, proof.start[rows], side="right")
        end[rows] += np.searchsorted(breaks, proof.end[rows], side="left")
    sources = [replace(one, text=_broken(one), breaks=()) for one in coded.sources]
    return replace(coded, sources=sources), replace(proof, start=start, end=end)


def _broken(source: Source) -> str | None:
    if source.text is None:
        return None
    edges = [0, *source.breaks, len(source.text)]
    return "\n".join(source.text[a:b] for a, b in pairwise(edges))


def _documents(coded: Coded) -> DataFrame:
    names = _unique([source.name for source in coded.sources])
    rows = [
        {"document": name, "guid": source.guid, "kind": source.kind, **source.facts}
        for name, source in zip(names, coded.sources, strict=True)
    ]
    facts = sorted({fact for source in coded.sources for fact in source.facts} - {"document"})
    columns = ["document", "guid", "kind", *facts]
    return DataFrame(rows, columns=columns, dtype=object).fillna("")


def _unique(names: list[str]) -> list[str]:
    taken: set[str] = set()
    given = []
    for name in names:
        number, own = 2, name
        while own.casefold() in taken:
            own, number = f"{name} ({number})", number + 1
        taken.add(own.casefold())
        given.append(own)
    return given


def _codes(codes: list[Code]) -> DataFrame:
    """Name each code: by its name where that is its own, else by its path in the tree."""
    by_guid = {code.guid: code for code in codes}
    codes = _in_tree_order(codes, by_guid)
    paths = ["/".join(one.name for one in _branch(code, by_guid)) for code in codes]
    shared = Counter(code.name for code in codes)
    named = [c.name if shared[c.name] == 1 else p for c, p in zip(codes, paths, strict=True)]
    own = [vars(code) | {"is_codable": "yes" if code.is_codable else "no"} for code in codes]
    columns = ["code", "name", "path", "parent", "guid", "description", "color", "is_codable"]
    table = DataFrame(own, columns=columns, dtype=object)
    return table.assign(code=_text(_unique(named)), path=_text(paths))


def _in_tree_order(codes: list[Code], by_guid: dict[str, Code]) -> list[Code]:
    """Put each code after its parent, as a tree is written down."""
    place = {code.guid: number for number, code in enumerate(codes)}
    branches = {code.guid: _branch(code, by_guid) for code in codes}
    return sorted(codes, key=lambda code: [place[one.guid] for one in branches[code.guid]])


def _branch(code: Code, by_guid: dict[str, Code]) -> list[Code]:
    """Follow the parents up to the top; a circle ends where it closes."""
    branch = [code]
    while (parent := by_guid.get(branch[0].parent)) and parent not in branch:
        branch.insert(0, parent)
    return branch


def _segments(coded: Coded, proof: Proof, names: list[str]) -> DataFrame:
    spans = coded.spans
    starts, ends = proof.start.tolist(), proof.end.tolist()
    kept = [span for span, start in enumerate(starts) if start >= 0]
    # By source, as every exchange format groups them; within one as they came.
    kept.sort(key=spans.source.__getitem__)
    sources = [spans.source[span] for span in kept]
    starts, ends = [starts[span] for span in kept], [ends[span] for span in kept]
    documents = [names[source] for source in sources]
    whole = [source.text or "" for source in coded.sources]
    texts = [whole[s][start:end] for s, start, end in zip(sources, starts, ends, strict=True)]
    columns = {
        "span": kept,
        "guid": [spans.guid[span] for span in kept],
        "document": documents,
        "start": starts,
        "end": ends,
        "speaker": [spans.speaker.get(span, "") for span in kept],
        "comment": [spans.comment.get(span, "") for span in kept],
        "text": texts,
    }
    return DataFrame(columns, dtype=object).astype(dict.fromkeys(("span", "start", "end"), "int64"))


def _codings(coded: Coded, segments: DataFrame, code_names: dict[str, str]) -> DataFrame:
    marks = coded.marks
    row_of = dict(zip(segments["span"].tolist(), range(len(segments)), strict=True))
    kept = [mark for mark, span in enumerate(marks.span) if span in row_of]
    kept.sort(key=lambda mark: row_of[marks.span[mark]])
    rows = [row_of[marks.span[mark]] for mark in kept]
    at = segments[["document", "start", "end", "speaker", "text"]].iloc[rows]
    selections = segments["guid"].tolist()
    guids = [marks.code[mark] for mark in kept]
    return at.reset_index(drop=True).assign(
        guid=_text([marks.guid[mark] for mark in kept]),
        selection=_text([selections[row] for row in rows]),
        code=_text([code_names[guid] for guid in guids]),
        code_guid=_text(guids),
        coder=_text([marks.coder[mark] for mark in kept]),
        round=_text([marks.round.get(mark, "") for mark in kept]),
        stance=_text([marks.stance.get(mark, "") for mark in kept]),
    )


def _text(cells: list[str]) -> "pd.Series[str]":
    return pd.Series(cells, dtype=object)


def _unplaced(
    coded: Coded, proof: Proof, names: list[str], differing: set[int]
) -> list[Quarantined]:
    """Set aside the selections that stand nowhere, and the codings on them."""
    spans, marks = coded.spans, coded.marks
    gone = {span for span, start in enumerate(proof.start.tolist()) if start < 0}
    why = {}
    for span in sorted(gone):
        source = spans.source[span]
        reason = OUTSIDE if coded.sources[source].text else NO_TEXT
        reason = DIFFERS if span in differing else reason
        why[span] = (reason, names[source], str(spans.start[span]), str(spans.end[span]))
    aside = [Quarantined(*place, spans.guid[span]) for span, place in why.items()]
    for mark, span in enumerate(marks.span if gone else ()):
        if span in gone:
            aside.append(Quarantined(*why[span], marks.guid[mark], "coding"))
    return aside


def _log(
    coded: Coded, proof: Proof, segments: DataFrame, codings: DataFrame, aside: DataFrame
) -> DataFrame:
    readable = sum(source.text is not None for source in coded.sources)
    bare = (~segments["guid"].isin(codings["selection"])).sum()
    rows = [
        ("kept", "sources", coded.tool[:80], len(coded.sources)),
        ("kept", "sources with a text", "", readable),
        ("kept", "codes", "", len(coded.codes)),
        ("kept", "selections", "", len(segments)),
        ("kept", "selections without a code (annotations)", "", int(bare)),
        ("kept", "codings", "", len(codings)),
        ("kept", "coders", "", codings["coder"].nunique()),
        ("proven", f"offsets count {proof.unit}", proof.detail, len(segments)),
    ]
    reasons = aside.groupby(["kind", "reason"], sort=True).size()
    rows += [("quarantined", f"{kind}: {why}", "", n) for (kind, why), n in reasons.items()]
    rows += [("lost", what, "", n) for what, n in sorted(coded.lost.items())]
    rows += [("noted", what, "", n) for what, n in sorted(coded.remarks.items())]
    log = DataFrame(rows, columns=["fate", "what", "detail", "n"])
    shown = (log["n"] > 0) | (log["fate"] == "proven") | log["what"].isin(ALWAYS)
    return log[shown].reset_index(drop=True)
