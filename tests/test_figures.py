"""Figures draw the rows they are given, and say in words what they show."""

import matplotlib as mpl
import pytest
from handmade import LEVELS, REGIONS, WAVES, Handmade, make_findings, opened
from matplotlib.patches import Rectangle
from pandas import DataFrame

from analysis import figures
from analysis.tell.figures.canvas import Pen
from analysis.tell.figures.paper import COLOURS, MARKERS

FINDINGS = make_findings()
STUDY = FINDINGS.study


def draw(name: str, findings: Handmade = FINDINGS, language: str = "en") -> figures.Figure:
    """Draw one kind of figure from findings."""
    findings = findings.in_language(language)
    tables = {
        "participation": findings.table("participation"),
        "answers": findings.table("answers", wave="w3"),
        "reliability": findings.table("reliability"),
        "agreement": findings.table("agreement"),
        "paths": findings.table("means"),
        "changes": findings.table("contrasts", family="composite"),
        "themes": findings.table("themes"),
        "theme_changes": findings.table("theme_changes"),
        "talk": findings.table("talk"),
        "joint": findings.table("joint"),
        "expectations": findings.table("expectations"),
        "robustness": findings.table("robustness"),
        "together": findings.table("cooccurrence"),
        "saturation": findings.table("saturation"),
        "lenses": findings.table("lens_summary"),
        "flow": findings.table("flow"),
        "attrition": findings.table("attrition"),
        "items": findings.table("item_reliability"),
        "variances": findings.table("fits"),
        "phases": findings.table("phases"),
        "plane": findings.table("plane"),
        "sliders": findings.table("sliders"),
    }
    more = {"changes": findings.table("contrasts"), "talk": findings.table("talk")}
    options = {"joint": more, "robustness": {"changes": more["changes"]}}.get(name, {})
    return getattr(figures, f"plot_{name}")(tables[name], **options)


KINDS = [name.removeprefix("plot_") for name in figures.__all__ if name.startswith("plot_")]


