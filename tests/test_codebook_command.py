"""Promises about a codebook to code with: a tool and Word open it, and it comes back the same."""

import subprocess
import sys

import pytest
from docx import Document
from tiny_study import lay_out_tiny_study

from analysis.collect.interviews.matching import match_codes
from analysis.collect.interviews.refi import read_codebook
from analysis.collect.interviews.tables import settle
from analysis.share.codebook import codebook_files


def written(study, framework, folder, language="nl"):
    folder.mkdir(parents=True)
    paths = []
    for name, content in codebook_files(study, framework, language).items():
        (folder / name).write_bytes(content)
        paths.append(folder / name)
    return paths


def command(study, framework, out):
    """Run the command as a person would."""
    words = [sys.executable, "-m", "analysis", "codebook", "--data", str(study)]
    words += [framework, "--out", str(out)]
    return subprocess.run(words, capture_output=True, text=True)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_tool_reads_back_the_same_codes(pilot_findings, tmp_path, language):
    study = pilot_findings.study
    for framework in study.frameworks["framework"]:
        qdc, _ = written(study, framework, tmp_path / framework, language)
        back = settle(read_codebook(qdc, qdc.name), qdc.name).codes
        region = next(iter(study.regions.values()))
        ours, _ = match_codes(back, region, study)
        codes = study.codes.query("framework == @framework")["id"]
        assert sorted(ours.values()) == sorted(codes)


def test_word_shows_each_code_with_what_belongs_and_what_does_not(pilot_findings, tmp_path):
    study = pilot_findings.study
    _, word = written(study, "pilot_conditions", tmp_path / "out", "en")
    codes = study.codes.query("framework == 'pilot_conditions'")
    said = [paragraph.text for paragraph in Document(str(word)).paragraphs]
    assert [one for one in said if one in {*codes["label_en"]}] == [*codes["label_en"]]
    for column, head in (("definition_en", "Definition"), ("include_hint_en", "Include")):
        told = [f"{head}: {text}" for text in codes[column] if text]
        assert [one for one in said if one.startswith(f"{head}: ")] == told


def test_a_framework_that_does_not_exist_is_answered_with_those_that_do(tmp_path):
    ran = command(lay_out_tiny_study(tmp_path / "study"), "idaes", tmp_path / "out")
    assert ran.returncode == 1
    assert "ideas" in ran.stderr and "Traceback" not in ran.stderr
    assert not (tmp_path / "out").exists()


def test_a_codebook_is_written_and_never_written_over(tmp_path):
    study, out = lay_out_tiny_study(tmp_path / "study"), tmp_path / "out"
    ran = command(study, "ideas", out)
    assert ran.returncode == 0, ran.stderr
    assert {path.name for path in out.iterdir()} == {"ideas.qdc", "ideas.docx"}
    assert "ideas.qdc" in ran.stdout
    before = (out / "ideas.qdc").read_bytes()
    again = command(study, "ideas", out)
    assert again.returncode == 1 and "ideas.qdc" in again.stderr
    assert (out / "ideas.qdc").read_bytes() == before
