"""Rules on interviews: how a share moves, and whether it is larger than in the publications."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.learn.expectations.claimed import published_share
from analysis.learn.expectations.comparisons import points, region_name
from analysis.learn.expectations.outcome import Cell, Outcome, State, weigh
from analysis.learn.expectations.spoken import Spoken
from analysis.learn.themes import share_poles
from analysis.plan.evidence import EVERY, LEAST_CONVERSATIONS, LEAST_STANCED, evidence_id
from analysis.plan.study import Study
from analysis.plan.study.rules import Test


def share_rises(test: Test, spoken: Spoken, study: Study) -> Outcome:
    """Test whether the share of the second group against the first rises."""
    parts = {region: _share_change(test, spoken, region, study) for region in study.regions}
    known = {region: part for region, part in parts.items() if part is not None}
    slider = study.plan.sliders[test.slider]
    codes = [*slider.pole_a_codes, *slider.pole_a_hindering, *slider.pole_b_codes]
    evidence = [name for region in known for name in spoken.ids(region, test.waves, codes)]
    state: State = "missing"
    seen = "too few conversations with both poles"
    if known:
        estimate = float(np.mean([part[0] for part in known.values()]))
        variances = np.array([part[1] for part in known.values()])
        sizes = np.array([part[2] for part in known.values()])
        df = variances.sum() ** 2 / (variances**2 / sizes).sum() if variances.any() else sizes.sum()
        wide = float(stats.t.ppf(0.975, df)) * variances.sum() ** 0.5 / len(known)
        named = all(known[region][0] > 0 for region in test.regions if region in known)
        state = "holds" if estimate - wide > 0 and named else "unclear"
        state = "fails" if estimate + wide < 0 else state
        each = "; ".join(
            f"{region_name(study, one)} {points(part[0])}" for one, part in known.items()
        )
        span = f"95% interval {points(estimate - wide)} to {points(estimate + wide)}"
        seen = f"{points(estimate)} ({span}; {each})"
    first, then = dict(slider.pole_a)["en"], dict(slider.pole_b)["en"]
    return Outcome(
        test.rule,
        weigh([Cell("", state, seen)]),
        f"share of {then} against {first}: 95% interval of the change above 0",
        f"change in share: {seen}",
        "an interval of the change that includes 0, or lies below it",
        tuple(evidence),
    )


def _share_change(
    test: Test, spoken: Spoken, region: str, study: Study
) -> tuple[float, float, float] | None:
    """Return change of the mean share, its variance and its degrees of freedom."""
    ends = (test.waves[0], test.waves[-1])
    sides = [_pole_shares(test, spoken, region, wave, study) for wave in ends]
    if min(len(side) for side in sides) < 2:
        return None
    spread = np.array([side.var(ddof=1) / len(side) for side in sides])
    sizes = np.array([len(side) - 1 for side in sides])
    df = spread.sum() ** 2 / (spread**2 / sizes).sum() if spread.any() else sizes.sum()
    return float(sides[1].mean() - sides[0].mean()), float(spread.sum()), float(df)


def _pole_shares(
    test: Test, spoken: Spoken, region: str, wave: str, study: Study
) -> NDArray[np.float64]:
    slider = study.plan.sliders[test.slider]
    codes = [*slider.pole_a_codes, *slider.pole_a_hindering, *slider.pole_b_codes]
    found = spoken.mentions(region, [wave], codes)
    return share_poles(found, slider, study)["share"].to_numpy(dtype=float)


def share_larger(test: Test, spoken: Spoken, study: Study) -> Outcome:
    """Test whether conversations hold a larger share of hindering statements than the claims."""
    published, counted = published_share(study)
    stanced = spoken.segments.query("stance != 'neutral'")
    once = stanced.drop_duplicates(["region", "document", "segment", "stance"])
    grouped = once.assign(hinders=once["stance"] == "hinders").groupby(["region", "document"])
    shares = grouped["hinders"].mean()[grouped["segment"].nunique() >= LEAST_STANCED]
    state: State = "missing"
    seen = "too few conversations"
    spoken_in = set(spoken.documents["region"])
    if len(shares) >= LEAST_CONVERSATIONS and counted:
        wide = float(stats.t.ppf(0.975, len(shares) - 1) * stats.sem(shares))
        low, high = shares.mean() - wide, shares.mean() + wide
        state = "holds" if low > published else "fails" if high <= published else "unclear"
        span = f"95% interval {low:.2f} to {high:.2f}, {len(shares)} conversations"
        seen = f"{shares.mean():.2f} ({span})"
    return Outcome(
        test.rule,
        weigh([Cell("", state, seen)]),
        f"95% interval of the mean share per conversation above the published {published:.2f}",
        f"hindering share in conversations {seen}; published {published:.2f} of {counted} claims",
        "conversations that speak as positively as the publications",
        tuple(evidence_id("participation", region, EVERY) for region in sorted(spoken_in)),
    )
