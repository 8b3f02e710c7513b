"""The instrument shelf: every system the publications name, with where it is found back here."""

from typing import Any

from analysis.findings import Findings
from analysis.plan.study.shelf import targets_of
from analysis.tell.narrative.founded import Row
from analysis.tell.narrative.publication import place_of
from analysis.tell.narrative.voice import Voice, rows_of

WORDS = ("published", "whole", "other_language", "frameworks", "prompts")


def instruments(shared: Findings) -> dict[str, Any]:
    """Lay out instruments, frameworks with all their codes, and prompts by instrument.

    A link leads to an anchor on this page, to the summary, or to the published claims.
    """
    study, language = shared.study, shared.language
    voice = Voice(study, language, "publication.yaml")
    rows = rows_of(study.published.instruments)
    return {
        "language": language,
        "other": next((one for one in study.plan.languages if one != language), ""),
        "synthetic": study.is_synthetic,
        "study": dict(study.plan.label)[language],
        "title": voice.text("instruments_title"),
        "lead": voice.text("instruments_lead"),
        "answer": voice.text("instruments_answer"),
        "words": {key: voice.text(key) for key in WORDS},
        "kinds": _by_carrier(rows, voice),
        "frameworks": [_framework(row, voice) for row in rows_of(study.frameworks)],
        "prompts": _prompts(rows, voice),
    }


def _by_carrier(rows: list[Row], voice: Voice) -> list[dict[str, Any]]:
    order = ("measured", "coded", "lens", "reflection_prompt", "claims", "catalogue")
    return [
        {
            "title": voice.text(f"carried_{kind}"),
            "rows": [_instrument(row, voice) for row in rows if row["carried_by"] == kind],
        }
        for kind in order
        if any(row["carried_by"] == kind for row in rows)
    ]


def _instrument(row: Row, voice: Voice) -> dict[str, Any]:
    links = [_link(kind, ids, voice) for kind, ids in targets_of(row["targets"])]
    return {
        "id": row["id"],
        "name": row[f"label_{voice.language}"],
        "what": row[f"what_{voice.language}"],
        "place": place_of(row, voice),
        # Two results may stand on one page.
        "links": [*{link["href"]: link for link in links}.values()],
    }


def _link(kind: str, ids: list[str], voice: Voice) -> dict[str, str]:
    """Say where a target leads, and by which words."""
    first = ids[0]
    if kind == "page":
        return {"href": f"summary.{voice.language}.html", "text": voice.text("target_page")}
    if kind == "claims":
        href = f"publication.{voice.language}.html#{first}"
        return {"href": href, "text": voice.text("target_claims", n=len(ids))}
    if kind == "prompts":
        asked = (voice.study.published.prompts["instrument"] == first).sum()
        return {"href": f"#prompts-{first}", "text": voice.text("target_prompts", n=asked)}
    framework, _, code = first.partition("/")
    if code:
        text = voice.text("target_code", what=voice.name.code(code))
        return {"href": f"#code-{code}", "text": text}
    text = voice.text("target_codebook", what=voice.name.framework(framework))
    return {"href": f"#codebook-{framework}", "text": text}


def _framework(row: Row, voice: Voice) -> dict[str, Any]:
    """List every code of a framework, the codes under another below it."""
    codes = voice.study.codes
    own = rows_of(codes[codes["framework"] == row["framework"]])
    why = str(row.get(f"why_{voice.language}") or "")
    return {
        "id": row["framework"],
        "name": voice.name.framework(row["framework"]),
        "why": why,
        "place": str(row.get("source") or ""),
        "summary": voice.text("codes_of", n=len(own)),
        "codes": [
            {
                "id": one["id"],
                "depth": one["path"].count("/"),
                "name": voice.name.code(one["id"]),
                "told": one["definition_en"] if voice.language == "en" else "",
            }
            for one in own
        ],
    }


def _prompts(rows: list[Row], voice: Voice) -> list[dict[str, Any]]:
    prompts, names = voice.study.published.prompts, {row["id"]: row for row in rows}
    return [
        {
            "id": instrument,
            "name": names[instrument][f"label_{voice.language}"]
            if instrument in names
            else instrument,
            "questions": [
                {"text": one[f"question_{voice.language}"], "place": place_of(one, voice)}
                for one in rows_of(own)
            ],
        }
        for instrument, own in prompts.groupby("instrument", sort=False)
    ]
