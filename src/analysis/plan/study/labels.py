"""What a study calls its regions, waves, scales and codes, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pandas import DataFrame

from analysis.plan.evidence import EVERY
from analysis.plan.study import Study
from analysis.plan.study.nouns import Named

TOGETHER = {"nl": "alle regio's samen", "en": "all regions together"}
LENSES = {
    "nl": {"grid": "pijler x niveau", "sliders": "schuiven"},
    "en": {"grid": "pillar x level", "sliders": "sliders"},
}
COMPARED = {
    "nl": {"all": "alle codes samen", "stance": "hulp of hinder", "nowhere": "geen vak"},
    "en": {"all": "all codes together", "stance": "help or hindrance", "nowhere": "no cell"},
}
AND = {"nl": "en", "en": "and"}


@dataclass(frozen=True)
class Labels:
    """Look up the name of an id; an id without a name is its own name."""

    study: Study
    language: str = "en"

    def region(self, region: str) -> str:
        """Name a region, a pair of regions, or all of them."""
        regions = self.study.regions
        if region in regions:
            return dict(regions[region].label)[self.language]
        if region == EVERY:
            return TOGETHER[self.language]
        return f" {AND[self.language]} ".join(self.pair(region)) or region

    def pair(self, regions: str) -> tuple[str, ...]:
        """Name the two regions of a difference; nothing if it is no pair."""
        known, parts = self.study.regions, regions.split("-")
        cuts = [("-".join(parts[:n]), "-".join(parts[n:])) for n in range(1, len(parts))]
        both = next((cut for cut in cuts if cut[0] in known and cut[1] in known), ())
        return tuple(self.region(one) for one in both)

    def compared(self, region: str) -> str:
        """Name a region, or of two the second less the first: that is what is estimated."""
        return " − ".join(self.pair(region)[::-1]) or self.region(region)

    def wave(self, wave: str) -> str:
        """Name a wave."""
        return self._label_of(self.study.plan.waves, wave)

    def measure(self, scale: str) -> str:
        """Name a scale or composite as researchers do."""
        return self._label_of(self.study.plan.measures, scale)

    def subject(self, scale: str) -> str:
        """Name a scale or composite as a general reader does: "trust in each other"."""
        found = self.study.plan.measures.get(scale) or self.study.plan.levels.get(scale)
        return found.name(self.language) if found else scale

    def level(self, level: str) -> str:
        """Name a level."""
        return self._label_of(self.study.plan.levels, level)

    def pillar(self, pillar: str) -> str:
        """Name a pillar."""
        return self._label_of(self.study.plan.pillars, pillar)

    def role(self, role: str) -> str:
        """Name a role."""
        return self._label_of(self.study.plan.roles, role)

    def method(self, method: str) -> str:
        """Name how a conversation was held."""
        return self._label_of(self.study.plan.methods, method)

    def item(self, item: str) -> str:
        """Give the text of a question."""
        found = self.study.plan.items.get(item)
        return dict(found.text)[self.language] if found else item

    def slider(self, slider: str) -> str:
        """Name a slider by its two poles."""
        found = self.study.plan.sliders.get(slider)
        return dict(found.label)[self.language] if found else slider

    def code(self, code: str) -> str:
        """Name a code of any framework or lens; levels and pillars are compared as codes too."""
        compared = COMPARED[self.language].get(code) or self._cell_of_grid(code)
        return self._code_labels.get(code, compared)

    def _cell_of_grid(self, code: str) -> str:
        """Name a cell of pillar and level (`a.b`), one of the two, or a pole (`slider.a`)."""
        slider, _, pole = code.rpartition(".")
        if slider in self.study.plan.sliders:
            poles = self.study.plan.sliders[slider]
            return dict(poles.pole_a if pole == "a" else poles.pole_b)[self.language]
        return " × ".join(self.pillar(self.level(part)) for part in code.split("."))

    def themes(self, group: str) -> str:
        """Name a group of themes: a framework, or the heading of one of its branches."""
        return self._frameworks.get(group) or self.code(group)

    def framework(self, framework: str) -> str:
        """Name a framework of codes, or one of the plan's own lenses."""
        return self._frameworks.get(framework, LENSES[self.language].get(framework, framework))

    @cached_property
    def with_digits(self) -> tuple[str, ...]:
        """Every name that may bring a digit into a sentence, longest first."""
        plan = self.study.plan
        named = [*plan.waves.values(), *plan.measures.values(), *plan.levels.values()]
        named += [*plan.roles.values(), *plan.pillars.values()]
        names = {text for one in named for text in self._texts(one)}
        names |= {self.slider(slider) for slider in plan.sliders} | {*plan.sliders}
        names |= {self.region(region) for region in self.study.regions}
        names |= {self.item(item) for item in plan.items} | set(self._code_labels.values())
        names |= set(self._frameworks.values())
        names |= {*plan.measures, *plan.items, *plan.waves, *self.study.regions}
        poles = [pole for one in plan.sliders.values() for pole in (one.pole_a, one.pole_b)]
        names |= {dict(pole)[self.language] for pole in poles}
        # A sentence may begin with a name.
        names |= {name[:1].upper() + name[1:] for name in names}
        kept = [name for name in names if any(letter.isdigit() for letter in name)]
        return tuple(sorted(kept, key=lambda name: (-len(name), name)))

    @cached_property
    def _frameworks(self) -> dict[str, str]:
        frameworks = self.study.frameworks
        return dict(zip(frameworks["framework"], frameworks[f"label_{self.language}"], strict=True))

    @cached_property
    def _code_labels(self) -> dict[str, str]:
        codes = self.study.codes
        return dict(zip(codes["id"], codes[f"label_{self.language}"], strict=True))

    def _texts(self, named: Named) -> tuple[str, str]:
        return self._label(named), named.name(self.language)

    def _label_of(self, named: Mapping[str, Named], name: str) -> str:
        return self._label(named[name]) if name in named else name

    def _label(self, named: Named) -> str:
        return dict(named.label)[self.language]


def in_plan_order(rows: DataFrame, study: Study) -> DataFrame:
    """Sort rows by scale as the plan lists them, then by region in the regions' own order."""
    places = {
        "scale": {name: place for place, name in enumerate(study.plan.measures)},
        "region": {name: place for place, name in enumerate(study.regions)},
    }
    keys = [key for key in places if key in rows]
    return rows.sort_values(
        keys, key=lambda ids: ids.map(places[str(ids.name)]).fillna(10**6), kind="stable"
    )
