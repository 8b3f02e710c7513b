"""Every table is what its description says, and nothing leaves the house that does not say so."""

from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest
from document_tables import DOCUMENT, document
from pandas import DataFrame
from pandas.testing import assert_frame_equal

from analysis.collect.processed import read_back, store
from analysis.findings import open_findings, open_scores
from analysis.plan import described
from analysis.share.report.pages import table_files
from analysis.tell.disclosure import gate
from analysis.tell.tables import evidence_of_region

COLUMNS = [
    (stage, table.name, column)
    for stage in described.STAGES
    for table in described.descriptions(stage).values()
    for column in table.columns
]


def test_the_page_about_the_tables_is_what_the_rooms_say():
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run make docs"


def test_every_table_is_described_and_nothing_else_is(tiny_findings):
    assert {*described.descriptions()} == {*tiny_findings.names}


def test_fresh_and_stored_tables_are_what_is_described(tiny_findings):
    stored = open_findings(tiny_findings.study.folder)
    for name, told in described.descriptions().items():
        assert told.problems(tiny_findings.rows(name)) == [], name
        assert told.problems(stored.rows(name)) == [], name


def test_a_column_has_a_kind_a_unit_a_meaning_and_two_headings():
    for stage, table, column in COLUMNS:
        told = (column.unit, column.meaning, column.heading["nl"], column.heading["en"])
        assert all(told) and column.kind in described.KINDS, (stage, table, column.name)


def test_a_column_is_called_the_same_in_every_table():
    heads = described.headings()
    assert [one for one in COLUMNS if one[2].heading != heads[one[2].name]] == []


def test_a_new_column_stays_inside_until_its_description_says_otherwise(tiny_findings):
    secret = {name: tiny_findings.rows(name).assign(secret=1) for name in tiny_findings.names}
    shelf = gate(replace(tiny_findings, tables=secret))
    told = described.descriptions(described.SHARED)
    assert {name: {*shelf.rows(name)} for name in shelf.names} == {
        name: {*told[name].names} for name in told if name != "region-evidence"
    }


def test_a_table_that_is_not_there_is_empty_and_has_its_columns_and_kinds(tiny_findings):
    gone = replace(tiny_findings, tables={})
    for name, told in described.descriptions().items():
        assert gone.rows(name).empty and told.problems(gone.rows(name)) == []
    assert gone.rows("means", region="north").empty


def test_a_table_that_nobody_described_is_no_table(tiny_findings):
    with pytest.raises(KeyError, match="no_such_table"):
        tiny_findings.rows("no_such_table")


def test_processed_tables_have_the_columns_that_are_described(tiny_findings):
    for name, told in described.descriptions(described.PROCESSED).items():
        head = [*pd.read_csv(tiny_findings.study.processed / f"{name}.csv", nrows=0)]
        assert head[: len(told.names)] == told.names, name
        assert told.others or head == told.names, name


def test_a_processed_table_is_checked_when_written_and_when_read(tiny_findings, tmp_path):
    scores = open_scores(tiny_findings)
    for spoiled in (scores.assign(mark=1), scores.drop(columns="score"), scores.assign(score="a")):
        with pytest.raises(ValueError, match="scores: |not convert"):
            store(tmp_path, {"scores": spoiled}, stage=described.PROCESSED)
    assert not [*tmp_path.iterdir()]
    store(tmp_path, {"scores": scores}, stage=described.PROCESSED)
    kinds = tmp_path / "kinds.json"
    kinds.write_text(kinds.read_text().replace('"float64"', '"object"'))
    with pytest.raises(ValueError, match="score is no float64"):
        read_back(tmp_path, stage=described.PROCESSED)


@pytest.mark.parametrize("stage", [described.FINDINGS, described.SHARED])
def test_a_dictionary_beside_the_tables_tells_of_every_column(tiny_findings, stage):
    tables = gate(tiny_findings) if stage == described.SHARED else tiny_findings
    regions = {one: evidence_of_region(tables, one) for one in tables.study.regions}
    beside = regions if stage == described.SHARED else {}
    files = table_files(tables, "shelf", stage=stage, regions=beside)
    assert {*beside} <= {name.removeprefix("shelf/region-").removesuffix(".csv") for name in files}
    told = pd.read_csv(BytesIO(files.pop("shelf/dictionary.csv")))
    heads = {name: pd.read_csv(BytesIO(content), nrows=0) for name, content in files.items()}
    for name, rows in told.groupby("table"):
        assert {*rows["column"]} == {*heads.pop(f"shelf/{name}.csv")}
    assert not heads and told.notna().all(axis=None)


def test_a_room_makes_a_table_of_rows_in_the_order_and_kinds_described():
    made = described.table("roles", [{"people": 3, "role": "nurse", "evidence_id": "role/a/b/c"}])
    assert [*made] == ["evidence_id", "region", "role", "wave", "people"]
    assert made["people"].dtype == "Int64"
    assert_frame_equal(described.table("roles", made), made)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"evidence_id": "a", "persons": 3}], "persons"),
        (DataFrame({"evidence_id": ["a"]}), "people"),
        ([{"people": 2.5}], "."),
    ],
    ids=["a column too many", "a column too few", "half a person"],
)
def test_a_room_cannot_make_another_table_than_it_described(rows, told):
    with pytest.raises((ValueError, TypeError), match=told):
        described.table("roles", rows)


def test_yes_or_no_is_never_unknown():
    with pytest.raises(ValueError, match="sound is neither yes nor no"):
        described.table("fits", [{"evidence_id": "fit/all/scale", "sound": None}])


def test_a_limit_is_described_by_what_it_limits():
    kappa = {one.name: one for one in described.descriptions()["agreement"].columns}["kappa_low"]
    assert (kappa.unit, kappa.heading["nl"]) == ("coefficient", "kappa, ondergrens")
    assert kappa.meaning == "lower end of the 95% interval of `kappa`"
