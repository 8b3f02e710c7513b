"""From bytes to text: which encoding, and how surely."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analysis.plan.problems import Problem

MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
UTF_8, WINDOWS = "utf-8", "cp1252"
GUESSES = (WINDOWS, "cp850", "mac_roman")
SIGNS = set("€‘’“”–—…•°²³½´«»§©®™")
ACCENTS = {"\u0300", "\u0301", "\u0302", "\u0303", "\u0308", "\u0327"}
MOJIBAKE_NOTE = "text that was saved in a wrong encoding before"
MOJIBAKE = ("Ã©", "Ã«", "Ã¨", "Ã¯", "Ã¶", "Ã¼", "â‚¬", "â€™")


@dataclass(frozen=True)
class Decoded:
    """A text without its byte order mark, and how it was written; none where there is a letter.

    `before` is what stands before a byte that cannot be read.
    """

    text: str | None
    encoding: str = ""
    has_mark: bool = False
    problems: tuple[Problem, ...] = ()
    before: str = ""


def decode(
    content: bytes,
    file: str,
    declared: str | None = None,
    *,
    guess: Callable[[bytes], str | None] | None = None,
) -> Decoded:
    """Read bytes as text: a mark at the start decides, then what was declared, then UTF-8.

    Parameters
    ----------
    guess : names the encoding of what is no UTF-8, if anything may be guessed
    """
    marked = next((name for mark, name in MARKS if content.startswith(mark)), None)
    encoding = marked or _unmarked_utf16(content) or declared or UTF_8
    try:
        text, has_mark = content.decode(encoding), marked is not None
    except UnicodeDecodeError as error:
        may_guess = guess is not None and declared is None and encoding.startswith(UTF_8)
        other = guess(content) if guess is not None and may_guess else None
        if other is None:
            before = content[: error.start].decode(encoding, errors="replace")
            told: dict[str, Any] = {"n": error.start, "byte": f"0x{content[error.start]:02X}"}
            told |= {"row": before.count("\n") + 1, "place": len(before) - before.rfind("\n")}
            letter = _undecodable(file, encoding, told, has_guessed=may_guess)
            return Decoded(None, problems=(letter,), before=before)
        # Bytes that mean nothing become a sign in their place, and move no other.
        text, encoding, has_mark = content.decode(other, errors="replace"), other, False
    except (LookupError, UnicodeError):
        return Decoded(None, problems=(Problem("files.unknown_encoding", file),))
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        return Decoded(None, problems=(Problem("files.nul", file, line=line),))
    return Decoded(text, encoding.removesuffix("-sig"), has_mark)


def likely_encoding(content: bytes) -> str:
    """Return the encoding of talk that is no UTF-8: the certain one, or what Windows writes."""
    return certain_encoding(content) or WINDOWS


def certain_encoding(content: bytes) -> str | None:
    """Return the one 8-bit encoding in which all accents make sense, or nothing if not just one."""
    sensible = []
    for name in GUESSES:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if all(_is_sensible(text, place) for place, sign in enumerate(text) if sign > "\x7f"):
            sensible.append(name)
    return sensible[0] if len(sensible) == 1 else None


def is_mojibake(text: str) -> bool:
    """Tell whether UTF-8 was once read as something else and saved again."""
    return not text.isascii() and any(sign in text for sign in MOJIBAKE)


def _is_sensible(text: str, place: int) -> bool:
    sign, before = text[place], text[place - 1 : place]
    if sign in SIGNS:
        return True
    whole = unicodedata.normalize("NFD", sign)
    base, accents = whole[0], {*whole[1:]}
    if not (base.isascii() and base.isalpha() and accents <= ACCENTS and accents):
        return False
    # A capital inside a word, or alone, is how one encoding looks when read as another.
    return base.islower() or (not before.isalpha() and text[place + 1 : place + 2].isalpha())


def _unmarked_utf16(content: bytes) -> str | None:
    start = content[:400]
    if len(start) < 4 or start.count(0) * 3 < len(start):
        return None
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _undecodable(file: str, encoding: str, told: dict[str, Any], *, has_guessed: bool) -> Problem:
    name = encoding.removesuffix("-sig").upper()
    if name != UTF_8.upper():
        return Problem("files.other_encoding", file, encoding=name, **told)
    if not has_guessed:
        return Problem("files.not_utf8", file, **told)
    return Problem("files.no_encoding_fits", file, encoding=name, tried=(name, *GUESSES), **told)
