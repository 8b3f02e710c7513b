"""What was heard in a region's conversations: helping and hindering apart, wave by wave."""

from collections.abc import Collection, Iterable
from typing import Any

from pandas import DataFrame, Series

from analysis.plan.evidence import Sentence
from analysis.tell.narrative.region import MOST_WORDS, RegionStory, length
from analysis.tell.narrative.voice import rows_of

# Heard in half of the conversations, and in two at least.
HALF, LEAST_HEARD = 0.5, 2


def is_known(value: Any) -> bool:
    """Say whether a cell of a gated table holds a value."""
    return value is not None and value == value and str(value) != "<NA>"


def was_heard(story: RegionStory) -> bool:
    """Say whether the region has anything from conversations to tell: themes or quotations."""
    return len(talk_waves(story)) > 0 or len(story.rows("quotations")) > 0


def talk_waves(story: RegionStory) -> list[str]:
    """Return the waves at which themes were put to conversations, shown or not, in order."""
    rows = story.rows("heard")
    held = rows.loc[rows["state"].isin(["counted", "suppressed"]), "wave"] if len(rows) else ()
    return [wave for wave in story.study.plan.waves if wave in {*held}]


def heard(story: RegionStory, wave: str, stance: str, codes: Collection[str]) -> DataFrame:
    """Return the rows of some codes at one wave, most conversations first."""
    rows = story.rows("heard", wave=wave, stance=stance, code=[*codes])
    if rows.empty:
        return rows.assign(size=Series(dtype=float))
    rows = rows.assign(size=[_size(row) for row in rows_of(rows)])
    return rows.sort_values("size", ascending=False, kind="stable")


def _size(row: dict[str, Any]) -> float:
    """Order counts that are words among the numbers."""
    if row["state"] != "counted":
        return 0.0
    if row.get("worded") == "high":
        return float(row["asked"]) - 0.5
    return float(row["documents"]) if is_known(row["documents"]) else 0.0


def often(rows: DataFrame, story: RegionStory) -> DataFrame:
    """Keep what was heard in half of the conversations, and in two at least."""
    if rows.empty:
        return rows
    enough = (rows["asked"].astype(float) * HALF).clip(lower=LEAST_HEARD)
    return without_sums(rows[rows["size"] >= enough.fillna(float("inf"))], story)


def without_sums(rows: DataFrame, story: RegionStory) -> DataFrame:
    """Leave out the codes above another one: what they gather is told by itself."""
    paths = story.study.codes.set_index("id")["path"]
    above = {one for code in rows["code"] for one in str(paths[code]).split("/")[:-1]}
    return rows[~rows["code"].isin(above)]


def foremost(story: RegionStory, stance: str) -> DataFrame:
    """Return what was heard most at the last wave as helping or hindering, if often enough."""
    waves = talk_waves(story)
    if not waves:
        return DataFrame(columns=["evidence_id"])
    return often(heard(story, waves[-1], stance, [*story.study.codes["id"]]), story).head(1)


def share(row: dict[str, Any]) -> str:
    """Say in how large a part of the conversations something was heard, as the key of a text."""
    if row["state"] != "counted":
        return str(row["state"])
    return str(row.get("worded") or "some")


def in_words(kind: str, rows: DataFrame, story: RegionStory) -> list[Sentence]:
    """Say in how many conversations codes were heard; equally frequent ones share a sentence."""
    said: list[Sentence] = []
    groups: dict[str, list[str]] = {}
    for row in rows_of(rows):
        phrase = story.voice.text(f"heard_{share(row)}", row=row)
        groups.setdefault(phrase, []).append(row["evidence_id"])
    for phrase, ids in groups.items():
        own = rows[rows["evidence_id"].isin(ids)]
        said += listed(story.voice.text(f"{kind}_said", share=phrase), own, story)
    return said


def listed(phrase: str, rows: DataFrame, story: RegionStory) -> list[Sentence]:
    """End a sentence with the names of codes; a sentence that grows too long becomes several."""
    names = [f"‘{story.voice.name.code(code)}’" for code in rows["code"]]
    text = f"{phrase} {story.voice.listed(names)}."
    if length([text]) > MOST_WORDS and len(rows) > 1:
        half = (len(rows) + 1) // 2
        parts = (rows.iloc[:half], rows.iloc[half:])
        return [one for part in parts for one in listed(phrase, part, story)]
    return story.stated(text, rows)


def cell(row: dict[str, Any] | None, story: RegionStory) -> str:
    """Say in how many conversations something was heard, or why there is no count."""
    return "–" if row is None else story.voice.text(f"count_{share(row)}", row=row)


def tentative(rows: DataFrame, story: RegionStory) -> list[Sentence]:
    """Name the codes just told on which the coders agree too little."""
    weak = rows[[is_tentative(row) for row in rows_of(rows)]] if len(rows) else rows
    weak = weak.drop_duplicates("code") if len(weak) else weak
    return listed(story.voice.text("named_tentative"), weak, story) if len(weak) else []


def is_tentative(row: dict[str, Any]) -> bool:
    """Say whether coders agree too little on a topic, where that was measured."""
    return str(row.get("agreement")) == "tentative"


def codes_of(story: RegionStory, frameworks: Iterable[str]) -> list[str]:
    """Return the codes of some frameworks, in the order of the codebooks."""
    codes = story.study.codes
    return [*codes.loc[codes["framework"].isin([*frameworks]), "id"]]
