"""Letters to a researcher: where, what was found, what is allowed, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

WORDS = {
    "en": {
        "row": "row",
        "column": "column",
        "found": "found",
        "allowed": "allowed",
        "remedy": "remedy",
        "W": "warning",
    },
    "nl": {
        "row": "rij",
        "column": "kolom",
        "found": "gevonden",
        "allowed": "toegestaan",
        "remedy": "oplossing",
        "W": "waarschuwing",
    },
}


@dataclass(frozen=True)
class Problem:
    """One irregularity in the data, told so that its owner can mend it.

    `file` is relative to the study folder; `row` counts from 1 with the header as row 1.
    Severity `E` stops the run, `W` is counted and shown. Nothing here may hold an open answer,
    a name or an address.
    """

    file: str
    found: str
    allowed: str
    remedy: str
    row: int | None = None
    column: str | None = None
    severity: Literal["E", "W"] = "E"

    def letter(self, language: str = "en") -> str:
        """Write the letter in Dutch or English."""
        words = WORDS[language]
        where = [self.file]
        where += [f"{words['row']} {self.row}"] if self.row is not None else []
        where += [f"{words['column']} {self.column}"] if self.column is not None else []
        head = ", ".join(where) + (f" ({words['W']})" if self.severity == "W" else "")
        lines = [(words[name], getattr(self, name)) for name in ("found", "allowed", "remedy")]
        return "\n".join([head, *(f"    {word:<11}{text}" for word, text in lines)])


def letters(problems: Sequence[Problem], language: str = "en") -> str:
    """Write all letters of a run, by file and row, each problem once."""
    ordered = sorted(set(problems), key=lambda p: (p.file, p.row or 0, p.column or "", p.found))
    return "\n\n".join(problem.letter(language) for problem in ordered)


class StudyError(Exception):
    """The data need attention: carries every problem of the run."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(letters(self.problems))

    def _render_traceback_(self) -> list[str]:
        """Show the letters alone where a notebook would show a traceback."""
        return [str(self)]
