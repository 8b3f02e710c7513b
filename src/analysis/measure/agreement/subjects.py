"""What coders may agree on, and which category each coder gave each unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.measure.agreement.coefficients import CoderAnswers, Ratings
from analysis.measure.agreement.passages import Passages
from analysis.plan.study import Study

STANCE = "stance"
# In order: an ordinal coefficient sees helps and hinders as further apart than either and neutral.
SIGNS = {"hinders": -1, "neutral": 0, "helps": 1}


@dataclass(frozen=True)
class Subject:
    """Something a coder gives or does not give to a passage: a code, a level or a pillar."""

    name: str
    kind: str
    codes: frozenset[str]


def subjects(passages: Passages, study: Study) -> Iterator[Subject]:
    """List levels, pillars and codes that were used; a code stands for those below it too."""
    used = set(passages.marks["code"])
    placed = study.crosswalk[study.crosswalk["strength"] == "primary"]
    for kind, names in (("level", study.plan.levels), ("pillar", study.plan.pillars)):
        for name in names:
            members = set(placed.loc[placed[kind] == name, "code"])
            if members & used:
                yield Subject(name, kind, frozenset(members))
    above = {code: path.split("/") for code, path in study.codes[["id", "path"]].to_numpy()}
    below: dict[str, set[str]] = {}
    for code in used:
        for name in above.get(code, [code]):
            below.setdefault(name, set()).add(code)
    for name in sorted(below):
        yield Subject(name, "code", frozenset(below[name]))


@dataclass(frozen=True)
class Codebook:
    """The codes of some passages as facts: place by coder by code."""

    passages: Passages

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes that were used, in order."""
        return tuple(sorted(set(self.passages.marks["code"])))

    @cached_property
    def given(self) -> NDArray[np.bool_]:
        """Whether a coder gave a code to a stretch: stretch by coder by code."""
        marks, size = self.passages.marks, (len(self.passages.places), len(self.passages.coders))
        given = np.zeros((*size, len(self.codes)), dtype=bool)
        code = np.searchsorted(self.codes, marks["code"].to_numpy(str))
        given[marks["place"], self._coder, code] = True
        return given

    @property
    def _coder(self) -> NDArray[np.intp]:
        return np.searchsorted(self.passages.coders, self.passages.marks["coder"].to_numpy(str))

    def gave(self, subjects: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
        """Say whether a coder gave any of the codes of each subject: stretch, coder, subject."""
        members = np.array([[code in one for one in subjects] for code in self.codes])
        return np.asarray(self.given.astype(np.float32) @ members.astype(np.float32) > 0)

    def given_or_not(self, subjects: Sequence[frozenset[str]]) -> CoderAnswers:
        """Ask of each passage whether a coder gave any of the codes of each subject."""
        unit = self.passages.is_unit
        rated = self.passages.marked[unit]
        return CoderAnswers(self.gave(subjects)[unit], rated, np.ones(len(rated)))

    def text_given_or_not(self, subjects: Sequence[frozenset[str]]) -> CoderAnswers:
        """Ask it of all text, by characters; what a coder left unmarked was not given the code."""
        return CoderAnswers(self.gave(subjects), self.passages.saw, self.passages.lengths)

    def text_marked_or_not(self) -> Ratings:
        """Ask of all text whether a coder marked it at all, by characters."""
        values = np.where(self.passages.saw, self.passages.marked, -1)
        return Ratings(values.astype(np.intp), 2, self.passages.lengths)

    def whole_labels(self) -> tuple[Ratings, NDArray[np.bool_]]:
        """Take a coder's codes of a passage together as one label; also give each label's codes."""
        unit = self.passages.is_unit
        marked, given = self.passages.marked[unit], self.given[unit]
        packed = np.packbits(given[marked], axis=1)
        _, first, label = np.unique(packed, axis=0, return_index=True, return_inverse=True)
        values = np.full(marked.shape, -1, dtype=np.intp)
        values[marked] = label.ravel()
        return Ratings(values, len(first), np.ones(len(values))), given[marked][first]

    def stances(self) -> Ratings:
        """Take what a coder says of a passage: it hinders, neither or both, or it helps."""
        signs = self.passages.marks["stance"].map(SIGNS).to_numpy()
        seen = np.zeros((*self.passages.marked.shape, 2), dtype=bool)
        place, coder = self.passages.marks["place"].to_numpy(), self._coder
        for side, sign in enumerate((-1, 1)):
            seen[place[signs == sign], coder[signs == sign], side] = True
        value = 1 - seen[:, :, 0].astype(np.intp) + seen[:, :, 1]
        values = np.where(self.passages.marked, value, -1)[self.passages.is_unit]
        return Ratings(values, len(SIGNS), np.ones(len(values)))
