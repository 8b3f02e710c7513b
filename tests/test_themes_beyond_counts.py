"""Promises about what lies beyond a count: together, saturation, matrices, drift, intervals."""

from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest
from handmade import opened
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from tiny_study import lay_out_tiny_study

from analysis import tables
from analysis.collect.interviews import Conversations, KnownNames
from analysis.learn.themes import (
    check_drift,
    count_themes,
    count_together,
    flag_quotations,
    lay_out_framework,
    measure_saturation,
    pool_quotations,
)
from analysis.learn.themes.proportions import difference, wilson
from analysis.measure.agreement import compare_agreement, cut_passages
from analysis.plan.study import read_study

PLACE = ["region", "document", "segment"]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_study(lay_out_tiny_study(tmp_path_factory.mktemp("beyond")))


def conversations(waves, asked="yes"):
    """One conversation per name, each at its wave."""
    rows = [("north", name, wave, "", 6, asked, "yes", 100) for name, wave in waves.items()]
    names = ["region", "document", "wave", "group", "people", "asked", "consent", "words"]
    return DataFrame(rows, columns=names)


def spoken(rows):
    """Codings (document, start, end, code, stance, text) by the leading coder, and segments."""
    table = DataFrame(rows, columns=["document", "start", "end", "code", "stance", "text"])
    table = table.assign(region="north", coder="ann", round=1, speaker="P1")
    table["segment"] = [f"{d}:{s}-{e}" for d, s, e in table[["document", "start", "end"]].values]
    segments = table.drop_duplicates(PLACE)[[*PLACE, "start", "end", "speaker", "text"]]
    return segments, table[[*PLACE, "code", "coder", "round", "stance"]]


@settings(max_examples=40)
@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_share_is_wilsons(counts):
    expected = proportion_confint(*counts, method="wilson")
    assert wilson(*counts) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40)
@given(st.integers(0, 5), st.integers(0, 7))
def test_the_interval_of_a_change_is_agresti_and_caffos(start, end):
    expected = confint_proportions_2indep(end, 7, start, 5, method="agresti-caffo", compare="diff")
    expected = (max(-1, expected[0]), min(1, expected[1]))
    assert difference((start, 5), (end, 7)) == pytest.approx(expected, abs=1e-9)


def test_a_share_of_nothing_has_no_interval():
    assert np.isnan(wilson(0, 0)).all()
    assert np.isnan(difference((0, 0), (1, 2))).all()


def test_codes_on_one_passage_are_counted_in_conversations():
    documents = conversations({"d1": "first", "d2": "first", "d3": "second"})
    rows = [(d, 0, 10, code, "helps", "x") for d in ("d1", "d2") for code in ("trust", "turnover")]
    rows += [("d1", 20, 30, "trust", "helps", "x"), ("d3", 0, 10, "trust", "helps", "x")]
    segments, codings = spoken(rows)
    table = together(documents, segments, codings).iloc[0]
    assert (table["code"], table["other"]) == ("trust", "turnover")
    assert [*table[["documents", "both", "either", "asked"]]] == [2, 2, 3, 3]
    assert [*table[["segments", "code_segments", "other_segments"]]] == [2, 4, 2]


@pytest.mark.parametrize(("start", "pairs"), [(4, 1), (5, 1), (6, 0)])
def test_segments_are_one_passage_if_half_of_the_shorter_overlaps(start, pairs):
    documents = conversations({"d1": "first"})
    rows = [
        ("d1", 0, 10, "trust", "helps", "x"),
        ("d1", start, start + 10, "turnover", "helps", "x"),
    ]
    assert len(together(documents, *spoken(rows))) == pairs


def together(documents, segments, codings):
    plan = read_plan()
    table = count_together(Conversations(documents, segments, codings), plan)
    return table[table["region"] == "north"]


def read_plan():
    """The least of a study that these counts need."""
    plan = SimpleNamespace(leading_coder="ann", waves={"first": None, "second": None}, seed=7)
    return SimpleNamespace(plan=plan, regions={"north": None})


HOLDS = {"d1": "ab", "d2": "b", "d3": "bc", "d4": ""}


def test_saturation_counts_the_new_codes_of_each_conversation_in_order():
    table = saturated(HOLDS)
    assert table["document"].tolist() == ["d1", "d2", "d3"]
    assert table["new"].tolist() == [2, 0, 1]
    assert table["seen"].tolist() == [2, 2, 3]
    assert set(table["codes"]) == {3}


def test_the_mean_curve_is_that_over_every_order():
    holds = {"d1": "ab", "d2": "b", "d3": "bc", "d4": "d"}
    every = [
        [len(set("".join(holds[d] for d in order[:k]))) for k in range(1, 5)]
        for order in permutations(holds)
    ]
    table = saturated(holds)
    assert table["mean"].tolist() == pytest.approx(np.mean(every, axis=0).tolist())
    assert (table["low"] <= table["mean"] + 1e-9).all()
    assert (table["mean"] <= table["high"] + 1e-9).all()
    assert table["mean"].iloc[-1] == table["seen"].iloc[-1] == 4


def saturated(holds):
    documents = conversations(dict.fromkeys(holds, "first"))
    rows = [
        (name, 10 * place, 10 * place + 5, code, "helps", "x")
        for name, codes in holds.items()
        for place, code in enumerate(codes)
    ]
    table = measure_saturation(Conversations(documents, *spoken(rows)), read_plan())
    return table[table["region"] == "north"]


