"""Coefficients of agreement between items, for the complete answers of one group of people."""

from dataclasses import dataclass

import numpy as np
import pingouin
from numpy.typing import NDArray
from pandas import DataFrame
from scipy import special

from analysis.measure.reliability.onefactor import fit_one_factor
from analysis.plan.evidence import LEAST_TESTED, LEAST_UNFLAGGED

Numbers = NDArray[np.float64]
Interval = tuple[float, float]

LEAST_STEADY = 20
DRAWS = 500
# Draws in which an item has no variance have no omega; an interval of the rest would flatter.
LEAST_COMPUTABLE = 0.9
NOWHERE = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Omega:
    """Omega with its interval; `at_bound` when one item is the whole factor."""

    value: float
    low: float
    high: float
    at_bound: bool


def remark_on_size(people: int) -> list[str]:
    """Say how far a number about so few people may be trusted; nothing when they are enough."""
    if people < LEAST_TESTED:
        return [f"fewer than {LEAST_TESTED} people: described only"]
    return [f"fewer than {LEAST_UNFLAGGED} people"] if people < LEAST_UNFLAGGED else []


def cronbach(complete: DataFrame) -> float:
    """Return Cronbach's alpha of complete answers to two or more items.

    References
    ----------
    Cronbach (1951) through pingouin, listwise. Agrees with R: psych::alpha, raw_alpha.
    """
    return float(pingouin.cronbach_alpha(complete, nan_policy="listwise")[0])


def feldt_interval(alpha: float, people: int, items: int, confidence: float = 0.95) -> Interval:
    """Return Feldt's interval for alpha.

    Parameters
    ----------
    alpha : Cronbach's alpha of complete answers
    people, items : how many of each

    References
    ----------
    Feldt (1965): (1 - population alpha) / (1 - alpha) is F with n-1 and (n-1)(k-1) df.
    """
    tail = (1 - confidence) / 2
    df = people - 1, (people - 1) * (items - 1)
    low, high = (1 - (1 - alpha) * special.fdtri(*df, share) for share in (1 - tail, tail))
    return float(low), float(high)


def spearman_brown(complete: DataFrame) -> float:
    """Return the reliability of the sum of two items, empty where they are exact opposites.

    References
    ----------
    Spearman (1910), Brown (1910); for two items rather than alpha: Eisinga, te Grotenhuis &
    Pelzer (2013).
    """
    first, second = complete.to_numpy(dtype=float).T
    together = float(np.corrcoef(first, second)[0, 1])
    return 2 * together / (1 + together) if together > -1 + 1e-12 else float("nan")


def item_rest(complete: DataFrame) -> dict[str, float]:
    """Correlate each item with the sum of the others, empty where one does not vary.

    References
    ----------
    Nunnally & Bernstein (1994), the corrected item-total correlation. Agrees with R:
    psych::alpha, r.drop.
    """
    covariance = np.cov(complete.to_numpy(dtype=float), rowvar=False)
    own, total = np.diag(covariance), covariance.sum(axis=1)
    rest = covariance.sum() - 2 * total + own
    product = np.where((own > 1e-12) & (rest > 1e-12), own * rest, np.nan)
    return dict(zip(complete.columns, (total - own) / np.sqrt(product), strict=True))


def alpha_if_dropped(complete: DataFrame) -> dict[str, float]:
    """Return Cronbach's alpha of the other items, empty where their sum does not vary.

    References
    ----------
    Agrees with R: psych::alpha, alpha.drop, raw_alpha.
    """
    covariance = np.cov(complete.to_numpy(dtype=float), rowvar=False)
    own, total, others = np.diag(covariance), covariance.sum(axis=1), complete.shape[1] - 1
    rest = covariance.sum() - 2 * total + own
    single = (own.sum() - own) / np.where(np.isclose(rest, 0), np.nan, rest)
    alpha = np.full(len(own), np.nan) if others < 2 else others / (others - 1) * (1 - single)
    return dict(zip(complete.columns, alpha, strict=True))


def correlation_interval(correlation: float, people: int, confidence: float = 0.95) -> Interval:
    """Return Fisher's interval for a correlation, empty for three people or fewer.

    References
    ----------
    Fisher (1921). Agrees with R: cor.test.
    """
    if people <= 3 or not abs(correlation) < 1:
        return NOWHERE
    half = special.ndtri((1 + confidence) / 2) / np.sqrt(people - 3)
    centre = np.arctanh(correlation)
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))


def measure_omega(complete: DataFrame, seed: int) -> Omega:
    """Return omega of a one-factor model with a percentile bootstrap interval over people.

    Parameters
    ----------
    complete : answers of people to three or more items, each of which varies

    References
    ----------
    McDonald (1999) with maximum likelihood, `fit_one_factor`; the interval as in Kelley &
    Pornprasertmanit (2016). Agrees with R: lavaan::cfa.
    """
    answers = complete.to_numpy(dtype=float)
    people = len(answers)
    fitted = fit_one_factor(_covariances(answers, np.ones((1, people))))
    draws = np.random.default_rng(seed).multinomial(people, np.full(people, 1 / people), DRAWS)
    drawn = _covariances(answers, draws)
    varying = np.diagonal(drawn, axis1=1, axis2=2).min(axis=1) > 1e-12
    values = fit_one_factor(drawn[varying]).omega
    known = values[np.isfinite(values)]
    low, high = NOWHERE
    if np.isfinite(fitted.omega[0]) and len(known) >= LEAST_COMPUTABLE * DRAWS:
        low, high = (float(end) for end in np.percentile(known, [2.5, 97.5]))
    return Omega(float(fitted.omega[0]), low, high, bool(fitted.at_bound[0]))


def _covariances(answers: Numbers, times: NDArray[np.number]) -> Numbers:
    """Return the covariances of the items when each person counts so many times, per row."""
    people, items = answers.shape
    centred = answers - answers.mean(axis=0)
    products = (centred[:, :, None] * centred[:, None, :]).reshape(people, -1)
    means = times @ centred / people
    return (times @ products / people).reshape(-1, items, items) - (
        means[:, :, None] * means[:, None, :]
    )
