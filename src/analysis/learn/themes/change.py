"""Which themes grew or faded: helping and hindering apart, the first wave against the last."""

import numpy as np
from pandas import DataFrame, Series
from scipy import stats

from analysis.collect.interviews import CONVERSATION, Conversations
from analysis.learn.themes.proportions import difference
from analysis.learn.themes.trust import trust_in
from analysis.plan import described
from analysis.plan.evidence import LEAST_CONVERSATIONS, evidence_id
from analysis.plan.study import Study

THEME = ["region", "code", "stance"]
CHANGE = ["change", "low", "high", "paired"]


def compare_themes(
    conversations: Conversations, study: Study, agreement: DataFrame | None = None
) -> DataFrame:
    """Compare how much each theme was spoken of, between a region's first and last wave asked.

    Returns
    -------
    One row per region, code and stance that came up there, where two waves or more were asked.
    `documents_start` of `asked_start` conversations spoke of it, in `passages_start` passages per
    conversation asked; so at the end. `change` is the difference in passages per conversation
    with its 95% t interval: over groups met at both waves when at least four were (`paired` says
    how many), else Welch's; fewer than four conversations at a wave, or no spread at all: no
    interval. `share_low` and `share_high` are Agresti and Caffo's 95% interval for the difference
    in the share of conversations. `direction` is up or down when the interval of passages leaves
    out zero (without one: that of the share), else unknown. `trajectory` says at which of the
    waves it came up at all. Many themes are compared and nothing is adjusted: exploratory.

    References
    ----------
    Welch 1947; Agresti & Caffo 2000.
    """
    asked = asked_in_order(conversations, study)
    counts = count_passages(conversations.spoken(study), asked)
    ends = asked.groupby("region")["wave"].agg(start="min", end="max").query("start != end")
    if counts.empty or ends.empty:
        return described.table("theme_changes", [])
    rows = _courses(counts, asked).join(ends, on="region", how="inner")
    for end in ("start", "end"):
        at = counts.merge(ends[end].rename("wave"), on=["region", "wave"])
        met = asked.merge(ends[end].rename("wave"), on=["region", "wave"])
        size = met.groupby("region").size().rename(f"asked_{end}")
        held = at.groupby(THEME)["passages"].agg(["size", "sum"])
        rows = rows.join(size, on="region")
        rows[f"documents_{end}"] = held["size"].reindex(rows.index).fillna(0).astype(int)
        rows[f"passages_{end}"] = held["sum"].reindex(rows.index).fillna(0) / rows[f"asked_{end}"]
    rows = rows.join(_changes(counts, asked, ends))
    sides = rows[["documents_start", "asked_start", "documents_end", "asked_end"]]
    edges = [difference((a, b), (c, d)) for a, b, c, d in sides.itertuples(index=False, name=None)]
    rows[["share_low", "share_high"]] = np.array(edges)
    rows["direction"] = _direction(rows)
    return _named(rows.reset_index(), study, agreement)


def asked_in_order(conversations: Conversations, study: Study) -> DataFrame:
    """Keep the conversations that were asked, with the place of their wave in the plan."""
    asked = conversations.asked(study)[[*CONVERSATION, "wave", "method", "group"]]
    places = asked["wave"].map({wave: at for at, wave in enumerate(study.plan.waves)})
    return asked.assign(wave=places).dropna(subset="wave").astype({"wave": int})


def count_passages(spoken: DataFrame, asked: DataFrame) -> DataFrame:
    """Count the passages per conversation asked and theme; a conversation without has no row."""
    keys = [*CONVERSATION, "code", "stance"]
    counts = spoken.groupby(keys)["segment"].nunique().rename("passages").reset_index()
    return counts.merge(asked, on=CONVERSATION)


def _courses(counts: DataFrame, asked: DataFrame) -> DataFrame:
    """Say at which waves each theme was heard, and what course that is."""
    waves = asked.groupby("region")["wave"].unique().map(sorted)
    heard = counts.groupby(THEME)["wave"].agg(lambda at: sorted({*at})).rename("heard_at")
    rows = heard.to_frame()
    held = waves.reindex(rows.index.get_level_values("region"))
    rows["trajectory"] = [
        _shape([wave in at for wave in all_of])
        for at, all_of in zip(rows["heard_at"], held, strict=True)
    ]
    return rows


