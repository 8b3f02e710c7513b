"""Choose the random intercepts that the data can tell apart."""

from collections.abc import Iterable, Mapping

from analysis.models.covariance import Covariance, Whole
from analysis.models.grouped import Grouped
from analysis.models.independent import Independent


def random_intercepts(groups: Mapping[str, Whole], cells: Whole) -> Covariance:
    """Return random intercepts for the groupings that differ from rows, cells and each other.

    Parameters
    ----------
    groups : n group numbers, 0..q - 1, per named grouping
    cells : n numbers of the fixed groups whose means are estimated
    """
    told: dict[str, Whole] = {}
    for name, group in groups.items():
        if _can_be_told(group, cells, told.values()):
            told[name] = group
    if not told:
        return Independent(len(cells))
    return Grouped(tuple(told.values()), (*told, "residual"))


def _can_be_told(group: Whole, cells: Whole, others: Iterable[Whole]) -> bool:
    """Say whether a grouping repeats, and is neither a function of the cells nor another's copy."""
    count = group.max() + 1
    if count == len(group) or _pairs(group, cells) == cells.max() + 1:
        return False
    return all(_pairs(group, other) != count or other.max() + 1 != count for other in others)


def _pairs(one: Whole, other: Whole) -> int:
    return len(set(zip(one.tolist(), other.tolist(), strict=True)))
