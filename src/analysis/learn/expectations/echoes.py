"""What the loaded data say beside each published claim: echoed, contradicted, silent or neither."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION, PLACE, Conversations, count_people
from analysis.learn.expectations.claimed import distinct_claims
from analysis.learn.longitudinal import direction_of
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study
from analysis.plan.study.codebooks import split_ids

# One conversation may be anybody's slip of the tongue.
LEAST_HEARD = 2
SENSES = {"positive": ("helps", "hinders"), "negative": ("hinders", "helps")}


_Talk = tuple[list[str], DataFrame, dict[str, Any]]


@dataclass(frozen=True)
class _Held:
    """What a claim is held against: talk in its region, and the change of each level."""

    study: Study
    talk: Mapping[tuple[str, str], _Talk]
    coded: frozenset[str]
    framework: Mapping[str, str]
    changes: Mapping[tuple[str, str], Mapping[Any, Any]]


def hear_claims(
    study: Study, contrasts: DataFrame, lenses: DataFrame, conversations: Conversations
) -> DataFrame:
    """Say of every distinct claim what the loaded data say of it, per region it speaks of.

    Returns
    -------
    One row per claim and region. `verdict` is `echoed`, `contradicted`, `both`, `silent` or
    `cannot` (it cannot be asked: nobody asked, coded or measured it, or it claims nothing), by the
    `rule` that echoes.yaml gives to its kind. `documents` conversations spoke so and `against` the
    other way, out of `asked` with `people` in them, at the waves `at`. A claim about another
    context is held against what the lens of its framework shows. `rests_on` names its rows.
    """
    asked = conversations.asked(study)
    heard = conversations.spoken(study).merge(asked[CONVERSATION], on=CONVERSATION)
    whole = contrasts[contrasts["spans"].astype(bool) & (contrasts["kind"] == "change")]
    keys = zip(whole["region"], whole["scale"], strict=True)
    changes = dict(zip(keys, whole.to_dict("records"), strict=True))
    used = study.codes["id"].isin(heard["code"].unique())
    coded = frozenset(study.codes.loc[used, "framework"])
    framework = dict(zip(study.codes["id"], study.codes["framework"], strict=True))
    talk: dict[tuple[str, str], _Talk] = {
        (region, when): _talk(asked, heard, region, _at(asked, region, study, when))
        for region in study.regions
        for when in {"any", *(kind.at for kind in study.published.echoes.values())}
    }
    held = _Held(study, talk, coded, framework, changes)
    claims = distinct_claims(study)
    rows = [
        _row(claim, region, _weigh(claim, region, held))
        for claim in claims.to_dict("records")
        for region in _regions_of(claim, study)
    ]
    rows += list(_contexts(study, lenses))
    return described.table("echoes", rows)


def _regions_of(claim: Mapping[Any, Any], study: Study) -> list[str]:
    """Name the regions of the study that a claim speaks of."""
    return [one for one in study.regions if claim["region"] in (one, EVERY)]


def _row(claim: Mapping[Any, Any], region: str, found: Mapping[str, Any]) -> dict[str, Any]:
    empty = dict.fromkeys(("documents", "against", "asked", "people")) | {"at": "", "rests_on": ""}
    return {
        "evidence_id": evidence_id("echo", region, str(claim["claim_id"])),
        "region": region,
        "claim": claim["claim_id"],
        "claim_kind": claim["claim_kind"],
        "code": claim["outcome_code"] or claim["subject_code"],
        "note": "",
        **empty,
        **found,
    }


def _weigh(claim: Mapping[Any, Any], region: str, held: _Held) -> dict[str, Any]:
    kind = held.study.published.echoes.get(claim["claim_kind"])
    if kind is None or kind.rule == "no_claim":
        return {"rule": "no_claim", "verdict": "cannot"}
    if kind.rule == "grew" and (found := _grew(claim, region, held)):
        return found
    if kind.rule == "connected" and claim["claimed_condition_codes"] and claim["outcome_code"]:
        return _connected(claim, region, held)
    return _heard(claim, region, held, kind.at)


def _grew(claim: Mapping[Any, Any], region: str, held: _Held) -> dict[str, Any] | None:
    """Read the change of the claim's level from the first to the last wave of the region."""
    measure = held.study.plan.measure_of_level.get(claim["level"])
    change = held.changes.get((region, measure)) if measure else None
    if change is None or claim["direction"] not in ("increase", "decrease"):
        return None
    way = direction_of(change["verdict"])
    claimed = {"increase": "up", "decrease": "down"}[claim["direction"]]
    heard = (
        "silent" if way not in ("up", "down") else "echoed" if way == claimed else "contradicted"
    )
    return {
        "rule": "grew",
        "verdict": "cannot" if change["verdict"] == "too_few" else heard,
        "at": f"{change['start']} {change['end']}",
        "rests_on": change["evidence_id"],
    }


