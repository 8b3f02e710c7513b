"""At which of its waves each person was seen, and what that makes of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pandas import DataFrame

from analysis.plan.study import Plan

UNLINKED = "unlinked"


@dataclass(frozen=True)
class Presence:
    """Who was seen at which wave of one region.

    `waves` are those at which anyone answered, in order; `seen` holds the waves of everyone who
    can be followed; `unlinked` counts per wave the people who gave no code. A wave at which
    nobody gave one is passed over when people are followed: nobody can be said to have left.
    """

    region: str
    waves: tuple[str, ...]
    seen: dict[str, frozenset[str]]
    unlinked: dict[str, int]

    @cached_property
    def followed(self) -> tuple[str, ...]:
        """The waves at which anyone gave a code."""
        return tuple(wave for wave in self.waves if self.people(wave))

    @property
    def steps(self) -> Iterator[tuple[str, str]]:
        """Every two waves that follow each other among those at which people can be followed."""
        return pairwise(self.followed)

    def people(self, wave: str) -> set[str]:
        """Return who was seen at a wave, among those who can be followed."""
        return {person for person, waves in self.seen.items() if wave in waves}

    def kind(self, person: str) -> str:
        """Name a person's pattern: stayer, returner, leaver, joiner or visitor.

        A stayer was seen at every followed wave, a returner skipped one and came back, a leaver
        was there from the first wave and a joiner until the last; a visitor was neither.
        """
        places = [place for place, wave in enumerate(self.followed) if wave in self.seen[person]]
        if len(places) == len(self.followed):
            return "stayer"
        if places[-1] - places[0] >= len(places):
            return "returner"
        if places[0] == 0:
            return "leaver"
        return "joiner" if places[-1] == len(self.followed) - 1 else "visitor"


def presences(links: DataFrame, plan: Plan) -> Iterator[Presence]:
    """Go through the regions of the processed table `links`, one presence each."""
    for region, people in links.groupby("region", sort=False):
        seen = [frozenset(waves.split()) for waves in people["waves"]]
        known = people["match"].ne(UNLINKED).tolist()
        waves = tuple(wave for wave in plan.waves if any(wave in one for one in seen))
        names = zip(people["participant"], seen, known, strict=True)
        apart = [one for one, is_known in zip(seen, known, strict=True) if not is_known]
        yield Presence(
            region=str(region),
            waves=waves,
            seen={str(person): one for person, one, is_known in names if is_known},
            unlinked={wave: sum(wave in one for one in apart) for wave in waves},
        )
