"""Of the talk at either of two poles, which share is at the second, per conversation."""

from collections.abc import Sequence

from pandas import DataFrame

from analysis.plan.evidence import LEAST_OF_POLES

COLUMNS = ["region", "wave", "document", "share", "at_a", "at_b"]


def share_poles(spoken: DataFrame, pole_a: Sequence[str], pole_b: Sequence[str]) -> DataFrame:
    """Return the share of passages at the second pole, per conversation that speaks of either.

    Parameters
    ----------
    spoken : `Conversations.spoken`: one row per region, wave, document, segment, code and stance
    pole_a, pole_b : codes; a passage with codes of both poles counts once at each

    Returns
    -------
    One row per conversation with at least two such passages: `share` between 0 and 1, and how many
    passages are at each pole.
    """
    found = spoken[spoken["code"].isin([*pole_a, *pole_b])]
    keys = ["region", "wave", "document"]
    once = found.assign(at_b=found["code"].isin(pole_b)).drop_duplicates([*keys, "segment", "at_b"])
    grouped = once.groupby(keys, sort=False)["at_b"]
    shares = grouped.agg(share="mean", both="size", at_b="sum").reset_index()
    shares = shares[shares["both"] >= LEAST_OF_POLES]
    return shares.assign(at_a=shares["both"] - shares["at_b"])[COLUMNS].reset_index(drop=True)
