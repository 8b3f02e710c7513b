"""The living publication: every claim with its place, and what the loaded data say beside it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd
from pandas import DataFrame

from analysis.findings import Findings
from analysis.plan.evidence import EVERY, Sentence
from analysis.tell.narrative.checking import plain, sentences_in, verify
from analysis.tell.narrative.founded import Row
from analysis.tell.narrative.voice import Voice, rows_of

VERDICTS = ("echoed", "both", "contradicted", "silent", "possibly", "cannot", "suppressed")

# What each rule would take to give another verdict stands beside it; no claim, nothing to turn.
TURNS = ("heard", "connected", "grew", "seen")
WORDS = ("published", "whole", "other_language", "table_link")


def publication(findings: Findings, *, is_internal: bool = False) -> dict[str, Any]:
    """Lay out the published claims in the publications' order, with a verdict per region.

    Parameters
    ----------
    findings : gated for the shared shelf; as they are, with `is_internal`, for researchers

    Raises
    ------
    UnfoundedSentence if a sentence says anything that no row carries.
    """
    study = findings.study
    voice = Voice(study, findings.language, "publication.yaml")
    echoes = findings.rows("echoes")
    sections = [*_sections(study.claims, echoes, voice), *_contexts(study.contexts, echoes, voice)]
    told = [claim for section in sections for claim in section["claims"]]
    verify([*sentences_in(told)], findings)
    values = {
        "language": voice.language,
        "other": next((one for one in study.plan.languages if one != voice.language), ""),
        "synthetic": study.is_synthetic,
        "internal": is_internal,
        "study": dict(study.plan.label)[voice.language],
        "title": voice.text("title"),
        "lead": voice.text("lead"),
        "note": voice.text("lead_internal") if is_internal else "",
        "answer": _answer(echoes, voice),
        "words": {key: voice.text(key) for key in WORDS},
        "ways": _ways(told, voice),
        "evidence": _evidence(echoes, told, voice),
        "sections": sections,
    }
    return {key: plain(part) if key == "sections" else part for key, part in values.items()}


def _sections(claims: DataFrame, echoes: DataFrame, voice: Voice) -> Iterator[dict[str, Any]]:
    """Gather the claims by publication, in the order of its lines, each with its repetitions."""
    sources = voice.study.sources.set_index("id")["title"].to_dict()
    distinct = claims[claims["restates"] == ""]
    again = {key: rows_of(own) for key, own in claims.groupby("restates") if key}
    for source, own in distinct.groupby(distinct["source"].str[:3], sort=True):
        ordered = own.assign(at=own["source_lines"].map(_first_line)).sort_values(
            "at", kind="stable"
        )
        told = [
            claim_told(row, again.get(row["claim_id"], []), echoes, voice)
            for row in rows_of(ordered)
        ]
        title = f"{source}: {sources.get(source, '')}".rstrip(": ")
        yield {"id": f"source-{source}", "title": title, "lead": "", "claims": told}


def _contexts(contexts: DataFrame, echoes: DataFrame, voice: Voice) -> Iterator[dict[str, Any]]:
    distinct = contexts[contexts["restates"] == ""] if len(contexts) else contexts
    for context, own in distinct.groupby("region", sort=False):
        name = str(context).replace("_", " ")
        yield {
            "id": f"context-{context}",
            "title": voice.text("contexts", context=name),
            "lead": voice.text("contexts_lead"),
            "claims": [claim_told(row, [], echoes, voice) for row in rows_of(own)],
        }


def _first_line(lines: str) -> int:
    found = re.search(r"\d+", lines.split(":")[-1])
    return int(found[0]) if found else 0


def claim_told(row: Row, again: list[Row], echoes: DataFrame, voice: Voice) -> dict[str, Any]:
    """Tell one claim: its words and place, and what the data of each region say of it."""
    own = echoes[echoes["claim"] == row["claim_id"]]
    rules = [one for one in dict.fromkeys(own["rule"]) if one in TURNS]
    regions = [
        {
            "region": one["region"],
            "verdict": one["verdict"],
            "word": voice.text(f"verdict_{one['verdict']}"),
            "say": [_say(one, own.iloc[[place]], voice)],
        }
        for place, one in enumerate(rows_of(own))
    ]
    places = [place_of(one, voice) for one in again]
    return {
        "id": row["claim_id"],
        "kind": row["claim_kind"],
        "kind_word": voice.text(f"kind_{row['claim_kind']}"),
        "of": "" if row["region"] == EVERY else row["region"],
        "text": row[f"paraphrase_{voice.language}"],
        "place": place_of(row, voice),
        "again": voice.text("restated", places=places) if places else "",
        "again_ids": [one["claim_id"] for one in again],
        "overturned": " ".join(voice.text(f"overturned_{one}") for one in rules),
        "regions": regions,
    }


def place_of(row: Row, voice: Voice) -> str:
    """Say where something stands: the publication and its lines, or each of several."""
    lines = str(row["source_lines"])
    if ":" not in lines:
        return voice.text("place", source=row["source"], lines=lines)
    places: dict[str, list[str]] = {}
    for part in lines.split(";"):
        source, _, at = part.strip().partition(":")
        places.setdefault(source, []).append(at)
    told = [voice.text("place", source=one, lines=", ".join(at)) for one, at in places.items()]
    return "; ".join(told)


def _say(row: Row, rows: DataFrame, voice: Voice) -> Sentence:
    """Say what a region's data say: with counts where they may be seen, else in words."""
    values = {"region": voice.name.region(row["region"]), "row": row}
    if row["rule"] == "grew" and row["verdict"] in ("echoed", "contradicted", "silent"):
        return voice.say(f"grew_{row['verdict']}", rows, **values)
    if not pd.isna(row.get("documents")) and row["verdict"] != "cannot":
        return voice.say(f"counted_{row['rule']}", rows, **values)
    return voice.say(f"said_{row['verdict']}", rows, **values)


