"""The synthetic conversations of a region: transcripts, and tables that point into them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.plan.study import Plan
from analysis.rehearse.simulate.coding import Crosswalk, code_again
from analysis.rehearse.simulate.planted import (
    Method,
    Phrases,
    Planted,
    PlantedInterviews,
    PlantedRegion,
    stream,
)
from analysis.rehearse.simulate.talk import STANCES, Occasion, Topic, draw_topics
from analysis.rehearse.simulate.wording import Speech

COLUMNS = {
    "documents": ["document", "file", "wave", "method", "group", "people", "asked", "consent"],
    "codings": ["document", "start", "end", "speaker", "code", "coder", "stance", "text"],
    "speakers": ["document", "speaker", "role"],
}
INTERVIEWER = "I"


@dataclass(frozen=True)
class Conversation:
    """One conversation before it is worded."""

    document: str
    place: Occasion
    method: str
    group: str
    double: bool


@dataclass(frozen=True)
class SyntheticTalk:
    """All conversations of a region: tables, and the text of each file."""

    tables: dict[str, DataFrame]
    transcripts: dict[str, str]


@dataclass(frozen=True)
class Wording:
    """The random numbers and words that one region's conversations share."""

    talk: np.random.Generator
    coders: np.random.Generator
    speech: Speech


@dataclass
class Transcript:
    """A text that grows turn by turn and knows where each segment stands."""

    parts: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> tuple[int, int]:
        """Add text and return its half-open place, in code points."""
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start, self.length


def draw_conversations(
    plan: Plan, planted: Planted, phrases: Phrases, name: str, crosswalk: DataFrame
) -> SyntheticTalk:
    """Draw every conversation of one region."""
    region = planted.regions[name]
    grid = _grid(crosswalk)
    draw = planted.interviews.draw
    talk, coders, words = (
        stream(region.seed, purpose, draw) for purpose in ("talk", "coders", "wording")
    )
    drawn = Wording(talk, coders, Speech(phrases, words))
    rows: dict[str, list[dict[str, object]]] = {table: [] for table in COLUMNS}
    transcripts = {}
    plans = [*_conversations(plan, planted.interviews, name)]
    marked = _identifying(plans, planted, drawn.talk)
    for one in plans:
        text, found = _hold(one, plan, planted, region, grid, drawn, marked.get(one.document))
        transcripts[f"transcripts/{one.document}.txt"] = text
        for table, some in found.items():
            rows[table] += some
    tables = {table: DataFrame(some, columns=COLUMNS[table]) for table, some in rows.items()}
    return SyntheticTalk(tables, transcripts)


def _conversations(plan: Plan, planted: PlantedInterviews, region: str) -> Iterator[Conversation]:
    for wave in plan.waves:
        for name, method in planted.methods.items():
            for number in range(1, method.groups + 1):
                group = f"{method.letter}{number}"
                double = number <= method.double_coded
                yield Conversation(f"{wave}-{group}", Occasion(region, wave), name, group, double)


def _identifying(
    plans: list[Conversation], planted: Planted, rng: np.random.Generator
) -> dict[str, int]:
    """Choose conversations in which one sentence gives somebody away; number the sentences."""
    count = planted.interviews.identifying
    first = count * [*planted.regions].index(plans[0].place.region)
    chosen = rng.choice(len(plans), count, replace=False)
    return {plans[spot].document: first + number for number, spot in enumerate(sorted(chosen))}


