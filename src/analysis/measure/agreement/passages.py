"""What coders are compared on: passages of one conversation with the same marks throughout."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION, Conversations

# A stretch shorter than this part of the shortest mark over it is a ragged edge, not a passage.
EDGE = 0.25


@dataclass(frozen=True)
class Passages:
    """Every conversation that two or more coders coded, cut wherever a mark begins or ends.

    `places` has one row per stretch: region, document, start, end, is_edge. `marks` has one row
    per stretch, coder, code and stance, with the segment and its span. `coders` are the columns of
    two facts: `marked` (stretch by coder: did the coder mark it) and `saw` (did the coder code
    anything in that conversation).
    """

    places: DataFrame
    marks: DataFrame
    coders: tuple[str, ...]
    marked: NDArray[np.bool_]
    saw: NDArray[np.bool_]

    @property
    def is_unit(self) -> NDArray[np.bool_]:
        """Say which stretches are passages that at least two coders marked."""
        both = self.marked.sum(axis=1) >= 2
        return np.asarray(both & ~self.places["is_edge"].to_numpy(bool))

    @property
    def lengths(self) -> NDArray[np.float64]:
        """The characters of each stretch."""
        return np.asarray(self.places["end"] - self.places["start"], dtype=float)

    def within(self, region: str) -> "Passages":
        """Keep one region, and the coders who coded there."""
        return self.where((self.places["region"] == region).to_numpy())

    def where(self, here: NDArray[np.bool_]) -> "Passages":
        """Keep some stretches, and the coders who coded in their conversations."""
        who = np.atleast_1d(self.saw[here].any(axis=0))
        places = self.places[here].reset_index(drop=True)
        number = np.cumsum(here) - 1
        marks = self.marks[here[self.marks["place"]]]
        marks = marks.assign(place=number[marks["place"]]).reset_index(drop=True)
        coders = tuple(name for name, is_here in zip(self.coders, who, strict=True) if is_here)
        return Passages(places, marks, coders, self.marked[here][:, who], self.saw[here][:, who])


def cut_passages(conversations: Conversations) -> Passages:
    """Cut the conversations that two or more coders coded into passages with the same marks.

    Each coder's first round counts; codings of a segment that is gone are left out.

    Notes
    -----
    Coders may mark different spans. A mark counts for every stretch it covers, so that a paragraph
    marked by one and its sentences marked by another are compared sentence by sentence. A stretch
    shorter than a quarter of the shortest mark over it is an edge: it is no unit of agreement on
    codes, and does count as text. Text before the first and after the last mark is left out.
    """
    places = conversations.segments[[*CONVERSATION, "segment", "start", "end"]]
    places = places.astype({"start": "int64", "end": "int64"})
    told = conversations.codings[[*CONVERSATION, "segment", "code", "coder", "round", "stance"]]
    known = told.merge(places, on=[*CONVERSATION, "segment"])
    known = known[known["end"] > known["start"]]
    first = known.groupby([*CONVERSATION, "coder"])["round"].transform("min")
    known = known[known["round"] == first]
    coders = known.groupby(CONVERSATION)["coder"].transform("nunique")
    keys = [*CONVERSATION, "start", "end", "coder", "code", "stance"]
    return _cut(known[coders >= 2].sort_values(keys, ignore_index=True))


def _cut(known: DataFrame) -> Passages:
    """Lay all conversations on one line, far apart, and cut where any mark begins or ends."""
    number = pd.factorize(known["region"] + "\n" + known["document"])[0]
    reach = int(known["end"].max()) + 2 if len(known) else 2
    starts, ends = (number * reach + known[side].to_numpy() + 1 for side in ("start", "end"))
    bounds = np.unique(np.concatenate([starts, ends]))
    first, last = np.searchsorted(bounds, starts), np.searchsorted(bounds, ends)
    inside = bounds[:-1] // reach == (bounds[1:] - 1) // reach
    row = np.repeat(np.arange(len(known)), last - first)
    begun = np.cumsum(last - first) - (last - first)
    stretch = np.arange(len(row)) - np.repeat(begun - first, last - first)
    places = _places(known, number, bounds[:-1][inside], bounds[1:][inside], reach)
    marks = known.iloc[row][["coder", "code", "stance", "segment"]].reset_index(drop=True)
    spans = (known["end"] - known["start"]).to_numpy()[row]
    marks = marks.assign(place=(np.cumsum(inside) - 1)[stretch], span=spans)
    return _with_facts(places, marks)


def _places(
    known: DataFrame,
    number: NDArray[np.intp],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    reach: int,
) -> DataFrame:
    """Name the conversation and the offsets of each stretch."""
    first = known.iloc[np.unique(number, return_index=True)[1]]
    places = first[CONVERSATION].iloc[starts // reach].reset_index(drop=True)
    return places.assign(start=starts % reach - 1, end=ends % reach - 1)


def _with_facts(places: DataFrame, marks: DataFrame) -> Passages:
    """Say who marked each stretch, who coded in its conversation, and which are ragged edges."""
    coder, names = pd.factorize(marks["coder"], sort=True)
    place = marks["place"].to_numpy()
    marked = np.zeros((len(places), len(names)), dtype=bool)
    marked[place, coder] = True
    number = places.groupby(CONVERSATION, sort=False).ngroup().to_numpy()
    saw = np.zeros((number.max() + 1 if len(number) else 0, len(names)), dtype=bool)
    np.logical_or.at(saw, number, marked)
    shortest = np.full(len(places), np.inf)
    np.minimum.at(shortest, place, marks["span"])
    lengths = (places["end"] - places["start"]).to_numpy(float)
    # Text that nobody marked has no shortest mark; it is no edge either.
    edge = np.isfinite(shortest) & (lengths < EDGE * shortest)
    named = tuple(str(name) for name in names)
    return Passages(places.assign(is_edge=edge), marks, named, marked, saw[number])
