"""One simulated pilot as the tables that the analysis starts from, without touching the disk."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.collect.interviews.tables import segment_id
from analysis.collect.survey import Forms
from analysis.measure import scoring
from analysis.plan.study import Plan, Study
from analysis.rehearse.simulate import draw_conversations, draw_survey
from analysis.rehearse.simulate.planted import Phrases, Planted

Tables = dict[str, DataFrame]


def drawn_again(planted: Planted, number: int) -> Planted:
    """Give every region a seed that belongs to one replicate; nobody chose it."""
    seeds = np.random.SeedSequence([planted.items.seed, number]).generate_state(
        len(planted.regions)
    )
    regions = {
        name: region.model_copy(update={"seed": int(seed)})
        for (name, region), seed in zip(planted.regions.items(), seeds, strict=True)
    }
    return planted.model_copy(update={"regions": regions})


def with_site_growth(planted: Planted, spread: float) -> Planted:
    """Let sites grow differently by so many points (a standard deviation)."""
    changed = planted.spread.model_copy(update={"site_wave": spread})
    return planted.model_copy(update={"spread": changed})


def without_change(planted: Planted) -> Planted:
    """Keep every mean and every share of talk as it is at the first wave: a null study.

    Newcomers start where the others are.
    """
    regions = {
        name: region.model_copy(
            update={
                "means": _flat_all(region.means),
                "extras": _flat_all(region.extras),
                "scales": _flat_all(region.scales),
            }
        )
        for name, region in planted.regions.items()
    }
    interviews = planted.interviews
    helping = {name: _flat_all(levels) for name, levels in interviews.helping.items()}
    balance = interviews.balance
    shares = _flat_all(balance.preventive_share)
    spoken = interviews.model_copy(
        update={
            "helping": helping,
            "balance": balance.model_copy(update={"preventive_share": shares}),
        }
    )
    return planted.model_copy(
        update={
            "regions": regions,
            "interviews": spoken,
            "newcomers": 0.0,
            "pillar_offsets": _flat_all(planted.pillar_offsets),
        }
    )


def _flat_all(rows: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {name: dict.fromkeys(waves, next(iter(waves.values()))) for name, waves in rows.items()}


def survey_of(planted: Planted, plan: Plan) -> Tables:
    """Draw the survey of every region: `respondents`, keyed `answers` and `scores`.

    The forms are those of the shipped pilot, with everything that goes wrong on them: unsent ones
    are left out, of two by one person the last counts, and who gave no code is linked to nobody.
    """
    parts = [
        _valid(forms).assign(region=region, wave=wave)
        for region, one in planted.regions.items()
        for wave, forms in draw_survey(plan, planted, one).items()
    ]
    forms = pd.concat(parts, ignore_index=True)
    respondents = forms[["region", "wave", "participant", "role", "site"]].assign(has_code=True)
    answers = forms[[*plan.all_items]].apply(pd.to_numeric, errors="coerce").astype(float)
    kept = Forms.of(respondents, answers)
    scores = scoring.score(kept, plan)
    return {"respondents": respondents, "answers": kept.melt(plan), "scores": scores}


def _valid(forms: DataFrame) -> DataFrame:
    sent = forms[forms["submitted"] == "yes"]
    blank = sent["participant"] == ""
    own = "nobody-" + pd.Series(np.arange(len(sent)), index=sent.index).astype(str)
    named = sent.assign(participant=sent["participant"].where(~blank, own))
    return named.drop_duplicates("participant", keep="last")


def talk_of(planted: Planted, phrases: Phrases, study: Study) -> Tables:
    """Draw the conversations of every region: `documents`, `segments` and `codings`."""
    gathered: dict[str, list[DataFrame]] = {"documents": [], "codings": []}
    for region in planted.regions:
        talk = draw_conversations(study.plan, planted, phrases, region, study.crosswalk)
        words = {
            path.removeprefix("transcripts/").removesuffix(".txt"): len(text.split())
            for path, text in talk.transcripts.items()
        }
        documents = talk.tables["documents"].assign(region=region)
        counted = documents.assign(words=documents["document"].map(words))
        gathered["documents"].append(counted)
        gathered["codings"].append(talk.tables["codings"].assign(region=region, round=1))
    codings = pd.concat(gathered["codings"], ignore_index=True)
    places = zip(codings["document"], codings["start"], codings["end"], strict=True)
    codings = codings.assign(segment=[segment_id(d, str(s), str(e)) for d, s, e in places])
    return {
        "documents": pd.concat(gathered["documents"], ignore_index=True),
        "segments": codings.drop_duplicates(["region", "document", "segment"]),
        "codings": codings,
    }
