"""The truth behind the synthetic survey: a large population without drop-out, scored."""

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.plan.study import Composite, Plan, Scale
from analysis.rehearse.simulate.people import (
    Numbers,
    Positions,
    draw_answers,
    draw_dont_know,
    draw_people,
)
from analysis.rehearse.simulate.planted import Planted, stream
from analysis.rehearse.simulate.survey import draw_panel


def compute_truth(plan: Plan, planted: Planted) -> DataFrame:
    """Score a population without drop-out in every region.

    The population is drawn anew from the same model, with as many people arriving at each wave
    (in proportion) as in the shipped files, over as many times more sites; nobody leaves and only
    "weet niet / n.v.t." is left open. Rounding and the ends of the scale are therefore in it.

    Returns
    -------
    One row per region, scale or composite and wave: people, mean, change since the first wave,
    alpha (listwise; of the scale scores for a composite), and the share of variance that lies
    between sites (one-way analysis of variance) and that stays with people over the waves.
    """
    parts = [_region(plan, planted, name) for name in planted.regions]
    return pd.concat(parts, ignore_index=True)


def _region(plan: Plan, planted: Planted, name: str) -> DataFrame:
    region = planted.regions[name]
    arrived = draw_panel(plan, planted, region).arrived
    rng = stream(region.seed, "truth")
    people = draw_people(planted, region, arrived, rng, copies=planted.population)
    answers = draw_answers(plan, planted, region, people, rng)
    answers[draw_dont_know(plan, planted, people, rng)] = np.nan
    answers[people.entry[:, None] > np.arange(len(plan.waves))] = np.nan
    rows = [
        row
        for measure, parts in _measures(plan, answers).items()
        for row in _true_means(plan, measure, parts, people.site)
    ]
    return DataFrame(rows).assign(region=name).reindex(columns=["region", *rows[0]])


def _measures(plan: Plan, answers: Numbers) -> dict[str, Numbers]:
    """Return the parts that are averaged for each measure: people x waves x parts."""
    spots = {item: spot for spot, item in enumerate(plan.all_items)}
    scales = {
        name: answers[:, :, [spots[item] for item in scale.items]]
        for name, scale in plan.scales.items()
    }
    scores = {name: _average(parts, plan.scales[name]) for name, parts in scales.items()}
    composites = {
        name: np.stack([scores[part] for part in composite.of], axis=2)
        for name, composite in plan.composites.items()
    }
    return {**composites, **scales}


def _average(parts: Numbers, measure: Scale | Composite) -> Numbers:
    """Average what was answered; too little answered gives no score."""
    least = measure.least_answered if isinstance(measure, Scale) else measure.least
    answered = np.isfinite(parts).sum(axis=2)
    totals = np.nansum(parts, axis=2)
    return np.where(answered >= least, totals / np.maximum(answered, 1), np.nan)


def _true_means(
    plan: Plan, measure: str, parts: Numbers, sites: Positions
) -> list[dict[str, str | int | float]]:
    scores = _average(parts, plan.measures[measure])
    means = np.nanmean(scores, axis=0)
    stays = DataFrame(scores).corr().to_numpy()
    others = ~np.eye(len(means), dtype=bool)
    return [
        {
            "scale": measure,
            "wave": wave,
            "people": int(np.isfinite(scores[:, place]).sum()),
            "mean": means[place],
            "change": means[place] - means[0],
            "alpha": _alpha(parts[:, place]),
            "icc_site": _icc(scores[:, place], sites),
            "icc_participant": stays[place][others[place]].mean(),
        }
        for place, wave in enumerate(plan.waves)
    ]


def _alpha(parts: Numbers) -> float:
    """Cronbach's alpha over complete rows."""
    complete = parts[np.isfinite(parts).all(axis=1)]
    count = complete.shape[1]
    total = complete.sum(axis=1).var(ddof=1)
    return float(count / (count - 1) * (1 - complete.var(axis=0, ddof=1).sum() / total))


def _icc(scores: Numbers, sites: Positions) -> float:
    """Share of variance between sites, by analysis of variance with unequal groups."""
    known = np.isfinite(scores)
    groups = DataFrame({"site": sites[known], "score": scores[known]}).groupby("site")["score"]
    sizes, means, variances = groups.size(), groups.mean(), groups.var(ddof=1).fillna(0.0)
    n, k = int(sizes.sum()), len(sizes)
    between = float((sizes * (means - scores[known].mean()) ** 2).sum()) / (k - 1)
    within = float((variances * (sizes - 1)).sum()) / (n - k)
    typical = (n - float((sizes**2).sum()) / n) / (k - 1)
    component = (between - within) / typical
    return component / (component + within)
