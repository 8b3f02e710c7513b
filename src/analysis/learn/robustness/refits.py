"""The same change under another model, or with fewer sites."""

from dataclasses import replace

import numpy as np

from analysis.learn.robustness.case import MethodOutcome, PlannedChange
from analysis.measure.models import Contrast, KenwardRoger, NoFitError, Satterthwaite
from analysis.plan.evidence import LEAST_SHOWN, LEAST_TESTED


def with_unstructured_waves(case: PlannedChange) -> MethodOutcome:
    """Let every two waves have their own covariance (MMRM), Satterthwaite df, no site terms.

    References
    ----------
    Mallinckrodt, Clark & David (2001), Journal of Biopharmaceutical Statistics 11, 9-21.
    """
    weights = case.model.weights(case.signs)
    found = Satterthwaite(case.model.unstructured).contrast(weights)
    return MethodOutcome.of(found, case.n, "no site terms")


def with_estimating_equations(case: PlannedChange) -> MethodOutcome:
    """Use GEE, exchangeable within people, Mancl-DeRouen covariance and t(people - cells).

    References
    ----------
    Liang & Zeger (1986), Biometrika 73, 13-22; Mancl & DeRouen (2001), Biometrics 57, 126-134.
    """
    model = case.model.without_lone_cells
    found = model.exchangeable.contrast(model.weights(case.signs))
    note = f"correlation within people {model.exchangeable.correlation:.2f}, no site terms"
    return MethodOutcome.of(found, case.n, note)


def with_complete_pairs(case: PlannedChange) -> MethodOutcome:
    """Use only who was seen at both waves: the paired t interval, `t.test(paired = TRUE)` in R."""
    gained = (case.pairs[case.end] - case.pairs[case.start]).to_numpy()
    if len(gained) < LEAST_TESTED:
        raise NoFitError(f"fewer than {LEAST_TESTED} people were seen at both waves")
    se = float(gained.std(ddof=1) / np.sqrt(len(gained)))
    if np.isclose(se, 0):
        raise NoFitError("everyone changed by the same amount")
    return MethodOutcome.of(Contrast(float(gained.mean()), se, len(gained) - 1), len(gained))


def with_ordered_answers(case: PlannedChange) -> MethodOutcome:
    """Model every item as ordered answers, and average the log odds ratios over items.

    Each item has thresholds of its own, region x wave and a participant intercept. The standard
    error of the mean comes from what each person adds to all items together, so that answers of
    one person count once; t(people - waves) within the region.

    References
    ----------
    Hedeker & Gibbons (1994), Biometrics 50, 933-944; the joint covariance of separate fits after
    Wei & Stram (1988), Statistics in Medicine 7, 1139-1148.
    """
    found = case.items.change(case.signs)
    n = len(found.people)
    df = n - len(case.model.cells)
    if df < 1 or found.se == 0:
        raise NoFitError("there are too few people")
    se = found.se * float(np.sqrt(n / df))
    outcome = MethodOutcome.of(Contrast(found.estimate, se, df), n, found.note)
    return replace(outcome, same_scale=False, kept=len(found.people & case.everyone))


def without_site_terms(case: PlannedChange) -> MethodOutcome:
    """Leave the random intercepts of sites and sites at a wave out; Kenward-Roger df."""
    if "site" not in "".join(case.model.full.names):
        raise NoFitError("the primary model has no site terms")
    found = KenwardRoger(case.model.without_sites).contrast(case.model.weights(case.signs))
    return MethodOutcome.of(found, case.n)


def without_one_site(case: PlannedChange) -> MethodOutcome:
    """Leave each site of the region out in turn, and return the worst.

    The worst is one that changes the conclusion, and among equals the one whose interval speaks
    least for the direction of the primary estimate. People without a site always stay.
    """
    sites = sorted({*case.model.scores["site"]} - {""})
    if len(sites) < 2:
        raise NoFitError("the region has fewer than two sites")
    found = [outcome for site in sites if (outcome := _without(case, site)) is not None]
    if not found:
        raise NoFitError(f"fewer than {LEAST_SHOWN} people are left without any one site")
    worst = max(found, key=lambda one: (case.is_changed_by(one), -_support(case, one)))
    skipped = len(sites) - len(found)
    more = f"; {skipped} could not be left out" if skipped else ""
    return replace(worst, note=f"{worst.note}, the worst of {len(found)}{more}")


def with_shared_variances(case: PlannedChange) -> MethodOutcome:
    """Let all regions have the same variances; Kenward-Roger df."""
    model = case.everywhere.reduced
    found = KenwardRoger(model.full).contrast(model.weights(case.signs))
    return MethodOutcome.of(found, case.n, "rests on the other regions too")


def with_shared_sites(case: PlannedChange) -> MethodOutcome:
    """Let all regions have the same variances of sites, and the others to themselves."""
    model = case.everywhere
    found = KenwardRoger(model.with_shared_sites).contrast(model.weights(case.signs))
    return MethodOutcome.of(found, case.n, "rests on the other regions too")


def _support(case: PlannedChange, found: MethodOutcome) -> float:
    """Return the end of the interval that is nearest to the other direction."""
    return found.low if case.estimate > 0 else -found.high


def _without(case: PlannedChange, site: str) -> MethodOutcome | None:
    """Fit without one site; nothing if too few people are left or the model cannot be fitted."""
    model = case.model.without_site(site).reduced
    left = [model.people((case.region, wave)) for wave in (case.start, case.end)]
    if min(len(people) for people in left) < LEAST_SHOWN:
        return None
    try:
        fit = model.full
    except NoFitError:
        return None
    found = KenwardRoger(fit).contrast(model.weights(case.signs))
    return MethodOutcome.of(found, len(set().union(*left)), f"without site {site}")
