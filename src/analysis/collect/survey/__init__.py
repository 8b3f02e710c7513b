"""Read the survey exports of every region and wave: what was answered, and what was left out."""

from dataclasses import dataclass

import pandas as pd
from pandas import DataFrame

from analysis.collect.survey.convert import convert
from analysis.collect.survey.direction import other_way_round
from analysis.collect.survey.export import Export, read_export
from analysis.collect.survey.forms import PERSON_WAVE, Forms
from analysis.collect.survey.suspicions import Codes, suspect
from analysis.plan.described import PROCESSED, descriptions
from analysis.plan.problems import Problem
from analysis.plan.study import Study

__all__ = ["PERSON_WAVE", "Forms", "Surveys", "convert", "read_surveys"]


@dataclass(frozen=True)
class Surveys:
    """Everything that was read: the forms, what is counted beside them, who was taken out."""

    forms: Forms
    tables: dict[str, DataFrame]
    withdrawn: frozenset[tuple[str, str]]


def read_surveys(study: Study) -> tuple[Surveys, list[Problem]]:
    """Read all exports; returns what was read and every problem found."""
    exports: list[Export] = []
    problems: list[Problem] = []
    for region in study.regions.values():
        for wave in study.plan.waves:
            path = region.survey(wave)
            if path is None:
                continue
            export, found = read_export(study, region, wave, path)
            problems += found
            exports += [export] if export else []
    forms = Forms.together([export.forms for export in exports], study.plan.all_items)
    described = descriptions(PROCESSED)
    tables = {
        name: _stacked([export.tables[name] for export in exports], described[name].names)
        for name in ("response", "exclusions", "import_log")
    }
    withdrawn = frozenset(code for export in exports for code in export.withdrawn)
    codes = [Codes(one.region, one.wave, one.codes) for one in exports]
    problems += [*suspect(forms, codes, study), *other_way_round([one.labelled for one in exports])]
    return Surveys(forms, tables, withdrawn), problems


def _stacked(parts: list[DataFrame], columns: list[str]) -> DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else DataFrame(columns=columns)
