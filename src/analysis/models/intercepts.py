"""Choose the random intercepts that the data can tell apart."""

from collections.abc import Mapping

import numpy as np

from analysis.models.covariance import Covariance, Whole
from analysis.models.grouped import Grouped
from analysis.models.independent import Independent
from analysis.models.reml import can_be_told


def random_intercepts(groups: Mapping[str, Whole], cells: Whole) -> Covariance:
    """Return random intercepts for the groupings that differ from rows, cells and each other.

    Each grouping is added in turn, and kept if its variance can be told from the residual and from
    those before it once the means of the cells are taken out.

    Parameters
    ----------
    groups : n group numbers, 0..q - 1, per named grouping
    cells : n numbers of the fixed groups whose means are estimated
    """
    means = np.eye(cells.max() + 1)[cells]
    told: dict[str, Whole] = {}
    for name, group in groups.items():
        further = {**told, name: group}
        if can_be_told(means, _family(further)):
            told = further
    if not told:
        return Independent(len(cells))
    return _family(told)


def _family(groups: Mapping[str, Whole]) -> Grouped:
    return Grouped(tuple(groups.values()), (*groups, "residual"))
