"""Promises about the plan and the region folders."""

import re
from pathlib import Path

import pytest

from analysis.plan.problems import StudyError
from analysis.plan.study import Plan, check_study, lay_out_region, read_study


def refuse(folder: Path) -> list[str]:
    with pytest.raises(StudyError) as caught:
        read_study(folder)
    return [problem.letter() for problem in caught.value.problems]


def change(folder: Path, old: str, new: str, file: str = "raw/study.yaml") -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def test_regions_stand_in_the_order_they_declare(tiny):
    change(tiny, "order: 1", "order: 9", "raw/regions/north/region.yaml")
    assert [*read_study(tiny).regions] == ["south", "north"]


def test_broken_yaml_is_a_letter_with_its_line(tiny):
    change(tiny, "seed: 7", "seed: [7")
    (letter,) = refuse(tiny)
    assert "raw/study.yaml, row" in letter


def test_a_tab_in_yaml_is_a_letter(tiny):
    change(tiny, "  first: {label", "\tfirst: {label")
    assert len(refuse(tiny)) == 1


def test_a_double_key_is_a_letter(tiny):
    change(tiny, "seed: 7", "seed: 7\nseed: 8")
    assert "a second time" in refuse(tiny)[0]


@pytest.mark.parametrize("value", ["0", "-1", "tien", "3"])
def test_a_smallest_group_below_the_floor_is_refused(tiny, value):
    change(tiny, "seed: 7", f"seed: 7\nsmallest_group: {value}")
    (letter,) = refuse(tiny)
    assert "smallest_group" in letter


def test_an_unknown_key_is_refused_with_its_line(tiny):
    change(tiny, "seed: 7", "sead: 7")
    (letter,) = refuse(tiny)
    assert "row 3" in letter


def test_yaml_words_stay_words(tiny):
    change(tiny, "label: {nl: North", "label: {nl: no", "raw/regions/north/region.yaml")
    assert dict(read_study(tiny).regions["north"].label)["nl"] == "no"


def test_a_composite_takes_the_scales_of_its_level(tiny):
    assert read_study(tiny).plan.composites["bond"].of == ("nearness", "honesty")


@pytest.mark.parametrize("name", ["a/b", "..", "CON", "x" * 61, "né", "all", "a."])
def test_an_unsafe_region_name_is_refused(tiny, name):
    with pytest.raises(StudyError):
        lay_out_region(tiny / "raw", name)


def test_a_new_region_folder_is_read_without_a_line_of_code(tiny):
    lay_out_region(tiny / "raw", "zwolle")
    assert [*read_study(tiny).regions] == ["north", "south", "zwolle"]


def test_a_stray_survey_file_is_a_letter(tiny):
    path = tiny / "raw/regions/north/survey/third.csv"
    path.write_text("participant\n")
    from analysis.plan.study import check_study

    assert "belongs to no wave" in check_study(tiny)[1][0].found


def test_all_problems_of_a_study_come_at_once(tiny):
    change(tiny, "order: 1", "order: one", "raw/regions/north/region.yaml")
    change(tiny, "order: 2", "order: two", "raw/regions/south/region.yaml")
    assert len(refuse(tiny)) == 2


SLIDER = (
    "sliders: {ties: {label: ties, pole_a: loose, pole_b: firm, pole_b_codes: [CODE]}}\nplanned:"
)


def test_a_slider_that_names_an_unknown_code_is_a_letter(tiny):
    change(tiny, "planned:", SLIDER.replace("CODE", "trsut"))
    (letter,) = refuse(tiny)
    assert "slider ties: no code trsut" in letter and "trust" in letter


@pytest.mark.parametrize("wrong", ["{second: 11}", "{ninth: 4}", "5"])
def test_a_regions_own_slider_score_lies_between_the_poles_at_a_known_wave(tiny, wrong):
    change(tiny, "planned:", SLIDER.replace("CODE", "trust"))
    change(
        tiny, "missing:", f"sliders: {{ties: {wrong}}}\nmissing:", "raw/regions/north/region.yaml"
    )
    assert len(refuse(tiny)) == 1


@pytest.mark.parametrize("wrong", ["organisation: bnod", "reach: bnod"])
def test_an_axis_of_growth_that_does_not_exist_is_a_letter(tiny, wrong):
    growth = f"growth: {{in_place: {{mean: 3.5, lower_limit: 3.25}}, {wrong}}}\nplanned:"
    change(tiny, "planned:", growth)
    (letter,) = refuse(tiny)
    assert "growth: bnod is no" in letter


@pytest.mark.parametrize("wrong", ["also_at: [3.5]", "also_at: [3, 3]", "also_at: [9]"])
def test_a_threshold_of_growth_stands_once_and_lies_within_the_scale(tiny, wrong):
    growth = f"growth: {{in_place: {{mean: 3.5, lower_limit: 3.25}}, {wrong}}}\nplanned:"
    change(tiny, "planned:", growth)
    (letter,) = refuse(tiny)
    assert "also_at" in letter or "outside the scale" in letter


