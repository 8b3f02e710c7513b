"""Prove in which unit a project's offsets count: by what stands there, never by who wrote it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.collect.interviews.coded import Coded
from analysis.collect.interviews.units import Letters, Places, Unit, last_resorts, rivals
from analysis.plan.problems import refuse

MOST_SNIPPETS = 4000
SHORTEST_SNIPPET = 4
FEWEST_FOR_LAST_RESORT = 5
POOR, GOOD = 0.6, 0.9
LUCK = 0.05
FAR = int(np.iinfo(np.int64).max)
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Texts = Sequence[str | None]


@dataclass(frozen=True)
class Proof:
    """Where the spans stand in code points, -1 where nowhere, and how that was found out."""

    start: Places
    end: Places
    unit: str
    detail: str


@dataclass(frozen=True)
class Rival:
    """One way of counting and the places it gives."""

    unit: Unit
    start: Places
    end: Places


@dataclass(frozen=True)
class Score:
    """How well a way of counting fits: points for snippets, ends cut well, snippets found."""

    snippets: int
    ends: int
    found: int


class Court:
    """The spans of one project, and the texts they are to be found in."""

    def __init__(self, coded: Coded, texts: Texts, letters: dict[int, Letters]) -> None:
        self.spans, self.texts, self.letters = coded.spans, texts, letters
        self.source = np.array(coded.spans.source, dtype=np.int64)
        self.start, self.end = _places(coded.spans.start), _places(coded.spans.end)
        order = np.argsort(self.source, kind="stable")
        found, first = np.unique(self.source[order], return_index=True)
        parts = np.split(order, first[1:]) if len(found) else []
        self.rows = dict(zip(found.tolist(), parts, strict=True))

    def places(self, unit: Unit) -> Rival:
        """Turn all spans into code points, counted in one unit."""
        start, end = np.full_like(self.start, -1), np.full_like(self.end, -1)
        for source, rows in self.rows.items():
            if source in self.letters:
                found = self.letters[source].turn(self.start[rows], self.end[rows], unit)
                start[rows], end[rows] = found
        for row in self.spans.whole:
            size = len(self.texts[self.spans.source[row]] or "")
            start[row], end[row] = (0, size) if size else (-1, -1)
        return Rival(unit, start, end)

    def score(self, rival: Rival, rows: Places) -> Score:
        """Score one way of counting on some spans."""
        ends = 0
        asked = np.zeros(len(self.start), dtype=bool)
        asked[rows] = True
        for source, mine in self.rows.items():
            if source in self.letters:
                some = mine[asked[mine]]
                good = self.letters[source].cut_well(rival.start[some], rival.end[some])
                ends += int(good.sum())
        # A hundred thousand snippets prove no more than some thousands, evenly spread.
        step = max(1, len(rows) // MOST_SNIPPETS)
        points = [self._stands(rival, row) for row in rows[::step].tolist()]
        return Score(sum(points), ends, sum(map(bool, points)))

    def _stands(self, rival: Rival, row: int) -> int:
        """Say whether a snippet stands where this way of counting says: a whole one twice."""
        snippet, text = self.spans.snippet[row], self.texts[self.spans.source[row]]
        start, end = int(rival.start[row]), int(rival.end[row])
        if not snippet or text is None or start < 0:
            return 0
        # A place that is one off takes the space before a word instead of its last letter.
        if snippet[0].isspace() != text[start].isspace():
            return 0
        found, told = squeezed(text[start:end]), squeezed(snippet)
        if found == told:
            return 2
        told = told.rstrip(".\u2026").rstrip()
        return int(len(told) >= SHORTEST_SNIPPET and found.startswith(told))


def _places(written: list[int]) -> Places:
    """Return places as an array; a number that no array can hold is past every end."""
    try:
        return np.array(written, dtype=np.int64)
    except OverflowError:
        return np.array([min(max(place, -1), FAR) for place in written], dtype=np.int64)


def squeezed(text: str) -> str:
    """Write white space as one space, letters in one form, and no control characters.

    Tools do so in snippets: a vertical tab or a line end of another kind parts nothing.
    """
    return " ".join(unicodedata.normalize("NFC", CONTROLS.sub("", text)).split())


def prove(coded: Coded, name: str) -> Proof:
    """Choose the unit that fits best, and refuse to guess between units that fit equally well.

    Raises
    ------
    StudyError when two units put coded text in different places and nothing tells which is right.
    """
    texts = [source.text for source in coded.sources]
    pointed_at = set(coded.spans.source)
    letters = {
        place: Letters.of(source.text, has_mark=source.has_bom)
        for place, source in enumerate(coded.sources)
        if source.text and place in pointed_at
    }
    court = Court(coded, texts, letters)
    used = [letters[source] for source in court.rows if source in letters]
    units = rivals(used, from_one=coded.counts_from_one)
    if all(one.is_plain for one in used) and not coded.counts_from_one:
        units = units[:1]
    found = [court.places(unit) for unit in units]
    if last := _last_resort(court, found):
        return last
    rival, why = _decide(court, found, coded, name)
    score, able = court.score(rival, np.arange(len(court.start))), _able(court)
    return Proof(rival.start, rival.end, str(rival.unit), f"{_fit(score, able)}; {why}")


def _groups(found: list[Rival], matters: NDArray[np.bool_]) -> list[list[Rival]]:
    """Put together the ways of counting that give the same places where it matters."""
    groups: list[list[Rival]] = []
    for rival in found:
        same = next((group for group in groups if _agree(group[0], rival, matters)), None)
        if same is None:
            groups.append([rival])
        else:
            same.append(rival)
    return groups


def _agree(one: Rival, other: Rival, rows: NDArray[np.bool_]) -> bool:
    same_start = np.array_equal(one.start[rows], other.start[rows])
    return bool(same_start and np.array_equal(one.end[rows], other.end[rows]))


def _that_matter(coded: Coded) -> NDArray[np.bool_]:
    """Mark the spans that carry a code; where none does, all matter."""
    is_coded = np.zeros(len(coded.spans.guid), dtype=bool)
    is_coded[coded.marks.span] = True
    return is_coded if is_coded.any() else ~is_coded


def _disputed(groups: list[list[Rival]], matters: NDArray[np.bool_]) -> Places:
    """Return the rows of the spans that matter and that units put in different places."""
    differs = np.zeros(len(matters), dtype=bool)
    first = groups[0][0]
    for other, *_ in groups[1:]:
        differs |= (first.start != other.start) | (first.end != other.end)
    return np.flatnonzero(differs & matters)


def _decide(court: Court, found: list[Rival], coded: Coded, name: str) -> tuple[Rival, str]:
    """Return the way of counting that fits best, and why."""
    matters = _that_matter(coded)
    groups = _groups(found, matters)
    if len(groups) == 1:
        return _best_of(court, groups[0]), "every unit gives the same places of codings"
    rows = _disputed(groups, matters)
    judged = [(court.score(group[0], rows), group) for group in groups]
    judged.sort(key=lambda one: (one[0].snippets, one[0].ends), reverse=True)
    (best, winners), (second, others) = judged[0], judged[1]
    is_clear = _is_clear(best, second, len(rows))
    if is_clear and (not coded.unit or coded.unit in _names(winners)):
        return _best_of(court, winners), _told(best, second, others[0].unit, len(rows))
    for score, group in judged:
        if coded.unit in _names(group) and score.snippets == best.snippets:
            named = next(rival for rival in group if str(rival.unit) == coded.unit)
            return named, f"so it was said, and nothing on {len(rows)} places speaks against it"
    if not is_clear:
        raise _tie(name, winners[0].unit, others[0].unit, len(rows))
    return _best_of(court, winners), _told(best, second, others[0].unit, len(rows))


def _best_of(court: Court, group: list[Rival]) -> Rival:
    """Return which of a group fits best where it matters less: on annotations."""
    everywhere = np.ones(len(court.start), dtype=bool)
    if all(_agree(group[0], other, everywhere) for other in group[1:]):
        return group[0]
    rows = np.flatnonzero(everywhere)
    scores = [court.score(rival, rows) for rival in group]
    return max(zip(group, scores, strict=True), key=lambda one: (one[1].snippets, one[1].ends))[0]


def _names(group: list[Rival]) -> list[str]:
    return [str(rival.unit) for rival in group]


def _is_clear(best: Score, second: Score, rows: int) -> bool:
    """Whether one fits better than by luck: more snippets, all ends cut well, or clearly more."""
    lead = best.ends - second.ends
    is_perfect = best.ends == 2 * rows and lead > 0
    return best.snippets > second.snippets or is_perfect or lead >= max(2, LUCK * 2 * rows)


def _told(best: Score, second: Score, other: Unit, rows: int) -> str:
    return (
        f"of {rows} places on which units differ {best.ends} of {2 * rows} ends are cut well"
        f" and {best.found} snippets found; next best {other}: {second.ends} and {second.found}"
    )


def _tie(name: str, one: Unit, other: Unit, rows: int) -> Exception:
    return refuse("interviews.tie", name, one=str(one), other=str(other), n=rows)


def _last_resort(court: Court, known: list[Rival]) -> Proof | None:
    """Try rarer ways of counting where every other one fits badly."""
    rows = np.arange(len(court.start))
    able = _able(court)
    if able < FEWEST_FOR_LAST_RESORT:
        return None
    scores = [court.score(rival, rows) for rival in known]
    if max(score.ends for score in scores) >= POOR * 2 * able:
        return None
    for unit in last_resorts():
        rival = court.places(unit)
        score = court.score(rival, rows)
        if score.ends >= GOOD * 2 * able and score.snippets >= max(s.snippets for s in scores):
            return Proof(rival.start, rival.end, str(unit), _fit(score, able))
    return None


def _able(court: Court) -> int:
    """Count the spans whose source has a text."""
    return int(np.isin(court.source, list(court.letters)).sum())


def _fit(score: Score, able: int) -> str:
    share = score.ends / (2 * able) if able else 1.0
    return f"{share:.0%} of the ends are cut well, {score.found} snippets found"
