"""The criterion of a fit, computed again by statsmodels: a program that shares no code with ours.

Only where the design is nested, so that V falls apart into blocks of a size statsmodels can hold:
its MixedLM knows one level of groups, here the largest, and variance components within them.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams, VCSpec

from analysis.measure.models.covariance import Floats, Whole
from analysis.measure.models.grouped import Grouped
from analysis.measure.models.reml import RemlFit

LARGEST_BLOCK = 2000


def criterion_of_statsmodels(fit: RemlFit, y: Floats, X: Floats, family: Grouped) -> float | None:
    """Return -2 times statsmodels' restricted log likelihood at the variances and beta of a fit.

    statsmodels profiles the residual variance itself, so the two programs agree only if that of the
    fit is right too. It cannot hold a variance at zero: such a term is
    left out, which is the same model. Nothing is returned where no term is left, or where rows that
    belong together are too many.
    """
    above = [k for k, zero in enumerate(fit.at_zero[:-1]) if not zero]
    if not above:
        return None
    whole = connected_components(_together(family), directed=False)[1][: len(y)]
    if np.bincount(whole).max() > LARGEST_BLOCK:
        return None
    order = np.argsort(whole, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(whole[order])) + 1)
    mats = [
        [_indicators(group[rows]) for rows in parts] for group in (family.groups[k] for k in above)
    ]
    columns = [[[str(n) for n in range(one.shape[1])] for one in some] for some in mats]
    model = MixedLM(
        y[order],
        X[order],
        groups=whole[order],
        exog_re=None,
        exog_vc=VCSpec([family.names[k] for k in above], columns, mats),
    )
    # What `fit` would have set; we only ask for the likelihood at a given place.
    model.reml, model.cov_pen, model.fe_pen, model._cov_sing = True, None, None, 0
    place = MixedLMParams.from_components(
        fe_params=fit.beta, cov_re=np.zeros((0, 0)), vcomp=fit.theta[above] / fit.theta[-1]
    )
    return float(-2 * model.loglike(place, profile_fe=False))


def _together(family: Grouped) -> sparse.csr_array:
    """Return the graph of rows and groups: what is connected varies together."""
    member = sparse.hstack(family.indicators)
    return sparse.block_array([[None, member], [member.T, None]], format="csr")


def _indicators(groups: Whole) -> Floats:
    number = np.unique(groups, return_inverse=True)[1]
    return np.eye(number.max() + 1)[number]
