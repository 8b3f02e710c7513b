"""What is spoken of in the synthetic conversations: codes and stances, segment by segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.rehearse.simulate.planted import PlantedCode, PlantedInterviews, Stance

STANCES: tuple[Stance, Stance] = ("helps", "hinders")
NEUTRAL = "neutral"


@dataclass(frozen=True)
class Topic:
    """What one segment is about."""

    codes: tuple[str, ...]
    stance: str


@dataclass(frozen=True)
class Occasion:
    """Where and when a conversation is held."""

    region: str
    wave: str


def draw_topics(
    planted: PlantedInterviews,
    place: Occasion,
    count: int,
    levels: Mapping[str, str],
    stances: Mapping[str, set[Stance]],
    rng: np.random.Generator,
) -> list[Topic]:
    """Draw the topics of one conversation, in the order in which they come up.

    Parameters
    ----------
    count : number of segments
    levels : code to level, by the crosswalk; a code without a level is absent
    stances : code to the stances in which it can be worded
    """
    shares = planted.segment_shares
    balance = planted.balance
    weighed = _balanced(planted, place, count, rng)
    topics: list[Topic] = []
    for level, number in _apportion(shares, count).items():
        fixed = weighed if level == balance.level else []
        pool = _pool(planted, place, level, levels)
        drawn = _stances(planted, place, level, number, rng)
        for spot, stance in enumerate(drawn):
            choice = fixed[spot] if spot < len(fixed) else pool
            topics.append(_topic(choice, stance, stances, rng))
    return [topics[spot] for spot in rng.permutation(len(topics))]


def _topic(
    pool: Mapping[tuple[str, ...], float],
    stance: str,
    stances: Mapping[str, set[Stance]],
    rng: np.random.Generator,
) -> Topic:
    """Draw codes that can be worded in this stance; neutral needs both wordings."""
    needed = {stance} if stance != NEUTRAL else {*STANCES}
    able = {
        codes: weight
        for codes, weight in pool.items()
        if weight and all(needed <= stances[code] for code in codes)
    }
    weights = np.array([*able.values()])
    return Topic([*able][rng.choice(len(able), p=weights / weights.sum())], stance)


def _pool(
    planted: PlantedInterviews, place: Occasion, level: str, levels: Mapping[str, str]
) -> dict[tuple[str, ...], float]:
    """Return the codes and pairs of one level with their weights, in this region and wave."""
    spoken: dict[tuple[str, ...], PlantedCode] = {
        **{(code,): one for code, one in planted.codes.items()},
        **{pair.codes: pair for pair in planted.pairs},
    }
    known = {*levels.values()}
    return {
        codes: one.weight
        for codes, one in spoken.items()
        if _occurs(one, place) and (levels.get(codes[0]) or _rest(planted, known)) == level
    }


def _rest(planted: PlantedInterviews, known: set[str]) -> str:
    """Return the planted name for codes without a level."""
    return next(name for name in planted.segment_shares if name not in known)


def _occurs(one: PlantedCode, place: Occasion) -> bool:
    in_region = not one.regions or place.region in one.regions
    return in_region and (not one.waves or place.wave in one.waves)


def _balanced(
    planted: PlantedInterviews, place: Occasion, count: int, rng: np.random.Generator
) -> list[dict[tuple[str, ...], float]]:
    """Return for each segment of the balance from which pole it is drawn."""
    balance = planted.balance
    number = round(balance.segments * count)
    share = balance.preventive_share[place.region][place.wave]
    preventive = int(np.floor(share * number + rng.random()))
    pairs: dict[tuple[str, ...], float] = {
        pair.codes: pair.weight for pair in planted.preventive_pairs if _occurs(pair, place)
    }
    poles: dict[bool, dict[tuple[str, ...], float]] = {
        False: _here(balance.case, planted, place),
        True: {**_here(balance.preventive, planted, place), **pairs},
    }
    order = rng.permutation(number) < preventive
    return [poles[bool(one)] for one in order]


def _here(
    weights: Mapping[str, float], planted: PlantedInterviews, place: Occasion
) -> dict[tuple[str, ...], float]:
    return {
        (code,): weight for code, weight in weights.items() if _occurs(planted.codes[code], place)
    }


def _stances(
    planted: PlantedInterviews, place: Occasion, level: str, number: int, rng: np.random.Generator
) -> Sequence[str]:
    """Draw the stances of one level: the planted share, rounded at random, spread per document."""
    share = planted.helping[place.region][level][place.wave]
    share = float(np.clip(share + rng.normal(0, planted.document_spread), 0.02, 0.98))
    neutral = int(np.floor(planted.neutral * number + rng.random()))
    helping = int(np.floor(share * (number - neutral) + rng.random()))
    counts = {NEUTRAL: neutral, STANCES[0]: helping}
    counts[STANCES[1]] = number - neutral - helping
    drawn = [stance for stance, times in counts.items() for _ in range(times)]
    return [drawn[spot] for spot in rng.permutation(number)]


def _apportion(shares: Mapping[str, float], count: int) -> dict[str, int]:
    """Divide a number by shares, largest remainders first."""
    exact = {name: share * count / sum(shares.values()) for name, share in shares.items()}
    whole = {name: int(value) for name, value in exact.items()}
    left = count - sum(whole.values())
    for name in sorted(exact, key=lambda one: whole[one] - exact[one])[:left]:
        whole[name] += 1
    return whole
