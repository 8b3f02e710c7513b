"""Promises about growth as we read it: levels in place, phases, sliders and the growth plane."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame, concat
from tiny_study import lay_out_tiny_study

from analysis.collect import interviews
from analysis.learn.integration import find_phases, lay_out_plane, set_sliders
from analysis.learn.themes import share_poles
from analysis.plan.study import Slider, read_study

GROWTH = """
sliders:
  ties:
    {label: ties, pole_a: leaving, pole_b: trust, pole_a_codes: [turnover], pole_b_codes: [trust]}
  deaf: {label: deaf, pole_a: nothing, pole_b: trust, pole_b_codes: [trust]}
growth:
  in_place: {mean: 3.5, lower_limit: 3.25}
  also_at: [3.25, 3.75]
  organisation: honesty
  reach: ties
"""
LEVELS = ("bond", "craft", "boards")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = lay_out_tiny_study(tmp_path_factory.mktemp("growth"))
    plan = folder / "raw" / "study.yaml"
    more = "".join(f"  {level}: {{label: {level}}}\n" for level in LEVELS[1:])
    own = "".join(
        f"  {level}: {{of: [honesty], level: {level}, label: {level}}}\n" for level in LEVELS[1:]
    )
    text = plan.read_text(encoding="utf-8")
    text = text.replace("roles:\n", f"{more}roles:\n", 1).replace("planned:\n", f"{own}planned:\n")
    plan.write_text(text + GROWTH, encoding="utf-8")
    return read_study(folder)


def means(*levels: tuple[float, float]) -> DataFrame:
    """One region's means and lower limits at the first wave, level by level."""
    rows = [
        (f"mean/north/{level}/first", "north", level, "first", mean, low, mean + 0.2, 20)
        for level, (mean, low) in zip(LEVELS, levels, strict=False)
    ]
    names = ["evidence_id", "region", "scale", "wave", "estimate", "low", "high", "n"]
    return DataFrame(rows, columns=names)


def phase(study, *levels: tuple[float, float], threshold: float = 3.5) -> dict:
    found = find_phases(means(*levels), study)["phases"]
    return found[found["threshold"] == threshold].iloc[0].to_dict()


FAR = (3.0, 2.8)
IN, OUT, UNSURE, GONE = (3.6, 3.3), (3.4, 3.3), (3.6, 3.2), (float("nan"), float("nan"))


@pytest.mark.parametrize(
    ("levels", "expected", "out_of_order"),
    [
        ((OUT, OUT, OUT), "begin", ""),
        ((IN, OUT, OUT), "bond", ""),
        ((IN, IN, OUT), "craft", ""),
        ((IN, IN, IN), "boards", ""),
        ((UNSURE, IN, OUT), "begin", "craft"),
        ((IN, OUT, IN), "bond", "boards"),
        ((IN, GONE, IN), "unknown", "boards"),
        ((OUT, GONE, OUT), "begin", ""),
        ((IN, IN), "unknown", ""),
    ],
)
def test_the_phase_is_the_highest_level_in_place_with_all_earlier_ones(
    study, levels, expected, out_of_order
):
    found = phase(study, *levels)
    assert (found["phase"], found["out_of_order"]) == (expected, out_of_order)


def test_a_level_is_in_place_exactly_at_the_threshold(study):
    assert phase(study, (3.5, 3.25), OUT, OUT)["phase"] == "bond"


def test_another_threshold_moves_the_lower_limit_along(study):
    assert phase(study, (3.3, 3.0), FAR, FAR, threshold=3.25)["phase"] == "bond"
    assert phase(study, (3.8, 3.4), OUT, OUT, threshold=3.75)["phase"] == "begin"
    assert not phase(study, IN, IN, IN, threshold=3.75)["declared"]


@given(st.lists(st.tuples(st.floats(1, 5), st.floats(0, 1)), min_size=3, max_size=3))
def test_a_higher_threshold_never_gives_a_later_phase(study, drawn):
    found = find_phases(means(*[(mean, mean - wide) for mean, wide in drawn]), study)["phases"]
    order = ["begin", *LEVELS]
    reached = [order.index(one) for one in found.sort_values("threshold")["phase"]]
    assert reached == sorted(reached, reverse=True)


def test_a_plan_without_rules_for_growth_has_no_phases_and_no_plane(tiny):
    bare = read_study(tiny)
    found = find_phases(means(IN), bare)
    assert found["levels"].empty and found["phases"].empty
    assert lay_out_plane(means(IN), DataFrame(), bare).empty


def spoken(*codes: tuple[str, int, str]) -> DataFrame:
    """Passages as document, segment and code."""
    rows = [("north", "first", document, place, code, "helps") for document, place, code in codes]
    names = ["region", "wave", "document", "segment", "code", "stance"]
    return DataFrame(rows, columns=names)


