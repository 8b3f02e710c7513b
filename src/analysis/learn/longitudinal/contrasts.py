"""Every comparison as one row: change, difference between regions, difference in change."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from analysis.measure.apart import RegionModels
from analysis.measure.cells import Cell
from analysis.measure.models import NoFitError
from analysis.plan.evidence import LEAST_SHOWN, LEAST_TESTED, LEAST_UNFLAGGED, evidence_id

Row = dict[str, object]
Signs = dict[Cell, float]
LEAST_SITES = 5
FEW_SITES = f"fewer than {LEAST_SITES} known sites in a region: p is unsure"
KENWARD_ROGER = "REML, Kenward-Roger"


@dataclass(frozen=True)
class CellContrast:
    """A weighted sum of cells with its name."""

    kind: str
    region: str
    start: str
    end: str
    signs: Signs

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions it compares."""
        return tuple(dict.fromkeys(region for region, _ in self.signs))

    def evidence(self, scale: str) -> str:
        """Return the evidence id of this contrast for one scale."""
        when = self.start if self.kind == "difference" else f"{self.start}-{self.end}"
        return evidence_id(self.kind, self.region, scale, when)


def changes(regions: list[str], waves: list[str]) -> Iterator[CellContrast]:
    """List the change within each region between every two waves."""
    for region in regions:
        for start, end in combinations(waves, 2):
            signs: Signs = {(region, end): 1.0, (region, start): -1.0}
            yield CellContrast("change", region, start, end, signs)


def differences(regions: list[str], waves: list[str]) -> Iterator[CellContrast]:
    """List, for every two regions, the second minus the first: per wave, and in change."""
    for one, other in combinations(regions, 2):
        pair = f"{one}-{other}"
        signs: Signs
        for wave in waves:
            signs = {(other, wave): 1.0, (one, wave): -1.0}
            yield CellContrast("difference", pair, wave, wave, signs)
        for start, end in combinations(waves, 2):
            signs = {(other, end): 1.0, (other, start): -1.0, (one, end): -1.0, (one, start): 1.0}
            yield CellContrast("growth", pair, start, end, signs)


def spans(contrast: CellContrast, models: RegionModels, waves: list[str]) -> bool:
    """Whether a contrast runs from the first to the last wave that all its regions held.

    The difference between regions at one wave spans when that wave is the last; `waves` are those
    of the plan, in order.
    """
    shared = [wave for wave in waves if all((one, wave) in models.seen for one in contrast.regions)]
    first = contrast.end if contrast.kind == "difference" else shared[0]
    return (contrast.start, contrast.end) == (first, shared[-1])


def estimate_contrast(contrast: CellContrast, models: RegionModels, highest: float) -> Row | None:
    """Estimate one contrast; nothing if one of its cells has no people at all.

    Cells with fewer than five people are never estimated; with fewer than ten there is no p. A
    comparison of regions is flagged where one of them has fewer than five sites: people of one
    site resemble each other, so few sites say little about a region.
    """
    people = _people(contrast, models).values()
    smallest = min(len(group) for group in people)
    if smallest == 0:
        return None
    row: Row = {
        "kind": contrast.kind,
        "region": contrast.region,
        "start": contrast.start,
        "end": contrast.end,
        "n": len(set().union(*people)),
        **_sizes(contrast, models),
    }
    refusal = models.refusal(contrast.regions)
    if smallest < LEAST_SHOWN or refusal:
        reason = f"fewer than {LEAST_SHOWN} people" if smallest < LEAST_SHOWN else refusal
        return {**row, "note": reason}
    if contrast.kind == "change":
        start = (contrast.region, contrast.start)
        row["start_at_highest"] = float(np.isclose(models.values(start), highest).mean())
        row["start_mean"] = models.mean(start)
    try:
        found = _inference(contrast, models, smallest)
    except NoFitError as refusal:
        return {**row, "note": f"not estimated, because {refusal}"}
    return {**row, **found, "note": "; ".join(_flags(contrast, smallest, row))}


