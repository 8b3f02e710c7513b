"""The plan of a study: waves, scales, composites, comparisons and disclosure, as frozen models."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, FiniteFloat, model_validator

from analysis.plan.evidence import EVERY
from analysis.plan.problems import near
from analysis.plan.study.measures import Comparison, Composite, Item, Scale, Slider
from analysis.plan.study.nouns import Growth, Id, Named, Noun, Slip, Text, refuse

__all__ = ["Comparison", "Composite", "Item", "Plan", "Scale", "Slider"]


SHARE_OF_RANGE, USUAL_WIDTH = 16, 4.0


def _by_convention(known: dict[str, Any]) -> float:
    """Return a sixteenth of the range, of the narrowest where they differ: 0.25 on 1-5."""
    widths = (scale.highest - scale.lowest for scale in known["scales"].values())
    return min(widths, default=USUAL_WIDTH) / SHARE_OF_RANGE


class Plan(Noun):
    """What was planned: the nouns every room looks things up in."""

    label: Text
    waves: dict[Id, Named] = Field(min_length=1)
    scales: dict[Id, Scale] = {}
    languages: tuple[Literal["nl", "en"], ...] = Field(default=("nl", "en"), min_length=1)
    seed: int = Field(default=1, ge=0)
    smallest_group: int = Field(default=10, ge=6)
    smallest_change: FiniteFloat = Field(default_factory=_by_convention, gt=0)
    leading_coder: str = ""
    coders_knew_wave: bool | None = None
    pillars: dict[Id, Named] = {}
    levels: dict[Id, Named] = {}
    roles: dict[Id, Named] = {}
    methods: dict[Id, Named] = {}
    items: dict[str, Item] = {}
    composites: dict[Id, Composite] = {}
    beside: dict[Id, tuple[str, ...]] = {}
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
        named |= {measure: measure for measure in self.beside}
        return {level: named[level] for level in self.levels if level in named}

    @cached_property
    def all_items(self) -> tuple[str, ...]:
        """Every item of every scale, in plan order, once."""
        return tuple(dict.fromkeys(item for scale in self.scales.values() for item in scale.items))

    def scale_of(self, item: str) -> Scale:
        """Return the scale an item belongs to."""
        return next(scale for scale in self.scales.values() if item in scale.items)

    def is_good_low(self, measure: str) -> bool:
        """Say whether a fall of this score is good news; a composite is what its scales are."""
        found = self.measures[measure]
        members = [found] if isinstance(found, Scale) else [self.scales[name] for name in found.of]
        return all(one.good == "low" for one in members)

    def bounds(self, measure: str) -> tuple[float, float]:
        """Return the lowest and highest possible score of a scale or composite."""
        found = self.measures[measure]
        members = [found] if isinstance(found, Scale) else [self.scales[name] for name in found.of]
        return min(one.lowest for one in members), max(one.highest for one in members)

    def width(self, measure: str) -> float:
        """Return how far apart the lowest and highest possible score are."""
        lowest, highest = self.bounds(measure)
        return highest - lowest

    @property
    def says_smallest_change(self) -> bool:
        """Whether the researchers decided on the smallest change that matters, and not we."""
        return "smallest_change" in self.model_fields_set

    def smallest_change_of(self, measure: str) -> float:
        """Return the smallest change of a score that matters, in points of its own range.

        Without a decision in the plan it is a sixteenth of the range of that scale or composite.
        """
        if self.says_smallest_change:
            return self.smallest_change
        lowest, highest = self.bounds(measure)
        return (highest - lowest) / SHARE_OF_RANGE

    @model_validator(mode="before")
    @classmethod
    def _resolve(cls, content: Any) -> Any:
        content = _with_pairs_as_levels(content)
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
        refuse(
            [
                *self._wrong_ids(),
                *self._wrong_places(),
                *self._wrong_pairs(),
                *self._wrong_members(),
                *self._wrong_comparisons(),
                *self._wrong_axes(),
            ]
        )
        return self

    def _wrong_ids(self) -> Iterator[Slip]:
        """Evidence ids are lowercase, and join two waves by a dash: neither may be ambiguous."""
        groups = ("waves", "scales", "composites", "levels", "roles")
        for group in groups:
            if EVERY in getattr(self, group):
                yield Slip((group, EVERY), "study.id_all")
        for group, ids in (
            ("waves", self.waves),
            ("scales", self.measures),
            ("levels", self.levels),
        ):
            folded = [name.casefold() for name in ids]
            for name in sorted({name for name in folded if folded.count(name) > 1}):
                yield Slip((group,), "study.capitals", name=name)
        for name in sorted(set(self.composites) & set(self.scales)):
            yield Slip(("composites", name), "study.scale_and_composite", name=name)
        pairs = {f"{one}-{other}".casefold() for one in self.waves for other in self.waves}
        for wave in self.waves:
            if wave.casefold() in pairs:
                yield Slip(("waves", wave), "study.wave_as_pair", wave=wave)

    def _wrong_pairs(self) -> Iterator[Slip]:
        """Without levels of its own a plan sets measures beside codes, each code beside one."""
        codes = [code for pair in self.beside.values() for code in pair]
        for name in self.beside:
            if name not in self.measures:
                told = {"measure": name, "allowed": near(name, [*self.measures])}
                yield Slip(("beside", name), "study.beside_measure", **told)
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Slip(("beside",), "study.beside_twice", code=code[:60])

    def _wrong_places(self) -> Iterator[Slip]:
        for name, scale in self.scales.items():
            place, own = ("scales", name), {"scale": name, "pillar": scale.pillar}
            if scale.pillar and scale.pillar not in self.pillars:
                known = near(scale.pillar, [*self.pillars])
                yield Slip((*place, "pillar"), "study.no_pillar", **own, allowed=known)
            own = {"scale": name, "level": scale.level}
            if scale.level and scale.level not in self.levels:
                known = near(scale.level, [*self.levels])
                yield Slip((*place, "level"), "study.no_level", **own, allowed=known)

    def _wrong_members(self) -> Iterator[Slip]:
        for name, one in self.composites.items():
            place, known = ("composites", name), [*self.scales]
            if not one.of:
                yield Slip(place, "study.no_scales", name=name)
            if len({*one.of}) < len(one.of):
                yield Slip((*place, "of"), "study.scale_twice", name=name)
            if one.least > max(len(one.of), 1):
                told = {"name": name, "least": one.least, "n": len(one.of)}
                yield Slip((*place, "least"), "study.too_many_scales", **told)
            if len({self.scales[member].range for member in one.of if member in known}) > 1:
                yield Slip((*place, "of"), "study.different_ranges", name=name)
            if len({self.scales[member].good for member in one.of if member in known}) > 1:
                yield Slip((*place, "of"), "study.different_good", name=name)
            for member in [member for member in one.of if member not in known]:
                told = {"name": name, "member": member, "allowed": near(member, known)}
                yield Slip((*place, "of"), "study.no_scale", **told)

    def _wrong_axes(self) -> Iterator[Slip]:
        growth = self.growth
        if growth is None:
            return
        spans = [
            self.bounds(name)
            for name, one in self.composites.items()
            if one.level and one.of and {*one.of} <= {*self.scales}
        ]
        for mean in (growth.in_place.mean, *growth.also_at):
            if spans and not any(low <= mean <= high for low, high in spans):
                yield Slip(("growth",), "study.mean_outside", mean=f"{mean:g}")
        if growth.organisation and growth.organisation not in self.measures:
            known = near(growth.organisation, [*self.measures])
            told = {"measure": growth.organisation, "allowed": known}
            yield Slip(("growth",), "study.no_organisation", **told)
        if growth.reach and growth.reach not in self.sliders:
            known = near(growth.reach, [*self.sliders])
            yield Slip(("growth",), "study.no_reach", slider=growth.reach, allowed=known)

    def _wrong_comparisons(self) -> Iterator[Slip]:
        order = {wave: number for number, wave in enumerate(self.waves)}
        for number, one in enumerate(self.planned):
            place = ("planned", number)
            if one in self.planned[:number]:
                yield Slip(place, "study.planned_twice")
            for key, wave in (("from", one.start), ("to", one.end)):
                if wave not in order:
                    known = near(wave, [*order])
                    yield Slip((*place, key), "study.planned_wave", wave=wave, allowed=known)
            if {one.start, one.end} <= {*order} and order[one.start] >= order[one.end]:
                yield Slip(place, "study.planned_order", start=one.start, end=one.end)
            if one.scale not in self.measures:
                told = {"measure": one.scale, "allowed": near(one.scale, [*self.measures])}
                yield Slip((*place, "scale"), "study.planned_measure", **told)


def _with_pairs_as_levels(content: Any) -> Any:
    """Let each measure of `beside` be a level of its own name, in a plan without levels."""
    pairs = content.get("beside") if isinstance(content, dict) else None
    if not isinstance(pairs, dict) or content.get("levels"):
        return content
    known: dict[Any, Any] = {}
    for group in ("scales", "composites"):
        known |= content[group] if isinstance(content.get(group), dict) else {}
    named = {one: known[one] for one in pairs if isinstance(known.get(one), dict)}
    keys = ("label", "reader")
    levels = {one: {k: body[k] for k in keys if k in body} for one, body in named.items()}
    return {**content, "levels": levels} if levels else content


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