@pytest.fixture(scope="module")
def drawn() -> dict[str, figures.Figure]:
    """Every figure, drawn once."""
    return {kind: draw(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_carries_a_picture_and_its_alt_text(kind, drawn):
    picture, about = drawn[kind]._repr_mimebundle_()
    assert "<svg" in picture["image/svg+xml"]
    assert about["image/svg+xml"]["alt"] == drawn[kind].alt and len(drawn[kind].alt) > 40


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_rows_give_the_same_bytes(kind, drawn):
    assert draw(kind).svg == drawn[kind].svg


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_figure_without_rows_says_so(kind, language):
    empty = draw(kind, FINDINGS.without(*FINDINGS.names), language)
    assert [text.get_text() for text in empty.axes[0].texts] == [empty.alt]


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_without_any_columns_says_so_too(kind):
    nothing = opened(DataFrame(columns=["evidence_id"]), STUDY)
    more = {"changes": nothing, "talk": nothing}
    options = {"joint": more, "robustness": {"changes": nothing}}.get(kind, {})
    assert len(getattr(figures, f"plot_{kind}")(nothing, **options).axes) == 1


def test_drawing_leaves_the_style_of_others_alone():
    before = dict(mpl.rcParams)
    draw("paths")
    assert dict(mpl.rcParams) == before


def test_participation_draws_one_bar_per_region_and_wave_with_its_count(drawn):
    ax = drawn["participation"].axes[0]
    assert [text.get_text() for text in ax.texts] == ["60", "55", "50"]
    assert "first 60, second 55, third 50" in drawn["participation"].alt


def test_the_dark_and_light_part_of_a_bar_add_up_to_the_people(drawn):
    heights = [bar.get_height() for bar in drawn["participation"].axes[0].patches]
    assert [dark + light for dark, light in zip(heights[:3], heights[3:], strict=True)] == [
        60,
        55,
        50,
    ]


def test_answers_that_were_not_dont_know_fill_one_bar(drawn):
    bars = drawn["answers"].axes[0].containers
    widths = [sum(bar[0].get_width() for bar in bars[:5])]
    assert widths == pytest.approx([1.0])
    assert [text.get_text() for text in drawn["answers"].axes[0].texts][:6] == ["46"] * 6


def test_answers_of_fewer_than_five_have_no_bar_and_are_told_so():
    rows = FINDINGS.rows("answers", wave="w3").astype({"people": "Int64"})
    few = rows["region"].eq("upland")
    rows = rows.assign(people=rows["people"].mask(few), n=rows["n"].mask(few, 3))
    figure = figures.plot_answers(opened(rows, STUDY))
    hidden = figure.axes[1]
    assert [text.get_text() for text in hidden.texts][:6] == ["< 5"] * 6
    assert sum(abs(bar.get_width()) for bars in hidden.containers for bar in bars) == 0
    assert "Upland, third: fewer than five answers" in figure.alt
    assert {row[-1] for row in figure.table.rows if row[1] == "Upland"} == {"< 5"}


@pytest.mark.parametrize("kind", ["items", "answers"])
def test_a_panel_names_its_region_and_its_wave(kind, drawn):
    assert [ax.get_title("left") for ax in drawn[kind].axes] == ["Harbour\nthird", "Upland\nthird"]


def test_reliability_draws_each_scale_region_and_wave_once(drawn):
    marks = [
        line for ax in drawn["reliability"].axes for line in ax.lines if line.get_marker() in "os"
    ]
    assert len(marks) == len(LEVELS) * len(REGIONS) * len(WAVES)


def test_a_tentative_code_has_an_open_mark(drawn):
    marks = [line for line in drawn["agreement"].axes[0].lines if line.get_marker() == "o"]
    assert [mark.get_markerfacecolor() == "white" for mark in marks] == [True, False, False, False]


def test_the_network_draws_an_arc_per_pair_thicker_for_more_conversations(drawn):
    from matplotlib.patches import Arc

    ax = drawn["together"].axes[0]
    arcs = [patch for patch in ax.patches if isinstance(patch, Arc)]
    assert len(arcs) == 2 and arcs[0].get_linewidth() > arcs[1].get_linewidth()
    assert len(ax.get_yticklabels()) == 3
    assert "clear roles – fixed faces 6" in drawn["together"].alt


def test_saturation_draws_the_codes_known_after_each_conversation(drawn):
    observed = drawn["saturation"].axes[0].lines[1]
    assert [*observed.get_ydata()] == [2, 3, 3]
    assert "3 codes after 3 conversations, 0 of them new" in drawn["saturation"].alt


def test_a_framework_is_split_by_what_it_rests_on(drawn):
    widths = [bar.get_width() for bar in drawn["lenses"].axes[0].patches]
    assert widths == pytest.approx([20 / 24, 3 / 24, 3 / 24, 6 / 24])
    assert drawn["lenses"].axes[0].patches[-1].get_hatch()


def test_a_tentative_theme_is_named_so():
    themes = FINDINGS.rows("themes").assign(agreement="firm")
    themes.loc[themes["code"] == "turnover", "agreement"] = "tentative"
    labels = figures.plot_themes(opened(themes, STUDY)).axes[0].get_yticklabels()
    assert "turnover of people (tentative)" in [label.get_text() for label in labels]


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_brings_its_numbers_along(kind, drawn):
    table = drawn[kind]._repr_mimebundle_()[1]["image/svg+xml"]["table"]
    assert table["columns"] and table["rows"]
    assert all(len(row) == len(table["columns"]) for row in table["rows"])


def test_a_column_of_the_flow_is_everyone_who_could_be_followed(drawn):
    ax = drawn["flow"].axes[0]
    columns = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    heights = [
        sum(one.get_height() for one in columns if one.get_x() == pytest.approx(place - 0.13))
        for place in range(len(WAVES))
    ]
    assert heights == [80, 80, 80]
    assert [label.get_text() for label in ax.get_xticklabels()][0] == "first\n+ 3 no code"
    told = [text.get_text() for text in ax.texts]
    assert {"40", "15", "30", "22"} <= {*told}
    assert "40 stayed, 15 not seen again, 5 away, back later, 12 joined" in drawn["flow"].alt


def test_leavers_are_compared_where_there_were_enough_of_them(drawn):
    ax = drawn["attrition"].axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "near · Harbour",
        "near · Upland",
    ]
    assert "18 / 42" in [text.get_text() for text in ax.texts]


def test_an_item_with_an_alarm_has_a_sign_beside_it(drawn):
    first = drawn["items"].axes[0]
    signs = [(line.get_marker(), line.get_ydata()[0]) for line in first.lines]
    assert ("x", 1) in signs and ("^", 3) in signs
    assert "runs against the rest 1, many at the lowest answer 0" in drawn["items"].alt


def test_omega_is_an_open_mark_beside_alpha():
    rows = FINDINGS.rows("reliability")
    rows = rows.assign(omega=rows["alpha"] + 0.02, omega_low=rows["low"], omega_high=rows["high"])
    figure = figures.plot_reliability(opened(rows, STUDY))
    marks = [line for ax in figure.axes for line in ax.lines if line.get_marker() in ("o", "s")]
    open_ones = [line for line in marks if line.get_markerfacecolor() == "white"]
    assert len(open_ones) == len(marks) / 2 == len(rows)


def test_a_method_on_another_scale_is_told_and_not_drawn():
    rows = FINDINGS.rows("robustness")
    rows.loc[rows["method"] == "pairs", ["same_scale", "method"]] = [False, "ordinal"]
    figure = figures.plot_robustness(opened(rows, STUDY), changes=FINDINGS.table("contrasts"))
    first = figure.axes[0]
    assert len([line for line in first.lines if line.get_marker() == "o"]) == 2
    assert any("logits: other conclusion" in text.get_text() for text in first.texts)
    assert first.get_yticklabels()[0].get_text() == "primary model"
    assert "holds" in [text.get_text() for text in first.texts]


def test_the_parts_of_a_variance_fill_one_bar(drawn):
    widths = [bar.get_width() for bar in drawn["variances"].axes[0].patches]
    assert sum(widths) == pytest.approx(len(LEVELS))
    assert "sites 10%" in drawn["variances"].alt and "✓ fit checked" in drawn["variances"].alt


def test_paths_draw_the_means_in_wave_order(drawn):
    first = drawn["paths"].axes[0].lines[0]
    assert [*first.get_ydata()] == pytest.approx([2.5, 3.1, 3.7])
    assert "2.50 → 3.10 → 3.70" in drawn["paths"].alt


def test_changes_leave_out_what_may_not_be_shown(drawn):
    labels = [label.get_text() for label in drawn["changes"].axes[0].get_yticklabels()]
    assert len(labels) == 5 and "boards · Upland" not in labels


def test_themes_show_counts_with_their_denominators(drawn):
    assert [text.get_text() for text in drawn["themes"].axes[0].texts][:3] == ["4/5"] * 3


def test_a_theme_nobody_was_asked_about_looks_unlike_one_nobody_mentioned():
    themes = FINDINGS.rows("themes")
    themes.loc[themes["code"] == "turnover", "state"] = "not_asked"
    figure = figures.plot_themes(opened(themes, STUDY))
    assert "not asked" in [text.get_text() for text in figure.axes[0].texts]


def test_a_joint_display_marks_the_cells_that_differ(drawn):
    bold = [text for text in drawn["joint"].axes[1].texts if text.get_weight() == "bold"]
    assert [text.get_text() for text in bold] == ["divergent"]


def test_every_verdict_is_written_and_not_only_coloured(drawn):
    words = [text.get_text().split()[-1] for text in drawn["expectations"].axes[0].texts]
    assert words == ["confirmed", "contradicted", "indecisive", "confirmed"]


def test_a_region_keeps_its_colour_when_another_joins():
    before = [Pen(STUDY).colour(region) for region in STUDY.regions]
    assert before == [*COLOURS[:2]]
    assert len({*COLOURS}) == len({*MARKERS}) == 8


def test_dutch_figures_speak_dutch():
    figure = draw("paths", language="nl")
    assert "3,70" in figure.alt and "Gemiddelde" in figure.alt


def test_a_figure_made_from_synthetic_rows_says_so(tiny_findings):
    means, study = tiny_findings.rows("means"), tiny_findings.study
    assert figures.plot_paths(opened(means, study)).alt.startswith("SYNTHETIC data")
    real = means.assign(synthetic=False)
    assert not figures.plot_paths(opened(real, study)).alt.startswith("SYNTHETIC")


def test_a_phase_is_drawn_with_what_another_threshold_would_say(drawn):
    texts = [text.get_text() for text in drawn["phases"].axes[0].texts]
    assert texts[:2] == ["begin", ""] and "near" in texts
    assert drawn["phases"].table.columns[:4] == ("region", "wave", "threshold", "phase")


def test_the_growth_plane_draws_an_arrow_between_waves_and_names_its_sources(drawn):
    ax = drawn["plane"].axes[0]
    assert sum(1 for text in ax.texts if text.get_text() == "") == 4
    assert "survey" in ax.get_xlabel() and "conversations" in ax.get_ylabel()


def test_a_slider_shows_a_regions_own_score_beside_the_talk(drawn):
    ax = drawn["sliders"].axes[0]
    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "|"] == [0.4]
