"""Promises about the shared shelf: what must not leave the house does not.

Most of them change a few cells of the tiny study's findings and look at what the gate lets pass.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame, Series

from analysis.collect import processed
from analysis.findings import Findings, prepare
from analysis.plan import described
from analysis.tell.disclosure import gate, round_people
from analysis.tell.narrative import brief

NOTHING = "planned:\n  - {scale: bond, from: first, to: second}\n"
CHANGE = "change/north/bond/first-second"


def gated(findings: Findings, **tables: DataFrame) -> Findings:
    """The shared shelf of findings in which some tables are others."""
    return gate(replace(findings, tables={**findings.tables, **tables}))


def row(table: DataFrame, evidence: str) -> Series:
    """The row with one evidence id."""
    return table.set_index("evidence_id").loc[evidence]


def with_cells(table: DataFrame, where: str, **cells: object) -> DataFrame:
    """A table in which some rows have other cells."""
    changed = table.copy()
    places = changed.index.isin(changed.query(where).index)
    assert places.any(), where
    for name, value in cells.items():
        changed.loc[places, name] = value
    return changed


def without_people(folder: Path, keep: int) -> None:
    """Leave only the first people of north in its surveys."""
    for wave in ("first", "second"):
        path = folder / f"raw/regions/north/survey/{wave}.csv"
        lines = path.read_text().splitlines()
        path.write_text("\n".join(lines[: keep + 1]) + "\n")


def without_conversation(folder: Path, name: str) -> None:
    """Take one conversation of north away."""
    for listed in ("documents", "codings", "speakers"):
        path = folder / f"raw/regions/north/interviews/{listed}.csv"
        kept = [line for line in path.read_text().splitlines() if not line.startswith(name)]
        path.write_text("\n".join(kept) + "\n")
    (folder / f"raw/regions/north/interviews/transcripts/{name}.txt").unlink()


# What never passes


def test_no_p_value_and_no_standard_error_leaves_the_house(tiny_findings):
    shelf = gate(tiny_findings)
    columns = {column for name in shelf.names for column in shelf.rows(name)}
    assert not columns & {"p", "p_adjusted", "se", "t", "df", "sd", "min", "max", "document"}


def test_columns_are_those_described_as_shared_and_what_the_gate_words(tiny_findings):
    shelf = gate(tiny_findings)
    own = {
        "participation": {"with_code", "codes"},
        "contrasts": {"starts_high"},
        "themes": {"worded"},
        "heard": {"worded"},
        "quotation_counts": {*shelf.rows("quotation_counts")},
    }
    for name in shelf.names:
        shared = {*described.shared(name)} if name != "quotation_counts" else set()
        assert {*shelf.rows(name)} - own.get(name, set()) <= shared, name


def test_who_left_and_what_the_models_rest_on_stay_inside(tiny_findings):
    inside = {"flow", "attrition", "leaving", "analysed", "effects", "patterns", "roles", "fits"}
    shelf = gate(tiny_findings)
    assert inside <= {*tiny_findings.names} and not inside & {*shelf.names}
    assert {"unlinked", "invited", "started", "response"}.isdisjoint(shelf.rows("participation"))


def test_flags_of_quotations_stay_inside(tiny_findings):
    assert {"flags", "marked"}.isdisjoint(gate(tiny_findings).rows("quotations"))


# People


@given(st.integers(0, 500))
def test_counts_of_people_are_multiples_of_five_and_close(people):
    (shown,) = round_people(Series([people]))
    assert shown % 5 == 0
    assert abs(shown - people) <= 2.5


@pytest.mark.parametrize("table", ["means", "contrasts"])
def test_people_are_never_counted_to_the_person(tiny_findings, table):
    counts = gate(tiny_findings).rows(table).filter(regex="^n(_start|_end)?$")
    shown = counts.to_numpy(dtype=float, na_value=np.nan)
    shown = shown[~np.isnan(shown)]
    assert len(shown) and np.all(shown % 5 == 0)


@pytest.mark.parametrize(("people", "shown"), [(9, None), (10, 10), (12, 10), (13, 15)])
def test_ten_people_are_told_to_the_nearest_five_and_nine_are_not(tiny_findings, people, shown):
    counted = ["people", "with_code", "stayed", "joined", "left", "all_waves"]
    cells = {name: people for name in counted if name != "with_code"}
    table = with_cells(tiny_findings.rows("participation"), "region == 'north'", **cells)
    found = gated(tiny_findings, participation=table).rows("participation", region="north")
    told = found[counted]
    assert told.isna().all(axis=None) if shown is None else (told == shown).all(axis=None)


def test_whether_people_gave_a_code_is_told_in_words(tiny_findings):
    table = tiny_findings.rows("participation")
    gave = {"north/first": (20, 0), "north/second": (20, 20), "south/first": (20, 12)}
    for place, (people, without) in gave.items():
        region, wave = place.split("/")
        where = f"region == '{region}' and wave == '{wave}'"
        table = with_cells(table, where, people=people, unlinked=without)
    found = gated(tiny_findings, participation=table).rows("participation")
    told = found.set_index(["region", "wave"])
    assert told.loc[("north", "first"), "codes"] == "all"
    assert told.loc[("north", "second"), "codes"] == "none"
    assert told.loc[("south", "first"), "codes"] == "some"
    # Eight gave one: too few to count.
    assert told.loc[("north", "first"), "with_code"] == 20
    assert pd.isna(told.loc[("south", "first"), "with_code"])


@pytest.mark.parametrize(
    ("people", "without", "said"),
    [
        (20, 0, "all"),
        (20, 1, "some"),
        (20, 19, "some"),
        (20, 20, "none"),
        (1, 0, "all"),
        (1, 1, "none"),
        (pd.NA, pd.NA, ""),
    ],
)
def test_all_some_and_none_gave_a_code_to_the_person(tiny_findings, people, without, said):
    first = "region == 'north' and wave == 'first'"
    table = with_cells(tiny_findings.rows("participation"), first, people=people, unlinked=without)
    shown = gated(tiny_findings, participation=table).rows("participation")
    assert shown.query(first)["codes"].tolist() == [said]


@pytest.mark.parametrize(
    ("held", "told"), [(0, [0, 8]), (1, [None] * 2), (3, [None] * 2), (4, [4, 8])]
)
def test_four_conversations_are_counted_and_fewer_hide_the_total_too(tiny_findings, held, told):
    table = tiny_findings.rows("participation")
    table = with_cells(table, "region == 'north' and wave == 'first'", documents=held)
    found = gated(tiny_findings, participation=table).rows("participation")
    shown = found.set_index(["region", "wave"])["documents"]
    assert [None if pd.isna(n) else n for n in shown["north"][["first", "all"]]] == told
    assert shown["north", "second"] == 4 and shown["south", "all"] == 0


# Means and changes


@pytest.mark.parametrize(("people", "low", "is_shown"), [(9, 2, 0), (10, 2, 1), (24, np.nan, 0)])
def test_a_mean_needs_ten_people_and_an_interval(tiny_findings, people, low, is_shown):
    one = "mean/north/bond/first"
    table = with_cells(tiny_findings.rows("means"), f"evidence_id == '{one}'", n=people, low=low)
    shown = row(gated(tiny_findings, means=table).rows("means"), one)
    assert shown[["estimate", "high", "n"]].notna().tolist() == [bool(is_shown)] * 3
    if is_shown:
        assert shown["estimate"] == round(row(table, one)["estimate"], 2)


@pytest.mark.parametrize("wave", ["n_start", "n_end"])
@pytest.mark.parametrize(("people", "verdict"), [(9, "too_few"), (10, "clear_up")])
def test_a_change_needs_ten_people_at_both_waves(tiny_findings, wave, people, verdict):
    table = with_cells(
        tiny_findings.rows("contrasts"),
        f"evidence_id == '{CHANGE}'",
        start_at_highest=0.5,
        **{wave: people},
    )
    shelf = gated(tiny_findings, contrasts=table)
    shown = row(shelf.rows("contrasts"), CHANGE)
    numbers = ["estimate", "low", "high", "low_90", "high_90", "low_80", "high_80", "n"]
    numbers += ["n_start", "n_end", "start_mean", "holds"]
    is_told = verdict != "too_few"
    assert shown["verdict"] == verdict
    assert shown[numbers].notna().all() if is_told else shown[numbers].isna().all()
    assert shown["starts_high"] == is_told
    cell = row(shelf.rows("joint"), "joint/north/bond/first-second")
    assert (cell["label"], cell["score_direction"]) == (
        ("convergent", "up") if is_told else ("not_testable", "")
    )
    assert cell["talk_direction"] == "up"


def test_what_is_about_enough_people_keeps_its_verdict_and_estimate(tiny_findings):
    inside = tiny_findings.rows("contrasts", kind="change").set_index("evidence_id")
    outside = gate(tiny_findings).rows("contrasts", kind="change").set_index("evidence_id")
    assert outside["verdict"].equals(inside["verdict"])
    assert outside["estimate"].equals(inside["estimate"].round(2))


def test_changes_and_growth_are_shared_and_single_differences_are_not(tiny_findings):
    shown = gate(tiny_findings).rows("contrasts")
    assert set(shown["kind"]) == {"change", "growth"}
    assert shown.loc[shown["kind"] == "growth", "verdict"].isna().all()


@pytest.mark.parametrize(("share", "is_high"), [(0.149, False), (0.15, True)])
def test_a_start_with_many_at_the_highest_answer_is_called_high(tiny_findings, share, is_high):
    table = tiny_findings.rows("contrasts").assign(start_at_highest=share)
    shown = row(gated(tiny_findings, contrasts=table).rows("contrasts"), CHANGE)
    assert bool(shown["starts_high"]) is is_high


@pytest.mark.parametrize(
    ("start", "end", "is_shown"),
    [(9, 9, False), (9, 30, False), (30, 9, False), (0, 9, False), (0, 0, True)],
)
def test_the_pooled_change_is_hidden_where_a_hidden_region_follows_from_it(
    tiny_findings, start, end, is_shown
):
    one = f"evidence_id == '{CHANGE}'"
    table = with_cells(tiny_findings.rows("contrasts"), one, n_start=start, n_end=end)
    shown = gated(tiny_findings, contrasts=table).rows("contrasts")
    assert pd.notna(row(shown, "change/all/bond/first-second")["estimate"]) == is_shown
    assert pd.notna(row(shown, "change/all/honesty/first-second")["estimate"])
    assert pd.notna(row(shown, "change/south/bond/first-second")["estimate"])


@pytest.mark.parametrize(("people", "is_shown"), [(4, False), (5, True)])
def test_two_hidden_regions_of_ten_together_hide_each_other(tiny_findings, people, is_shown):
    both = "kind == 'change' and region in ('north', 'south') and scale == 'bond'"
    table = with_cells(tiny_findings.rows("contrasts"), both, n_start=people, n_end=people)
    shown = gated(tiny_findings, contrasts=table).rows("contrasts")
    assert pd.notna(row(shown, "change/all/bond/first-second")["estimate"]) == is_shown


# Conversations


def themed(findings: Findings, **cells: object) -> Series:
    """The row of trust in north at its first wave, with other counts, as it is shared."""
    where = "region == 'north' and code == 'trust' and wave == 'first'"
    table = with_cells(findings.rows("themes"), where, **cells)
    shown = gated(findings, themes=table).rows("themes")
    return shown.query(where).iloc[0]


@pytest.mark.parametrize(
    ("documents", "asked", "worded"),
    [
        (0, 8, ""),
        (1, 8, "one"),
        (2, 8, ""),
        (6, 8, ""),
        (7, 8, "almost_all"),
        (8, 8, ""),
        (3, 4, "almost_all"),
    ],
)
def test_one_and_all_but_one_are_words_and_the_rest_are_numbers(
    tiny_findings, documents, asked, worded
):
    shown = themed(tiny_findings, documents=documents, asked=asked, people=40)
    assert shown["worded"] == worded
    assert pd.isna(shown["documents"]) if worded else shown["documents"] == documents
    assert (shown["asked"], shown["state"]) == (asked, "counted")


def said(findings: Findings, **cells: object) -> Series:
    """The row of helping trust in north at its first wave, with other counts, as it is shared."""
    where = "region == 'north' and code == 'trust' and stance == 'helps' and wave == 'first'"
    table = with_cells(findings.rows("heard"), where, **cells)
    return gated(findings, heard=table).rows("heard").query(where).iloc[0]


@pytest.mark.parametrize(
    ("documents", "asked", "worded"),
    [
        *[(0, 8, "low"), (1, 8, "low"), (2, 8, ""), (6, 8, ""), (7, 8, "high"), (8, 8, "high")],
        *[(3, 4, "high"), (0, 10, ""), (1, 10, ""), (9, 10, ""), (10, 10, "")],
    ],
)
def test_of_fewer_than_ten_conversations_none_and_one_read_alike_and_so_do_both_ends(
    tiny_findings, documents, asked, worded
):
    state = "counted" if documents else "not_coded"
    shown = said(tiny_findings, documents=documents, asked=asked, people=40, state=state)
    assert shown["worded"] == worded
    assert pd.isna(shown["documents"]) if worded else shown["documents"] == documents
    assert (shown["asked"], shown["state"]) == (asked, "counted")


@pytest.mark.parametrize(("asked", "people"), [(3, 10), (4, 9)])
def test_help_and_hindrance_of_few_people_are_hidden_each(tiny_findings, asked, people):
    shown = said(tiny_findings, documents=2, asked=asked, people=people)
    assert shown["state"] == "suppressed"
    assert pd.isna(shown["documents"]) and pd.isna(shown["asked"])


@pytest.mark.parametrize(
    ("asked", "people", "state"),
    [(4, 10, "counted"), (3, 10, "suppressed"), (4, 9, "suppressed"), (pd.NA, pd.NA, "suppressed")],
)
def test_a_count_of_conversations_needs_four_of_them_and_ten_people(
    tiny_findings, asked, people, state
):
    shown = themed(tiny_findings, documents=2, asked=asked, people=people)
    assert shown["state"] == state
    is_told = state == "counted"
    assert (pd.notna(shown["documents"]), pd.notna(shown["asked"])) == (is_told, is_told)
    assert shown["worded"] == ""


@pytest.mark.parametrize("state", ["no_data", "not_asked"])
def test_that_nobody_was_asked_is_no_secret(tiny_findings, state):
    cells = dict.fromkeys(("documents", "asked", "people"), pd.NA)
    assert themed(tiny_findings, state=state, **cells)["state"] == state


def test_that_nobody_spoke_of_it_is_as_secret_as_how_many_did(tiny_findings):
    few = {"documents": 0, "asked": 3, "people": 30}
    assert themed(tiny_findings, state="not_coded", **few)["state"] == "suppressed"
    many = {"documents": 0, "asked": 4, "people": 30}
    assert themed(tiny_findings, state="not_coded", **many)["state"] == "not_coded"


def test_a_hidden_wave_hides_the_other_waves_of_its_code_and_not_the_total(tiny_findings):
    where = "region == 'north' and code == 'trust' and wave == 'first'"
    table = with_cells(tiny_findings.rows("themes"), where, asked=3, documents=2)
    shown = gated(tiny_findings, themes=table).rows("themes", region="north")
    states = shown.set_index(["code", "wave"])["state"]
    assert states["trust"].to_dict() == {
        "first": "suppressed",
        "second": "suppressed",
        "all": "counted",
    }
    assert set(states["turnover"]) == {"counted"}


def test_a_wave_without_conversations_hides_no_other(tiny_findings):
    where = "region == 'north' and code == 'trust' and wave == 'first'"
    cells = dict.fromkeys(("documents", "asked", "people"), pd.NA)
    table = with_cells(tiny_findings.rows("themes"), where, state="no_data", **cells)
    shown = gated(tiny_findings, themes=table).rows("themes", region="north", code="trust")
    assert shown.set_index("wave")["state"].to_dict()["second"] == "counted"


@pytest.mark.parametrize(
    ("people", "documents", "is_told"), [(10, 4, True), (9, 4, False), (10, 3, False)]
)
def test_talk_shares_a_direction_where_four_conversations_of_ten_people_stand_behind_it(
    tiny_findings, people, documents, is_told
):
    one = "talk/north/bond/first-second"
    table = with_cells(
        tiny_findings.rows("talk"),
        f"evidence_id == '{one}'",
        people=people,
        documents=documents,
    )
    shelf = gated(tiny_findings, talk=table)
    shown = row(shelf.rows("talk"), one)
    assert shown["direction"] == ("up" if is_told else "unknown")
    assert pd.notna(shown["documents"]) == is_told
    assert {"estimate", "low", "high", "note"}.isdisjoint(shelf.rows("talk"))
    cell = row(shelf.rows("joint"), "joint/north/bond/first-second")
    told = ("convergent", "up", "up") if is_told else ("not_testable", "up", "")
    assert (cell["label"], cell["score_direction"], cell["talk_direction"]) == told


# Quotations


def quoted(findings: Findings, **tables: DataFrame) -> DataFrame:
    """The quotations that are shared of findings in which some tables are others."""
    return gated(findings, **tables).rows("quotations")


def test_only_approved_quotations_with_consent_pass(tiny_findings):
    inside = tiny_findings.rows("quotations")
    assert len(quoted(tiny_findings)) == inside["approved"].sum() == 2
    assert quoted(tiny_findings, quotations=inside.assign(approved=False)).empty
    assert quoted(tiny_findings, quotations=inside.assign(consent="no")).empty
    assert quoted(tiny_findings, quotations=inside.assign(consent="")).empty
    first = inside.index[inside["approved"].astype(bool)][0]
    one = inside.assign(consent=np.where(inside.index == first, "no", "yes"))
    assert inside.loc[first, "text"] not in quoted(tiny_findings, quotations=one)["text"].tolist()


def test_quotations_are_counted_by_what_they_lack(tiny_findings):
    inside = tiny_findings.rows("quotations")
    first = inside.index[inside["approved"].astype(bool)][0]
    one = inside.assign(consent=np.where(inside.index == first, "no", "yes"))
    counts = gated(tiny_findings, quotations=one).rows("quotation_counts").iloc[0]
    assert counts[["eligible", "consented", "approved"]].tolist() == [52, 51, 1]
    assert (counts["evidence_id"], counts["region"]) == ("quotepool/north/counts/all", "north")


def test_quotations_are_counted_per_region_in_the_order_of_the_study(tiny_findings):
    inside = tiny_findings.rows("quotations").head(5)
    regions = ["south", "south", "north", "south", "north"]
    other = inside.assign(region=regions, synthetic=[True, False, False, True, False])
    counts = gated(tiny_findings, quotations=other).rows("quotation_counts")
    columns = ["evidence_id", "region", "eligible", "synthetic"]
    assert counts[columns].to_numpy().tolist() == [
        ["quotepool/south/counts/all", "south", 3, True],
        ["quotepool/north/counts/all", "north", 2, False],
    ]


@pytest.mark.parametrize(
    ("in_role", "at_wave", "heard", "told"),
    [
        (10, 10, 10, ("helper", "first")),
        (9, 10, 10, (None, "first")),
        (10, 9, 10, (None, None)),
        (10, 10, 9, (None, None)),
    ],
)
def test_role_and_wave_of_a_quotation_need_ten_people_each(
    tiny_findings, in_role, at_wave, heard, told
):
    first = "region == 'north' and wave == 'first'"
    helper = f"{first} and role == 'helper'"
    shown = quoted(
        tiny_findings,
        roles=with_cells(tiny_findings.rows("roles"), helper, people=in_role),
        participation=with_cells(tiny_findings.rows("participation"), first, people=at_wave),
        themes=with_cells(tiny_findings.rows("themes"), first, people=heard),
    )
    cells = shown[["role", "wave"]].astype(object).where(shown[["role", "wave"]].notna(), None)
    assert {*cells.itertuples(index=False, name=None)} == {told}


def test_a_role_that_nobody_counted_is_not_told(tiny_findings):
    none = tiny_findings.rows("roles").query("role != 'helper'")
    shown = quoted(tiny_findings, roles=none)
    assert shown["role"].isna().all() and shown["wave"].notna().all()
    nobody = tiny_findings.rows("participation").query("region != 'north'")
    assert quoted(tiny_findings, participation=nobody)["wave"].isna().all()


def test_only_what_published_claims_say_of_a_pattern_is_shared(tiny_findings):
    columns = [*tiny_findings.rows("expectations")]
    rows = DataFrame("x", index=range(2), columns=columns).assign(source=["claims", "findings"])
    shown = gated(tiny_findings, expectations=rows).rows("expectations")
    assert shown["source"].tolist() == ["claims"]
    assert {"found", "evidence"}.isdisjoint(shown)


# The whole way, from raw folders


def test_a_group_below_the_smallest_has_no_number_anywhere(tiny):
    without_people(tiny, 9)
    shelf = gate(prepare(tiny))
    means = shelf.rows("means", region="north")
    changes = shelf.rows("contrasts", region="north", kind="change")
    assert means[["estimate", "low", "high", "n"]].isna().all(axis=None)
    assert (changes["verdict"] == "too_few").all()
    assert changes[["estimate", "low", "high", "low_90", "n", "start_mean"]].isna().all(axis=None)
    assert changes["holds"].isna().all() and not changes["starts_high"].any()
    people = shelf.rows("participation", region="north")
    assert people["people"].isna().all()
    # And none follows from the change of all regions together.
    pooled = shelf.rows("contrasts", kind="change", region="all")
    assert pooled["estimate"].isna().all()
    assert row(shelf.rows("joint"), "joint/north/bond/first-second")["score_direction"] == ""


def test_the_mean_of_people_who_all_said_the_same_stays_inside(tiny):
    plan = tiny / "raw/study.yaml"
    plan.write_text(plan.read_text().replace(NOTHING, ""))
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


def test_an_edited_quotation_loses_its_approval(tiny):
    transcripts = tiny / "raw/regions/north/interviews"
    for path in (tiny / "raw/regions").glob("*/survey/*.csv"):
        path.unlink()
    for path in [*transcripts.rglob("*.txt"), transcripts / "codings.csv"]:
        text = path.read_text().replace("gewoon even", "gewoon eens")
        path.write_text(text.replace("weer iemand", "weer eentje"))
    assert gate(prepare(tiny)).rows("quotations").empty


def test_a_hidden_number_of_conversations_follows_from_no_total(tiny):
    for path in (tiny / "raw/regions").glob("*/survey/*.csv"):
        path.unlink()
    without_conversation(tiny, "second-1")
    shelf = gate(prepare(tiny))
    held = shelf.rows("participation", region="north").set_index("wave")["documents"]
    assert held["first"] == 4 and held[["second", "all"]].isna().all()
    # A hidden wave does not follow from the other waves and all together either.
    themes = shelf.rows("themes", region="north")
    assert set(themes.loc[themes["wave"] != "all", "state"]) == {"suppressed"}
    assert themes.loc[themes["wave"] == "all", "asked"].notna().all()


def test_the_gate_gives_the_same_table_whether_findings_are_fresh_or_read_back(
    tiny_findings, tmp_path
):
    shelf = gate(tiny_findings)
    processed.store(tmp_path / "stored", tiny_findings.tables, stage="findings")
    again = gate(
        replace(tiny_findings, tables=processed.read_back(tmp_path / "stored", stage="findings"))
    )
    for name in shelf.names:
        assert processed.to_csv(again.rows(name)) == processed.to_csv(shelf.rows(name)), name
