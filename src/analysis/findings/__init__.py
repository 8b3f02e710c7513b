"""Every result table once: computed from the raw folder, stored, and opened by the notebooks."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pandas import DataFrame

from analysis.collect import processed
from analysis.findings import flagged
from analysis.findings.prepare import (
    Raw,
    Tell,
    check_everything,
    compute_findings,
    known_names,
    note_changes,
    process,
    silently,
)
from analysis.findings.stamp import PROJECT, Stamp, stamp_of
from analysis.findings.table import Table, select
from analysis.learn.themes import ThemeGroup, group_themes
from analysis.plan import described
from analysis.plan.problems import Phrase, Problem, StudyError
from analysis.plan.problems.language import first_language
from analysis.plan.study import Study, read_study

__all__ = [
    "Findings",
    "Table",
    "check",
    "check_or_raise",
    "open_findings",
    "open_scores",
    "prepare",
]

FOLDER_VARIABLE = "ANALYSIS_DATA"
LANGUAGES = ("nl", "en")


@dataclass(frozen=True)
class Findings:
    """The result tables of one study, and what they were made from."""

    study: Study
    tables: Mapping[str, DataFrame]
    stamp: Stamp
    warnings: tuple[Problem, ...] = ()
    language: str = "en"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tables there are."""
        return tuple(self.tables)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the plan."""
        return self.study.plan.languages

    @property
    def groups(self) -> tuple[ThemeGroup, ...]:
        """The groups of themes that people spoke of."""
        return group_themes({*self.rows("passages")["code"]}, self.study)

    def group(self, name: str | None = None) -> ThemeGroup:
        """Return one group of themes, or the first; without any talk a group without codes.

        Raises
        ------
        StudyError naming the groups there are, if none is called that.
        """
        groups = self.groups
        if name is None or not groups:
            return next(iter(groups), ThemeGroup("", "", ()))
        found = next((group for group in groups if group.id == name), None)
        if found is None:
            known = [group.id for group in groups]
            letter = Problem("run.no_group", "this notebook", name=name[:60], known=known)
            raise StudyError([letter], self.letters_in)
        return found

    @property
    def letters_in(self) -> str:
        """The language of letters about this study."""
        return letters_in(self.study, self.study.folder)

    def in_language(self, language: str) -> "Findings":
        """Return the same findings, told in another language of the plan."""
        return replace(self, language=language)

    def table(self, name: str, **where: object) -> Table:
        """Open one table, or its rows where each named column has a value, or one of several.

        A table that does not exist here is empty.
        """
        return Table(name, self.rows(name, **where), self.study, self.language)

    def rows(self, name: str, **where: object) -> DataFrame:
        """Return a copy of the rows of one table."""
        rows = self.tables[name] if name in self.tables else described.empty(name)
        return select(rows, **where)

    def changes(self, scales: Iterable[str]) -> Table:
        """Open the changes of some scales from the first to the last wave of each region."""
        own = {"spans": True, "scale": [*scales], "region": [*self.study.regions]}
        return self.table("contrasts", kind="change", **own)


def check(folder: Path) -> list[Problem]:
    """Read all raw data and return every problem, without writing anything."""
    return check_everything(folder)[2]


def check_or_raise(folder: Path) -> tuple[list[Problem], str]:
    """Read all raw data; return the warnings and the language of letters.

    Raises
    ------
    StudyError with every problem, when one of them stops a run.
    """
    study, _, problems = check_everything(folder)
    language = letters_in(study, folder)
    if study is None or any(problem.severity == "E" for problem in problems):
        raise StudyError(problems, language)
    return problems, language


def letters_in(study: Study | None, folder: Path) -> str:
    """Return the language of letters: the first that the plan declares, see `first_language`."""
    if study is None:
        return first_language(folder)
    declared = "languages" in study.plan.model_fields_set
    return study.plan.languages[0] if declared else "en"


def prepare(folder: Path, tell: Tell = silently) -> Findings:
    """Read, check, process and compute; store the tables below `processed` and return them.

    One run at a time: a second one waits, and takes what the first one made. `tell` hears of each
    step.

    Raises
    ------
    StudyError with every error of the run, when nothing was written; or when nothing can be.
    """
    stamp = stamp_of(folder)
    tell(Phrase("run.step_reading"))
    study, raw, problems = check_everything(folder)
    if study is None or raw is None or any(problem.severity == "E" for problem in problems):
        raise StudyError(problems, letters_in(study, folder))
    with processed.one_at_a_time(study.processed) as waited:
        if waited and _is_whole(study.processed, stamp):
            return _stored(study, stamp)
        return _prepare(study, raw, problems, stamp, tell)


def _prepare(study: Study, raw: Raw, problems: list[Problem], stamp: Stamp, tell: Tell) -> Findings:
    log = note_changes(raw.tables["import_log"], processed.register(study.processed, stamp.raw))
    tables = process(Raw(raw.forms, {**raw.tables, "import_log": log}), study)
    rules = flagged.rules_of(known_names(tables, study), stamp)
    seen = flagged.recall(study.processed, rules)
    computed = compute_findings(tables, study, tell, seen)
    findings = Findings(study, computed, stamp.with_seed(study.plan.seed), tuple(problems))
    # A run that is killed halfway leaves no manifest: the next one computes everything again.
    processed.remove_manifest(study.processed)
    processed.store(study.processed, tables, stage=described.PROCESSED)
    processed.store(study.processed / "findings", findings.tables, stage=described.FINDINGS)
    processed.write_problems(study.processed, problems, findings.letters_in)
    flagged.keep(study.processed, rules, computed["quotations"])
    made = processed.fingerprint(study.processed / "findings")
    processed.write_manifest(study.processed, {**findings.stamp.as_manifest(), "findings": made})
    return findings


def _is_whole(folder: Path, stamp: Stamp) -> bool:
    """Say whether stored findings belong to this stamp, and are still what was written."""
    manifest = processed.read_manifest(folder)
    made = processed.fingerprint(folder / "findings")
    return stamp.matches(manifest) and manifest.get("findings") == made


def _stored(study: Study, stamp: Stamp) -> Findings:
    tables = processed.read_back(study.processed / "findings", stage=described.FINDINGS)
    return Findings(study, tables, stamp.with_seed(study.plan.seed))


def open_findings(
    folder: Path | None = None, language: str = "en", *, tell: Tell = silently
) -> Findings:
    """Open the findings of a study; prepare them first if raw data or code changed.

    Every figure, table and sentence made from them is in the language given.
    Without a folder this is the study that `ANALYSIS_DATA` names, else the project's own `data`.

    Raises
    ------
    ValueError naming the languages there are, if there are no words for this one.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no words in {language!r}: choose one of {', '.join(LANGUAGES)}")
    folder = folder or Path(os.environ.get(FOLDER_VARIABLE) or PROJECT / "data")
    stamp = stamp_of(folder)
    if not _is_whole(folder / "processed", stamp):
        return prepare(folder, tell).in_language(language)
    return _stored(read_study(folder), stamp).in_language(language)


def open_scores(findings: Findings) -> DataFrame:
    """Read the scores that findings were made from: a row per region, wave, participant and scale.

    They are of single persons, so they stay with whoever has the raw data.
    """
    kept = processed.read_back(findings.study.processed, "scores", stage=described.PROCESSED)
    return kept["scores"]
