"""Promises about the wording ladder: which rung one change stands on, and no higher."""

import math

import pytest
from pandas import DataFrame

from analysis.learn.longitudinal import Change, direction_of, judge, settle
from analysis.plan.study.plan import Plan

NONE = float("nan")
# A rise of 0.8 points among thirty people, as sure as can be.
RISE = {"estimate": 0.8, "low": 0.6, "high": 1.0, "low_90": 0.63, "high_90": 0.97}
RISE |= {"low_80": 0.67, "high_80": 0.93, "p_adjusted": 0.001, "n_start": 30, "n_end": 30}
RISE |= {"holds": "yes"}
# Too wide for probably, large enough and on one side at 80%.
SEEMS = {"estimate": 0.3, "low": -0.1, "high": 0.7, "low_90": -0.03, "high_90": 0.63}
SEEMS |= {"low_80": 0.04, "high_80": 0.56, "p_adjusted": 0.2}
STILL = {"estimate": 0.02, "low": -0.2, "high": 0.24, "low_90": -0.1, "high_90": 0.12}
STILL |= {"low_80": -0.05, "high_80": 0.09, "p_adjusted": 0.9}


def judged(around=None, /, **differs):
    """The rung of a change that is `RISE` but for what differs, and of its mirror image."""
    row = {**RISE, **(around or {}), **differs}
    mirrored = dict(row)
    mirrored["estimate"] = -row["estimate"]
    for suffix in ("", "_90", "_80"):
        low, high = f"low{suffix}", f"high{suffix}"
        mirrored[low], mirrored[high] = -row[high], -row[low]
    rules = {"smallest_group": 10, "smallest_change": 0.25}
    rise, fall = (judge(Change(**one), **rules) for one in (row, mirrored))
    assert fall == rise.replace("up", "down"), "a fall is the mirror image of a rise"
    return rise


def test_a_sure_rise_of_enough_people_that_other_methods_confirm_is_clear():
    assert judged() == "clear_up"


@pytest.mark.parametrize("wave", ["n_start", "n_end"])
@pytest.mark.parametrize(
    ("people", "rung"),
    [(9, "too_few"), (10, "probable_up"), (14, "probable_up"), (15, "clear_up")],
)
def test_the_smaller_wave_decides_and_clear_needs_fifteen_people(wave, people, rung):
    assert judged(**{wave: people}) == rung


def test_too_few_people_are_too_few_whatever_was_computed():
    assert judged(n_start=9, estimate=NONE) == "too_few"


@pytest.mark.parametrize(("p", "rung"), [(0.049, "clear_up"), (0.05, "probable_up")])
def test_clear_needs_an_adjusted_p_below_five_in_a_hundred(p, rung):
    assert judged(p_adjusted=p) == rung


@pytest.mark.parametrize("holds", ["no", None, "", "unknown"])
def test_clear_needs_other_methods_that_agree(holds):
    assert judged(holds=holds) == "probable_up"


@pytest.mark.parametrize("missing", ["estimate", "p_adjusted"])
def test_what_was_not_estimated_or_not_tested_is_unknown(missing):
    assert judged(**{missing: NONE}) == "unknown"


def test_an_interval_that_touches_zero_is_not_probable():
    assert judged(low=0.001, holds="no") == "probable_up"
    assert judged(low=0.0) == "seems_up"


def test_same_lies_wholly_within_the_smallest_change_at_ninety_percent():
    assert judged(STILL) == "same"
    assert judged(STILL, low_90=-0.249, high_90=0.249) == "same"
    assert judged(STILL, high_90=0.25) == "unknown"
    assert judged(STILL, low_90=-0.25) == "unknown"


def test_a_change_that_cannot_matter_is_the_same_however_sure():
    small = {"estimate": 0.1, "low": 0.02, "high": 0.18, "low_90": 0.04, "high_90": 0.16}
    assert judged(small, low_80=0.05, high_80=0.15) == "same"


@pytest.mark.parametrize(
    ("estimate", "rung"), [(0.249, "slight_up"), (0.25, "clear_up"), (0.2, "slight_up")]
)
def test_a_change_smaller_than_what_matters_is_never_a_plain_rise(estimate, rung):
    sure = {"estimate": estimate, "low": 0.1, "high": 0.35, "low_90": 0.12, "high_90": 0.33}
    assert judged(sure, low_80=0.14, high_80=0.31) == rung
    assert judged(sure, low_80=0.14, high_80=0.31, holds="no") == rung.replace("clear", "probable")


@pytest.mark.parametrize(
    ("verdict", "way"),
    [("clear_up", "up"), ("slight_up", "up"), ("probable_down", "down"), ("seems_up", "unknown")]
    + [("same", "same"), ("too_few", "unknown"), ("unknown", "unknown"), ("seems_down", "unknown")],
)
def test_only_a_sure_change_has_a_direction(verdict, way):
    assert direction_of(verdict) == way


def test_seems_asks_for_size_and_for_one_side_at_eighty_percent():
    assert judged(SEEMS) == "seems_up"
    assert judged(SEEMS, estimate=0.25) == "seems_up"
    assert judged(SEEMS, estimate=0.249) == "unknown"
    assert judged(SEEMS, low_80=0.0) == "unknown"
    assert judged(SEEMS, low_80=-0.01) == "unknown"


def plan_of(**scale):
    scales = {"mood": {"label": "mood", "items": ["m1"], "range": [1, 5], **scale}}
    return Plan.model_validate(
        {"label": "x", "waves": {"a": {"label": "a"}, "b": {"label": "b"}}, "scales": scales}
    )


def settled(holds, plan=None, **differs):
    row = {**RISE, "scale": "mood", "kind": "change", "evidence_id": "change/r/mood/a-b", **differs}
    table = DataFrame([{name: value for name, value in row.items() if name != "holds"}])
    return settle(table, holds, plan or plan_of()).iloc[0]


def test_what_other_methods_say_is_looked_up_by_the_change_it_is_about():
    assert settled({"change/r/mood/a-b": "yes"})["verdict"] == "clear_up"
    assert settled({"change/r/mood/a-b": "no"})["verdict"] == "probable_up"
    assert settled({"change/other/mood/a-b": "yes"})["verdict"] == "probable_up"
    assert settled({"change/r/mood/a-b": "no"})["holds"] == "no"


def test_only_a_change_has_a_verdict():
    found = settled({}, kind="difference")["verdict"]
    assert found is None or (isinstance(found, float) and math.isnan(found))


def test_the_smallest_change_is_a_sixteenth_of_the_range_of_its_scale():
    assert settled({}, **STILL)["verdict"] == "same"
    wide = {**STILL, "low_90": -0.4, "high_90": 0.4}
    assert settled({}, **wide)["verdict"] == "unknown"
    assert settled({}, plan_of(range=[0, 10]), **wide)["verdict"] == "same"


def test_each_row_keeps_its_own_verdict_whatever_the_rows_are_called():
    ids = ["change/r/mood/a-b", "change/s/mood/a-b"]
    row = {name: value for name, value in RISE.items() if name != "holds"}
    table = DataFrame([row, {**row, "n_end": 9}], index=[7, 3])
    table = table.assign(scale="mood", kind="change", evidence_id=ids)
    found = settle(table, {ids[0]: "yes", ids[1]: "no"}, plan_of())
    assert found["verdict"].tolist() == ["clear_up", "too_few"]
    assert found["holds"].tolist() == ["yes", "no"]
