"""The plan of a study: waves, scales, composites, comparisons and disclosure, as frozen models."""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    model_validator,
)

from analysis.study.nouns import Growth, Id, Named, Noun, Text

MOST_ANSWERS = 101


REVERSED = {"ja", "j", "yes", "y", "x", "1", "true", "waar"}
NOT_REVERSED = {"nee", "n", "no", "0", "false", "onwaar", "", "leeg", "none"}


def _flagged(value: Any) -> Any:
    """Accept `{item: ja, other: nee}` for a list: the words of REVERSED and NOT_REVERSED."""
    if not isinstance(value, dict):
        return value
    flags = {
        item: str("" if flag is None else flag).strip().casefold() for item, flag in value.items()
    }
    if unknown := [flag for flag in flags.values() if flag not in REVERSED | NOT_REVERSED]:
        raise ValueError(f"ja, nee, yes, no, x, 1, 0, true, false or empty, not {unknown[0][:20]}")
    return tuple(item for item, flag in flags.items() if flag in REVERSED)


class Item(Noun):
    """One question of the survey."""

    text: Text


class Scale(Named):
    """Items that are averaged to one score."""

    items: tuple[str, ...] = Field(min_length=1)
    range: tuple[FiniteFloat, FiniteFloat]
    pillar: str | None = None
    level: str | None = None
    reverse_scored: Annotated[tuple[str, ...], BeforeValidator(_flagged)] = ()
    shares_items: bool = False
    least_answered: int = Field(default=1, ge=1)
    answers: Literal["ordinal", "decimal"] = "ordinal"

    @property
    def lowest(self) -> float:
        """The lowest possible answer."""
        return self.range[0]

    @property
    def highest(self) -> float:
        """The highest possible answer."""
        return self.range[1]

    @property
    def _is_countable(self) -> bool:
        ends_whole = self.lowest.is_integer() and self.highest.is_integer()
        return ends_whole and self.highest - self.lowest < MOST_ANSWERS

    @model_validator(mode="after")
    def _consistent(self) -> "Scale":
        if self.lowest >= self.highest:
            raise ValueError("the range runs from the lowest to a higher answer")
        if self.answers == "ordinal" and not self._is_countable:
            raise ValueError(
                f"ordinal answers run between whole numbers, at most {MOST_ANSWERS} of them;"
                " `answers: decimal` takes any range"
            )
        if len(set(self.items)) < len(self.items):
            raise ValueError("each item stands once in a scale")
        if unknown := sorted(set(self.reverse_scored) - set(self.items)):
            raise ValueError(f"reverse_scored names items of this scale, not {', '.join(unknown)}")
        if self.least_answered > len(self.items):
            raise ValueError(f"least_answered is at most {len(self.items)}, the number of items")
        return self


class Composite(Named):
    """The mean of the scores of several scales."""

    of: tuple[str, ...] | Literal["scales"] = "scales"
    level: str | None = None
    pillar: str | None = None
    least: int = Field(default=1, ge=1)


