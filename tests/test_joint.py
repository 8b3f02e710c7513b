"""Promises about scores beside talk: one story, two, or nothing to tell."""

import math

import pytest
from pandas import DataFrame, concat
from tiny_study import lay_out_tiny_study

from analysis.learn.integration import join_displays
from analysis.plan.study import read_study

GONE = float("nan")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_study(lay_out_tiny_study(tmp_path_factory.mktemp("joint")))


def contrasts(verdict, estimate=0.4):
    row = ("change/north/bond/first-second", "change", "north", "bond", "first", "second")
    names = ["evidence_id", "kind", "region", "scale", "start", "end", "verdict", "estimate"]
    return DataFrame([(*row, verdict, estimate)], columns=names)


def talk(direction, estimate=0.3):
    row = ("talk/north/bond/first-second", "change", "north", "bond", "first", "second")
    names = ["evidence_id", "kind", "region", "level", "start", "end", "direction", "estimate"]
    return DataFrame([(*row, direction, estimate)], columns=names)


def label(study, scored, spoken):
    return join_displays(scored, spoken, study).set_index("region")["label"]["north"]


@pytest.mark.parametrize(
    ("verdict", "direction", "expected"),
    [
        ("clear_up", "up", "convergent"),
        ("probable_up", "up", "convergent"),
        ("probable_down", "down", "convergent"),
        ("same", "same", "convergent"),
        ("clear_up", "down", "divergent"),
        ("clear_down", "up", "divergent"),
        ("clear_up", "same", "divergent"),
        ("same", "down", "divergent"),
        ("seems_up", "up", "silent"),
        ("unknown", "down", "silent"),
        ("clear_up", "unknown", "silent"),
    ],
)
def test_the_label_follows_both_directions(study, verdict, direction, expected):
    assert label(study, contrasts(verdict), talk(direction)) == expected


def test_a_cell_without_one_of_its_sides_is_not_testable(study):
    joint = join_displays(contrasts("clear_up"), talk("up"), study).set_index("region")
    assert joint.loc["south", "label"] == "not_testable"
    assert label(study, contrasts("too_few", GONE), talk("up")) == "not_testable"
    assert label(study, contrasts("clear_up"), talk("unknown", GONE)) == "not_testable"


def test_a_region_that_lacks_a_planned_wave_is_compared_over_its_own_span(tmp_path):
    folder = lay_out_tiny_study(tmp_path)
    plan = folder / "raw" / "study.yaml"
    third = "levels:\n".join(["  third: {label: third}\n", ""])
    text = plan.read_text(encoding="utf-8").replace("levels:\n", third, 1)
    plan.write_text(text.replace("to: second", "to: third"), encoding="utf-8")
    joint = join_displays(contrasts("clear_up"), talk("down"), read_study(folder))
    north = joint.set_index("region").loc["north"]
    assert (north["end"], north["label"]) == ("second", "divergent")


def test_a_cell_points_to_both_its_sides(study):
    joint = join_displays(contrasts("clear_up"), talk("down"), study).set_index("region")
    assert joint.loc["north", "change_id"] == "change/north/bond/first-second"
    assert joint.loc["north", "talk_id"] == "talk/north/bond/first-second"
    assert joint.loc["north", "evidence_id"] == "joint/north/bond/first-second"


def joined(study, scored=None, spoken=None):
    return join_displays(
        contrasts("clear_up") if scored is None else scored,
        talk("up") if spoken is None else spoken,
        study,
    ).set_index("region")


