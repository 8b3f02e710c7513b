"""Which scores belong together: the groups behind the random terms of the primary model."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

# The random intercepts of the primary model, and the columns that make their groups.
TERMS = {
    "site": ["region", "site"],
    "site x wave": ["region", "site", "wave"],
    "participant": ["region", "participant"],
}


def group_rows(rows: DataFrame, terms: Sequence[str] = tuple(TERMS)) -> dict[str, NDArray[np.int_]]:
    """Give each row the number of its group, per term; without sites their terms are left out.

    Parameters
    ----------
    rows : columns region, wave, participant and site; people without a site are a site of their own
    terms : names from TERMS
    """
    named = rows["site"].astype(object).fillna("").astype(str)
    own = "\0" + rows["participant"].astype(str)
    placed = rows.assign(site=named.where(named != "", own))
    known = [term for term in terms if "site" not in TERMS[term] or named.ne("").any()]
    return {term: placed.groupby(TERMS[term]).ngroup().to_numpy() for term in known}
