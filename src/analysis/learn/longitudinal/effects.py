"""How large a change is beside the differences between people: standardised effects."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame
from scipy import optimize, special, stats

from analysis.plan import described
from analysis.plan.evidence import EVERY, LEAST_SHOWN, LEAST_TESTED, evidence_id

Row = dict[str, object]
Numbers = NDArray[np.float64]
Interval = tuple[float, float]
# Answers are averages: differences that are equal on paper differ by rounding.
DECIMALS = 9
NODES, WEIGHTS = np.polynomial.legendre.leggauss(120)


def measure_effects(scores: DataFrame, contrasts: DataFrame, fits: DataFrame) -> DataFrame:
    """Standardise every change within a region.

    Parameters
    ----------
    scores : one row per region, wave, participant and scale
    contrasts, fits : the findings tables

    Returns
    -------
    The findings table `effects`. `estimate`, `low` and `high` repeat the change in points; `d`
    divides it by the total standard deviation of the region's model. The others are about those
    seen at both waves: `d_z` and `d_av` with their intervals, `g_av`, and the rank-biserial
    correlation. Fewer than five pairs have none of these.

    References
    ----------
    `standardise`, `paired_effects`.
    """
    totals = fits.set_index(["region", "scale"])[["var_total", "var_total_se"]].T.to_dict()
    changes = contrasts[(contrasts["kind"] == "change") & (contrasts["region"] != EVERY)]
    keys = ["region", "scale"]
    paths = {
        pair: own.pivot(index="participant", columns="wave", values="score")
        for pair, own in scores.groupby(keys, sort=False)
    }
    rows = [
        {
            **_name(change),
            **_model(change, totals[change["region"], change["scale"]]),
            **_pairs(change, paths),
        }
        for change in changes.to_dict("records")
    ]
    return described.table("effects", rows)


def _name(change: Mapping[Any, Any]) -> Row:
    when = f"{change['start']}-{change['end']}"
    named = evidence_id("effect", change["region"], change["scale"], when)
    keys = described.columns("effects")[1:11]
    return {"evidence_id": named, **{key: change[key] for key in keys}}


def _model(change: Mapping[Any, Any], total: Mapping[Any, float]) -> Row:
    numbers = (change["estimate"], change["se"], change["df"])
    if not np.isfinite([*numbers, *total.values()]).all():
        return {}
    d, low, high = standardise(*numbers, total["var_total"], total["var_total_se"])
    return {"sd_total": float(np.sqrt(total["var_total"])), "d": d, "d_low": low, "d_high": high}


def standardise(
    estimate: float, se: float, df: float, variance: float, variance_se: float
) -> tuple[float, float, float]:
    """Divide a change by a standard deviation; return d and its 95% t interval.

    Parameters
    ----------
    estimate, se, df : a contrast of the model, in points
    variance, variance_se : the total variance of the model and its standard error

    References
    ----------
    The total variance as denominator: Westfall, Kenny & Judd (2014). The standard error is that
    of a ratio of two independent estimates (delta method).
    """
    spread = np.sqrt(variance)
    d = estimate / spread
    error = np.sqrt(se**2 / variance + (d * variance_se / (2 * variance)) ** 2)
    reach = float(stats.t.ppf(0.975, df)) * error
    return float(d), float(d - reach), float(d + reach)


def _pairs(change: Mapping[Any, Any], paths: Mapping[Any, DataFrame]) -> Row:
    path = paths[change["region"], change["scale"]]
    pairs = path[[change["start"], change["end"]]].dropna().to_numpy(dtype=float)
    if len(pairs) < LEAST_SHOWN:
        return {"note": f"no paired effect: fewer than {LEAST_SHOWN} people at both waves"}
    found = paired_effects(pairs[:, 0], pairs[:, 1])
    few = f"fewer than {LEAST_TESTED} pairs: described only"
    same = "no paired effect: everyone moved the same" if "d_z" not in found else ""
    return {**found, "note": same or (few if len(pairs) < LEAST_TESTED else "")}


def paired_effects(before: Numbers, after: Numbers) -> Row:
    """Describe how far the same people moved, in four ways.

    Returns
    -------
    `d_z`: mean change by the standard deviation of the changes, with the interval of a
    noncentral t. `d_av`: by the root mean square of the standard deviations at both waves, with
    Algina and Keselman's interval. `g_av`: `d_av` times Hedges' exact correction.
    `rank_biserial`: matched pairs, without those who did not move. Without any variation in the
    changes only the mean and the number of pairs.

    References
    ----------
    Cohen (1988) for d_z; Cumming (2012) for d_av; Algina & Keselman (2003); Hedges (1981); Kerby
    (2014). Agrees with R: effectsize::cohens_d, hedges_g and rank_biserial (paired = TRUE).
    """
    moved = np.round(after - before, DECIMALS)
    pairs, mean, spread = len(moved), float(moved.mean()), float(moved.std(ddof=1))
    found: Row = {"pairs": pairs, "change_in_pairs": mean}
    if spread < 1e-9:
        return found
    average = float(np.sqrt((before.var(ddof=1) + after.var(ddof=1)) / 2))
    d_z = mean / spread
    low, high = noncentral_interval(d_z * np.sqrt(pairs), pairs - 1)
    found |= {"d_z": d_z, "d_z_low": low / np.sqrt(pairs), "d_z_high": high / np.sqrt(pairs)}
    scale = spread / average / np.sqrt(pairs)
    found |= {"d_av": mean / average, "d_av_low": low * scale, "d_av_high": high * scale}
    return {**found, "g_av": mean / average * hedges_factor(pairs - 1), **_ranks(moved)}


def hedges_factor(df: float) -> float:
    """Return the exact factor that takes the small-sample bias out of d.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6, 107-128.
    """
    logs = special.gammaln(df / 2) - special.gammaln((df - 1) / 2)
    return float(np.exp(logs) / np.sqrt(df / 2))


def noncentral_interval(t: float, df: float) -> Interval:
    """Return the 95% interval of the noncentrality behind t (Steiger & Fouladi 1997).

    P(T <= t) is the mean of Phi(t s - centre) over s, where df s^2 is chi-squared: an integral
    that stays finite where the series of other programs do not.
    """
    reach = 10 + abs(t) * (1 + 5 / np.sqrt(2 * df))
    ends = np.sqrt(stats.chi2.ppf([1e-15, 1 - 1e-15], df) / df)
    s = ends.mean() + NODES * np.ptp(ends) / 2
    density = WEIGHTS * stats.chi2.pdf(df * s**2, df) * 2 * df * s * np.ptp(ends) / 2

    def end(share: float) -> float:
        found = optimize.brentq(
            lambda centre: float(density @ special.ndtr(t * s - centre)) - share,
            t - reach,
            t + reach,
        )
        return float(found)

    return end(0.975), end(0.025)


def _ranks(moved: Numbers) -> Row:
    steps = moved[moved != 0]
    n = len(steps)
    if n == 0:
        return {}
    ranks = stats.rankdata(np.abs(steps))
    r = float((ranks * np.sign(steps)).sum() / ranks.sum())
    if abs(r) == 1:
        return {"rank_biserial": r}
    most = n * (n + 1) / 2
    reach = stats.norm.ppf(0.975) * np.sqrt((2 * n**3 + 3 * n**2 + n) / 6) / most
    low, high = np.tanh(np.arctanh(r) + np.array([-reach, reach]))
    return {"rank_biserial": r, "rank_low": float(low), "rank_high": float(high)}
