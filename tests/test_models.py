"""The engine against independent programs: R's lme4, lmerTest, pbkrtest, emmeans and mmrm.

`../shared/reference/statistics.json` holds R's answers with the call that made each of them.
"""

import json

import numpy as np
import pandas as pd
import patsy
import pytest

from analysis.measure.models import (
    Grouped,
    Independent,
    KenwardRoger,
    NoFitError,
    Satterthwaite,
    Unstructured,
    certify,
    fit_reml,
)

# entry in statistics.json: data file, response, R's formula in patsy's words, groupings, precision
MODELS = {
    "sleepstudy_ri": ("sleepstudy", "Reaction", "Days", [["Subject"]], 1e-6),
    "ergostool_ri": ("ergostool", "effort", "Type", [["Subject"]], 1e-6),
    "partial3x3_JSAT": ("partial3x3", "JSAT", "region*C(wave)", [["id"]], 1e-6),
    "partial3x3_READY": ("partial3x3", "READY", "region*C(wave)", [["id"]], 1e-6),
    "orthodont_ri": (
        *("orthodont", "distance", "C(age)*C(Sex, Treatment('Male'))", [["Subject"]], 1e-6),
    ),
    "univbct_JSAT_ri": ("univbct", "JSAT", "C(wave)", [["id"]], 1e-6),
    "univbct_READY_ri": ("univbct", "READY", "C(wave)", [["id"]], 1e-6),
    "dietox3_ri": ("dietox3", "Weight", "Cu*C(wave)", [["Pig"]], 1e-6),
    "machines": ("machines", "score", "Machine", [["Worker"], ["Worker", "Machine"]], 1e-6),
    "pastes_nested": ("pastes", "strength", "1", [["batch", "cask"], ["batch"]], 1e-4),
    "penicillin_crossed": ("penicillin", "diameter", "1", [["plate"], ["sample"]], 1e-4),
    "dyestuff2_singular": ("dyestuff2", "Yield", "1", [["Batch"]], 1e-4),
}


def numbered(rows, keys):
    return rows.groupby(keys).ngroup().to_numpy()


@pytest.fixture(scope="module")
def stored(shared):
    return json.loads((shared / "reference" / "statistics.json").read_text())


def read(shared, name, response):
    rows = pd.read_csv(shared / "reference" / "data" / f"{name}.csv")
    return rows.dropna(subset=[response])


@pytest.fixture(scope="module", params=MODELS)
def compared(request, shared, stored):
    name, response, formula, groupings, precision = MODELS[request.param]
    rows = read(shared, name, response)
    design = np.asarray(patsy.dmatrix(formula, rows))
    names = (*(" ".join(keys) for keys in groupings), "residual")
    family = Grouped(tuple(numbered(rows, keys) for keys in groupings), names)
    fit = fit_reml(rows[response].to_numpy(dtype=float), design, family)
    return fit, stored[request.param], precision


def agrees(mine, theirs, precision):
    assert mine == pytest.approx(theirs, rel=precision, abs=1e-9)


@pytest.mark.parametrize("method", ["kr", "satt"])
def test_estimates_errors_and_df_equal_those_of_r(compared, method):
    fit, r, precision = compared
    inference = KenwardRoger(fit) if method == "kr" else Satterthwaite(fit)
    for weights, theirs in zip(np.eye(len(fit.beta)), r[f"fixed_{method}"], strict=True):
        mine = inference.contrast(weights)
        agrees(mine.estimate, theirs["Estimate"], precision)
        agrees(mine.se, theirs["Std. Error"], precision)
        agrees(mine.df, theirs["df"], precision)


def test_the_criterion_is_at_most_that_of_lme4(compared):
    fit, r, _ = compared
    assert fit.criterion <= r["REMLcrit"] + 1e-8


def test_the_fit_is_certified(compared):
    fit, _, _ = compared
    assert certify(fit).is_sound, str(certify(fit))


def test_a_variance_at_zero_stays_in_kenward_roger(shared):
    rows = read(shared, "dyestuff2", "Yield")
    family = Grouped((numbered(rows, ["Batch"]),), ("batch", "residual"))
    fit = fit_reml(rows["Yield"].to_numpy(), np.ones((len(rows), 1)), family)
    assert fit.at_zero == (True, False)
    assert KenwardRoger(fit).contrast(np.ones(1)).df == pytest.approx(5, rel=1e-6)


@pytest.mark.parametrize("response", ["JSAT", "READY"])
def test_an_unstructured_covariance_equals_mmrm(shared, stored, response):
    rows = read(shared, "partial3x3", response)
    design = np.asarray(patsy.dmatrix("region*C(wave)", rows))
    family = Unstructured(numbered(rows, ["id"]), numbered(rows, ["wave"]))
    fit = fit_reml(rows[response].to_numpy(), design, family)
    assert certify(fit).is_sound
    theirs = stored[f"partial3x3_{response}_mmrm_Satterthwaite"]["coef"]
    for weights, row in zip(np.eye(design.shape[1]), theirs, strict=True):
        mine = Satterthwaite(fit).contrast(weights)
        agrees(mine.estimate, row["Estimate"], 1e-4)
        agrees(mine.se, row["Std. Error"], 1e-4)
        agrees(mine.df, row["df"], 1e-3)


