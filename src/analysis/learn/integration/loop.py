"""What became of what was agreed: what the region says itself, and what scores and talk did."""

from typing import Any

from pandas import DataFrame

from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Study

Row = dict[str, Any]


def follow_agreements(contrasts: DataFrame, heard: DataFrame, study: Study) -> DataFrame:
    """Lay beside every agreement what its subject did from that wave to the region's last one.

    Returns
    -------
    One row per agreement. `state` is the region's own word. `seen_id` names the change of the
    score it is about, and `verdict` its rung; for a code `helps_id` and `hinders_id` name the
    counts at the last wave, and `helped_id` and `hindered_id` those at the wave of the agreement.
    What is seen need not come from the agreement.
    """
    changes = contrasts[contrasts["kind"] == "change"].set_index("evidence_id")["verdict"]
    counted = {*heard["evidence_id"]}
    rows = [_row(one, changes.to_dict(), counted, study) for one in _records(study.agreements)]
    return described.table("agreements", rows)


def _records(agreements: DataFrame) -> list[Row]:
    return [{str(key): one for key, one in row.items()} for row in agreements.to_dict("records")]


def _row(agreed: Row, changes: dict[str, str], counted: set[str], study: Study) -> Row:
    region, about, start = agreed["region"], agreed["about"], agreed["wave"]
    row: Row = {
        "evidence_id": evidence_id("agreement", region, agreed["agreement_id"]),
        **{
            name: agreed[name]
            for name in ("region", "agreement_id", "wave", "due_wave", "about_kind", "about")
        },
        "text_nl": agreed["what_nl"],
        "text_en": agreed["what_en"] or agreed["what_nl"],
        "who": agreed["who_group"],
        "state": agreed["state"],
        "may_be_told": agreed["shared"] == "yes",
        **dict.fromkeys(("seen_id", "helps_id", "hinders_id", "helped_id", "hindered_id"), ""),
        "verdict": None,
    }
    later = [*study.plan.waves]
    for end in reversed(later[later.index(start) + 1 :]):
        if agreed["about_kind"] != "code":
            change = evidence_id("change", region, about, f"{start}-{end}")
            if change in changes:
                return row | {"seen_id": change, "verdict": changes[change]}
            continue
        ids = {
            key: evidence_id("heard", region, f"{about}.{stance}", wave)
            for key, stance, wave in (
                *(("helps_id", "helps", end), ("hinders_id", "hinders", end)),
                *(("helped_id", "helps", start), ("hindered_id", "hinders", start)),
            )
        }
        if {*ids.values()} <= counted:
            return row | ids
    return row
