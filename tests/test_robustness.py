"""Promises about robustness: would another method have said the same?"""

import json
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import patsy
import pytest
import statsmodels.api as sm
from pandas import DataFrame
from scipy.special import expit

from analysis.collect.survey import Forms
from analysis.learn import robustness
from analysis.learn.longitudinal import compare_waves
from analysis.learn.robustness import METHODS, SHOWN, compare_methods, judge_robustness
from analysis.learn.robustness.items import Items
from analysis.learn.robustness.resampling import PersonEquations
from analysis.measure.cells import CellMeans
from analysis.measure.groups import TERMS
from analysis.measure.models import NoFitError
from analysis.measure.models.gee import fit_gee
from analysis.measure.models.ordinal import fit_ordinal
from analysis.measure.models.quadrature import OrderedAnswers
from analysis.measure.scoring import score
from analysis.plan.study import Plan

KEYS = ["region", "wave", "participant"]


# The references: R's geepack, ordinal, mmrm and t.test, with their calls in statistics.json.


@pytest.fixture(scope="module")
def stored(shared):
    return json.loads((shared / "reference" / "statistics.json").read_text())


def read(shared, name):
    return pd.read_csv(shared / "reference" / "data" / f"{name}.csv")


def design(formula, rows):
    return np.asarray(patsy.dmatrix(formula, rows))


@pytest.mark.parametrize(
    ("entry", "name", "answer", "formula", "person"),
    [
        ("wine_clmm_agq10", "wine", "rating", "temp + contact", "judge"),
        ("partial3x3_item_clmm", "partial3x3_item", "item", "region * C(wave)", "id"),
    ],
)
def test_ordered_answers_equal_clmm(shared, stored, entry, name, answer, formula, person):
    rows, r = read(shared, name), stored[entry]
    given = pd.factorize(rows[answer], sort=True)[0]
    people = rows.groupby(person).ngroup().to_numpy()
    fit = fit_ordinal(given, design(formula, rows)[:, 1:], people)
    estimates = [*fit.thresholds, *fit.beta]
    assert estimates == pytest.approx([c["Estimate"] for c in r["coef"]], rel=1e-4, abs=1e-5)
    assert fit.se[:-1] == pytest.approx([c["Std. Error"] for c in r["coef"]], rel=1e-4)
    assert fit.log_likelihood == pytest.approx(r["logLik"], abs=1e-6)
    assert fit.sd == pytest.approx(r[next(key for key in r if key.startswith("sd_"))], rel=1e-4)


@pytest.mark.parametrize(
    ("entry", "name", "response", "formula", "cluster"),
    [
        ("partial3x3_gee", "partial3x3", "JSAT", "region * C(wave)", "id"),
        ("dietox3_gee", "dietox3", "Weight", "Cu * C(wave)", "Pig"),
        (
            *("orthodont_gee", "orthodont", "distance"),
            *("C(age) * C(Sex, Treatment('Male'))", "Subject"),
        ),
    ],
)
def test_estimating_equations_equal_geepack(
    shared, stored, entry, name, response, formula, cluster
):
    rows, r = read(shared, name).dropna(subset=[response]), stored[entry]["exchangeable"]
    clusters = rows.groupby(cluster).ngroup().to_numpy()
    fit = fit_gee(rows[response].to_numpy(dtype=float), design(formula, rows), clusters)
    # patsy orders the interaction otherwise than R, so the sizes are compared.
    assert sorted(fit.beta) == pytest.approx(sorted(r["coef"]), rel=1e-6, abs=1e-7)
    robust, corrected = (np.sqrt(np.diag(one)) for one in (fit.robust, fit.covariance))
    assert sorted(robust) == pytest.approx(sorted(r["se_LZ"]), rel=1e-7)
    assert sorted(corrected) == pytest.approx(sorted(r["se_ManclDeRouen"]), rel=1e-7)
    assert fit.correlation == pytest.approx(r["alpha"], rel=1e-7)


