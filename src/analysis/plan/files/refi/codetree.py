"""The codebook of a REFI-QDA file: a tree of codes, up to any depth."""

from collections import Counter
from dataclasses import dataclass, replace

from analysis.plan.files.refi.guids import canonical
from analysis.plan.files.refi.parsing import Attributes, Elements


@dataclass(frozen=True)
class Code:
    """One code of a project; `parent` is a GUID, empty at the top of the tree."""

    guid: str
    name: str
    parent: str = ""
    description: str = ""
    color: str = ""
    is_codable: bool = True


class CodeTree(Elements):
    """The codebook, which stands in a project and alone in a file of its own."""

    texts = frozenset({"Description"})

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.tool = ""
        self.codes: list[Code] = []
        self.lost: Counter[str] = Counter()
        self._parents: list[str] = []
        self._described: dict[str, str] = {}

    def on_Code(self, attributes: Attributes) -> None:
        """Note one code under the code around it."""
        guid = canonical(attributes.get("guid", ""))
        parent = self._parents[-1] if self._parents else ""
        is_codable = attributes.get("isCodable", "true").strip() in ("true", "1")
        name, color = attributes.get("name", ""), attributes.get("color", "")
        name = name or f"code without a name {guid[-6:]}"
        self.codes.append(Code(guid, name, parent, "", color, is_codable))
        self._parents.append(guid)
        self.refuse_depth(len(self._parents))

    def after_Code(self, _: str) -> None:
        """Leave the code."""
        self._parents.pop()

    def after_Description(self, text: str) -> None:
        """Keep what is said of a code; `told` hears what is said of other things."""
        if self.parent == "Code":
            self._described[self._parents[-1]] = text.strip()
        elif text.strip():
            self.told(text)

    def told(self, text: str) -> None:
        """Hear a description of anything but a code."""
        del text
        self.lost["descriptions of sets"] += 1

    def on_Set(self, _: Attributes) -> None:
        """Count a set."""
        self.lost["sets"] += 1

    def own_codes(self) -> tuple[list[Code], set[str]]:
        """Return each code once, and the GUIDs that differently named codes share."""
        codes: dict[str, Code] = {}
        doubtful: set[str] = set()
        for code in self.codes:
            told = replace(code, description=self._described.get(code.guid, ""))
            if codes.setdefault(code.guid, told).name != code.name:
                doubtful.add(code.guid)
        return [*codes.values()], doubtful
