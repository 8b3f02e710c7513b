"""Promises about themes that grew or faded: help and hindrance apart, first wave to last."""

from dataclasses import replace

import numpy as np
import pytest
from handmade import opened
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame, concat
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep
from tiny_study import lay_out_tiny_study

from analysis import figures, narrative, tables
from analysis.collect.interviews import Conversations
from analysis.learn.themes import compare_methods_of_talk, compare_themes
from analysis.plan.study import read_study

WAVES = ("first", "second")
counts = st.lists(st.integers(0, 6), min_size=4, max_size=6)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_study(lay_out_tiny_study(tmp_path_factory.mktemp("changes")))


def held(start, end, *, stance="helps", code="trust", groups=False, asked="yes"):
    """Two waves of conversations; each number is how many passages one of them has on a theme."""
    documents, codings = [], []
    for wave, numbers in zip(WAVES, (start, end), strict=True):
        for place, number in enumerate(numbers):
            name = f"{wave}-{place}"
            group = f"g{place}" if groups else ""
            documents.append(("north", name, wave, group, 6, asked, "yes", 100))
            for at in range(number):
                codings.append(("north", name, f"{name}:{at}", code, "ann", 1, stance))
            # Every conversation was coded, if only with something else.
            codings.append(("north", name, f"{name}:x", "turnover", "ann", 1, "neutral"))
    documents = [(*one[:3], "interview", *one[3:]) for one in documents]
    held_columns = [
        "region",
        "document",
        "wave",
        "method",
        "group",
        "people",
        "asked",
        "consent",
        "words",
    ]
    coded = ["region", "document", "segment", "code", "coder", "round", "stance"]
    table = DataFrame(codings, columns=coded)
    segments = table[["region", "document", "segment"]].drop_duplicates().assign(text="een twee")
    return Conversations(DataFrame(documents, columns=held_columns), segments, table)


def row_of(said, study, stance="helps", code="trust"):
    found = compare_themes(said, study)
    found = found[(found["code"] == code) & (found["stance"] == stance)]
    return found.iloc[0] if len(found) else None


@settings(max_examples=30, deadline=None)
@given(counts, counts)
def test_the_interval_over_different_groups_is_welchs(study, start, end):
    row = row_of(held(start, end), study)
    if not any([*start, *end]):
        assert row is None
        return
    assert row["change"] == pytest.approx(np.mean(end) - np.mean(start))
    if np.var(start) + np.var(end) > 0:
        expected = stats.ttest_ind(end, start, equal_var=False).confidence_interval()
        assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    else:
        assert np.isnan(row["low"]) and np.isnan(row["high"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=4, max_size=6))
def test_groups_met_at_both_waves_are_compared_with_themselves(study, pairs):
    start, end = (list(side) for side in zip(*pairs, strict=True))
    row = row_of(held(start, end, groups=True), study)
    moved = np.subtract(end, start)
    if row is None or np.var(moved) == 0:
        return
    expected = stats.ttest_rel(end, start).confidence_interval()
    assert row["paired"] == len(pairs)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


@settings(max_examples=30, deadline=None)
@given(counts, counts)
def test_conversations_are_compared_by_agresti_and_caffo(study, start, end):
    row = row_of(held(start, end), study)
    if row is None:
        return
    sides = [(sum(n > 0 for n in numbers), len(numbers)) for numbers in (end, start)]
    expected = confint_proportions_2indep(*sides[0], *sides[1], method="agresti-caffo")
    told = (row["share_low"], row["share_high"])
    assert told == pytest.approx(tuple(np.clip(expected, -1, 1)), abs=1e-9)
    ends = (row["documents_end"], row["asked_end"], row["documents_start"], row["asked_start"])
    assert ends == (*sides[0], *sides[1])


def test_help_and_hindrance_are_never_added_up(study):
    helping, hindering = held([0, 0, 1, 0], [3, 4, 5, 4]), held([4, 4, 3, 4], [0, 0, 1, 0])
    codings = concat(
        [
            helping.codings,
            hindering.codings.query("code == 'trust'").assign(
                stance="hinders", segment=lambda rows: rows["segment"] + "h"
            ),
        ]
    )
    places = ["region", "document", "segment"]
    segments = codings[places].drop_duplicates().assign(text="een twee")
    both = Conversations(helping.documents, segments, codings)
    rise, fall = row_of(both, study), row_of(both, study, "hinders")
    assert (rise["direction"], fall["direction"]) == ("up", "down")
    assert (rise["passages_start"], rise["passages_end"]) == (0.25, 4.0)
    assert (fall["passages_start"], fall["passages_end"]) == (3.75, 0.25)


def test_three_conversations_at_a_wave_give_no_interval_of_passages(study):
    row = row_of(held([0, 0, 1], [3, 4, 5, 4]), study)
    assert np.isnan(row["low"]) and row["change"] == pytest.approx(4 - 1 / 3)


