"""A table with one row of column names, whoever made it."""

from analysis.collect.survey.layout import Sheet
from analysis.collect.survey.spss import KIND as SPSS
from analysis.plan.files.grid import Grid


class Plain:
    """Comma- or semicolon-separated text, an Excel sheet."""

    name = "plain"

    def fits(self, grid: Grid) -> bool:
        """Any table has this layout, if no other."""
        return grid.kind != SPSS

    def read(self, grid: Grid) -> Sheet:
        """Return the table as it is."""
        return Sheet(self.name, grid)


class Spss:
    """An SPSS file: labels and missing values come with it."""

    name = "spss"

    def fits(self, grid: Grid) -> bool:
        """Only the file itself can tell."""
        return grid.kind == SPSS

    def read(self, grid: Grid) -> Sheet:
        """Return the table as it is, with its questions."""
        return Sheet(self.name, grid, questions=grid.questions)
