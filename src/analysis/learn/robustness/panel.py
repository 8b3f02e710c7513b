"""One measure's scores as arrays, and the fits that several changes share."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from analysis.measure.groups import TERMS, group_rows
from analysis.measure.models import (
    Covariance,
    NoFitError,
    RemlFit,
    Unstructured,
    certify,
    fit_reml,
)
from analysis.measure.models.gee import GeeFit, fit_gee
from analysis.measure.models.intercepts import random_intercepts
from analysis.plan.evidence import LEAST_SHOWN

Cell = tuple[str, ...]
Floats = NDArray[np.float64]
Whole = NDArray[np.int_]
SMALLEST_EIGENVALUE = 1e-6


@dataclass(frozen=True)
class Panel:
    """The scores of one measure: region, wave, participant, site and score, none missing.

    `cell_columns` say whose means the fixed part estimates.
    """

    rows: DataFrame
    cell_columns: tuple[str, ...] = ("region", "wave")

    @classmethod
    def of(cls, scores: DataFrame) -> "Panel":
        """Keep the rows with a score, in an order that does not depend on theirs."""
        known = scores.dropna(subset=["score"])
        known = known.assign(site=known["site"].astype(object).fillna("").astype(str))
        return cls(known.sort_values(["region", "participant", "wave"], ignore_index=True))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that were seen."""
        columns = [self.rows[name] for name in self.cell_columns]
        return tuple(dict.fromkeys(zip(*columns, strict=True)))

    @cached_property
    def cell(self) -> Whole:
        """The number of each row's cell."""
        number = {cell: place for place, cell in enumerate(self.cells)}
        columns = [self.rows[name] for name in self.cell_columns]
        return np.array([number[cell] for cell in zip(*columns, strict=True)])

    @property
    def y(self) -> Floats:
        """The scores."""
        return self.rows["score"].to_numpy(dtype=float)

    @property
    def X(self) -> Floats:
        """One column per cell."""
        return np.eye(len(self.cells))[self.cell]

    def weights(self, signs: dict[Cell, float]) -> Floats:
        """Write a contrast as one weight per cell."""
        return np.array([signs.get(cell, 0.0) for cell in self.cells])

    def numbers(self, term: str) -> Whole:
        """Return the number of each row's group."""
        return group_rows(self.rows, (term,))[term]

    def people(self, region: str, wave: str) -> set[str]:
        """Return who has a score in a region at a wave."""
        here = (self.rows["region"] == region) & (self.rows["wave"] == wave)
        return {*self.rows.loc[here, "participant"]}

    def wide(self, region: str) -> DataFrame:
        """Return one region's scores, one row per participant and one column per wave."""
        here = self.rows[self.rows["region"] == region]
        return here.pivot(index="participant", columns="wave", values="score")

    def fit(self, family: Covariance) -> RemlFit:
        """Fit the means of the cells, and refuse a fit that is not certified."""
        fit = fit_reml(self.y, self.X, family)
        if not certify(fit).is_sound:
            raise NoFitError("the fit is not an optimum")
        return fit

    def random_intercepts(self, *terms: str) -> Covariance:
        """Return the covariance of some terms, as far as the data can tell them."""
        return random_intercepts(group_rows(self.rows, terms), self.cell)

    @cached_property
    def full(self) -> RemlFit:
        """The primary model: sites, sites at a wave and participants."""
        return self.fit(self.random_intercepts(*TERMS))

    @cached_property
    def without_sites(self) -> RemlFit:
        """The primary model with participants alone."""
        return self.fit(self.random_intercepts("participant"))

    @cached_property
    def unstructured(self) -> RemlFit:
        """Means of the cells, every two waves with their own covariance."""
        seen = self.rows.assign(person=self.numbers("participant"), seen=True)
        seen = seen.pivot(index="person", columns="wave", values="seen").notna().astype(int)
        together = seen.T @ seen
        if together.to_numpy().min() < LEAST_SHOWN:
            raise NoFitError(f"fewer than {LEAST_SHOWN} people were seen at some two waves")
        family = Unstructured(
            self.numbers("participant"), self.rows.groupby("wave").ngroup().to_numpy()
        )
        fit = self.fit(family)
        covariance = family.matrix(fit.theta)
        spread = np.sqrt(np.diag(covariance))
        if np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0] < SMALLEST_EIGENVALUE:
            raise NoFitError("the waves are related without any spread of their own")
        return fit

    @cached_property
    def exchangeable(self) -> GeeFit:
        """Means of the cells by generalised estimating equations."""
        return fit_gee(self.y, self.X, self.numbers("participant"))

    @cached_property
    def without_lone_cells(self) -> "Panel":
        """Leave out cells of one person, whose residual is zero whatever they answered."""
        sizes = np.bincount(self.cell)[self.cell]
        return Panel(self.rows[sizes > 1].reset_index(drop=True), self.cell_columns)

    @cached_property
    def followed(self) -> "Panel":
        """Leave out who gave no code."""
        return Panel(self.rows[self.rows["has_code"]].reset_index(drop=True), self.cell_columns)

    def without_site(self, region: str, site: str) -> "Panel":
        """Leave one site out."""
        gone = (self.rows["region"] == region) & (self.rows["site"] == site)
        return Panel(self.rows[~gone].reset_index(drop=True), self.cell_columns)
