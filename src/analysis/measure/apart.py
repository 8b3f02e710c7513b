"""The primary model: each region by itself, and what follows from the regions side by side."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from pandas import DataFrame, Series

from analysis.measure.cells import Cell, CellMeans, Floats
from analysis.measure.groups import SITE, SITE_WAVE, TERMS
from analysis.measure.models import Contrast, F_together, FTest, NoFitError, together
from analysis.plan.evidence import EVERY, LEAST_SHOWN

# With fewer df a t interval says next to nothing, whatever its ends.
FEWEST_DF = 2.0
# What is left out, in this order, where a design cannot serve it.
LESS = ((), (SITE_WAVE,), (SITE_WAVE, SITE))
NOBODY = "nobody has a score"
TOO_WIDE = "not estimated, because no interval within the scale can be given"


@dataclass(frozen=True)
class RegionModels:
    """One measure: `score ~ wave` in each region, with that region's own variances.

    The covariance of all scores falls apart by region, so the regions are fitted one by one, and a
    region's results rest on its own data alone.

    Parameters
    ----------
    parts : the model of each region
    refusals : why a region has none, by region
    """

    parts: Mapping[str, CellMeans]
    refusals: Mapping[str, str]

    @classmethod
    def of(cls, scores: DataFrame, width: float = np.inf) -> "RegionModels":
        """Fit each region of some scores.

        A variance between sites at a wave that is estimated at zero is left out. Terms of sites are
        left out too where with them a change would have fewer than two df or an interval wider
        than the scale; where that is so without them, there is no model.

        Parameters
        ----------
        scores : region, wave, participant, site and score
        width : the width of the scale, in points
        """
        parts, refusals = {}, {}
        for region, rows in scores.groupby("region", sort=False):
            if rows["score"].notna().any():
                own = CellMeans.of(rows)
                parts[str(region)], refusals[str(region)] = _serving(own, width)
        return cls(parts, refusals)

    @classmethod
    def pooled(cls, scores: DataFrame) -> "RegionModels":
        """Take all regions together, with an intercept per participant only."""
        whole = CellMeans.pooled(scores)
        return cls({EVERY: whole}, {EVERY: whole.refusal})

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that were seen, region by region."""
        return tuple(cell for part in self.parts.values() for cell in part.cells)

    @cached_property
    def waves(self) -> list[str]:
        """The waves that were seen anywhere."""
        return [*dict.fromkeys(wave for part in self.parts.values() for wave in part.waves)]

    @cached_property
    def seen(self) -> dict[Cell, set[str]]:
        """Who was in each cell."""
        return {cell: people for part in self.parts.values() for cell, people in part.seen.items()}

    @cached_property
    def sites(self) -> dict[str, int]:
        """How many named sites each region has."""
        return {region: n for part in self.parts.values() for region, n in part.sites.items()}

    def people(self, cell: Cell) -> set[str]:
        """Return who was in a cell."""
        return self.seen.get(cell, set())

    def values(self, cell: Cell) -> Series:
        """Return the scores in one cell that was seen."""
        return self.parts[cell[0]].values(cell)

    def refusal(self, regions: Collection[str]) -> str:
        """Say why nothing can be said about some regions together; empty where it can."""
        return next((why for one in regions if (why := self.refusals.get(one, NOBODY))), "")

    def contrast(self, signs: Mapping[Cell, float]) -> tuple[Contrast, Contrast]:
        """Return a weighted sum of cells: Kenward-Roger, and Satterthwaite beside it.

        Raises
        ------
        NoFitError if a region has no model, or says too little.
        """
        found = [
            (part.small_sample.part(weights), part.satterthwaite.part(weights))
            for part, weights in self._split([signs])
            for weights in weights
        ]
        return together([one for one, _ in found]), together([other for _, other in found])

    def mean(self, cell: Cell) -> float:
        """Return the estimated marginal mean of a cell of a region that has a model.

        Raises
        ------
        NoFitError if it has none.
        """
        return together(
            [one.small_sample.part(w[0]) for one, w in self._split([{cell: 1.0}])]
        ).estimate

    def joint_test(self, several: Collection[Mapping[Cell, float]]) -> FTest:
        """Test that several weighted sums of cells are all zero.

        Raises
        ------
        NoFitError if a region has no model, or the data say too little.
        """
        return F_together([(part.small_sample, weights) for part, weights in self._split(several)])

    def _split(self, several: Collection[Mapping[Cell, float]]) -> list[tuple[CellMeans, Floats]]:
        """Write weights of cells per region: the region's model, and one row per weighted sum."""
        regions = dict.fromkeys(region for signs in several for region, *_ in signs)
        if refusal := self.refusal(regions):
            raise NoFitError(refusal.removeprefix("not estimated, because "))
        return [
            (self.parts[one], np.array([self.parts[one].weights(dict(signs)) for signs in several]))
            for one in regions
        ]


def _serving(own: CellMeans, width: float) -> tuple[CellMeans, str]:
    """Return the fullest model of a region that its data can serve, or why there is none."""
    for less in LESS:
        model = own.without(*less).reduced
        if not model.refusal and _serves(model, width):
            return model, ""
    refusal = own.without(*LESS[-1]).refusal
    return own, refusal or TOO_WIDE


def _serves(model: CellMeans, width: float) -> bool:
    """Whether every change between two waves with enough people has an interval worth telling."""
    large = [cell for cell in model.cells if len(model.people(cell)) >= LEAST_SHOWN]
    try:
        changes = [
            model.small_sample.contrast(model.weights({end: 1.0, start: -1.0}))
            for start, end in combinations(large, 2)
        ]
    except NoFitError:
        return False
    # The values are compared, not their product: an infinite width serves nothing with 0 df.
    return all(
        one.df >= FEWEST_DF and np.subtract(*one.interval()[::-1]) <= width for one in changes
    )


def left_out(model: CellMeans) -> tuple[str, ...]:
    """Name the terms of the primary model that are not in the model of a region."""
    held = model.fit.names if model.fit else ()
    return tuple(term for term in TERMS if term not in held)
