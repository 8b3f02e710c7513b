"""What every coding tool's file comes down to: sources, codes, coders, spans and marks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from analysis.plan.files.refi.codetree import Code
from analysis.plan.files.refi.quarantine import Quarantined


@dataclass(frozen=True)
class Source:
    """One document of a project; without text nothing in it can be pointed at.

    `breaks` are places where a reader sees a new line but the text has none to count.
    """

    guid: str
    name: str
    text: str | None
    file: str = ""
    kind: str = "text"
    has_bom: bool = False
    breaks: tuple[int, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Spans:
    """Places in sources, a list per column; offsets in the tool's own unit, not yet proven.

    `source` is the place of a source in its list. `snippet` is what the tool says stands there.
    Spans in `whole` cover all of their source, whatever the unit.
    """

    guid: list[str] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    snippet: list[str] = field(default_factory=list)
    comment: dict[int, str] = field(default_factory=dict)
    speaker: dict[int, str] = field(default_factory=dict)
    whole: list[int] = field(default_factory=list)

    def add(self, guid: str, source: int, start: int, end: int, snippet: str) -> int:
        """Add one place and return its number."""
        self.guid.append(guid)
        self.source.append(source)
        self.start.append(start)
        self.end.append(end)
        self.snippet.append(snippet)
        return len(self.guid) - 1


@dataclass(frozen=True)
class Marks:
    """Who gave which code to which span, a list per column; `code` is a GUID, `coder` a name."""

    guid: list[str] = field(default_factory=list)
    span: list[int] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    coder: list[str] = field(default_factory=list)
    stance: dict[int, str] = field(default_factory=dict)
    round: dict[int, str] = field(default_factory=dict)

    def add(self, guid: str, span: int, code: str, coder: str) -> int:
        """Add one coding and return its number."""
        self.guid.append(guid)
        self.span.append(span)
        self.code.append(code)
        self.coder.append(coder)
        return len(self.guid) - 1


@dataclass(frozen=True)
class Coded:
    """A project as its tool wrote it. `counts_from_one` adds that way of counting to the rivals.

    With `has_words` every snippet is the whole text of its place, and must stand there.
    `unit` is what the file itself, or a person, says its offsets count; it breaks a tie, no more.
    """

    tool: str
    sources: list[Source] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    spans: Spans = field(default_factory=Spans)
    marks: Marks = field(default_factory=Marks)
    quarantined: list[Quarantined] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    counts_from_one: bool = False
    unit: str = ""
    has_words: bool = False


class Reader(Protocol):
    """What a coding tool's file must offer: content and a name to call it by in letters."""

    def __call__(self, path: Path, name: str, /) -> Coded:
        """Read a project, or raise StudyError with a letter that says why not."""