def _at(asked: DataFrame, region: str, study: Study, wanted: str) -> list[str]:
    """Name the waves of a region at which a claim is looked for."""
    own = set(asked.loc[asked["region"] == region, "wave"])
    waves = [wave for wave in study.plan.waves if wave in own]
    return {"first": waves[:1], "last": waves[-1:]}.get(wanted, waves)


def _talk(asked: DataFrame, heard: DataFrame, region: str, waves: list[str]) -> _Talk:
    asked, heard = (
        rows[(rows["region"] == region) & rows["wave"].isin(waves)] for rows in (asked, heard)
    )
    people = int(count_people(asked, ["region"]).sum())
    return waves, heard, {"asked": len(asked), "people": people, "at": " ".join(waves)}


def _heard(claim: Mapping[Any, Any], region: str, held: _Held, wanted: str) -> dict[str, Any]:
    """Count the conversations that speak of the claim's code, in its sense and the other way."""
    code = claim["outcome_code"] or claim["subject_code"]
    waves, heard, size = held.talk[region, wanted]
    found = {"rule": "heard", **size}
    if not size["asked"] or held.framework.get(code) not in held.coded:
        return {**found, "verdict": "cannot"}
    of_code = heard[heard["code"] == code]
    sense, other = SENSES.get(claim["valence"], (None, None))
    said = of_code if sense is None else of_code[of_code["stance"] == sense]
    against = of_code[of_code["stance"] == other] if other else of_code[:0]
    counts = {"documents": said["document"].nunique(), "against": against["document"].nunique()}
    return {
        **found,
        **counts,
        "verdict": _verdict(**counts),
        "rests_on": _themes(region, [code], waves),
    }


def _verdict(documents: int, against: int) -> str:
    if against >= LEAST_HEARD:
        return "both" if documents >= LEAST_HEARD else "contradicted"
    return "echoed" if documents >= LEAST_HEARD else "silent"


def _connected(claim: Mapping[Any, Any], region: str, held: _Held) -> dict[str, Any]:
    """Look for a condition and the outcome in one passage, where both are said to help."""
    waves, heard, size = held.talk[region, "any"]
    conditions, outcome = split_ids(claim["claimed_condition_codes"]), claim["outcome_code"]
    found = {"rule": "connected", **size}
    if not size["asked"] or held.framework.get(outcome) not in held.coded:
        return {**found, "verdict": "cannot"}
    helping = heard[heard["stance"] == "helps"]
    one = helping.loc[helping["code"].isin(conditions), PLACE].drop_duplicates()
    both = helping[helping["code"] == outcome].merge(one)
    named = heard[heard["code"] == outcome]["document"].nunique()
    documents = both["document"].nunique()
    counts = {"documents": documents, "against": 0}
    verdict = "echoed" if documents >= LEAST_HEARD else "silent"
    return {
        **found,
        **counts,
        "verdict": verdict,
        "note": "" if documents or not named else "named, but in no passage together",
        "rests_on": _themes(region, [*conditions, outcome], waves),
    }


def _themes(region: str, codes: list[str], waves: list[str]) -> str:
    return " ".join(evidence_id("theme", region, code, wave) for code in codes for wave in waves)


def _contexts(study: Study, lenses: DataFrame) -> Iterator[dict[str, Any]]:
    """Hold a claim about another context against what the lens of its code shows here."""
    claims = study.contexts[study.contexts["restates"] == ""]
    shown = lenses[(lenses["wave"] == EVERY) & lenses["region"].isin([*study.regions])]
    seen = {(row["region"], row["code"]): row for row in shown.to_dict("records")}
    for claim in claims.to_dict("records"):
        code = claim["outcome_code"] or claim["subject_code"]
        for region in study.regions:
            row = seen.get((region, code))
            yield _row(claim, region, _seen(row) if row else {"rule": "seen", "verdict": "cannot"})


def _seen(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Say whether a lens shows a code in two conversations or more; a link may be doubted."""
    if row["state"] not in ("counted", "not_coded"):
        verdict = "possibly" if row["state"] == "possibly" else "cannot"
        return {"rule": "seen", "verdict": verdict}
    verdict = "echoed" if row["documents"] >= LEAST_HEARD else "silent"
    size = {name: row[name] for name in ("documents", "asked", "people")}
    return {"rule": "seen", "verdict": verdict, **size, "rests_on": row["evidence_id"]}
