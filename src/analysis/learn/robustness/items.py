"""The items of one measure, each with a cumulative-link mixed model of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pandas import DataFrame
from scipy import linalg

from analysis.measure.cells import Cell, Floats
from analysis.measure.models import NoFitError
from analysis.measure.models.ordinal import OrdinalFit, fit_ordinal

LEAST_SHARE = 0.5


@dataclass(frozen=True)
class ItemsChange:
    """The mean change over items in log odds, its standard error, and on whom it rests."""

    estimate: float
    se: float
    people: frozenset[str]
    note: str


@dataclass(frozen=True)
class FittedItem:
    """One item: its model, the cells, and who the people of the model are."""

    fit: OrdinalFit
    cells: tuple[Cell, ...]
    people: tuple[Cell, ...]
    seen: frozenset[Cell]

    def change(self, signs: dict[Cell, float]) -> tuple[float, dict[Cell, float]]:
        """Return a change in log odds, and what each person adds to it."""
        weights = self.fit.coefficients(np.array([signs.get(one, 0.0) for one in self.cells[1:]]))
        whole = np.concatenate([self.fit.thresholds, self.fit.beta, [self.fit.sd]])
        influence = self.fit.influence @ weights
        return float(weights @ whole), dict(zip(self.people, influence.tolist(), strict=True))


@dataclass(frozen=True)
class Items:
    """The keyed answers to the items of one measure, for those items whose answers are ordered."""

    answers: DataFrame
    names: tuple[str, ...]

    @classmethod
    def of(cls, answers: DataFrame, names: Sequence[str]) -> "Items":
        """Keep the given answers to some items, in an order that does not depend on theirs."""
        known = answers[answers["item"].isin([*names])].dropna(subset=["keyed"])
        known = known.sort_values(["item", "region", "participant", "wave"], ignore_index=True)
        return cls(known, tuple(names))

    @cached_property
    def fitted(self) -> dict[str, FittedItem | str]:
        """Per item its model, or why there is none."""
        groups = dict([*self.answers.groupby("item", sort=False)])
        return {name: _fit(groups.get(name)) for name in self.names}

    def change(self, signs: dict[Cell, float]) -> ItemsChange:
        """Average the change over the items that were modelled.

        Raises
        ------
        NoFitError if fewer than half of the items could be.
        """
        usable = [one for one in self.fitted.values() if isinstance(one, FittedItem)]
        usable = [one for one in usable if {*signs} <= {*one.cells}]
        if not usable or len(usable) < LEAST_SHARE * len(self.names):
            raise NoFitError(self._refusal())
        found = [one.change(signs) for one in usable]
        total: dict[Cell, float] = {}
        for _, influence in found:
            for person, value in influence.items():
                total[person] = total.get(person, 0.0) + value / len(found)
        return ItemsChange(
            estimate=float(np.mean([value for value, _ in found])),
            se=float(np.sqrt(np.sum(np.square([*total.values()])))),
            people=frozenset(p for one in usable for r, p, w in one.seen if (r, w) in signs),
            note=f"mean log odds ratio of {len(usable)} of {len(self.names)} items",
        )

    def _refusal(self) -> str:
        if not self.names:
            return "no item has ordered answers"
        reasons = [one for one in self.fitted.values() if isinstance(one, str)]
        at_one_end = "at start or end all answers to most items are missing or lie at one end"
        return f"most items cannot be modelled: {reasons[0]}" if reasons else at_one_end


def _fit(answers: DataFrame | None) -> FittedItem | str:
    known = None if answers is None else _inside(answers)
    if known is None or known.empty:
        return "nobody answered, or all answers lie at one end"
    regions, waves, people = (known[key].tolist() for key in ("region", "wave", "participant"))
    cells, keys = [*zip(regions, waves, strict=True)], [*zip(regions, people, strict=True)]
    cell_numbers, person_numbers = _number(cells), _number(keys)
    design: Floats = np.eye(len(cell_numbers))[[cell_numbers[cell] for cell in cells]][:, 1:]
    given = np.unique(known["keyed"].to_numpy(dtype=float), return_inverse=True)[1]
    try:
        fit = fit_ordinal(given, design, np.array([person_numbers[key] for key in keys]))
    except NoFitError as refusal:
        return str(refusal)
    except linalg.LinAlgError:
        return "the answers do not determine the model"
    seen = frozenset(zip(regions, people, waves, strict=True))
    return FittedItem(fit, tuple(cell_numbers), tuple(person_numbers), seen)


def _inside(answers: DataFrame) -> DataFrame:
    """Leave out the cells where all answers lie at one end: their log odds are infinite."""
    while not answers.empty:
        groups = answers.groupby(["region", "wave"])["keyed"]
        lowest, highest = answers["keyed"].min(), answers["keyed"].max()
        at_end = (groups.transform("max") == lowest) | (groups.transform("min") == highest)
        if not at_end.any():
            break
        answers = answers[~at_end]
    return answers


def _number(keys: Sequence[Cell]) -> dict[Cell, int]:
    return {key: place for place, key in enumerate(dict.fromkeys(keys))}