def _shape(heard: list[bool]) -> str:
    """Name the course of a theme that came up at one wave at least."""
    if all(heard):
        return "throughout"
    first, last = heard.index(True), len(heard) - 1 - heard[::-1].index(True)
    if not all(heard[first : last + 1]):
        return "returns"
    if first > 0:
        return "appears" if last == len(heard) - 1 else "passing"
    return "fades"


def _changes(counts: DataFrame, asked: DataFrame, ends: DataFrame) -> DataFrame:
    """Estimate the change in passages per conversation of each theme, with its interval."""
    both = asked.join(ends, on="region", how="inner")
    both = both[(both["wave"] == both["start"]) | (both["wave"] == both["end"])]
    both = both.assign(is_end=both["wave"] == both["end"])
    themes = counts[THEME].drop_duplicates()
    keys = [*THEME, "document"]
    full = both.merge(themes, on="region").merge(counts[[*keys, "passages"]], on=keys, how="left")
    full["passages"] = full["passages"].fillna(0.0)
    welch, paired = _welch(full), _paired(full)
    enough = paired["paired"] >= LEAST_CONVERSATIONS
    return paired[enough].combine_first(welch)[CHANGE]


def _welch(full: DataFrame) -> DataFrame:
    """Compare the conversations of two waves as if every one were met once."""
    cells = full.groupby([*THEME, "is_end"])["passages"].agg(["mean", "var", "size"]).unstack()
    size, mean = cells["size"], cells["mean"]
    parts = cells["var"] / size
    error, change = parts.sum(axis=1), mean[True] - mean[False]
    df = error**2 / (parts**2 / (size - 1)).sum(axis=1)
    few = size.min(axis=1) < LEAST_CONVERSATIONS
    return _with_interval(change, error.where(~few) ** 0.5, df).assign(paired=0)


def _paired(full: DataFrame) -> DataFrame:
    """Compare the groups that were met at both waves with themselves."""
    named = full[full["group"] != ""]
    met = named.groupby([*THEME, "group", "is_end"])["passages"].mean().unstack()
    met = met.reindex(columns=[False, True]).dropna()
    moved = (met[True] - met[False]).groupby(THEME).agg(["mean", "sem", "size"])
    rows = _with_interval(moved["mean"], moved["sem"], moved["size"] - 1.0)
    return rows.assign(paired=moved["size"])


def _with_interval(change: Series, error: Series, df: Series) -> DataFrame:
    """Give a change its 95% t interval; where nothing varies there is none."""
    wide = (error * stats.t.ppf(0.975, df.to_numpy(float))).where(error > 0)
    return DataFrame({"change": change, "low": change - wide, "high": change + wide})


def _direction(rows: DataFrame) -> Series:
    """Decide by the interval of passages, or by that of conversations where it is the only one."""
    own = rows["low"].notna()
    low, high = (rows[end].where(own, rows[f"share_{end}"]) for end in ("low", "high"))
    words = np.select([low > 0, high < 0], ["up", "down"], "unknown")
    return Series(words, rows.index)


def _named(rows: DataFrame, study: Study, agreement: DataFrame | None) -> DataFrame:
    """Name the waves, and say how far the coders agree; themes stand in the codebooks' order."""
    waves = [*study.plan.waves]
    order = {code: place for place, code in enumerate(study.codes["id"])}
    regions = {region: place for place, region in enumerate(study.regions)}
    rows = rows.assign(at=rows["region"].map(regions), place=rows["code"].map(order))
    rows = rows.sort_values(["at", "place", "stance"], ignore_index=True)
    for end in ("start", "end"):
        rows[end] = [waves[place] for place in rows[end]]
    rows["heard_at"] = [" ".join(waves[at] for at in heard) for heard in rows["heard_at"]]
    rows["agreement"] = trust_in(rows, agreement)
    names = rows[["region", "code", "stance", "start", "end"]].itertuples(index=False, name=None)
    rows["evidence_id"] = [
        evidence_id("themechange", region, f"{code}.{stance}", f"{start}-{end}")
        for region, code, stance, start, end in names
    ]
    return described.table("theme_changes", rows[described.columns("theme_changes")])
