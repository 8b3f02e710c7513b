"""Promises about scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame

from analysis.processed import key_answers
from analysis.scoring import score
from analysis.study import Plan

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


def scores(*answers):
    items = ["a1", "a2", "a3", "b1"]
    rows = DataFrame(
        {
            "region": "here",
            "wave": "one",
            "participant": "p",
            "item": items[: len(answers)],
            "kind": "answered",
            "answer": [float("nan") if a is None else float(a) for a in answers],
        }
    )
    table = score(key_answers(rows, PLAN), PLAN) if len(answers) == 4 else None
    return table.set_index("scale")["score"]


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