def _hold(
    one: Conversation,
    plan: Plan,
    planted: Planted,
    region: PlantedRegion,
    grid: Crosswalk,
    drawn: Wording,
    marked: int | None,
) -> tuple[str, dict[str, list[dict[str, object]]]]:
    """Hold one conversation: draw who speaks and of what, word it, code it."""
    interviews = planted.interviews
    method = interviews.methods[one.method]
    roles = _speakers(method, region, drawn.talk)
    phrases = drawn.speech.phrases.phrases
    stances = {code: drawn.speech.stances([code]) for code in phrases}
    topics = draw_topics(interviews, one.place, method.segments, grid.levels, stances, drawn.talk)
    text, spoken = _word(topics, [*roles], drawn, marked)
    codings = [
        {"document": one.document, "code": code, "coder": coder, "stance": stance, **segment}
        for coder, given in _coders(topics, plan, interviews, grid, drawn, double=one.double)
        for segment, codes in zip(spoken, given, strict=True)
        for code, stance in codes
    ]
    speakers: list[dict[str, object]] = [
        {"document": one.document, "speaker": speaker, "role": role}
        for speaker, role in roles.items()
    ]
    document = {
        "document": one.document,
        "file": f"transcripts/{one.document}.txt",
        "wave": one.place.wave,
        "method": one.method,
        "group": one.group,
        "people": len(roles),
        "asked": _unless(one, interviews.not_asked),
        "consent": _unless(one, interviews.no_consent),
    }
    return text, {"documents": [document], "codings": codings, "speakers": speakers}


def _coders(
    topics: list[Topic],
    plan: Plan,
    planted: PlantedInterviews,
    grid: Crosswalk,
    drawn: Wording,
    *,
    double: bool,
) -> Iterator[tuple[str, list[list[tuple[str, str]]]]]:
    yield plan.leading_coder, [[(code, one.stance) for code in one.codes] for one in topics]
    if double:
        heard = [code for one in topics for code in one.codes]
        again = [code_again(one, heard, planted, grid, drawn.coders) for one in topics]
        yield planted.second_coder, again


def _word(
    topics: list[Topic], speakers: list[str], drawn: Wording, marked: int | None
) -> tuple[str, list[dict[str, object]]]:
    """Write the transcript; returns its text and each segment's place, speaker and words."""
    speech, rng, transcript = drawn.speech, drawn.talk, Transcript()
    transcript.add(f"{INTERVIEWER}: {speech.phrases.welcome} {speech.question()}\n")
    names = _marked_topic(topics, marked)
    spoken: list[dict[str, object]] = []
    speaker = ""
    for number, topic in enumerate(topics):
        others = [one for one in speakers if one != speaker]
        if number and rng.random() < 0.2:
            transcript.add(f"\n{INTERVIEWER}: {speech.question()}")
            speaker = ""
        if speaker and rng.random() < 0.25:
            transcript.add(" ")
        else:
            speaker = others[int(rng.integers(len(others)))]
            transcript.add(f"\n{speaker}: ")
            if rng.random() < 0.3:
                transcript.add(f"{speech.filler()} ")
        if number == names and marked is not None:
            sentence = speech.identifying(STANCES[marked % 2], marked // 2)
        else:
            sentence = speech.sentence(topic.codes, topic.stance)
        start, end = transcript.add(sentence)
        spoken.append({"start": start, "end": end, "speaker": speaker, "text": sentence})
    transcript.add(f"\n\n{INTERVIEWER}: {speech.phrases.thanks}\n")
    return "".join(transcript.parts), spoken


def _marked_topic(topics: list[Topic], marked: int | None) -> int | None:
    """Return which topic is worded with a name: the first of the stance that is needed."""
    if marked is None:
        return None
    return next(n for n, topic in enumerate(topics) if topic.stance == STANCES[marked % 2])


def _speakers(method: Method, region: PlantedRegion, rng: np.random.Generator) -> dict[str, str]:
    count = int(rng.integers(method.fewest_people, method.most_people + 1))
    shares = np.array([*region.roles.values()])
    drawn = rng.choice([*region.roles], count, p=shares / shares.sum())
    return {f"P{number}": str(role) for number, role in enumerate(drawn, start=1)}


def _unless(one: Conversation, listed: Mapping[str, tuple[str, ...]]) -> str:
    return "no" if one.document in listed.get(one.place.region, ()) else "yes"


def _grid(crosswalk: DataFrame) -> Crosswalk:
    primary = crosswalk[crosswalk["strength"] == "primary"].drop_duplicates("code")
    by_code = primary.set_index("code")
    return Crosswalk(_filled(by_code["level"]), _filled(by_code["pillar"]))


def _filled(column: "pd.Series[str]") -> dict[str, str]:
    return {str(code): str(value) for code, value in column.items() if value}