class Comparison(Noun):
    """A comparison that was planned before the data were seen."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    scale: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")


class Slider(Noun):
    """A choice between two poles and the codes that speak of each."""

    label: Text
    pole_a: Text
    pole_b: Text
    pole_a_codes: tuple[str, ...] = ()
    pole_b_codes: tuple[str, ...] = ()
    basis: str = ""
    source: str = ""


class Plan(Noun):
    """What was planned: the nouns every room looks things up in."""

    label: Text
    waves: dict[Id, Named] = Field(min_length=1)
    scales: dict[Id, Scale] = Field(min_length=1)
    languages: tuple[Literal["nl", "en"], ...] = Field(default=("nl", "en"), min_length=1)
    seed: int = Field(default=1, ge=0)
    smallest_group: int = Field(default=10, ge=6)
    smallest_change: FiniteFloat = Field(default=0.25, gt=0)
    leading_coder: str = ""
    coders_knew_wave: bool | None = None
    pillars: dict[Id, Named] = {}
    levels: dict[Id, Named] = {}
    roles: dict[Id, Named] = {}
    methods: dict[Id, Named] = {}
    items: dict[str, Item] = {}
    composites: dict[Id, Composite] = {}
    planned: tuple[Comparison, ...] = ()
    sliders: dict[Id, Slider] = {}
    growth: Growth | None = None
    design: Text | None = None

    @cached_property
    def measures(self) -> dict[str, Scale | Composite]:
        """Every score of the study by id: composites first, then scales."""
        return {**self.composites, **self.scales}

    @property
    def compared(self) -> tuple[str, ...]:
        """The measures that reports compare: the planned ones, else composites, else scales."""
        planned = dict.fromkeys(one.scale for one in self.planned)
        return (*planned,) or (*self.composites,) or (*self.scales,)

    @cached_property
    def measure_of_level(self) -> dict[str, str]:
        """The composite of each level that has one for itself, in the order of the levels."""
        composites = self.composites.items()
        named = {one.level: name for name, one in composites if one.level and not one.pillar}
        return {level: named[level] for level in self.levels if level in named}

    @cached_property
    def all_items(self) -> tuple[str, ...]:
        """Every item of every scale, in plan order, once."""
        return tuple(dict.fromkeys(item for scale in self.scales.values() for item in scale.items))

    def scale_of(self, item: str) -> Scale:
        """Return the scale an item belongs to."""
        return next(scale for scale in self.scales.values() if item in scale.items)

    def bounds(self, measure: str) -> tuple[float, float]:
        """Return the lowest and highest possible score of a scale or composite."""
        found = self.measures[measure]
        members = [found] if isinstance(found, Scale) else [self.scales[name] for name in found.of]
        return min(one.lowest for one in members), max(one.highest for one in members)

    @model_validator(mode="before")
    @classmethod
    def _resolve(cls, content: Any) -> Any:
        if not isinstance(content, dict) or not isinstance(content.get("composites"), dict):
            return content
        scales = content.get("scales")
        scales = scales if isinstance(scales, dict) else {}
        resolved = {
            name: _with_members(body, scales) for name, body in content["composites"].items()
        }
        return {**content, "composites": resolved}

    @model_validator(mode="after")
    def _refer(self) -> "Plan":
        wrong = [*self._wrong_members(), *self._wrong_comparisons(), *self._wrong_axes()]
        if "all" in {*self.waves, *self.measures, *self.levels, *self.roles}:
            wrong.append("the id all stands for everything together: choose another")
        for name, scale in self.scales.items():
            if scale.pillar and scale.pillar not in self.pillars:
                wrong.append(f"scale {name}: {scale.pillar} is no pillar")
            if scale.level and scale.level not in self.levels:
                wrong.append(f"scale {name}: {scale.level} is no level")
        wrong += self._wrong_ids()
        doubles = set(self.composites) & set(self.scales)
        wrong += [f"{name} is both a scale and a composite" for name in sorted(doubles)]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _wrong_members(self) -> list[str]:
        composites = self.composites.items()
        wrong = [f"composite {name} has no scales" for name, one in composites if not one.of]
        for name, one in composites:
            ranges = {self.scales[member].range for member in one.of if member in self.scales}
            if len({*one.of}) < len(one.of):
                wrong.append(f"composite {name}: each scale stands there once")
            if one.least > max(len(one.of), 1):
                wrong.append(f"composite {name}: least is at most the number of its scales")
            if len(ranges) > 1:
                wrong.append(f"composite {name}: its scales have different ranges")
        return wrong + [
            f"composite {name}: {member} is no scale"
            for name, composite in self.composites.items()
            for member in composite.of
            if member not in self.scales
        ]

    def _wrong_ids(self) -> list[str]:
        """Evidence ids are lowercase, and join two waves by a dash: neither may be ambiguous."""
        wrong = []
        for ids in ([*self.waves], [*self.measures], [*self.levels]):
            folded = [name.casefold() for name in ids]
            same = sorted({name for name in folded if folded.count(name) > 1})
            wrong += [f"two ids that differ in capitals alone: {name}" for name in same]
        pairs = {f"{one}-{other}".casefold() for one in self.waves for other in self.waves}
        return wrong + [
            f"wave {wave} reads as a pair of waves"
            for wave in self.waves
            if wave.casefold() in pairs
        ]

    def _wrong_axes(self) -> list[str]:
        growth = self.growth
        if growth is None:
            return []
        wrong = []
        spans = [self.bounds(name) for name, one in self.composites.items() if one.level]
        for mean in (growth.in_place.mean, *growth.also_at):
            if spans and not any(low <= mean <= high for low, high in spans):
                wrong.append(f"growth: {mean:g} lies outside the scale of every level")
        if growth.organisation and growth.organisation not in self.measures:
            wrong.append(f"growth: {growth.organisation} is no scale or composite")
        if growth.reach and growth.reach not in self.sliders:
            wrong.append(f"growth: {growth.reach} is no slider")
        return wrong

    def _wrong_comparisons(self) -> list[str]:
        wrong = []
        place = {wave: number for number, wave in enumerate(self.waves)}
        if len(set(self.planned)) < len(self.planned):
            wrong.append("planned: each comparison stands there once")
        for one in self.planned:
            if place.get(one.start, -1) >= place.get(one.end, len(place)):
                wrong.append(f"planned: {one.start} does not come before {one.end}")
            if one.scale not in self.composites and one.scale not in self.scales:
                wrong.append(f"planned: {one.scale} is no scale or composite")
            wrong += [
                f"planned: {wave} is no wave"
                for wave in (one.start, one.end)
                if wave not in self.waves
            ]
        return wrong


def _with_members(composite: Any, scales: dict[str, Any]) -> Any:
    """Replace `of: scales` by the scales of the composite's own level or pillar."""
    if not isinstance(composite, dict) or composite.get("of", "scales") != "scales":
        return composite
    wanted = {key: composite[key] for key in ("level", "pillar") if composite.get(key)}
    members = [
        name
        for name, scale in scales.items()
        if isinstance(scale, dict) and all(scale.get(k) == v for k, v in wanted.items())
    ]
    return {**composite, "of": members}