def one_scale(waves, scale="scale", answers="ordinal", items=("item",), span=(1, 5)):
    return Plan.model_validate(
        {
            "label": "a study",
            "waves": {wave: {"label": wave} for wave in waves},
            "scales": {scale: {"label": "s", "items": items, "range": span, "answers": answers}},
            "planned": [{"scale": scale, "from": waves[0], "to": waves[-1]}],
        }
    )


def real(rows, response, item, region):
    """A reference data set in the shape of a study, and every method's answer."""
    waves = [f"w{wave}" for wave in sorted(rows["wave"].unique())]
    keyed = DataFrame(
        {
            "region": rows.get(region, region),
            "wave": "w" + rows["wave"].astype(str),
            "participant": rows["id"].astype(str),
        }
    )
    scores = keyed.assign(site="", has_code=True, scale="scale", score=rows[response])
    answers = keyed.assign(item="item", keyed=rows[item])
    plan = one_scale(waves, answers="ordinal" if item == "item" else "decimal")
    found = compute(scores, answers, plan)
    return found.set_index(["region", "method"])


def primary_rows(scores, plan):
    respondents = scores[[*KEYS, "site"]].drop_duplicates().assign(role="")
    return compare_waves(scores.drop(columns="site"), respondents, plan)["contrasts"]


def compute(scores, answers, plan):
    return compare_methods(scores, answers, primary_rows(scores, plan), plan)


@pytest.fixture(scope="module")
def partial(shared):
    """What each method answers where all regions share one covariance, as in R's calls."""
    rows = read(shared, "partial3x3_item")
    keyed = DataFrame(
        {
            "region": rows["region"],
            "wave": "w" + rows["wave"].astype(str),
            "participant": rows["id"].astype(str),
        }
    )
    model = CellMeans.of(keyed.assign(site="", has_code=True, score=rows["JSAT"]))
    items = Items.of(keyed.assign(item="item", keyed=rows["item"]), ["item"])

    def answer(region, method):
        unknown = [float("nan")] * 5
        return METHODS[method](
            robustness.PlannedChange(
                model, model, items, region, "w0", "w2", *unknown, 0.25, 4.0, 1
            )
        )

    return answer


@pytest.mark.parametrize("region", ["R1", "R2", "R3"])
def test_the_mmrm_row_equals_that_of_mmrm_and_emmeans(partial, stored, region):
    pairs = stored["partial3x3_JSAT_mmrm_Satterthwaite"]["pairs_holm"]
    wanted = {"region": region, "contrast": "wave0 - wave2"}
    r = next(row for row in pairs if wanted.items() <= row.items())
    ours = partial(region, "mmrm")
    assert ours.estimate == pytest.approx(-r["estimate"], rel=1e-4)
    assert ours.se == pytest.approx(r["SE"], rel=1e-4)
    assert ours.df == pytest.approx(r["df"], rel=1e-3)


def test_the_gee_and_ordinal_rows_are_those_of_the_references(partial, stored):
    gee, ordinal = partial("R1", "gee"), partial("R1", "ordinal")
    r = stored["partial3x3_gee"]["exchangeable"]
    assert gee.estimate == pytest.approx(r["coef"][4], rel=1e-6)
    assert gee.se == pytest.approx(r["se_ManclDeRouen"][4], rel=1e-6)
    terms = {row["term"]: row for row in stored["partial3x3_item_clmm"]["coef"]}
    assert ordinal.estimate == pytest.approx(terms["wave2"]["Estimate"], abs=1e-5)


def test_complete_pairs_equal_a_paired_t_test(shared, stored):
    rows = read(shared, "univbct").assign(nothing=np.nan).dropna(subset=["JSAT"])
    ours = real(rows, "JSAT", "nothing", "north").loc[("north", "pairs")]
    r = stored["univbct_paired_t"]
    assert [ours["low"], ours["high"]] == pytest.approx(r["ci"], rel=1e-9)
    assert ours["df"] == r["df"]
    assert ours["estimate"] / ours["se"] == pytest.approx(r["t"], rel=1e-9)


# A study made for the properties: two regions, three waves, two scales in one composite.

WAVES = ("first", "middle", "last")
ITEMS = {"bond": ("b1", "b2", "b3"), "skill": ("s1", "s2", "s3")}


