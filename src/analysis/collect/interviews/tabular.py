"""Read a list of coded segments of any tool: the text is found again in the conversation."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pandas import DataFrame

from analysis.collect.interviews.coded import Coded, Marks, Source, Spans
from analysis.collect.interviews.headers import STANCES, is_count, rename_coded, shown, unguarded
from analysis.collect.interviews.paragraphs import CHARACTERS, LINES, Written, counted_in, window
from analysis.collect.interviews.units import POINTS
from analysis.plan.files.refi.codetree import Code
from analysis.plan.files.refi.guids import named_guid
from analysis.plan.files.refi.quarantine import Quarantined
from analysis.plan.files.spreadsheet import read_spreadsheet
from analysis.plan.problems import Phrase, refuse

TOOL = "a list of coded segments"
LEVELS = re.compile(r"\s+>\s+|\\")
SEVERAL = re.compile(r"[\n;]")
# A letter with the marks that are written after it.
CLUSTER = re.compile("(?s).[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]*")
COMMA = re.compile(r"\s*,\s*")
# Dedoose has a column for every code: "Code: Trust Applied".
APPLIED = re.compile(r"Code: (.+) Applied")
NOT_THERE = "aside.not_there"
NOT_ONCE = "aside.not_once"
NO_TEXT = "aside.neither"
NO_CODE = "aside.no_code"
TWICE = "rows that give a code again to the same place: kept once"
NO_STANCE = "words for a stance that are none"
NO_ROUND = "rounds that are no number"
NOT_USED = "places that could not be used: the text alone was looked for"
BETWEEN = "\n\n"
REBUILT = "conversations rebuilt from their segments: the rest of the words is not there"


def is_segment_list(columns: list[str], mapped: Mapping[str, str]) -> bool:
    """Say whether a table is a list of coded segments, by its header."""
    named = set(rename_coded(columns, mapped))
    return {"document", "code"} <= named and ("text" in named or {"start", "end"} <= named)


def read_segment_list(
    path: Path, name: str, texts: Mapping[str, str], mapped: Mapping[str, str]
) -> Coded:
    """Read a list of coded segments.

    Parameters
    ----------
    texts : conversations that are known, by the name the list uses
    mapped : our column names and what the list calls them, where no alias says so

    Raises
    ------
    StudyError if it is no such list.
    """
    rows = read_spreadsheet(path, name)
    header = [*rows.columns]
    if not is_segment_list(header, mapped):
        names = [shown(column) for column in header[:8]] or Phrase("interviews.none")
        raise refuse("interviews.segment_columns", name, names=names)
    rows.columns = rename_coded(header, mapped)
    starts = dict(zip(rows.columns, header, strict=True)).get("start", "")
    return SegmentList(rows, texts, starts).coded()


class SegmentList:
    """A project in the making, out of rows."""

    def __init__(self, rows: DataFrame, texts: Mapping[str, str], starts: str = "") -> None:
        known = ["document", "code", "text", "start", "end", "coder", "speaker", "stance", "round"]
        known += ["group", "count", "comment"]
        applied = {str(column): APPLIED.fullmatch(str(column)) for column in rows}
        self.unknown = [name for name, told in applied.items() if name not in known and not told]
        self.listed = {told[1].strip() for told in applied.values() if told}
        self.has_places = "start" in rows and "end" in rows
        self.rows = _told_apart(rows.reindex(columns=known, fill_value=""))
        self.listed |= {cell.strip() for cell in self.rows["code"] if "," not in cell}
        self.texts = dict(texts)
        self.remarks: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.quarantined: list[Quarantined] = []
        self.spans, self.marks = Spans(), Marks()
        self.codes: dict[tuple[str, ...], Code] = {}
        self._starts, self._counting = starts, CHARACTERS
        self._places: dict[tuple[int, int, int], int] = {}
        self._given: set[tuple[object, ...]] = set()
        self._rebuilt: set[str] = set()
        self._stand: dict[tuple[str, ...], tuple[int, int]] = {}

    def coded(self) -> Coded:
        """Return the project."""
        documents = [*dict.fromkeys(cell.strip() for cell in self.rows["document"])]
        self._rebuild({name for name in documents if not self.texts.get(name)})
        if self.has_places:
            self._counting = counted_in(self._written(), self._starts)
        order = {name: place for place, name in enumerate(documents)}
        for number, cells in zip(self.rows.index, self.rows.to_dict("records"), strict=True):
            self._take(int(number), {str(k): str(v) for k, v in cells.items()}, order)
        sources = [Source(named_guid("source", d), d, self.texts.get(d) or None) for d in documents]
        lost = self.lost + Counter({f"column {name[:40]}": len(self.rows) for name in self.unknown})
        codes = [*self.codes.values()]
        return Coded(
            TOOL,
            sources,
            codes,
            self.spans,
            self.marks,
            self.quarantined,
            lost,
            +self.remarks,
            unit=POINTS,
            has_words=True,
        )

    def _written(self) -> Iterator[Written]:
        """Go through the rows that can tell what places count."""
        for cells in self.rows.to_dict("records"):
            text, said = self.texts.get(cells["document"].strip(), ""), unguarded(cells["text"])
            is_known = text and said.strip() and cells["document"].strip() not in self._rebuilt
            if is_known and is_count(cells["start"].strip()) and is_count(cells["end"].strip()):
                yield Written(text, said, int(cells["start"]), int(cells["end"]))

    def _rebuild(self, unknown: set[str]) -> None:
        """Make a conversation out of its segments where the words themselves are not there.

        The same words at two places were said twice.
        """
        parts: dict[str, list[tuple[str, str, str]]] = {}
        for cells in self.rows.to_dict("records"):
            if cells["document"].strip() in unknown and cells["text"].strip():
                parts.setdefault(cells["document"].strip(), []).append(_said_at(cells))
        for document, texts in parts.items():
            at = 0
            for place in dict.fromkeys(texts):
                self._stand[document, *place] = (at, at + len(place[0]))
                at += len(place[0]) + len(BETWEEN)
            self.texts[document] = BETWEEN.join(said for said, *_ in dict.fromkeys(texts))
            self.remarks[REBUILT] += 1
        self._rebuilt = set(parts)

    def _take(self, number: int, cells: dict[str, str], order: Mapping[str, int]) -> None:
        document = cells["document"].strip()
        names = _names(cells["code"], cells["count"], self.listed)
        place = self._place(document, cells) if names else NO_CODE
        if isinstance(place, str):
            guid = named_guid("row", number)
            self.quarantined.append(Quarantined(place, document, str(number), "", guid, "row"))
            return
        key = (order[document], *place)
        if key not in self._places:
            guid = named_guid("selection", document, *place)
            self._places[key] = self.spans.add(guid, *key, unguarded(cells["text"]))
        span = self._places[key]
        if cells["speaker"].strip():
            self.spans.speaker.setdefault(span, cells["speaker"].strip())
        if cells["comment"].strip():
            self.spans.comment.setdefault(span, cells["comment"].strip())
        for branch in names:
            self._mark(number, span, branch, cells)

    def _mark(self, number: int, span: int, branch: tuple[str, ...], cells: dict[str, str]) -> None:
        coder, turn = cells["coder"].strip() or "unknown", cells["round"].strip()
        if (span, branch, coder, turn) in self._given:
            self.remarks[TWICE] += 1
            return
        self._given.add((span, branch, coder, turn))
        guid = named_guid("coding", number, *branch)
        mark = self.marks.add(guid, span, self._code(branch), coder)
        stance = STANCES.get(cells["stance"].strip().casefold())
        if stance:
            self.marks.stance[mark] = stance
        elif stance is None:
            self.lost[NO_STANCE] += 1
        if is_count(turn):
            self.marks.round[mark] = turn
        elif turn:
            self.lost[NO_ROUND] += 1

    def _place(self, document: str, cells: dict[str, str]) -> tuple[int, int] | str:
        """Return the place as written, or where the text stands; else why there is none."""
        start, end = cells["start"].strip(), cells["end"].strip()
        is_place = self.has_places and is_count(start) and is_count(end)
        is_place = is_place and document not in self._rebuilt
        if is_place and self._counting == CHARACTERS:
            return int(start), int(end)
        text, said = self.texts.get(document, ""), unguarded(cells["text"])
        if is_place and said.strip() and self._counting in LINES:
            first, last = window(text, int(start), int(end), self._counting)
            found = spans_of(said, text[first:last])
            if len(found) == 1:
                self.remarks[f"places counted in {self._counting}: the text was found there"] += 1
                return first + found[0][0], first + found[0][1]
        if start or end:
            self.lost[NOT_USED] += 1
        if not said.strip():
            return NO_TEXT
        if document in self._rebuilt:
            return self._stand[document, *_said_at(cells)]
        found = spans_of(said, text)
        if len(found) != 1:
            return NOT_ONCE if found else NOT_THERE
        return found[0]

    def _code(self, branch: tuple[str, ...]) -> str:
        """Return the GUID of a code, putting it and those above it in the tree."""
        parent = self._code(branch[:-1]) if len(branch) > 1 else ""
        guid = named_guid("code", *branch)
        self.codes.setdefault(branch, Code(guid, branch[-1], parent))
        return guid


def _told_apart(rows: DataFrame) -> DataFrame:
    """Call documents of one name in several groups by their group too: they are several."""
    names, groups = rows["document"].str.strip(), rows["group"].str.strip()
    several = groups.groupby(names).transform("nunique") > 1
    return rows.assign(document=names.where(~several, groups + " / " + names))


def _said_at(cells: Mapping[str, str]) -> tuple[str, str, str]:
    """Name a text by its words and by the place that the list gives it."""
    return unguarded(cells["text"]).strip(), cells["start"].strip(), cells["end"].strip()


def _names(cell: str, count: str, listed: Collection[str]) -> list[tuple[str, ...]]:
    """Split a cell into codes, and each code into the levels it is written with.

    A comma parts codes where the tool's own count says so, or where each part is a code that the
    tool lists or that stands alone elsewhere; else it belongs to the name.
    """
    parts = [part.strip() for part in SEVERAL.split(cell) if part.strip()]
    if len(parts) == 1 and "," in cell:
        commas = [part for part in COMMA.split(parts[0]) if part]
        is_counted = is_count(count.strip()) and int(count) == len(commas)
        parts = commas if is_counted or set(commas) <= set(listed) else parts
    return [tuple(level.strip() for level in LEVELS.split(part) if level.strip()) for part in parts]


def spans_of(said: str, text: str) -> list[tuple[int, int]]:
    """Find a text wherever it stands, whatever its white space and its Unicode form became."""
    found = [match.span() for match in re.finditer(_loosely(said), text)]
    if found:
        return found
    plain, at = _composed(text)
    wanted = _loosely(unicodedata.normalize("NFC", said))
    spans = (match.span() for match in re.finditer(wanted, plain))
    return [(at[start], at[end]) for start, end in spans]


def _composed(text: str) -> tuple[str, list[int]]:
    """Write a text in composed letters, with the place in the text of each letter, and its end."""
    letters: list[str] = []
    at: list[int] = []
    for match in CLUSTER.finditer(text):
        one = unicodedata.normalize("NFC", match[0])
        letters.append(one)
        at += [match.start()] * len(one)
    return "".join(letters), [*at, len(text)]


def _loosely(said: str) -> str:
    """Match a text whatever its white space became on the way through a spreadsheet."""
    return r"\s+".join(re.escape(word) for word in said.split())
