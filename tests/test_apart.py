"""Promises about regions apart: a region rests on its own data, and equals lme4 fitted to it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame, testing
from scipy import linalg
from tiny_study import REGION, lay_out_tiny_study, survey, write

from analysis import narrative
from analysis.findings import open_findings, prepare
from analysis.learn.longitudinal import compare_waves
from analysis.measure.apart import RegionModels, left_out
from analysis.measure.cells import CellMeans
from analysis.measure.models import KenwardRoger, NoFitError, PartlyShared, fit_reml
from analysis.tell.disclosure import gate

ORACLE = json.loads((Path(__file__).parent / "oracles" / "region_models.json").read_text())
WAVES = ("t0", "t1", "t2")


def drawn(seed, *, sites=(6, 4, 5), people=30, apart=0.2, waves=WAVES):
    """Draw scores of several regions, in which sites move apart by so much."""
    generator = np.random.default_rng(seed)
    rows = []
    for number, count in enumerate(sites):
        level, moved = generator.normal(0, 0.3, count), generator.normal(0, apart, (count, 3))
        for person in range(people):
            own = generator.normal(0, 0.5)
            for wave, name in enumerate(waves):
                if generator.random() < 0.75:
                    at = person % count
                    score = 3 + level[at] + moved[at, wave] + own + generator.normal(0, 0.4)
                    rows.append((f"r{number}", name, f"p{person}", f"s{at}", score + 0.2 * wave))
    return DataFrame(rows, columns=["region", "wave", "participant", "site", "score"])


def change(region, start=WAVES[0], end=WAVES[-1]):
    return {(region, end): 1.0, (region, start): -1.0}


# Against R.


@pytest.fixture(scope="module")
def companies(shared):
    rows = pd.read_csv(shared / "reference" / "data" / "univbct.csv")
    rows = rows[rows["BTN"].notna()]
    keyed = DataFrame(
        {
            "region": rows["company"],
            "wave": rows["wave"].astype(str),
            "participant": rows["id"].astype(str),
            "site": rows["BTN"].astype(str),
        }
    )
    return {name: RegionModels.of(keyed.assign(score=rows[name])) for name in ("JSAT", "READY")}


@pytest.mark.parametrize("r", ORACLE["fits"], ids=lambda r: f"{r['scale']} {r['company']}")
def test_the_model_of_a_region_equals_lme4_fitted_to_that_region(companies, r):
    models = companies[r["scale"]]
    part = models.parts[r["company"]]
    names = {"moment": "site x wave", "id": "participant", "Residual": "residual"}
    wanted = dict(zip(r["terms"], r["variances"], strict=True))
    wanted = {names.get(name, name): value for name, value in wanted.items()}
    assert dict(zip(part.fit.names, part.fit.theta, strict=True)) == pytest.approx(
        wanted, rel=1e-3, abs=1e-5
    )
    assert part.fit.criterion <= r["criterion"] + 1e-6
    for row in r["pairs"]:
        end, start = (name.removeprefix("wave") for name in row["contrast"].split(" - "))
        ours, _ = models.contrast(change(r["company"], start, end))
        assert ours.estimate == pytest.approx(row["estimate"], abs=1e-4 * row["SE"])
        assert ours.se == pytest.approx(row["SE"], rel=1e-4)
        assert ours.df == pytest.approx(row["df"], rel=2e-3)


# Side by side.


@pytest.mark.parametrize("seed", range(4))
def test_a_difference_between_regions_is_that_of_the_block_diagonal_model(seed):
    """The whole is fitted as one model in which no variance is shared."""
    scores = drawn(seed)
    whole = CellMeans.of(scores, ("site", "participant"))
    groups = {name: whole.numbers(name) for name in ("site", "participant")}
    family = PartlyShared.of([*whole.scores["region"]], groups, ())
    together = KenwardRoger(fit_reml(whole.y, whole.X, family))
    parts = {
        str(region): CellMeans.of(rows, ("site", "participant"))
        for region, rows in scores.groupby("region")
    }
    models = RegionModels(parts, dict.fromkeys(parts, ""))
    signs = {**change("r1"), **{cell: -sign for cell, sign in change("r0").items()}}
    ours, theirs = models.contrast(signs)[0], together.contrast(whole.weights(signs))
    assert (ours.estimate, ours.se, ours.df) == pytest.approx(
        (theirs.estimate, theirs.se, theirs.df), rel=1e-5
    )
    several = [
        {("r1", wave): 1.0, ("r0", wave): -1.0, ("r1", "t0"): -1.0, ("r0", "t0"): 1.0}
        for wave in WAVES[1:]
    ]
    test = together.F(np.array([whole.weights(one) for one in several]))
    assert pytest.approx(test.F, rel=1e-5) == models.joint_test(several).F
    assert models.joint_test(several).df_within == pytest.approx(test.df_within, rel=1e-4)


def test_a_difference_has_welch_and_satterthwaites_df():
    models = RegionModels.of(drawn(3))
    one, other = (models.contrast(change(region))[1] for region in ("r0", "r1"))
    signs = {**change("r1"), **{cell: -sign for cell, sign in change("r0").items()}}
    both = models.contrast(signs)[1]
    variances = [one.se**2, other.se**2]
    expected = sum(variances) ** 2 / (variances[0] ** 2 / one.df + variances[1] ** 2 / other.df)
    assert both.df == pytest.approx(expected)
    assert both.se == pytest.approx(np.sqrt(sum(variances)))


# What a design cannot serve.


def test_sites_that_do_not_move_apart_have_no_term_for_it():
    found = {
        left_out(part)
        for seed in range(6)
        for part in RegionModels.of(drawn(seed, apart=0.0)).parts.values()
    }
    assert ("site x wave",) in found
    for seed in range(6):
        for part in RegionModels.of(drawn(seed, apart=0.0)).parts.values():
            at_zero = dict(zip(part.fit.names, part.fit.at_zero, strict=True))
            assert not at_zero.get("site x wave")


@pytest.mark.parametrize("sites", [(5, 1, 1), (2, 2, 2), (1, 1, 1)])
@pytest.mark.parametrize("seed", range(5))
def test_no_interval_is_wider_than_the_scale(seed, sites):
    models = RegionModels.of(drawn(seed, sites=sites, people=20), 4.0)
    for region in models.parts:
        for start, end in (("t0", "t1"), ("t0", "t2"), ("t1", "t2")):
            try:
                found, _ = models.contrast(change(region, start, end))
            except NoFitError:
                continue
            low, high = found.interval()
            assert found.df >= 2
            assert high - low <= 4


@pytest.mark.parametrize("seed", range(5))
def test_sites_of_very_unequal_size_give_no_absurd_interval(seed):
    scores = drawn(seed, sites=(2,), people=23)
    lopsided = scores.assign(
        site=np.where(scores["participant"].isin(["p0", "p1"]), "small", "large")
    )
    found, _ = RegionModels.of(lopsided, 4.0).contrast(change("r0"))
    low, high = found.interval()
    assert high - low < 4


def test_a_change_resting_on_few_sites_is_flagged(tmp_path):
    scores = drawn(1, sites=(3, 7)).assign(scale="s")
    plan = prepare(lay_out_tiny_study(tmp_path)).study.plan
    plan = plan.model_copy(update={"waves": dict.fromkeys(WAVES, plan.waves["first"])})
    scores = scores.assign(scale="honesty")
    sites = scores[["region", "wave", "participant", "site"]].assign(role="")
    found = compare_waves(scores.drop(columns="site"), sites, plan)["contrasts"]
    own = found[(found["kind"] == "change") & (found["scale"] == "honesty")]
    few = own["note"].str.contains("known sites")
    assert few[own["region"] == "r0"].all()
    assert not few[own["region"] == "r1"].any()


# A region rests on its own data.

TABLES = ("means", "contrasts", "fits", "robustness", "effects", "reliability", "joint", "phases")


def of_region(findings, region):
    """Every row of a region that a reader of its report may see."""
    kept = {name: findings.rows(name, region=region) for name in TABLES}
    shown = kept["robustness"]
    kept["robustness"] = shown[shown["changes_conclusion"] != "not counted"].reset_index(drop=True)
    return kept


def told_of(findings, region):
    told = narrative.brief(gate(findings), region).told
    return {language: [*sentences(values)] for language, values in told.items()}


def sentences(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from sentences(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from sentences(one)
    else:
        yield str(value)


def same(one, other, region):
    for name in TABLES:
        testing.assert_frame_equal(of_region(one, region)[name], of_region(other, region)[name])
    assert told_of(one, region) == told_of(other, region)


def add_region(folder, name, *, growth, order):
    place = folder / "raw" / "regions" / name
    write(place / "region.yaml", REGION.format(label=name.title(), order=order))
    for number, wave in enumerate(("first", "second")):
        write(place / "survey" / f"{wave}.csv", survey(order, number, growth))


def found_in(folder):
    prepare(folder)
    return open_findings(folder)


def test_a_region_that_is_added_changed_or_removed_moves_nothing_in_another(tmp_path):
    folder = lay_out_tiny_study(tmp_path / "study")
    alone = found_in(folder)
    add_region(folder, "east", growth=-0.7, order=3)
    added = found_in(folder)
    for region in ("north", "south"):
        same(alone, added, region)
    add_region(folder, "east", growth=1.4, order=3)
    changed = found_in(folder)
    shutil.rmtree(folder / "raw" / "regions" / "south")
    removed = found_in(folder)
    same(changed, removed, "north")
    same(changed, removed, "east")


def test_the_scores_of_a_region_of_the_pilot_stand_without_the_others(pilot_findings, tmp_path):
    """Agreement between coders is the study's where a region has little, and is held fixed here."""
    study = pilot_findings.study
    kept = [*study.regions][-1]
    shutil.copytree(study.folder / "raw", tmp_path / "raw")
    for region in [*study.regions][:-1]:
        shutil.rmtree(tmp_path / "raw" / "regions" / region)
        for file in (tmp_path / "raw" / "decisions").glob("*.csv"):
            rows = file.read_text(encoding="utf-8").splitlines()
            own = [row for row in rows if region not in row.split(",")]
            write(file, "\n".join(own) + "\n")
    whole, own = of_region(open_findings(study.folder), kept), of_region(found_in(tmp_path), kept)
    for name in TABLES[:-2]:
        testing.assert_frame_equal(whole[name], own[name])


