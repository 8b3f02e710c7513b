"""Which scores belong together: the groups behind the random terms of the primary model."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

KEYS = ("region", "wave", "participant")
SITE, SITE_WAVE = "site", "site x wave"
# The random intercepts of the primary model, and the columns that make their groups.
TERMS = {
    SITE: ["region", "site"],
    SITE_WAVE: ["region", "site", "wave"],
    "participant": ["region", "participant"],
}


def group_rows(rows: DataFrame, terms: Sequence[str] = tuple(TERMS)) -> dict[str, NDArray[np.int_]]:
    """Give each row the number of its group, per term; without sites their terms are left out.

    Parameters
    ----------
    rows : columns region, wave, participant and site; people without a site are a site of their own
    terms : names from TERMS
    """
    # Sorted: the bootstrap draws people by number, whatever the order of the rows.
    numbers = {name: rows[name].factorize(sort=True)[0] for name in KEYS}
    site, names = rows["site"].where(rows["site"] != "").factorize(sort=True)
    numbers["site"] = np.where(site >= 0, site + len(rows), numbers["participant"])
    known = [term for term in terms if "site" not in TERMS[term] or len(names)]
    return {term: _number([numbers[name] for name in TERMS[term]]) for term in known}


def _number(columns: Sequence[NDArray[np.int_]]) -> NDArray[np.int_]:
    """Give each combination of several numbers one of its own."""
    whole = columns[0]
    for column in columns[1:]:
        whole = whole * (column.max(initial=0) + 1) + column
    return np.unique(whole, return_inverse=True)[1]
