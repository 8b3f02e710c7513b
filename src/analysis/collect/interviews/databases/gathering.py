"""Gather rows that point at each other by number into a project, and set aside what dangles."""

from collections import Counter
from dataclasses import dataclass, field

from analysis.collect.interviews.coded import Coded, Marks, Source, Spans
from analysis.collect.interviews.databases.sqlitefile import Cell, whole, words
from analysis.plan.files.refi.codetree import Code
from analysis.plan.files.refi.guids import named_guid
from analysis.plan.files.refi.quarantine import Quarantined

NO_CODE = "aside.strange_code"
NO_SOURCE = "aside.no_source"
NOT_WHOLE = "aside.not_whole"


@dataclass
class Gathering:
    """A project in the making; things are known by their own number in the tool."""

    tool: str
    sources: list[Source] = field(default_factory=list)
    codes: dict[Cell, Code] = field(default_factory=dict)
    spans: Spans = field(default_factory=Spans)
    marks: Marks = field(default_factory=Marks)
    quarantined: list[Quarantined] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    places: dict[Cell, int] = field(default_factory=dict)
    span_of: dict[tuple[object, ...], int] = field(default_factory=dict)

    def add_source(
        self,
        number: Cell,
        name: str,
        text: str | None,
        *,
        kind: str = "text",
        breaks: tuple[int, ...] = (),
    ) -> None:
        """Add a source."""
        self.places[number] = len(self.sources)
        guid = named_guid(self.tool, "source", number)
        label = name or f"source {words(number)}"
        self.sources.append(Source(guid, label, text, kind=kind, breaks=breaks))

    def add_code(self, number: Cell, name: str, parent: str, description: str, color: str) -> None:
        """Add a code under the GUID of its parent."""
        guid = self.code_guid(number)
        self.codes[number] = Code(guid, name or f"code {words(number)}", parent, description, color)

    def code_guid(self, number: Cell) -> str:
        """Return the GUID of a code by its number."""
        return named_guid(self.tool, "code", number)

    def add_span(self, key: Cell, source: Cell, start: Cell, end: Cell, snippet: str) -> int | None:
        """Add a place, or set it aside; a place that several codes share has one row each."""
        guid = named_guid(self.tool, "selection", key)
        first, last = whole(start), whole(end)
        if source not in self.places:
            self.quarantined.append(Quarantined(NO_SOURCE, "", words(start), words(end), guid))
            return None
        name = self.sources[self.places[source]].name
        if first is None or last is None:
            ends = words(start)[:20], words(end)[:20]
            self.quarantined.append(Quarantined(NOT_WHOLE, name, *ends, guid))
            return None
        return self.spans.add(guid, self.places[source], first, last, snippet)

    def add_mark(self, key: object, span: int, code: Cell, coder: str) -> int | None:
        """Add a coding, or set it aside."""
        guid = named_guid(self.tool, "coding", key)
        if code not in self.codes:
            spans = self.spans
            name = self.sources[spans.source[span]].name
            start, end = str(spans.start[span]), str(spans.end[span])
            self.quarantined.append(Quarantined(NO_CODE, name, start, end, guid, "coding"))
            return None
        return self.marks.add(guid, span, self.codes[code].guid, coder or "unknown")

    def coded(self, *, counts_from_one: bool = False, has_words: bool = False) -> Coded:
        """Return the project; `has_words` where the tool keeps the whole text of every place."""
        return Coded(
            self.tool,
            self.sources,
            [*self.codes.values()],
            self.spans,
            self.marks,
            self.quarantined,
            +self.lost,
            counts_from_one=counts_from_one,
            has_words=has_words,
        )
