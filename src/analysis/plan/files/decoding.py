"""From bytes to text: which encoding, and how surely; for tables strictly, for talk as it comes."""

import codecs
import unicodedata
from dataclasses import dataclass

from analysis.plan.problems import Problem

MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
GUESSES = ("cp1252", "cp850", "mac_roman")
SIGNS = set("€‘’“”–—…•°²³½´«»§©®™")
ACCENTS = {"\u0300", "\u0301", "\u0302", "\u0303", "\u0308", "\u0327"}
MOJIBAKE_NOTE = "text that was saved in a wrong encoding before"
MOJIBAKE = ("Ã©", "Ã«", "Ã¨", "Ã¯", "Ã¶", "Ã¼", "â‚¬", "â€™")


def decode(content: bytes, file: str, declared: str | None) -> tuple[str, str, list[Problem]]:
    """Return the text of a file and the encoding it was read with.

    A mark at the start decides, then what region.yaml declares, then UTF-8; another encoding is
    accepted only when it alone gives sensible words.
    """
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None)
    encoding = encoding or _unmarked_utf16(content) or declared or "utf-8"
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        certain = certain_encoding(content) if declared is None and encoding == "utf-8" else None
        if certain is None:
            return "", "", [_undecodable(file, encoding, error.start)]
        text, encoding = content.decode(certain), certain
    except (LookupError, UnicodeError):
        return "", "", [Problem("files.unknown_encoding", file)]
    if "\x00" in text:
        return "", "", [_nul(file, text)]
    return text.rstrip("\x1a"), encoding.removesuffix("-sig"), []


@dataclass(frozen=True)
class Decoded:
    """A text without its byte order mark; no text when the bytes are none."""

    text: str | None
    has_mark: bool = False
    remark: str = ""


def decode_talk(content: bytes) -> Decoded:
    """Decode what was said: UTF-8, else UTF-16 with a mark, else Windows-1252, which is said."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return Decoded(content.decode("utf-16"), True, "texts in UTF-16")
        except UnicodeDecodeError:
            return Decoded(None)
    if b"\x00" in content:
        return Decoded(None)
    has_mark = content.startswith(codecs.BOM_UTF8)
    try:
        return Decoded(content.decode("utf-8-sig"), has_mark)
    except UnicodeDecodeError:
        # Five bytes have no meaning in Windows-1252; a mark in their place loses no other sign.
        text = content.decode("cp1252", errors="replace")
        return Decoded(text, False, "texts in Windows-1252 instead of UTF-8")


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


def _undecodable(file: str, encoding: str, place: int) -> Problem:
    name = encoding.removesuffix("-sig").upper()
    if name != "UTF-8":
        return Problem("files.other_encoding", file, n=place, encoding=name)
    tried = (name, *GUESSES)
    return Problem("files.no_encoding_fits", file, n=place, encoding=name, tried=tried)


def _nul(file: str, text: str) -> Problem:
    line = text[: text.index("\x00")].count("\n") + 1
    return Problem("files.nul_export", file, line=line)
