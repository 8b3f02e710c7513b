"""What if those who left changed otherwise than the model expects? Three ways to ask.

Who gave no code is never called a leaver: nobody knows whether they came back.
"""

import warnings
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.learn.robustness.case import DECIMALS, MethodOutcome, PlannedChange
from analysis.measure.cells import CellMeans
from analysis.measure.models import Contrast, KenwardRoger, NoFitError
from analysis.plan.evidence import LEAST_SHOWN, LEAST_TESTED

NOBODY_LEFT = "everyone with a code who was seen at the start was seen at the end"
FARTHEST_LOGIT = 12.0


def by_pattern(case: PlannedChange) -> MethodOutcome:
    """Give those seen at both waves and the others means of their own, then average.

    The change of each pattern counts by its share of people; that the shares are estimated is in
    the standard error. The random terms are those of the primary model, with Kenward-Roger df.

    References
    ----------
    Hedeker & Gibbons (1997), Psychological Methods 2, 64-78.
    """
    case = _followed(case)
    stayed = case.at_start & case.at_end
    sizes = [len(stayed), len(case.at_start - stayed), len(case.at_end - stayed)]
    if sizes[1] + sizes[2] == 0:
        raise NoFitError("everyone with a code was seen at both waves, so there is one pattern")
    if min(sizes) < LEAST_SHOWN:
        seen = f"{sizes[0]} people were seen at both waves, {sizes[1]} only at the start, "
        raise NoFitError(f"{seen}{sizes[2]} only at the end; each needs {LEAST_SHOWN}")
    model = _with_patterns(case)
    share = len(stayed) / case.n
    inference = KenwardRoger(model.full)
    kept, other, both = (
        inference.contrast(model.weights({**_signs(case, "yes", a), **_signs(case, "no", b)}))
        for a, b in ((1.0, 0.0), (0.0, 1.0), (share, 1 - share))
    )
    of_shares = (kept.estimate - other.estimate) ** 2 * share * (1 - share) / case.n
    found = Contrast(both.estimate, float(np.hypot(both.se, np.sqrt(of_shares))), both.df)
    note = f"seen at both waves {kept.estimate:+.2f}, others {other.estimate:+.2f}"
    return MethodOutcome.of(found, case.n, note)


def _followed(case: PlannedChange) -> PlannedChange:
    """Return the change among people who gave a code, if there are any at both waves."""
    followed = case.followed
    if not (followed.at_start and followed.at_end):
        raise NoFitError("nobody gave a code at one of the waves, so nobody can be followed")
    return followed


def _with_patterns(case: PlannedChange) -> CellMeans:
    rows = case.model.scores
    seen = {
        wave: {*zip(here["region"], here["participant"], strict=True)}
        for wave, here in rows.groupby("wave")
    }
    both = seen[case.start] & seen[case.end]
    keys = zip(rows["region"], rows["participant"], strict=True)
    stayed = ["yes" if key in both else "no" for key in keys]
    factors = ("region", "wave", "stayed")
    return replace(case.model, scores=rows.assign(stayed=stayed), factors=factors)


def _signs(case: PlannedChange, stayed: str, share: float) -> dict[tuple[str, ...], float]:
    return {(*cell, stayed): sign * share for cell, sign in case.signs.items()}


