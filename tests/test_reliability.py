"""Promises about the items of a scale: what psych and lavaan say, and what arithmetic demands."""

import json

import numpy as np
import pandas as pd
import pytest
from pandas import DataFrame

from analysis.measure.reliability import (
    count_answers,
    describe_items,
    feldt_interval,
    measure_drift,
    measure_items,
    measure_reliability,
)
from analysis.measure.reliability.coefficients import correlation_interval, measure_omega
from analysis.measure.reliability.onefactor import fit_one_factor
from analysis.plan.study import Composite, Plan

LETTERS = {"agree": "A", "consc": "C", "extra": "E", "neuro": "N", "open": "O"}
REVERSED = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
ORACLES = [f"bfi_{name}" for name in LETTERS]
ORACLES += [f"bfi40_{name}" for name in LETTERS if name != "consc"]
SIX_DIGITS = {"rel": 0, "abs": 5e-7}
EXACT = {"rel": 1e-10, "abs": 1e-12}
NAMES = {"nl": "x", "en": "x"}


def make_plan(items, *, span=(1, 6), composite=None, waves=("first", "last")) -> Plan:
    """Plan one scale of these items, and perhaps a composite of more scales."""
    scales = {"scale": {"label": NAMES, "items": [*items], "range": span}}
    for name in composite or ():
        scales[name] = {"label": NAMES, "items": [f"{name}1"], "range": span}
    composites = {"whole": {"label": NAMES, "of": [*composite]}} if composite else {}
    named = {wave: {"label": NAMES} for wave in waves}
    return Plan.model_validate(
        {
            "label": NAMES,
            "waves": named,
            "scales": scales,
            "composites": composites,
            "seed": 5,
        }
    )


def keyed(wide: DataFrame, wave: str = "first", region: str = "north") -> DataFrame:
    """Turn one row per person into one row per person and item."""
    named = wide.assign(region=region, wave=wave, participant=[f"p{n:05d}" for n in wide.index])
    long = named.melt(["region", "wave", "participant"], var_name="item", value_name="keyed")
    return long.assign(kind="answered", answer=long["keyed"])


def no_scores() -> DataFrame:
    return DataFrame(columns=["region", "wave", "participant", "scale", "score", "answered"])


def one_row(wide: DataFrame) -> pd.Series:
    """Measure one scale of all columns."""
    rows = measure_reliability(keyed(wide), no_scores(), make_plan(wide.columns))
    return rows.iloc[0]


