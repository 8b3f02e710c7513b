"""Do the intervals hold the truth as often as they say? Ours, and what others would have done."""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from analysis.measure.apart import RegionModels
from analysis.measure.cells import Cell, CellMeans
from analysis.measure.models import Contrast, KenwardRoger, NoFitError, RemlFit
from analysis.plan.study import Plan
from analysis.rehearse.simulate.planted import Planted
from analysis.rehearse.validation.pilots import survey_of

CONTRAST_TARGET = (0.925, 0.975)
Truth = Mapping[tuple[str, str, str], float]
Signs = dict[Cell, float]


def estimate_all(planted: Planted, plan: Plan, truth: Truth) -> DataFrame:
    """Estimate changes and differences in change of what is planned, by every method.

    Parameters
    ----------
    planted : what to draw
    truth : the mean of each (region, composite, wave) in a large population

    Returns
    -------
    One row per contrast and method: `scale`, `contrast`, `method`, `truth`, `estimate`, `low`,
    `high` (95%). A method that cannot be computed has no row.
    """
    tables = survey_of(planted, plan)
    keys = ["region", "wave", "participant"]
    scores = tables["scores"].merge(tables["respondents"][[*keys, "site"]], on=keys)
    named = contrasts([*planted.regions], [*plan.waves])
    rows = [
        {"scale": scale, "contrast": name, "truth": _of(truth, scale, named[name]), **found}
        for scale in dict.fromkeys(one.scale for one in plan.planned)
        for name, found in _by_each_method(
            scores[scores["scale"] == scale], named, plan.width(scale)
        )
    ]
    return DataFrame(rows)


def contrasts(regions: list[str], waves: list[str]) -> dict[str, Signs]:
    """Return every change of a region, and every difference in change from first to last wave."""
    found: dict[str, Signs] = {
        f"{region} {start}-{end}": {(region, end): 1.0, (region, start): -1.0}
        for region in regions
        for start, end in combinations(waves, 2)
    }
    start, end = waves[0], waves[-1]
    for one, other in combinations(regions, 2):
        signs: Signs = {
            (other, end): 1.0,
            (other, start): -1.0,
            (one, end): -1.0,
            (one, start): 1.0,
        }
        found[f"{other} - {one} {start}-{end}"] = signs
    return found


def _of(truth: Truth, scale: str, signs: Signs) -> float:
    return sum(sign * truth[region, scale, wave] for (region, wave), sign in signs.items())


def _by_each_method(
    scores: DataFrame, named: Mapping[str, Signs], width: float
) -> Iterator[tuple[str, dict[str, object]]]:
    regions, whole = RegionModels.of(scores, width), CellMeans.of(scores)
    plain = CellMeans.of(scores, ("participant",))
    wide = scores.pivot(index=["region", "participant"], columns="wave", values="score")
    methods: dict[str, Callable[[Signs], Contrast]] = {
        "Kenward-Roger": lambda signs: regions.contrast(signs)[0],
        "Satterthwaite": lambda signs: regions.contrast(signs)[1],
        "Wald z": lambda signs: _wald(regions.contrast(signs)[1]),
        "one spread of sites": lambda signs: _kenward_roger(whole.with_shared_sites, whole, signs),
        "one spread for all regions": lambda signs: _kenward_roger(whole.full, whole, signs),
        "without sites": lambda signs: _kenward_roger(plain.full, plain, signs),
        "complete pairs": lambda signs: _welch(_gains(wide, signs)),
        "per-wave t-test": lambda signs: _welch(_groups(wide, signs)),
    }
    for name, signs in named.items():
        for method, estimate in methods.items():
            try:
                found = estimate(signs)
            except NoFitError:
                continue
            low, high = found.interval()
            yield (
                name,
                {"method": method, "estimate": found.estimate, "low": low, "high": high},
            )


def _kenward_roger(fit: RemlFit, cells: CellMeans, signs: Signs) -> Contrast:
    return KenwardRoger(fit).contrast(cells.weights(signs))


def _wald(found: Contrast) -> Contrast:
    """Return a contrast that believes its variances to be known: statsmodels' z interval."""
    return Contrast(found.estimate, found.se, float("inf"))


Groups = list[tuple[float, NDArray[np.float64]]]


def _gains(wide: DataFrame, signs: Signs) -> Groups:
    """Return each region's sign and the gains of its people seen at both waves."""
    ends = {region: (sign, wave) for (region, wave), sign in [*signs.items()][0::2]}
    starts = {region: wave for (region, wave), _ in [*signs.items()][1::2]}
    return [
        (sign, (wide.loc[region][end] - wide.loc[region][starts[region]]).dropna().to_numpy())
        for region, (sign, end) in ends.items()
    ]


def _groups(wide: DataFrame, signs: Signs) -> Groups:
    """Return each cell's sign and scores, as if different people answered at every wave."""
    return [
        (sign, wide.loc[region][wave].dropna().to_numpy()) for (region, wave), sign in signs.items()
    ]


def _welch(groups: Groups) -> Contrast:
    """Return the weighted sum of independent means with Welch's df; one group is a one-sample t."""
    if min(len(values) for _, values in groups) < 2:
        raise NoFitError("fewer than two people")
    parts = np.array([values.var(ddof=1) / len(values) for _, values in groups])
    less = np.array([len(values) - 1 for _, values in groups])
    df = parts.sum() ** 2 / (parts**2 / less).sum()
    estimate = sum(sign * values.mean() for sign, values in groups)
    return Contrast(float(estimate), float(np.sqrt(parts.sum())), float(df))