def plan():
    scale = {"label": "s", "range": [1, 5]}
    return Plan.model_validate(
        {
            "label": "a study",
            "waves": {wave: {"label": wave} for wave in WAVES},
            "scales": {name: {**scale, "items": items} for name, items in ITEMS.items()},
            "composites": {"both": {"label": "both", "of": [*ITEMS]}},
            "planned": [{"scale": "both", "from": WAVES[0], "to": WAVES[-1]}],
        }
    )


def draw(seed=1, people=45, sites=4, stay=0.6, growth=0.5):
    """Draw answers, and leave each person out of each wave with some chance."""
    generator = np.random.default_rng(seed)
    rows = []
    for region in ("north", "south"):
        site_level = generator.normal(0, 0.2, max(sites, 1))
        for person in range(people):
            level = generator.normal(0, 0.6) + site_level[person % max(sites, 1)]
            seen = [wave for wave in range(3) if generator.random() < stay] or [0]
            for wave in seen:
                latent = 2.6 + level + growth * wave / 2
                for item in ITEMS["bond"] + ITEMS["skill"]:
                    answer = np.clip(np.rint(latent + generator.normal(0, 0.8)), 1, 5)
                    site = f"site{person % sites}" if sites else ""
                    rows.append((region, WAVES[wave], f"p{person:02d}", site, item, answer))
    columns = ["region", "wave", "participant", "site", "item", "keyed"]
    answers = DataFrame(rows, columns=columns)
    sites = answers[[*KEYS, "site"]].drop_duplicates()
    wide = answers.pivot(index=KEYS, columns="item", values="keyed")
    forms = Forms.of(wide.index.to_frame(index=False), wide.reset_index(drop=True))
    scores = score(forms, plan()).merge(sites, on=KEYS).assign(has_code=True)
    return scores, answers.drop(columns="site")


@pytest.fixture(scope="module")
def rows():
    return compute(*draw(), plan())


def row(rows, method, region="north"):
    return rows.set_index(["region", "method"]).loc[(region, method)]


def numbers(rows):
    return rows[["estimate", "se", "df", "low", "high", "n", "shown"]].astype(float).to_numpy()


def test_every_planned_change_has_one_row_per_method(rows):
    assert [*rows["method"]] == [*METHODS, *SHOWN] * 2
    assert rows["evidence_id"].is_unique
    assert rows["evidence_id"][0] == "robust/north/both.mmrm/first-last"
    assert rows["computable"].all(), [*rows.loc[~rows["computable"], "note"]]


def test_what_rests_on_other_regions_is_shown_and_never_counted(rows):
    shown = rows[rows["method"].isin([*SHOWN])]
    assert shown["computable"].all()
    assert (shown["changes_conclusion"] == "not counted").all()


def test_one_spread_for_all_regions_is_the_model_of_all_scores(rows):
    scores, _ = draw()
    model = CellMeans.of(scores[scores["scale"] == "both"]).reduced
    found = model.small_sample.contrast(
        model.weights({("south", "last"): 1.0, ("south", "first"): -1.0})
    )
    ours = row(rows, "shared_variances", "south")
    assert (ours["estimate"], ours["se"], ours["df"]) == pytest.approx(
        (found.estimate, found.se, found.df), rel=1e-9
    )


def test_leaving_a_method_out_changes_no_other(rows, monkeypatch):
    for absent in METHODS:
        left = {name: METHODS[name] for name in METHODS if name != absent and name != "ordinal"}
        if absent in ("mmrm", "bootstrap", "leave_one_site"):
            monkeypatch.setattr(robustness, "METHODS", MappingProxyType(left))
            fewer = compute(*draw(), plan())
            kept = rows[rows["method"].isin([*left, *SHOWN])].reset_index(drop=True)
            assert np.array_equal(numbers(fewer), numbers(kept), equal_nan=True)