def _flags(contrast: CellContrast, smallest: int, row: Row) -> Iterator[str]:
    if smallest < LEAST_TESTED:
        yield f"fewer than {LEAST_TESTED} people at a wave: described, not tested"
        return
    if smallest < LEAST_UNFLAGGED:
        yield f"fewer than {LEAST_UNFLAGGED} people at a wave"
    # Within a study that knows no sites at all there is nothing to remark on.
    if (contrast.kind == "change") <= row["n_sites"] < LEAST_SITES:  # type: ignore[operator]
        yield FEW_SITES


def _sizes(contrast: CellContrast, models: RegionModels) -> Row:
    """Count people at start and end: in the smaller region, where two are compared."""
    sizes = {cell: len(group) for cell, group in _people(contrast, models).items()}
    found: Row = {
        name: min(size for (_, at), size in sizes.items() if at == wave)
        for name, wave in (("n_start", contrast.start), ("n_end", contrast.end))
    }
    if contrast.kind == "change":
        start, end = (models.people((contrast.region, at)) for at in (contrast.start, contrast.end))
        found["n_both"] = len(start & end)
    found["n_sites"] = min(models.sites.get(region, 0) for region in contrast.regions)
    return found


def _people(contrast: CellContrast, models: RegionModels) -> dict[Cell, set[str]]:
    return {cell: models.people(cell) for cell in contrast.signs}


def _inference(contrast: CellContrast, models: RegionModels, smallest: int) -> Row:
    one, other = models.contrast(contrast.signs)
    found: Row = {"estimate": one.estimate, "se": one.se, "df": one.df, "method": KENWARD_ROGER}
    found |= {"se_model": other.se, "df_satterthwaite": other.df}
    for suffix, confidence in (("", 0.95), ("_90", 0.90), ("_80", 0.80)):
        low, high = one.interval(confidence)
        found |= {f"low{suffix}": low, f"high{suffix}": high}
    if smallest >= LEAST_TESTED:
        found |= {"t": one.t, "p": one.p}
    return found


def omnibus_terms(models: RegionModels) -> dict[str, list[Signs]]:
    """Write the hypotheses of no region, wave and interaction effect as contrasts of cells.

    Main effects are averages over the other factor (type III). Tested are the regions that had ten
    people at every wave; a term for which too few of them are left has none. A term is absent with
    one region or one wave.
    """
    waves, tested = models.waves, tested_regions(models)
    terms = ["region"] * (len(models.parts) > 1)
    terms += ["wave"] * (len(waves) > 1)
    terms += ["region x wave"] * (len(terms) == 2)
    if not tested:
        return {term: [] for term in terms}
    averaged, regions = _average(len(tested)), _against_first(len(tested))
    written = {
        "region": np.kron(regions, _average(len(waves))),
        "wave": np.kron(averaged, _against_first(len(waves))),
        "region x wave": np.kron(regions, _against_first(len(waves))),
    }
    cells = [*product(tested, waves)]
    return {
        term: [dict(zip(cells, row, strict=True)) for row in written[term].tolist()]
        for term in terms
    }


def tested_regions(models: RegionModels) -> list[str]:
    """Name the regions that had a model, and enough people at every wave for a test."""
    sizes = {cell: len(people) for cell, people in models.seen.items()}
    return [
        region
        for region in models.parts
        if not models.refusal([region])
        and all(sizes.get((region, wave), 0) >= LEAST_TESTED for wave in models.waves)
    ]


def left_out_regions(models: RegionModels) -> list[str]:
    """Name the regions that are not in a test."""
    tested = tested_regions(models)
    return [one for one in models.parts if one not in tested]


def omnibus_flags(term: str, models: RegionModels) -> Iterator[str]:
    """Say which regions a test leaves out, and whether those in it have few sites."""
    tested = tested_regions(models)
    if left_out := left_out_regions(models):
        yield f"without {', '.join(left_out)}: fewer than {LEAST_TESTED} people at a wave"
    if term != "wave" and min(models.sites.get(one, 0) for one in tested) < LEAST_SITES:
        yield FEW_SITES


def _average(count: int) -> NDArray[np.float64]:
    return np.full((1, count), 1 / count)


def _against_first(count: int) -> NDArray[np.float64]:
    return np.hstack([-np.ones((count - 1, 1)), np.eye(count - 1)])
