"""Link waves by participant code and key the answers, so that every later room reads one table."""

import pandas as pd
from pandas import DataFrame

from analysis.study import Plan


def key_answers(answers: DataFrame, plan: Plan) -> DataFrame:
    """Add `keyed`: the answer after reverse scoring, so that more is always better."""
    reverse = {
        item: scale.lowest + scale.highest
        for scale in plan.scales.values()
        for item in scale.reverse_scored
    }
    total = answers["item"].map(reverse).astype(float)
    given = answers["answer"].astype(float)
    keyed = given.where(total.isna(), total - given)
    return answers.assign(keyed=keyed)


def key_wide(answers: DataFrame, plan: Plan) -> DataFrame:
    """Return wide answers after reverse scoring; columns that need none are not copied."""
    turned = {
        item: scale.lowest + scale.highest - answers[item]
        for scale in plan.scales.values()
        for item in scale.reverse_scored
    }
    return DataFrame({item: turned.get(item, answers[item]) for item in answers}, copy=False)


def apply_links(respondents: DataFrame, links: DataFrame) -> DataFrame:
    """Give a participant the code that a person decided is the same."""
    same = links.set_index(["region", "participant"])["same_as"]
    known = pd.MultiIndex.from_frame(respondents[["region", "participant"]])
    decided = pd.Series(known.map(same.to_dict()), index=respondents.index, dtype=object)
    return respondents.assign(participant=decided.fillna(respondents["participant"]))


def report_links(respondents: DataFrame, plan: Plan) -> DataFrame:
    """Say for every participant at which waves they were seen, and what that makes them."""
    order = {wave: place for place, wave in enumerate(plan.waves)}
    rows = respondents.assign(place=respondents["wave"].map(order)).sort_values("place")
    seen = rows.groupby(["region", "participant"], sort=True)["wave"].agg(" ".join).reset_index()
    first, last = next(iter(plan.waves)), list(plan.waves)[-1]
    match = [
        _match(person, waves.split(), first, last)
        for person, waves in zip(seen["participant"], seen["wave"], strict=True)
    ]
    return seen.rename(columns={"wave": "waves"}).assign(match=match)


def _match(participant: str, waves: list[str], first: str, last: str) -> str:
    if "unlinked" in participant:
        return "unlinked"
    if len(waves) > 1:
        return "exact"
    if first == last:
        return "alone"
    return {last: "new", first: "lost"}.get(waves[0], "alone")
