"""Promises about themes, talk and quotations."""

import hashlib

import pytest
from pandas import DataFrame
from tiny_study import lay_out_tiny_study

from analysis.collect import interviews
from analysis.collect.interviews import Conversations
from analysis.learn.themes import count_themes, measure_talk, pool_quotations
from analysis.plan.study import read_study

PLACE = ["region", "document", "segment"]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_study(lay_out_tiny_study(tmp_path_factory.mktemp("themes")))


def conversations(rows):
    names = ["region", "document", "wave", "group", "people", "asked", "consent", "words"]
    return DataFrame(rows, columns=names)


def theme(study, documents, codings, wave="first", code="trust"):
    coded = DataFrame(codings, columns=[*PLACE, "code", "coder", "round", "stance"])
    segments = coded[PLACE].drop_duplicates().assign(text="een twee drie vier vijf")
    table = count_themes(Conversations(conversations(documents), segments, coded), study)
    return table.set_index(["region", "wave", "code"]).loc[("north", wave, code)]


DOCUMENTS = [
    ("north", "d1", "first", "g1", 6, "yes", "yes", 50),
    ("north", "d2", "first", "g1", 7, "yes", "yes", 50),
    ("north", "d3", "first", "g3", 5, "no", "yes", 50),
]
CODINGS = [
    ("north", "d1", "s1", "trust", "ann", 1, "helps"),
    ("north", "d1", "s2", "trust", "ann", 1, "hinders"),
    ("north", "d1", "s2", "trust", "bo", 1, "helps"),
    ("north", "d2", "s4", "other", "ann", 1, "helps"),
    ("north", "d3", "s3", "trust", "ann", 1, "helps"),
]


def test_a_theme_is_counted_in_the_conversations_that_were_asked(study):
    row = theme(study, DOCUMENTS, CODINGS)
    assert (row["state"], row["documents"], row["asked"], row["people"]) == ("counted", 1, 2, 7)
    assert (row["segments"], row["helps"], row["hinders"], row["neutral"]) == (2, 1, 1, 0)
    assert row["word_share"] == pytest.approx(10 / 100)


def test_the_four_kinds_of_empty_are_kept_apart(study):
    assert theme(study, DOCUMENTS, CODINGS, code="turnover")["state"] == "not_coded"
    assert theme(study, DOCUMENTS[2:], CODINGS)["state"] == "not_asked"
    empty = theme(study, DOCUMENTS, CODINGS, wave="second")
    assert (empty["state"], empty["documents"] is empty["asked"]) == ("no_data", True)


def test_a_conversation_that_nobody_coded_yet_is_no_denominator(study):
    more = ("north", "d4", "first", "g4", 9, "yes", "yes", 50)
    uncoded = theme(study, [*DOCUMENTS, more], CODINGS)
    assert (uncoded["asked"], uncoded["people"]) == (2, 7)
    coded = ("north", "d1", "second", "g1", 6, "yes", "yes", 50)
    assert theme(study, [more, coded], CODINGS[:1])["state"] == "no_data"


def test_a_conversation_counts_for_the_code_above(tiny):
    path = tiny / "raw/codebooks/ideas.csv"
    text = path.read_text(encoding="utf-8").replace("turnover,ideas,,", "turnover,ideas,trust,")
    path.write_text(text, encoding="utf-8")
    codings = [
        ("north", "d1", "s1", "trust", "ann", 1, "helps"),
        ("north", "d1", "s1", "turnover", "ann", 1, "helps"),
        ("north", "d2", "s2", "turnover", "ann", 1, "hinders"),
    ]
    row = theme(read_study(tiny), DOCUMENTS, codings)
    assert (row["documents"], row["segments"], row["helps"], row["hinders"]) == (2, 2, 1, 1)


def test_a_study_without_interviews_has_no_themes(study):
    coded = DataFrame([], columns=[*PLACE, "code", "coder", "round", "stance"], dtype=object)
    segments = coded[PLACE].assign(text="")
    nothing = Conversations(conversations([]), segments, coded)
    assert count_themes(nothing, study).empty
    agreement = DataFrame(columns=["region", "code", "tentative", "alpha", "documents", "given"])
    assert measure_talk(nothing, study, agreement)["estimate"].isna().all()


