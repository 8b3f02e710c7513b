"""Bring together what shapes, word lists and the study's own names find in a text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.collect.interviews.private.patterns import Span, find_shapes
from analysis.collect.interviews.private.persons import find_persons

TOKEN = re.compile(r"\w+(?:[-'’]\w+)*")
SHORTEST = 2
# Say nothing more where another kind covers the same place.
VAGUE = ("capital", "number")


@dataclass(frozen=True)
class Flag:
    """A place in a text that may tell who somebody is, and why it was flagged."""

    start: int
    end: int
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class KnownNames:
    """The names a study has of its own: kind (site, participant, ...) to names."""

    names: Mapping[str, Sequence[str]]

    @cached_property
    def _by_first_word(self) -> Mapping[str, list[tuple[list[str], str]]]:
        found: dict[str, list[tuple[list[str], str]]] = {}
        for kind, names in self.names.items():
            for name in dict.fromkeys(names):
                words = [word.casefold() for word in TOKEN.findall(name)]
                if len(name) >= SHORTEST and not name.isdigit() and words:
                    found.setdefault(words[0], []).append((words, kind))
        return found

    def find(self, text: str) -> Iterator[Span]:
        """Find the study's own names in a text, as whole words in any case."""
        tokens = [*TOKEN.finditer(text)]
        words = [token[0].casefold() for token in tokens]
        for place, word in enumerate(words):
            for name, kind in self._by_first_word.get(word, ()):
                if words[place : place + len(name)] == name:
                    yield tokens[place].start(), tokens[place + len(name) - 1].end(), kind


def find_private(texts: Sequence[str], known: KnownNames) -> list[list[Flag]]:
    """Find in each text what may identify somebody; places that overlap become one flag."""
    return [
        [*_joined([*find_shapes(text), *known.find(text), *persons])]
        for text, persons in zip(texts, find_persons(texts), strict=True)
    ]


def _joined(spans: Iterable[Span]) -> Iterator[Flag]:
    flag: Flag | None = None
    for start, end, kind in sorted(spans):
        if flag and start < flag.end:
            kinds = (*flag.kinds, kind) if kind not in flag.kinds else flag.kinds
            flag = Flag(flag.start, max(flag.end, end), kinds)
            continue
        if flag:
            yield flag
        flag = Flag(start, end, (kind,))
    if flag:
        yield flag


def describe_flags(flags: Sequence[Flag]) -> str:
    """Name the kinds of flags in a text, each once, separated by spaces."""
    kinds = [kind for flag in flags for kind in _told(flag)]
    return " ".join(dict.fromkeys(kinds))


def _told(flag: Flag) -> Sequence[str]:
    kinds = [kind for kind in flag.kinds if kind not in VAGUE]
    return kinds or [flag.kinds[0]]


def mark_flags(text: str, flags: Sequence[Flag]) -> str:
    """Write a text with each flagged place between brackets, with its kind before it."""
    told, at = [], 0
    for flag in flags:
        kind = "/".join(_told(flag))
        told += [text[at : flag.start], f"[{kind}: {text[flag.start : flag.end]}]"]
        at = flag.end
    return "".join([*told, text[at:]]) if flags else ""