def shared(talk: DataFrame, pole_a: list[str], pole_b: list[str], **more: object) -> DataFrame:
    """The shares at the poles of a slider; the code `barrier` hinders by its own valence."""
    text = {"nl": "x", "en": "x"}
    slider = Slider(
        label=text, pole_a=text, pole_b=text, pole_a_codes=pole_a, pole_b_codes=pole_b, **more
    )
    codes = DataFrame({"id": ["a", "b", "barrier"], "valence": ["", "helps", "hinders"]})
    return share_poles(talk, slider, SimpleNamespace(codes=codes))


def test_talk_that_prevention_does_not_come_about_stands_at_the_first_pole():
    hindering = spoken(("d", 1, "b"), ("d", 2, "a")).assign(stance="hinders")
    talk = concat([spoken(("d", 3, "a"), ("d", 4, "b"), ("d", 5, "b")), hindering])
    (row,) = shared(talk, ["a"], ["b"], pole_a_hindering=["b"]).to_dict("records")
    assert (row["at_a"], row["at_b"]) == (2, 2)
    (row,) = shared(talk, ["a"], ["b"]).to_dict("records")
    assert (row["at_a"], row["at_b"]) == (1, 2)


def test_a_code_that_hinders_by_itself_stands_at_its_pole_however_it_is_spoken_of():
    talk = concat(
        [
            spoken(("d", 1, "barrier"), ("d", 2, "b")).assign(stance=stance, document=stance)
            for stance in ("helps", "hinders", "neutral")
        ]
    )
    found = shared(talk, ["barrier"], ["b"]).set_index("document")
    assert found[["at_a", "at_b"]].loc["helps"].tolist() == [1, 1]
    assert found.index.tolist() == ["helps"]
    alone = concat([talk, talk.query("code == 'barrier'").assign(segment=9)])
    found = shared(alone, ["barrier"], ["b"]).set_index("document")
    assert found["at_a"].to_dict() == {"helps": 2, "hinders": 2, "neutral": 2}
    assert found["at_b"].to_dict() == {"helps": 1, "hinders": 0, "neutral": 0}


def test_the_share_of_a_pole_counts_each_passage_once_at_each_pole():
    talk = spoken(("d", 1, "a1"), ("d", 1, "a2"), ("d", 2, "b"), ("d", 2, "a1"), ("d", 3, "x"))
    (row,) = shared(talk, ["a1", "a2"], ["b"]).to_dict("records")
    assert (row["at_a"], row["at_b"], row["share"]) == (2, 1, pytest.approx(1 / 3))


def test_a_conversation_with_one_passage_at_the_poles_does_not_count():
    assert shared(spoken(("d", 1, "a"), ("e", 1, "x")), ["a"], ["b"]).empty


@given(st.lists(st.tuples(st.sampled_from("de"), st.integers(1, 9), st.sampled_from("ab"))))
def test_turning_a_slider_around_mirrors_its_share(codes):
    talk = spoken(*codes)
    there, back = shared(talk, ["a"], ["b"]), shared(talk, ["b"], ["a"])
    assert there["share"].tolist() == pytest.approx((1 - back["share"]).tolist())


@pytest.fixture(scope="module")
def sliders(study):
    read, _ = interviews.read_interviews(study)
    return set_sliders(interviews.Conversations.of(read), study).set_index("evidence_id")


def test_a_slider_is_measured_over_conversations_with_its_denominators(sliders):
    row = sliders.loc["slider/north/ties/first"]
    assert row["state"] == "counted" and 0 < row["low"] < row["estimate"] < row["high"] < 1
    assert row["documents"] == 4 and row["at_a"] + row["at_b"] > 8
    assert row["basis"] == "our_reading"


def test_a_pole_without_codes_cannot_be_heard_and_a_region_without_talk_has_none(sliders):
    assert sliders.loc["slider/north/deaf/first", "state"] == "no_code"
    assert sliders.loc["slider/south/ties/first", "state"] == "no_data"
    assert sliders.loc["slider/south/ties/first", "note"]


def test_the_plane_has_one_axis_where_the_other_is_not_known(study, sliders):
    honest = means(IN).assign(scale="honesty", region="south")
    plane = lay_out_plane(honest, sliders.reset_index(), study).set_index("evidence_id")
    assert plane.loc["plane/south/growth/first", "note"].startswith("too few conversations")
    assert plane.loc["plane/north/growth/first", "note"].startswith("no mean")
    assert plane.loc["plane/north/growth/first", "y_id"] == "slider/north/ties/first"
