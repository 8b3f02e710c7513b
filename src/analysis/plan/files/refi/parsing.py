"""Feed XML to expat under defusedxml's guards, and hand each element to whoever knows it.

A tree of a hundred thousand codings costs ten times its text in memory, and twice the time.
"""

from collections.abc import Callable, Iterable
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from analysis.plan.problems import refuse

DEEPEST = 200
Attributes = dict[str, str]


class Elements:
    """What to do with the elements of a document, by their local name; namespaces vary.

    A method `on_Name` is called where an element starts, `after_Name` where it ends, with the text
    between if `Name` is in `texts`. Other elements are passed over.
    """

    root = ""
    texts: frozenset[str] = frozenset()

    def __init__(self, name: str) -> None:
        self.name = name
        self.inside: list[str] = []
        self._text: list[str] | None = None
        self._starts: dict[str, tuple[str, Callable[[Attributes], None] | None]] = {}
        self._ends: dict[str, Callable[[str], None] | None] = {}
        # With a DTD come entities and files from elsewhere; no coding tool writes one.
        self._parser = DefusedXMLParser(forbid_dtd=True).parser
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = None
        self._parser.DefaultHandlerExpand = None
        self._parser.CommentHandler = None
        self._parser.ProcessingInstructionHandler = None
        self._parser.ordered_attributes = False
        self._parser.buffer_text = True

    @property
    def parent(self) -> str:
        """The local name of the element around the current one."""
        return self.inside[-2] if len(self.inside) > 1 else ""

    @property
    def place(self) -> int:
        """Where in the document the parser is, in bytes."""
        return int(self._parser.CurrentByteIndex)

    def parse(self, chunks: Iterable[bytes]) -> None:
        """Read a whole document.

        Raises
        ------
        StudyError if it is no XML, has a DTD, has another root, or nests without end.
        """
        offset = 0
        try:
            for chunk in chunks:
                self._parser.Parse(chunk, False)
                self.refuse_depth(len(self.inside))
                self.after_chunk(chunk, offset)
                offset += len(chunk)
            self._parser.Parse(b"", True)
        except DefusedXmlException as error:
            raise refuse("files.xml_entities", self.name) from error
        except ExpatError as error:
            raise refuse("files.xml_damaged", self.name, line=error.lineno) from error
        except (LookupError, ValueError) as error:
            raise refuse("files.xml_encoding", self.name) from error

    def after_chunk(self, chunk: bytes, offset: int) -> None:
        """Look at the bytes themselves once they were parsed."""

    def refuse_depth(self, depth: int) -> None:
        """Refuse a tree so deep that only a trap can be."""
        if depth > DEEPEST:
            raise refuse("files.xml_deep", self.name, n=DEEPEST)

    def _start(self, tag: str, attributes: Attributes) -> None:
        try:
            local, act = self._starts[tag]
        except KeyError:
            local, act = self._learn(tag)
        self.inside.append(local)
        if act is not None:
            act(attributes)

    def _learn(self, tag: str) -> tuple[str, Callable[[Attributes], None] | None]:
        local = tag.rpartition("}")[2]
        if not self._starts and local != self.root:
            raise refuse("files.xml_root", self.name, name=local[:40], root=self.root)
        own = getattr(self, f"on_{local}", None)
        collects = local in self.texts

        def begin(attributes: Attributes) -> None:
            if own is not None:
                own(attributes)
            self._text = []
            self._parser.CharacterDataHandler = self._text.append

        self._starts[tag] = (local, begin if collects else own)
        self._ends[tag] = getattr(self, f"after_{local}", self._forget if collects else None)
        return self._starts[tag]

    def _forget(self, text: str) -> None:
        """Pass over a text that nobody asked for."""

    def _end(self, tag: str) -> None:
        act = self._ends[tag]
        if act is not None:
            text = "".join(self._text or ())
            if self._text is not None:
                self._text = None
                self._parser.CharacterDataHandler = None
            act(text)
        self.inside.pop()
