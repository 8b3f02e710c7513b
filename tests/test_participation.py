"""Promises about who stayed, who left and what that leaves to analyse."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame
from scipy import optimize, stats

from analysis.learn.participation import (
    compare_leavers,
    count_analysed,
    count_patterns,
    follow_people,
    relate_leaving,
    trace_flow,
)
from analysis.measure.models import NoFitError, fit_firth
from analysis.plan.study import Plan

WAVES = ("w1", "w2", "w3")
PATTERNS = [" ".join(waves) for n in (1, 2, 3) for waves in combinations(WAVES, n)]
PLAN = Plan.model_validate(
    {
        "label": "Three waves",
        "waves": {wave: {"label": wave} for wave in WAVES},
        "scales": {"mood": {"label": "mood", "items": ["m1", "m2"], "range": [1, 5]}},
        "roles": {"guide": {"label": "guide"}, "helper": {"label": "helper"}},
        "planned": [{"scale": "mood", "from": "w1", "to": "w3"}],
    }
)


def link(*patterns: str, region: str = "shore", unlinked: str = "") -> DataFrame:
    """One person per pattern of waves, and one more without a code."""
    rows = [(region, f"p{n}", waves, "exact") for n, waves in enumerate(patterns)]
    rows += [(region, "unlinked-1", unlinked, "unlinked")] if unlinked else []
    return DataFrame(rows, columns=["region", "participant", "waves", "match"])


def answer(links: DataFrame, draw=None) -> tuple[DataFrame, DataFrame]:
    """The scores and the respondents of linked people: 3, or drawn; every third is a guide."""
    draw = draw or (lambda: 3.0)
    rows = [
        (row.region, wave, row.participant, "mood", draw(), 2, "helper" if n % 3 else "guide", "s")
        for n, row in enumerate(links.itertuples())
        for wave in row.waves.split()
    ]
    columns = ["region", "wave", "participant", "scale", "score", "answered", "role", "site"]
    table = DataFrame(rows, columns=columns)
    return table[columns[:6]], table[["region", "wave", "participant", "role", "site"]]


def moves(links: DataFrame) -> dict[tuple[str, str], int]:
    """The counts of a flow by move and end."""
    flow = trace_flow(links, PLAN)
    keys = zip(flow["move"], flow["end"], strict=True)
    return dict(zip(keys, flow["people"], strict=True))


def test_each_person_makes_one_move_from_each_wave_to_the_next():
    found = moves(link("w1 w2 w3", "w1", "w1 w3", "w2 w3", "w3", unlinked="w2"))
    told = ("stayed", "lost", "paused", "joined", "returned", "not_yet")
    assert [found[move, "w2"] for move in told] == [1, 1, 1, 1, 0, 1]
    assert [found[move, "w3"] for move in told] == [2, 0, 0, 1, 1, 0]
    assert found["still_lost", "w3"] == 1
    assert [found["unlinked", wave] for wave in WAVES] == [0, 1, 0]


@settings(max_examples=25)
@given(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=30))
def test_a_flow_loses_nobody_and_says_the_same_in_any_order(patterns):
    links = link(*patterns)
    flow = trace_flow(links, PLAN)
    steps = flow[flow["move"] != "unlinked"].groupby("end")["people"].sum()
    assert (steps == len(patterns)).all()
    assert moves(links) == moves(links.iloc[::-1])


@settings(max_examples=25)
@given(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=30))
def test_patterns_count_everyone_once(patterns):
    counted = count_patterns(link(*patterns, unlinked="w1"), PLAN)
    assert counted["people"].sum() == len(patterns) + 1
    assert counted["evidence_id"].is_unique


def test_patterns_are_named_among_the_waves_of_the_region():
    everyone = link("w1 w2 w3", "w1 w3", "w1 w2", "w2 w3", "w2", unlinked="w1")
    kinds = count_patterns(everyone, PLAN).set_index("pattern")["kind"].to_dict()
    named = ("w1+w2+w3", "w1+w3", "w1+w2", "w2+w3", "w2", "unlinked")
    told = ["stayer", "returner", "leaver", "joiner", "visitor", "unlinked"]
    assert [kinds[one] for one in named] == told
    twice = count_patterns(link("w1 w3", "w1"), PLAN).set_index("pattern")["kind"]
    assert twice.to_dict() == {"w1+w3": "stayer", "w1": "leaver"}


def attrition(links: DataFrame, draw=None) -> DataFrame:
    """The table of who left, by kind and end."""
    scores, respondents = answer(links, draw)
    return compare_leavers(scores, links, respondents, PLAN)


def test_the_scores_of_leavers_and_stayers_are_compared_by_welch():
    draw = np.random.default_rng(3)
    links = link(*["w1 w2"] * 14, *["w1"] * 11)
    scores, respondents = answer(links, lambda: draw.normal(3, 1))
    row = compare_leavers(scores, links, respondents, PLAN).query("kind == 'earlier_score'").iloc[0]
    first = scores[scores["wave"] == "w1"].set_index("participant")["score"]
    left, stayed = first[[f"p{n}" for n in range(14, 25)]], first[[f"p{n}" for n in range(14)]]
    known = stats.ttest_ind(left, stayed, equal_var=False)
    limits = known.confidence_interval()
    assert row["estimate"] == pytest.approx(left.mean() - stayed.mean())
    assert [row["p"], row["low"], row["high"]] == pytest.approx([known.pvalue, *limits])


def test_few_leavers_are_described_without_a_test_and_very_few_not_at_all():
    draw = np.random.default_rng(4)
    some = attrition(link(*["w1 w2"] * 14, *["w1"] * 7), lambda: draw.normal(3, 1))
    few = attrition(link(*["w1 w2"] * 14, *["w1"] * 4), lambda: draw.normal(3, 1))
    described, hidden = (one.query("kind == 'earlier_score'").iloc[0] for one in (some, few))
    assert np.isfinite(described["low"]) and np.isnan(described["p"])
    assert np.isnan(hidden["estimate"]) and "fewer than 5" in hidden["note"]


def test_the_share_that_left_is_told_per_role_of_five_or_more():
    found = attrition(link(*["w1 w2"] * 9, *["w1"] * 3)).query("start == 'w1'").set_index("role")
    assert found.loc["helper", "estimate"] == pytest.approx(2 / 8)
    assert np.isnan(found.loc["guide", "estimate"]) and "fewer than 5" in found.loc["guide", "note"]
    assert found.loc["helper", "low"] == pytest.approx(0.0715, abs=5e-5)


def test_people_without_a_code_are_never_called_leavers():
    with_one = attrition(link(*["w1 w2"] * 9, *["w1"] * 3, unlinked="w1"))
    overall = with_one.query("kind == 'overall'").iloc[0]
    assert (overall["n"], overall["n_left"]) == (12, 3)


def test_identical_scores_have_a_difference_and_no_interval():
    row = attrition(link(*["w1 w2"] * 9, *["w1"] * 6)).query("kind == 'earlier_score'").iloc[0]
    assert row["estimate"] == 0 and np.isnan(row["low"]) and "the same" in row["note"]


def leaving(low_leave: bool) -> DataFrame:
    """The model of leaving among sixty people; the low scorers leave, or nobody in particular."""
    draw = np.random.default_rng(9)
    latent = draw.normal(3, 1, 60)
    leaves = (latent + draw.normal(0, 0.7, 60) < 2.8) if low_leave else draw.random(60) < 0.4
    links = link(*["w1" if left else "w1 w2" for left in leaves])
    scores, respondents = answer(links)
    own = dict(zip(links["participant"], latent, strict=True))
    scores = scores.assign(score=scores["participant"].map(own))
    return relate_leaving(scores, links, respondents, PLAN).set_index("evidence_id")


def test_leaving_is_related_to_an_earlier_score_only_where_it_is():
    related, unrelated = (leaving(one).loc["leaving/all/score/all"] for one in (True, False))
    assert related["high"] < 1
    assert unrelated["low"] < 1 < unrelated["high"]


def test_the_terms_of_leaving_are_weighed_together_by_holm():
    found = leaving(low_leave=True)
    terms = found[found["p_adjusted"].notna()].sort_values("p")
    steps = terms["p"] * np.arange(len(terms), 0, -1)
    assert {*terms["term"]} == {"score", "role"} and not terms["level"].any()
    assert [*terms["p_adjusted"]] == pytest.approx([*steps.cummax().clip(upper=1)])


def test_an_odds_ratio_needs_five_people_and_not_five_rows():
    draw = np.random.default_rng(9)
    links = link(*["w1 w2 w3"] * 3, *draw.choice(["w1", "w1 w2", "w1 w2 w3"], 60))
    scores, respondents = answer(links, lambda: draw.normal(3, 1))
    few = respondents["participant"].isin(["p0", "p1", "p2"])
    respondents["role"] = np.where(few, "guide", "helper")
    found = relate_leaving(scores, links, respondents, PLAN)
    assert {*found["level"]} == {"", "w2"}
    assert "6 rows of roles of fewer than 5 people left out" in found["note"].iloc[0]


def test_nobody_with_a_code_is_another_thing_than_nobody_asked_twice():
    apart = DataFrame({"region": "shore", "participant": ["a", "b"], "waves": ["w1", "w2"]})
    apart = apart.assign(match="unlinked")
    once = link("w1", "w1")
    told, untold = (
        relate_leaving(*answer(links)[:1], links, answer(links)[1], PLAN) for links in (apart, once)
    )
    assert untold.empty and "nobody gave a code" in told["note"].item()


def test_a_wave_without_any_code_makes_nobody_a_leaver():
    links = link(*["w1 w3"] * 6, "w1", unlinked="w2")
    flow = trace_flow(links, PLAN)
    steps = {*zip(flow["start"], flow["end"], strict=True)}
    assert steps == {("w1", "w3"), *((wave, wave) for wave in WAVES)}
    assert moves(links)["stayed", "w3"] == 6 and moves(links)["lost", "w3"] == 1
    kinds = count_patterns(links, PLAN).set_index("pattern")["kind"].to_dict()
    assert kinds == {"w1+w3": "stayer", "w1": "leaver", "unlinked": "unlinked"}


def counted(links: DataFrame, held: str, invited: int) -> DataFrame:
    """The table `participation` of one region that held some waves."""
    scores, respondents = answer(links)
    waves = held.split()
    response = DataFrame({"region": "shore", "wave": waves, "invited": invited, "started": 9})
    empty = {"exclusions": ["region", "wave", "reason"], "documents": ["region", "wave"]}
    empty["answers"] = ["region", "wave", "participant", "item", "kind"]
    tables = {name: DataFrame(columns=columns) for name, columns in empty.items()}
    tables |= {"scores": scores, "respondents": respondents, "links": links, "response": response}
    study = SimpleNamespace(plan=PLAN, regions={"shore": None})
    return follow_people(tables, study)["participation"].set_index("wave")


def test_response_is_the_share_of_those_invited_who_answered():
    people = counted(link("w1 w2 w3", "w1 w2", "w1"), "w1 w2 w3", invited=4)
    assert [*people.loc[[*WAVES], "response"]] == [0.75, 0.5, 0.25]


def test_always_is_every_wave_that_the_region_held():
    people = counted(link("w2 w3", "w2 w3", "w2"), "w2 w3", invited=4)
    assert people.loc["all", "all_waves"] == 2
    assert people.loc["w1"].drop(["evidence_id", "region", "documents"]).isna().all()


@pytest.mark.parametrize(("links", "held"), [(link("w1"), "w1"), (link("w1", unlinked="w2"), "w1")])
def test_where_nobody_can_tell_there_is_no_number_of_people_who_were_always_there(links, held):
    assert counted(links, held, invited=4)["all_waves"].isna().all()


def test_too_few_leavers_are_a_stated_refusal():
    links = link(*["w1 w2"] * 20, "w1")
    scores, respondents = answer(links)
    found = relate_leaving(scores, links, respondents, PLAN)
    assert "fewer than 10" in found["note"].item() and found["n_left"].item() == 1


def test_what_is_analysed_and_what_is_not_add_up():
    links = link("w1 w2 w3", "w1", "w3", "w2")
    scores, respondents = answer(links)
    scores.loc[scores.index[0], ["score", "answered"]] = [np.nan, 1]
    scores.loc[scores.index[-1], ["score", "answered"]] = [np.nan, 0]
    unsure = DataFrame([("shore", "w1", "p0", "m2", "dont_know")])
    unsure.columns = ["region", "wave", "participant", "item", "kind"]
    row = count_analysed(scores, unsure, respondents, links, PLAN).iloc[0]
    assert row["rows"] == row["rows_in_model"] + 2 == 6
    assert (row["rows_too_little_answered"], row["rows_nothing_answered"]) == (1, 1)
    assert row["rows_dont_know"] == 1
    assert (row["people"], row["people_in_model"], row["pairs"]) == (4, 3, 0)
    between = row["only_start"] + row["only_end"] + row["only_between"]
    assert row["pairs"] + between == row["people_in_model"]


def test_people_without_a_code_are_in_no_pair_and_at_no_end_only():
    links = link("w1 w3", "w1", "w3", "w2", unlinked="w1")
    scores, respondents = answer(links)
    kinds = DataFrame(columns=["region", "wave", "participant", "item", "kind"])
    row = count_analysed(scores, kinds, respondents, links, PLAN).iloc[0]
    counts = ["pairs", "only_start", "only_end", "only_between", "without_code"]
    assert [*row[counts]] == [1, 1, 1, 1, 1]
    assert row[counts].sum() == row["people_in_model"] and row["n_start"] == 3


# Firth's logistic regression


@pytest.mark.parametrize("cells", [(7, 3, 4, 9), (6, 0, 5, 5), (12, 1, 0, 8)])
def test_the_odds_ratio_of_a_fourfold_table_is_that_with_half_added_to_each_cell(cells):
    a, b, c, d = cells
    y = np.repeat([1.0, 0.0, 1.0, 0.0], cells)
    group = np.repeat([1.0, 1.0, 0.0, 0.0], cells)
    fit = fit_firth(y, np.column_stack([np.ones(len(y)), group]))
    known = np.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
    assert fit.beta[1] == pytest.approx(known, abs=1e-8)


def test_a_profile_interval_ends_where_the_penalised_likelihood_has_dropped_enough():
    draw = np.random.default_rng(5)
    X = np.column_stack([np.ones(40), draw.normal(size=40), draw.integers(0, 2, 40)])
    y = (draw.random(40) < 1 / (1 + np.exp(-X[:, 1]))).astype(float)
    fit = fit_firth(y, X)

    def penalised(beta):
        p = 1 / (1 + np.exp(-X @ beta))
        information = (X * (p * (1 - p))[:, None]).T @ X
        fitted = np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
        return fitted + np.log(np.linalg.det(information)) / 2

    def held(value):
        def lost(others):
            return -penalised(np.array([others[0], value, others[1]]))

        return -optimize.minimize(lost, [0.0, 0.0], method="BFGS").fun

    best = -optimize.minimize(lambda beta: -penalised(beta), np.zeros(3), method="BFGS").fun
    assert fit.likelihood == pytest.approx(best, abs=1e-6)
    assert fit.chi2(1) == pytest.approx(2 * (best - held(0.0)), abs=1e-5)
    for end in fit.interval(1):
        assert 2 * (best - held(end)) == pytest.approx(stats.chi2.ppf(0.95, 1), abs=1e-4)


def test_terms_that_say_the_same_are_a_stated_refusal():
    X = np.column_stack([np.ones(20), np.ones(20)])
    with pytest.raises(NoFitError):
        fit_firth(np.tile([0.0, 1.0], 10), X)
