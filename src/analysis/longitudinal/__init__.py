"""How scores changed over the waves, within and between regions."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from pandas import DataFrame
from statsmodels.stats.multitest import multipletests

from analysis.evidence import evidence_id
from analysis.longitudinal.cells import FittedCells, fit_cells, pool_regions
from analysis.longitudinal.contrasts import Row, changes, differences, estimate_contrast
from analysis.longitudinal.verdict import judge
from analysis.study import Plan

__all__ = ["compare_waves", "judge"]

CONTRASTS = [
    *("evidence_id", "kind", "region", "scale", "start", "end", "family", "planned"),
    *("estimate", "se", "df", "t", "p", "p_adjusted", "low", "high"),
    *("low_90", "high_90", "low_80", "high_80", "n", "n_start", "n_end", "n_both"),
    *("start_mean", "start_at_highest", "holds", "verdict", "method", "note"),
]
MEANS = [
    *("evidence_id", "region", "scale", "wave", "family", "estimate", "se", "df", "low", "high"),
    *("n", "sites", "at_highest", "method"),
]
FITS = [
    *("evidence_id", "scale", "family", "model", "n_rows", "n_people", "n_sites", "converged"),
    *("var_site", "var_participant", "var_residual", "icc_site", "icc_participant", "note"),
]
COUNTS = dict.fromkeys(("n", "n_start", "n_end", "n_both"), "Int64")


def compare_waves(scores: DataFrame, respondents: DataFrame, plan: Plan) -> dict[str, DataFrame]:
    """Fit every scale and composite and return the findings tables `means`, `contrasts`, `fits`.

    Parameters
    ----------
    scores : one row per region, wave, participant and scale
    respondents : role and site of each participant at each wave

    Returns
    -------
    Tables in scale points. Everyone who answered at any wave is kept: the estimand is the change
    had everyone stayed, under missingness that depends on what was observed.
    """
    regions = [*dict.fromkeys(scores["region"])]
    fitted = {name: fit_cells(scores[scores["scale"] == name]) for name in plan.measures}
    pooled = (
        {name: pool_regions(scores[scores["scale"] == name]) for name in plan.measures}
        if len(regions) > 1
        else {}
    )
    rows = _contrasts(fitted, plan, regions) + _contrasts(pooled, plan, ["all"])
    contrasts = DataFrame(rows).reindex(columns=CONTRASTS).astype(COUNTS)
    return {
        "means": _means(fitted, respondents, plan),
        "contrasts": _judged(_adjusted(contrasts), plan),
        "fits": DataFrame([_fit(name, cells, plan) for name, cells in fitted.items()])
        .reindex(columns=FITS)
        .astype({"n_rows": "Int64", "n_people": "Int64", "n_sites": "Int64"}),
    }


def _contrasts(fitted: Mapping[str, FittedCells], plan: Plan, regions: list[str]) -> list[Row]:
    waves = [*plan.waves]
    planned = {(one.scale, one.start, one.end) for one in plan.planned}
    rows: list[Row] = []
    for name, cells in fitted.items():
        highest = plan.bounds(name)[1]
        for contrast in [*changes(regions, waves), *differences(regions, waves)]:
            row = estimate_contrast(contrast, cells, highest)
            if row is None:
                continue
            is_planned = contrast.kind == "change" and regions != ["all"]
            is_planned &= (name, contrast.start, contrast.end) in planned
            row |= {"evidence_id": contrast.evidence(name), "scale": name}
            row |= {"family": _family(name, plan), "planned": is_planned}
            rows.append(row)
    return rows


def _family(name: str, plan: Plan) -> str:
    return "composite" if name in plan.composites else "scale"


def _adjusted(contrasts: DataFrame) -> DataFrame:
    """Adjust planned p values by Holm together, the others by Benjamini-Hochberg per kind."""
    family = contrasts["kind"].where(~contrasts["planned"].astype(bool), "planned")
    pooled = (contrasts["region"] == "all") & (family != "planned")
    family = family.where(~pooled, "pooled")
    adjusted = pd.Series(np.nan, index=contrasts.index)
    for name, group in contrasts["p"].dropna().groupby(family):
        method = "holm" if name == "planned" else "fdr_bh"
        adjusted[group.index] = multipletests(group, method=method)[1]
    return contrasts.assign(p_adjusted=adjusted)


def _judged(contrasts: DataFrame, plan: Plan) -> DataFrame:
    rules = {"smallest_group": plan.smallest_group, "smallest_change": plan.smallest_change}
    verdicts = [
        judge(row, **rules) if row.kind == "change" else None  # type: ignore[arg-type]
        for row in contrasts.itertuples()
    ]
    text = {"holds": None, "verdict": verdicts}
    return contrasts.assign(**text).astype({"holds": object, "verdict": object})


def _means(fitted: Mapping[str, FittedCells], respondents: DataFrame, plan: Plan) -> DataFrame:
    sites = respondents.groupby(["region", "wave"])["site"].nunique().to_dict()
    rows: list[Row] = []
    for name, cells in fitted.items():
        highest = plan.bounds(name)[1]
        for region, wave in cells.cells:
            values = cells.values((region, wave))
            row: Row = {
                "evidence_id": evidence_id("mean", region, name, wave),
                **{"region": region, "scale": name, "wave": wave, "family": _family(name, plan)},
                **{"n": len(values), "sites": sites.get((region, wave))},
                "at_highest": float(np.isclose(values, highest).mean()),
            }
            rows.append({**row, **_mean(cells, (region, wave))})
    return DataFrame(rows).reindex(columns=MEANS).astype({"n": "Int64", "sites": "Int64"})


def _mean(cells: FittedCells, cell: tuple[str, str]) -> Row:
    fit = cells.fit
    if fit is None:
        return {"estimate": cells.values(cell).mean(), "method": cells.refusal}
    estimate, se = fit.contrast(cells.weights({cell: 1.0}))
    low, high = fit.interval(estimate, se, 0.95)
    return {"estimate": estimate, "se": se, "df": fit.df, "low": low, "high": high} | {
        "method": fit.method
    }


def _fit(name: str, cells: FittedCells, plan: Plan) -> Row:
    row: Row = {
        "evidence_id": evidence_id("fit", "all", name),
        "scale": name,
        "family": _family(name, plan),
        "model": "score ~ region x wave + (1 | participant)",
        "n_rows": len(cells.scores),
        "n_people": len(cells.scores[["region", "participant"]].drop_duplicates()),
        "note": cells.refusal,
    }
    if cells.fit is None:
        return {**row, "converged": False}
    person, residual = cells.fit.var_participant, cells.fit.var_residual
    return {
        **row,
        "converged": cells.fit.converged,
        "var_participant": person,
        "var_residual": residual,
        "icc_participant": person / (person + residual),
        "note": cells.fit.method,
    }