def test_the_order_of_rows_changes_nothing(rows):
    scores, answers = draw()
    mixed = compute(
        scores.sample(frac=1, random_state=2), answers.sample(frac=1, random_state=3), plan()
    )
    keys = ["region", "method"]
    one, other = (numbers(table.sort_values(keys)) for table in (rows, mixed))
    assert np.allclose(one, other, rtol=1e-5, atol=1e-7, equal_nan=True)


def test_relabelling_regions_permutes_the_rows(rows):
    names = {"north": "west", "south": "east"}
    scores, answers = (table.replace({"region": names}) for table in draw())
    renamed = compute(scores, answers, plan())
    for old, new in names.items():
        one, other = rows[rows["region"] == old], renamed[renamed["region"] == new]
        # A region draws by its name.
        one, other = (table[table["method"] != "bootstrap"] for table in (one, other))
        assert np.allclose(numbers(one), numbers(other), rtol=1e-5, atol=1e-7, equal_nan=True)


def test_a_second_run_is_the_same_to_the_last_digit(rows):
    assert np.array_equal(numbers(rows), numbers(compute(*draw(), plan())), equal_nan=True)


def test_without_dropout_complete_pairs_are_the_primary_estimate():
    scores, answers = draw(stay=1.1, sites=0)
    primary = primary_rows(scores, plan())
    found = compare_methods(scores, answers, primary, plan())
    planned = primary[primary["planned"].astype(bool)].set_index("region")["estimate"]
    for method in ("pairs", "mmrm", "gee", "bootstrap"):
        for region, estimate in planned.items():
            assert row(found, method, region)["estimate"] == pytest.approx(estimate, abs=1e-7)
    idle = found[found["method"].isin(["pattern_mixture", "delta", "weights", "without_sites"])]
    assert not idle["computable"].any()
    assert (idle["changes_conclusion"] == "not counted").all()


def test_the_bootstrap_repeats_the_primary_estimate(rows):
    scores, _ = draw()
    primary = primary_rows(scores, plan())
    planned = primary[primary["planned"].astype(bool)].set_index("region")
    for region in ("north", "south"):
        ours = row(rows, "bootstrap", region)
        assert ours["estimate"] == pytest.approx(planned.loc[region, "estimate"], abs=1e-6)
        assert ours["low"] < ours["estimate"] < ours["high"]


def made_case():
    """The planned change of the first region, as the methods see it."""
    scores, answers = draw()
    there = primary_rows(scores, plan()).set_index("evidence_id")
    numbers = there.loc["change/north/both/first-last", ["estimate", "se", "df", "low", "high"]]
    here = (scores["scale"] == "both") & (scores["region"] == "north")
    model = CellMeans.of(scores[here])
    items = Items.of(answers, [])
    return robustness.PlannedChange(
        model, model, items, "north", "first", "last", *numbers, 0.25, 4.0, 1
    )


def test_a_draw_is_least_squares_with_the_copied_people():
    case = made_case()
    equations = PersonEquations(case)
    counts = np.random.default_rng(7).multinomial(
        equations.people, np.full(equations.people, 1 / equations.people), size=1
    )
    here = case.model.scores[case.model.scores["region"] == "north"]
    copies = counts[0][here.groupby("participant").ngroup()]
    drawn = here.loc[here.index.repeat(copies)]
    copy = drawn.groupby(["participant", "wave"]).cumcount().astype(str)
    drawn = drawn.assign(participant=drawn["participant"] + "copy" + copy)
    variance = dict(zip(case.model.full.names, case.model.full.theta, strict=True))
    V = variance.pop("residual") * np.eye(len(drawn))
    for term, value in variance.items():
        group = drawn.groupby(TERMS[term]).ngroup().to_numpy()
        V += value * (group[:, None] == group)
    X = (drawn["wave"].to_numpy()[:, None] == np.array(WAVES)).astype(float)
    weighted = np.linalg.solve(V, X)
    beta = np.linalg.solve(X.T @ weighted, weighted.T @ drawn["score"].to_numpy())
    assert equations.changes(counts)[0] == pytest.approx(beta[2] - beta[0], abs=1e-6)


