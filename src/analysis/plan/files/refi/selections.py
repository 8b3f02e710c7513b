"""The sources of a REFI-QDA project, the places selected in them and the codes given there."""

from dataclasses import dataclass, field
from typing import Any

from analysis.plan.files.decoding import Decoded
from analysis.plan.files.refi.codetree import CodeTree
from analysis.plan.files.refi.guids import canonical, named_guid
from analysis.plan.files.refi.parsing import Attributes
from analysis.plan.files.refi.quarantine import Quarantined

MEDIA = {
    "PDFSelection": "aside.pdf",
    "PictureSelection": "aside.picture",
    "AudioSelection": "aside.sound",
    "VideoSelection": "aside.film",
}
SOURCES = {"TextSource": "text", "PDFSource": "PDF", "PictureSource": "picture"}
SOURCES |= {"AudioSource": "sound", "VideoSource": "film"}
NOT_WHOLE = "aside.not_whole"

# One row per thing: columns would cost a call and an append for every cell of every row.
FoundSpan = tuple[str, int, int, int, str, str]
FoundMark = list[Any]


@dataclass
class FoundSource:
    """A source as the XML names it; `written` is the file of the project that holds its text."""

    guid: str
    name: str
    kind: str = "text"
    link: str = ""
    content: str | None = None
    within: tuple[int, int] = (0, 0)
    has_crlf: bool = False
    file: str = ""
    written: Decoded | None = None
    facts: dict[str, str] = field(default_factory=dict)


