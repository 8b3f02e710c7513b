"""Which levels are in place at a wave, and which phase that makes: by the plan's own rule."""

from collections.abc import Iterator, Mapping

import pandas as pd
from pandas import DataFrame

from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Study

BEGIN, UNKNOWN = "begin", "unknown"
Row = dict[str, object]


def find_phases(means: DataFrame, study: Study) -> dict[str, DataFrame]:
    """Say of every region and wave which levels are in place, and the phase they make.

    Parameters
    ----------
    means : estimated marginal means with their 95% limits, in points

    Returns
    -------
    `levels`: one row per region, wave and level that has a composite; `in_place` is yes, no or
    unknown. `phases`: one row per region, wave and threshold: the highest level in place with all
    earlier ones in place, `begin` if the first is not, `unknown` if the answer depends on a level
    without a mean. `out_of_order` names levels in place without an earlier one. `declared` marks
    the plan's rule; the other rows show what a lower or higher mean would have said, with the
    lower limit moved along. Without `growth` in the plan both tables are empty.
    """
    levels = [row for row in _levels(means, study)]
    phases = [row for row in _phases(levels, study)]
    return {
        "levels": described.table("levels", levels),
        "phases": described.table("phases", phases),
    }


def _levels(means: DataFrame, study: Study) -> Iterator[Row]:
    growth = study.plan.growth
    if growth is None:
        return
    keys = zip(means["region"], means["scale"], means["wave"], strict=True)
    known = dict(zip(keys, means.to_dict("records"), strict=True))
    rule = (growth.in_place.mean, growth.in_place.lower_limit)
    for region in study.regions:
        for wave in study.plan.waves:
            for level, measure in study.plan.measure_of_level.items():
                mean = known.get((region, measure, wave))
                if mean is not None:
                    yield _level(mean, region, level, wave, rule)


def _level(
    mean: Mapping[str, object], region: str, level: str, wave: str, rule: tuple[float, float]
) -> Row:
    return {
        "evidence_id": evidence_id("level", region, level, wave),
        **{"region": region, "level": level, "wave": wave},
        **{name: mean[name] for name in ("estimate", "low", "n")},
        **{"threshold": rule[0], "lower_limit": rule[1]},
        "in_place": _in_place(mean, *rule),
        "mean_id": mean["evidence_id"],
    }


def _in_place(mean: Mapping[str, object], threshold: float, limit: float) -> str:
    estimate, low = mean["estimate"], mean["low"]
    if pd.isna(estimate) or pd.isna(low):
        return UNKNOWN
    return "yes" if estimate >= threshold and low >= limit else "no"  # type: ignore[operator]


def _phases(levels: list[Row], study: Study) -> Iterator[Row]:
    growth = study.plan.growth
    if growth is None:
        return
    declared, limit = growth.in_place.mean, growth.in_place.lower_limit
    wanted = [*study.plan.measure_of_level]
    for region in study.regions:
        for wave in study.plan.waves:
            here = [row for row in levels if (row["region"], row["wave"]) == (region, wave)]
            for threshold in (declared, *growth.also_at) if here else ():
                rule = (threshold, limit + threshold - declared)
                yield _phase(here, region, wave, wanted, rule, is_declared=threshold == declared)


def _phase(
    here: list[Row],
    region: str,
    wave: str,
    wanted: list[str],
    rule: tuple[float, float],
    *,
    is_declared: bool,
) -> Row:
    held = {str(row["level"]): _in_place(row, *rule) for row in here}
    states = [held.get(level, UNKNOWN) for level in wanted]
    reached = next((n for n, state in enumerate(states) if state != "yes"), len(states))
    is_open = reached < len(states) and states[reached] == UNKNOWN
    later = [level for level, state in zip(wanted, states, strict=True) if state == "yes"][reached:]
    subject = "reached" if is_declared else f"reached-at-{rule[0]:g}"
    return {
        "evidence_id": evidence_id("phase", region, subject, wave),
        **{"region": region, "wave": wave, "threshold": rule[0], "lower_limit": rule[1]},
        "declared": is_declared,
        "phase": UNKNOWN if is_open else wanted[reached - 1] if reached else BEGIN,
        "in_place": " ".join(level for level in wanted if held.get(level) == "yes"),
        "out_of_order": " ".join(later),
        "levels": " ".join(str(row["evidence_id"]) for row in here),
        "note": f"no mean for {wanted[reached]}" if is_open else "",
    }
