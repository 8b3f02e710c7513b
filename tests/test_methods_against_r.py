"""Everything beside the primary model, against R, on data where methods go astray.

`oracles/methods.json` holds R's answers and the data, made by the script beside it; the entries of
`../shared/reference/statistics.json` that no other test reads are at the end.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas import DataFrame
from statsmodels.stats.multitest import multipletests
from test_reliability import keyed, make_plan, one_row

from analysis.learn.longitudinal.effects import hedges_factor, paired_effects, standardise
from analysis.measure.models import Grouped, Satterthwaite, fit_firth, fit_reml, quadrature
from analysis.measure.models.gee import fit_gee
from analysis.measure.models.ordinal import fit_ordinal
from analysis.measure.reliability import measure_items

R = json.loads((Path(__file__).parent / "oracles" / "methods.json").read_text(encoding="utf-8"))


def errors(covariance):
    return np.sqrt(np.diag(covariance))


@pytest.mark.parametrize("name", R["gee"])
def test_estimating_equations_equal_geepack_and_the_correction_of_mancl_and_derouen(name):
    r = R["gee"][name]
    fit = fit_gee(np.array(r["y"], float), np.array(r["X"], float), np.array(r["id"]))
    assert fit.beta == pytest.approx(np.array(r["beta"]), rel=1e-9, abs=1e-9)
    assert [fit.correlation, fit.scale] == pytest.approx([r["alpha"], r["phi"]], rel=1e-9)
    assert errors(fit.robust) == pytest.approx(errors(r["robust"]), rel=1e-9)
    assert errors(fit.covariance) == pytest.approx(errors(r["corrected"]), rel=1e-9)


@pytest.mark.parametrize("name", R["ordinal"])
def test_ordered_answers_equal_clmm_however_much_people_differ(name):
    r = R["ordinal"][name]
    X = np.eye(max(r["wave"]))[np.array(r["wave"]) - 1][:, 1:]
    fit = fit_ordinal(np.array(r["y"]), X, np.array(r["id"]))
    # clmm stops a little earlier than we do.
    assert [*fit.thresholds, *fit.beta] == pytest.approx(r["coef"], rel=5e-5, abs=5e-5)
    assert fit.se[:-1] == pytest.approx(r["se"], rel=2e-4)
    assert fit.sd == pytest.approx(r["sd"], abs=1e-4)
    assert fit.log_likelihood == pytest.approx(r["logLik"], abs=5e-6)
    assert fit.log_likelihood > r["logLik"] - 1e-9


def test_one_node_is_the_approximation_of_laplace(shared, stored, monkeypatch):
    monkeypatch.setattr(quadrature, "NODES", 1)
    rows, r = pd.read_csv(shared / "reference/data/wine.csv"), stored["wine_clmm_laplace"]
    X = np.column_stack([rows["temp"] == "warm", rows["contact"] == "yes"]).astype(float)
    people = rows["judge"].factorize()[0]
    fit = fit_ordinal(rows["rating"].factorize(sort=True)[0], X, people)
    assert [*fit.thresholds, *fit.beta] == pytest.approx(
        [one["Estimate"] for one in r["coef"]], rel=1e-4
    )
    assert fit.se[:-1] == pytest.approx([one["Std. Error"] for one in r["coef"]], rel=1e-4)
    assert fit.log_likelihood == pytest.approx(r["logLik"], abs=1e-5)
    assert fit.sd == pytest.approx(r["sd_judge"], rel=1e-4)


@pytest.mark.parametrize("name", R["scales"])
def test_scales_equal_psych_and_admissible_models_of_lavaan(name):
    r = R["scales"][name]
    wide = DataFrame(r["answers"], dtype=float).rename(columns=lambda place: f"i{place:02d}")
    row = one_row(wide)
    items = measure_items(keyed(wide), make_plan(wide.columns)).set_index("item").loc[wide.columns]
    assert row["alpha"] == pytest.approx(r["alpha"], rel=1e-10, abs=1e-12)
    assert [row["low"], row["high"]] == pytest.approx(r["feldt"], rel=1e-10)
    assert [*items["item_rest"]] == pytest.approx(r["item_rest"], rel=1e-10)
    if "omega" in r:
        assert [*items["alpha_if_dropped"]] == pytest.approx(r["dropped"], rel=1e-9)
        # lavaan stops a little earlier than we do.
        assert row["omega"] == pytest.approx(r["omega"], abs=2e-6)
        assert ("at its bound" in row["note"]) == r["at_bound"]


@pytest.mark.parametrize("name", R["leaving"])
def test_the_model_of_leaving_equals_brglm2_and_profiles_by_optim(name):
    r = R["leaving"][name]
    fit = fit_firth(np.array(r["y"], float), np.array(r["X"], float))
    places = range(1, len(fit.beta))
    assert fit.beta == pytest.approx(r["beta"], rel=1e-6)
    assert errors(fit.covariance) == pytest.approx(r["se"], rel=1e-6)
    assert [fit.chi2(place) for place in places] == pytest.approx(
        np.atleast_1d(r["chi2"]), rel=1e-6
    )
    assert np.array([fit.interval(place) for place in places]) == pytest.approx(
        np.array(r["ends"]), rel=1e-6
    )


@pytest.mark.parametrize("name", R["pairs"])
def test_paired_effects_equal_effectsize(name):
    r = R["pairs"][name]
    found = paired_effects(np.array(r["before"], float), np.array(r["after"], float))
    ours = [found[key] for key in ("d_z", "d_z_low", "d_z_high")]
    assert ours == pytest.approx(r["d_z"], abs=1e-6)
    assert ours[0] * hedges_factor(found["pairs"] - 1) == pytest.approx(r["g_z"], rel=1e-10)
    # Where all go one way, R has an interval without width and we have none.
    keys = ["rank_biserial", "rank_low", "rank_high"][: 3 if "rank_low" in found else 1]
    assert [found[key] for key in keys] == pytest.approx(r["rank"][: len(keys)], rel=1e-9)


@pytest.fixture(scope="module")
def stored(shared):
    return json.loads((shared / "reference" / "statistics.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("response", ["JSAT", "READY"])
def test_changes_by_the_total_spread_equal_eff_size_of_emmeans(shared, stored, response):
    rows = pd.read_csv(shared / "reference/data/partial3x3.csv").dropna(subset=[response])
    r = stored["partial3x3_eff_size_total_sd"]["values"][response]
    cell = rows.groupby(["region", "wave"]).ngroup().to_numpy()
    family = Grouped((rows.groupby("id").ngroup().to_numpy(),), ("participant", "residual"))
    fit = fit_reml(rows[response].to_numpy(), np.eye(9)[cell], family)
    total = float(fit.theta.sum())
    assert np.sqrt(total) == pytest.approx(r["sigma_total"], rel=1e-6)
    for region, name in enumerate(("R1", "R2", "R3")):
        change = np.eye(9)[3 * region + 2] - np.eye(9)[3 * region]
        found = Satterthwaite(fit).contrast(change)
        theirs = next(
            one
            for one in r["eff_size"]
            if (one["region"], one["contrast"]) == (name, "wave0 - wave2")
        )
        # emmeans gives the residual df to the spread, so its interval is not quite ours.
        d, low, high = standardise(found.estimate, found.se, found.df, total, 0.0)
        assert d == pytest.approx(-theirs["effect.size"], rel=1e-6)
        assert high - low == pytest.approx(theirs["upper.CL"] - theirs["lower.CL"], rel=0.02)


def test_paired_effects_of_a_real_survey_equal_effectsize(shared, stored):
    rows, r = pd.read_csv(shared / "reference/data/univbct.csv"), stored["effect_sizes"]
    wide = rows.pivot(index="id", columns="wave", values="JSAT")[[0, 2]].dropna().to_numpy()
    found = paired_effects(wide[:, 0], wide[:, 1])
    assert found["pairs"] == r["univbct_JSAT_n_pairs"]
    theirs = r["univbct_JSAT_t0_t2_paired_dz"][0]
    ours = [found["d_z"], found["d_z_low"], found["d_z_high"]]
    assert ours == pytest.approx(
        [theirs[key] for key in ("Cohens_d", "CI_low", "CI_high")], abs=1e-6
    )
    hedges = found["d_z"] * hedges_factor(found["pairs"] - 1)
    assert hedges == pytest.approx(r["univbct_JSAT_t0_t2_paired_gz"][0]["Hedges_g"], rel=1e-9)


@pytest.mark.parametrize(("method", "name"), [("holm", "holm"), ("fdr_bh", "BH")])
def test_p_values_are_adjusted_as_by_r(stored, method, name):
    r = stored["p_adjust"]
    assert multipletests(r["p"], method=method)[1] == pytest.approx(r[name], rel=1e-12)