SIX = "een twee drie vier vijf zes"
SPEAKERS = DataFrame(
    [("north", "d1", "P1", "guide", ""), ("north", "d1", "P2", "guide", "no")],
    columns=["region", "document", "speaker", "role", "consent"],
)


def pool(study, said, consent="yes"):
    """A conversation of these statements: text and speaker."""
    documents = conversations([("north", "d1", "first", "g1", 6, "yes", consent, 50)])
    rows = [
        ("north", "d1", f"s{n}", 10 * n, 10 * n + 9, speaker, text)
        for n, (text, speaker) in enumerate(said)
    ]
    segments = DataFrame(rows, columns=[*PLACE, "start", "end", "speaker", "text"])
    codings = segments[PLACE].assign(code="trust", coder="ann", round=1, stance="helps")
    return pool_quotations(Conversations(documents, segments, codings, SPEAKERS), study)


def test_only_statements_of_six_to_forty_words_can_be_quoted(study):
    said = [("een twee drie vier vijf", "P1"), (SIX, "P1"), (f"{'woord ' * 41}", "P1")]
    assert pool(study, said)["words"].tolist() == [6]


def test_consent_is_that_of_conversation_and_speaker(study):
    said = [(SIX, "P1"), (SIX + " zeven", "P2")]
    quotations = pool(study, said).set_index("words")
    assert quotations["consent"].to_dict() == {6: "yes", 7: "no"}
    assert quotations["candidate"].isna().to_dict() == {6: False, 7: True}
    assert set(pool(study, said, consent="no")["consent"]) == {"no"}


@pytest.mark.parametrize(("decisions", "approved"), [(["yes"], True), (["yes", "no"], False)])
def test_approval_is_bound_to_the_exact_text(tiny, decisions, approved):
    digest = hashlib.sha256(SIX.encode()).hexdigest()
    rows = [f"{digest},{decision},a reviewer,2025-01-01" for decision in decisions]
    path = tiny / "raw/decisions/quotations.csv"
    path.write_text("\n".join(["sha256,decision,decided_by,decided_on", *rows]), encoding="utf-8")
    found = pool(read_study(tiny), [(SIX, "P1"), (SIX + ".", "P1")]).set_index("text")["approved"]
    assert found.to_dict() == {SIX: approved, SIX + ".": False}


def test_a_text_said_twice_stands_in_the_pool_once(study):
    quotations = pool(study, [(SIX, "P1"), (SIX, "P2")])
    assert len(quotations) == 1
    assert quotations["evidence_id"].iloc[0].startswith("quote/north/")


def test_the_order_of_candidates_is_drawn_by_the_seed_alone(study):
    said = [(f"{SIX} {n}", "P1") for n in range(12)]
    one, other = pool(study, said), pool(study, said[::-1])
    assert sorted(one["candidate"]) == [*range(1, 13)]
    order = [frame.set_index("sha256")["candidate"].to_dict() for frame in (one, other)]
    assert order[0] == order[1]


def test_a_region_may_have_a_leading_coder_of_its_own(tiny):
    spoil = tiny / "raw/regions/north/region.yaml"
    spoil.write_text(f"{spoil.read_text()}leading_coder: bob\n", encoding="utf-8")
    read = read_study(tiny)
    tables, problems = interviews.read_interviews(read)
    led = Conversations.of(tables).led(read)
    bobs = tables["codings"].query("coder == 'bob'")
    assert not problems and len(led) == len(bobs) < len(tables["codings"])


def test_a_leading_coder_who_coded_nothing_in_a_region_is_a_letter(tiny):
    plan = tiny / "raw/study.yaml"
    plan.write_text(plan.read_text().replace("leading_coder: ann", "leading_coder: eve"))
    _, problems = interviews.read_interviews(read_study(tiny))
    (letter,) = problems
    assert letter.severity == "E" and "no coding by eve, only by ann, bob" in letter.found


def test_one_refusal_counts_for_all_who_said_the_same_words(study):
    said = [(SIX, "P1"), (SIX, "P2")]
    assert pool(study, said)["consent"].tolist() == ["no"]
    assert pool(study, said[::-1])["consent"].tolist() == ["no"]