def test_a_cell_carries_the_means_the_change_and_the_turn(study):
    scored = contrasts("clear_up").assign(start_mean=3.0, low=0.1, high=0.7, n=25)
    change = talk("up").assign(low=0.2, high=0.5, documents=4)
    ends = [("talk/north/bond/first", 0.25), ("talk/north/bond/second", 0.55)]
    shares = DataFrame(ends, columns=["evidence_id", "estimate"]).assign(kind="share")
    cell = joined(study, scored, concat([change, shares])).loc["north"]
    assert (cell["mean_start"], cell["mean_end"], cell["n"]) == (3.0, 3.4, 25)
    assert (cell["change"], cell["change_low"], cell["change_high"]) == (0.4, 0.1, 0.7)
    assert (cell["share_start"], cell["share_end"]) == (0.25, 0.55)
    assert (cell["turn"], cell["turn_low"], cell["turn_high"]) == (0.3, 0.2, 0.5)
    assert (cell["documents"], cell["verdict"]) == (4, "clear_up")


def test_each_side_that_cannot_speak_is_named(study):
    said = "too few counting conversations"
    assert joined(study).loc["north", "note"] == ""
    assert joined(study).loc["south", "note"] == f"no change in scores; {said}"
    few = joined(study, contrasts("too_few", 0.4)).loc["north"]
    assert (few["label"], few["note"]) == ("not_testable", "too few answers")
    mute = joined(study, spoken=talk("unknown", GONE)).loc["north"]
    assert (mute["label"], mute["note"]) == ("not_testable", said)
    assert joined(study).loc["south", "change_id"] == ""
    assert math.isnan(joined(study).loc["south", "mean_end"])


def test_only_changes_are_set_side_by_side(study):
    scored = contrasts("clear_up").assign(kind="difference")
    assert joined(study, scored).loc["north", "label"] == "not_testable"
    assert joined(study, spoken=talk("up").assign(kind="share")).loc["north", "talk_id"] == ""


def test_without_a_plan_the_first_and_last_wave_are_compared(tiny):
    plan = tiny / "raw" / "study.yaml"
    text = plan.read_text(encoding="utf-8").split("planned:")[0]
    third = "levels:\n".join(["  third: {label: third}\n", ""])
    plan.write_text(text.replace("levels:\n", third, 1), encoding="utf-8")
    cell = joined(read_study(tiny)).loc["south"]
    assert (cell["start"], cell["end"]) == ("first", "third")


def test_what_was_planned_goes_before_first_and_last(tiny):
    plan = tiny / "raw" / "study.yaml"
    third = "levels:\n".join(["  third: {label: third}\n", ""])
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("levels:\n", third, 1), encoding="utf-8")
    cell = joined(read_study(tiny)).loc["south"]
    assert (cell["start"], cell["end"]) == ("first", "second")


def test_one_wave_leaves_nothing_to_compare(tiny):
    plan = tiny / "raw" / "study.yaml"
    text = plan.read_text(encoding="utf-8").split("planned:")[0]
    lines = [line for line in text.splitlines() if not line.startswith("  second:")]
    plan.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for path in (tiny / "raw/regions").glob("*/survey/second.csv"):
        path.unlink()
    for path in (tiny / "raw/regions").rglob("region.yaml"):
        own = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(one for one in own if "second:" not in one) + "\n")
    assert joined(read_study(tiny)).empty


def test_codes_without_a_place_leave_nothing_to_compare(tiny):
    (tiny / "raw/codebooks/crosswalk.csv").unlink()
    assert joined(read_study(tiny)).empty


def test_of_several_spans_the_longest_is_the_regions_own(tmp_path):
    folder = lay_out_tiny_study(tmp_path)
    plan = folder / "raw" / "study.yaml"
    more = "  third: {label: third}\n  fourth: {label: fourth}\nlevels:\n"
    text = plan.read_text(encoding="utf-8").replace("levels:\n", more, 1)
    plan.write_text(text.replace("to: second", "to: fourth"), encoding="utf-8")
    spans = [("second", "third"), ("first", "third"), ("first", "second")]
    rows = [contrasts("clear_up").assign(start=start, end=end) for start, end in spans]
    scored = concat(rows)
    cell = joined(read_study(folder), scored).loc["north"]
    assert (cell["start"], cell["end"]) == ("first", "third")
