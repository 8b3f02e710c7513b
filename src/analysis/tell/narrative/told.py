"""The brief's sections on where a region began, in whose words, and where two sides differ."""

from random import Random
from typing import Any

from pandas import DataFrame

from analysis.plan.evidence import Sentence
from analysis.tell.narrative.elements import did
from analysis.tell.narrative.grew import Section, divergences
from analysis.tell.narrative.heard import is_known, was_heard
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.voice import ladder, rows_of

MOST_QUOTES = 4


def head(story: RegionStory) -> list[Sentence]:
    """Say which waves, how many people and how many conversations."""
    voice = story.voice
    waves = [voice.name.wave(wave) for wave in story.waves]
    waves[:1] = [voice.text("first_wave", wave=wave) for wave in waves[:1]]
    said = story.sentence("fact_waves", None, waves=waves) if waves else []
    row = rows_of(story.whole)[0] if len(story.whole) else {}
    people, documents = row.get("people"), row.get("documents")
    if not waves:
        said += story.sentence("fact_no_survey")
    elif is_known(people):
        said += story.sentence("fact_people", None, people=people, codes=story.codes)
    else:
        said += story.sentence("fact_people_hidden")
    if len(story.whole) and not is_known(documents):
        return said + story.sentence("fact_documents_hidden")
    key = "fact_documents" if documents else "fact_no_documents"
    return said + story.sentence(key, None, documents=documents or 0)


def begin(story: RegionStory) -> Section | None:
    """Tell the starting position, the question where it is no title, and what people did."""
    said = own_text("starting-position", story)
    section = {"id": "begin", "title": story.voice.text("title_begin"), "paragraphs": [said]}
    blocks = did(story)
    return section | {"blocks": blocks} if said or blocks else None


def question_of(key: str, story: RegionStory) -> list[Sentence]:
    """Say the region's own question within a sentence of ours."""
    rows = story.rows("plan", subject="question")
    texts = [str(text) for text in rows.get(f"text_{story.language}", [])]
    own = [text[:1].lower() + text[1:] for text in texts]
    return [one for text in own for one in story.sentence(key, rows, question=text)]


def own_text(subject: str, story: RegionStory) -> list[Sentence]:
    """Give one text of region.yaml, resting on its row of the plan."""
    rows = story.rows("plan", subject=subject)
    return [story.voice.state(text, rows) for text in rows.get(f"text_{story.language}", [])]


def theme_cell(row: dict[str, Any], story: RegionStory) -> str:
    """Say in how many conversations a theme came up, or why there is no count."""
    if row["state"] != "counted":
        return story.voice.text(f"cell_{row['state']}")
    return story.voice.text(f"cell_{row.get('worded') or 'some'}", row=row)


def words(story: RegionStory) -> Section | None:
    """Give two to four approved quotations, drawn by lot; nothing where nobody was heard."""
    if not was_heard(story):
        return None
    section: Section = {"id": "words", "title": story.voice.text("title_words")}
    pool = story.rows("quotations")
    if pool.empty:
        return section | {"paragraphs": [story.sentence("no_quotations")]}
    drawn = _draw(pool, f"{story.study.plan.seed}/{story.region}")
    counts = story.rows("quotation_counts")
    said = [
        one
        for row in rows_of(counts)
        for one in story.sentence("quotations_counted", counts, row=row)
    ]
    if len(drawn) < len(pool):
        k = story.voice.text(f"count_{len(drawn)}")
        said += story.sentence("quotations_drawn", pool, k=k)
    else:
        said += story.sentence("quotations_all", pool)
    if spoken := story.voice.text("spoken_language"):
        said += story.stated(spoken, pool)
    return section | {"quotes": [_quote(row, pool, story) for row in drawn], "paragraphs": [said]}


def _draw(pool: DataFrame, seed: str) -> list[dict[str, Any]]:
    """Shuffle within each stance, then take turns, hindering first: all sides are heard."""
    lot = Random(seed)
    piles = []
    for stance in ("hinders", "helps", "neutral"):
        pile = rows_of(pool[pool["stance"] == stance].sort_values("sha256"))
        lot.shuffle(pile)
        piles.append(pile)
    turns = [pile[turn] for turn in range(len(pool)) for pile in piles if turn < len(pile)]
    return sorted(turns[:MOST_QUOTES], key=lambda row: (row["stance"] == "hinders", row["sha256"]))


def _quote(row: dict[str, Any], pool: DataFrame, story: RegionStory) -> Section:
    own = pool[pool["evidence_id"] == row["evidence_id"]]
    name = story.voice.name
    role = name.role(row["role"]) if row["role"] == row["role"] and row["role"] else ""
    role = role or story.voice.text("speaker")
    wave = name.wave(row["wave"]) if row["wave"] == row["wave"] and row["wave"] else ""
    footer = ", ".join(part for part in (role[:1].upper() + role[1:], wave) if part)
    quoted = story.voice.say("quotation", own, text=row["text"])
    return {"say": quoted, "footer": footer, "language": story.study.plan.languages[0]}


def differ(story: RegionStory) -> Section | None:
    """Show every cell in which scores and conversations differ, both sides, unreconciled."""
    if not was_heard(story):
        return None
    section: Section = {"id": "differ", "title": story.voice.text("title_differ")}
    joint = story.rows("joint")
    if joint.empty or joint["label"].eq("not_testable").all():
        return section | {"paragraphs": [story.sentence("no_joint", joint if len(joint) else None)]}
    cells = rows_of(divergences(story))
    alike = joint["label"].eq("convergent").any() and not cells
    said = story.sentence("no_difference", joint) if alike else []
    for key, labels in (("both_ways", ["convergent"]), ("silent", ["silent", "not_testable"])):
        rows = joint[joint["label"].isin(labels)]
        subjects = [story.voice.name.subject(level) for level in rows["level"]]
        said += story.sentence(key, rows, subjects=subjects) if subjects else []
    return section | {"splits": [_split(cell, story) for cell in cells], "paragraphs": [said]}


def _split(cell: dict[str, Any], story: RegionStory) -> Section:
    scored = story.rows("contrasts", evidence_id=cell["change_id"])
    spoken = story.rows("talk", evidence_id=cell["talk_id"])
    change, talk = rows_of(scored)[0], rows_of(spoken)[0]
    left = story.stated(story.voice.verdict(change), scored)
    key = "answers_n" if story.codes == "all" else "answers_n_without_code"
    left += story.sentence(key, scored, n=change["n"]) if is_known(change["n"]) else []
    subject = story.voice.name.subject(cell["level"])
    phrase = ladder()["talk"][cell["talk_direction"]][story.language].format(x=subject)
    right = story.stated(phrase, spoken)
    known = is_known(talk["documents"])
    right += story.sentence("talk_n", spoken, n=talk["documents"]) if known else []
    return {
        "evidence": cell["evidence_id"],
        "left": {"head": story.voice.text("in_answers"), "say": left},
        "right": {"head": story.voice.text("in_talk"), "say": right},
    }
