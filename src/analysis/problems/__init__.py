"""Letters to a researcher: where, what was found, what is allowed, what to do."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from analysis.problems.translation import translated

FEW = 6
TOLD = ("found", "allowed", "remedy")
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

    def record(self, language: str = "en") -> dict[str, str | int | None]:
        """Return the letter as a row for machines, its texts in Dutch or English."""
        told = {name: translated(getattr(self, name), language) for name in TOLD}
        return {**asdict(self), **told}


def ordered(problems: Sequence[Problem]) -> list[Problem]:
    """Return each different problem once, by file and row."""
    return sorted(set(problems), key=lambda p: (p.file, p.row or 0, p.column or "", p.found))


def letters(problems: Sequence[Problem], language: str = "en") -> str:
    """Write all letters of a run, by file and row: one for every kind of problem in a file.

    What was found the same way in many rows or columns is one letter that counts them, so that a
    single mistake in region.yaml never becomes a thousand letters.
    """
    told = ordered(problems)
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for problem in told:
        key = (problem.file, problem.severity, problem.found, problem.allowed, problem.remedy)
        kinds.setdefault(key, []).append(problem)
    written = [_letter(same, language) for same in kinds.values()]
    if len(told) > len(kinds):
        written.append(WORDS[language]["count"].format(n=len(told), kinds=len(kinds)))
    return "\n\n".join(written)


def _letter(same: Sequence[Problem], language: str) -> str:
    words, first = WORDS[language], same[0]
    where = [first.file, *_places("row", same, language), *_places("column", same, language)]
    head = ", ".join(where) + (f" ({words['W']})" if first.severity == "W" else "")
    lines = [(words[name], translated(getattr(first, name), language)) for name in TOLD]
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
    """The data need attention: carries every problem of the run, and the language of the plan."""

    def __init__(self, problems: Sequence[Problem], language: str = "en") -> None:
        self.problems = tuple(problems)
        self.language = language
        super().__init__(letters(self.problems, language))

    def _render_traceback_(self) -> list[str]:
        """Show the letters alone where a notebook would show a traceback."""
        return [str(self)]


def unreadable(name: str, error: OSError) -> Problem:
    """Write the letter about a file that is there and does not open."""
    found = f"a file that cannot be read ({error.strerror or error})"
    remedy = "make it a file that you may open, or restore it"
    return Problem(name, found, "a file that can be opened", remedy)


def refuse(name: str, found: str, allowed: str, remedy: str) -> StudyError:
    """Write the letter about a file that cannot be read at all."""
    return StudyError([Problem(name, found, allowed, remedy)])
