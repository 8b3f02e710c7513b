"""Promises about one coding and many frameworks, on the study that ships."""

from pathlib import Path

import pytest
from handmade import opened

from analysis import figures, narrative, tables
from analysis.collect.interviews import Conversations, read_interviews
from analysis.learn import lenses
from analysis.plan.evidence import evidence_id
from analysis.plan.problems import StudyError
from analysis.plan.study import read_study

DATA = Path(__file__).resolve().parents[1] / "data"
OWN = ["grid", "sliders"]


@pytest.fixture(scope="module")
def study():
    return read_study(DATA)


@pytest.fixture(scope="module")
def spoken(study):
    held, _ = read_interviews(study)
    return lenses.see(Conversations.of(held), study)


@pytest.fixture(scope="module")
def summary(spoken):
    rows = lenses.summarise_lenses(spoken)
    return rows[rows["region"] == "all"]


@pytest.fixture(scope="module")
def contexts(study):
    return lenses.view_contexts(study)


def test_every_published_framework_summarises_the_same_coding(study, summary):
    assert {*summary["framework"]} == {*study.frameworks["framework"], *OWN}
    assert summary["of_segments"].nunique() == summary["asked"].nunique() == 1


def test_a_framework_shows_something_or_says_why_not(summary):
    silent = summary[summary["segments"] == 0]
    assert {*silent["visibility"]} == {"needs_own_round"}
    assert silent["note"].str.contains("no code in use is linked").all()


def test_what_each_framework_rests_on_adds_up_to_all_it_shows(summary):
    shown = summary[summary["segments"] > 0]
    assert shown[["coded", "stated", "name_match", "our_reading"]].sum(
        axis=1
    ).to_numpy() == pytest.approx(1)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_framework_can_be_chosen_by_its_word_or_its_name(study, summary, language):
    for one in study.frameworks.to_dict("records"):
        by_name = tables.through(opened(summary, study, language), one[f"label_{language}"].upper())
        assert [*by_name.rows["framework"]] == [one["framework"]]
        told = narrative.describe_lens(by_name)
        assert one[f"label_{language}"] in told.sentences[0].text


def test_an_unknown_framework_is_answered_with_the_known_ones(study, summary):
    with pytest.raises(StudyError, match="quick_wins"):
        tables.through(opened(summary, study), "quick losses")


def test_the_five_contexts_are_seen_through_every_framework(study, contexts):
    named = {*study.contexts["region"]}
    assert len(named - {"all_contexts"}) == 5
    for framework in [*study.frameworks["framework"], *OWN]:
        own = tables.through(opened(contexts, study), framework)
        assert {*own.rows["region"]} == named
        assert len(tables.beside(own)) == own.rows["code"].nunique()
        assert narrative.describe_contexts(own).sentences


def test_a_framework_without_a_link_is_drawn_as_words(study, spoken):
    seen = lenses.look_through(spoken)
    drawn = figures.plot_themes(tables.through(opened(seen, study), "pilot_rationale"))
    assert "no code in use is linked" in drawn.alt


def test_what_a_framework_shows_is_what_two_readers_said_it_can(study, summary):
    """The verdict we compute equals that of frameworks_visibility, read by two people."""
    seen = summary.set_index("framework")["visibility"].to_dict()
    own_round = {"pilot_rationale", "network_competences", "core_competences"}
    assert {name for name, one in seen.items() if one == "needs_own_round"} == own_round
    partly = {name for name, one in seen.items() if one == "partly"}
    assert partly == {*study.links["to_framework"]} - {"quick_wins", "pilot_activities"}


def test_specialist_youth_care_is_no_more_in_every_conversation(spoken):
    seen = lenses.look_through(spoken).query("wave == 'all'").set_index(["region", "code"])
    whole = seen.loc[("veenendaal", "form_sjso")]
    assert whole["state"] == "not_coded" and whole["documents"] == 0
    assert seen.loc[("amsterdam", "form_sjso"), "state"] == "possibly"
    for code in ("dis_1_mono", "dis_2_multi", "dis_4_trans"):
        assert seen.loc[("emmen", code), "state"] == "no_link"


def test_the_links_say_how_far_two_readers_agreed(study):
    row = lenses.compare_readers(study).iloc[0]
    assert row["links"] == 148 and row["agreed"] == pytest.approx(0.831, abs=1e-3)
    told = (row["kappa"], row["low"], row["high"])
    assert told == pytest.approx((0.24, 0.03, 0.45), abs=0.01)
    said = str(narrative.describe_readers(opened(lenses.compare_readers(study), study, "nl")))
    assert "83%" in said and "mogelijk" in said


def test_the_cells_of_the_grid_and_the_poles_have_names(study, contexts):
    shown = tables.beside(tables.through(opened(contexts, study, "nl"), "sliders"))
    assert not [name for name in shown["code"] if "." in name]
    assert evidence_id("contextlens", "ulvo", "sliders.case_preventive.a") in [*shown["bewijs"]]
