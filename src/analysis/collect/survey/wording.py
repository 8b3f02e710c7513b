"""The words that exports use for things every survey has."""

import re
from pathlib import Path

from analysis.plan.files.words import by_word, read_words

WORDS = read_words(Path(__file__).with_name("words.yaml"))
NO_ANSWER = by_word(WORDS["no_answer"])
YES_NO = {word: said == "yes" for word, said in by_word(WORDS["yes_no"]).items()}
LABELS, PERSONAL, FILLERS = (frozenset(WORDS[name]) for name in ("labels", "personal", "fillers"))
OTHER = re.compile(rf"({'|'.join(WORDS['other'])})\b\s*[^\w\s].*", re.IGNORECASE)
OFTEN, FEW = 3, 15


def kind_of_label(label: str) -> str | None:
    """Say what a label such as "weet niet" stands for: `dont_know`, `missing`, or nothing."""
    return NO_ANSWER.get(plain(label))


def plain(text: str) -> str:
    """Return a text without differences of case and space."""
    return " ".join(text.casefold().split())


def option(text: str) -> str:
    """Return `anders [...]` for what people filled in behind that option; another text stays."""
    found = OTHER.fullmatch(plain(text))
    return f"{found[1]} [...]" if found else plain(text)


def is_personal(*names: str) -> bool:
    """Tell whether a column of this name, or with this question, holds what identifies a person."""
    return any(
        "".join(sign for sign in text if sign.isalnum()) in PERSONAL
        for name in names
        for text in (name.casefold(), " ".join(_without_fillers(name)))
    )


def _without_fillers(question: str) -> list[str]:
    """Return what is left of a question such as "Wat is uw naam?"."""
    words = plain(question).strip(" ?:.*").split()
    return [word for word in words if word not in FILLERS]


def may_be_shown(text: str, times: int, different: int) -> bool:
    """Tell whether a text in a column may stand in a letter: never a name, address or open answer.

    A label is short, several people chose it, and its column holds few different ones.
    """
    if plain(text) in NO_ANSWER or plain(text) in LABELS:
        return True
    words = text.split()
    is_name = sum(word[:1].isupper() for word in words) > 1 or "@" in text or "." in text
    has_number = sum(sign.isdigit() for sign in text) > 3
    is_closed = times >= OFTEN and different <= FEW
    return is_closed and len(text) <= 40 and not is_name and not has_number
