"""The texts of letters, Dutch beside English: a file of `letters/` for each room that writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

FOLDER = Path(__file__).with_name("letters")
LANGUAGES = ("nl", "en")
TOLD = ("found", "allowed", "remedy")


@dataclass(frozen=True)
class Entry:
    """One text, or the three of a letter, in each language; and the values that they name."""

    parts: Mapping[str, Mapping[str, str]]
    severity: str
    names: frozenset[str]


@dataclass(frozen=True, init=False)
class Phrase:
    """A text by its id, with the values that it names: a number, a name, several, or a phrase.

    An id that the catalogue does not know is a KeyError at once, as is a value too many or too few.
    """

    id: str
    values: tuple[tuple[str, Any], ...]

    def __init__(self, phrase: str, /, **values: Any) -> None:
        known = entry_of(phrase).names
        if known != values.keys():
            raise KeyError(f"{phrase} names {sorted(known)}, not {sorted(values)}")
        object.__setattr__(self, "id", phrase)
        kept = ((name, tuple(v) if isinstance(v, list) else v) for name, v in values.items())
        object.__setattr__(self, "values", tuple(kept))

    def text(self, language: str = "en", part: str = "") -> str:
        """Say it in Dutch or English; a letter says one of its parts."""
        values = {name: _in_language(value, language) for name, value in self.values}
        return entry_of(self.id).parts[part][language].format_map(values)


class Several(tuple[str, ...]):
    """Texts that the catalogue joins: `{names}` by a comma, `{names:; }` by what stands there."""

    def __format__(self, between: str) -> str:
        """Join the texts."""
        return (between or ", ").join(self)


def _in_language(value: Any, language: str) -> Any:
    if isinstance(value, Phrase):
        return value.text(language)
    if isinstance(value, tuple):
        return Several(format(_in_language(one, language)) for one in value)
    return value


def entry_of(text: str) -> Entry:
    """Return what the catalogue holds under `room.name`."""
    room, _, name = text.partition(".")
    return read_catalogue(room)[name]


@cache
def read_catalogue(room: str) -> dict[str, Entry]:
    """Read the texts of one room.

    A text is the same in both languages, or one of each; a letter has three, and perhaps a
    severity.
    """
    import yaml  # here, so that the answer "nothing changed" waits for no parser

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (FOLDER / f"{room}.yaml").read_text(encoding="utf-8")
    return {name: _entry(body) for name, body in yaml.load(text, Loader=loader).items()}


def _entry(body: Any) -> Entry:
    if isinstance(body, dict) and "found" in body:
        parts = {part: _languages(body[part]) for part in TOLD}
        severity = body.get("severity", "E")
    else:
        parts, severity = {"": _languages(body)}, ""
    texts = (text for part in parts.values() for text in part.values())
    return Entry(parts, severity, frozenset(name for text in texts for name in names_in(text)))


def _languages(text: Any) -> Mapping[str, str]:
    return text if isinstance(text, dict) else dict.fromkeys(LANGUAGES, text)


def names_in(text: str) -> set[str]:
    """Return the values that a text names."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
