"""The second coder: who sees most segments the same way, and confuses some families of codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.rehearse.simulate.planted import Family, PlantedInterviews
from analysis.rehearse.simulate.talk import STANCES, Topic


@dataclass(frozen=True)
class Crosswalk:
    """Where codes stand by the crosswalk: code to level, code to pillar."""

    levels: Mapping[str, str]
    pillars: Mapping[str, str]


def code_again(
    topic: Topic,
    heard: Sequence[str],
    planted: PlantedInterviews,
    grid: Crosswalk,
    rng: np.random.Generator,
) -> list[tuple[str, str]]:
    """Return the codes and stances that the second coder gives to a segment.

    Parameters
    ----------
    heard : the codes in use around this segment, as often as they are used; a confusion takes one
        of another family out of these
    """
    stance = topic.stance
    if stance in STANCES and rng.random() < planted.stance_confusion:
        stance = next(other for other in STANCES if other != stance)
    given: dict[str, str] = {}
    for code in topic.codes:
        family = family_of(code, planted, grid)
        if rng.random() >= family.same:
            others = [one for one in heard if family_of(one, planted, grid) != family]
            code = others[int(rng.integers(len(others)))]
        given.setdefault(code, stance)
    return [*given.items()]


def family_of(code: str, planted: PlantedInterviews, grid: Crosswalk) -> Family:
    """Return the first family of planted.yaml that a code fits."""
    return next(family for family in planted.confusion if _fits(code, family, grid))


def _fits(code: str, family: Family, grid: Crosswalk) -> bool:
    if family.codes:
        return code in family.codes
    if family.pillar:
        return grid.pillars.get(code) == family.pillar
    return not family.level or grid.levels.get(code) == family.level
