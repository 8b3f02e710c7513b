"""A table with one row of column names, whoever made it."""

from dataclasses import dataclass

from analysis.collect.survey.layout import Sheet
from analysis.collect.survey.spss import KIND as SPSS
from analysis.plan.files.grid import Grid


@dataclass
class Plain:
    """Separated text or an Excel sheet; or an SPSS file, which brings its questions."""

    name: str
    is_spss: bool = False

    def fits(self, grid: Grid) -> bool:
        """Only the file itself can tell; any table has this layout, if no other."""
        return (grid.kind == SPSS) is self.is_spss

    def read(self, grid: Grid) -> Sheet:
        """Return the table as it is."""
        return Sheet(self.name, grid, questions=grid.questions)
