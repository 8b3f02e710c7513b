"""Promises about agreement between coders, against published worked examples."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame, concat

from analysis.agreement import agree

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
    plan = SimpleNamespace(seed=7, levels={"bond": None}, pillars={})
    return SimpleNamespace(plan=plan, regions=dict.fromkeys(regions), crosswalk=crosswalk)


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
    places = codings[["region", "document", "segment"]].drop_duplicates()
    table = agree(codings, places, study(**options))
    return table.set_index(["region", "code"]).loc[where]


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


@settings(max_examples=25, deadline=None)
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
    assert agree(coded({"A": [1, 2]}), coded({"A": [1, 2]}), study()).empty


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
    assert "segments, too few conversations" in few["note"]
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
