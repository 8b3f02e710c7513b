"""Promises about theme sheets: every passage found again, two that disagree, nothing left out."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_study import lay_out_tiny_study, write

from analysis import narrative
from analysis.collect import processed as stored
from analysis.collect.interviews import Conversations
from analysis.findings import open_findings, prepare
from analysis.learn.themes import group_themes, list_passages
from analysis.plan.described import PROCESSED
from analysis.plan.problems import StudyError
from analysis.tell.disclosure import gate

PLACE = ["region", "document", "segment"]


@pytest.fixture(scope="module")
def pilot(pilot_findings):
    return pilot_findings


def sheets(findings, group=None):
    return {one.code: one for one in narrative.theme_sheets(findings, findings.group(group))}


def test_every_coding_of_the_leading_coder_is_found_again(pilot):
    said = processed(pilot)
    led = said.led(pilot.study).drop_duplicates([*PLACE, "code"])
    passages = pilot.rows("passages")
    assert len(passages) == len(led)
    assert passages["evidence_id"].is_unique
    at = ["region", "document", "start", "end"]
    assert len(passages.merge(said.segments[[*at, "text"]])) == len(passages)


def processed(findings):
    return Conversations.of(stored.read_back(findings.study.processed, stage=PROCESSED))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_coding_that_goes_takes_its_own_passage_and_no_other(pilot, number):
    said = processed(pilot)
    led = said.led(pilot.study)
    gone = led.iloc[number % len(led)]
    codings = said.codings
    is_gone = (codings[[*PLACE, "code"]] == gone[[*PLACE, "code"]]).all(axis=1)
    fewer = Conversations(said.documents, said.segments, codings[~is_gone], said.speakers)
    lost = {*pilot.rows("passages")["evidence_id"]} - {
        *list_passages(fewer, pilot.study)["evidence_id"]
    }
    (one,) = lost
    assert f"{gone['document']}.{gone['code']}/" in one


def test_the_pilot_has_a_sheet_for_each_of_its_groups(pilot):
    groups = {group.framework for group in pilot.groups}
    own = pilot.study.frameworks.query("is_pilot_framework == 'true'")["framework"]
    assert groups <= {*own}
    stakeholders = [group for group in pilot.groups if group.id != group.framework]
    assert len(stakeholders) == 3
    assert len({group.framework for group in stakeholders}) == 1
    assert len(pilot.groups) == 7


def test_a_study_that_marks_no_framework_has_a_sheet_for_each_it_coded_with(tiny_findings):
    assert [group.id for group in tiny_findings.groups] == ["ideas"]
    assert group_themes([], tiny_findings.study) == ()


def test_a_group_that_does_not_exist_is_answered_with_those_that_do(tiny_findings):
    with pytest.raises(StudyError, match="ideas"):
        tiny_findings.group("idaes")


def test_two_passages_that_disagree_are_of_one_region_and_wave_and_of_two_conversations(pilot):
    shown = [sheet for group in pilot.groups for sheet in narrative.theme_sheets(pilot, group)]
    split = [sheet for sheet in shown if len(sheet.opposed) == 2]
    assert len(split) > len(shown) / 2
    for sheet in split:
        (_, one), (_, other) = sheet.opposed
        assert {one["stance"], other["stance"]} == {"helps", "hinders"}
        assert (one["region"], one["wave"]) == (other["region"], other["wave"])
        passages = pilot.rows("passages", code=sheet.code, region=one["region"], wave=one["wave"])
        sides = passages[passages["stance"] != "neutral"].groupby("stance")["document"].unique()
        if one["document"] == other["document"]:
            assert all({*documents} == {one["document"]} for documents in sides)


def test_a_sheet_shows_every_passage_of_its_theme(pilot):
    group = pilot.group("pilot_conditions")
    page = narrative.theme_sheets(pilot, group)._repr_mimebundle_()[0]["text/html"]
    passages = pilot.rows("passages", code=group.codes)
    assert page.count("<li><small>") == len(passages)


def test_no_id_of_a_code_stands_in_the_bounds_of_a_theme(pilot):
    ids = {*pilot.study.codes["id"]}
    for group in pilot.groups:
        for sheet in narrative.theme_sheets(pilot, group):
            assert not ids & {*re.findall(r"\w+", " ".join(sheet.bounds))}


def test_a_theme_says_what_was_published_on_it_with_its_place(pilot):
    claims = pilot.study.claims
    row = claims[(claims["subject_code"] != "") & (claims["restates"] == "")].iloc[0]
    code = row["subject_code"]
    group = next(group for group in pilot.groups if code in group.codes)
    words = [text for text, *_ in sheets(pilot, group.id)[code].published]
    assert row["paraphrase_en"] in words


def test_a_rare_theme_is_never_firm(tmp_path):
    folder = lay_out_tiny_study(tmp_path)
    codings = folder / "raw/regions/north/interviews/codings.csv"
    rows = codings.read_text(encoding="utf-8").splitlines()
    kept = [rows[0], *[row for row in rows[1:] if "trust" not in row], *rare(rows)]
    write(codings, "\n".join(kept) + "\n")
    prepare(folder)
    told = str(sheets(open_findings(folder))["trust"].told)
    assert "agree enough" not in told


def rare(rows):
    """Keep the codings of one passage alone."""
    first = next(row for row in rows[1:] if "trust" in row)
    place = first.split(",")[:3]
    return [row for row in rows[1:] if row.split(",")[:3] == place]


def test_themes_that_nobody_spoke_of_are_named(tmp_path):
    folder = lay_out_tiny_study(tmp_path)
    codebook = folder / "raw/codebooks/ideas.csv"
    text = codebook.read_text(encoding="utf-8")
    write(codebook, f"{text}calm,ideas,,code,rust,calm,Things are calm.,000 §1,helps\n")
    prepare(folder)
    findings = open_findings(folder)
    assert narrative.theme_sheets(findings, findings.group()).unheard == "Not heard: ‘calm’."


def test_no_passage_leaves_the_house(pilot):
    assert gate(pilot).rows("passages").empty


def test_a_study_without_talk_says_that_there_is_nothing(tmp_path):
    folder = lay_out_tiny_study(tmp_path)
    for path in [*(folder / "raw/regions/north/interviews").rglob("*.*")]:
        path.unlink()
    prepare(folder)
    findings = open_findings(folder)
    told = narrative.theme_sheets(findings, findings.group())
    assert [*told] == []
    assert told._repr_mimebundle_()[1]["text/html"]["bare"]


def test_the_sheets_are_told_in_dutch_as_well(pilot):
    dutch = pilot.in_language("nl")
    told = [sheet for group in dutch.groups for sheet in narrative.theme_sheets(dutch, group)]
    assert not any("The coders" in str(sheet.told) for sheet in told)
    assert told
