"""Promises about the words around a passage: enough to understand it, none of who withdrew."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_interviews import CODING, DOCUMENT, FOLDER, read, write
from tiny_study import write as put

from analysis.collect.interviews.around import HIDDEN, without_words_of

LINES = ["P1: Eerst belde niemand.", "P2: Nu wel.", "P3: Dat scheelt.", "P2: Zeg dat wel."]
SAID = "\r\n".join(LINES)
SPEAKERS = [("d1", name) for name in ("P1", "P2", "P3")]


@pytest.fixture
def talked(tiny):
    for path in (tiny / FOLDER).rglob("*.*"):
        path.unlink()
    start = SAID.index(LINES[2])
    coding = CODING | {"start": str(start), "end": str(start + len(LINES[2])), "text": LINES[2]}
    write(tiny, "documents.csv", [DOCUMENT])
    write(tiny, "codings.csv", [coding | {"speaker": "P3"}])
    rows = [{"document": d, "speaker": s, "role": "helper"} for d, s in SPEAKERS]
    write(tiny, "speakers.csv", rows)
    (tiny / FOLDER / "transcripts").mkdir(exist_ok=True)
    (tiny / FOLDER / "transcripts" / "d1.txt").write_bytes(SAID.encode())
    return tiny


def passage(folder):
    return read(folder)[0]["segments"].iloc[0]


def withdraw(folder, *people):
    rows = "".join(f"north,{person}\n" for person in people)
    put(folder / "raw/decisions/withdrawn.csv", f"region,participant\n{rows}")


def test_a_passage_has_its_line_and_what_is_said_around_it(talked):
    told = passage(talked)
    assert (told["line"], told["before"], told["after"]) == (
        3,
        "P1: Eerst belde niemand. P2: Nu wel.",
        "P2: Zeg dat wel.",
    )


def test_no_word_of_who_withdrew_stands_around_a_passage(talked):
    withdraw(talked, "P2")
    told = passage(talked)
    assert (told["before"], told["after"]) == ("P1: Eerst belde niemand. […]", "[…]")


def test_a_conversation_without_turns_shows_nothing_around_once_somebody_in_it_withdrew(talked):
    (talked / FOLDER / "transcripts" / "d1.txt").write_bytes(SAID.replace("P2:", "Pa:").encode())
    withdraw(talked, "P2")
    told = passage(talked)
    assert (told["before"], told["after"]) == ("", "")


def test_a_line_that_begins_with_words_and_a_colon_ends_no_turn():
    text = "P2: Toen zei ik.\nTegen hem: ga weg.\nP1: Ja."
    hidden = without_words_of({("d", "P2")}, [("d", "P1"), ("d", "P2")], {"d": text}, set())
    assert hidden["d"].replace(HIDDEN, "") == "P1: Ja."


@given(st.lists(st.tuples(st.sampled_from(["P1", "P2", "P3"]), st.text("ab :\n", max_size=20))))
def test_whatever_is_hidden_a_text_keeps_its_places(turns):
    text = "\n".join(f"{name}: {words}" for name, words in turns)
    hidden = without_words_of({("d", "P2")}, SPEAKERS, {"d": text}, set()).get("d", text)
    assert len(hidden) == len(text)
    kept = [(one, other) for one, other in zip(text, hidden, strict=True) if other != HIDDEN]
    assert all(one == other for one, other in kept)
    if re.search(r"(?m)^P2:", text):
        assert not re.search(r"(?m)^P2:", hidden)