def test_planned_changes_of_a_region_are_a_family_of_their_own(pilot_findings):
    rows = pilot_findings.rows("contrasts", kind="change", planned=True)
    for _, own in rows.groupby("region"):
        ordered = own.sort_values("p")
        steps = np.arange(len(own), 0, -1) * ordered["p"].to_numpy()
        assert ordered["p_adjusted"].to_numpy() == pytest.approx(
            np.minimum(np.maximum.accumulate(steps), 1)
        )


# Variances that parts of the data share.


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_partly_shared_variances_are_those_of_the_matrix_they_stand_for(seed):
    generator = np.random.default_rng(seed)
    scores = drawn(seed, people=8)
    cells = CellMeans.of(scores)
    groups = {name: cells.numbers(name) for name in ("site", "participant")}
    region = [*cells.scores["region"]]
    family = PartlyShared.of(region, groups, ("site",))
    theta = generator.uniform(0.1, 1.0, len(family.names))
    solved, n = family.at(theta), len(region)
    derivatives = [family.times(k, np.eye(n)) for k in range(len(theta))]
    V = sum(value * one for value, one in zip(theta, derivatives, strict=True))
    assert solved.logdet == pytest.approx(np.linalg.slogdet(V)[1])
    inverse = linalg.inv(V)
    assert solved.solve(np.eye(n)) == pytest.approx(inverse, abs=1e-9)
    assert solved.traces() == pytest.approx([np.trace(inverse @ one) for one in derivatives])
    products = [[np.trace(inverse @ a @ inverse @ b) for b in derivatives] for a in derivatives]
    assert solved.products() == pytest.approx(np.array(products))
