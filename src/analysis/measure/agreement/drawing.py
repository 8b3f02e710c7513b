"""The bootstrap of agreement: which conversations are drawn, how often, and what that leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.collect.interviews import CONVERSATION
from analysis.measure.agreement.coefficients import Numbers
from analysis.measure.agreement.passages import Passages
from analysis.plan.evidence import FEWEST_DOCUMENTS

DRAWS = 1000
LEAST_COMPUTABLE = 0.9
MOST_CELLS = 4_000_000

Measure = Callable[[Numbers], Mapping[str, Numbers]]


@dataclass(frozen=True)
class Draws:
    """The drawn unit of each passage and each stretch of text, and how often it is drawn."""

    of_passage: NDArray[np.intp]
    of_text: NDArray[np.intp]
    times: Numbers
    are_conversations: bool

    @property
    def size(self) -> int:
        """How many units are drawn from."""
        return self.times.shape[1]

    @property
    def once(self) -> Numbers:
        """Each unit drawn once: the data as they are."""
        return np.ones((1, self.size))


def draw(passages: Passages, seed: int) -> Draws:
    """Draw whole conversations; with fewer than five of them, draw passages."""
    is_unit = passages.is_unit
    conversation = passages.places.groupby(CONVERSATION, sort=False).ngroup().to_numpy(np.intp)
    size = int(conversation.max()) + 1
    rng = np.random.default_rng(seed)
    if size >= FEWEST_DOCUMENTS:
        times = rng.multinomial(size, np.full(size, 1 / size), DRAWS).astype(float)
        return Draws(conversation[is_unit], conversation, times, are_conversations=True)
    size = max(1, int(is_unit.sum()))
    times = rng.multinomial(size, np.full(size, 1 / size), DRAWS).astype(float)
    return Draws(np.arange(int(is_unit.sum())), conversation, times, are_conversations=False)


def with_intervals(measure: Measure, draws: Draws, width: int) -> dict[str, tuple[Numbers, ...]]:
    """Give each measure its value and percentile interval: value, low, high.

    Draws in which a measure does not exist are left out, at most one in ten of them; with more
    there is no interval, for an interval of the rest would flatter. `width` is how many columns a
    draw needs, so that few draws are held at once where there are many.
    """
    values = measure(draws.once)
    parts = max(1, -(-DRAWS * width // MOST_CELLS))
    drawn = [measure(part) for part in np.array_split(draws.times, min(parts, DRAWS))]
    return {
        name: (value[0], *edges_of(np.concatenate([one[name] for one in drawn])))
        for name, value in values.items()
    }


def edges_of(drawn: Numbers) -> tuple[Numbers, Numbers]:
    """Return the percentile interval over draws (the rows), where enough draws have a value."""
    flat = drawn.reshape(len(drawn), -1)
    known = np.isfinite(flat)
    count, column = known.sum(axis=0), np.arange(flat.shape[1])
    enough = count >= LEAST_COMPUTABLE * len(flat)
    # What has no value goes last, beyond every place that is read.
    ordered = np.sort(np.where(known, flat, MOST_CELLS), axis=0)
    edges = []
    for part in (0.025, 0.975):
        place = np.where(enough, part * (count - 1), 0)
        below = place.astype(int)
        one, other = ordered[below, column], ordered[np.minimum(below + 1, len(flat) - 1), column]
        edges.append(np.where(enough, one + (other - one) * (place - below), np.nan))
    return edges[0].reshape(drawn.shape[1:]), edges[1].reshape(drawn.shape[1:])
