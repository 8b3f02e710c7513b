"""What of a coding project could not be used: set aside and counted, never dropped."""

from dataclasses import dataclass

from analysis.plan.problems import Phrase


@dataclass(frozen=True)
class Quarantined:
    """What could not be used, where it stood and why (an id); never what was said.

    Of a row of a list `start` is its number.
    """

    letter: str
    document: str = ""
    start: str = ""
    end: str = ""
    guid: str = ""
    kind: str = "selection"

    @property
    def place(self) -> str | Phrase:
        """Name a place as its owner knows it; by the id of a tool where nothing else is."""
        document = self.document[:40]
        if self.kind == "row" and document:
            return Phrase("letter.place", file=document, row=self.start)
        if self.kind == "row":
            return Phrase("aside.row_alone", row=self.start)
        where = f"{self.start}-{self.end}" if self.end else self.start
        return ", ".join(part for part in (document, where) if part) or self.guid

    def record(self) -> dict[str, object]:
        """Return it as a row of a table, with the reason in English; and its phrases."""
        start = f"row {self.start}" if self.kind == "row" else self.start
        told = {"reason": Phrase(self.letter).text(), "start": start, "place": self.place}
        return {**vars(self), **told}
