"""What a finding rests on: an id for every row, and sentences that carry the ids they rest on."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

# Every region, wave or code together; no id of a plan may be called so.
EVERY = "all"
# Nothing is shown of fewer people: a mean of four is nearly the answer of one.
LEAST_SHOWN = 5
# Fewer people at a wave are described and not tested: normal theory has too little to stand on.
LEAST_TESTED = 10
# Fewer are tested with a remark, and never called clear.
LEAST_UNFLAGGED = 15
# Fewer conversations give no interval and no count that may be shared.
LEAST_CONVERSATIONS = 4
# Drawn again, fewer conversations repeat the same few draws: agreement then has no interval.
FEWEST_DOCUMENTS = 5
# Agreement on a code given to fewer passages hangs on one or two of them, and is remarked upon.
FEW_PASSAGES = 10
# Among fewer passages with a stance, one alone moves the share that hinders by a quarter.
LEAST_STANCED = 5
# One passage is at one pole or the other, never between: a share of poles needs two.
LEAST_OF_POLES = 2
# Of fewer conversations none and one, and all and all but one, are told alike.
LEAST_EXACT = 10
# Counts of conversations are shared where at least so many different people spoke in them.
LEAST_TOLD = 10


def evidence_id(kind: str, region: str, subject: str, when: str | None = None) -> str:
    """Name one row of one findings table: `kind/region/subject/when`, lowercase."""
    parts = (kind, region, subject) if when is None else (kind, region, subject, when)
    return "/".join(parts).lower().replace(" ", "-")


@dataclass(frozen=True)
class Sentence:
    """One sentence and the evidence ids of the rows it was made from."""

    text: str
    evidence: tuple[str, ...]

    def __str__(self) -> str:
        """Return the words alone."""
        return self.text

    def _repr_html_(self) -> str:
        ids = escape(" ".join(self.evidence), quote=True)
        return f'<span data-evidence="{ids}" class="say">{escape(self.text)}</span>'


def shown(html: str, plain: str, *, is_bare: bool) -> tuple[dict[str, str], dict[str, Any]]:
    """Give a notebook what is shown, and whether it only says that there is nothing of its kind."""
    kind = "text/html"
    return {kind: html, "text/plain": plain}, {kind: {"bare": is_bare}}


@dataclass(frozen=True)
class Passage:
    """Sentences that belong in one paragraph; a bare one says that a study holds nothing such."""

    sentences: tuple[Sentence, ...]
    is_bare: bool = False

    def __iter__(self) -> Iterator[Sentence]:
        """Go through the sentences in order."""
        return iter(self.sentences)

    def __add__(self, other: "Passage") -> "Passage":
        """Go on with the sentences of another passage."""
        return Passage(self.sentences + other.sentences, self.is_bare and other.is_bare)

    def __str__(self) -> str:
        """Return the paragraph as plain text."""
        return " ".join(str(sentence) for sentence in self.sentences)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p>{' '.join(sentence._repr_html_() for sentence in self.sentences)}</p>"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        told, about = shown(self._repr_html_(), str(self), is_bare=self.is_bare)
        return told, {kind: {**one, "said": True} for kind, one in about.items()}
