"""Write XML as text: a hundred thousand elements need no tree."""

import re

# XML 1.0 has no way to write these characters at all.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SPECIAL = re.compile('[&<>"\t\n\r]|' + UNWRITABLE.pattern)
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def escaped(text: str) -> str:
    """Escape a text for an attribute or element; line ends survive, unwritable letters do not."""
    return SPECIAL.sub(_entity, text) if SPECIAL.search(text) else text


def _entity(found: "re.Match[str]") -> str:
    letter = found.group()
    if letter in ENTITIES:
        return ENTITIES[letter]
    return f"&#{ord(letter)};" if letter in "\t\n\r" else ""


def attributes(**named: str) -> str:
    """Write attributes, leaving out the empty ones."""
    return "".join(f' {key}="{escaped(text)}"' for key, text in named.items() if text)


def element(name: str, text: str) -> str:
    """Write an element that holds a text, or nothing if there is none."""
    return f"<{name}>{escaped(text)}</{name}>" if text else ""