@pytest.fixture
def matrix(study):
    """A framework matrix with every kind of cell, and its quotations."""
    said = "een twee drie vier vijf zes"
    documents = conversations({"d1": "first", "d2": "first", "d4": "second"})
    silent = conversations({"d3": "first"}, asked="no")
    rows = [("d1", 0, 9, "trust", "helps", said), ("d2", 0, 9, "turnover", "hinders", "kort")]
    rows += [("d3", 0, 9, "trust", "helps", said)]
    segments, codings = spoken(rows)
    every = DataFrame([*documents.to_dict("records"), *silent.to_dict("records")])
    speakers = DataFrame(columns=["region", "document", "speaker", "role", "consent"])
    said = Conversations(every, segments, codings, speakers)
    pool = pool_quotations(said, study)
    return lay_out_framework(said, pool, study), pool


def test_the_framework_matrix_points_to_the_words(matrix):
    table, pool = matrix
    cell = table.set_index(["document", "code"])
    assert cell["state"].to_dict() == {
        ("d1", "trust"): "counted",
        ("d1", "turnover"): "not_coded",
        ("d2", "trust"): "not_coded",
        ("d2", "turnover"): "counted",
        ("d3", "trust"): "not_asked",
        ("d3", "turnover"): "not_asked",
        ("d4", "trust"): "no_data",
        ("d4", "turnover"): "no_data",
    }
    assert cell.loc[("d1", "trust"), "quotations"] == pool["evidence_id"].iloc[0]
    assert cell.loc[("d2", "turnover"), "quotations"] == ""
    assert cell.loc[("d1", "trust"), ["segments", "helps", "hinders"]].tolist() == [1, 1, 0]


def test_conversations_stand_beside_codes_with_counts_in_the_cells(matrix, study):
    laid_out = tables.count_cells(opened(matrix[0], study)).set_index("conversation")
    assert laid_out["trust"].to_dict() == {"d1": "1", "d2": "0", "d3": "not asked", "d4": "no data"}


def test_a_group_beside_a_code_shows_the_passage_drawn_first(matrix, study):
    cells, pool = matrix
    pool = flag_quotations(pool, KnownNames({}))
    laid_out = tables.show_passages(opened(cells, study), opened(pool, study)).set_index("wave")
    assert laid_out["trust"].tolist() == ["1 in 1 of 2: een twee drie vier vijf zes", "no data"]
    assert laid_out["turnover"].tolist() == ["1 in 1 of 2", "no data"]
    assert laid_out["evidence"].tolist() == [pool["evidence_id"].iloc[0], ""]


def test_a_theme_says_whether_coders_agree_on_it(study):
    segments, codings = spoken([("d1", 0, 9, "trust", "helps", "een twee")])
    agreed = DataFrame(
        {"region": ["all"], "code": ["trust"], "alpha": [0.4], "tentative": [True]},
    ).assign(documents=9, given=40)
    said = Conversations(conversations({"d1": "first"}), segments, codings)
    table = count_themes(said, study, agreed)
    trust = table.set_index("code")["agreement"]
    assert set(trust.loc["trust"]) == {"tentative"}
    assert set(trust.loc["turnover"]) == {"not_measured"}


OLD, NEW = "wandelen fietsen samen lopen", "begroting subsidie aanvraag contract"


def drifted(study, later, size=8):
    """Eight conversations per wave about trust; at the second wave in other words, or not."""
    documents, rows = {}, []
    for wave, words in (("first", OLD), ("second", later)):
        for number in range(size):
            name = f"{wave}-{number}"
            documents[name] = wave
            rows += [(name, 10 * n, 10 * n + 9, "trust", "helps", f"{words} {n}") for n in range(2)]
    segments, codings = spoken(rows)
    held = conversations(documents)
    said = Conversations(held, segments, codings)
    moved = compare_agreement(cut_passages(said), held, study)
    return check_drift(said, study, moved).iloc[0]


def test_a_code_used_for_other_words_raises_the_alarm(study):
    row = drifted(study, NEW)
    assert row["alarm"] == "words"
    assert row["words"] == pytest.approx(1)
    assert row["words_p"] < 0.01 and row["words_by_chance"] < 0.5


def test_a_code_used_for_the_same_words_raises_none(study):
    row = drifted(study, OLD)
    assert (row["alarm"], row["words"]) == ("", pytest.approx(0))


def test_drift_in_fewer_than_four_conversations_is_not_testable(study):
    row = drifted(study, NEW, size=3)
    assert row["alarm"] == "" and np.isnan(row["words"])
    assert row["note"].startswith("not testable")


def test_more_help_and_less_hindrance_is_no_drift(study):
    documents, rows = {}, []
    for wave, helping in (("first", 1), ("second", 3)):
        for number in range(8):
            name = f"{wave}-{number}"
            documents[name] = wave
            for n in range(4):
                stance, words = ("helps", OLD) if n < helping else ("hinders", NEW)
                rows.append((name, 10 * n, 10 * n + 9, "trust", stance, words))
    segments, codings = spoken(rows)
    held = conversations(documents)
    said = Conversations(held, segments, codings)
    moved = compare_agreement(cut_passages(said), held, study)
    assert check_drift(said, study, moved)["alarm"].tolist() == [""]


def test_a_brief_says_on_which_topics_readers_disagreed():
    from handmade import make_findings

    from analysis import narrative

    findings = make_findings()
    heard = findings.tables["heard"]
    heard.loc[heard["code"] == "clear_roles", "agreement"] = "tentative"
    words = {"nl": "oneens over ‘heldere rollen’", "en": "disagreed about ‘clear roles’"}
    for language, said in words.items():
        assert said in str(narrative.brief(findings, "harbour").told[language])
