"""What can be read of one export but is hardly right: told, and never mended by itself."""

import numpy as np

from analysis.collect.survey.answers import KINDS, Answers
from analysis.collect.survey.details import Details
from analysis.collect.survey.exclusions import Kept
from analysis.collect.survey.layout import Flags, Sheet
from analysis.collect.survey.numbers import whole_number
from analysis.plan.files.decoding import MOJIBAKE_NOTE as MOJIBAKE
from analysis.plan.problems import Problem
from analysis.plan.study import Plan, Region

FEW_ITEMS, MANY_ITEMS = 3, 6


def doubts_about(
    sheet: Sheet,
    details: Details,
    answers: Answers,
    kept: Kept,
    region: Region,
    wave: str,
    plan: Plan,
) -> list[Problem]:
    """Warn of what can be read but is hardly right."""
    problems = _lost_answers(region, plan)
    if any(note.what == MOJIBAKE for note in sheet.grid.notes):
        problems.append(Problem("survey.mojibake", sheet.grid.file))
    invited = region.waves[wave].invited if wave in region.waves else None
    completed = int((details.submitted & ~details.tests).sum())
    if invited is not None and completed > invited:
        letter, file = "survey.more_than_invited", sheet.grid.file
        problems.append(Problem(letter, file, n=completed, invited=invited))
    forms = {
        "survey.empty_forms": (answers.kinds == KINDS.index("missing")).all(axis=0),
        "survey.straight_lines": _is_straight(answers, region.turned_at(wave, plan), plan),
    }
    for letter, flags in forms.items():
        if (told := flags & kept.keep).any():
            row, n = int(kept.codes.index[told][0]), int(told.sum())
            problems.append(Problem(letter, sheet.grid.file, row=row, n=n))
    return problems


def _is_straight(answers: Answers, turned: frozenset[str], plan: Plan) -> Flags:
    """Tell which forms have one answer everywhere, as it stood in the export.

    Few items may be answered alike in earnest, unless one is reversed and the answer takes a side.
    """
    flags: Flags = np.zeros(answers.numbers.shape[1], dtype=bool)
    # Only who answered alike so far is looked at further: of most forms two items tell enough.
    forms = np.arange(len(flags))
    same, n, sides = np.full(len(flags), np.nan), np.zeros(len(flags)), flags.copy()
    for place, item in enumerate(plan.all_items):
        scale = plan.scale_of(item)
        ends = scale.lowest + scale.highest
        given = answers.numbers[place, forms]
        given = ends - given if item in turned else given
        is_empty = np.isnan(given)
        n += ~is_empty
        sides |= ~is_empty & (2 * given != ends) & (item in scale.reverse_scored)
        alike = is_empty | np.isnan(same) | (given == same)
        same = np.where(np.isnan(same), given, same)
        forms, same, n, sides = (one[alike] for one in (forms, same, n, sides))
    flags[forms] = (n >= MANY_ITEMS) | (sides & (n >= FEW_ITEMS))
    return flags


def _lost_answers(region: Region, plan: Plan) -> list[Problem]:
    """Warn of a number that counts as no answer although a scale has it as an answer."""
    file = f"raw/regions/{region.folder.name}/region.yaml"
    return [
        Problem(
            "survey.missing_answer",
            file,
            word=word,
            scale=name,
            low=scale.lowest,
            high=scale.highest,
        )
        for word in region.missing
        for name, scale in plan.scales.items()
        if (number := whole_number(word)) is not None and scale.lowest <= number <= scale.highest
    ]
