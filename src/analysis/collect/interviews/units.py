"""The units in which coding tools count places in a text, each turned into code points."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
POINTS, UTF16, UTF8 = "code points", "UTF-16 units", "UTF-8 bytes"
AS_IS, CRLF_ONE, LF_TWO = "line ends as they stand", "CRLF as 1", "LF as 2"


@dataclass(frozen=True)
class Unit:
    """One way of counting: what is counted, how line ends and a mark at the start are counted."""

    counts: str
    line_ends: str = AS_IS
    with_mark: bool = False
    from_one: bool = False
    with_end: bool = False

    def __str__(self) -> str:
        """Say it as the intake log does."""
        parts = [self.counts]
        parts += [self.line_ends] if self.line_ends != AS_IS else []
        parts += ["a byte order mark counted"] if self.with_mark else []
        parts += ["from 1, the end included"] if self.from_one else []
        parts += ["the end included"] if self.with_end else []
        return ", ".join(parts)


COMMON = [chr(point) for point in range(0x2100)]
SPACE = np.array([letter.isspace() for letter in COMMON], dtype=bool)
WORD = np.array([letter.isalnum() or letter == "_" for letter in COMMON], dtype=bool)


@dataclass(frozen=True)
class Letters:
    """A text as numbers, with what a place is judged by."""

    points: NDArray[np.uint32]
    has_mark: bool

    @classmethod
    def of(cls, text: str, *, has_mark: bool) -> "Letters":
        """Take a text apart; a byte order mark is no part of it."""
        packed = text.encode("utf-32-le", "surrogatepass")
        return cls(np.frombuffer(packed, dtype=np.uint32), has_mark)

    @property
    def is_plain(self) -> bool:
        """Whether every unit counts the same: ASCII, no CRLF, no mark."""
        points = self.points
        return not self.has_mark and not (points > 127).any() and not self._windows().any()

    @property
    def has_windows_ends(self) -> bool:
        """Whether some line ends in CRLF."""
        return bool(self._windows().any())

    def _windows(self) -> NDArray[np.bool_]:
        """Mark each carriage return that a line feed follows."""
        is_end = np.zeros(len(self.points), dtype=bool)
        is_end[:-1] = (self.points[:-1] == 13) & (self.points[1:] == 10)
        return is_end

    def positions(self, unit: Unit) -> Places:
        """Return where each code point starts in a unit, and where the text ends."""
        points = self.points
        width = np.ones(len(points), dtype=np.int64)
        if unit.counts == UTF16:
            width += points > 0xFFFF
        elif unit.counts == UTF8:
            width += (points > 0x7F).astype(np.int64) + (points > 0x7FF) + (points > 0xFFFF)
        if unit.line_ends == CRLF_ONE:
            width -= self._windows()
        elif unit.line_ends == LF_TWO:
            bare = points == 10
            bare[1:] &= points[:-1] != 13
            width += bare
        mark = (3 if unit.counts == UTF8 else 1) if unit.with_mark and self.has_mark else 0
        return np.concatenate(([mark], mark + np.cumsum(width)))

    def turn(self, start: Places, end: Places, unit: Unit) -> tuple[Places, Places]:
        """Turn places counted in a unit into code points; -1 where there is no such place."""
        positions = self.positions(unit)
        first = _find(positions, start - unit.from_one)
        last = _find(positions, end)
        # The last letter is named instead of the place behind it.
        last = (
            np.where((last >= 0) & (last < len(self.points)), last + 1, -1)
            if unit.with_end
            else last
        )
        wrong = (first < 0) | (last < 0) | (last <= first)
        return np.where(wrong, -1, first), np.where(wrong, -1, last)

    def cut_well(self, start: Places, end: Places) -> Places:
        """Count for each place how many of its two ends stand where a person would cut.

        That is at the edge of a word, without space inside, or at the edge of a line.
        """
        space, word = self._classes
        size = len(self.points)
        before, last = (start - 1).clip(0), (end - 1).clip(0)
        after = np.where(end < size, end, size - 1)
        line = np.isin(self.points, (10, 13))
        opens = (start == 0) | line[before] | (~word[before] & ~space[start.clip(0, size - 1)])
        closes = (end == size) | line[last] | line[after] | (~word[after] & ~space[last])
        good = opens.astype(np.int64) + closes
        return np.where(start < 0, 0, good)

    @cached_property
    def _classes(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Mark the code points that are space, and those that are part of a word."""
        low = np.minimum(self.points, len(SPACE) - 1)
        space, word = SPACE[low], WORD[low]
        high = np.flatnonzero(self.points >= len(SPACE) - 1)
        letters = [chr(point) for point in self.points[high].tolist()]
        space[high] = [letter.isspace() for letter in letters]
        word[high] = [letter.isalnum() for letter in letters]
        return space, word


def _find(positions: Places, wanted: Places) -> Places:
    found = np.searchsorted(positions, wanted)
    inside = found.clip(0, len(positions) - 1)
    return np.where(positions[inside] == wanted, inside, -1)


def rivals(letters: list[Letters], *, from_one: bool = False) -> list[Unit]:
    """List the ways of counting that can differ on these texts; code points come first."""
    ends = [AS_IS] + [CRLF_ONE] * any(one.has_windows_ends for one in letters)
    marks = [False] + [True] * any(one.has_mark for one in letters)
    counts = (POINTS, UTF16, UTF8)
    found = [Unit(count, end, mark) for end in ends for mark in marks for count in counts]
    return found + [Unit(POINTS, end, from_one=True) for end in ends if from_one]


def last_resorts() -> list[Unit]:
    """List ways of counting that need strong evidence.

    Line feeds that were CRLF elsewhere, and ends that name the last letter: the specification can
    be read that way.
    """
    counts = (POINTS, UTF16, UTF8)
    ends = [Unit(count, with_end=True) for count in counts]
    return [*(Unit(count, LF_TWO) for count in counts), *ends]
