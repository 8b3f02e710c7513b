"""What a reader finds in the tables, and what is shown of them."""

import pytest
from handmade import opened
from pandas import DataFrame

from analysis.findings import Findings, prepare
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


@pytest.fixture(scope="module")
def findings(tmp_path_factory) -> Findings:
    """The findings of a tiny study."""
    from tiny_study import lay_out_tiny_study

    return prepare(lay_out_tiny_study(tmp_path_factory.mktemp("study")))


@pytest.mark.parametrize("name", [*ONE_ROW_PER_RESULT])
def test_a_result_is_one_row_with_a_name_of_its_own(name, findings):
    table: DataFrame = findings.rows(name)
    assert {*ONE_ROW_PER_RESULT[name]} <= {*table}
    assert len(table) and table["evidence_id"].is_unique


def test_reliability_has_a_row_per_region_wave_scale_and_composite(findings):
    rows = findings.rows("reliability")
    plan = findings.study.plan
    assert len(rows) == len(findings.study.regions) * len(plan.waves) * len(plan.measures)
    three = rows[rows["scale"] == "nearness"]
    limits = three[["alpha", "low", "high", "omega", "omega_low", "omega_high"]]
    assert limits.notna().all(axis=None)
    assert (three["low"] < three["alpha"]).all() and (three["alpha"] < three["high"]).all()


def test_waves_that_all_rows_share_stay_out_of_a_table(findings):
    changes = findings.table("contrasts", kind="change")
    headings = [*show(changes)]
    assert {"estimate", "se", "df", "95% interval", "p"} <= {*headings}
    assert not {"from", "to"} & {*headings}
    assert {"from", "to"} <= {*show(changes.head(1))}


def test_a_column_has_the_same_decimals_from_top_to_bottom(findings):
    effects = findings.rows("effects").head(2).assign(d=[1.0, 0.5], pairs=[7, 12])
    shown = show(opened(effects, findings.study))
    assert [*shown["d"]] == ["1.00", "0.50"]
    assert [*shown["complete pairs"]] == ["7", "12"]
