"""Of the talk at either of two poles, which share is at the second, per conversation."""

from pandas import DataFrame

from analysis.plan.evidence import LEAST_OF_POLES
from analysis.plan.study import Slider, Study

COLUMNS = ["region", "wave", "document", "share", "at_a", "at_b"]


def at_poles(spoken: DataFrame, slider: Slider, study: Study) -> DataFrame:
    """Keep the talk at either pole of a slider, with the `pole` it is at: `a` or `b`.

    A code of a pole counts where it is said to help; a code that hinders by its own valence always
    counts. The codes of `pole_a_hindering` count at the first pole where they are said to hinder.

    Parameters
    ----------
    spoken : `Conversations.spoken`: one row per region, wave, document, segment, code and stance
    """
    barriers = set(study.codes.loc[study.codes["valence"] == "hinders", "id"])
    code, hinders = spoken["code"], spoken["stance"] == "hinders"
    counts = (spoken["stance"] == "helps") | code.isin(barriers)
    at_a = (code.isin(slider.pole_a_codes) & counts) | (
        code.isin(slider.pole_a_hindering) & hinders
    )
    at_b = code.isin(slider.pole_b_codes) & counts
    found = spoken.assign(pole=at_b.map({True: "b", False: "a"}))
    return found[at_a | at_b]


def share_poles(spoken: DataFrame, slider: Slider, study: Study) -> DataFrame:
    """Return the share of passages at the second pole, per conversation that speaks of either.

    Returns
    -------
    One row per conversation with at least two such passages: `share` between 0 and 1, and how many
    passages are at each pole. A passage at both poles counts once at each.
    """
    found = at_poles(spoken, slider, study)
    keys = ["region", "wave", "document"]
    once = found.assign(at_b=found["pole"] == "b").drop_duplicates([*keys, "segment", "at_b"])
    grouped = once.groupby(keys, sort=False)["at_b"]
    shares = grouped.agg(share="mean", both="size", at_b="sum").reset_index()
    shares = shares[shares["both"] >= LEAST_OF_POLES]
    return shares.assign(at_a=shares["both"] - shares["at_b"])[COLUMNS].reset_index(drop=True)
