"""Promises about the shared shelf: what must not leave the house does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import Series

from analysis.disclosure import gate, round_people
from analysis.findings import prepare
from analysis.narrative import brief


def without_people(folder, keep):
    for wave in ("first", "second"):
        path = folder / f"raw/regions/north/survey/{wave}.csv"
        lines = path.read_text().splitlines()
        path.write_text("\n".join(lines[: keep + 1]) + "\n")


def test_a_group_below_the_smallest_has_no_number_anywhere(tiny):
    without_people(tiny, 9)
    shelf = gate(prepare(tiny))
    means = shelf.rows("means", region="north")
    changes = shelf.rows("contrasts", region="north", kind="change")
    assert means[["estimate", "low", "high", "n"]].isna().all(axis=None)
    assert (changes["verdict"] == "too_few").all()
    assert changes[["estimate", "low", "high", "low_90", "n", "start_mean"]].isna().all(axis=None)
    people = shelf.rows("participation", region="north")
    assert people["people"].isna().all()


def test_the_mean_of_people_who_all_said_the_same_stays_inside(tiny):
    for path in tiny.glob("raw/regions/*/survey/*.csv"):
        head, *rows = path.read_text().splitlines()
        alike = [
            ",".join("4" if cell in set("12345") else cell for cell in row.split(","))
            for row in rows
        ]
        path.write_text("\n".join([head, *alike]) + "\n")
    findings = prepare(tiny)
    assert (findings.rows("means")["estimate"].dropna() == 4).any()
    shelf = gate(findings)
    assert shelf.rows("means")["estimate"].isna().all()
    assert brief(shelf, "north")


def test_what_is_about_enough_people_keeps_its_verdict_and_estimate(tiny):
    findings = prepare(tiny)
    inside = findings.rows("contrasts", kind="change").set_index("evidence_id")
    outside = gate(findings).rows("contrasts", kind="change").set_index("evidence_id")
    assert outside["verdict"].equals(inside["verdict"])
    assert outside["estimate"].equals(inside["estimate"].round(2))


def test_no_p_value_and_no_standard_error_leaves_the_house(tiny):
    shelf = gate(prepare(tiny))
    columns = {column for name in shelf.names for column in shelf.rows(name)}
    assert not columns & {"p", "p_adjusted", "se", "t", "df", "sd", "min", "max", "document"}


@given(st.integers(0, 500))
def test_counts_of_people_are_multiples_of_five_and_close(people):
    (shown,) = round_people(Series([people]))
    assert shown % 5 == 0
    assert abs(shown - people) <= 2.5


def test_only_an_approved_quotation_passes(tiny):
    shelf = gate(prepare(tiny))
    assert len(shelf.rows("quotations")) == 2


def test_no_approval_file_means_no_quotation(tiny):
    (tiny / "raw/decisions/quotations.csv").unlink()
    assert gate(prepare(tiny)).rows("quotations").empty


def test_an_edited_quotation_loses_its_approval(tiny):
    transcripts = tiny / "raw/regions/north/interviews"
    for path in [*transcripts.rglob("*.txt"), transcripts / "codings.csv"]:
        text = path.read_text().replace("gewoon even", "gewoon eens")
        path.write_text(text.replace("weer iemand", "weer eentje"))
    assert gate(prepare(tiny)).rows("quotations").empty


def test_a_region_with_too_few_conversations_shows_no_counts(tiny):
    documents = tiny / "raw/regions/north/interviews/documents.csv"
    kept = [line for line in documents.read_text().splitlines() if "first-0" not in line]
    documents.write_text("\n".join(kept) + "\n")
    for name in ("codings.csv", "speakers.csv"):
        path = documents.with_name(name)
        kept = [line for line in path.read_text().splitlines() if "first-0" not in line]
        path.write_text("\n".join(kept) + "\n")
    (documents.parent / "transcripts/first-0.txt").unlink()
    themes = gate(prepare(tiny)).rows("themes", region="north", wave="first")
    assert themes["documents"].isna().all()


def test_one_and_all_but_one_are_worded(tiny):
    findings = prepare(tiny)
    themes = findings.rows("themes")
    themes.loc[themes["state"] == "counted", ["documents", "asked", "people"]] = [1, 8, 40]
    worded = gate(
        type(findings)(findings.study, {**findings.tables, "themes": themes}, findings.stamp)
    )
    shown = worded.rows("themes", state="counted")
    assert (shown["worded"] == "one").all()
    assert shown["documents"].isna().all()


@pytest.mark.parametrize("table", ["means", "contrasts"])
def test_people_are_never_counted_to_the_person(tiny, table):
    shown = gate(prepare(tiny)).rows(table)["n"].dropna()
    assert np.all(shown % 5 == 0)


def test_who_left_and_what_the_models_rest_on_stay_inside(tiny):
    findings = prepare(tiny)
    inside = {"flow", "attrition", "leaving", "analysed", "effects", "patterns", "roles", "fits"}
    assert inside <= {*findings.names} and not inside & {*gate(findings).names}
    assert "unlinked" not in gate(findings).rows("participation")


def test_talk_shares_a_direction_and_no_number_of_a_few_conversations(tiny):
    talk = gate(prepare(tiny)).rows("talk")
    assert {"estimate", "low", "high", "note"}.isdisjoint(talk)
    assert (talk.query("kind == 'change'")["direction"] == "up").any()


def test_a_hidden_row_says_nothing_more(tiny):
    without_people(tiny, 9)
    changes = gate(prepare(tiny)).rows("contrasts", region="north", kind="change")
    assert changes["holds"].isna().all() and not changes["starts_high"].any()


def test_a_hidden_number_of_conversations_does_not_follow_from_the_total(tiny):
    for name in ("documents", "codings", "speakers"):
        path = tiny / f"raw/regions/north/interviews/{name}.csv"
        kept = [line for line in path.read_text().splitlines() if not line.startswith("second-1")]
        path.write_text("\n".join(kept) + "\n")
    held = gate(prepare(tiny)).rows("participation", region="north").set_index("wave")["documents"]
    assert held["first"] == 4 and held[["second", "all"]].isna().all()
