"""A file that holds several waves under each other: told as one thing, and how to part it."""

import re
from collections.abc import Iterator

import numpy as np
from pandas import Series

from analysis.collect.survey.columns import Columns
from analysis.collect.survey.layout import Sheet
from analysis.plan.files.grid import shown_name, words_of
from analysis.plan.problems import Problem

MOST_WAVES = 20
NAMES = {
    "wave", "waves", "meting", "metingen", "meetmoment", "metingnummer", "tijd", "tijdstip",
    "time", "timepoint", "moment", "measurement", "occasion", "golf", "ronde", "round", "fase",
    "phase", "period", "periode", "jaar", "year", "t",
}  # fmt: skip


def several_waves(sheet: Sheet, columns: Columns) -> Problem | None:
    """Find the column that parts the rows of people who stand in a file more than once.

    Most people stand there again, no one twice with the same word in that column, and one word of
    its name is a word for waves: a column such as the last page that was seen parts people too.
    """
    if "participant" not in columns.ours:
        return None
    codes = sheet.grid.cells[columns.ours["participant"]]
    given = codes[codes != ""]
    again = given.duplicated()
    if int(again.sum()) * 2 < int((~again).sum()):
        return None
    found = next(_parting(sheet, columns, given), None)
    return _letter(sheet.grid.file, found) if found is not None else None


def _parting(sheet: Sheet, columns: Columns, codes: Series) -> Iterator[Series]:
    """Go through the columns that may hold the wave."""
    for name in columns.unused:
        cells = sheet.grid.cells[name]
        is_named = bool(NAMES & {*re.split(r"[\W\d_]+", name.casefold())})
        if not is_named or not 2 <= len(_words(cells)) <= MOST_WAVES:
            continue
        places = cells.cat.codes.to_numpy()[sheet.grid.cells.index.isin(codes.index)]
        both = np.stack([codes.cat.codes.to_numpy(), places])
        if len(np.unique(both, axis=1).T) == len(codes):
            yield cells


def _letter(file: str, cells: Series) -> Problem:
    name, folder = str(cells.name), file.rpartition("/")[0]
    return Problem(
        "survey.several_waves",
        file,
        row=1,
        column=name if len(name) <= 60 else None,
        name=shown_name(name),
        n=len(_words(cells)),
        folder=folder,
    )


def _words(cells: Series) -> list[str]:
    return [word for word in words_of(cells) if word]
