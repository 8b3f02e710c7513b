"""Promises about scores beside talk, and about looking through other frameworks."""

from pathlib import Path

import pytest
from handmade import opened

from analysis import narrative
from analysis.collect import interviews, survey
from analysis.findings.prepare import Raw, process
from analysis.learn import lenses, longitudinal, themes
from analysis.learn.integration import join_displays
from analysis.measure.agreement import (
    agree,
    agree_on_segmentation,
    compare_agreement,
    cut_passages,
    list_disagreements,
)
from analysis.plan.study import read_study

PILOT = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="module")
def pilot():
    """The shipped synthetic pilot, read and compared; joint displays are made from this."""
    study = read_study(PILOT)
    answered, _ = survey.read_surveys(study)
    spoken, _ = interviews.read_interviews(study)
    tables = process(Raw(answered.forms, {**answered.tables, **spoken}), study)
    said = interviews.Conversations.of(tables)
    # Only the levels: fitting every scale would take most of a minute.
    scores = tables["scores"][tables["scores"]["scale"].isin([*study.plan.levels])]
    compared = longitudinal.compare_waves(scores, tables["respondents"], study.plan)
    compared["contrasts"] = longitudinal.settle(compared["contrasts"], {}, study.plan)
    agreed = agree(cut_passages(said), study)
    return study, said, compared, agreed, themes.measure_talk(said, study, agreed)


def test_the_shipped_pilot_shows_exactly_the_two_planted_divergences(pilot):
    study, _, compared, _, spoken = pilot
    joint = join_displays(compared["contrasts"], spoken, study)
    cells = joint[joint["label"] == "divergent"][["region", "level"]].to_numpy().tolist()
    assert sorted(cells) == [["amsterdam", "relational"], ["emmen", "governance"]]


def test_talk_of_the_pilot_moves_as_planted(pilot):
    study, _, _, _, spoken = pilot
    change = spoken.query("kind == 'change' and start == 't0' and end == 't2'")
    assert (change["estimate"].abs() >= 0.2).all()
    assert (change["direction"] == "up").sum() == 7
    assert (change["direction"] == "down").sum() == 2


def test_the_planted_confusion_is_flagged(pilot):
    agreed = pilot[3].query("region == 'all'").set_index("code")
    assert agreed.loc["embedding", "tentative"]
    assert not agreed.loc[["relational", "governance"], "tentative"].any()


def test_the_balance_moves_to_prevention_as_planted(pilot):
    study, said, *_ = pilot
    seen = lenses.look_through(lenses.see(said, study)).query("framework == 'sliders'")
    seen = seen[seen["region"] == "veenendaal"].set_index(["code", "wave"])["segments"]
    share = {
        wave: seen["case_preventive.b", wave]
        / (seen["case_preventive.a", wave] + seen["case_preventive.b", wave])
        for wave in study.plan.waves
    }
    assert share["t0"] < share["t1"] < share["t2"]


def test_the_five_contexts_are_viewed_through_the_same_frameworks(pilot):
    study = pilot[0]
    table = lenses.view_contexts(study)
    named = set(study.contexts["region"]) - {"all_contexts"}
    assert len(named) == 5
    for _, own in table.groupby("region"):
        assert set(study.frameworks["framework"]) <= set(own["framework"])
        assert own["state"].eq("counted").any()
    assert (table["claims"].fillna(0) <= table["of_claims"]).all()
    assert not table["source"].ne("published").any()


def test_what_is_told_of_the_pilots_coding_stands_in_its_rows(pilot):
    study, said, _, agreed, _ = pilot
    tables = {
        "agreement": agreed,
        "segmentation": agree_on_segmentation(cut_passages(said), study),
        "discussions": list_disagreements(cut_passages(said), said.segments, study, agreed),
        "theme_changes": themes.compare_themes(said, study),
        "methods_of_talk": themes.compare_methods_of_talk(said, study),
        "saturation": themes.measure_saturation(said, study),
        "together": themes.count_together(said, study).query("region == 'all'"),
        "lenses": lenses.summarise_lenses(lenses.see(said, study, agreed)).query("region == 'all'"),
        "code_drift": themes.check_drift(
            said, study, compare_agreement(cut_passages(said), said.documents, study)
        ),
    }
    for kind, rows in tables.items():
        for language in ("nl", "en"):
            told = [*getattr(narrative, f"describe_{kind}")(opened(rows, study, language))]
            assert told and all(sentence.evidence for sentence in told)
