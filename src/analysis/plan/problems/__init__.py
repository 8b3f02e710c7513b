"""Letters to a researcher: where, what was found, what is allowed, what to do."""

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from analysis.plan.problems.catalogue import TOLD, Phrase, entry_of, read_catalogue

__all__ = [
    "Phrase",
    "Problem",
    "StudyError",
    "cannot_write",
    "letters",
    "near",
    "ordered",
    "refuse",
    "unreadable",
    "why",
]

FEW, LISTED = 6, 12


@dataclass(frozen=True, init=False)
class Problem(Phrase):
    """One irregularity in the data, told so that its owner can mend it.

    Its id and values give three texts of the catalogue: what was found, what is allowed, what to
    do. `file` is relative to the study folder; `row` counts from 1 with the header as row 1.
    Severity `E` stops the run, `W` is counted and shown; the catalogue says which it is, unless
    that depends. No value may hold an open answer, a name or an address.
    """

    file: str
    row: int | None
    column: str | None
    severity: Literal["E", "W"]

    def __init__(
        self,
        letter: str,
        file: str,
        /,
        *,
        row: int | None = None,
        column: str | None = None,
        severity: Literal["E", "W"] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(letter, **values)
        known = severity or entry_of(letter).severity
        for name, value in (("file", file), ("row", row), ("column", column), ("severity", known)):
            object.__setattr__(self, name, value)

    @property
    def found(self) -> str:
        """What was found, in English."""
        return self.text("en", "found")

    @property
    def allowed(self) -> str:
        """What could stand there, in English."""
        return self.text("en", "allowed")

    @property
    def remedy(self) -> str:
        """What to do, in English."""
        return self.text("en", "remedy")

    def letter(self, language: str = "en") -> str:
        """Write the letter in Dutch or English."""
        return _letter([self], language)

    def record(self, language: str = "en") -> dict[str, str | int | None]:
        """Return the letter as a row for machines, its texts in Dutch or English."""
        told = {part: self.text(language, part) for part in TOLD}
        place = {"row": self.row, "column": self.column, "severity": self.severity}
        return {"id": self.id, "file": self.file, **told, **place}


def ordered(problems: Sequence[Problem]) -> list[Problem]:
    """Return each different problem once, by file and row."""
    return sorted(set(problems), key=lambda p: (p.file, p.row or 0, p.column or "", p.found))


def letters(problems: Sequence[Problem], language: str = "en") -> str:
    """Write all letters of a run, by file and row: one for every kind of problem in a file.

    What was found the same way in many rows or columns is one letter that counts them, so that a
    single mistake in region.yaml never becomes a thousand letters.
    """
    told = ordered(problems)
    kinds: dict[tuple[object, ...], list[Problem]] = {}
    for problem in told:
        key = (problem.file, problem.severity, problem.id, problem.values)
        kinds.setdefault(key, []).append(problem)
    written = [_letter(same, language) for same in kinds.values()]
    if len(told) > len(kinds):
        written.append(_word("count", language, n=len(told), kinds=len(kinds)))
    return "\n\n".join(written)


def _word(name: str, language: str, **values: Any) -> str:
    return Phrase(f"letter.{name}", **values).text(language)


def _letter(same: Sequence[Problem], language: str) -> str:
    first = same[0]
    where = [first.file, *_places("row", same, language), *_places("column", same, language)]
    warned = f" ({_word('warning', language)})" if first.severity == "W" else ""
    lines = [f"    {_word(part, language):<11}{first.text(language, part)}" for part in TOLD]
    return "\n".join([", ".join(where) + warned, *lines])


def _places(kind: str, same: Sequence[Problem], language: str) -> list[str]:
    """Name the first rows or columns of one kind of problem, and count the others."""
    found = dict.fromkeys(getattr(problem, kind) for problem in same)
    places = [str(place) for place in found if place is not None]
    if not places:
        return []
    shown, rest = " ".join(places[:FEW]), len(places) - FEW
    more = f" {_word('more', language, n=rest)}" if rest > 0 else ""
    return [f"{_word(kind if len(places) == 1 else f'{kind}s', language)} {shown}{more}"]


class StudyError(Exception):
    """The data need attention: carries every problem of the run, and the language of the plan."""

    def __init__(self, problems: Sequence[Problem], language: str = "en") -> None:
        self.problems = tuple(problems)
        self.language = language
        super().__init__(letters(self.problems, language))

    def _render_traceback_(self) -> list[str]:
        """Show the letters alone where a notebook would show a traceback."""
        return [str(self)]


def refuse(letter: str, file: str, /, **values: Any) -> StudyError:
    """Write the letter about a file that cannot be read at all."""
    return StudyError([Problem(letter, file, **values)])


def unreadable(file: str, error: OSError) -> Problem:
    """Write the letter about a file that is there and does not open."""
    return Problem("letter.unreadable", file, why=why(error))


def cannot_write(place: str, error: OSError) -> StudyError:
    """Write the letter about a folder where nothing can be written."""
    return refuse("run.cannot_write", place, why=why(error))


def why(error: OSError) -> str | Phrase:
    """Say why the system did not open or write a file."""
    name = errno.errorcode.get(error.errno or 0, "")
    known = name in read_catalogue("system")
    return Phrase(f"system.{name}") if known else error.strerror or str(error)


def near(name: str, known: Sequence[str], labels: Mapping[str, str] | None = None) -> Phrase:
    """Say which known names resemble an unknown one, or how many there are to choose from.

    A name with a label is found by either, and told once: as `name (label)`.
    """
    named = dict.fromkeys(known, "") | dict(labels or {})
    close = get_close_matches(name, {*named, *named.values()} - {""}, n=3, cutoff=0.6)
    alike = dict.fromkeys(one for text in close for one in named if text in (one, named[one]))
    if alike:
        told = [f"{one} ({named[one]})" if named[one] else one for one in [*alike][:3]]
        return Phrase("letter.perhaps", names=told)
    if not known:
        return Phrase("letter.none_known")
    if len(known) > LISTED:
        return Phrase("letter.many_known", n=len(known))
    return Phrase("letter.list", names=[*known])
