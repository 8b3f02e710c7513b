"""Promises about change over waves."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas import DataFrame

from analysis.learn.longitudinal import compare_waves, settle
from analysis.plan.study import read_study

PILOT = Path(__file__).resolve().parents[1] / "data"


def scores(tiny, seed=1, people=20):
    plan = read_study(tiny).plan
    draw = np.random.default_rng(seed)
    rows = [
        (region, wave, f"{region}{person}", scale, 3 + draw.normal(0, 0.5) + steady)
        for scale in plan.measures
        for region in ("north", "south")
        for person, steady in enumerate(draw.normal(0, 0.5, people))
        for wave in plan.waves
    ]
    table = DataFrame(rows, columns=["region", "wave", "participant", "scale", "score"])
    sites = table.drop(columns=["scale", "score"]).drop_duplicates().assign(site="s", role="r")
    return table, sites, plan


def contrast(table, sites, plan, evidence):
    found = settle(compare_waves(table, sites, plan)["contrasts"], {}, plan)
    return found.set_index("evidence_id").loc[evidence]


def test_row_order_changes_no_estimate(tiny):
    table, sites, plan = scores(tiny)
    one = contrast(table, sites, plan, "change/north/bond/first-second")
    mixed = table.sample(frac=1, random_state=3)
    other = contrast(mixed, sites, plan, "change/north/bond/first-second")
    assert one["estimate"] == pytest.approx(other["estimate"], abs=1e-6)


def test_the_change_in_complete_pairs_is_their_mean_difference(tiny):
    table, sites, plan = scores(tiny)
    row = contrast(table, sites, plan, "change/north/bond/first-second")
    here = table[(table["region"] == "north") & (table["scale"] == "bond")]
    wide = here.pivot(index="participant", columns="wave", values="score")
    assert row["estimate"] == pytest.approx((wide["second"] - wide["first"]).mean(), abs=1e-6)
    assert row["n_both"] == 20


def test_cells_below_five_people_are_never_estimated(tiny):
    table, sites, plan = scores(tiny)
    few = table[~((table["region"] == "north") & (table["participant"] > "north13"))]
    few = few[~few["participant"].isin([f"north{i}" for i in range(2, 14)])]
    row = contrast(few, sites, plan, "change/north/bond/first-second")
    assert np.isnan(row["estimate"])
    assert row["verdict"] == "too_few"


def test_identical_answers_are_a_stated_refusal(tiny):
    table, sites, plan = scores(tiny)
    row = contrast(table.assign(score=4.0), sites, plan, "change/north/bond/first-second")
    assert np.isnan(row["estimate"])
    assert "the same" in row["note"]


@pytest.mark.parametrize(("sites_each", "flagged"), [(4, True), (5, False)])
def test_regions_of_few_sites_are_compared_with_a_flag(tiny, sites_each, flagged):
    table, respondents, plan = scores(tiny)
    number = respondents["participant"].str.extract(r"(\d+)")[0].astype(int)
    spread = respondents.assign(site=(number % sites_each).astype(str))
    found = compare_waves(table, spread, plan)
    between = found["contrasts"].query("kind != 'change'")
    assert (between["note"].str.contains("5 known sites") == flagged).all()
    own = found["contrasts"].query("kind == 'change' and region != 'all'")
    assert (own["note"].str.contains("5 known sites") == flagged).all()
    tests = found["omnibus"].set_index("term")["note"]
    assert tests["region"].str.contains("5 known sites").eq(flagged).all()
    assert not tests["wave"].str.contains("sites").any()


def pilot_scores(keep):
    """Random scores of the pilot's planned measures, in the (region, wave) pairs to keep."""
    table, respondents, plan = scores(PILOT)
    named = {one.scale for one in plan.planned}
    here = table.set_index(["region", "wave"]).index.isin(keep)
    return table[here & table["scale"].isin(named)], respondents, plan


def test_a_region_is_compared_over_the_waves_that_it_held():
    every = {("north", wave) for wave in ("t0", "t1", "t2")}
    found = compare_waves(*pilot_scores(every | {("south", "t0"), ("south", "t1")}))["contrasts"]
    spans = found[found["spans"] & found["region"].ne("all")]
    own = spans[spans["kind"] == "change"].groupby("region")[["start", "end", "planned"]].first()
    assert [*own.loc["north"]] == ["t0", "t2", True]
    assert [*own.loc["south"]] == ["t0", "t1", False]
    pair = spans[spans["kind"] != "change"].groupby("kind")[["start", "end"]].first()
    assert [*pair.loc["growth"]] == ["t0", "t1"]
    assert [*pair.loc["difference"]] == ["t1", "t1"]


def test_regions_that_were_always_there_are_tested_without_the_others():
    every = {(region, wave) for region in ("north", "south") for wave in ("t0", "t1", "t2")}
    table, respondents, plan = pilot_scores(every)
    late = table[(table["region"] == "south") & (table["wave"] != "t0")].assign(region="late")
    rows = respondents[respondents["region"] == "south"].assign(region="late")
    whole = compare_waves(table, respondents, plan)["omnibus"].set_index("evidence_id")
    joined = compare_waves(pd.concat([table, late]), pd.concat([respondents, rows]), plan)[
        "omnibus"
    ].set_index("evidence_id")
    assert joined["F"].notna().all()
    assert joined["df_between"].equals(whole["df_between"])
    assert joined["note"].str.startswith("without late").all()
    assert joined["partial"].all()


def test_a_test_is_refused_where_a_group_is_too_small_to_be_tested(tiny):
    table, respondents, plan = scores(tiny, people=9)
    tests = compare_waves(table, respondents, plan)["omnibus"]
    assert tests["p"].isna().all()
    assert tests["note"].str.contains("too few regions had 10 people").all()


def test_what_is_described_and_not_tested_has_no_verdict(tiny):
    table, respondents, plan = scores(tiny, people=9)
    bold = plan.model_copy(update={"smallest_group": 6})
    found = settle(compare_waves(table, respondents, bold)["contrasts"], {}, bold)
    changes = found.query("kind == 'change'")
    own = changes[changes["region"] != "all"]
    assert own["low"].notna().all()
    assert (own["verdict"] == "unknown").all()


def test_one_wave_gives_means_and_no_changes(tiny):
    table, sites, plan = scores(tiny)
    found = compare_waves(table[table["wave"] == "first"], sites, plan)
    assert len(found["means"]) == 6
    assert (found["contrasts"]["kind"] == "difference").all()


def test_the_pooled_model_equals_lme4_on_a_real_survey(shared, tmp_path):
    from real_survey import lay_out_univbct

    from analysis.findings.prepare import check_everything, process

    folder = lay_out_univbct(shared / "reference" / "data" / "univbct.csv", tmp_path / "study")
    study, raw, _ = check_everything(folder)
    tables = process(raw, study)
    scored = tables["scores"].query("scale == 'JSAT'")
    compared = compare_waves(scored, tables["respondents"], study.plan)["contrasts"]
    found = compared.query("kind == 'change' and region == 'all'")
    stored = json.loads((shared / "reference" / "statistics.json").read_text())
    r = {row["term"]: row for row in stored["univbct_JSAT_ri"]["fixed_satt"]}
    ours = found.set_index("end")[["estimate", "se"]]
    for wave, term in (("t1", "wave1"), ("t2", "wave2")):
        mine = found[(found["start"] == "t0") & (found["end"] == wave)].iloc[0]
        assert mine["estimate"] == pytest.approx(r[term]["Estimate"], abs=5e-5)
        assert mine["se"] == pytest.approx(r[term]["Std. Error"], abs=5e-5)
    assert len(ours) == 3
