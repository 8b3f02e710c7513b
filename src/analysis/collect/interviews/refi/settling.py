"""Settle what a project said: GUIDs in one spelling, coders by name, loose ends counted."""

from collections import Counter

from analysis.collect.interviews.coded import Coded, Marks, Source, Spans
from analysis.collect.interviews.headers import STANCES, is_count
from analysis.plan.files.refi.guids import are_guids, canonical, is_guid, named_guid
from analysis.plan.files.refi.quarantine import Quarantined
from analysis.plan.files.refi.surroundings import ProjectElements

# The variables of a memo say how a code was given, that of a case who it is that speaks.
STANCE, ROUND, SPEAKER = "stance", "round", "speaker"
TWICE, NO_GUID = "GUIDs used twice: the later one was given another", "GUIDs that are none"
NO_CODE = "aside.strange_code"
SHARED = "aside.shared_guid"
WHOLE = "codings of a whole source: kept as a selection of all its text"
STANDS_TWICE = "codes that stand twice in the codebook"


def settle_elements(
    elements: ProjectElements, sources: list[Source], remarks: Counter[str]
) -> Coded:
    """Turn what was found in the XML into a project; what dangles is set aside."""
    codes, doubtful = elements.own_codes()
    known = {code.guid for code in codes} - doubtful
    remarks[STANDS_TWICE] += len(elements.codes) - len(codes)
    remarks[WHOLE] += len(elements.whole)
    spans = _spans(elements, remarks)
    kept = _with_known_code(elements, known, doubtful)
    marks = _marks(elements, kept, remarks)
    _take_notes(elements, marks, {old: new for new, old in enumerate(kept)})
    _take_speakers(elements, spans)
    others = [facts for facts in elements.notes.values() if not {STANCE, ROUND} & facts.keys()]
    elements.lost["memos"] += len(others)
    return Coded(
        elements.tool or "REFI-QDA",
        sources,
        codes,
        spans,
        marks,
        elements.quarantined,
        +elements.lost,
        +remarks,
        unit=elements.unit,
    )


def _spans(elements: ProjectElements, remarks: Counter[str]) -> Spans:
    columns = [[*column] for column in zip(*elements.found_spans, strict=True)] or [[]] * 5
    guid, source, start, end, snippet = columns[:5]
    guids = _all_own([canonical(one) for one in guid], "selection", remarks)
    spans = Spans(guids, source, start, end, snippet, elements.comments)
    spans.whole.extend(elements.whole)
    return spans


def _with_known_code(elements: ProjectElements, known: set[str], doubtful: set[str]) -> list[int]:
    """Return which codings give a code that is there, and set the others aside."""
    found = elements.found_marks
    targets = {raw: canonical(raw) for raw in {mark[2] for mark in found}}
    for mark in found:
        mark[2] = targets[mark[2]]
    kept = [place for place, mark in enumerate(found) if mark[2] in known]
    if len(kept) < len(found):
        for guid, span, code, _ in found:
            if code not in known:
                _, source, start, end, *_ = elements.found_spans[span]
                reason = SHARED if code in doubtful else NO_CODE
                place = (elements.sources[source].name, str(start), str(end))
                aside = Quarantined(reason, *place, canonical(guid), "coding")
                elements.quarantined.append(aside)
    return kept


def _marks(elements: ProjectElements, kept: list[int], remarks: Counter[str]) -> Marks:
    found = [elements.found_marks[place] for place in kept]
    guids = _all_own([canonical(mark[0]) for mark in found], "coding", remarks)
    users = _names_of_coders(elements)
    coders = [users[user or elements.found_spans[span][5]] for _, span, _, user in found]
    return Marks(guids, [mark[1] for mark in found], [mark[2] for mark in found], coders)


def _names_of_coders(elements: ProjectElements) -> dict[str, str]:
    """Name who coded: the coding says it, else the selection, else there is one user only."""
    written = {mark[3] for mark in elements.found_marks} | {
        span[5] for span in elements.found_spans
    }
    known = elements.coders
    names = {user: known.get(canonical(user), canonical(user)[:8]) for user in written}
    names |= _told_apart({user: name for user, name in names.items() if user})
    return {**names, "": next(iter(known.values())) if len(known) == 1 else "unknown"}


def _told_apart(names: dict[str, str]) -> dict[str, str]:
    """Give users who share a name a number each: two GUIDs are two people."""
    people: dict[str, list[str]] = {}
    for user, name in sorted(names.items(), key=lambda one: canonical(one[0])):
        if canonical(user) not in people.setdefault(name, []):
            people[name].append(canonical(user))
    return {
        user: f"{name} ({people[name].index(canonical(user)) + 1})"
        for user, name in names.items()
        if len(people[name]) > 1
    }


def _all_own(guids: list[str], kind: str, remarks: Counter[str]) -> list[str]:
    if len(set(guids)) == len(guids) and are_guids(guids):
        return guids
    seen: set[str] = set()
    return [own_guid(guid, seen, remarks, kind, place) for place, guid in enumerate(guids)]


def own_guid(guid: str, seen: set[str], remarks: Counter[str], kind: str, place: int) -> str:
    """Return a GUID that nothing else of its kind has; the first one keeps what it had."""
    if guid in seen or not is_guid(guid):
        remarks[TWICE if guid in seen else NO_GUID] += 1
        guid = named_guid(kind, guid, place)
    seen.add(guid)
    return guid


def _take_notes(elements: ProjectElements, marks: Marks, moved: dict[int, int]) -> None:
    """Take the stances and rounds that memos hold as variables; another memo has no place."""
    for mark, guids in elements.mark_notes.items():
        for facts in [elements.notes.get(guid, {}) for guid in guids] if mark in moved else []:
            stance = STANCES.get(facts.get(STANCE, "").casefold())
            turn = facts.get(ROUND, "")
            if stance:
                marks.stance[moved[mark]] = stance
            if is_count(turn):
                marks.round[moved[mark]] = turn
            if not (stance or is_count(turn)):
                elements.lost["links to memos"] += 1


def _take_speakers(elements: ProjectElements, spans: Spans) -> None:
    """Take the cases that are people who speak; the others are counted."""
    speakers = [case for case in elements.cases if case.facts.get(SPEAKER)]
    if others := len(elements.cases) - len(speakers):
        elements.lost["cases"] += others
    place = {guid: span for span, guid in enumerate(spans.guid)} if speakers else {}
    for case in speakers:
        for guid in case.selections:
            if guid in place:
                spans.speaker[place[guid]] = case.facts[SPEAKER]
