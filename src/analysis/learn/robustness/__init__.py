"""Would another method have said the same? Every planned change, estimated again and judged."""

import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from pandas import DataFrame
from scipy import linalg

from analysis.learn.robustness.case import MethodOutcome, PlannedChange
from analysis.learn.robustness.items import Items
from analysis.learn.robustness.leavers import by_pattern, with_shifted_leavers, with_weights
from analysis.learn.robustness.refits import (
    with_complete_pairs,
    with_estimating_equations,
    with_ordered_answers,
    with_shared_sites,
    with_shared_variances,
    with_unstructured_waves,
    without_one_site,
    without_site_terms,
)
from analysis.learn.robustness.resampling import with_other_people
from analysis.measure.apart import RegionModels
from analysis.measure.cells import CellMeans
from analysis.measure.models import NoFitError
from analysis.plan import described
from analysis.plan.evidence import EVERY, LEAST_SHOWN, evidence_id
from analysis.plan.study import Plan, Scale

__all__ = ["METHODS", "SHOWN", "compare_methods", "judge_robustness"]

Row = dict[str, object]
METHODS: Mapping[str, Callable[[PlannedChange], MethodOutcome]] = MappingProxyType(
    {
        "mmrm": with_unstructured_waves,
        "gee": with_estimating_equations,
        "pairs": with_complete_pairs,
        "ordinal": with_ordered_answers,
        "bootstrap": with_other_people,
        "without_sites": without_site_terms,
        "leave_one_site": without_one_site,
        "pattern_mixture": by_pattern,
        "delta": with_shifted_leavers,
        "weights": with_weights,
    }
)
# Shown beside them and never counted: a region's verdict rests on its own data.
SHOWN: Mapping[str, Callable[[PlannedChange], MethodOutcome]] = MappingProxyType(
    {"shared_variances": with_shared_variances, "shared_sites": with_shared_sites}
)
LEAST_COUNTED = 5
MOST_CHANGING = 0.2
NOT_COUNTED = "not counted"
NO_ANSWERS = DataFrame(columns=["region", "wave", "participant", "item", "keyed"])


def compare_methods(
    scores: DataFrame, answers: DataFrame, contrasts: DataFrame, plan: Plan
) -> DataFrame:
    """Estimate again by each method every planned change, and those of regions that lack a wave.

    Each is fitted to the region's own data alone, with draws of its own.

    Parameters
    ----------
    scores : one row per region, wave, participant and scale, with `site` and `has_code`
    answers : keyed answers, one row per region, wave, participant and item
    contrasts : the findings table; it holds the primary estimates

    Returns
    -------
    One row per change and method, in points of the scale unless `same_scale` is false.
    `shown` is the tipping point of `delta` (points) and the effective n of `weights`. A method
    that cannot be computed says why in `note`, and is not counted.
    """
    planned = _compared(contrasts, plan)
    names = [*dict.fromkeys(planned["scale"])]
    # In an order of its own, so that draws do not depend on that of the rows.
    scores = scores.sort_values(["region", "participant", "wave"])
    models = {
        name: RegionModels.of(scores[scores["scale"] == name], plan.width(name)) for name in names
    }
    given = {str(region): rows for region, rows in answers.groupby("region", sort=False)}
    whole = {name: CellMeans.of(scores[scores["scale"] == name]) for name in names}
    items = {
        (region, name): Items.of(given[region], _ordered_items(name, plan))
        for region in given
        for name in names
    }
    shown = [*SHOWN] if len({*planned["region"]}) > 1 else []
    rows = [
        {**_name(change, method), **_run(change, method, models, whole, items, plan)}
        for change in planned.to_dict("records")
        for method in (*METHODS, *shown)
    ]
    return described.table("robustness", rows)


def _compared(contrasts: DataFrame, plan: Plan) -> DataFrame:
    """Keep the planned changes; of a region that lacks a planned wave, the longest it has."""
    planned = contrasts["planned"].astype(bool)
    own = (contrasts["kind"] == "change") & (contrasts["region"] != EVERY)
    own &= contrasts["spans"].astype(bool)
    own &= contrasts["scale"].isin({one.scale for one in plan.planned})
    pairs = contrasts.set_index(["region", "scale"]).index
    return contrasts[planned | (own & ~pairs.isin(pairs[planned]))]


