"""Numbers as they are written: whole, or with the decimal sign that a file proves to use."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from analysis.plan.problems import Problem

ZEROS = re.compile(r"(-?(?:0|[1-9][0-9]*))[.,]00?")
WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
LONGEST = 40
# With three digits behind the sign it may part thousands: then only another cell can tell.
SURE = {
    "point": re.compile(r"-?(?:0|[1-9][0-9]*)\.(?:[0-9]{1,2}|[0-9]{4,})"),
    "comma": re.compile(r"-?(?:0|[1-9][0-9]*),(?:[0-9]{1,2}|[0-9]{4,})"),
}
UNSURE = re.compile(r"-?(?:0|[1-9][0-9]*)[.,][0-9]{3}")
WRITTEN = {
    "point": re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"),
    "comma": re.compile(r"-?(?:0|[1-9][0-9]*)(?:,[0-9]+)?"),
}


@dataclass(frozen=True)
class Decimals:
    """Which decimal signs a file may use, and whether 1.250 can be understood."""

    signs: tuple[str, ...]
    is_sure: bool

    def number(self, word: str) -> float | None:
        """Return the number a word stands for, or nothing if it is none or could be two."""
        if len(word) > LONGEST or (UNSURE.fullmatch(word) and not self.is_sure):
            return None
        if any(WRITTEN[sign].fullmatch(word) for sign in self.signs):
            return float(word.replace(",", "."))
        return None


def whole_number(word: str) -> float | None:
    """Return the whole number a word stands for: 007, 1E5 and 3.5 are none."""
    return float(word) if len(word) <= LONGEST and WHOLE.fullmatch(word) else None


def without_zeros(word: str) -> str:
    """Return `3` for `3.0`, `3,0` and `3.00`, which some programs write; other words stay.

    Three zeros may part thousands: `3.000` stays what it is.
    """
    found = ZEROS.fullmatch(word)
    return found[1] if found else word


def decimals_of(
    words: Iterable[str], file: str, *, declared: str | None, comma_likely: bool
) -> tuple[Decimals, list[Problem]]:
    """Find out from all decimal cells of a file which sign it uses; both is a letter."""
    if declared:
        return Decimals((declared,), True), []
    seen: dict[str, Any] = {}
    for word in words:
        for sign, pattern in SURE.items():
            if pattern.fullmatch(word):
                seen.setdefault(sign, word)
    problems = [Problem("survey.two_decimals", file, **seen)] if len(seen) > 1 else []
    likely = "comma" if comma_likely else "point"
    return Decimals((*seen,) or (likely,), bool(seen)), problems
