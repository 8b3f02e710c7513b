"""Every result table once: computed from the raw folder, stored, and opened by the notebooks."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pandas import DataFrame

from analysis import processed
from analysis.findings.prepare import check_everything, compute_findings, process
from analysis.findings.stamp import PROJECT, Stamp, stamp_of
from analysis.problems import Problem, StudyError
from analysis.study import Study, read_study

__all__ = ["Findings", "check", "open_findings", "prepare"]

FOLDER_VARIABLE = "ANALYSIS_DATA"


@dataclass(frozen=True)
class Findings:
    """The result tables of one study, and what they were made from."""

    study: Study
    tables: Mapping[str, DataFrame]
    stamp: Stamp

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tables there are."""
        return tuple(self.tables)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the plan."""
        return self.study.plan.languages

    def table(self, name: str, **where: object) -> DataFrame:
        """Return a copy of one table, or of its rows where each named column has a value.

        A list stands for any of its values. A table that does not exist here is empty.
        """
        rows = self.tables.get(name, DataFrame(columns=["evidence_id", *where]))
        for column, value in where.items():
            values = value if isinstance(value, list | tuple | set) else [value]
            rows = rows[rows[column].isin([*values])]
        return rows.reset_index(drop=True)


def check(folder: Path) -> list[Problem]:
    """Read all raw data and return every problem, without writing anything."""
    return check_everything(folder)[2]


def prepare(folder: Path) -> Findings:
    """Read, check, process and compute; store the tables below `processed` and return them.

    Raises
    ------
    StudyError with every error of the run; then nothing was written.
    """
    stamp = stamp_of(folder)
    study, raw_tables, problems = check_everything(folder)
    errors = [problem for problem in problems if problem.severity == "E"]
    if study is None or errors:
        raise StudyError(errors)
    tables = process(raw_tables, study)
    findings = Findings(study, compute_findings(tables, study), stamp.with_seed(study.plan.seed))
    # A run that is killed halfway leaves no manifest: the next one computes everything again.
    processed.remove_manifest(study.processed)
    processed.store(study.processed, tables)
    processed.store(study.processed / "findings", findings.tables)
    processed.write_manifest(study.processed, findings.stamp.as_manifest())
    return findings


def open_findings(folder: Path | None = None) -> Findings:
    """Open the findings of a study; prepare them first if raw data or code changed.

    Without a folder this is the study that `ANALYSIS_DATA` names, else the project's own `data`.
    """
    folder = folder or Path(os.environ.get(FOLDER_VARIABLE) or PROJECT / "data")
    stamp = stamp_of(folder)
    manifest = processed.read_manifest(folder / "processed")
    if not stamp.matches(manifest):
        return prepare(folder)
    study = read_study(folder)
    tables = processed.read_back(folder / "processed" / "findings")
    return Findings(study, tables, stamp.with_seed(study.plan.seed))
