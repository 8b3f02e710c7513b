"""The scores of one measure as cells, a region at a wave, and the models of the cells' means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series

from analysis.measure.groups import SITE, SITE_WAVE, TERMS, group_rows
from analysis.measure.models import (
    Certificate,
    Covariance,
    KenwardRoger,
    NoFitError,
    PartlyShared,
    RemlFit,
    Satterthwaite,
    Unstructured,
    certify,
    certify_with_peer,
    fit_reml,
    random_intercepts,
)
from analysis.measure.models.gee import GeeFit, fit_gee
from analysis.plan.evidence import EVERY, LEAST_SHOWN

Cell = tuple[str, ...]
Floats = NDArray[np.float64]
Whole = NDArray[np.int_]
SMALLEST_EIGENVALUE = 1e-6
NO_OPTIMUM = "not estimated, because no single best fit was found"


@dataclass(frozen=True)
class CellMeans:
    """The model `score ~ region x wave` of one measure: a mean per cell, and what varies around it.

    Parameters
    ----------
    scores : region, wave, participant, site and score, none missing
    terms : the random intercepts that may be in it, names of `groups.TERMS`
    factors : the columns whose combinations are the cells
    """

    scores: DataFrame
    terms: Sequence[str] = tuple(TERMS)
    factors: tuple[str, ...] = ("region", "wave")

    @classmethod
    def of(cls, scores: DataFrame, terms: Sequence[str] = tuple(TERMS)) -> "CellMeans":
        """Keep the rows with a score; small cells too, and it is for others not to show them."""
        known = scores.dropna(subset=["score"]).reset_index(drop=True)
        site = known["site"].astype(object).fillna("").astype(str)
        return cls(known.assign(site=site), terms)

    @classmethod
    def pooled(cls, scores: DataFrame) -> "CellMeans":
        """Take all regions together, with an intercept per participant only."""
        person = scores["region"].str.cat(scores["participant"], sep="/")
        return cls.of(scores.assign(participant=person, region=EVERY), ("participant",))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that were seen, in order of appearance."""
        columns = [self.scores[name].tolist() for name in self.factors]
        return tuple(dict.fromkeys(zip(*columns, strict=True)))

    @cached_property
    def cell(self) -> Whole:
        """The number of each row's cell."""
        number = {cell: place for place, cell in enumerate(self.cells)}
        columns = [self.scores[name].tolist() for name in self.factors]
        return np.array([number[cell] for cell in zip(*columns, strict=True)], dtype=int)

    @cached_property
    def waves(self) -> list[str]:
        """The waves that were seen anywhere."""
        return [*dict.fromkeys(self.scores["wave"])]

    @cached_property
    def seen(self) -> dict[Cell, set[str]]:
        """Who was in each cell."""
        people = self.scores["participant"].groupby(self.cell)
        return {self.cells[number]: {*named} for number, named in people}

    @cached_property
    def sites(self) -> dict[str, int]:
        """How many named sites each region has."""
        named = self.scores[self.scores["site"] != ""]
        return named.groupby("region")["site"].nunique().to_dict()

    def people(self, cell: Cell) -> set[str]:
        """Return who was in a cell."""
        return self.seen.get(cell, set())

    def values(self, cell: Cell) -> Series:
        """Return the scores in one cell that was seen."""
        return self.scores.loc[self.cell == self.cells.index(cell), "score"]

    def wide(self, region: str) -> DataFrame:
        """Return one region's scores, one row per participant and one column per wave."""
        here = self.scores[self.scores["region"] == region]
        return here.pivot(index="participant", columns="wave", values="score")

    def numbers(self, term: str) -> Whole:
        """Return the number of each row's group."""
        return group_rows(self.scores, (term,))[term]

    def weights(self, signs: dict[Cell, float]) -> Floats:
        """Write a contrast as one weight per cell."""
        return np.array([signs.get(cell, 0.0) for cell in self.cells])

    @property
    def y(self) -> Floats:
        """The scores."""
        return self.scores["score"].to_numpy(dtype=float)

    @property
    def X(self) -> Floats:
        """One column per cell."""
        return np.eye(len(self.cells))[self.cell]

    def intercepts(self, *terms: str) -> Covariance:
        """Return the covariance of some terms, as far as the data can tell them."""
        return random_intercepts(group_rows(self.scores, terms), self.cell)

    @cached_property
    def family(self) -> Covariance:
        """The covariance of its own terms."""
        return self.intercepts(*self.terms)

    @cached_property
    def reduced(self) -> "CellMeans":
        """The same without a variance between sites at a wave that is estimated at zero.

        Kept at zero it would be counted as if it were known to lie there.
        """
        try:
            at_zero = dict(zip(self._reml.names, self._reml.at_zero, strict=True))
        except NoFitError:
            return self
        return self.without(SITE_WAVE) if at_zero.get(SITE_WAVE) else self

    def without(self, *terms: str) -> "CellMeans":
        """Return the same model without some of its terms."""
        return replace(self, terms=tuple(one for one in self.terms if one not in terms))

    @cached_property
    def _reml(self) -> RemlFit:
        return fit_reml(self.y, self.X, self.family)

    @cached_property
    def certificate(self) -> Certificate:
        """Whether the fit is an optimum, by its own numbers and by statsmodels."""
        return certify_with_peer(self._reml, self.y, self.X, self.family)

    @cached_property
    def refusal(self) -> str:
        """Why the model could not be fitted; empty where it could."""
        if not self.cells:
            return "nobody has a score"
        try:
            return "" if self.certificate.is_sound else NO_OPTIMUM
        except NoFitError as refusal:
            return f"not estimated, because {refusal}"

    @property
    def fit(self) -> RemlFit | None:
        """The fit, if statsmodels finds the same criterion."""
        return None if self.refusal else self._reml

    def _fitted(self) -> RemlFit:
        if self.refusal:
            raise NoFitError(self.refusal)
        return self._reml

    @cached_property
    def small_sample(self) -> KenwardRoger:
        """Kenward-Roger inference, for every estimate that is reported."""
        return KenwardRoger(self._fitted())

    @cached_property
    def satterthwaite(self) -> Satterthwaite:
        """Satterthwaite inference, stored beside it."""
        return Satterthwaite(self._fitted())

    def under(self, family: Covariance) -> RemlFit:
        """Fit the means with another covariance, and refuse a fit that is not certified."""
        fit = fit_reml(self.y, self.X, family)
        if not certify(fit).is_sound:
            raise NoFitError("the fit is not an optimum")
        return fit

    @cached_property
    def full(self) -> RemlFit:
        """The fit with its own terms, by its own numbers."""
        return self.under(self.family)

    @cached_property
    def without_sites(self) -> RemlFit:
        """The fit with participants alone."""
        return self.under(self.intercepts("participant"))

    @cached_property
    def with_shared_sites(self) -> RemlFit:
        """The fit where regions share the variances of sites and have the others to themselves."""
        return self._sharing_sites(tuple(self.terms))

    def _sharing_sites(self, terms: tuple[str, ...]) -> RemlFit:
        groups = group_rows(self.scores, terms)
        fit = self.under(PartlyShared.of([*self.scores["region"]], groups, (SITE, SITE_WAVE)))
        if dict(zip(fit.names, fit.at_zero, strict=True)).get(SITE_WAVE):
            return self._sharing_sites(tuple(one for one in terms if one != SITE_WAVE))
        return fit

    @cached_property
    def unstructured(self) -> RemlFit:
        """The fit where every two waves have their own covariance."""
        seen = self.scores.assign(person=self.numbers("participant"), seen=True)
        seen = seen.pivot(index="person", columns="wave", values="seen").notna().astype(int)
        together = seen.T @ seen
        if together.to_numpy().min() < LEAST_SHOWN:
            raise NoFitError(f"fewer than {LEAST_SHOWN} people were seen at some two waves")
        family = Unstructured(
            self.numbers("participant"), self.scores.groupby("wave").ngroup().to_numpy()
        )
        fit = self.under(family)
        covariance = family.matrix(fit.theta)
        spread = np.sqrt(np.diag(covariance))
        if np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0] < SMALLEST_EIGENVALUE:
            raise NoFitError("the waves are related without any spread of their own")
        return fit

    @cached_property
    def exchangeable(self) -> GeeFit:
        """The means by generalised estimating equations."""
        return fit_gee(self.y, self.X, self.numbers("participant"))

    @cached_property
    def without_lone_cells(self) -> "CellMeans":
        """Leave out cells of one person, whose residual is zero whatever they answered."""
        return self._kept(np.bincount(self.cell)[self.cell] > 1)

    @cached_property
    def followed(self) -> "CellMeans":
        """Leave out who gave no code."""
        return self._kept(self.scores["has_code"])

    def without_site(self, site: str) -> "CellMeans":
        """Leave one site out."""
        return self._kept(self.scores["site"] != site)

    def _kept(self, rows: Series | NDArray[np.bool_]) -> "CellMeans":
        return replace(self, scores=self.scores[rows].reset_index(drop=True))
