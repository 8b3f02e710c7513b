"""Promises about links between codes: what a lens sees, on what it rests, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame, concat
from tiny_study import lay_out_tiny_study

from analysis.collect.interviews import Conversations
from analysis.learn import lenses
from analysis.plan.problems import StudyError
from analysis.plan.study import read_study

PLACE = ["region", "document", "segment"]
LENS = """id,framework,parent,label_nl,label_en,definition_en,source
warmth,other,,warmte,warmth,A lens.,000 §2
nearness,other,warmth,nabijheid,nearness,Under it.,000 §2
obstacle,other,,hobbel,obstacle,A challenge.,000 §2
place,other,,plek,place,Never linked.,000 §2
"""
HEAD = "from_code,to_framework,to_code,relation,stance,basis,source,reason_en,second_reading\n"
LINKS = (
    "trust,other,nearness,narrower,any,name_match,000,near,agree\n"
    "turnover,other,obstacle,instance,hinders,our_reading,000,an example,agree\n"
    "turnover,other,warmth,same,any,our_reading,000,perhaps,doubt\n"
)
RULES = ["from_code", "to_code"]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = lay_out_tiny_study(tmp_path_factory.mktemp("links"))
    (folder / "raw/codebooks/other.csv").write_text(LENS, encoding="utf-8")
    (folder / "raw/codebooks/code_links.csv").write_text(HEAD + LINKS, encoding="utf-8")
    # One cell for all: sharing it must lead nowhere.
    crosswalk = folder / "raw/codebooks/crosswalk.csv"
    rows = "".join(
        f"other,{code},,bond,primary,name_match,ours,000 §2\n"
        for code in ("warmth", "nearness", "obstacle", "place")
    )
    crosswalk.write_text(crosswalk.read_text(encoding="utf-8") + rows, encoding="utf-8")
    return read_study(folder)


def spoken(*rows):
    """One conversation: a passage for each code and stance."""
    coded = [
        ("north", "d1", f"s{place}", code, "ann", 1, stance)
        for place, (code, stance) in enumerate(rows)
    ]
    table = DataFrame(coded, columns=[*PLACE, "code", "coder", "round", "stance"])
    held = DataFrame(
        [("north", "d1", "first", "", 6, "yes", 100)],
        columns=["region", "document", "wave", "group", "people", "asked", "words"],
    )
    return Conversations(held, table[PLACE].drop_duplicates(), table)


def looked(study, *rows, agreement=None):
    seen = lenses.look_through(lenses.see(spoken(*rows), study, agreement))
    seen = seen[(seen["region"] == "north") & (seen["wave"] == "first")]
    return seen.set_index(["framework", "code"])


def without(study, *gone):
    links = study.links
    kept = links[~links[RULES].apply(tuple, axis=1).isin(gone)]
    return replace(study, codebooks=replace(study.codebooks, links=kept))


said = st.lists(
    st.tuples(
        st.sampled_from(["trust", "turnover"]), st.sampled_from(["helps", "hinders", "neutral"])
    ),
    min_size=1,
    max_size=8,
)


def test_a_lens_sees_through_a_link_and_says_on_what_it_rests(study):
    seen = looked(study, ("trust", "helps"), ("trust", "hinders"))
    near = seen.loc[("other", "nearness")]
    assert (near["documents"], near["segments"], near["name_match"]) == (1, 2, 1.0)


def test_what_is_seen_counts_for_the_codes_above_it_in_its_own_framework(study):
    assert looked(study, ("trust", "helps")).loc[("other", "warmth"), "segments"] == 1


def test_the_framework_that_was_coded_with_is_seen_directly(study):
    seen = looked(study, ("trust", "helps"))
    assert seen.loc[("ideas", "trust"), "coded"] == 1
    assert seen.loc[("ideas", "turnover"), "segments"] == 0


@settings(max_examples=25, deadline=None)
@given(said)
def test_a_helping_passage_is_no_challenge(study, rows):
    seen = looked(study, *rows).loc[("other", "obstacle"), "segments"]
    assert seen == sum(row == ("turnover", "hinders") for row in rows)


@settings(max_examples=25, deadline=None)
@given(said)
def test_no_framework_is_counted_through_a_cell(study, rows):
    """All four lens codes share one cell with the codes in use; without links nothing is seen."""
    bare = without(study, *study.links[RULES].itertuples(index=False, name=None))
    seen = looked(bare, *rows)
    assert (seen.loc["other", "state"] == "no_link").all()


@settings(max_examples=25, deadline=None)
@given(said, st.sampled_from(["nearness", "obstacle", "warmth"]))
def test_removing_a_link_removes_its_counts_and_no_other(study, rows, target):
    gone = [tuple(one) for one in study.links[RULES].to_numpy() if one[1] == target]
    before, after = looked(study, *rows), looked(without(study, *gone), *rows)
    touched = {target} | ({"warmth"} if target == "nearness" else set())
    others = [key for key in before.index if key[1] not in touched]
    counts = ["documents", "segments", "possibly"]
    assert before.loc[others, counts].equals(after.loc[others, counts])
    assert (after.loc[("other", target), ["segments", "possibly"]].fillna(0) == 0).all() or (
        target == "warmth"
    )


def test_a_doubted_link_reads_possibly_and_is_never_added(study):
    seen = looked(study, ("turnover", "helps"), ("trust", "helps"))
    warmth = seen.loc[("other", "warmth")]
    assert (warmth["segments"], warmth["possibly"]) == (1, 1)
    alone = looked(study, ("turnover", "helps")).loc[("other", "warmth")]
    assert (alone["state"], alone["segments"], alone["possibly"]) == ("possibly", 0, 1)


def test_a_link_of_some_passages_only_is_possible_too(study):
    links = study.links.assign(relation="broader", second_reading="agree")
    broad = replace(study, codebooks=replace(study.codebooks, links=links))
    assert looked(broad, ("trust", "helps")).loc[("other", "nearness"), "state"] == "possibly"


def test_links_do_not_chain(study):
    row = study.links.iloc[[0]].assign(from_code="nearness", to_code="place")
    chained = replace(study, codebooks=replace(study.codebooks, links=concat([study.links, row])))
    assert looked(chained, ("trust", "helps")).loc[("other", "place"), "segments"] == 0


def test_a_code_without_a_link_was_not_looked_for(study):
    assert looked(study, ("trust", "helps")).loc[("other", "place"), "state"] == "no_link"


def test_what_is_seen_through_tentative_codes_only_is_told(study):
    weak = DataFrame({"region": ["all"], "code": ["trust"], "tentative": [True]})
    weak = weak.assign(alpha=0.4, documents=9, given=40)
    seen = looked(study, ("trust", "helps"), ("trust", "hinders"), agreement=weak)
    assert seen.loc[("other", "warmth"), "tentative"] == 1


def test_every_link_is_listed_with_what_it_shows(study):
    view = lenses.see(spoken(("turnover", "hinders"), ("turnover", "helps")), study)
    rows = lenses.list_links(view).set_index(["from_code", "code"])
    assert rows.loc[("turnover", "obstacle"), "segments"] == 1
    assert rows.loc[("turnover", "warmth"), "possibly"]
    assert rows.loc[("trust", "nearness"), "segments"] == 0


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("trust,other,warmt,same,any,stated,000,x,agree\n", "warmt"),
        ("trust,ideas,warmth,same,any,stated,000,x,agree\n", "ideas"),
        ("trust,other,warmth,like,any,stated,000,x,agree\n", "like"),
        ("trust,other,warmth,same,some,stated,000,x,agree\n", "some"),
        ("trust,other,warmth,same,any,stated,000,,agree\n", "empty"),
    ],
)
def test_a_link_that_leads_nowhere_is_a_letter(tmp_path, row, found):
    folder = lay_out_tiny_study(tmp_path)
    (folder / "raw/codebooks/other.csv").write_text(LENS, encoding="utf-8")
    (folder / "raw/codebooks/code_links.csv").write_text(HEAD + row, encoding="utf-8")
    with pytest.raises(StudyError, match=found):
        read_study(folder)
