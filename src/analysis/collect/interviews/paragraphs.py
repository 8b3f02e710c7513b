"""Places that a list counts in paragraphs, as MAXQDA does, told apart from places in characters."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.collect.interviews.offsets import squeezed

# What a tool that counts paragraphs calls the column; others are believed to count characters.
HEADERS = ("beginning", "anfang", "initial position")
# A word of MAXQDA in Dutch that is ours too: only the words of a segment can tell.
SHARED = ("begin",)
CHARACTERS, NOTHING = "characters", "nothing that was found"
LINES = {"paragraphs": False, "paragraphs that are not empty": True}


@dataclass(frozen=True)
class Written:
    """A row with a text, a conversation whose words are known, and two whole numbers."""

    text: str
    said: str
    start: int
    end: int


def may_count_paragraphs(header: Iterable[str], *, has_words: bool) -> bool:
    """Say whether a column of places is called as a tool does that counts paragraphs."""
    words = (*HEADERS, *SHARED) if has_words else HEADERS
    return any(column.casefold().strip() in words for column in header)


def counted_in(rows: Iterable[Written], header: str) -> str:
    """Say what the places of a list count: whatever puts most texts where they stand.

    Where no text tells, it is characters, unless the header is that of a tool that counts
    paragraphs.
    """
    known = [*rows]
    cut: dict[tuple[str, bool], list[tuple[int, int]]] = {}
    found = {CHARACTERS: sum(_stands(row, row.start, row.end) for row in known)}
    for name, is_filled in LINES.items():
        found[name] = 0
        for row in known:
            key = (row.text, is_filled)
            if key not in cut:
                cut[key] = paragraphs(row.text, is_filled=is_filled)
            start, end = _window(cut[key], row.start, row.end)
            found[name] += squeezed(row.said) in squeezed(row.text[start:end])
    best = max(found, key=lambda name: found[name])
    if not found[best]:
        return NOTHING if header.casefold().strip() in HEADERS else CHARACTERS
    return best


def window(text: str, start: int, end: int, counting: str) -> tuple[int, int]:
    """Return where in a text the paragraphs from `start` up to and with `end` stand."""
    return _window(paragraphs(text, is_filled=LINES[counting]), start, end)


def paragraphs(text: str, *, is_filled: bool) -> list[tuple[int, int]]:
    """Cut a text at its line ends, into every line or into those with something in them."""
    places, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip() or not is_filled:
            places.append((start, start + len(line)))
        start += len(line)
    return places


def _window(places: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    own = places[max(start - 1, 0) : end] if 0 < start <= end else []
    return (own[0][0], own[-1][1]) if own else (0, 0)


def _stands(row: Written, start: int, end: int) -> bool:
    return squeezed(row.text[start:end]) == squeezed(row.said)
