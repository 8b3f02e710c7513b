"""One measure's scores as cells: a region at a wave, and who was there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, MultiIndex, Series

from analysis.models import CellMeans, fit_cell_means

Cell = tuple[str, str]
LEAST_SHOWN = 5
LEAST_TESTED = 10


@dataclass(frozen=True)
class FittedCells:
    """The scores of one measure, and the model that was fitted to them.

    `cells` are (region, wave) pairs with at least LEAST_SHOWN people; `fit` is empty when no
    model could be fitted, and then `refusal` says why.
    """

    scores: DataFrame
    cells: tuple[Cell, ...]
    fit: CellMeans | None
    refusal: str

    def weights(self, signs: dict[Cell, float]) -> NDArray[np.float64]:
        """Write a contrast as one weight per cell."""
        return np.array([signs.get(cell, 0.0) for cell in self.cells])

    def people(self, *cells: Cell) -> list[set[str]]:
        """Return who was in each cell."""
        seen = self.scores.groupby(["region", "wave"])["participant"].agg(set).to_dict()
        return [seen.get(cell, set()) for cell in cells]

    def values(self, cell: Cell) -> Series:
        """Return the scores in one cell."""
        region, wave = cell
        here = (self.scores["region"] == region) & (self.scores["wave"] == wave)
        return self.scores.loc[here, "score"]


def fit_cells(scores: DataFrame) -> FittedCells:
    """Fit the means of all region-by-wave cells of one measure.

    Parameters
    ----------
    scores : one measure, one row per region, wave and participant; empty scores are left out

    Returns
    -------
    FittedCells; cells with fewer than five people are in `scores` but not in the model.
    """
    known = scores.dropna(subset=["score"])
    counts = known.groupby(["region", "wave"], sort=False).size()
    cells = tuple((str(r), str(w)) for (r, w), n in counts.items() if n >= LEAST_SHOWN)
    if not cells:
        return FittedCells(known, (), None, f"no region has {LEAST_SHOWN} people at a wave")
    number = {cell: place for place, cell in enumerate(cells)}
    keys = MultiIndex.from_frame(known[["region", "wave"]])
    modelled = known[keys.isin(cells)]
    place = [number[cell] for cell in zip(modelled["region"], modelled["wave"], strict=True)]
    people = modelled.groupby(["region", "participant"]).ngroup().to_numpy()
    try:
        fit = fit_cell_means(modelled["score"].to_numpy(dtype=float), np.array(place), people)
    except ValueError as refusal:
        return FittedCells(known, cells, None, f"not estimated, because {refusal}")
    return FittedCells(known, cells, fit, "")


def pool_regions(scores: DataFrame) -> FittedCells:
    """Fit the waves of one measure with all regions together."""
    pooled = scores.assign(
        participant=scores["region"].str.cat(scores["participant"], sep="/"), region="all"
    )
    return fit_cells(pooled)
