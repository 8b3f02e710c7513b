"""Promises about the direction of talk: which passages, which conversations, how sure."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame
from scipy import stats
from tiny_study import lay_out_tiny_study

from analysis.collect.interviews import Conversations
from analysis.learn.themes import measure_talk
from analysis.learn.themes.poles import share_poles
from analysis.learn.themes.trust import trust_in
from analysis.plan.study import read_study

PLACE = ["region", "document", "segment"]
COLUMNS = ["region", "code", "tentative", "documents", "given"]


def agreeing(*rows):
    """Rows of agreement: region, subject, tentative, conversations coded twice, passages."""
    return DataFrame(rows, columns=COLUMNS).assign(alpha=0.5)


NONE = agreeing()
LOW, HIGH = [0.2, 0.4, 0.3, 0.3], [0.6, 0.7, 0.8, 0.5]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_study(lay_out_tiny_study(tmp_path_factory.mktemp("talk")))


def measured(study, documents, codings, agreement=NONE):
    """What is measured of codings: region, document, segment, code, coder, round and stance."""
    names = ["region", "document", "wave", "group", "people", "asked", "consent", "words"]
    coded = DataFrame(codings, columns=[*PLACE, "code", "coder", "round", "stance"])
    segments = coded[PLACE].drop_duplicates().assign(start=0, end=9, text="een twee", speaker="P1")
    return measure_talk(
        Conversations(DataFrame(documents, columns=names), segments, coded), study, agreement
    )


def talk_of(study, shares, agreement=NONE, *, groups=None, size=10, more=()):
    """Conversations with these helping shares per wave, each of `size` stanced passages."""
    documents, codings = [], []
    for wave, values in shares.items():
        for number, share in enumerate(values):
            name = f"{wave}-{number}"
            group = f"g{number}" if groups is None else groups.get(wave, ())[number]
            documents.append(("north", name, wave, group, 6 + number, "yes", "yes", 100))
            for place in range(size):
                stance = "helps" if place < round(share * size) else "hinders"
                codings.append(("north", name, f"{name}-{place}", "trust", "ann", 1, stance))
    return measured(study, documents, [*codings, *more], agreement)


def changed(study, shares, agreement=NONE, **options):
    talk = talk_of(study, shares, agreement, **options)
    return talk[(talk["kind"] == "change") & (talk["region"] == "north")].iloc[0]


def at_first(study, shares, **options):
    talk = talk_of(study, {"first": shares}, **options)
    return talk[(talk["kind"] == "share") & (talk["region"] == "north")].iloc[0]


def test_the_change_in_talk_is_a_paired_t_interval(study):
    first, second = [0.2, 0.4, 0.3, 0.3], [0.6, 0.7, 0.8, 0.5]
    row = changed(study, {"first": first, "second": second})
    expected = stats.ttest_rel(second, first).confidence_interval()
    assert row["estimate"] == pytest.approx(0.35)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    assert row["direction"] == "up"
    assert row["note"] == "paired over 4 groups"


def test_without_groups_the_interval_is_welchs(study):
    first, second = [0.2, 0.4, 0.3, 0.3], [0.6, 0.7, 0.8, 0.5]
    row = changed(study, {"first": first, "second": second}, groups=ALONE)
    assert row["note"] == "unpaired"
    expected = stats.ttest_ind(second, first, equal_var=False).confidence_interval()
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_fewer_than_four_counting_conversations_are_not_testable(study):
    row = changed(study, {"first": [0.2] * 3, "second": [0.8] * 5})
    assert np.isnan(row["estimate"])
    assert row["note"].startswith("not testable")


def test_a_conversation_with_fewer_than_five_stanced_segments_does_not_count(study):
    row = changed(study, {"first": [0.25] * 4, "second": [0.75] * 4}, size=4)
    assert (row["n_start"], row["n_end"]) == (0, 0)


def test_a_small_change_with_a_narrow_interval_is_the_same(study):
    row = changed(study, {"first": [0.5, 0.6, 0.5, 0.6], "second": [0.6, 0.5, 0.5, 0.6]})
    assert row["direction"] == "same"


def test_a_wide_interval_is_unknown(study):
    row = changed(study, {"first": [0.1, 0.9, 0.5, 0.5], "second": [0.9, 0.1, 0.6, 0.6]})
    assert row["direction"] == "unknown"


def test_a_level_on_which_coders_disagree_has_no_direction(study):
    weak = agreeing(("all", "bond", True, 9, 40))
    row = changed(study, {"first": [0.2] * 4, "second": [0.8] * 4}, weak)
    assert row["direction"] == "unknown"
    assert row["estimate"] == pytest.approx(0.6)


def test_tentative_codes_within_a_level_leave_its_direction(study):
    weak = agreeing(("all", "trust", True, 9, 40))
    assert changed(study, {"first": [0.2] * 4, "second": [0.8] * 4}, weak)["direction"] == "up"


shares = st.lists(st.integers(0, 10).map(lambda n: n / 10), min_size=4, max_size=4)


@settings(max_examples=20)
@given(first=shares, second=shares)
def test_reversing_the_waves_negates_the_change(study, first, second):
    one = changed(study, {"first": first, "second": second})
    other = changed(study, {"first": second, "second": first})
    mirror = {"up": "down", "down": "up"}
    assert other["direction"] == mirror.get(one["direction"], one["direction"])
    assert other["estimate"] == pytest.approx(-one["estimate"])


ALONE = {"first": [""] * 9, "second": [""] * 9}


def test_three_groups_in_common_are_too_few_to_pair(study):
    groups = {"first": ["a", "b", "c", "d"], "second": ["a", "b", "c", "e"]}
    row = changed(study, {"first": LOW, "second": HIGH}, groups=groups)
    assert row["note"] == "unpaired"


def test_conversations_of_one_group_are_averaged_before_they_are_paired(study):
    groups = {"first": ["a", "a", "b", "c", "d"], "second": ["a", "b", "c", "d"]}
    row = changed(study, {"first": [0.0, 0.4, 0.4, 0.3, 0.3], "second": HIGH}, groups=groups)
    expected = stats.ttest_rel(HIGH, [0.2, 0.4, 0.3, 0.3]).confidence_interval()
    assert row["note"] == "paired over 4 groups"
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_the_interval_for_same_is_the_one_of_ninety_percent(study):
    row = changed(study, {"first": LOW, "second": HIGH})
    expected = stats.ttest_rel(HIGH, LOW).confidence_interval(0.9)
    assert (row["low_90"], row["high_90"]) == pytest.approx((expected.low, expected.high))


def test_a_change_tells_the_smaller_wave_and_both_numbers_of_conversations(study):
    row = changed(study, {"first": [*LOW, 0.3], "second": HIGH}, size=10)
    assert (row["documents"], row["n_start"], row["n_end"]) == (4, 5, 4)
    assert (row["people"], row["segments"]) == (6 + 7 + 8 + 9, 40)


@pytest.mark.parametrize(
    ("moved", "direction"),
    [
        ([0.15, -0.15, 0.1, -0.1], "same"),
        ([0.2, -0.2, 0.1, -0.1], "unknown"),
        ([0.2, 0.15, 0.0, -0.15], "unknown"),
        ([-0.2, -0.15, 0.0, 0.15], "unknown"),
    ],
)
def test_same_lies_within_a_fifth_either_way_at_ninety_percent(study, moved, direction):
    second = [0.5 + one for one in moved]
    row = changed(study, {"first": [0.5] * 4, "second": second}, size=20)
    assert row["direction"] == direction


def test_no_spread_at_all_is_an_interval_of_no_width(study):
    row = changed(study, {"first": [0.2] * 4, "second": [0.8] * 4}, groups=ALONE)
    assert (row["low"], row["high"], row["direction"]) == pytest.approx((0.6, 0.6, "up"))


def test_where_nobody_spoke_there_are_no_conversations_people_or_passages(study):
    talk = talk_of(study, {"first": LOW}).set_index(["region", "start", "end"])
    counts = ["documents", "n_start", "people", "segments"]
    assert [*talk.loc[("south", "first", ""), counts]] == [0, 0, 0, 0]
    assert [*talk.loc[("north", "second", ""), counts]] == [0, 0, 0, 0]
    change = talk_of(study, {"first": LOW}).query("kind == 'change' and region == 'north'").iloc[0]
    assert [*change[["documents", "n_start", "n_end", "people", "segments"]]] == [0, 4, 0, 0, 0]


def test_five_stanced_passages_make_a_conversation_count(study):
    row = changed(study, {"first": [0.2] * 4, "second": [0.8] * 4}, size=5)
    assert (row["n_start"], row["n_end"]) == (4, 4)


def test_a_neutral_passage_counts_on_neither_side(study):
    more = [("north", "first-0", f"n{n}", "trust", "ann", 1, "neutral") for n in range(5)]
    row = at_first(study, [0.5], more=more)
    assert (row["estimate"], row["segments"]) == (0.5, 10)


def test_a_passage_counts_once_per_level_and_stance_whatever_its_codes(study):
    more = [
        ("north", "first-0", "first-0-0", "turnover", "ann", 1, "helps"),
        ("north", "first-0", "first-0-1", "turnover", "ann", 1, "hinders"),
    ]
    row = at_first(study, [0.5], more=more)
    assert row["estimate"] == pytest.approx(5 / 11)
    assert row["segments"] == 10


def test_only_the_leading_coder_and_codes_of_the_level_are_counted(study):
    more = [("north", "first-0", f"b{n}", "trust", "bob", 1, "helps") for n in range(9)]
    more += [("north", "first-0", f"c{n}", "elsewhere", "ann", 1, "helps") for n in range(9)]
    assert at_first(study, [0.5], more=more)["segments"] == 10


def test_a_code_that_belongs_to_a_level_in_the_second_place_does_not_count(tiny):
    path = tiny / "raw/codebooks/crosswalk.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("trust,,bond,primary", "trust,,bond,secondary"))
    assert at_first(read_study(tiny), [0.5])["n_start"] == 0


def test_the_share_at_a_wave_has_a_t_interval_between_nothing_and_all(study):
    row = at_first(study, [0.4, 0.6, 0.5])
    low, high = stats.t.interval(0.95, 2, 0.5, stats.sem([0.4, 0.6, 0.5]))
    assert (row["estimate"], row["low"], row["high"]) == pytest.approx((0.5, low, high))
    assert (row["documents"], row["n_start"], row["segments"]) == (3, 3, 30)
    edge = at_first(study, [0.0, 1.0, 1.0])
    assert (edge["low"], edge["high"]) == (0.0, 1.0)


def test_one_conversation_has_a_share_and_no_interval(study):
    row = at_first(study, [0.4])
    assert (row["estimate"], row["note"]) == (0.4, "one conversation, so no interval")
    assert np.isnan(row["low"])
    two = at_first(study, [0.4, 0.5])
    assert np.isfinite(two["low"]) and two["note"] == ""


@pytest.mark.parametrize(
    ("region", "code", "tentative", "direction"),
    [
        ("all", "bond", True, "unknown"),
        ("all", "stance", True, "unknown"),
        ("all", "bond", False, "up"),
        ("all", "trust", True, "up"),
        ("north", "bond", True, "up"),
        ("north", "stance", True, "up"),
    ],
)
def test_weak_agreement_of_the_level_or_the_stance_takes_the_direction_away(
    study, region, code, tentative, direction
):
    agreed = agreeing((region, code, tentative, 3, 40))
    row = changed(study, {"first": LOW, "second": HIGH}, agreed)
    assert row["direction"] == direction
    assert ("coders agree too little" in row["note"]) == (direction == "unknown")
    assert row["estimate"] == pytest.approx(0.35)


@pytest.mark.parametrize(
    ("documents", "given", "is_weak", "direction"),
    [
        (5, 10, True, "unknown"),
        (5, 10, False, "up"),
        (4, 10, False, "unknown"),
        (5, 9, False, "unknown"),
    ],
)
def test_a_regions_own_agreement_decides_where_enough_was_coded_twice(
    study, documents, given, is_weak, direction
):
    agreed = agreeing(
        ("all", "bond", not is_weak, 9, 40), ("north", "bond", is_weak, documents, given)
    )
    assert changed(study, {"first": LOW, "second": HIGH}, agreed)["direction"] == direction


def test_what_was_found_in_one_region_alone_is_tentative_in_another():
    agreed = agreeing(
        ("all", "trust", False, 9, 40),
        ("north", "trust", False, 3, 9),
        ("south", "trust", False, 3, 0),
    )
    rows = DataFrame({"region": ["south"], "code": ["trust"]})
    assert trust_in(rows, agreed) == ["tentative"]
    both = agreed.assign(given=[40, 9, 9])
    assert trust_in(rows, both) == ["firm"]


def test_what_is_not_testable_says_nothing_about_coders(study):
    agreed = agreeing(("all", "bond", True, 9, 40))
    row = changed(study, {"first": [0.2] * 3, "second": [0.8] * 4}, agreed)
    assert row["note"] == "not testable: 3 counting conversations at a wave"
    assert row["direction"] == "unknown"


# Poles


def spoken(*rows):
    names = ["document", "segment", "code"]
    return DataFrame(rows, columns=names).assign(region="north", wave="first", stance="helps")


def shared(rows, pole_a, pole_b):
    """The shares at the poles of a slider whose codes have no valence of their own."""
    slider = SimpleNamespace(pole_a_codes=pole_a, pole_b_codes=pole_b, pole_a_hindering=())
    codes = DataFrame({"id": [*pole_a, *pole_b], "valence": ""})
    return share_poles(rows, slider, SimpleNamespace(codes=codes))


def test_a_pole_is_a_share_of_the_passages_at_either():
    rows = spoken(("d", "s1", "a"), ("d", "s2", "b"), ("d", "s3", "b"), ("d", "s4", "other"))
    found = shared(rows, ["a"], ["b"]).iloc[0]
    assert (found["share"], found["at_a"], found["at_b"]) == (pytest.approx(2 / 3), 1, 2)


def test_a_passage_with_both_poles_counts_once_at_each():
    rows = spoken(("d", "s1", "a"), ("d", "s1", "a2"), ("d", "s1", "b"))
    found = shared(rows, ["a", "a2"], ["b"]).iloc[0]
    assert (found["share"], found["at_a"], found["at_b"]) == (0.5, 1, 1)


def test_conversations_keep_the_order_in_which_they_were_read():
    rows = spoken(("e", "s1", "a"), ("e", "s2", "b"), ("d", "s1", "b"), ("d", "s2", "b"))
    found = shared(rows, ["a"], ["b"])
    assert found["document"].tolist() == ["e", "d"]
    assert [*found] == ["region", "wave", "document", "share", "at_a", "at_b"]
    assert found.index.tolist() == [0, 1]


def test_a_conversation_with_one_passage_at_the_poles_has_no_share():
    rows = spoken(("d", "s1", "a"), ("e", "s1", "b"), ("e", "s2", "b"))
    assert shared(rows, ["a"], ["b"])["document"].tolist() == ["e"]