def test_a_theme_that_every_conversation_took_up_once_rises_by_its_share(study):
    row = row_of(held([0] * 5, [1] * 5), study)
    assert np.isnan(row["low"]) and row["share_low"] > 0 and row["direction"] == "up"


def test_conversations_that_were_not_asked_say_nothing(study):
    assert compare_themes(held([1] * 4, [3] * 4, asked="no"), study).empty


def test_a_course_is_named_by_the_waves_at_which_the_theme_came_up(study):
    courses = {
        "appears": ([0] * 4, [1, 0, 2, 0]),
        "fades": ([1, 0, 2, 0], [0] * 4),
        "throughout": ([1, 0, 0, 0], [1, 0, 0, 0]),
    }
    for course, (start, end) in courses.items():
        assert row_of(held(start, end), study)["trajectory"] == course


@pytest.fixture(scope="module")
def told(study):
    return opened(compare_themes(held([0, 0, 1, 0], [3, 4, 5, 4]), study), study)


def test_the_figure_shows_both_ends_and_the_conversations_behind_them(told):
    figure = figures.plot_theme_changes(tables.most_changed(told))
    assert "0.2 → 4.0  (1/4 → 4/4)" in figure.alt


def test_the_sentence_names_the_theme_that_grew_and_both_ends(told):
    said = str(narrative.describe_theme_changes(told))
    assert "as something that helps grew most" in said and "from 0.2 to 4.0 passages" in said


def test_what_was_not_heard_at_first_is_told_as_new(study):
    rows = compare_themes(held([0] * 4, [1, 1, 2, 0]), study)
    new = tables.come_or_gone(opened(rows, study), "appears")
    assert new.rows["code"].tolist() == ["trust"]
    assert "not heard at the first wave" in str(narrative.describe_come_or_gone(new))
    assert tables.come_or_gone(opened(rows, study), "fades").empty


@pytest.mark.parametrize("language", ["nl", "en"])
def test_talk_that_neither_helps_nor_hinders_is_told_as_such(study, language):
    changes = compare_themes(held([0] * 4, [1] * 4, stance="neutral"), study)
    said = narrative.describe_come_or_gone(opened(changes, study, language))
    assert {"nl": "helpt noch hindert", "en": "neither helps nor hinders"}[language] in str(said)


def test_a_code_above_another_is_not_listed_beside_it(study):
    codes = study.codes.set_index("id", drop=False)
    codes.loc["trust", "path"] = "turnover/trust"
    books = replace(study.codebooks, codes=codes.reset_index(drop=True))
    nested = replace(study, codebooks=books)
    rows = compare_themes(held([0] * 4, [1, 1, 2, 0]), nested)
    assert set(rows.loc[rows["stance"] == "helps", "code"]) == {"turnover", "trust"}
    kept = tables.most_changed(opened(rows, nested)).where(stance="helps").rows
    assert kept["code"].tolist() == ["trust"]


def two_kinds():
    """Three interviews and two sessions at the first wave; interviews alone at the second."""
    said = held([2, 1, 0, 0, 3], [5, 5])
    kinds = ["interview"] * 3 + ["session"] * 2 + ["interview"] * 2
    documents = said.documents.assign(method=kinds)
    codings = concat(
        [
            said.codings,
            said.codings.query("document == 'first-3'").assign(code="trust", stance="hinders"),
        ]
    )
    return Conversations(documents, said.segments, codings)


def test_kinds_of_conversation_are_compared_where_both_were_held(study):
    rows = compare_methods_of_talk(two_kinds(), study).set_index(["code", "stance"])
    helping = rows.loc[("trust", "helps")]
    assert (helping["documents"], helping["asked"], helping["per_conversation"]) == (2, 3, 1.0)
    other = helping[["other_documents", "other_asked", "other_per_conversation"]]
    assert other.tolist() == [1, 2, 1.5]
    expected = confint_proportions_2indep(2, 3, 1, 2, method="agresti-caffo")
    assert (helping["low"], helping["high"]) == pytest.approx(expected, abs=1e-9)


def test_what_one_kind_of_conversation_says_alone_is_named(study):
    rows = compare_methods_of_talk(two_kinds(), study).set_index(["code", "stance"])
    assert rows.loc[("trust", "hinders"), "heard_in"] == "session"
    assert rows.loc[("trust", "helps"), "heard_in"] == "both"


def test_one_kind_of_conversation_has_nothing_to_be_compared_with(study):
    assert compare_methods_of_talk(held([1] * 4, [2] * 4), study).empty


def test_the_sentence_on_kinds_warns_that_looking_back_is_part_of_the_approach(study):
    rows = compare_methods_of_talk(two_kinds(), study)
    assert "itself a part of the approach" in str(
        narrative.describe_methods_of_talk(opened(rows, study))
    )
