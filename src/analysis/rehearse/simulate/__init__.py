"""Draw the synthetic pilot from what is planted, and compute the truth behind it."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from pandas import DataFrame

from analysis.plan.problems import Phrase, Problem, StudyError
from analysis.plan.study import Study
from analysis.plan.study.regions import SURVEY_SUFFIXES
from analysis.rehearse.simulate.conversations import SyntheticTalk, draw_conversations
from analysis.rehearse.simulate.exports import export_forms
from analysis.rehearse.simulate.handover import as_qualcoder, as_refi_qda, as_spreadsheet
from analysis.rehearse.simulate.planted import Planted, read_planted
from analysis.rehearse.simulate.review import REVIEWER, approve_agreements, review
from analysis.rehearse.simulate.survey import draw_survey
from analysis.rehearse.simulate.truth import compute_truth

__all__ = ["compute_truth", "draw_conversations", "draw_survey", "read_planted", "simulate"]


def simulate(study: Study, raw: Path) -> tuple[Path, ...]:
    """Write the synthetic pilot below a raw folder and return the files written.

    Everything follows from the plan, the crosswalk, planted.yaml and planted-phrases.yaml: the
    same input gives the same bytes, and each region draws its own random numbers. Only regions
    that planted.yaml names are written. Decisions that other reviewers took are kept.

    Raises
    ------
    StudyError if planted.yaml or planted-phrases.yaml is missing or wrong, or names a region that
    is not declared synthetic: real data are never written over.
    """
    planted, phrases = read_planted(study.raw, study.plan)
    _refuse_real_regions(study, planted)
    files: dict[str, str | bytes] = {"planted-truth.csv": _csv(compute_truth(study.plan, planted))}
    talks = {}
    for name, region in planted.regions.items():
        for wave, forms in draw_survey(study.plan, planted, region).items():
            suffix, content = export_forms(
                forms, region.export, study.regions[name], wave, study.plan, planted.dont_know
            )
            files[f"regions/{name}/survey/{wave}{suffix}"] = content
        talk = draw_conversations(study.plan, planted, phrases, name, study.crosswalk)
        for path, coded in _interviews(study, planted, name, talk).items():
            files[f"regions/{name}/interviews/{path}"] = coded
        talks[name] = talk
    decided = study.decisions.quotations
    kept = decided[decided["decided_by"] != REVIEWER]
    reviewed = review(talks, planted, phrases, study.plan.leading_coder)
    files["decisions/quotations.csv"] = _csv(pd.concat([kept, reviewed]))
    if planted.agreements:
        files["decisions/agreements.csv"] = _csv(approve_agreements(planted))
    _remove_other_layouts(study, planted, raw, files)
    return tuple(_write(raw / path, text) for path, text in sorted(files.items()))


def _remove_other_layouts(
    study: Study, planted: Planted, raw: Path, files: Mapping[str, str | bytes]
) -> None:
    """Take away the synthetic exports of a layout that a region no longer has."""
    for name in planted.regions:
        for wave in study.plan.waves:
            for suffix in SURVEY_SUFFIXES:
                path = f"regions/{name}/survey/{wave}{suffix}"
                if path not in files:
                    (raw / path).unlink(missing_ok=True)


def _interviews(
    study: Study, planted: Planted, name: str, talk: SyntheticTalk
) -> dict[str, str | bytes]:
    """Lay out a region's interviews in the format of its coding tool."""
    documents, tool = talk.tables["documents"], planted.regions[name].coding_tool
    coded: dict[str, str | bytes]
    if tool == "spreadsheet":
        coded = as_spreadsheet(talk)
    else:
        # These tools keep the texts; the conversations have no files of their own.
        documents = documents.assign(file="")
        coded = (
            as_refi_qda(talk, study.codes, name)
            if tool == "refi_qda"
            else as_qualcoder(talk, study.codes, planted.approved_on)
        )
    tables = {"documents.csv": _csv(documents), "speakers.csv": _csv(talk.tables["speakers"])}
    return {**tables, **coded}


def _refuse_real_regions(study: Study, planted: Planted) -> None:
    synthetic = [name for name, region in study.regions.items() if region.synthetic]
    known = synthetic or Phrase("run.none_synthetic")
    problems = [
        Problem("run.real_region", "raw/planted.yaml", region=name, synthetic=known)
        for name in planted.regions
        if name not in synthetic
    ]
    if problems:
        raise StudyError(problems)


def _csv(rows: DataFrame) -> str:
    return str(rows.to_csv(index=False, lineterminator="\n", float_format="%.4f"))


def _write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path