def test_a_cell_of_one_person_spoils_no_method(no_refusal_is_silent):
    scores, answers = draw()
    middle = (scores["region"] == "south") & (scores["wave"] == WAVES[1])
    one = scores.loc[middle, "participant"].iloc[0]
    few = scores[~(middle & (scores["participant"] != one))]
    found = no_refusal_is_silent(compute(few, answers, plan()))
    assert found.loc[found["region"] == "north", "computable"].all()


def test_leaving_out_a_site_is_fitting_without_its_rows(rows):
    scores, answers = draw()
    ours = row(rows, "leave_one_site")
    site = ours["note"].split(",")[0].removeprefix("without site ")
    left = scores[~((scores["region"] == "north") & (scores["site"] == site))]
    there = primary_rows(left, plan()).set_index("evidence_id").loc["change/north/both/first-last"]
    assert ours["low"] == pytest.approx(there["low"], abs=1e-6)
    assert ours["n"] == there["n"]


def paths(scores, region="north"):
    here = scores[(scores["region"] == region) & (scores["scale"] == "both")]
    wide = here.pivot(index="participant", columns="wave", values="score")
    return wide[WAVES[0]], wide[WAVES[-1]]


def test_weights_equal_those_of_statsmodels(rows):
    start, end = paths(draw()[0])
    seen = start.notna()
    stayed = (seen & end.notna())[seen].astype(float)
    chance = sm.Logit(stayed, sm.add_constant(start[seen])).fit(disp=0).predict()
    weights = 1 / chance[stayed == 1]
    gained = (end - start).dropna()
    fit = sm.WLS(gained.to_numpy(), np.ones(len(gained)), weights=weights).fit(cov_type="HC1")
    ours = row(rows, "weights")
    assert ours["estimate"] == pytest.approx(fit.params[0], rel=1e-6)
    assert ours["se"] == pytest.approx(fit.bse[0], rel=1e-6)
    assert ours["shown"] == pytest.approx(weights.sum() ** 2 / (weights**2).sum(), rel=1e-6)


def test_patterns_of_two_waves_are_averaged_by_their_share():
    scores, answers = draw(sites=0)
    scores = scores[scores["wave"] != WAVES[1]]
    ours = row(compute(scores, answers, plan()), "pattern_mixture")
    start, end = paths(scores)
    both = start.notna() & end.notna()
    share = both.sum() / (start.notna() | end.notna()).sum()
    changes = [end[some].mean() - start[some].mean() for some in (both, ~both)]
    assert ours["estimate"] == pytest.approx(
        share * changes[0] + (1 - share) * changes[1], abs=1e-7
    )


def shifted(case, size):
    """The delta row if `size` were the smallest change that matters."""
    return METHODS["delta"](replace(case, smallest_change=size))


def test_at_the_tipping_point_the_conclusion_tips_and_just_before_it_does_not():
    case = made_case()
    assert case.is_clear
    tipping = abs(shifted(case, 0.25).shown)
    assert shifted(case, tipping).low == pytest.approx(0, abs=1e-12)
    assert shifted(case, tipping * 0.999).low > 0 > shifted(case, tipping * 1.001).low
    unclear = replace(case, low=-0.1)
    tipping = abs(shifted(unclear, 0.25).shown)
    assert (
        shifted(unclear, tipping * 0.999).estimate > 0 > shifted(unclear, tipping * 1.001).estimate
    )
    turned = replace(case, estimate=-case.estimate, low=-case.high, high=-case.low)
    assert shifted(turned, 0.25).shown == pytest.approx(-shifted(case, 0.25).shown)


def test_shifted_leavers_are_the_primary_model_of_imputed_and_shifted_scores():
    """Who left ends where the model expects, less a quarter point; everybody is then complete."""
    scores, answers = draw(sites=0)
    scores = scores[(scores["wave"] != WAVES[1]) & (scores["region"] == "north")]
    model = CellMeans.of(scores[scores["scale"] == "both"])
    wide, fit = model.wide("north")[[WAVES[0], WAVES[-1]]], model.without_sites
    means = dict(zip(model.cells, fit.beta, strict=True))
    level, residual = fit.theta
    centred = wide - [means["north", wave] for wave in wide]
    own = centred.sum(axis=1) * level / (residual + centred.count(axis=1) * level)
    complete = wide.apply(lambda one: one.fillna(means["north", one.name] + own))
    complete.loc[wide[WAVES[-1]].isna(), WAVES[-1]] -= 0.25
    ours = row(compute(scores, answers, plan()), "delta")
    changed = (complete[WAVES[-1]] - complete[WAVES[0]]).mean()
    assert ours["estimate"] == pytest.approx(changed, abs=1e-6)