def _ways(claims: list[dict[str, Any]], voice: Voice) -> list[dict[str, Any]]:
    """List three ways through the page: by region, by kind of claim and by verdict."""
    pairs = [(claim, region) for claim in claims for region in claim["regions"]]
    regions = [
        (voice.name.region(one), [c["id"] for c, r in pairs if r["region"] == one])
        for one in voice.study.regions
    ]
    kinds = [
        (voice.text(f"kind_{one}"), [c["id"] for c in claims if c["kind"] == one])
        for one in dict.fromkeys(claim["kind"] for claim in claims)
    ]
    verdicts = [
        (
            voice.text(f"verdict_{one}"),
            [*dict.fromkeys(c["id"] for c, r in pairs if r["verdict"] == one)],
        )
        for one in VERDICTS
    ]
    ways = (("by_region", regions), ("by_kind", kinds), ("by_verdict", verdicts))
    return [
        {
            "title": voice.text(key),
            "groups": [{"name": name, "claims": ids} for name, ids in groups if ids],
        }
        for key, groups in ways
    ]


def _evidence(echoes: DataFrame, claims: Iterable[Any], voice: Voice) -> dict[str, Any]:
    wanted = {one for sentence in sentences_in([*claims]) for one in sentence.evidence}
    rows = rows_of(echoes[echoes["evidence_id"].isin(wanted)])
    return {
        "summary": voice.text("rests_on"),
        "heads": [voice.text("row"), voice.text("value")],
        "rows": [
            {"id": one["evidence_id"], "cells": [one["evidence_id"], _value(one, voice)]}
            for one in rows
        ],
    }


def _value(row: Row, voice: Voice) -> str:
    basis = str(row.get("rests_on") or "")
    return " · ".join(filter(None, [voice.text(f"verdict_{row['verdict']}"), basis]))


def _answer(echoes: DataFrame, voice: Voice) -> str:
    counts = echoes["verdict"].value_counts()
    named = [
        voice.text("verdict_count", n=counts[one], word=voice.text(f"verdict_{one}"))
        for one in VERDICTS
        if one in counts
    ]
    return voice.text("verdicts", named=named)
