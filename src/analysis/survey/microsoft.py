"""Microsoft Forms: questions as column names, times of starting and finishing beside them."""

from analysis.files.grid import Grid
from analysis.survey.layout import Sheet
from analysis.survey.wording import plain

START = {"start time", "begintijd", "starttijd", "begintijdstip", "tijdstip van start"}
END = {
    "completion time", "tijd van voltooien", "tijd van voltooiing", "voltooiingstijd",
    "tijdstip van voltooien", "tijdstip van voltooiing", "eindtijd",
}  # fmt: skip
BESIDE = {
    "id", "last modified time", "laatst gewijzigd", "tijd laatste wijziging",
    "tijdstip van laatste wijziging", "language", "taal", "total points", "totaal aantal punten",
    "quiz feedback", "feedback over toets", "grade posted time", "email", "e-mail", "name", "naam",
}  # fmt: skip
SCORED = ("points - ", "feedback - ", "punten - ")


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
        return Sheet(self.name, grid, None, None, moment, tool)
