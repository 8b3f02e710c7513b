"""How people moved from each wave of a region to the next."""

from collections import Counter

from pandas import DataFrame

from analysis.learn.participation.presence import UNLINKED, Presence, presences
from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Plan

Row = dict[str, object]
# Where somebody stands at a wave, before and after a step, and what such a step is called.
MOVES = {
    ("here", "here"): "stayed",
    ("here", "lost"): "lost",
    ("here", "away"): "paused",
    ("not_yet", "here"): "joined",
    ("away", "here"): "returned",
    ("away", "away"): "still_away",
    ("lost", "lost"): "still_lost",
    ("not_yet", "not_yet"): "not_yet",
}


def trace_flow(links: DataFrame, plan: Plan) -> DataFrame:
    """Count people per region, move, and two waves that follow each other and have any codes.

    Parameters
    ----------
    links : one row per region and participant, with the waves at which they were seen

    Returns
    -------
    The findings table `flow`. A move is `stayed`, `lost` (not seen again), `paused` (seen again
    later), `joined` (first seen), `returned`, or, for people seen at neither wave, `still_away`,
    `still_lost` or `not_yet`. Rows `unlinked` count the people of one wave who gave no code.
    """
    rows: list[Row] = []
    for presence in presences(links, plan):
        rows += [row for start, end in presence.steps for row in _moves(presence, start, end)]
        for wave in presence.waves:
            named = evidence_id("flow", presence.region, UNLINKED, wave)
            keys = {"region": presence.region, "start": wave, "end": wave, "move": UNLINKED}
            rows.append({"evidence_id": named, **keys, "people": presence.unlinked[wave]})
    return described.table("flow", rows)


def _moves(presence: Presence, start: str, end: str) -> list[Row]:
    counts = Counter(
        MOVES[_state(presence, waves, start), _state(presence, waves, end)]
        for waves in presence.seen.values()
    )
    return [
        {
            "evidence_id": evidence_id("flow", presence.region, move, f"{start}-{end}"),
            **{"region": presence.region, "start": start, "end": end, "move": move},
            "people": counts[move],
        }
        for move in MOVES.values()
    ]


def _state(presence: Presence, waves: frozenset[str], wave: str) -> str:
    """Say where somebody stands at a wave: here, away between two answers, or outside them."""
    if wave in waves:
        return "here"
    place = presence.followed.index(wave)
    before = any(one in waves for one in presence.followed[:place])
    after = any(one in waves for one in presence.followed[place:])
    return "away" if before and after else "lost" if before else "not_yet"
