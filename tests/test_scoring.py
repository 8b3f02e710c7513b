"""Promises about scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame

from analysis.collect.survey import Forms
from analysis.measure.scoring import score
from analysis.plan.study import Plan

PLAN = Plan.model_validate(
    {
        "label": "a study",
        "waves": {"one": {"label": "one"}},
        "levels": {"near": {"label": "near"}},
        "scales": {
            "a": {
                "label": "a",
                "level": "near",
                "items": ["a1", "a2", "a3"],
                "range": [1, 5],
                "reverse_scored": ["a3"],
                "least_answered": 2,
            },
            "b": {"label": "b", "level": "near", "items": ["b1"], "range": [1, 5]},
        },
        "composites": {"near": {"label": "near", "level": "near", "least": 2}},
    }
)


def forms(**people):
    """Forms of one region and wave: the answers to a1, a2, a3 and b1 by participant."""
    respondents = DataFrame({"region": "here", "wave": "one", "participant": [*people]})
    answers = DataFrame([*people.values()], columns=["a1", "a2", "a3", "b1"], dtype=float)
    return Forms.of(respondents, answers)


def scores(*answers):
    return score(forms(p=answers), PLAN).set_index("scale")["score"]


def test_a_reverse_item_counts_the_other_way_round():
    assert scores(5, 5, 1, 3)["a"] == 5


def test_a_scale_with_too_few_answers_has_no_score():
    assert scores(5, None, None, 3).isna()["a"]


def test_a_score_is_the_mean_of_the_answered_items():
    assert scores(2, 3, None, 3)["a"] == 2.5


def test_a_composite_is_the_mean_of_scale_scores_not_of_items():
    assert scores(5, 5, 1, 1)["near"] == 3


def test_a_composite_with_too_few_scales_has_no_score():
    assert scores(5, 5, 1, None).isna()["near"]


def test_people_stand_in_order_each_with_their_own_scores():
    table = score(forms(late=(1, 1, 5, 2), early=(5, 5, 1, 4), between=(3, None, None, 3)), PLAN)
    assert [*table] == ["region", "wave", "participant", "scale", "score", "answered"]
    assert [*table["participant"]] == ["between"] * 3 + ["early"] * 3 + ["late"] * 3
    assert [*table["scale"]] == ["near", "a", "b"] * 3
    assert [*table["score"].fillna(0)] == [0, 0, 3, 4.5, 5, 4, 1.5, 1, 2]
    assert [*table["answered"]] == [1, 1, 1, 2, 3, 1, 2, 3, 1]


def test_the_table_of_answers_holds_what_was_given_and_what_it_counts_for():
    table = forms(p=(1, 2, 5, None)).melt(PLAN).set_index("item")
    assert [*table["answer"].fillna(0)] == [1, 2, 5, 0]
    assert [*table["keyed"].fillna(0)] == [1, 2, 1, 0]
    assert [*table["kind"]] == ["answered"] * 3 + ["missing"]


@given(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=4, max_size=4))
def test_a_score_never_leaves_the_range_of_its_scale(answers):
    assert scores(*answers).dropna().between(1, 5).all()


@pytest.mark.parametrize("wrong", [[3, 3], [5, 1]])
def test_a_scale_whose_lowest_is_not_below_its_highest_is_refused(wrong):
    with pytest.raises(ValueError, match="lowest"):
        Plan.model_validate(
            {
                "label": "x",
                "waves": {"w": {"label": "w"}},
                "scales": {"s": {"label": "s", "items": ["i"], "range": wrong}},
            }
        )
