"""Read the survey of a study as the reports do, with the table `answers` that they store."""

from pathlib import Path

from pandas import DataFrame

from analysis.collect.survey import read_surveys
from analysis.plan.problems import Problem
from analysis.plan.study import read_study


def read(folder: Path) -> tuple[dict[str, DataFrame], list[Problem]]:
    """Return every table of the surveys by name, and every problem."""
    study = read_study(folder)
    surveys, problems = read_surveys(study)
    forms = {"respondents": surveys.forms.respondents, "answers": surveys.forms.melt(study.plan)}
    return {**forms, **surveys.tables}, problems
