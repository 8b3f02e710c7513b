"""What can only be seen when all exports lie side by side: doubles, movers, reversed items."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series

from analysis.collect.survey.forms import Forms
from analysis.plan.problems import Phrase, Problem
from analysis.plan.study import Scale, Study

FEWEST, AGAINST = 20, -0.1
# So many at the last answer that was given make nobody at the next one unlikely.
CROWD, CROWDED, DOUBT = 40, 0.1, 2
Answered = NDArray[np.float64]


class Codes(NamedTuple):
    """The codes given on the forms of one export that were kept, by row of the file."""

    region: str
    wave: str
    given: Series


class Shared(NamedTuple):
    """A wave at which two regions have codes in common: which, and where in both exports."""

    codes: set[str]
    here: Codes
    there: Codes

    @property
    def rows(self) -> list[int]:
        """The rows of the second region."""
        return [int(row) for row in self.here.given.index[self.here.given.isin(self.codes)]]

    @property
    def example(self) -> Phrase:
        """Name one person's place in both exports."""
        row = self.rows[0]
        other = self.there.given.index[self.there.given == self.here.given[row]][0]
        return Phrase("survey.two_places", wave=self.here.wave, row=row, other=other)


def suspect(forms: Forms, codes: Sequence[Codes], study: Study) -> list[Problem]:
    """Return the problems between exports, and the items that run against their scale."""
    seen = forms.respondents
    own = {name for name, region in study.regions.items() if region.has_own_codes}
    return [
        *_in_two_regions(codes, own, study),
        *_movers(seen[~seen["region"].isin(own)]),
        *_linked_doubles(seen, study),
        *_reversed(forms, study),
        *_out_of_reach(forms, study),
    ]


def _in_two_regions(codes: Sequence[Codes], own: set[str], study: Study) -> list[Problem]:
    """Refuse codes that two regions have at one wave, unless region.yaml says who they are."""
    shared: dict[tuple[str, str], list[Shared]] = {}
    for there, here in combinations(codes, 2):
        if here.wave != there.wave or {here.region, there.region} & own:
            continue
        if same := {*here.given} & {*there.given}:
            named = {code for code in same if code}
            pair = shared.setdefault((there.region, here.region), [])
            pair += [Shared(named, here, there)] if named else []
    return [_told(*pair, waves, study) for pair, waves in shared.items() if waves]


def _told(other: str, region: str, waves: list[Shared], study: Study) -> Problem:
    people = len({code for one in waves for code in one.codes})
    rows = sum(len(one.rows) for one in waves)
    named = study.regions[region].folder.name
    return Problem(
        "survey.two_regions",
        f"raw/regions/{named}/survey",
        column="participant",
        region=other,
        n=people,
        rows=rows,
        place=waves[0].example,
        folder=named,
    )


def _movers(respondents: DataFrame) -> list[Problem]:
    """Count who was seen in another region at another wave; who they are stays untold."""
    if respondents["region"].nunique() < 2:
        return []
    places = respondents[respondents["has_code"]].drop_duplicates(["participant", "region", "wave"])
    by_person = places.groupby("participant")
    regions, waves = by_person["region"].nunique(), by_person["wave"].nunique()
    moved = regions.index[(regions > 1) & (waves == by_person.size())]
    if moved.empty:
        return []
    names = sorted({*places.loc[places["participant"].isin(moved), "region"]})
    return [Problem("survey.moved", "raw/regions", regions=names, n=len(moved))]


def _linked_doubles(respondents: DataFrame, study: Study) -> list[Problem]:
    """Refuse a link between two codes that both answered at one wave: they are two people."""
    links = study.decisions.links[["region", "participant", "same_as"]]
    if links.empty:
        return []
    here = set(respondents[["region", "wave", "participant"]].itertuples(index=False, name=None))
    pairs = [*enumerate(links.itertuples(index=False, name=None), start=2)]
    problems = []
    for wave in study.plan.waves:
        taken: set[tuple[str, str]] = set()
        for row, (region, one, other) in pairs:
            if (region, wave, one) not in here:
                continue
            if (region, wave, other) in here or (region, other) in taken:
                letter, file = "survey.linked_doubles", "raw/decisions/links.csv"
                problems.append(Problem(letter, file, row=row, column="same_as", wave=wave))
            taken.add((region, other))
    return problems


