"""Microsoft Forms: questions as column names, times of starting and finishing beside them."""

from dataclasses import replace

from pandas import DataFrame

from analysis.collect.survey.layout import Sheet
from analysis.collect.survey.wording import WORDS, plain
from analysis.plan.files.grid import Grid, reworded

START, END, BESIDE = ({*WORDS["microsoft"][name]} for name in ("start", "end", "beside"))
SCORED = tuple(WORDS["microsoft"]["scored"])


class MicrosoftForms:
    """Responses as Forms hands them over in Excel (or as CSV), Dutch or English."""

    name = "forms"

    def fits(self, grid: Grid) -> bool:
        """Both times stand in the header."""
        names = {plain(name) for name in grid}
        return bool(names & START) and bool(names & END)

    def read(self, grid: Grid) -> Sheet:
        """Return the table as it is: Forms only keeps what was sent in."""
        moment = next((name for name in grid if plain(name) in END), None)
        tool = frozenset(
            name
            for name in grid
            if plain(name) in START | END | BESIDE or plain(name).startswith(SCORED)
        )
        # A question that takes several answers ends each of them so, even where there is one.
        cells = {name: reworded(grid.cells[name], _without_end) for name in grid}
        grid = replace(grid, cells=DataFrame(cells, index=grid.cells.index))
        return Sheet(self.name, grid, None, None, moment, tool)


def _without_end(answer: str) -> str:
    """Return one choice without the semicolon behind it; several stay as they are."""
    return answer.removesuffix(";") if answer.count(";") == 1 else answer
