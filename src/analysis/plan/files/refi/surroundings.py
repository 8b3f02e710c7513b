"""What surrounds the codings of a REFI-QDA project: memos, cases, variables, links, graphs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.plan.files.refi.guids import canonical
from analysis.plan.files.refi.parsing import Attributes
from analysis.plan.files.refi.selections import SOURCES, SourceElements

VALUES = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")
# The variable that says what the places of a source count.
OFFSETS = "offsets"


@dataclass
class Case:
    """Something that sources and selections belong to, such as a person who speaks."""

    name: str
    sources: list[str] = field(default_factory=list)
    selections: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)


class ProjectElements(SourceElements):
    """A whole project. What has no place here is counted under a name a researcher knows.

    `known` says which variables are kept, by the name a project may give them.
    """

    texts = frozenset({"Description", "PlainTextContent", *VALUES})

    def __init__(self, name: str, known: Mapping[str, str]) -> None:
        super().__init__(name)
        self._known = known
        self.notes: dict[str, dict[str, str]] = {}
        self.mark_notes: dict[int, list[str]] = {}
        self.cases: list[Case] = []
        self._note: dict[str, str] = {}
        self._variables: dict[str, str] = {}
        self._variable = ""
        self.unit = ""

    def on_Note(self, attributes: Attributes) -> None:
        """Open a memo: the values of its variables are kept, its text is lost."""
        self._note = self.notes.setdefault(canonical(attributes.get("guid", "")), {})

    def on_NoteRef(self, attributes: Attributes) -> None:
        """Note that a coding has a memo; memos of other things are counted."""
        if self.parent == "Coding" and self._mark >= 0:
            target = canonical(attributes.get("targetGUID", ""))
            self.mark_notes.setdefault(self._mark, []).append(target)
        else:
            self.lost["links to memos"] += 1

    def on_Variable(self, attributes: Attributes) -> None:
        """Note a variable by the name it has here, if it has one."""
        name = attributes.get("name", "").strip().casefold()
        self._variables[canonical(attributes.get("guid", ""))] = self._known.get(name, "")

    def on_VariableRef(self, attributes: Attributes) -> None:
        """Note of which variable a value follows."""
        self._variable = self._variables.get(canonical(attributes.get("targetGUID", "")), "")

    def _value(self, text: str) -> None:
        around = self.inside[-3]
        if self._variable == OFFSETS:
            self.unit = text.strip()
        elif self._variable and around == "Note":
            self._note[self._variable] = text.strip()
        elif self._variable and around == "Case" and self.cases:
            self.cases[-1].facts[self._variable] = text.strip()
        elif self._variable and around in SOURCES and self._owner >= 0:
            self.sources[self._owner].facts[self._variable] = text.strip()
        else:
            self.lost["values of variables"] += 1

    after_TextValue = after_BooleanValue = after_IntegerValue = _value
    after_FloatValue = after_DateValue = after_DateTimeValue = _value

    def on_Case(self, attributes: Attributes) -> None:
        """Open a case."""
        self.cases.append(Case(attributes.get("name", "")))

    def on_SourceRef(self, attributes: Attributes) -> None:
        """Note a source of a case."""
        if self.parent == "Case":
            self.cases[-1].sources.append(canonical(attributes.get("targetGUID", "")))

    def on_SelectionRef(self, attributes: Attributes) -> None:
        """Note a selection of a case."""
        if self.parent == "Case":
            self.cases[-1].selections.append(canonical(attributes.get("targetGUID", "")))

    def told(self, text: str) -> None:
        """Keep the comment on a place; count others."""
        if self.parent == "PlainTextSelection" and self._span >= 0:
            self.comments[self._span] = text.strip()
        else:
            self.lost["descriptions"] += 1

    def on_Link(self, _: Attributes) -> None:
        """Count a link."""
        self.lost["links between things"] += 1

    def on_Graph(self, _: Attributes) -> None:
        """Count a graph."""
        self.lost["graphs"] += 1
