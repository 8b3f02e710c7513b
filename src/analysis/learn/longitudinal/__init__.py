"""How scores changed over the waves, within and between regions."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series
from statsmodels.stats.multitest import multipletests

from analysis.learn.longitudinal.contrasts import (
    KENWARD_ROGER,
    LEAST_SITES,
    Row,
    changes,
    differences,
    estimate_contrast,
    left_out_regions,
    omnibus_flags,
    omnibus_terms,
    spans,
)
from analysis.learn.longitudinal.effects import measure_effects
from analysis.learn.longitudinal.verdict import Change, direction_of, judge, turned
from analysis.measure.apart import RegionModels, left_out
from analysis.measure.cells import Cell, CellMeans
from analysis.measure.models import NoFitError, RemlFit
from analysis.plan import described
from analysis.plan.evidence import EVERY, LEAST_SHOWN, LEAST_TESTED, evidence_id
from analysis.plan.study import Plan

__all__ = [
    "LEAST_SITES",
    "Change",
    "compare_waves",
    "direction_of",
    "judge",
    "measure_effects",
    "settle",
]

TOO_FEW_REGIONS = f"not tested: too few regions had {LEAST_TESTED} people at every wave"


def compare_waves(scores: DataFrame, respondents: DataFrame, plan: Plan) -> dict[str, DataFrame]:
    """Fit every scale and composite: the tables `means`, `contrasts`, `fits` and `omnibus`.

    Parameters
    ----------
    scores : one row per region, wave, participant and scale
    respondents : role and site of each participant at each wave

    Returns
    -------
    Tables in scale points; `settle` adds to the contrasts what they are called. Everyone who
    answered at any wave is kept: the estimand is the change had everyone stayed, under missingness
    that depends on what was observed.
    """
    sites = respondents[["region", "wave", "participant", "site"]]
    scores = scores.merge(sites, on=["region", "wave", "participant"], how="left")
    regions = [*dict.fromkeys(scores["region"])]
    by_scale = {name: scores[scores["scale"] == name] for name in plan.measures}
    fitted = {name: RegionModels.of(rows, plan.width(name)) for name, rows in by_scale.items()}
    pooled = {name: RegionModels.pooled(rows) for name, rows in by_scale.items()}
    rows = _contrasts(fitted, plan, regions)
    rows += _contrasts(pooled, plan, [EVERY]) if len(regions) > 1 else []
    contrasts = described.table("contrasts", rows)
    return {
        "means": _means(fitted, respondents, plan),
        "contrasts": _adjusted(contrasts),
        "fits": described.table(
            "fits",
            [
                _fit(name, region, models, plan)
                for name, models in fitted.items()
                for region in models.parts
            ],
        ),
        "omnibus": described.table(
            "omnibus", [row for one in fitted.items() for row in _omnibus(*one, plan)]
        ),
    }


def _contrasts(fitted: Mapping[str, RegionModels], plan: Plan, regions: list[str]) -> list[Row]:
    waves = [*plan.waves]
    planned = {(one.scale, one.start, one.end) for one in plan.planned}
    rows: list[Row] = []
    for name, cells in fitted.items():
        highest = plan.bounds(name)[1]
        for contrast in [*changes(regions, waves), *differences(regions, waves)]:
            row = estimate_contrast(contrast, cells, highest)
            if row is None:
                continue
            is_planned = contrast.kind == "change" and regions != [EVERY]
            is_planned &= (name, contrast.start, contrast.end) in planned
            row |= {"evidence_id": contrast.evidence(name), "scale": name}
            row |= {"family": _family(name, plan), "planned": is_planned}
            rows.append(row | {"spans": spans(contrast, cells, waves)})
    return rows


def _family(name: str, plan: Plan) -> str:
    return "composite" if name in plan.composites else "scale"


def _adjusted(contrasts: DataFrame) -> DataFrame:
    """Adjust the planned p values of a region by Holm, its others by Benjamini-Hochberg.

    Comparisons of regions are a family of each kind, over all regions.
    """
    kind = contrasts["kind"].where(~contrasts["planned"].astype(bool), "planned")
    own = contrasts["region"].where(contrasts["kind"] == "change", "")
    adjusted = pd.Series(np.nan, index=contrasts.index)
    for (name, _), group in contrasts["p"].dropna().groupby([kind, own]):
        method = "holm" if name == "planned" else "fdr_bh"
        adjusted[group.index] = multipletests(group, method=method)[1]
    return contrasts.assign(p_adjusted=adjusted)


def settle(contrasts: DataFrame, holds: Mapping[str, str], plan: Plan) -> DataFrame:
    """Give every change its rung of the wording ladder.

    Parameters
    ----------
    contrasts : what `compare_waves` found
    holds : by evidence id, `yes` or `no`: do other methods say the same; absent where none were run
    """
    known = [holds.get(change) for change in contrasts["evidence_id"]]
    held = contrasts.assign(holds=Series(known, index=contrasts.index, dtype=object))
    verdicts = [
        _rung(row, plan) if row["kind"] == "change" else None for row in held.to_dict("records")
    ]
    return held.assign(verdict=Series(verdicts, index=held.index, dtype=object))


def _rung(row: Mapping[Any, Any], plan: Plan) -> str:
    """Judge one change: `up` is good news, also of a score of which low is good."""
    scale = row["scale"]
    smallest = plan.smallest_change_of(scale)
    rung = judge(Change.of(row), smallest_group=plan.smallest_group, smallest_change=smallest)
    return turned(rung) if plan.is_good_low(scale) else rung


def _means(fitted: Mapping[str, RegionModels], respondents: DataFrame, plan: Plan) -> DataFrame:
    sites = respondents.groupby(["region", "wave"])["site"].nunique().to_dict()
    rows: list[Row] = []
    for name, cells in fitted.items():
        highest = plan.bounds(name)[1]
        for region, wave in cells.cells:
            row: Row = {
                "evidence_id": evidence_id("mean", region, name, wave),
                **{"region": region, "scale": name, "wave": wave, "family": _family(name, plan)},
                **{"n": len(cells.values((region, wave))), "sites": sites.get((region, wave))},
            }
            rows.append({**row, **_mean(cells, (region, wave), highest)})
    return described.table("means", rows)


def _mean(cells: RegionModels, cell: Cell, highest: float) -> Row:
    values = cells.values(cell)
    if len(values) < LEAST_SHOWN:
        return {"method": f"not shown: fewer than {LEAST_SHOWN} people"}
    found: Row = {"at_highest": float(np.isclose(values, highest).mean())}
    found |= {"observed_mean": values.mean(), "observed_sd": values.std(ddof=1)}
    if refusal := cells.refusal([cell[0]]):
        return {**found, "estimate": values.mean(), "method": refusal}
    try:
        mean, _ = cells.contrast({cell: 1.0})
    except NoFitError as refused:
        return {**found, "method": f"not estimated, because {refused}"}
    low, high = mean.interval()
    found |= {"estimate": mean.estimate, "se": mean.se, "df": mean.df, "low": low, "high": high}
    return {**found, "method": KENWARD_ROGER}


def _fit(name: str, region: str, models: RegionModels, plan: Plan) -> Row:
    cells, refusal = models.parts[region], models.refusal([region])
    row: Row = {
        "evidence_id": evidence_id("fit", region, name),
        **{"region": region, "scale": name, "family": _family(name, plan)},
        "n_rows": len(cells.scores),
        "n_people": cells.scores["participant"].nunique(),
        "n_sites": sum(cells.sites.values()),
        "note": refusal,
    }
    if cells.fit is None or refusal:
        return {**row, "sound": False, "at_zero": False, "left_out": ""}
    terms = "".join(f" + (1 | {name})" for name in cells.fit.names[:-1])
    return {
        **row,
        "model": f"score ~ wave{terms}",
        "left_out": ", ".join(left_out(cells)),
        "sound": cells.certificate.is_sound,
        "certificate": str(cells.certificate),
        "criterion": cells.fit.criterion,
        **_variances(cells.fit),
        "var_total": float(cells.fit.theta.sum()),
        "var_total_se": _error_of_total(cells),
    }


def _error_of_total(cells: CellMeans) -> float:
    """Return the standard error of the sum of the variances; unknown where they are."""
    try:
        return float(np.sqrt(cells.small_sample.theta_covariance.sum()))
    except NoFitError:
        return float("nan")


def _variances(fit: RemlFit) -> Row:
    """Name the variances, their share of the whole, and those that are at zero."""
    variances = dict(zip(fit.names, fit.theta.tolist(), strict=True))
    whole = sum(variances.values())
    named = {f"var_{name.replace(' x ', '_')}": value for name, value in variances.items()}
    shares = {
        f"icc_{name}": variances[name] / whole
        for name in ("site", "participant")
        if name in variances
    }
    zero = [name for name, bound in zip(fit.names, fit.at_zero, strict=True) if bound]
    note = f"variance at zero: {', '.join(zero)}" if zero else ""
    return {**named, **shares, "at_zero": bool(zero), "note": note}


def _omnibus(name: str, models: RegionModels, plan: Plan) -> list[Row]:
    """Test region, wave and their interaction over the regions with enough people at every wave."""
    rows = []
    for term, contrasts in omnibus_terms(models).items():
        row: Row = {
            "evidence_id": evidence_id("omnibus", EVERY, name, term.replace(" x ", "-")),
            **{"scale": name, "family": _family(name, plan), "term": term, "partial": False},
        }
        if not contrasts:
            reason = models.refusal([*models.parts]) or TOO_FEW_REGIONS
            rows.append({**row, "note": reason})
            continue
        try:
            test = models.joint_test(contrasts)
        except NoFitError as refusal:
            rows.append({**row, "note": f"not tested, because {refusal}"})
            continue
        found: Row = {"F": test.F, "df_between": test.df_between, "df_within": test.df_within}
        note = "; ".join(omnibus_flags(term, models))
        found |= {"partial": bool(left_out_regions(models)), "p": test.p, "note": note}
        rows.append({**row, **found})
    return rows