ENDS = {"first", "last"}


def test_who_gave_no_code_is_never_taken_for_a_leaver():
    scores, answers = draw(seed=5)
    seen = scores.groupby(["region", "participant"])["wave"].transform(lambda own: {*own} >= ENDS)
    unnamed = scores.assign(has_code=seen.astype(bool))
    found = compute(unnamed, answers, plan()).set_index(["region", "method"])
    for method in ("delta", "weights", "pattern_mixture"):
        assert "with a code" in found.loc[("north", method), "note"]
    known = compute(scores, answers, plan()).set_index(["region", "method"])
    assert known.loc[("north", "delta"), "computable"]


def test_where_nobody_gave_a_code_nobody_is_followed():
    scores, answers = draw(seed=5)
    apart = scores["wave"] + scores["participant"]
    found = compute(scores.assign(participant=apart, has_code=False), answers, plan())
    for method in ("delta", "weights", "pattern_mixture"):
        assert "nobody can be followed" in row(found, method)["note"]


def test_a_change_of_zero_has_no_direction():
    level = replace(made_case(), estimate=1e-16, low=-0.3, high=0.3)
    assert not level.is_changed_by(robustness.MethodOutcome(-0.1, 0.1, 9, -0.3, 0.1, 45))
    with pytest.raises(NoFitError, match="no direction"):
        shifted(level, 0.25)


def test_people_who_all_changed_the_same_have_no_interval():
    scores, answers = draw()
    north = scores["region"] == "north"
    start = scores[scores["wave"] == WAVES[0]].set_index(["region", "participant", "scale"])[
        "score"
    ]
    keys = [*zip(*(scores[key] for key in ("region", "participant", "scale")), strict=True)]
    moved = start.reindex(keys).to_numpy() + 0.7
    last = north & (scores["wave"] == WAVES[-1]) & np.isfinite(moved)
    rows = compute(scores.assign(score=scores["score"].where(~last, moved)), answers, plan())
    for method in ("pairs", "weights"):
        assert "changed by the same amount" in row(rows, method)["note"]
        assert not row(rows, method)["computable"]


def test_an_item_alone_has_nearly_its_model_based_standard_error():
    scores, answers = draw(people=150, seed=4)
    one = answers[(answers["item"] == "b1") & (answers["region"] == "north")]
    ours = row(compute(scores, one, one_plan("b1")), "ordinal")
    cell = one["region"] + one["wave"]
    names = sorted(cell.unique(), key=lambda name: name != "northfirst")
    X = (cell.to_numpy()[:, None] == np.array(names)).astype(float)[:, 1:]
    people = one.groupby(["region", "participant"]).ngroup().to_numpy()
    fit = fit_ordinal(one["keyed"].to_numpy(dtype=int) - 1, X, people)
    place = names.index("northlast") - 1
    assert ours["estimate"] == pytest.approx(fit.beta[place], abs=1e-6)
    assert ours["se"] == pytest.approx(fit.se[len(fit.thresholds) + place], rel=0.1)


def one_plan(*items):
    content = plan().model_dump(by_alias=True)
    bond = {**content["scales"]["bond"], "items": items, "least_answered": 1, "reverse_scored": ()}
    both = {**content["composites"]["both"], "of": ["bond"]}
    return Plan.model_validate(
        {**content, "scales": {"bond": bond}, "composites": {"both": both}, "items": {}}
    )


# The rules.


def judged(*changes):
    table = DataFrame({"changes_conclusion": changes})
    keys = {"region": "north", "scale": "both", "start": "first", "end": "last"}
    return judge_robustness(table.assign(**keys)).iloc[0]


