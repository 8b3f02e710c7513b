"""Promises about standardised effects, held against an independent program and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.learn.longitudinal.effects import (
    hedges_factor,
    noncentral_interval,
    paired_effects,
    standardise,
)

# R 4.2.2, effectsize 0.8.3: cohens_d, hedges_g and rank_biserial of (AFTER, BEFORE, paired = TRUE).
BEFORE = np.array([3.2, 2.8, 4.1, 3.9, 2.5, 3.3, 4.4, 3.0, 2.9, 3.6, 4.0, 3.1])
AFTER = np.array([3.9, 3.0, 4.1, 4.6, 3.1, 3.2, 4.8, 3.7, 2.9, 4.2, 4.5, 3.4])
R_D_Z = (1.2864702438386, 0.495446939136701, 2.04700469081616)
R_G_Z = 1.19636562349964
answers = st.lists(st.integers(1, 5), min_size=8, max_size=30)


def test_paired_effects_equal_those_of_effectsize():
    found = paired_effects(BEFORE, AFTER)
    ours = [found[key] for key in ("d_z", "d_z_low", "d_z_high")]
    assert ours == pytest.approx(R_D_Z, abs=1e-6)
    assert found["d_z"] * hedges_factor(11) == pytest.approx(R_G_Z, abs=1e-12)


def test_the_rank_biserial_correlation_is_kerbys_and_equals_pingouins():
    pingouin = pytest.importorskip("pingouin")
    found = paired_effects(BEFORE, AFTER)
    moved = np.round(AFTER - BEFORE, 9)
    theirs = pingouin.wilcoxon(moved)["RBC"].item()
    assert found["rank_biserial"] == pytest.approx(theirs, abs=1e-12)
    # Ten people moved; the one who fell has rank 1 of 1 to 10, so 54 of 55 ranks are up.
    assert found["rank_biserial"] == pytest.approx((54 - 1) / 55)


def test_the_average_of_two_spreads_and_its_interval_follow_their_formulas():
    found = paired_effects(BEFORE, AFTER)
    average = np.sqrt((BEFORE.var(ddof=1) + AFTER.var(ddof=1)) / 2)
    assert found["d_av"] == pytest.approx((AFTER - BEFORE).mean() / average)
    assert found["g_av"] == pytest.approx(found["d_av"] * hedges_factor(11))
    both = np.cov(BEFORE, AFTER)
    wide = 2 * (both[0, 0] + both[1, 1] - 2 * both[0, 1]) / (12 * (both[0, 0] + both[1, 1]))
    t = stats.ttest_rel(AFTER, BEFORE).statistic
    limits = [end * np.sqrt(wide) for end in noncentral_interval(t, 11)]
    assert [found["d_av_low"], found["d_av_high"]] == pytest.approx(limits)


def test_a_noncentral_interval_leaves_the_right_share_at_each_side():
    low, high = noncentral_interval(2.1, 14)
    assert stats.nct.sf(2.1, 14, low) == pytest.approx(0.025, abs=1e-8)
    assert stats.nct.cdf(2.1, 14, high) == pytest.approx(0.025, abs=1e-8)


@settings(max_examples=25)
@given(answers, st.randoms(use_true_random=False))
def test_reversing_the_waves_turns_every_effect_around(before, random):
    after = [min(5, max(1, one + random.choice((-1, 0, 1, 1)))) for one in before]
    one = paired_effects(np.array(before, float), np.array(after, float))
    other = paired_effects(np.array(after, float), np.array(before, float))
    assert {*one} == {*other}
    pairs = [("d_z", "d_z"), ("d_z_low", "d_z_high"), ("d_av_low", "d_av_high")]
    pairs += [("rank_biserial", "rank_biserial"), ("g_av", "g_av")]
    for here, there in pairs:
        if here in one:
            assert one[here] == pytest.approx(-other[there], abs=1e-6)


def test_people_who_all_move_the_same_have_no_paired_effect():
    assert {*paired_effects(BEFORE, BEFORE + 1)} == {"pairs", "change_in_pairs"}


def test_a_known_spread_only_rescales_a_change():
    d, low, high = standardise(0.6, 0.2, 30, 4.0, 0.0)
    reach = 0.2 * stats.t.ppf(0.975, 30)
    assert [d, low, high] == pytest.approx([0.3, (0.6 - reach) / 2, (0.6 + reach) / 2])
    assert standardise(0.6, 0.2, 30, 4.0, 1.0)[2] > high


def test_every_change_has_its_effect_and_those_in_points_come_first(tiny_findings):
    findings = tiny_findings
    effects = findings.rows("effects")
    changes = findings.rows("contrasts", kind="change", region=["north", "south"])
    assert [*effects["estimate"]] == pytest.approx([*changes["estimate"]])
    assert np.isfinite(effects[["d", "d_low", "d_high", "d_z", "g_av"]]).all(axis=None)
    fits = findings.rows("fits").set_index(["region", "scale"])
    columns = ["var_site", "var_site_wave", "var_participant", "var_residual"]
    total = fits[columns].sum(axis="columns")
    row = effects[effects["scale"] == "bond"].iloc[0]
    assert row["d"] == pytest.approx(row["estimate"] / np.sqrt(total[row["region"], "bond"]))
