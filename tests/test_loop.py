"""Promises about the loop: what was agreed is told, with what scores and talk did since."""

import pandas as pd
import pytest
from tiny_study import lay_out_tiny_study, write

from analysis import narrative
from analysis.findings import prepare
from analysis.plan.study import check_study
from analysis.plan.study.agreed import COLUMNS, hash_of
from analysis.rehearse.simulate import read_planted
from analysis.tell.disclosure import gate

AGREED = {
    "agreement_id": "1",
    "region": "north",
    "wave": "first",
    "what_nl": "We eten elke week samen.",
    "what_en": "We eat together every week.",
    "who_group": "everybody",
    "about_kind": "scale",
    "about": "nearness",
    "due_wave": "second",
    "state": "kept",
    "shared": "yes",
    "approved_by": "a reader",
}


def lay_out(folder, **differs):
    row = AGREED | differs
    row = {"sha256": hash_of(row)} | row
    cells = [",".join(f'"{row[name]}"' for name in COLUMNS["agreements"])]
    lay_out_tiny_study(folder)
    text = "\n".join([",".join(COLUMNS["agreements"]), *cells])
    write(folder / "raw/decisions/agreements.csv", f"{text}\n")
    return folder


def told(folder, language="nl"):
    brief = narrative.brief(gate(prepare(folder)), "north").told[language]
    found = [one for one in brief["sections"] if one["id"] == "agreed"]
    return found[0]["agreements"][0] if found else None


def test_an_agreement_is_told_with_its_state_and_what_its_score_did_since(tmp_path):
    one = told(lay_out(tmp_path))
    assert one["say"][0]["text"] == AGREED["what_nl"]
    assert (one["state"], one["word"]) == ("kept", "gedaan")
    assert one["seen"][0]["evidence"] == ["change/north/nearness/first-second"]
    assert one["seen"][0]["text"].startswith("Sinds de eerste meting: mensen")


def test_an_agreement_on_a_theme_is_told_with_help_and_hindrance_then_and_now(tmp_path):
    one = told(lay_out(tmp_path, about_kind="code", about="trust"))
    ids = [said["evidence"] for said in one["seen"]]
    assert ids == [
        ["heard/north/trust.helps/first", "heard/north/trust.helps/second"],
        ["heard/north/trust.hinders/first", "heard/north/trust.hinders/second"],
    ]


def test_an_agreement_of_the_last_wave_has_nothing_measured_since(tmp_path):
    one = told(lay_out(tmp_path, wave="second"))
    assert "sindsdien niets gemeten" in one["seen"][0]["text"]


def test_an_agreement_that_is_not_shared_stays_in_the_house(tmp_path):
    folder = lay_out(tmp_path, shared="no")
    findings = prepare(folder)
    assert len(findings.rows("agreements")) == 1
    assert gate(findings).rows("agreements").empty
    assert told(folder) is None


def test_an_agreement_edited_after_its_approval_is_a_letter_and_is_not_shared(tmp_path):
    folder = lay_out(tmp_path)
    path = folder / "raw/decisions/agreements.csv"
    path.write_text(path.read_text("utf-8").replace("elke week", "elke dag"), "utf-8")
    study, problems = check_study(folder)
    assert [problem.id for problem in problems] == ["study.agreed_edited"]
    assert [problem.severity for problem in problems] == ["W"]
    assert study.agreements["shared"].tolist() == ["no"]
    assert told(folder) is None


def test_who_would_act_does_not_leave_the_house(pilot_findings):
    assert "who" not in gate(pilot_findings).rows("agreements")


@pytest.fixture(scope="module")
def planted(pilot_findings):
    study = pilot_findings.study
    return read_planted(study.raw, study.plan)[0].agreements.all


def test_the_pilot_carries_four_agreements_a_region_of_every_kind(planted):
    kinds = pd.DataFrame([(one.region, one.state, one.seen) for one in planted])
    for _, own in kinds.groupby(0):
        pairs = {*own[[1, 2]].itertuples(index=False, name=None)}
        assert pairs >= {("kept", "score"), ("kept", "unseen"), ("dropped", "talk_hinders")}
        assert "partly" in {*own[1]} and len(own) == 4


def test_what_was_planted_to_become_of_an_agreement_is_found_again(pilot_findings, planted):
    rows = pilot_findings.rows("agreements")
    heard = pilot_findings.rows("heard").set_index("evidence_id")["documents"]
    assert len(rows) == len(planted)
    for one, row in zip(planted, rows.to_dict("records"), strict=True):
        assert (one.region, one.about) == (row["region"], row["about"])
        if one.seen == "score":
            assert row["verdict"] in ("probable_up", "clear_up")
        elif one.seen == "unseen":
            assert row["verdict"] in ("unknown", "same")
        else:
            now, then = (
                ("helps_id", "helped_id")
                if one.seen == "talk_helps"
                else ("hinders_id", "hindered_id")
            )
            assert heard[row[now]] >= heard[row[then]] + 2