def draw(people: int = 40, items: int = 4, seed: int = 1) -> DataFrame:
    """Draw answers to items that share one factor."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(people, 1)) + rng.normal(0, 0.9, (people, items))
    answers = np.clip(np.rint(3.5 + latent), 1, 6)
    return DataFrame(answers, columns=[f"i{n}" for n in range(1, items + 1)])


@pytest.fixture(scope="session")
def oracle(shared):
    """Give the answers of one bfi entry, keyed, and what R says of them."""
    said = json.loads((shared / "reference/statistics.json").read_text(encoding="utf-8"))
    everyone = pd.read_csv(shared / "reference/data/bfi.csv")

    def find(entry):
        items = [f"{LETTERS[entry.split('_')[1]]}{n}" for n in range(1, 6)]
        small = shared / f"reference/data/{entry}.csv"
        if small.exists():  # stored after keying
            return pd.read_csv(small)[items].astype(float), said[entry]
        wide = everyone[items].astype(float).dropna(ignore_index=True)
        turned = [item for item in items if item in REVERSED]
        wide[turned] = 7 - wide[turned]
        return wide, said[entry]

    return find


@pytest.mark.parametrize("entry", ORACLES)
def test_alpha_and_its_interval_equal_psych(oracle, entry):
    wide, said = oracle(entry)
    row = one_row(wide)
    assert (row["n"], row["items"]) == (said["n"], said["k"])
    assert row["alpha"] == pytest.approx(said["alpha"], **EXACT)
    assert [row["low"], row["high"]] == pytest.approx(said["alpha_ci_feldt"], **EXACT)


@pytest.mark.parametrize("entry", ORACLES)
def test_omega_and_loadings_equal_lavaan(oracle, entry):
    wide, said = oracle(entry)
    assert one_row(wide)["omega"] == pytest.approx(said["omega_cfa_cov_ml"], **SIX_DIGITS)
    fitted = fit_one_factor(wide.cov(ddof=0).to_numpy()[None])
    # lavaan stops a little earlier than we do; loadings are in the units of the answers.
    assert np.abs(fitted.loadings[0]) == pytest.approx(said["loadings_cov"], rel=0, abs=2e-6)
    assert fitted.found[0]
    assert not fitted.at_bound[0]


@pytest.mark.parametrize("entry", ORACLES)
def test_item_rest_and_alpha_if_dropped_equal_psych(oracle, entry):
    wide, said = oracle(entry)
    rows = measure_items(keyed(wide), make_plan(wide.columns)).set_index("item")
    for item in said["item_total"]:
        assert rows.loc[item["item"], "item_rest"] == pytest.approx(item["r.drop"], **EXACT)
    for item, alpha in said["alpha_drop"]:
        assert rows.loc[item, "alpha_if_dropped"] == pytest.approx(float(alpha), **EXACT)


@pytest.mark.parametrize("entry", ["bfi_agree", "bfi_extra", "bfi_neuro", "bfi40_neuro"])
def test_the_bootstrap_of_omega_is_about_as_wide_as_the_delta_method(oracle, entry):
    wide, said = oracle(entry)
    row = one_row(wide)
    low, high = said["omega_ci_wald"]
    assert row["omega_low"] < row["omega"] < row["omega_high"]
    assert 0.75 < (row["omega_high"] - row["omega_low"]) / (high - low) < 1.33


def test_three_items_have_the_omega_of_their_triads():
    loadings, errors = np.array([0.9, 1.2, 0.6]), np.array([0.5, 0.3, 0.8])
    model = np.outer(loadings, loadings) + np.diag(errors)
    fitted = fit_one_factor(model[None])
    assert fitted.omega[0] == pytest.approx(2.7**2 / (2.7**2 + 1.6), **EXACT)


@pytest.mark.parametrize("items", [4, 6, 10])
def test_a_model_that_is_true_is_found(items):
    rng = np.random.default_rng(items)
    loadings, errors = rng.uniform(0.3, 1.2, items), rng.uniform(0.2, 2, items)
    model = np.outer(loadings, loadings) + np.diag(errors)
    fitted = fit_one_factor(model[None])
    assert np.abs(fitted.loadings[0]) == pytest.approx(loadings, abs=1e-7)
    assert fitted.errors[0] == pytest.approx(errors, abs=1e-7)


def test_an_error_variance_never_falls_below_zero():
    correlations = np.array([[1, 0.8, 0.7], [0.8, 1, 0.2], [0.7, 0.2, 1]])
    fitted = fit_one_factor(correlations[None])
    assert fitted.at_bound[0]
    assert fitted.errors.min() == 0
    assert fitted.loadings[0] == pytest.approx([1, 0.8, 0.7])


def test_unrelated_items_have_no_factor_rather_than_any():
    fitted = fit_one_factor(np.eye(4)[None])
    assert not fitted.found[0]
    assert np.isnan(fitted.omega[0])


def test_a_fit_among_many_is_the_fit_alone():
    tables = [draw(seed=seed, people=25, items=5).cov().to_numpy() for seed in range(6)]
    together = fit_one_factor(np.array(tables)).omega
    alone = [fit_one_factor(table[None]).omega[0] for table in tables]
    assert together == pytest.approx(alone, **EXACT)


@pytest.mark.parametrize("items", [3, 4, 5])
def test_order_of_items_and_a_constant_change_nothing(items):
    wide = draw(items=items)
    before = one_row(wide)
    turned, shifted = one_row(wide[wide.columns[::-1]]), one_row(wide + 3)
    for name in ("alpha", "low", "high", "omega", "omega_low", "omega_high"):
        assert turned[name] == pytest.approx(before[name], abs=1e-8)
        assert shifted[name] == pytest.approx(before[name], abs=1e-8)


def test_order_of_rows_changes_nothing():
    answers, plan = keyed(draw()), make_plan(["i1", "i2", "i3", "i4"])
    mixed = answers.sample(frac=1, random_state=4)
    for measure in (measure_items, lambda a, p: measure_reliability(a, no_scores(), p)):
        pd.testing.assert_frame_equal(measure(answers, plan), measure(mixed, plan))


def test_another_region_changes_nothing_about_this_one():
    answers, plan = keyed(draw()), make_plan(["i1", "i2", "i3", "i4"])
    both = pd.concat([keyed(draw(seed=2), region="a-new-one"), answers])
    alone = measure_reliability(answers, no_scores(), plan)
    together = measure_reliability(both, no_scores(), plan).query("region == 'north'")
    pd.testing.assert_frame_equal(alone, together.reset_index(drop=True))


def test_the_same_seed_gives_the_same_interval():
    wide = draw()
    assert measure_omega(wide, 3) == measure_omega(wide, 3)
    assert measure_omega(wide, 3).low != measure_omega(wide, 4).low


def test_two_items_have_spearman_brown_and_no_omega():
    wide = DataFrame({"i1": [1.0, 2, 3, 4, 5, 6, 2, 5], "i2": [2.0, 1, 3, 5, 4, 6, 3, 3]})
    row = one_row(wide)
    together = wide["i1"].corr(wide["i2"])
    assert row["spearman_brown"] == pytest.approx(2 * together / (1 + together), **EXACT)
    assert np.isnan(row["omega"])
    assert "omega needs three items" in row["note"]


def test_equal_spread_makes_spearman_brown_alpha():
    wide = DataFrame({"i1": [1.0, 2, 3, 4, 5, 6], "i2": [2.0, 1, 3, 5, 4, 6]})
    row = one_row(wide)
    assert row["spearman_brown"] == pytest.approx(row["alpha"], **EXACT)


@pytest.mark.parametrize(
    ("wide", "reason"),
    [
        (draw(items=1), "the scale has one item"),
        (draw(people=4), "4 people answered every item"),
        (draw() * 0 + 3, "all people scored the same"),
    ],
)
def test_what_cannot_be_computed_says_why(wide, reason):
    row = one_row(wide)
    assert row["note"] == f"not computable, because {reason}"
    assert row[["alpha", "low", "high", "omega", "omega_low", "omega_high"]].isna().all()


def test_an_item_that_everybody_answers_the_same_has_no_omega_but_a_reason():
    row = one_row(draw().assign(i2=4.0))
    assert row["note"] == "omega not computable, because all people answered i2 the same"
    assert np.isfinite(row["alpha"])
    rows = measure_items(keyed(draw().assign(i2=4.0)), make_plan(["i1", "i2", "i3", "i4"]))
    told = rows.set_index("item").loc["i2"]
    assert np.isnan(told["item_rest"])
    assert "not computable, because" in told["note"]


@pytest.mark.parametrize(
    ("people", "remark"),
    [
        (7, "fewer than 10 people: described only; omega not computable"),
        (12, "fewer than 15 people"),
        (16, "the interval of omega is rather too narrow"),
        (30, ""),
    ],
)
def test_small_groups_are_described_or_flagged(people, remark):
    row = one_row(draw(people=people, items=5, seed=8))
    assert row["note"].startswith(remark)
    assert row["low"] < row["alpha"] < row["high"]
    assert np.isfinite(row["omega_low"]) == np.isfinite(row["omega"]) == (people >= 10)


def test_a_model_of_as_many_items_as_people_is_refused():
    row = one_row(draw(people=12, items=12))
    assert np.isnan(row["omega"])
    assert "because there are not more people than items" in row["note"]


def test_people_with_a_gap_are_left_out_of_their_scale_only():
    wide = draw()
    wide.loc[:4, "i2"] = np.nan
    row = one_row(wide)
    assert row["n"] == 35
    assert row["alpha"] == pytest.approx(one_row(wide.dropna())["alpha"], **EXACT)


def test_a_composite_is_measured_over_its_scales():
    plan = make_plan(["i1", "i2"], composite=["one", "two", "three"])
    assert isinstance(plan.measures["whole"], Composite)
    wide = draw(items=3).set_axis(["one", "two", "three"], axis="columns")
    scores = keyed(wide).rename(columns={"item": "scale", "keyed": "score"})
    items = wide.add_suffix("1").assign(i1=wide["one"], i2=wide["two"])
    row = measure_reliability(keyed(items), scores, plan).set_index("scale").loc["whole"]
    alone = one_row(wide)
    assert (row["family"], row["items"]) == ("composite", 3)
    assert [row["alpha"], row["omega"]] == pytest.approx([alone["alpha"], alone["omega"]], **EXACT)


def test_an_item_that_was_not_turned_raises_the_alarm():
    wide = draw()
    wide["i3"] = 7 - wide["i3"]
    rows = measure_items(keyed(wide), make_plan(wide.columns)).set_index("item")
    assert "reversed" in rows.loc["i3", "alarm"].split()
    assert "runs against the rest (n = 40)" in rows.loc["i3", "note"]
    assert not rows.drop(index="i3")["alarm"].str.contains("reversed").any()


def test_a_question_that_may_run_against_the_rest_by_chance_says_so():
    rng = np.random.default_rng(4)
    for people, includes_zero in ((12, True), (400, False)):
        wide = DataFrame(rng.normal(size=(people, 3)), columns=["i1", "i2", "i3"])
        wide["i1"] -= 0.3 * (wide["i2"] + wide["i3"])
        rows = measure_items(keyed(wide), make_plan(wide.columns)).set_index("item")
        row = rows.loc["i1"]
        assert row["alarm"] == "reversed" and (row["high"] >= 0) == includes_zero
        assert ("includes zero" in row["note"]) == includes_zero


@pytest.mark.parametrize(("people", "shown"), [(4, False), (5, True)])
def test_fewer_than_five_answers_have_an_n_and_no_other_number(people, shown):
    wide = DataFrame({"i1": [1.0, 6, 3, 4, 2][:people]})
    plan = make_plan(wide.columns)
    item = describe_items(keyed(wide), plan).iloc[0]
    numbers = ["mean", "sd", "at_lowest", "at_highest", "dont_know", "missing"]
    assert item["n"] == people and item[numbers].notna().all() == shown
    assert item[numbers].isna().all() == (not shown)
    answers = count_answers(keyed(wide), plan)
    assert (answers["n"] == people).all() and answers["people"].notna().all() == shown
    notes = {item["note"], *answers["note"]}
    assert notes == ({""} if shown else {"fewer than 5 answers"})


def test_many_who_did_not_know_are_counted_beside_few_answers():
    wide = DataFrame({"i1": [1.0, 6, 3, *[np.nan] * 9]})
    long = keyed(wide).assign(kind=["answered"] * 3 + ["dont_know"] * 9)
    plan = make_plan(wide.columns)
    item = describe_items(long, plan).iloc[0]
    assert (item["n"], item["dont_know"]) == (3, 9) and np.isnan(item["mean"])
    people = count_answers(long, plan).set_index("answer")["people"]
    assert people["dont_know"] == 9 and people.drop("dont_know").isna().all()


def test_an_item_that_has_nothing_to_do_with_the_rest_is_not_reversed():
    """Zero on paper may be less than zero by rounding."""
    rest = [1.0, 2, 3, 4, 5, 6]
    for third in (rest, [one / 3 for one in rest], [one / 7 for one in rest]):
        wide = DataFrame({"i1": [2.3, 1.9, 2.1, 2.1, 1.9, 2.3], "i2": rest, "i3": third})
        rows = measure_items(keyed(wide), make_plan(wide.columns)).set_index("item")
        assert rows.loc["i1", "item_rest"] == pytest.approx(0, abs=1e-12)
        assert rows.loc["i1", "alarm"] == ""


def test_two_items_that_are_exact_opposites_raise_the_alarm():
    wide = DataFrame({"i1": [1.0, 2, 3, 4, 5, 6]}).assign(i2=lambda rows: 7 - rows["i1"])
    rows = measure_items(keyed(wide), make_plan(wide.columns))
    assert rows["alarm"].tolist() == ["reversed", "reversed"]
    assert rows["item_rest"].tolist() == pytest.approx([-1, -1])
    assert one_row(wide)["note"] == "not computable, because all people scored the same"


@pytest.mark.parametrize(("there", "alarm"), [(2, ""), (3, "ceiling")])
def test_fifteen_percent_at_the_highest_answer_is_a_ceiling(there, alarm):
    rng = np.random.default_rng(2)
    wide = DataFrame(rng.integers(2, 6, (20, 3)), columns=["i1", "i2", "i3"]).astype(float)
    wide.loc[: there - 1, "i1"] = 6
    rows = measure_items(keyed(wide), make_plan(wide.columns)).set_index("item")
    assert rows.loc["i1", "alarm"].replace("reversed", "").strip() == alarm
    assert (f"{there} of 20 at the ceiling" in rows.loc["i1", "note"]) == bool(alarm)


def test_one_of_a_few_people_at_an_end_is_no_alarm():
    rows = measure_items(keyed(draw(people=9) * 0 + 6), make_plan(["i1", "i2", "i3", "i4"]))
    assert not rows["alarm"].any()


def test_dropping_the_item_that_disagrees_raises_alpha():
    wide = draw().assign(i4=lambda rows: 7 - rows["i4"])
    rows = measure_items(keyed(wide), make_plan(wide.columns)).set_index("item")
    assert rows["alpha_if_dropped"].idxmax() == "i4"
    rest = one_row(wide.drop(columns="i4"))
    assert rows.loc["i4", "alpha_if_dropped"] == pytest.approx(rest["alpha"], **EXACT)


def test_the_interval_of_a_correlation_is_that_of_cor_test():
    # R: cor.test of r = 0.5, n = 30: 0.1704 to 0.7289.
    assert correlation_interval(0.5, 30) == pytest.approx((0.1704317, 0.7289586), abs=1e-6)
    assert np.isnan(correlation_interval(0.5, 3)).all()
    assert np.isnan(correlation_interval(1.0, 30)).all()


def test_the_interval_of_alpha_holds_alpha():
    low, high = feldt_interval(0.7, 30, 3)
    assert low < 0.7 < high < 1


def drifting(moves: dict[str, float], people: int = 30) -> tuple[DataFrame, Plan]:
    """Answer at two waves, each item moving by so much, with a little noise."""
    first, noise = draw(people, len(moves)), np.random.default_rng(9)
    last = first + [*moves.values()] + noise.normal(0, 0.1, first.shape)
    answers = pd.concat([keyed(first), keyed(last, "last")], ignore_index=True)
    return answers, make_plan(moves)


def test_an_item_that_alone_moves_drifts():
    answers, plan = drifting({"i1": 2.0, "i2": 0.0, "i3": 0.0, "i4": 0.0})
    rows = measure_drift(answers, plan).set_index("item")
    assert rows.loc["i1", "alarm"] == "drift"
    assert rows.loc["i1", "change"] == pytest.approx(0.5, abs=0.05)
    assert rows.loc["i1", "change_without"] == pytest.approx(0, abs=0.05)
    assert rows.loc["i1", "evidence_id"] == "drift/north/i1/first-last"


def test_items_that_move_together_do_not_drift():
    answers, plan = drifting({"i1": 0.5, "i2": 0.5, "i3": 0.5})
    rows = measure_drift(answers, plan)
    assert not rows["alarm"].any()
    assert rows["shift"].sum() == pytest.approx(0, abs=1e-12)


def test_answers_that_stay_as_they_were_do_not_drift():
    still = draw()
    answers = pd.concat([keyed(still), keyed(still, "last")], ignore_index=True)
    rows = measure_drift(answers, make_plan(still.columns))
    assert not rows["alarm"].any()
    assert rows[["change", "shift", "low", "high"]].eq(0).all(axis=None)


def test_reversing_the_waves_negates_the_shift():
    answers, plan = drifting({"i1": 0.9, "i2": 0.1, "i3": 0.3})
    turned = answers.assign(wave=answers["wave"].map({"first": "last", "last": "first"}))
    rows, mirrored = measure_drift(answers, plan), measure_drift(turned, plan)
    assert mirrored["shift"].tolist() == pytest.approx((-rows["shift"]).tolist())
    assert mirrored["low"].tolist() == pytest.approx((-rows["high"]).tolist())


def test_drift_is_not_judged_for_one_item_or_fewer_than_five_people():
    answers, plan = drifting({"i1": 0.5})
    assert "the scale has one item" in measure_drift(answers, plan)["note"].item()
    answers, plan = drifting({"i1": 2.0, "i2": 0.0}, people=4)
    rows = measure_drift(answers, plan)
    assert rows["note"].str.startswith("not computable, because 4 people").all()
    assert rows[["change", "shift"]].isna().all(axis=None)


def test_a_region_with_one_wave_has_no_drift():
    assert measure_drift(keyed(draw()), make_plan(["i1", "i2", "i3", "i4"])).empty