@pytest.mark.parametrize(
    ("old", "new", "letter"),
    [
        (
            "bond: {level: bond, label:",
            "bond: {of: [nearness, nearness], label:",
            "names a scale twice",
        ),
        (
            "bond: {level: bond, label:",
            "bond: {level: bond, least: 5, label:",
            "least is 5",
        ),
        ("items: [h1, h2], range: [1, 5]", "items: [h1, h2], range: [1, 7]", "different ranges"),
        ("  second: {label", "  FIRST: {label: x}\n  second: {label", "capitals alone"),
        ("  second: {label", "  first-second: {label: x}\n  second: {label", "a pair of waves"),
        ("label: {nl: helper, en: helper}", "label: {nl: '', en: helper}", "not empty"),
    ],
)
def test_a_plan_that_can_be_read_in_two_ways_is_a_letter(tiny, old, new, letter):
    change(tiny, old, new)
    assert any(letter in one for one in refuse(tiny))


def test_a_code_at_both_poles_of_a_slider_is_a_letter(tiny):
    change(tiny, "planned:", SLIDER.replace("pole_b_codes", "pole_a_codes: [trust], pole_b_codes"))
    change(tiny, "CODE", "trust")
    assert any("at both poles" in one for one in refuse(tiny))


@pytest.mark.parametrize("names", [("a", "b-c", "a-b", "c"), ("a", "b", "a-b")])
def test_regions_whose_names_run_together_are_a_letter(tiny, names):
    place = tiny / "raw/regions"
    for order, name in enumerate(names, start=3):
        (place / name).mkdir()
        text = f"label: {name}\norder: {order}\n"
        (place / name / "region.yaml").write_text(text, encoding="utf-8")
    assert any("can be read in two ways" in one for one in refuse(tiny))


@pytest.mark.parametrize("row", ["abc,yes", "{hash},akkoord"])
def test_a_decision_that_binds_no_text_is_a_letter(tiny, row):
    decisions = tiny / "raw/decisions/quotations.csv"
    text = decisions.read_text(encoding="utf-8")
    digest = text.splitlines()[1].split(",")[0]
    decisions.write_text(f"{text}{row.format(hash=digest)},x,\n", encoding="utf-8")
    assert len(refuse(tiny)) == 1


def test_a_no_in_capitals_counts_as_much_as_a_yes(tiny):
    decisions = tiny / "raw/decisions/quotations.csv"
    text = decisions.read_text(encoding="utf-8")
    digest = text.splitlines()[1].split(",")[0]
    decisions.write_text(f"{text}{digest.upper()},No,y,\n", encoding="utf-8")
    said = read_study(tiny).decisions.quotations
    assert said["sha256"].tolist().count(digest) == 2


def test_a_note_for_no_region_is_a_letter(tiny):
    (tiny / "raw/decisions/notes").mkdir()
    (tiny / "raw/decisions/notes/nowhere.md").write_text("x", encoding="utf-8")
    assert any("a note for no region" in one for one in refuse(tiny))


def test_the_plan_in_the_tutorial_can_be_used_and_each_key_is_explained(tmp_path):
    page = (Path(__file__).parents[1] / "docs/new-study.md").read_text(encoding="utf-8")
    shown = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1]
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/study.yaml").write_text(re.sub("(?m)^   ", "", shown), encoding="utf-8")
    lay_out_region(tmp_path / "raw", "zwolle")
    study, problems = check_study(tmp_path)
    assert study.plan.measures.keys() == {"trust"}
    assert [one.found for one in problems] == ["no survey and no interviews yet"]
    assert {*re.findall(r"(?m)^\| `(\w+)` \|", page)} == Plan.model_fields.keys()


@pytest.mark.parametrize(
    ("old", "new", "by_convention"),
    [("range", "range", 0.25), ("range: [1, 5]", "range: [0, 100]", 6.25)],
)
def test_the_smallest_change_that_matters_fits_the_range_unless_the_plan_says_it(
    tiny, old, new, by_convention
):
    for _ in range(2):
        change(tiny, old, new)
    plan = read_study(tiny).plan
    assert not plan.says_smallest_change
    assert plan.smallest_change == by_convention
    assert {plan.smallest_change_of(measure) for measure in plan.measures} == {by_convention}
    change(tiny, "seed: 7", "seed: 7\nsmallest_change: 0.5")
    plan = read_study(tiny).plan
    assert plan.says_smallest_change
    assert plan.smallest_change_of("nearness") == plan.smallest_change == 0.5


def test_each_scale_has_a_smallest_change_of_its_own_range(tiny):
    change(tiny, "items: [h1, h2], range: [1, 5]", "items: [h1, h2], range: [1, 9]")
    change(tiny, "bond: {level: bond, label", "bond: {of: [nearness], label")
    plan = read_study(tiny).plan
    sizes = [plan.smallest_change_of(measure) for measure in ("bond", "nearness", "honesty")]
    assert sizes == [0.25, 0.25, 0.5]


def test_a_letter_about_the_plan_points_to_the_page_that_explains_it(tiny):
    change(tiny, "seed: 7", "sed: 7")
    assert "docs/new-study.md explains each key" in refuse(tiny)[0]
    change(tiny, "sed: 7", "seed: 7")
    change(tiny, "order: 1", "ordr: 1", "raw/regions/north/region.yaml")
    assert "docs/new-region.md explains each key" in refuse(tiny)[0]
