"""The people of a synthetic region and the answers they would give."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.plan.study import Plan
from analysis.rehearse.simulate.planted import Planted, PlantedRegion

Numbers = NDArray[np.float64]
Positions = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class People:
    """One entry per person; role, site and first wave are positions in their lists."""

    role: Positions
    site: Positions
    entry: Positions

    def __len__(self) -> int:
        """Count the people."""
        return len(self.role)

    def take(self, chosen: Flags) -> "People":
        """Return only the chosen people."""
        return People(self.role[chosen], self.site[chosen], self.entry[chosen])


def draw_people(
    planted: Planted,
    region: PlantedRegion,
    arriving: Sequence[int],
    rng: np.random.Generator,
    *,
    copies: int = 1,
) -> People:
    """Draw people who arrive at each wave, over `copies` times as many sites."""
    entry = np.repeat(np.arange(len(arriving)), np.multiply(arriving, copies))
    names = [*planted.roles]
    shares = np.array([region.roles[name] for name in names])
    role = rng.choice(len(names), len(entry), p=shares / shares.sum())
    places = [_sites_of(planted, region, name) for name in names]
    within = np.floor(rng.random(len(entry)) * [len(places[one]) for one in role]).astype(int)
    site = np.array([places[one][spot] for one, spot in zip(role, within, strict=True)], dtype=int)
    return People(role, site + len(region.all_sites) * rng.integers(copies, size=len(role)), entry)


def draw_answers(
    plan: Plan, planted: Planted, region: PlantedRegion, people: People, rng: np.random.Generator
) -> Numbers:
    """Draw everyone's keyed answer to every item at every wave: people x waves x items."""
    spread, waves = planted.spread, len(plan.waves)
    count, sites = len(people), int(people.site.max()) + 1
    shared = (
        rng.normal(0, spread.site, sites)[people.site][:, None]
        + rng.normal(0, spread.site_wave, (sites, waves))[people.site]
        + rng.normal(0, spread.participant, count)[:, None]
        + rng.normal(0, spread.participant_wave, (count, waves))
        + np.where(people.entry > 0, planted.newcomers, 0.0)[:, None]
    )
    own = rng.normal(0, spread.participant_scale, (count, 1, len(plan.scales)))
    latent = _means(plan, planted, region) + shared[:, :, None] + own
    latent = latent + _role_effects(plan, planted)[people.role][:, None, :]
    scale_of = _scale_of_items(plan)
    noise = rng.normal(0, spread.answer, (count, waves, len(scale_of)))
    answers = np.rint(latent[:, :, scale_of] - _difficulties(plan, planted) + noise)
    lowest = [plan.scale_of(item).lowest for item in plan.all_items]
    highest = [plan.scale_of(item).highest for item in plan.all_items]
    return np.asarray(np.clip(answers, lowest, highest), dtype=float)


def draw_dont_know(plan: Plan, planted: Planted, people: People, rng: np.random.Generator) -> Flags:
    """Draw which items people call "weet niet / n.v.t.": people x waves x items."""
    rates = np.array(
        [
            [role.dont_know.get(scale.level or "", 0.0) for scale in plan.scales.values()]
            for role in planted.roles.values()
        ]
    )
    chances = rates[people.role][:, None, _scale_of_items(plan)]
    return rng.random((len(people), len(plan.waves), len(plan.all_items))) < chances


def draw_presence(
    plan: Plan,
    planted: Planted,
    region: PlantedRegion,
    people: People,
    answers: Numbers,
    rng: np.random.Generator,
) -> Flags:
    """Draw who takes part at each wave: leavers depend on their scores, newcomers fill up."""
    extra = [planted.drop_out.roles.get(role, 0.0) for role in planted.roles]
    scores = answers.mean(axis=2)
    present = np.zeros(scores.shape, dtype=bool)
    present[:, 0] = people.entry == 0
    member = present[:, 0].copy()
    for place, wave in enumerate(plan.waves):
        if place == 0:
            continue
        before, unseen = scores[:, place - 1], scores[:, place]
        odds = (
            planted.drop_out.intercept
            + planted.drop_out.previous_score * (before - before[member].mean())
            + planted.drop_out.unseen_score * (unseen - unseen[member].mean())
            + np.array(extra)[people.role]
        )
        member = member & (rng.random(len(people)) > 1 / (1 + np.exp(-odds)))
        skips = rng.random(len(people)) < planted.drop_out.skips_a_wave
        last = place == len(plan.waves) - 1
        here = member if last else member & ~skips
        joiners = np.flatnonzero(people.entry == place)[: max(0, region.people[wave] - here.sum())]
        member[joiners] = True
        present[:, place] = here
        present[joiners, place] = True
    return present


def _sites_of(planted: Planted, region: PlantedRegion, role: str) -> list[int]:
    own = region.sites[planted.roles[role].works_at]
    return [place for place, site in enumerate(region.all_sites) if site in own]


def _means(plan: Plan, planted: Planted, region: PlantedRegion) -> Numbers:
    """Return the latent mean of each wave and scale."""
    rows = []
    for wave in plan.waves:
        row = []
        for name, scale in plan.scales.items():
            level, pillar = scale.level or "", scale.pillar or ""
            mean = region.means[level][wave] + planted.pillar_offsets[pillar][wave]
            mean += region.extras.get(pillar, {}).get(wave, 0.0)
            row.append(region.scales.get(name, {}).get(wave, mean))
        rows.append(row)
    return np.array(rows)


def _role_effects(plan: Plan, planted: Planted) -> Numbers:
    return np.array(
        [
            [role.effects.get(scale.level or "", 0.0) for scale in plan.scales.values()]
            for role in planted.roles.values()
        ]
    )


def _scale_of_items(plan: Plan) -> Positions:
    members = {item: place for place, one in enumerate(plan.scales.values()) for item in one.items}
    return np.array([members[item] for item in plan.all_items], dtype=int)


def _difficulties(plan: Plan, planted: Planted) -> Numbers:
    """Return how much harder each item is; the sum over a scale is zero."""
    rng = np.random.default_rng(planted.items.seed)
    drawn = rng.normal(0, planted.items.spread, len(plan.all_items))
    scale_of = _scale_of_items(plan)
    means = np.bincount(scale_of, drawn) / np.bincount(scale_of)
    return np.asarray(drawn - means[scale_of])
