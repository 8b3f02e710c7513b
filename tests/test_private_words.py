"""Promises about words that may tell who somebody is: flagged for a reviewer, never approved."""

import logging
from pathlib import Path

import pytest
import yaml

from analysis import narrative, tables
from analysis.collect.interviews import KnownNames, describe_flags, find_private, mark_flags
from analysis.collect.interviews.private import persons
from analysis.findings import prepare

PROJECT = Path(__file__).resolve().parents[1]
NOBODY = KnownNames({})


def kinds_in(text, known=NOBODY):
    return describe_flags(find_private([text], known)[0]).split()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bel mij op 06-00000000 als het misgaat", "phone"),
        ("bel mij op +31 6 00 00 00 00 als het misgaat", "phone"),
        ("zij staat er met 111222333 in", "bsn"),
        ("mail het naar jo.voorbeeld@example.org", "email"),
        ("kijk op www.example.org of in de map", "web"),
        ("zij wonen op 1234 AB en komen lopend", "postcode"),
        ("zij wonen in de Verzonnenstraat 12a boven", "address"),
        ("het kind is van 3 mei 2014 en zit in groep 7", "date"),
        ("betaal op NL00BANK0123456789 en klaar", "iban"),
        ("met cbs De Verzinsels gaat het goed", "school"),
        ("ik loop bij de Verzinsels even binnen", "capital"),
        ("ik vroeg het aan Marloes en die wist het", "person"),
    ],
)
def test_a_private_word_is_flagged_by_what_it_is(text, kind):
    assert kind in kinds_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wij zien elkaar nu elke week. Dat helpt enorm!",
        "De GGD en de IB'er zitten nu samen in groep 7.",
        "“Wij” is een woord dat je vroeger nooit hoorde, zegt iedereen.",
    ],
)
def test_plain_talk_has_no_flag(text):
    assert kinds_in(text) == []


def test_the_names_of_the_study_itself_are_flagged_in_any_case():
    known = KnownNames({"site": ["de linde"], "participant": ["SYN-AB12"], "speaker": ["P"]})
    found = find_private(["zij van DE LINDE weten het, syn-ab12 ook, en p niet"], known)[0]
    assert [flag.kinds[-1] for flag in found] == ["site", "participant"]


def test_marking_keeps_every_word_of_the_text():
    text = "vraag Marloes maar, op 06-00000000"
    flags = find_private([text], NOBODY)[0]
    assert mark_flags(text, flags) == "vraag [person: Marloes] maar, op [phone: 06-00000000]"
    assert mark_flags("niets", []) == ""


def test_every_identifier_planted_in_the_pilot_is_flagged():
    planted = PROJECT / "data" / "raw" / "planted-phrases.yaml"
    identifying = yaml.safe_load(planted.read_text(encoding="utf-8"))["identifying"]
    sentences = [
        one[0].upper() + one[1:] for own in identifying["sentences"].values() for one in own
    ]
    for text, flags in zip(sentences, find_private(sentences, NOBODY), strict=True):
        for mark in identifying["marks"]:
            covered = [flag for flag in flags if mark in text[flag.start : flag.end]]
            assert covered or mark not in text, (mark, text)


def test_word_lists_are_read_without_a_word_and_left_as_they_were(caplog):
    with caplog.at_level(logging.INFO):
        find_private(["vraag het aan Marloes"], NOBODY)
    assert not caplog.records
    assert logging.root.manager.disable == 0


def test_no_text_loads_no_word_list(monkeypatch):
    monkeypatch.setattr(persons, "_lists", lambda: pytest.fail("read for nothing"))
    assert find_private([], NOBODY) == []


def test_a_reviewer_sees_what_was_flagged(tiny):
    said = "Wij bellen Marloes nu gewoon even op als er iets speelt."
    for path in (tiny / "raw" / "regions" / "north" / "interviews").rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        old = "Wij bellen elkaar nu gewoon even op als er iets speelt, zaak 0."
        path.write_text(text.replace(old, said.ljust(len(old), "!")), encoding="utf-8", newline="")
    inside = prepare(tiny)
    shown = tables.show(tables.flagged(inside.table("quotations")))
    assert any("[person: Marloes]" in text for text in shown["text"])
    counted = inside.rows("quotation_flags", region="all", kind="any")
    assert counted[["flagged", "approved"]].values.tolist() == [[1, 0]]
    told = narrative.describe_flags(inside.in_language("nl").table("quotation_flags"))
    assert "naam van een mens (1)" in str(told)


def test_looking_for_persons_leaves_the_logs_of_others_alone():
    root = logging.root
    before = (root.level, [*root.handlers], root.manager.disable)
    find_private(["Ik sprak Jansen gisteren nog over de klas."], NOBODY)
    assert (root.level, [*root.handlers], root.manager.disable) == before
