"""Promises about agreement between coders, against published worked examples."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from handmade import opened
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame, concat

from analysis import narrative
from analysis.collect.interviews import Conversations
from analysis.measure.agreement import (
    agree,
    agree_on_segmentation,
    cut_passages,
    list_disagreements,
    measure_ratings,
)
from analysis.plan.study import read_study

ORACLE = Path(__file__).parent / "oracles" / "agreement.json"
# Krippendorff's four observers and twelve units; None is not observed.
FOUR_BY_TWELVE = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
}
TABLE = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
BINARY = {"A": [1, 1, 0, 0, 0, 0, 0, 0, 0, 0], "B": [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]}


def study(regions=("north",), cells=()):
    crosswalk = DataFrame(cells, columns=["code", "pillar", "level"]).assign(strength="primary")
    plan = SimpleNamespace(seed=7, levels={"bond": None}, pillars={}, coders_knew_wave=None)
    codes = DataFrame({"id": ["c1", "c2", "c3", "top"], "path": ["c1", "top/c2", "top/c3", "top"]})
    kept = {"regions": dict.fromkeys(regions), "crosswalk": crosswalk, "codes": codes}
    return SimpleNamespace(plan=plan, **kept)


def coded(ratings, region="north", per_document=1):
    """One segment per unit; a conversation holds `per_document` of them."""
    rows = [
        (region, f"d{unit // per_document:02}", f"s{unit:03}", f"c{value}", coder, 1, "neutral")
        for coder, values in ratings.items()
        for unit, value in enumerate(values)
        if value is not None
    ]
    names = ["region", "document", "segment", "code", "coder", "round", "stance"]
    return DataFrame(rows, columns=names)


def measured(codings, where=("all", "all"), **options):
    table = agree(cut(codings), study(**options))
    return table.set_index(["region", "code"]).loc[where]


def cut(codings):
    places = codings if "start" in codings else places_of(codings)
    told = codings.drop(columns=["start", "end", "text"], errors="ignore")
    return cut_passages(Conversations(DataFrame(), places, told))


def places_of(codings):
    """Each segment its own stretch of ten characters, in the order of its name."""
    places = codings[["region", "document", "segment"]].drop_duplicates()
    start = places["segment"].str.removeprefix("s").astype(int) * 10
    return places.assign(start=start, end=start + 10, text="said")


def from_table(table):
    pairs = [(r, c) for r, row in enumerate(table) for c, n in enumerate(row) for _ in range(n)]
    return {"A": [pair[0] for pair in pairs], "B": [pair[1] for pair in pairs]}


def test_alpha_equals_krippendorffs_worked_example():
    row = measured(coded(FOUR_BY_TWELVE))
    assert row["alpha"] == pytest.approx(0.7434, abs=5e-5)
    assert row["units"] == 11
    assert row["coders"] == 4


def test_kappa_and_alpha_equal_the_three_by_three_example():
    row = measured(coded(from_table(TABLE)))
    assert row["kappa"] == pytest.approx(0.79641, abs=5e-6)
    assert row["alpha"] == pytest.approx(0.79726, abs=5e-6)
    assert row["percent"] == pytest.approx(0.89)


def test_a_code_is_measured_as_given_or_not():
    row = measured(coded(BINARY), ("all", "c1"))
    assert row["alpha"] == pytest.approx(0.0952, abs=5e-5)
    assert row["percent"] == pytest.approx(0.60)
    assert bool(row["tentative"])


def test_the_values_are_those_of_the_shared_reference(shared):
    reference = json.loads((shared / "reference/agreement.json").read_text())
    assert reference["krippendorff_4x12"]["ratings"] == FOUR_BY_TWELVE
    assert reference["table_3x3"]["table"] == TABLE


@settings(max_examples=40)
@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=4, max_size=20))
def test_the_order_of_coders_changes_no_coefficient(rows):
    one, other = (measure_ratings(DataFrame(rows)[order]) for order in ([0, 1, 2], [2, 0, 1]))
    assert one == pytest.approx(other, nan_ok=True)


@settings(max_examples=5)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=4, max_size=20))
def test_relabelling_coders_leaves_agreement_unchanged(pairs):
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    one = measured(coded({"A": first, "B": second}))
    other = measured(coded({"A": second, "B": first}))
    columns = ["percent", "kappa", "alpha", "low", "high"]
    np.testing.assert_allclose(
        one[columns].astype(float), other[columns].astype(float), atol=1e-12, equal_nan=True
    )


def test_row_order_changes_nothing():
    codings = coded(from_table(TABLE), per_document=10)
    shuffled = codings.sample(frac=1, random_state=1)
    assert measured(codings).equals(measured(shuffled))


def test_text_coded_by_one_coder_is_no_unit():
    codings = coded({"A": [1, 2, 1, 2], "B": [1, 2, None, None]})
    assert measured(codings)["units"] == 2


def test_without_double_coding_the_table_is_empty():
    alone = coded({"A": [1, 2]})
    assert agree(cut(alone), study()).empty


def test_what_cannot_be_computed_says_why():
    row = measured(coded({"A": [1, 1, 1], "B": [1, 1, 1]}))
    assert np.isnan(row["alpha"])
    assert row["note"].startswith("alpha not computable, because")
    assert not row["tentative"]


def test_the_first_round_counts_because_later_ones_follow_discussion():
    before = coded({"A": [1, 2, 1, 2], "B": [1, 2, 2, 2]})
    after = before[before["coder"] == "A"].assign(coder="B", round=2)
    both = concat([before, after])
    assert measured(both)["percent"] == pytest.approx(0.75)


def test_the_interval_draws_conversations_and_says_so():
    ratings = from_table(TABLE)
    assert "bootstrap of 10 conversations" in measured(coded(ratings, per_document=10))["note"]
    few = measured(coded(ratings, per_document=50))
    assert "passages, too few conversations" in few["note"]
    assert few["low"] < few["alpha"] < few["high"]


def test_a_level_is_agreed_on_when_codes_within_it_are_confused():
    codings = coded({"A": [1, 2, 3, 3, 1], "B": [2, 1, 3, 3, 2]})
    cells = [("c1", "", "bond"), ("c2", "", "bond")]
    assert measured(codings, ("all", "bond"), cells=cells)["alpha"] == 1
    assert measured(codings, ("all", "c1"), cells=cells)["alpha"] < 0.6


def test_regions_are_measured_apart_and_together():
    codings = concat([coded(from_table(TABLE)), coded({"A": [1, 2], "B": [2, 1]}, region="south")])
    regions = ("north", "south")
    assert measured(codings, ("north", "all"), regions=regions)["units"] == 100
    assert measured(codings, ("all", "all"), regions=regions)["units"] == 102


def test_every_coefficient_equals_the_worked_example_with_missing_ratings():
    found = measure_ratings(DataFrame(FOUR_BY_TWELVE))
    published = {
        "alpha": 0.7434,
        "alpha_ordinal": 0.8154,
        "alpha_interval": 0.8491,
        "alpha_ratio": 0.7974,
        "ac1": 0.77544,
        "ac1_se": 0.14295,
        "fleiss": 0.76117,
        "kappa": 0.76207,
        "brennan_prediger": 0.77273,
    }
    for name, value in published.items():
        digits = len(str(value)) - 2
        assert round(found[name], digits) == value, name
    assert np.isnan(found["scott"])


def test_every_coefficient_equals_the_three_by_three_example():
    found = measure_ratings(DataFrame(from_table(TABLE)))
    published = {"kappa": 0.79641, "scott": 0.79624, "ac1": 0.84933, "alpha": 0.79726}
    assert {name: round(found[name], 5) for name in published} == published
    assert (found["brennan_prediger"], found["percent"]) == pytest.approx((0.835, 0.89))
    assert np.isnan(found["fleiss"])


def test_coefficients_equal_those_of_an_independent_program():
    stored = json.loads((ORACLE).read_text(encoding="utf-8"))
    for case in stored["cases"]:
        found = measure_ratings(DataFrame(case["ratings"]))
        for name, value in case["values"].items():
            assert found[name] == pytest.approx(value, abs=1e-4), (case["name"], name)


LABELS = [("x", "xy"), ("y", "y"), ("xz", "z"), ("z", "y")]


def labelled(pairs, region="north"):
    rows = [
        (region, "d00", f"s{unit:03}", code, coder, 1, "neutral")
        for unit, pair in enumerate(pairs)
        for coder, codes in zip("AB", pair, strict=True)
        for code in codes
    ]
    names = ["region", "document", "segment", "code", "coder", "round", "stance"]
    return DataFrame(rows, columns=names)


def test_labels_that_overlap_agree_in_part():
    row = measured(labelled(LABELS))
    assert round(row["alpha_masi"], 4) == 0.2423
    assert round(row["alpha_jaccard"], 4) == 0.3058
    assert row["alpha"] == pytest.approx(0.125)


def test_one_category_leaves_nothing_to_compute_but_the_percentage():
    found = measure_ratings(DataFrame({"A": [1, 1, 1], "B": [1, 1, 1]}))
    assert found.pop("percent") == 1
    assert all(np.isnan(value) for value in found.values())


def test_relabelling_categories_leaves_nominal_agreement_unchanged():
    ratings = DataFrame(FOUR_BY_TWELVE)
    other = ratings.replace({1: "e", 2: "c", 3: "d", 4: "a", 5: "b"})
    one, two = measure_ratings(ratings), measure_ratings(other)
    assert {name: two[name] for name in two} == pytest.approx(
        {name: one[name] for name in two}, nan_ok=True
    )


def test_what_a_coder_never_gave_is_missing_and_not_a_no():
    three = coded({"A": [1, 2, 1, 2], "B": [1, 2, 2, 2], "C": [1, 2, None, None]})
    row = measured(three, ("all", "c1"))
    assert (row["units"], row["coders"]) == (4, 3)
    assert row["percent"] == pytest.approx(3 / 4)
    assert "Conger" in row["note"]


def test_every_coefficient_has_an_interval_around_it():
    row = measured(coded(from_table(TABLE), per_document=10))
    for name in ("percent", "kappa", "scott", "brennan_prediger", "ac1", "alpha_masi"):
        assert row[f"{name}_low"] < row[name] < row[f"{name}_high"], name


def test_helps_and_hinders_are_further_apart_than_helps_and_neutral():
    one, other = coded({"A": [1] * 6, "B": [1] * 6}), coded({"A": [1] * 6, "B": [1] * 6})
    base = ["helps", "helps", "hinders", "hinders", "neutral", "helps"]
    one["stance"] = [*base, *base[:5], "neutral"]
    other["stance"] = [*base, *base[:5], "hinders"]
    near, far = (measured(rows, ("all", "stance")) for rows in (one, other))
    assert near["metric"] == "ordinal"
    assert far["alpha"] < near["alpha"] < 1


def test_a_code_above_counts_what_lies_below_it():
    codings = coded({"A": [2, 3, 1, 1], "B": [3, 2, 1, 1]})
    assert measured(codings, ("all", "top"))["alpha"] == 1
    assert measured(codings, ("all", "c2"))["alpha"] < 0


def spans(rows):
    """Codings at their own places: coder, start, end, code."""
    names = ["coder", "start", "end", "code"]
    table = DataFrame(rows, columns=names).assign(region="north", document="d", round=1)
    table["segment"] = [f"s{start}-{end}" for start, end in table[["start", "end"]].to_numpy()]
    return table.assign(stance="helps", text="said")


def test_a_paragraph_and_its_sentences_are_compared_sentence_by_sentence():
    rows = spans([("A", 0, 300, "c1"), ("B", 0, 100, "c1"), ("B", 100, 300, "c2")])
    row = agree(cut(rows), study()).set_index("code")
    assert row.loc["all", "units"].tolist() == [2, 2]
    assert row.loc["c1", "percent"].tolist() == [0.5, 0.5]


def test_a_ragged_edge_is_no_passage_but_counts_as_text():
    rows = spans([("A", 0, 100, "c1"), ("B", 4, 104, "c1"), ("A", 200, 300, "c1")])
    passages = cut(rows)
    assert passages.is_unit.sum() == 1
    table = agree_on_segmentation(cut(rows), study())
    row = table.set_index("region").loc["all"]
    assert (row["passages"], row["marked_by_one"], row["edges"]) == (1, 1, 2)
    assert row["text_shared"] == pytest.approx(96 / 204)
    assert row["text_marked"] == pytest.approx(204 / 300)


def test_marking_the_same_text_is_full_agreement_on_text():
    rows = spans([(who, start, start + 50, "c1") for who in "AB" for start in (0, 80)])
    table = agree_on_segmentation(cut(rows), study())
    assert table["alpha"].tolist() == [1, 1]
    assert table["text_shared"].tolist() == [1, 1]


def test_opposite_stances_are_discussed_first():
    codings = coded({"A": [1, 1, 2, 3], "B": [1, 2, 2, 1]})
    turned = (codings["coder"] == "B") & (codings["segment"] == "s002")
    codings["stance"] = np.where(turned, "hinders", "helps")
    agreement = agree(cut(codings), study())
    cells = [("c1", "", "bond"), ("c2", "", "bond"), ("c3", "", "other")]
    table = list_disagreements(cut(codings), places_of(codings), study(cells=cells), agreement)
    assert table["evidence_id"].str.contains("s002.20|s003.30|s001.10").all()
    assert [one.split("/")[-1] for one in table["evidence_id"]] == ["s002.20", "s003.30", "s001.10"]
    assert table["readings"].iloc[1] == "A: c3 | B: c1"


def test_full_agreement_leaves_nothing_to_discuss():
    codings = coded({"A": [1, 2], "B": [1, 2]})
    agreement = agree(cut(codings), study())
    assert list_disagreements(cut(codings), places_of(codings), study(), agreement).empty


@pytest.mark.parametrize(("told", "said"), [(True, "yes"), (False, "no"), (None, "unknown")])
def test_whether_coders_knew_the_wave_is_said_and_unknown_is_said_too(told, said):
    plan = study()
    plan.plan.coders_knew_wave = told
    codings = coded({"A": [1, 2], "B": [1, 2]})
    assert set(agree(cut(codings), plan)["knew_wave"]) == {said}


def test_an_interval_from_few_conversations_is_called_rough_or_too_narrow(tiny):
    counts = {"all": 9, "north": 3, "south": 12}
    rows = [
        {
            "evidence_id": f"agreement/{r}/all",
            "region": r,
            "code": "all",
            "alpha": 0.8,
            "documents": n,
        }
        for r, n in counts.items()
    ]
    told = [*narrative.describe_drawing(opened(DataFrame(rows), read_study(tiny)))]
    assert len(told) == 2
    assert "9 conversations" in str(told[0]) and "rough" in str(told[0])
    assert "only 3 conversations" in str(told[1]) and "too narrow" in str(told[1])
