"""Promises about the result tables: computed once, named once, written whole or not at all."""

import pytest

from analysis.collect.processed import fingerprint, read_back
from analysis.findings import check, open_findings, prepare
from analysis.learn.themes import quotations
from analysis.plan.problems import Phrase, StudyError


def test_every_row_of_every_table_has_its_own_evidence_id(tiny_findings):
    ids = [row for name in tiny_findings.names for row in tiny_findings.rows(name)["evidence_id"]]
    assert len(ids) == len(set(ids))
    assert all(one == one.lower() for one in ids)


def test_what_is_stored_reads_back_as_it_was(tiny_findings, prepared):
    stored = read_back(prepared / "processed" / "findings", stage="findings")
    assert set(stored) == set(tiny_findings.names)
    for name in tiny_findings.names:
        table = tiny_findings.rows(name)
        assert [*stored[name]] == [*table]
        assert len(stored[name]) == len(table)
    change = tiny_findings.rows("contrasts")["estimate"]
    assert stored["contrasts"]["estimate"].equals(change)


def test_whoever_waits_is_told_what_is_computed(tiny):
    told: list[str] = []
    prepare(tiny, lambda step: told.append(step.text()))
    assert told[0] == "reading and checking the data"
    assert {"change over the waves", "robustness", "conversations"} <= {*told}
    prepare_again: list[Phrase] = []
    open_findings(tiny, tell=prepare_again.append)
    assert not prepare_again


def test_a_text_is_searched_for_private_words_once(prepared, tiny_findings, monkeypatch):
    first = tiny_findings.rows("quotations")
    asked: list[str] = []

    def find_new(texts, _known):
        asked.extend(texts)
        return [[] for _ in texts]

    monkeypatch.setattr(quotations, "find_private", find_new)
    assert prepare(prepared).rows("quotations").equals(first)
    assert asked == []
    speakers = prepared / "raw/regions/north/interviews/speakers.csv"
    speakers.write_text(speakers.read_text().replace("P1,", "P2,", 1))
    prepare(prepared)
    assert {*asked} == {*first["text"]}, "with other names all texts are searched again"


def test_a_spoiled_memory_of_flags_costs_only_time(prepared, tiny_findings):
    first = tiny_findings.rows("quotations")
    (prepared / "processed" / "flags.json").write_text('{"rules": 1}')
    assert prepare(prepared).rows("quotations").equals(first)


@pytest.mark.long
def test_preparing_twice_gives_the_same_bytes(prepared):
    before = fingerprint(prepared / "processed")
    prepare(prepared)
    assert fingerprint(prepared / "processed") == before


def test_raw_data_are_never_written(tiny, prepared):
    assert fingerprint(prepared / "raw") == fingerprint(tiny / "raw")


def test_opening_again_computes_nothing(prepared, monkeypatch):
    monkeypatch.setattr("analysis.findings.prepare", lambda _: pytest.fail("computed again"))
    assert not open_findings(prepared).rows("contrasts").empty


def test_a_changed_answer_is_computed_again(prepared, tiny_findings):
    before = tiny_findings.rows("means", region="north")["estimate"].iloc[0]
    path = prepared / "raw/regions/north/survey/first.csv"
    text = path.read_text().replace(",yes,", ",no,", 3)
    path.write_text(text)
    assert open_findings(prepared).rows("means", region="north")["estimate"].iloc[0] != before


def test_wrong_data_leave_everything_as_it_was(prepared):
    before = fingerprint(prepared / "processed")
    (prepared / "raw/regions/north/survey/first.csv").write_text("")
    (prepared / "raw/regions/south/survey/second.csv").write_text("participant\n")
    with pytest.raises(StudyError) as caught:
        prepare(prepared)
    assert len(caught.value.problems) > 1
    assert fingerprint(prepared / "processed") == before


def test_checking_writes_nothing(tiny):
    before = fingerprint(tiny)
    assert check(tiny) == []
    assert fingerprint(tiny) == before


def test_a_wave_that_was_not_held_is_no_error(tiny):
    for region in ("north", "south"):
        (tiny / f"raw/regions/{region}/survey/second.csv").unlink()
    found = prepare(tiny)
    assert found.rows("contrasts", kind="change").empty
    assert not found.rows("means").empty


def test_a_region_without_a_survey_still_has_its_conversations(tiny):
    for wave in ("first", "second"):
        (tiny / f"raw/regions/north/survey/{wave}.csv").unlink()
    found = prepare(tiny)
    assert found.rows("means", region="north").empty
    assert not found.rows("themes", region="north", state="counted").empty
    assert found.rows("participation", region="north")["people"].sum() == 0


def test_a_new_region_leaves_every_other_regions_descriptions_untouched(tiny, tiny_findings):
    before = tiny_findings.rows("items", region="north")
    text = (tiny / "raw/regions/south/region.yaml").read_text()
    third = tiny / "raw/regions/west"
    (third / "survey").mkdir(parents=True)
    (third / "region.yaml").write_text(text.replace("order: 2", "order: 3"))
    survey = (tiny / "raw/regions/south/survey/first.csv").read_text()
    (third / "survey/first.csv").write_text(survey.replace("SYN-2", "SYN-3"))
    found = prepare(tiny)
    assert "west" in found.study.regions
    assert found.rows("items", region="north").equals(before)


def test_every_row_says_whether_made_up_data_are_in_it(tiny):
    path = tiny / "raw/regions/south/region.yaml"
    path.write_text(path.read_text().replace("synthetic: true", "synthetic: false"))
    findings = prepare(tiny)
    for name in findings.names:
        assert "synthetic" in findings.rows(name), name
    means = findings.rows("means")
    assert means.loc[means["region"] == "north", "synthetic"].all()
    assert not means.loc[means["region"] == "south", "synthetic"].any()
    assert findings.rows("contrasts", kind="growth")["synthetic"].all()


@pytest.mark.long
def test_findings_that_were_changed_by_hand_are_computed_again(prepared, tiny_findings):
    before = tiny_findings.rows("means")
    stored = prepared / "processed/findings/means.csv"
    stored.write_text(stored.read_text().replace("mean/north", "mean/elsewhere"), encoding="utf-8")
    assert open_findings(prepared).rows("means").equals(before)
