"""Letters to a researcher: where, what was found, what is allowed, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FEW = 6
WORDS = {
    "en": {
        "row": "row",
        "rows": "rows",
        "column": "column",
        "columns": "columns",
        "more": "and {n} more",
        "count": "{n} problems; different kinds: {kinds}.",
        "found": "found",
        "allowed": "allowed",
        "remedy": "remedy",
        "W": "warning",
    },
    "nl": {
        "row": "rij",
        "rows": "rijen",
        "column": "kolom",
        "columns": "kolommen",
        "more": "en nog {n}",
        "count": "{n} problemen; verschillende soorten: {kinds}.",
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
        return _letter([self], language)


def letters(problems: Sequence[Problem], language: str = "en") -> str:
    """Write all letters of a run, by file and row: one for every kind of problem in a file.

    What was found the same way in many rows or columns is one letter that counts them, so that a
    single mistake in region.yaml never becomes a thousand letters.
    """
    ordered = sorted(set(problems), key=lambda p: (p.file, p.row or 0, p.column or "", p.found))
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for problem in ordered:
        key = (problem.file, problem.severity, problem.found, problem.allowed, problem.remedy)
        kinds.setdefault(key, []).append(problem)
    written = [_letter(same, language) for same in kinds.values()]
    if len(ordered) > len(kinds):
        written.append(WORDS[language]["count"].format(n=len(ordered), kinds=len(kinds)))
    return "\n\n".join(written)


def _letter(same: Sequence[Problem], language: str) -> str:
    words, first = WORDS[language], same[0]
    where = [first.file, *_places("row", same, language), *_places("column", same, language)]
    head = ", ".join(where) + (f" ({words['W']})" if first.severity == "W" else "")
    lines = [(words[name], getattr(first, name)) for name in ("found", "allowed", "remedy")]
    return "\n".join([head, *(f"    {word:<11}{text}" for word, text in lines)])


def _places(kind: str, same: Sequence[Problem], language: str) -> list[str]:
    """Name the first rows or columns of one kind of problem, and count the others."""
    found = dict.fromkeys(getattr(problem, kind) for problem in same)
    places = [str(place) for place in found if place is not None]
    if not places:
        return []
    words, shown = WORDS[language], places[:FEW]
    rest = len(places) - len(shown)
    more = f" {words['more'].format(n=rest)}" if rest else ""
    return [f"{words[kind] if len(places) == 1 else words[kind + 's']} {' '.join(shown)}{more}"]


class StudyError(Exception):
    """The data need attention: carries every problem of the run."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(letters(self.problems))

    def _render_traceback_(self) -> list[str]:
        """Show the letters alone where a notebook would show a traceback."""
        return [str(self)]