def draw(people=30, waves=3, sites=5, seed=3):
    generator = np.random.default_rng(seed)
    participant = np.repeat(np.arange(people), waves)
    wave = np.tile(np.arange(waves), people)
    site = participant % sites
    y = generator.normal(size=people)[participant] + generator.normal(size=people * waves)
    return y, np.eye(waves)[wave], participant, site, site * waves + wave


def test_the_small_formulas_equal_those_with_whole_matrices():
    y, X, participant, site, moment = draw()
    family = Grouped((participant, site, moment), ("participant", "site", "moment", "residual"))
    theta = np.array([0.7, 0.3, 0.2, 1.1])
    solved = family.at(theta)
    Z = [np.eye(group.max() + 1)[group] for group in family.groups]
    parts = [*(one @ one.T for one in Z), np.eye(len(y))]
    V = sum(value * part for value, part in zip(theta, parts, strict=True))
    inverse = np.linalg.inv(V)
    assert solved.logdet == pytest.approx(np.linalg.slogdet(V)[1])
    assert np.allclose(solved.solve(X), inverse @ X)
    assert np.allclose(solved.traces(), [np.trace(inverse @ part) for part in parts])
    products = [[np.trace(inverse @ a @ inverse @ b) for b in parts] for a in parts]
    assert np.allclose(solved.products(), products)


def test_complete_pairs_give_the_paired_t_test():
    y, X, participant, _, _ = draw(waves=2)
    fit = fit_reml(y, X, Grouped((participant,), ("participant", "residual")))
    change = KenwardRoger(fit).contrast(np.array([-1.0, 1.0]))
    pairs = y.reshape(-1, 2)
    gained = pairs[:, 1] - pairs[:, 0]
    assert change.estimate == pytest.approx(gained.mean())
    if not any(fit.at_zero):
        assert change.se == pytest.approx(gained.std(ddof=1) / np.sqrt(len(gained)))
        assert change.df == pytest.approx(len(gained) - 1)


def test_independent_rows_give_ordinary_least_squares():
    y, X, *_ = draw()
    fit = fit_reml(y, X, Independent(len(y)))
    mean = KenwardRoger(fit).contrast(np.array([1.0, 0, 0]))
    assert mean.df == pytest.approx(len(y) - 3)
    assert mean.estimate == pytest.approx(y[::3].mean())


def test_the_order_of_rows_and_groupings_changes_nothing():
    y, X, participant, site, _ = draw()
    one = fit_reml(y, X, Grouped((participant, site), ("participant", "site", "residual")))
    order = np.random.default_rng(5).permutation(len(y))
    groups = (site[order], participant[order])
    other = fit_reml(y[order], X[order], Grouped(groups, ("site", "participant", "residual")))
    assert np.allclose(one.beta, other.beta)
    assert one.theta[[1, 0, 2]] == pytest.approx(other.theta, rel=1e-6, abs=1e-9)


def test_an_f_test_of_one_contrast_is_its_t_squared():
    y, X, participant, site, _ = draw()
    fit = fit_reml(y, X, Grouped((participant, site), ("participant", "site", "residual")))
    weights = np.array([-1.0, 1.0, 0.0])
    for inference in (KenwardRoger(fit), Satterthwaite(fit)):
        test, contrast = inference.F(weights[None, :]), inference.contrast(weights)
        assert pytest.approx(contrast.t**2) == test.F
        assert test.df_within == pytest.approx(contrast.df)


@pytest.mark.parametrize(
    ("y", "because"),
    [(np.full(90, 3.0), "the same"), (np.arange(2.0), "too few rows")],
)
def test_what_cannot_be_estimated_is_refused_in_words(y, because):
    _, X, participant, _, _ = draw()
    family = Grouped((participant[: len(y)],), ("participant", "residual"))
    with pytest.raises(NoFitError, match=because):
        fit_reml(y, X[: len(y)], family)


@pytest.mark.parametrize("term", ["anova3_satt", "anova3_kr"])
def test_f_tests_of_several_contrasts_equal_those_of_r(shared, stored, term):
    rows = read(shared, "partial3x3", "JSAT")
    cell = numbered(rows, ["region", "wave"])
    family = Grouped((numbered(rows, ["id"]),), ("participant", "residual"))
    fit = fit_reml(rows["JSAT"].to_numpy(), np.eye(9)[cell], family)
    inference = KenwardRoger(fit) if term.endswith("kr") else Satterthwaite(fit)
    step = np.array([[-1.0, 1, 0], [-1, 0, 1]])
    mean = np.full((1, 3), 1 / 3)
    weights = {"region": np.kron(step, mean), "wave": np.kron(mean, step)}
    weights["region:wave"] = np.kron(step, step)
    for row in stored["partial3x3_JSAT"][term]:
        test = inference.F(weights[row["_row"]])
        agrees(test.F, row["F value"], 1e-5)
        agrees(test.df_within, row["DenDF"], 1e-5)
        agrees(test.p, row["Pr(>F)"], 1e-5)


def test_two_sites_give_few_degrees_of_freedom_and_never_a_warning():
    y, X, participant, site, _ = draw(people=18, waves=2, sites=2)
    family = Grouped((participant, site), ("participant", "site", "residual"))
    inference = KenwardRoger(fit_reml(y, X, family))
    mean = inference.contrast(np.array([1.0, 0.0]))
    assert 0 < mean.df < 40
    try:
        assert inference.F(np.eye(2)).df_within > 0
    except NoFitError as refusal:
        assert "variances" in str(refusal)
