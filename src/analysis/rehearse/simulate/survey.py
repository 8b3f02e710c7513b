"""The survey exports of a synthetic region, with everything that goes wrong on real forms."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.plan.study import Plan
from analysis.rehearse.simulate.people import (
    Flags,
    Numbers,
    People,
    draw_answers,
    draw_dont_know,
    draw_people,
    draw_presence,
)
from analysis.rehearse.simulate.planted import Planted, PlantedRegion, stream

LETTERS = "ABCDEFGHJKLMNPRSTVWXZ"
DIGITS = "0123456789"
MARK = "SYN-"


@dataclass(frozen=True)
class Answering:
    """Everyone who ever took part in a region, and what they answered."""

    people: People
    present: Flags
    answers: Numbers
    dont_know: Flags
    codes: list[str]

    @property
    def arrived(self) -> list[int]:
        """How many people arrived at each wave."""
        waves = self.present.shape[1]
        return [int(number) for number in np.bincount(self.people.entry, minlength=waves)]


def draw_panel(plan: Plan, planted: Planted, region: PlantedRegion) -> Answering:
    """Draw the people of a region, their answers and who is there at each wave."""
    candidates = draw_people(
        planted,
        region,
        [region.people[wave] for wave in plan.waves],
        stream(region.seed, "people"),
    )
    rng = stream(region.seed, "answers")
    answers = draw_answers(plan, planted, region, candidates, rng)
    dont_know = draw_dont_know(plan, planted, candidates, rng)
    present = draw_presence(
        plan, planted, region, candidates, answers, stream(region.seed, "panel")
    )
    ever: Flags = np.any(present, axis=1)
    codes = _draw_codes(region, int(ever.sum()), stream(region.seed, "codes"))
    return Answering(candidates.take(ever), present[ever], answers[ever], dont_know[ever], codes)


def draw_survey(plan: Plan, planted: Planted, region: PlantedRegion) -> dict[str, DataFrame]:
    """Draw the export of every wave, as text: one row per form, in the order of arrival."""
    panel = draw_panel(plan, planted, region)
    rng = stream(region.seed, "forms")
    return {
        wave: _wave(plan, planted, region, panel, place, rng)
        for place, wave in enumerate(plan.waves)
    }


def _wave(
    plan: Plan,
    planted: Planted,
    region: PlantedRegion,
    panel: Answering,
    place: int,
    rng: np.random.Generator,
) -> DataFrame:
    here = rng.permutation(np.flatnonzero(panel.present[:, place]))
    forms = _written(plan, planted, panel, here, place, rng)
    forms.insert(0, "participant", _typed_codes([panel.codes[one] for one in here], planted, rng))
    roles, sites = [*planted.roles], region.all_sites
    forms.insert(1, "role", [roles[panel.people.role[one]] for one in here])
    forms.insert(2, "site", [sites[panel.people.site[one]] for one in here])
    sent = rng.random(len(here)) >= planted.rates.not_submitted
    forms.insert(3, "submitted", np.where(sent, "yes", "no"))
    forms = _stop_early(forms, ~sent, rng)
    return _twice(forms, plan, planted, rng)


def _written(
    plan: Plan,
    planted: Planted,
    panel: Answering,
    here: np.ndarray,
    place: int,
    rng: np.random.Generator,
) -> DataFrame:
    """Write the answers as the form shows them: reversed items turned, gaps empty."""
    columns = {}
    for spot, item in enumerate(plan.all_items):
        scale = plan.scale_of(item)
        keyed = panel.answers[here, place, spot]
        given = scale.lowest + scale.highest - keyed if item in scale.reverse_scored else keyed
        text = given.astype(int).astype(str).astype(object)
        columns[item] = np.where(panel.dont_know[here, place, spot], planted.dont_know, text)
    forms = DataFrame(columns)
    gaps = rng.random(forms.shape) < planted.rates.missing
    broken = rng.random(len(forms)) < planted.rates.breaks_off
    gaps[broken, -planted.rates.items_after_break :] = True
    return forms.mask(gaps, "")


def _stop_early(forms: DataFrame, unsent: Flags, rng: np.random.Generator) -> DataFrame:
    """Empty an unsent form from a random question on."""
    items = forms.columns[4:]
    stops = rng.integers(0, len(items), len(forms))
    empty = unsent[:, None] & (np.arange(len(items)) >= stops[:, None])
    return forms.assign(**forms[items].mask(empty, ""))


def _twice(forms: DataFrame, plan: Plan, planted: Planted, rng: np.random.Generator) -> DataFrame:
    """Let some people send a first, half-filled form before the one that counts."""
    items = [*plan.all_items]
    again = (rng.random(len(forms)) < planted.rates.twice) & (forms["participant"] != "").to_numpy()
    first = forms[again & (forms["submitted"] == "yes").to_numpy()].copy()
    half = len(items) // 2
    first[items[half:]] = ""
    places = [*(first.index - 0.5), *forms.index]
    return pd.concat([first, forms]).iloc[np.argsort(places, kind="stable")].reset_index(drop=True)


def _draw_codes(region: PlantedRegion, count: int, rng: np.random.Generator) -> list[str]:
    """Draw self-made codes; any two differ in two characters, so a mistype is nobody else."""
    codes: list[str] = []
    while len(codes) < count:
        alphabets = (region.first_letters, LETTERS, DIGITS, DIGITS)
        code = "".join(alphabet[rng.integers(len(alphabet))] for alphabet in alphabets)
        if all(_distance(code, other) > 1 for other in codes):
            codes.append(code)
    return [f"{MARK}{code}" for code in codes]


def _distance(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _typed_codes(codes: list[str], planted: Planted, rng: np.random.Generator) -> list[str]:
    """Write codes as people type them: some forget the code, some mistype one character."""
    taken = {*codes}
    typed = []
    for code in codes:
        fate = rng.random()
        wrong = _mistype(code, rng)
        if fate < planted.rates.no_code:
            typed.append("")
        elif fate < planted.rates.no_code + planted.rates.mistyped_code and wrong not in taken:
            typed.append(wrong)
        else:
            typed.append(code)
    return typed


def _mistype(code: str, rng: np.random.Generator) -> str:
    """Change one character after the first; letters stay letters, digits digits."""
    spot = len(MARK) + 1 + int(rng.integers(len(code) - len(MARK) - 1))
    alphabet = (LETTERS if code[spot].isalpha() else DIGITS).replace(code[spot], "")
    return code[:spot] + alphabet[rng.integers(len(alphabet))] + code[spot + 1 :]