def test_a_finding_holds_if_at_most_one_in_five_methods_changes_it():
    assert judged(*["yes"] * 1, *["no"] * 4)["holds"] == "yes"
    assert judged(*["yes"] * 2, *["no"] * 7)["holds"] == "no"
    assert judged(*["yes"] * 2, *["no"] * 8)["holds"] == "yes"
    assert judged(*["no"] * 5)["change_id"] == "change/north/both/first-last"


def test_fewer_than_five_methods_judge_nothing():
    one = judged(*["no"] * 4, *["not counted"] * 6)
    assert one["holds"] is None
    assert one["counted"] == 4


@pytest.mark.parametrize(
    ("estimate", "low", "high", "share", "same_scale", "changes"),
    [
        (0.5, 0.2, 0.8, 1.0, True, False),
        (0.9, 0.6, 1.2, 1.0, True, True),
        (0.1, 0.05, 0.2, 0.3, True, True),
        (-0.1, -0.3, 0.1, 0.3, False, True),
        (0.4, -0.1, 0.9, 0.95, True, True),
        (0.4, -0.1, 0.9, 0.85, True, False),
        (2.0, 1.0, 3.0, 1.0, False, False),
        (2.0, -1.0, 5.0, 1.0, False, True),
        (2.0, -1.0, 5.0, 0.5, False, False),
    ],
)
def test_what_changes_a_conclusion(estimate, low, high, share, same_scale, changes):
    case = primary_of(0.5, 0.2, 0.8)
    found = robustness.MethodOutcome(estimate, 0.1, 9, low, high, 100, same_scale=same_scale)
    case.__dict__["everyone"] = {*range(100)}
    assert case.is_changed_by(replace(found, kept=int(100 * share))) is changes


def test_an_unclear_change_stays_unclear_whatever_the_interval():
    case = primary_of(0.1, -0.2, 0.4)
    case.__dict__["everyone"] = {*range(100)}
    assert not case.is_changed_by(robustness.MethodOutcome(0.1, 0.1, 9, -0.1, 0.3, 100))


def primary_of(estimate, low, high):
    nobody = (None, None, None, "north", "first", "last")
    return robustness.PlannedChange(*nobody, estimate, 0.1, 9, low, high, 0.25, 4, 1)


# Refusals.


@pytest.fixture
def no_refusal_is_silent():
    def check(rows):
        absent = rows[~rows["computable"]]
        assert absent["note"].str.startswith("not computable, because ").all()
        assert absent["estimate"].isna().all()
        assert (absent["changes_conclusion"] == "not counted").all()
        there = rows[rows["computable"]]
        assert np.isfinite(there[["estimate", "low", "high"]].astype(float)).all(axis=None)
        return rows

    return check


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda s: s.assign(score=3.0), id="identical answers"),
        pytest.param(lambda s: s[s["wave"] == WAVES[0]], id="one wave"),
        pytest.param(lambda s: s.drop_duplicates(["region", "participant"]), id="once each"),
        pytest.param(lambda s: s[s["participant"] < "p07"], id="seven people"),
        pytest.param(lambda s: s[s["participant"] < "p03"], id="three people"),
        pytest.param(lambda s: s.assign(site="one"), id="one site"),
        pytest.param(lambda s: s.assign(site=np.nan), id="no sites"),
        pytest.param(lambda s: s.assign(site=s["participant"]), id="alone at a site"),
        pytest.param(lambda s: s.assign(score=np.rint(s["score"])), id="coarse"),
        pytest.param(lambda s: s.iloc[:0], id="nobody"),
        pytest.param(lambda s: s[s["region"] == "north"], id="one region"),
        pytest.param(
            lambda s: s.assign(score=s["score"].where(s["wave"] != WAVES[-1], 5.0)), id="ceiling"
        ),
    ],
)
def test_whatever_cannot_be_computed_says_why(spoil, no_refusal_is_silent):
    scores, answers = draw(people=20)
    spoiled = spoil(scores)
    kept = answers.merge(spoiled[KEYS].drop_duplicates(), on=KEYS)
    rows = no_refusal_is_silent(
        compare_methods(spoiled, kept, primary_rows(scores, plan()), plan())
    )
    assert [*rows["method"]] == [*METHODS, *SHOWN] * 2


