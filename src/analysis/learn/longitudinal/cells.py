"""One measure's scores as cells, a region at a wave, and the model that was fitted to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series

from analysis.measure.groups import TERMS, group_rows
from analysis.measure.models import (
    Certificate,
    Covariance,
    KenwardRoger,
    NoFitError,
    RemlFit,
    Satterthwaite,
    certify,
    certify_with_peer,
    fit_reml,
    random_intercepts,
)
from analysis.plan.evidence import EVERY

Cell = tuple[str, str]
NO_OPTIMUM = "not estimated, because no single best fit was found"


@dataclass(frozen=True)
class FittedCells:
    """The scores of one measure, and the model of its cells.

    `cells` are the (region, wave) pairs that were seen; `fit` is empty when no model could be
    fitted, and then `refusal` says why.
    """

    scores: DataFrame
    cells: tuple[Cell, ...]
    fit: RemlFit | None
    refusal: str
    family: Covariance | None = None

    @cached_property
    def small_sample(self) -> KenwardRoger:
        """Kenward-Roger inference, for every estimate that is reported."""
        return KenwardRoger(self._fitted())

    @cached_property
    def satterthwaite(self) -> Satterthwaite:
        """Satterthwaite inference, stored beside it."""
        return Satterthwaite(self._fitted())

    def checked(self) -> "FittedCells":
        """Return the fit if statsmodels finds the same criterion, else its refusal."""
        if self.fit is None or self.certificate.is_sound:
            return self
        return FittedCells(self.scores, self.cells, None, NO_OPTIMUM)

    @cached_property
    def certificate(self) -> Certificate:
        """Whether the fit is an optimum, by its own numbers and by statsmodels."""
        fit, family = self._fitted(), self.family
        if family is None:
            return certify(fit)
        return certify_with_peer(fit, _outcome(self.scores), _design(self.scores), family)

    def _fitted(self) -> RemlFit:
        if self.fit is None:
            raise NoFitError(self.refusal)
        return self.fit

    def weights(self, signs: dict[Cell, float]) -> NDArray[np.float64]:
        """Write a contrast as one weight per cell."""
        return np.array([signs.get(cell, 0.0) for cell in self.cells])

    @cached_property
    def seen(self) -> dict[Cell, set[str]]:
        """Who was in each cell."""
        groups = self.scores.groupby(["region", "wave"], sort=False)["participant"]
        return {(str(r), str(w)): set(people) for (r, w), people in groups}

    @cached_property
    def waves(self) -> list[str]:
        """The waves that were seen anywhere."""
        return [*dict.fromkeys(wave for _, wave in self.cells)]

    def people(self, *cells: Cell) -> list[set[str]]:
        """Return who was in each of some cells."""
        return [self.seen.get(cell, set()) for cell in cells]

    @cached_property
    def sites(self) -> dict[str, int]:
        """How many named sites each region has."""
        named = self.scores[self.scores["site"].fillna("").ne("")]
        return named.groupby("region")["site"].nunique().to_dict()

    def values(self, cell: Cell) -> Series:
        """Return the scores in one cell."""
        region, wave = cell
        here = (self.scores["region"] == region) & (self.scores["wave"] == wave)
        return self.scores.loc[here, "score"]


def fit_cells(scores: DataFrame, terms: Sequence[str] = tuple(TERMS)) -> FittedCells:
    """Fit `score ~ region x wave` with random intercepts for the terms that the data can tell.

    Parameters
    ----------
    scores : one measure, one row per region, wave and participant, with `site`; empty scores
        are left out
    terms : names of `groups.TERMS`

    Returns
    -------
    FittedCells; small cells are in the model too, and it is for others not to show them.
    """
    known = scores.dropna(subset=["score"])
    pairs = [*zip(known["region"], known["wave"], strict=True)]
    cells = tuple(dict.fromkeys(pairs))
    if not cells:
        return FittedCells(known, (), None, "nobody has a score")
    family = _family(known, terms)
    try:
        fit = fit_reml(_outcome(known), _design(known), family)
    except NoFitError as refusal:
        return FittedCells(known, cells, None, f"not estimated, because {refusal}")
    fitted = FittedCells(known, cells, fit, "", family)
    if not fitted.certificate.is_sound:
        return FittedCells(known, cells, None, NO_OPTIMUM)
    return fitted


def _outcome(scores: DataFrame) -> NDArray[np.float64]:
    return scores["score"].to_numpy(dtype=float)


def _design(scores: DataFrame) -> NDArray[np.float64]:
    """Return one column per cell, in the order in which cells appear."""
    pairs = [*zip(scores["region"], scores["wave"], strict=True)]
    number = {cell: place for place, cell in enumerate(dict.fromkeys(pairs))}
    return np.eye(len(number))[[number[pair] for pair in pairs]]


def _family(scores: DataFrame, terms: Sequence[str]) -> Covariance:
    cells = scores.groupby(["region", "wave"]).ngroup().to_numpy()
    return random_intercepts(group_rows(scores, terms), cells)


def pool_regions(scores: DataFrame) -> FittedCells:
    """Fit the waves of one measure with all regions together and a participant intercept only."""
    pooled = scores.assign(
        participant=scores["region"].str.cat(scores["participant"], sep="/"), region=EVERY
    )
    return fit_cells(pooled, ("participant",))
