"""Dutch sentences for the synthetic conversations, from the phrase bank."""

import re
from collections.abc import Sequence

import numpy as np

from analysis.rehearse.simulate.planted import Phrases, Stance

ATTEMPTS = 40
LONG = 16  # words; longer clauses get no opener or closer
SLOT = re.compile(r"\{(\w+)\}")


class Speech:
    """The words of one region's conversations; a sentence is not said twice if it can be helped."""

    def __init__(self, phrases: Phrases, rng: np.random.Generator) -> None:
        self.phrases = phrases
        self.rng = rng
        self.said: set[str] = set()

    def stances(self, codes: Sequence[str]) -> set[Stance]:
        """Return the stances in which all these codes have sentences."""
        return set.intersection(*({*self.phrases.phrases[code]} for code in codes))

    def sentence(self, codes: Sequence[str], stance: str) -> str:
        """Say something new about the codes; neutral says both sides."""
        for _ in range(ATTEMPTS):
            text = self._frame(self._clauses(codes, stance))
            if text not in self.said:
                break
        self.said.add(text)
        return text

    def identifying(self, stance: Stance, number: int) -> str:
        """Say one of the sentences that a reviewer must catch."""
        sentences = self.phrases.identifying.sentences[stance]
        return _finish(sentences[number % len(sentences)])

    def filler(self) -> str:
        """Say something that is about no code."""
        return self._pick(self.phrases.fillers)

    def question(self) -> str:
        """Ask something, as the interviewer does."""
        return self._pick(self.phrases.questions)

    def _clauses(self, codes: Sequence[str], stance: str) -> str:
        known = self.phrases.phrases
        if stance in {"helps", "hinders"}:
            clauses = [self._pick(known[code][stance]) for code in codes]  # type: ignore[index]
            return self._fill(", en ".join(clauses))
        first, second = known[codes[0]]["helps"], known[codes[-1]]["hinders"]
        return self._fill(f"soms is het zo: {self._pick(first)}, en dan weer: {self._pick(second)}")

    def _fill(self, clause: str) -> str:
        """Fill each slot once, so that one sentence speaks of one child and one partner."""
        for slot in sorted(set(SLOT.findall(clause))):
            clause = clause.replace(f"{{{slot}}}", self._pick(self.phrases.slots[slot]))
        return clause

    def _frame(self, clause: str) -> str:
        if len(clause.split()) > LONG:
            return _finish(clause)
        opener = self._pick(self.phrases.openers)
        return _finish(f"{opener}{clause}" if opener else clause + self._pick(self.phrases.closers))

    def _pick(self, some: Sequence[str]) -> str:
        return some[int(self.rng.integers(len(some)))]


def _finish(clause: str) -> str:
    """Give a clause its capital and full stop; "'s ochtends" keeps its small s."""
    start = 3 if clause.startswith("'s ") else 0
    return f"{clause[:start]}{clause[start].upper()}{clause[start + 1 :]}."