def _ordered_items(measure: str, plan: Plan) -> list[str]:
    """Name the items of a measure whose answers are ordered categories."""
    found = plan.measures[measure]
    scales = [found] if isinstance(found, Scale) else [plan.scales[name] for name in found.of]
    ordered = [scale for scale in scales if scale.answers == "ordinal"]
    return [*dict.fromkeys(item for scale in ordered for item in scale.items)]


def _name(change: Mapping[Any, Any], method: str) -> Row:
    region, scale, when = change["region"], change["scale"], f"{change['start']}-{change['end']}"
    return {
        "evidence_id": evidence_id("robust", region, f"{scale}.{method}", when),
        **{key: change[key] for key in ("region", "scale", "start", "end")},
        "method": method,
    }


def _run(
    change: Mapping[Any, Any],
    method: str,
    models: Mapping[str, RegionModels],
    whole: Mapping[str, CellMeans],
    items: Mapping[tuple[str, str], Items],
    plan: Plan,
) -> Row:
    """Run one method; whatever stops it becomes a note."""
    refused: Row = {"same_scale": method != "ordinal", "computable": False}
    refused |= {"changes_conclusion": NOT_COUNTED}
    try:
        with warnings.catch_warnings():
            # A fit that passed by an ill-conditioned matrix is certified where it ends.
            warnings.simplefilter("ignore", linalg.LinAlgWarning)
            scale = change["scale"]
            case = _case(change, models[scale], whole[scale], items, plan)
            if method in SHOWN:
                shown = _told(case, SHOWN[method](case))
                return {**shown, "changes_conclusion": NOT_COUNTED}
            return {**refused, **_told(case, METHODS[method](case))}
    except NoFitError as refusal:
        return {**refused, "note": f"not computable, because {refusal}"}
    except linalg.LinAlgError:
        return {**refused, "note": "not computable, because the data do not determine the model"}


def _case(
    change: Mapping[Any, Any],
    models: RegionModels,
    whole: CellMeans,
    items: Mapping[tuple[str, str], Items],
    plan: Plan,
) -> PlannedChange:
    if not np.isfinite([change["estimate"], change["low"], change["high"]]).all():
        raise NoFitError("there is no primary estimate")
    region, scale = change["region"], change["scale"]
    if region not in models.parts:
        raise NoFitError("nobody in the region has a score")
    numbers = ("region", "start", "end", "estimate", "se", "df", "low", "high")
    case = PlannedChange(
        models.parts[region],
        whole,
        items.get((region, scale), Items.of(NO_ANSWERS, [])),
        **{key: change[key] for key in numbers},
        smallest_change=plan.smallest_change_of(scale),
        width=plan.width(scale),
        seed=plan.seed,
    )
    if min(len(case.at_start), len(case.at_end)) < LEAST_SHOWN:
        raise NoFitError(f"fewer than {LEAST_SHOWN} people were seen at start or end")
    return case


def _told(case: PlannedChange, found: MethodOutcome) -> Row:
    if not found.is_finite:
        raise NoFitError("the estimate has no finite interval")
    numbers = {key: getattr(found, key) for key in ("estimate", "se", "df", "low", "high", "n")}
    return {
        **numbers,
        "people_share": case.share(found),
        "same_scale": found.same_scale,
        "changes_conclusion": "yes" if case.is_changed_by(found) else "no",
        "computable": True,
        "shown": found.shown,
        "note": found.note,
    }


def judge_robustness(rows: DataFrame) -> DataFrame:
    """Say of every planned change whether it holds.

    Parameters
    ----------
    rows : what `compare_methods` returned

    Returns
    -------
    One row per change: `change_id`, `holds`, and the number of methods `counted` and `changing`.
    A change holds if at least five methods were computable and at most one in five changes the
    conclusion; with fewer than five `holds` is empty.
    """
    keys = ["region", "scale", "start", "end"]
    found = []
    for (region, scale, start, end), group in rows.groupby(keys, sort=False):
        counted = int(group["changes_conclusion"].isin(["yes", "no"]).sum())
        changing = int((group["changes_conclusion"] == "yes").sum())
        holds = None
        if counted >= LEAST_COUNTED:
            holds = "yes" if changing <= MOST_CHANGING * counted else "no"
        change_id = evidence_id("change", region, scale, f"{start}-{end}")
        found.append((change_id, holds, counted, changing))
    judged = DataFrame(found, columns=["change_id", "holds", "counted", "changing"])
    return judged.astype({"holds": object, "counted": "Int64", "changing": "Int64"})
