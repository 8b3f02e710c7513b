"""Choose the random intercepts that the data can tell apart."""

from collections.abc import Mapping

import numpy as np
from scipy import linalg

from analysis.measure.models.covariance import Covariance, Whole
from analysis.measure.models.grouped import Grouped
from analysis.measure.models.independent import Independent
from analysis.measure.models.reml import likeness

SMALLEST_DIFFERENCE = 1e-10


def random_intercepts(groups: Mapping[str, Whole], cells: Whole) -> Covariance:
    """Return random intercepts for the groupings that differ from rows, cells and each other.

    Each grouping is added in turn, and kept if its variance can be told from the residual and from
    those before it once the means of the cells are taken out.

    Parameters
    ----------
    groups : n group numbers, 0..q - 1, per named grouping
    cells : n numbers of the fixed groups whose means are estimated
    """
    if not groups:
        return Independent(len(cells))
    alike = likeness(np.eye(cells.max() + 1)[cells], _family(groups))
    kept = [len(groups)]
    for place in range(len(groups)):
        several = np.ix_([*kept, place], [*kept, place])
        if linalg.eigvalsh(alike[several])[0] > SMALLEST_DIFFERENCE:
            kept.append(place)
    names = [*groups]
    told = {names[place]: groups[names[place]] for place in kept[1:]}
    return _family(told) if told else Independent(len(cells))


def _family(groups: Mapping[str, Whole]) -> Grouped:
    return Grouped(tuple(groups.values()), (*groups, "residual"))
