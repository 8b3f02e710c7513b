"""Promises about scores beside talk, and about looking through other frameworks."""

from pathlib import Path

import pytest
from handmade import opened
from pandas import DataFrame

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


def looked(study, codings, agreement=None):
    documents = DataFrame(
        [("north", "d1", "first", "g1", 6, "yes"), ("north", "d2", "first", "g2", 6, "no")],
        columns=["region", "document", "wave", "group", "people", "asked"],
    )
    columns = ["region", "document", "segment", "code", "coder", "round", "stance"]
    coded = DataFrame(codings, columns=columns)
    places = coded.iloc[:, :3].drop_duplicates()
    said = interviews.Conversations(documents.assign(words=100), places, coded)
    seen = lenses.look_through(lenses.see(said, study, agreement))
    return seen[(seen["region"] == "north") & (seen["wave"] == "first")].set_index(
        ["framework", "code"]
    )


@pytest.fixture
def two_frameworks(tiny):
    """The tiny study with a lens that nobody coded with."""
    columns = "id,framework,parent,label_nl,label_en,definition_en,source\n"
    lens = "warmth,other,,warmte,warmth,A lens.,000 §2\nplace,other,,plek,place,A lens.,000 §2\n"
    (tiny / "raw/codebooks/other.csv").write_text(columns + lens, encoding="utf-8")
    path = tiny / "raw/codebooks/crosswalk.csv"
    rows = "other,warmth,,bond,primary,name_match,ours,000 §2\n"
    rows += "other,place,,,primary,our_reading,ours,000 §2\n"
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    return read_study(tiny)


def test_a_lens_sees_what_shares_its_cell_and_says_on_what_it_rests(two_frameworks):
    rows = [
        ("north", "d1", "s1", "trust", "ann", 1, "helps"),
        ("north", "d1", "s2", "turnover", "ann", 1, "hinders"),
        ("north", "d1", "s2", "trust", "bob", 1, "helps"),
        ("north", "d2", "s3", "trust", "ann", 1, "helps"),
    ]
    warmth = looked(two_frameworks, rows).loc[("other", "warmth")]
    assert (warmth["documents"], warmth["asked"], warmth["segments"]) == (1, 1, 2)
    # trust is stated but the lens is a name match; turnover is our reading already.
    assert [*warmth[["stated", "name_match", "our_reading"]]] == [0, 0.5, 0.5]


def test_the_framework_that_was_coded_with_is_seen_exactly(two_frameworks):
    seen = looked(two_frameworks, [("north", "d1", "s1", "trust", "ann", 1, "helps")])
    assert seen.loc[("ideas", "trust"), "stated"] == 1
    assert seen.loc[("ideas", "turnover"), "segments"] == 0


def test_a_code_without_a_level_is_seen_through_no_lens(two_frameworks):
    seen = looked(two_frameworks, [("north", "d1", "s1", "trust", "ann", 1, "helps")])
    assert seen.loc[("other", "place"), "state"] == "no_link"


def test_what_a_lens_sees_counts_for_the_codes_above_it(two_frameworks):
    path = two_frameworks.folder / "raw/codebooks/other.csv"
    text = path.read_text(encoding="utf-8").replace("warmth,other,,", "warmth,other,place,")
    path.write_text(text, encoding="utf-8")
    rows = [("north", "d1", "s1", "trust", "ann", 1, "helps")]
    seen = looked(read_study(two_frameworks.folder), rows)
    assert seen.loc[("other", "place"), "segments"] == 1


def test_what_is_seen_through_tentative_codes_only_is_told(two_frameworks):
    weak = DataFrame({"region": ["all"], "code": ["trust"], "tentative": [True]})
    rows = [
        ("north", "d1", "s1", "trust", "ann", 1, "helps"),
        ("north", "d1", "s2", "trust", "ann", 1, "helps"),
        ("north", "d1", "s2", "turnover", "ann", 1, "hinders"),
    ]
    assert looked(two_frameworks, rows, weak).loc[("other", "warmth"), "tentative"] == 0.5


def test_all_frameworks_of_the_pilot_summarise_the_same_coding(pilot):
    study, said, *_ = pilot
    table = lenses.summarise_lenses(lenses.see(said, study)).query("region == 'all'")
    table = table.set_index("framework")
    assert set(study.frameworks["framework"]) <= set(table.index)
    unlinked = set(study.frameworks.query("n_crosswalk_rows == '0'")["framework"])
    assert set(table.index[table["segments"] == 0]) == unlinked
    assert table.loc[[*unlinked], "note"].str.startswith("no code in use").all()
    shown = table[table["segments"] > 0]
    total = shown[["stated", "name_match", "our_reading"]].sum(axis="columns")
    assert total.sub(1).abs().lt(1e-9).all()


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
