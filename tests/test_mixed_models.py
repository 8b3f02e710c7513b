"""Mixed models that were kept back while the engine was written, against R.

`oracles/mixed.R` made the answers in `oracles/mixed.json`: unbalanced, crossed, nested and singular
random intercepts, few rows and few sites, and unstructured covariances with missing waves.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.measure.models import (
    Grouped,
    KenwardRoger,
    NoFitError,
    Satterthwaite,
    Unstructured,
    certify,
    certify_with_peer,
    fit_reml,
)

R = json.loads((Path(__file__).parent / "oracles" / "mixed.json").read_text())
METHODS = {"kr": KenwardRoger, "satterthwaite": Satterthwaite}


def design(entry):
    X = np.eye(max(entry["cell"]) + 1)[entry["cell"]]
    return X if entry.get("x") is None else np.column_stack([X, entry["x"]])


@pytest.fixture(scope="module", params=R["groups"])
def compared(request):
    entry = R["groups"][request.param]
    groups = {name: np.array(numbers) for name, numbers in entry["groups"].items()}
    family = Grouped((*groups.values(),), (*groups, "residual"))
    y, X = np.array(entry["y"], dtype=float), design(entry)
    fit = fit_reml(y, X, family)
    return fit, entry, certify_with_peer(fit, y, X, family)


def test_the_variances_and_the_criterion_equal_those_of_lme4(compared):
    fit, r, certificate = compared
    theirs = [r["variances"][name] for name in (*fit.names[:-1], "Residual")]
    assert fit.criterion == pytest.approx(r["criterion"], abs=1e-8)
    assert fit.theta == pytest.approx(theirs, rel=1e-5, abs=1e-6 * sum(theirs))
    assert certificate.is_sound, str(certificate)


@pytest.mark.parametrize("method", METHODS)
def test_every_estimate_error_and_df_equals_that_of_r(compared, method):
    fit, r, _ = compared
    inference = METHODS[method](fit)
    for weights, (estimate, se, df) in zip(np.eye(len(fit.beta)), r[method], strict=True):
        mine = inference.contrast(weights)
        assert mine.estimate == pytest.approx(estimate, abs=1e-6 * se)
        assert mine.se == pytest.approx(se, rel=1e-6)
        assert mine.df == pytest.approx(df, rel=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_every_f_test_equals_that_of_r_and_is_refused_where_its_f_is_negative(compared, method):
    fit, r, _ = compared
    p = len(fit.beta)
    several = [np.hstack([-np.ones((p - 1, 1)), np.eye(p - 1)]), np.eye(p)[:2]]
    for weights, (F, df, probability) in zip(several, r[f"{method}_F"], strict=False):
        if F < 0:
            with pytest.raises(NoFitError, match="variances"):
                METHODS[method](fit).F(weights)
            continue
        mine = METHODS[method](fit).F(weights)
        assert pytest.approx(F, rel=1e-5) == mine.F
        assert mine.df_within == pytest.approx(df, rel=1e-5)
        assert mine.p == pytest.approx(probability, rel=1e-4)


@pytest.mark.parametrize("entry", R["waves"].values(), ids=R["waves"])
def test_unstructured_covariances_with_missing_waves_equal_gls(entry):
    family = Unstructured(np.array(entry["participant"]), np.array(entry["wave"]))
    fit = fit_reml(np.array(entry["y"], dtype=float), design(entry), family)
    assert certify(fit).is_sound
    assert fit.criterion == pytest.approx(entry["gls"]["criterion"], abs=1e-7)
    rows = zip(entry["gls"]["estimates"], entry["satterthwaite"], strict=True)
    for weights, ((estimate, se), (_, _, df)) in zip(np.eye(len(fit.beta)), rows, strict=True):
        mine = Satterthwaite(fit).contrast(weights)
        assert mine.estimate == pytest.approx(estimate, abs=1e-5 * se)
        assert mine.se == pytest.approx(se, rel=1e-5)
        assert mine.df == pytest.approx(df, rel=1e-4)


@pytest.mark.parametrize("unit", [1e-8, 1e8])
def test_the_unit_of_the_answers_changes_no_df(unit):
    entry = R["groups"]["machines"]
    groups = tuple(np.array(numbers) for numbers in entry["groups"].values())
    family = Grouped(groups, (*entry["groups"], "residual"))
    y, X = np.array(entry["y"]), design(entry)
    one, other = (KenwardRoger(fit_reml(y * by, X, family)) for by in (1.0, unit))
    for weights in np.eye(X.shape[1]):
        mine, theirs = one.contrast(weights), other.contrast(weights)
        assert theirs.se == pytest.approx(mine.se * unit, rel=1e-8)
        assert theirs.df == pytest.approx(mine.df, rel=1e-8)