def _out_of_reach(forms: Forms, study: Study) -> list[Problem]:
    """Warn of a scale whose answers stop short of its range: everywhere, else in one region."""
    regions = forms.respondents["region"]
    groups = {"raw/study.yaml": np.ones(len(regions), dtype=bool)}
    if len(names := regions.unique()) > 1:
        groups |= {
            f"raw/regions/{study.regions[name].folder.name}/survey": (regions == name).to_numpy()
            for name in names
        }
    problems = []
    for name, scale in study.plan.scales.items():
        items = [forms.answers[item].to_numpy(dtype=float) for item in scale.items]
        for file, is_here in groups.items():
            given = items if is_here.all() else [answers[is_here] for answers in items]
            least = min(np.fmin.reduce(answers, initial=np.inf) for answers in given)
            most = max(np.fmax.reduce(answers, initial=-np.inf) for answers in given)
            if (least, most) == scale.range:
                continue
            here = np.array(given)[:, np.isfinite(given).any(axis=0)]
            wanted, n = DOUBT if is_here.all() else DOUBT + 1, here.shape[1]
            if n < FEWEST or _doubt(here[np.isfinite(here)], scale) < wanted:
                continue
            told = {"least": least, "most": most, "low": scale.lowest, "high": scale.highest}
            problems.append(Problem("survey.range_unused", file, scale=name, n=n, **told))
            if is_here.all():
                break
    return problems


def _doubt(given: Answered, scale: Scale) -> int:
    """Count the answers missing at an end, and one more where many gave the answer beside them."""
    step = 1 if scale.answers == "ordinal" else (scale.highest - scale.lowest) / 10
    doubts = [0]
    for end in (scale.lowest, scale.highest):
        distance = np.abs(given - end)
        steps = int(distance.min() // step)
        n = int((distance < distance.min() + step).sum())
        doubts += [steps + (n >= CROWD and n >= CROWDED * len(given))] if steps else []
    return max(doubts)


def _reversed(forms: Forms, study: Study) -> list[Problem]:
    """Warn of an item that clearly runs against the rest of its scale, reverse scoring done."""
    problems = []
    keys = forms.respondents[["region", "wave"]]
    for region, wave in keys.drop_duplicates().itertuples(index=False, name=None):
        here = ((keys["region"] == region) & (keys["wave"] == wave)).to_numpy()
        answers = forms.answers if here.all() else forms.answers[here]
        for name, scale in study.plan.scales.items():
            for item, r, n in _against(answers, scale):
                problems.append(
                    Problem(
                        "survey.reversed",
                        f"raw/regions/{study.regions[region].folder.name}/survey",
                        column=item,
                        item=item,
                        scale=name,
                        wave=wave,
                        r=r,
                        n=n,
                    )
                )
    return problems


def _against(answers: DataFrame, scale: Scale) -> list[tuple[str, float, int]]:
    """Return the items that correlate negatively with the rest: surely (95%), not just barely."""
    given = np.array([answers[item].to_numpy(dtype=float) for item in scale.items])
    known = np.isfinite(given).all(axis=0)
    n = int(known.sum())
    if len(scale.items) < 2 or n < FEWEST:
        return []
    given = given if known.all() else given[:, known]
    given -= given.mean(axis=1, keepdims=True)
    given[[scale.items.index(item) for item in scale.reverse_scored]] *= -1
    spread = given @ given.T
    total, own = spread.sum(axis=0), np.diag(spread)
    rest = np.maximum(spread.sum() - 2 * total + own, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.clip((total - own) / np.sqrt(own * rest), -0.999999, 0.999999)
    clearly = (np.arctanh(r) + 1.96 / np.sqrt(n - 3) < 0) & (r < AGAINST)
    return [(item, float(r[at]), n) for at, item in enumerate(scale.items) if clearly[at]]
