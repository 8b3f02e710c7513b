"""What a reader finds in the tables, and what is shown of them."""

import pytest
from handmade import opened
from pandas import DataFrame

from analysis.tell.tables import show

ONE_ROW_PER_RESULT = {
    "contrasts": [
        *("evidence_id", "estimate", "se", "df", "t", "p", "p_adjusted", "low", "high", "n"),
    ],
    "means": ["evidence_id", "estimate", "se", "df", "low", "high", "n"],
    "reliability": [
        *("evidence_id", "region", "scale", "wave", "n", "alpha", "low", "high"),
        *("omega", "omega_low", "omega_high"),
    ],
    "robustness": ["evidence_id", "method", "estimate", "se", "df", "low", "high", "n"],
}


@pytest.mark.parametrize("name", [*ONE_ROW_PER_RESULT])
def test_a_result_is_one_row_with_a_name_of_its_own(name, tiny_findings):
    table: DataFrame = tiny_findings.rows(name)
    assert {*ONE_ROW_PER_RESULT[name]} <= {*table}
    assert len(table) and table["evidence_id"].is_unique


def test_reliability_has_a_row_per_region_wave_scale_and_composite(tiny_findings):
    rows = tiny_findings.rows("reliability")
    plan = tiny_findings.study.plan
    assert len(rows) == len(tiny_findings.study.regions) * len(plan.waves) * len(plan.measures)
    three = rows[rows["scale"] == "nearness"]
    limits = three[["alpha", "low", "high", "omega", "omega_low", "omega_high"]]
    assert limits.notna().all(axis=None)
    assert (three["low"] < three["alpha"]).all() and (three["alpha"] < three["high"]).all()


def test_waves_that_all_rows_share_stay_out_of_a_table(tiny_findings):
    changes = tiny_findings.table("contrasts", kind="change")
    headings = [*show(changes)]
    assert {"estimate", "se", "df", "95% interval", "p"} <= {*headings}
    assert not {"from", "to"} & {*headings}
    assert {"from", "to"} <= {*show(changes.head(1))}


def test_a_column_has_the_same_decimals_from_top_to_bottom(tiny_findings):
    effects = tiny_findings.rows("effects").head(2).assign(d=[1.0, 0.5], pairs=[7, 12])
    shown = show(opened(effects, tiny_findings.study))
    assert [*shown["d"]] == ["1.00", "0.50"]
    assert [*shown["complete pairs"]] == ["7", "12"]
