"""Turn the bytes of a text into characters, and say when they were not UTF-8."""

import codecs
from dataclasses import dataclass

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Decoded:
    """A text without its byte order mark; no text when the bytes are none."""

    text: str | None
    has_mark: bool = False
    remark: str = ""


def decode(content: bytes) -> Decoded:
    """Decode a text: UTF-8, else UTF-16 with a mark, else Windows-1252, which is said."""
    if content.startswith(UTF16):
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
        # Five bytes have no meaning in Windows-1252; Latin-1 gives every byte one.
        text = content.decode("cp1252", errors="replace")
        return Decoded(text, False, "texts in Windows-1252 instead of UTF-8")
