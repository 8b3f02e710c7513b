"""One export of one region and wave, from file to the forms that count."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pandas import DataFrame, Series

from analysis.collect.survey.answers import Answers, read_answers
from analysis.collect.survey.columns import Columns, find_columns, warn_of_unused
from analysis.collect.survey.details import Details, read_details
from analysis.collect.survey.direction import LabelledItems, labelled_items
from analysis.collect.survey.doubts import doubts_about
from analysis.collect.survey.exclusions import Kept, exclude
from analysis.collect.survey.forms import Forms
from analysis.collect.survey.layout import Sheet
from analysis.collect.survey.severalwaves import several_waves
from analysis.collect.survey.sheet import read_sheet
from analysis.plan.files.grid import Note
from analysis.plan.problems import Problem
from analysis.plan.study import Plan, Region, Study


@dataclass(frozen=True)
class Export:
    """The forms of one export, the codes given by row, its tables, who withdrew, and its labels.

    The tables are `response`, `exclusions` and `import_log`.
    """

    region: str
    wave: str
    codes: Series
    forms: Forms
    tables: dict[str, DataFrame]
    withdrawn: frozenset[tuple[str, str]]
    labelled: LabelledItems


def read_export(
    study: Study, region: Region, wave: str, path: Path
) -> tuple[Export | None, list[Problem]]:
    """Read one region's forms at one wave; every irregularity comes along as a letter."""
    file = path.relative_to(study.folder).as_posix()
    if path.is_file() and not path.resolve().is_relative_to(study.raw.resolve()):
        return None, [Problem("survey.outside_link", file)]
    sheet, problems = read_sheet(path, file, region.choices(wave))
    if sheet is None:
        return None, problems
    columns, problems = find_columns(sheet, region, wave, study.plan)
    if problems:
        return None, problems
    if problem := several_waves(sheet, columns):
        return None, [problem]
    answers = read_answers(sheet, columns, region, study.plan, wave=wave)
    details = read_details(sheet, columns, region, wave, study.plan)
    kept, problems = exclude(details, answers, region, wave, study, file)
    problems = [
        *answers.problems,
        *details.problems,
        *problems,
        *warn_of_unused(columns, sheet.grid),
    ]
    if not kept.keep.any():
        problems.append(Problem("survey.nobody", file, wave=wave))
    problems += doubts_about(sheet, details, answers, kept, region, wave, study.plan)
    tables = {
        "response": _response(details, kept, region, wave),
        "exclusions": _exclusions(kept, region, wave, file),
        "import_log": _log(sheet, columns, answers, region),
    }
    withdrawn = frozenset((region.id, code) for code in kept.withdrawn)
    forms = _forms(details, answers, kept, region, wave, study.plan)
    codes = kept.codes[kept.keep]
    own = codes[forms.respondents["has_code"].to_numpy()]
    labelled = labelled_items(sheet, columns, region, wave, study.plan)
    return Export(region.id, wave, own, forms, tables, withdrawn, labelled), problems


def _forms(
    details: Details, answers: Answers, kept: Kept, region: Region, wave: str, plan: Plan
) -> Forms:
    everyone = bool(kept.keep.all())
    respondents = DataFrame(
        {
            "region": region.id,
            "wave": wave,
            "participant": kept.codes[kept.keep].astype("str").array,
            "role": details.table["role"][kept.keep].astype("str").array,
            "site": details.table["site"][kept.keep].astype("str").array,
            "has_code": (details.table["participant"][kept.keep] != "").to_numpy(dtype=bool),
        }
    )
    items = [*plan.all_items]
    numbers = answers.numbers if everyone else answers.numbers[:, kept.keep]
    kinds = answers.kinds if everyone else answers.kinds[:, kept.keep]
    return Forms(
        respondents,
        DataFrame(numbers.T, columns=items, copy=False),
        DataFrame(kinds.T, columns=items, copy=False),
    )


def _response(details: Details, kept: Kept, region: Region, wave: str) -> DataFrame:
    real = ~details.tests
    row = {
        "region": region.id,
        "wave": wave,
        "invited": region.waves[wave].invited if wave in region.waves else None,
        "started": int(real.sum()),
        "completed": int((details.submitted & real).sum()),
        "kept": int(kept.keep.sum()),
    }
    return DataFrame([row]).astype({"invited": "Int64"})


def _exclusions(kept: Kept, region: Region, wave: str, file: str) -> DataFrame:
    here = {"region": region.id, "wave": wave, "file": file}
    rows = [{**here, "row": row, "reason": reason} for row, reason in sorted(kept.reasons.items())]
    return DataFrame(rows, columns=["region", "wave", "file", "row", "reason"])


def _log(sheet: Sheet, columns: Columns, answers: Answers, region: Region) -> DataFrame:
    size = len(sheet.grid.cells)
    lines: list[Note] = [
        note if note.what != "layout" else note._replace(n=size) for note in sheet.grid.notes
    ]
    lines += _counted("columns found by the text of their question", columns.by_question)
    lines += _counted("personal columns dropped", columns.personal)
    lines += [Note("column not used", name) for name in columns.unused]
    if "participant" not in columns.ours:
        lines.append(
            Note("no column of participant codes: each form is an unlinked person", n=size)
        )
    lines += answers.notes
    log = DataFrame(lines, columns=["what", "detail", "n"]).astype({"n": "Int64"})
    log.insert(0, "file", sheet.grid.file)
    log.insert(0, "region", region.id)
    return log.replace({"n": {np.nan: None}})


def _counted(what: str, names: Iterable[str]) -> list[Note]:
    found = [*names]
    return [Note(what, ", ".join(found), len(found))] if found else []
