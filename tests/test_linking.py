"""Promises about linking waves: near codes are proposed, people decide, who withdrew is gone."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame

from analysis.collect.processed.near import propose_links
from analysis.findings.prepare import check_everything, process
from analysis.plan.study import check_study, read_study

SECOND = Path("raw/regions/north/survey/second.csv")
LINKS = "region,participant,same_as,decided_by,decision\n"
NOBODY = DataFrame(columns=["region", "participant", "same_as"])


def rename(study: Path, old: str, new: str) -> None:
    path = study / SECOND
    text = path.read_text()
    assert f"{old}," in text
    path.write_text(text.replace(f"{old},", f"{new},"))


def decide(study: Path, name: str, text: str) -> None:
    path = study / "raw/decisions" / f"{name}.csv"
    path.write_text(text, encoding="utf-8")


def tables(study: Path) -> dict[str, DataFrame]:
    read, raw, problems = check_everything(study)
    assert read is not None
    assert not [one for one in problems if one.severity == "E"]
    return process(raw, read)


def match(study: Path, code: str) -> str:
    links = tables(study)["links"].set_index(["region", "participant"])["match"]
    return links["north", code]


def proposals(*codes: tuple[str, str]) -> list[list[str]]:
    seen = DataFrame([("r", code, waves) for code, waves in codes])
    seen.columns = ["region", "participant", "waves"]
    found = propose_links(seen, NOBODY)
    return found[["participant", "same_as", "why"]].to_numpy().tolist()


def test_a_mistyped_code_is_proposed_and_never_merged(tiny):
    rename(tiny, "SYN-104", "SYN-1O4")
    found = tables(tiny)
    (row,) = found["near_codes"].itertuples(index=False)
    assert row == ("north", "SYN-104", "first", "SYN-1O4", "second", "signs that look alike")
    assert match(tiny, "SYN-1O4") == "near"
    assert {"SYN-104", "SYN-1O4"} <= set(found["respondents"]["participant"])


def test_a_link_that_a_person_decided_joins_the_two(tiny):
    rename(tiny, "SYN-104", "SYN-1O4")
    decide(tiny, "links", LINKS + "north,SYN-1O4,SYN-104,me,same\n")
    found = tables(tiny)
    assert found["near_codes"].empty
    assert match(tiny, "SYN-104") == "exact"
    scores = found["scores"].query("participant == 'SYN-104' and scale == 'bond'")
    assert [*scores["wave"]] == ["first", "second"]


def test_a_pair_that_a_person_kept_apart_is_not_proposed_again(tiny):
    rename(tiny, "SYN-104", "SYN-1O4")
    decide(tiny, "links", LINKS + "north,SYN-1O4,SYN-104,me,different\n")
    assert tables(tiny)["near_codes"].empty
    assert match(tiny, "SYN-104") == "lost"
    decide(tiny, "links", LINKS + "north,SYN-1O4,SYN-104,me,perhaps\n")
    assert [one.column for one in check_study(tiny)[1]] == ["decision"]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("AB12", "ab 12", "capitals, spaces or signs"),
        ("AB12", "AB13", "one sign differs"),
        ("AB12", "BA12", "two signs changed places"),
        ("AB12", "AB112", "one sign more or less"),
        ("A0I5", "AO15", "signs that look alike"),
        ("0071", "71", "zeros in front"),
    ],
)
def test_a_near_code_says_in_what_it_differs(one, other, why):
    assert proposals((one, "first"), (other, "second")) == [[*sorted((one, other)), why]]


def test_codes_that_answered_together_or_only_count_people_are_not_near():
    assert proposals(("AB12", "first second"), ("AB13", "second")) == []
    assert proposals(*((f"10{n}0", "first" if n % 2 else "second") for n in range(10))) == []
    assert proposals(("AB12", "first"), ("CB13", "second")) == []


@settings(max_examples=40)
@given(st.text("ABC019", min_size=4, max_size=6), st.text("ABC019", min_size=4, max_size=6))
def test_near_is_the_same_both_ways(one, other):
    there = proposals((one, "first"), (other, "second")) if one != other else []
    back = proposals((other, "first"), (one, "second")) if one != other else []
    assert [row[2] for row in there] == [row[2] for row in back]


def test_a_withdrawal_that_matches_nobody_is_said(tiny):
    decide(tiny, "withdrawn", "region,participant\nnorth,SYN-104\nnorth,SYN-1O4\nnorth,P1\n")
    problems = check_everything(tiny)[2]
    assert [(one.severity, one.row, one.found) for one in problems] == [
        ("W", 3, "a code that matches nobody")
    ]


@pytest.mark.parametrize(
    ("file", "old", "new"), [("region.yaml", "order", "orde"), ("survey/first.csv", ",n1,", ",x1,")]
)
def test_nobody_is_called_unknown_in_a_region_that_could_not_be_read(tiny, file, old, new):
    decide(tiny, "withdrawn", "region,participant\nnorth,SYN-1O4\n")
    path = tiny / "raw/regions/north" / file
    path.write_text(path.read_text().replace(old, new, 1))
    problems = check_everything(tiny)[2]
    assert problems
    assert not [one for one in problems if "withdrawn" in one.file]


def test_who_withdrew_is_in_no_table_at_the_next_run(tiny):
    before = tables(tiny)
    assert "SYN-104" in set(before["scores"]["participant"])
    decide(tiny, "withdrawn", "region,participant\nnorth,SYN-104\n")
    for name, rows in tables(tiny).items():
        assert "SYN-104" not in rows.astype(str).to_csv(), name


def test_response_counts_invited_started_and_completed(tiny):
    path = tiny / SECOND
    path.write_text(path.read_text().replace(",yes,", ",no,", 5))
    here = tables(tiny)["response"].set_index(["region", "wave"]).loc[("north", "second")]
    assert here.tolist() == [30, 24, 19, 19]


def test_a_region_may_have_an_unlinked_person_for_every_form_without_a_code(tiny):
    rename(tiny, "SYN-104", "")
    region = tiny / "raw/regions/north/region.yaml"
    region.write_text(region.read_text().replace("order: 1", "order: 1\nwithout_code: keep"))
    assert read_study(tiny).regions["north"].without_code == "keep"
    assert match(tiny, "SYN-unlinked-second-6") == "unlinked"
    here = tables(tiny)["respondents"].set_index(["wave", "participant"])["has_code"]
    assert not here["second", "SYN-unlinked-second-6"]
    assert here.sum() == len(here) - 1


def test_a_code_that_looks_like_no_code_is_followed_like_any_other(tiny):
    for path in (tiny / "raw/regions/north/survey").glob("*.csv"):
        path.write_text(path.read_text().replace("SYN-104", "unlinked7"), encoding="utf-8")
    found = tables(tiny)
    assert match(tiny, "unlinked7") == "exact"
    assert found["respondents"]["has_code"].all()


def test_a_slip_in_such_a_code_is_proposed_like_any_other(tiny):
    rename(tiny, "SYN-104", "unlinked77")
    first = tiny / "raw/regions/north/survey/first.csv"
    first.write_text(first.read_text().replace("SYN-104", "unlinked7"), encoding="utf-8")
    assert match(tiny, "unlinked7") == "near"
    assert "unlinked77" in tables(tiny)["near_codes"]["same_as"].tolist()


def test_a_form_without_a_code_is_followed_once_a_person_linked_it(tiny):
    rename(tiny, "SYN-104", "")
    region = tiny / "raw/regions/north/region.yaml"
    region.write_text(region.read_text().replace("order: 1", "order: 1\nwithout_code: keep"))
    row = "north,SYN-unlinked-second-6,SYN-104,me\n"
    decide(tiny, "links", f"region,participant,same_as,decided_by\n{row}")
    assert match(tiny, "SYN-104") == "exact"
    assert tables(tiny)["respondents"]["has_code"].all()