class SourceElements(CodeTree):
    """Who coded, which sources there are, and what was selected and coded in them."""

    root = "Project"
    texts = frozenset({"Description", "PlainTextContent"})

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.coders: dict[str, str] = {}
        self.sources: list[FoundSource] = []
        self.found_spans: list[FoundSpan] = []
        self.found_marks: list[FoundMark] = []
        self.whole: list[int] = []
        self.comments: dict[int, str] = {}
        self.quarantined: list[Quarantined] = []
        self.sync: dict[str, int] = {}
        self._media = self._owner = self._span = self._mark = -1
        self._reason = "aside.placeless"

    def on_Project(self, attributes: Attributes) -> None:
        """Note which tool wrote this; it is shown, never trusted."""
        self.tool = attributes.get("origin", "")

    def on_User(self, attributes: Attributes) -> None:
        """Note one coder."""
        guid = canonical(attributes.get("guid", ""))
        coder = attributes.get("name") or attributes.get("id") or guid[:8]
        if self.coders.setdefault(guid, coder) != coder:
            # Whose coding it was can no longer be told: they are kept as one, under both names.
            self.coders[guid] = f"{self.coders[guid]} / {coder}"
            self.lost["coders that share a GUID with another: kept as one"] += 1
        if attributes.get("name") and attributes.get("id"):
            self.lost["initials of coders"] += 1

    def _open(self, kind: str, attributes: Attributes, name: str = "") -> int:
        guid = canonical(attributes.get("guid", ""))
        link = attributes.get("plainTextPath", "")
        self.sources.append(FoundSource(guid, attributes.get("name") or name, kind, link))
        if attributes.get("richTextPath"):
            self.lost["lay-out of documents"] += 1
        return len(self.sources) - 1

    def _on_source(self, attributes: Attributes) -> None:
        """Open a source; the words of what is no text are its representation or transcripts."""
        self._owner = self._media = self._open(SOURCES[self.inside[-1]], attributes)

    on_TextSource = on_PDFSource = on_PictureSource = on_AudioSource = on_VideoSource = _on_source

    def _close(self, _: str) -> None:
        self._owner = self._media = -1

    after_TextSource = after_PDFSource = after_PictureSource = _close
    after_AudioSource = after_VideoSource = _close

    def on_Representation(self, attributes: Attributes) -> None:
        """Take the words of a PDF or picture; those of a single region are a snippet only."""
        if self.parent in SOURCES and self._media >= 0:
            self.sources[self._media].link = attributes.get("plainTextPath", "")

    on_TextDescription = on_Representation

    def on_Transcript(self, attributes: Attributes) -> None:
        """Open a transcript as a text of its own: a recording may have several."""
        name = self.sources[self._media].name if self._media >= 0 else ""
        self._owner = self._open("transcript", attributes, name)

    def after_Transcript(self, _: str) -> None:
        """Go back to the recording."""
        self._owner = self._media

    def on_SyncPoint(self, attributes: Attributes) -> None:
        """Remember where in the transcript a moment is."""
        self.lost["time stamps of transcripts"] += 1
        position = attributes.get("position", "")
        if position.isdecimal():
            self.sync[canonical(attributes.get("guid", ""))] = int(position)

    def on_PlainTextContent(self, _: Attributes) -> None:
        """Remember where the text starts in the file."""
        if self._is_of_a_source():
            self.sources[self._owner].within = (self.place, -1)

    def after_PlainTextContent(self, text: str) -> None:
        """Keep the text of a source; a memo's is lost, a region's is what a snippet is."""
        if self._is_of_a_source():
            source = self.sources[self._owner]
            source.content, source.within = text, (source.within[0], self.place)

    def _is_of_a_source(self) -> bool:
        return self._owner >= 0 and (self.parent in SOURCES or self.inside[-3] in SOURCES)

    def after_chunk(self, chunk: bytes, offset: int) -> None:
        """See whether a text had Windows line ends: to the parser all line ends are alike."""
        if b"\r\n" not in chunk:
            return
        for source in reversed(self.sources):
            begin, end = source.within
            if 0 < end < offset:
                break
            if begin:
                last = len(chunk) if end < 0 else end - offset
                source.has_crlf |= b"\r\n" in chunk[max(begin - offset, 0) : max(last, 0)]

    def on_PlainTextSelection(self, attributes: Attributes) -> None:
        """Note one place in a text."""
        get = attributes.get
        guid, start, end = get("guid", ""), get("startPosition", ""), get("endPosition", "")
        self._span = -1
        if "Notes" in self.inside or self._owner < 0 or self.inside[-3] in MEDIA:
            self._set_aside("aside.memo", guid, start, end)
            return
        try:
            places = int(start), int(end)
            # Python also takes 1_0 and digits of other scripts for numbers.
            if "_" in start or "_" in end or not (start + end).isascii():
                raise ValueError
        except ValueError:
            self._set_aside(NOT_WHOLE, guid, start[:20], end[:20])
            return
        row = (guid, self._owner, *places, get("name", ""), get("creatingUser", ""))
        self._span = len(self.found_spans)
        self.found_spans.append(row)

    def on_TranscriptSelection(self, attributes: Attributes) -> None:
        """Note a place in a transcript that is given by two moments."""
        ends = [canonical(attributes.get(f"{end}SyncPoint", "")) for end in ("from", "to")]
        self._span = -1
        if self._owner < 0 or not all(end in self.sync for end in ends):
            guid = attributes.get("guid", "")
            self._set_aside("aside.moments", guid, "", "")
            return
        guid, user = attributes.get("guid", ""), attributes.get("creatingUser", "")
        places = self.sync[ends[0]], self.sync[ends[1]]
        self._span = len(self.found_spans)
        self.found_spans.append((guid, self._owner, *places, attributes.get("name", ""), user))

    def _set_aside(self, reason: str, guid: str, start: str, end: str) -> None:
        document = self.sources[self._owner].name if self._owner >= 0 else ""
        self._reason = reason
        self.quarantined.append(Quarantined(reason, document, start, end, canonical(guid)))

    def _on_media(self, attributes: Attributes) -> None:
        self._span = -1
        self._set_aside(MEDIA[self.inside[-1]], attributes.get("guid", ""), "", "")

    on_PDFSelection = on_PictureSelection = on_AudioSelection = on_VideoSelection = _on_media

    def on_Coding(self, attributes: Attributes) -> None:
        """Note that a code was given, to a place or to a whole source."""
        get, parent = attributes.get, self.inside[-2]
        guid, user = get("guid", ""), get("creatingUser", "")
        self._mark = -1
        if parent in SOURCES and self._owner >= 0:
            self._span = len(self.found_spans)
            self.found_spans.append((named_guid("whole", guid), self._owner, 0, 0, "", user))
            self.whole.append(self._span)
        elif parent not in ("PlainTextSelection", "TranscriptSelection") or self._span < 0:
            document = self.sources[self._owner].name if self._owner >= 0 else ""
            aside = Quarantined(self._reason, document, "", "", canonical(guid), "coding")
            self.quarantined.append(aside)
            return
        if "creationDateTime" in attributes:
            self.lost["dates of codings"] += 1
        self._mark = len(self.found_marks)
        self.found_marks.append([guid, self._span, "", user])

    def on_CodeRef(self, attributes: Attributes) -> None:
        """Note which code a coding gives."""
        if self.inside[-2] != "Coding":
            self.lost["codes of cases"] += 1
        elif self._mark >= 0:
            guid, span, code, user = self.found_marks[self._mark]
            if code:
                # A coding gives one code; some tools write several, and each is one given.
                self.found_marks.append([guid, span, "", user])
            self.found_marks[-1][2] = attributes.get("targetGUID", "")