def test_an_item_where_a_group_answers_at_one_end_is_left_out(no_refusal_is_silent):
    scores, answers = draw()
    here = (answers["region"] == "north") & (answers["wave"] == WAVES[-1])
    lifted = answers.assign(keyed=answers["keyed"].where(~(here & (answers["item"] == "b1")), 5.0))
    rows = no_refusal_is_silent(compute(scores, lifted, plan()))
    assert "5 of 6 items" in row(rows, "ordinal")["note"]
    assert "6 of 6 items" in row(rows, "ordinal", "south")["note"]
    all_lifted = answers.assign(keyed=answers["keyed"].where(~here, 5.0))
    assert not row(compute(scores, all_lifted, plan()), "ordinal")["computable"]


def test_decimal_answers_are_not_ordered_categories(shared):
    rows = read(shared, "univbct").assign(nothing=np.nan).dropna(subset=["JSAT"])
    ours = real(rows[rows["id"] < 60], "JSAT", "nothing", "north").loc[("north", "ordinal")]
    assert "no item has ordered answers" in ours["note"]


@pytest.mark.parametrize(
    ("answers", "because"),
    [(np.zeros(40, dtype=int), "the same"), (np.repeat([0, 1], 20), "one end")],
)
def test_a_model_of_ordered_answers_refuses_in_words(answers, because):
    X = np.repeat([0.0, 1.0], 20)[:, None]
    with pytest.raises(NoFitError, match=because):
        fit_ordinal(answers, X, np.arange(40) % 20)


def steadfast(seed, people=40, sd=3.7):
    """Answers of people who differ far more from each other than from themselves."""
    generator = np.random.default_rng(seed)
    person, wave = np.repeat(np.arange(people), 3), np.tile(np.arange(3), people)
    latent = (
        generator.normal(0, sd, people)[person] + wave / 2 + generator.logistic(size=3 * people)
    )
    X = np.eye(3)[wave][:, 1:]
    return OrderedAnswers.of(np.searchsorted([-5.0, 0.0, 2.0], latent), X, person)


def test_the_most_likely_level_of_a_person_is_found_however_much_people_differ():
    given = steadfast(3)
    theta = np.array([-5.2, -0.1, 1.9, -8.0, -5.0, 3.7])
    point = given.evaluate(theta)
    u = np.linspace(-12, 12, 4001)[:, None]
    ends = np.array([-np.inf, *theta[:3], np.inf])
    for person, mode in enumerate(point.modes):
        own = given.people == person
        answers, shift = given.answers[own], given.X[own] @ theta[3:5] + theta[5] * u
        chance = expit(ends[answers + 1] - shift) - expit(ends[answers] - shift)
        likely = np.log(np.maximum(chance, 1e-100)).sum(axis=1) - u[:, 0] ** 2 / 2
        assert mode == pytest.approx(u[np.argmax(likely), 0], abs=0.0061)


@pytest.mark.parametrize("seed", range(4))
def test_the_scores_are_the_slope_of_the_quadrature(seed):
    given = steadfast(seed, people=20)
    theta = np.array([-4.0, 0.2, 1.9, 0.5, -1.0, 2.5])
    steps = 1e-5 * np.eye(len(theta))
    rise = [
        given.evaluate(theta + one).log_likelihood - given.evaluate(theta - one).log_likelihood
        for one in steps
    ]
    scores = given.scores(given.evaluate(theta))
    assert scores.sum(axis=0) == pytest.approx(np.array(rise) / 2e-5, abs=1e-6)


def test_estimating_equations_refuse_in_words():
    X = np.eye(2)[np.arange(20) % 2]
    with pytest.raises(NoFitError, match="the same"):
        fit_gee(np.full(20, 3.0), X, np.arange(20) // 2)
    with pytest.raises(NoFitError, match="too few people"):
        fit_gee(np.arange(4.0), X[:4], np.arange(4) // 2)
