"""What `make validate` counts, on a handful of pilots; the long run is in docs/validation."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from pandas import DataFrame

from analysis.plan.study import read_study
from analysis.rehearse.simulate import read_planted
from analysis.rehearse.validation import tell_claims, tell_coverage, tell_divergences
from analysis.rehearse.validation.claims import claims_of
from analysis.rehearse.validation.coverage import contrasts, estimate_all
from analysis.rehearse.validation.pilots import (
    drawn_again,
    survey_of,
    with_site_growth,
    without_change,
)
from analysis.rehearse.validation.run import coverage_of, share_of_claims

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def study():
    return read_study(DATA)


@pytest.fixture(scope="module")
def recipe(study):
    return read_planted(study.raw, study.plan)


@pytest.fixture(scope="module")
def truth():
    rows = pd.read_csv(DATA / "raw" / "planted-truth.csv")
    return rows.set_index(["region", "scale", "wave"])["mean"].to_dict()


@pytest.fixture(scope="module")
def estimates(study, recipe, truth):
    return estimate_all(drawn_again(recipe[0], 1), study.plan, truth)


def test_every_replicate_has_seeds_of_its_own(recipe):
    planted, _ = recipe
    seeds = [
        region.seed for number in (1, 2) for region in drawn_again(planted, number).regions.values()
    ]
    assert len({*seeds}) == len(seeds)
    assert drawn_again(planted, 1) == drawn_again(planted, 1)


def test_eight_methods_estimate_every_change_and_difference_in_change(estimates, study, recipe):
    named = contrasts([*recipe[0].regions], [*study.plan.waves])
    per_contrast = estimates.groupby(["scale", "contrast"])["method"].nunique()
    assert (per_contrast == 8).all()
    assert len(per_contrast) == 3 * len(named)


def test_the_truth_of_a_contrast_is_its_weighted_sum_of_means(estimates, truth, study):
    first, *_, last = [*study.plan.waves]
    row = estimates[estimates["contrast"].str.endswith(f" {first}-{last}")].iloc[0]
    region = row["contrast"].split()[0]
    expected = truth[region, row["scale"], last] - truth[region, row["scale"], first]
    assert row["truth"] == pytest.approx(expected)


def test_kenward_roger_intervals_are_never_narrower_than_walds(estimates):
    width = (estimates["high"] - estimates["low"]).groupby(
        [estimates["scale"], estimates["contrast"], estimates["method"]]
    )
    wide = width.first().unstack("method")
    assert (wide["Kenward-Roger"] > wide["Wald z"]).all()


def test_in_a_null_study_nothing_is_planted_to_change(recipe):
    planted = without_change(recipe[0])
    for region in planted.regions.values():
        for waves in [*region.means.values(), *region.extras.values(), *region.scales.values()]:
            assert len({*waves.values()}) == 1
    for levels in planted.interviews.helping.values():
        assert all(len({*waves.values()}) == 1 for waves in levels.values())
    assert planted.newcomers == 0


def test_who_never_sent_a_form_is_in_no_pilot(study, recipe):
    tables = survey_of(drawn_again(with_site_growth(recipe[0], 0.0), 1), study.plan)
    assert not tables["respondents"].duplicated(["region", "wave", "participant"]).any()
    assert set(tables["respondents"]["region"]) == {*recipe[0].regions}


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.long)])
def test_coverage_is_counted_over_every_pilot_whatever_the_number_of_processes(jobs, estimates):
    found = run_pilots(jobs)
    assert (found["pilots"] == 2).all()
    assert len(found) == len(estimates)
    assert found.equals(run_pilots(1))


@cache
def run_pilots(jobs: int) -> DataFrame:
    return coverage_of(DATA, None, pilots=2, at_once=jobs, tell=lambda _: None)


def test_claims_are_shares_of_all_studies(study, recipe):
    said = claims_of(without_change(drawn_again(recipe[0], 3)), recipe[1], study)
    assert set(said.groupby("kind").size().to_dict().items()) >= {("change", 9), ("cell", 9)}
    assert (said["kind"] == "expectation").sum() == 20
    assert said["said"].notna().all()
    shares = share_of_claims([said, said])
    assert (shares["of"] == 2).all()
    assert (shares["share"] == 1).all()


@pytest.mark.parametrize(
    ("name", "tell"),
    [("coverage", tell_coverage), ("claims", tell_claims), ("claims", tell_divergences)],
)
def test_the_methods_page_tells_what_the_long_run_counted(name, tell):
    docs = DATA.parent / "docs"
    counted = pd.read_csv(docs / "validation" / f"{name}.csv")
    assert tell(counted) in (docs / "methods.md").read_text(encoding="utf-8")


def test_the_long_run_had_a_thousand_pilots_and_kept_its_promise():
    counted = pd.read_csv(DATA.parent / "docs" / "validation" / "coverage.csv")
    ours = counted[counted["method"] == "Kenward-Roger"]
    assert (ours["pilots"] == 1000).all()
    assert ours["coverage"].min() >= 0.925
    assert ours.groupby("scenario")["on_target"].mean().min() > 0.9