def with_shifted_leavers(case: PlannedChange) -> MethodOutcome:
    """Suppose that those who left ended worse for the conclusion than the model expects.

    Worse by the smallest change that matters, against the primary direction. With the means of
    cells that is the primary end mean plus the share of leavers times the shift, the limit of
    multiple imputation with shifted values; that some left and others did not widens the interval.
    `shown` is the tipping point: the shift in points where that interval of a clear change reaches
    zero, or an unclear estimate changes sign.

    References
    ----------
    Carpenter & Kenward (2013), Multiple Imputation and its Application, chapter 10; tipping
    points after Yan, Lee & Li (2009), Journal of Biopharmaceutical Statistics 19, 1085-1098.
    """
    followed = _followed(case)
    left = len(followed.at_start - followed.at_end) / case.n
    if left == 0:
        raise NoFitError(NOBODY_LEFT)
    if np.round(case.estimate, DECIMALS) == 0:
        raise NoFitError("a change of zero has no direction")
    shift = -float(np.sign(case.estimate)) * case.smallest_change
    se = float(np.sqrt(case.se**2 + shift**2 * left * (1 - left) / case.n))
    tipping = _tipping(case, left)
    beyond = ", which the scale does not allow" if abs(tipping) > case.width else ""
    note = f"leavers {shift:+.2f} points; the conclusion tips at {tipping:+.2f}{beyond}"
    found = MethodOutcome.of(Contrast(case.estimate + left * shift, se, case.df), case.n, note)
    return replace(found, shown=tipping)


def _tipping(case: PlannedChange, left: float) -> float:
    """Return the shift of a share of leavers at which the conclusion changes.

    For a clear change the smallest d > 0 with (|estimate| - left d)^2 = t^2 (se^2 + d^2 left
    (1 - left) / n), taken against the direction of the estimate.
    """
    size = abs(case.estimate)
    if not case.is_clear:
        return -case.estimate / left
    t = float(stats.t.ppf(0.975, case.df))
    squared = left**2 - t**2 * left * (1 - left) / case.n
    rest = size**2 - (t * case.se) ** 2
    root = float(np.sqrt((size * left) ** 2 - squared * rest))
    return -float(np.sign(case.estimate)) * rest / (size * left + root)


def with_weights(case: PlannedChange) -> MethodOutcome:
    """Weigh who stayed by the inverse of their chance to stay, given their score at the start.

    The chance is a logistic regression within the region. The change is the weighted mean of
    complete pairs, its standard error robust with the weights taken as known, which is cautious.
    `shown` is the effective number of people, (sum w)^2 / sum w^2.

    References
    ----------
    Robins, Rotnitzky & Zhao (1995), JASA 90, 106-121; Kish (1965), Survey Sampling.
    """
    case = _followed(case)
    pairs = case.pairs
    if case.at_start <= case.at_end:
        raise NoFitError(NOBODY_LEFT)
    if len(pairs) < LEAST_TESTED:
        raise NoFitError(f"fewer than {LEAST_TESTED} people were seen at both waves")
    wide = case.model.wide(case.region)
    began = wide.loc[wide[case.start].notna(), case.start]
    chance = _chance(began.to_numpy(), began.index.isin(pairs.index))
    weight = 1 / chance[began.index.isin(pairs.index)]
    gained = (pairs[case.end] - pairs[case.start]).to_numpy()
    mean = float(np.average(gained, weights=weight))
    effective = float(weight.sum() ** 2 / np.sum(weight**2))
    if effective < LEAST_TESTED:
        raise NoFitError(f"the weights leave an effective {effective:.1f} people")
    spread = np.sum(weight**2 * (gained - mean) ** 2) / weight.sum() ** 2
    se = float(np.sqrt(spread * len(gained) / (len(gained) - 1)))
    if np.isclose(se, 0):
        raise NoFitError("everyone changed by the same amount")
    note = f"effective n {effective:.1f}, largest weight {weight.max():.1f}"
    found = MethodOutcome.of(Contrast(mean, se, effective - 1), len(gained), note)
    return replace(found, shown=effective)


def _chance(began: NDArray[np.float64], stayed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return everyone's chance to stay."""
    spread = began.std()
    if spread == 0:
        raise NoFitError("everyone had the same score at the start")
    design = np.column_stack([np.ones(len(began)), (began - began.mean()) / spread])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = GLM(stayed.astype(float), design, family=Binomial()).fit()
    logit = design @ fit.params
    if not fit.converged or np.abs(logit).max() > FARTHEST_LOGIT:
        raise NoFitError("the score at the start tells exactly who left")
    return special.expit(logit)
