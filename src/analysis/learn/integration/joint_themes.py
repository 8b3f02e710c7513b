"""Each theme beside the score of the place it belongs to."""

from collections.abc import Iterator, Mapping

from pandas import DataFrame

from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study

Row = dict[str, object]


def join_themes(
    joint: DataFrame,
    themes: DataFrame,
    means: DataFrame,
    contrasts: DataFrame,
    quotations: DataFrame,
    study: Study,
) -> DataFrame:
    """Set every theme that was heard beside the scale of its primary cell, per region.

    Returns
    -------
    One row per region, comparison of `joint`, and code with a level that came up at all: in how
    many of the conversations asked at either end and over all waves, how often it helps or hinders,
    whether coders agree, the mean of its scale (pillar x level) at either end with the change and
    its 95% interval, the label of its level, and the evidence ids of approved quotations. A code
    has no label of its own: one conversation rarely holds five passages of one code.
    """
    scales = _scale_of_cell(study)
    heard = themes[themes["documents"].fillna(0).gt(0)] if len(themes) else themes
    scored = {
        row["evidence_id"]: row for rows in (means, contrasts) for row in rows.to_dict("records")
    }
    rows = [
        row
        for cell in joint.to_dict("records")
        for row in _theme_rows(cell, heard, quotations, scored, scales)
    ]
    return described.table("joint_themes", rows)


def _scale_of_cell(study: Study) -> dict[tuple[str, str], str]:
    """Name the one scale of each pillar and level; where there are more, the level's composite."""
    of_level = study.plan.measure_of_level
    found: dict[tuple[str, str], str] = {}
    for name, one in study.plan.scales.items():
        cell = (one.pillar or "", one.level or "")
        found[cell] = of_level.get(cell[1], "") if cell in found else name
    return found


def _theme_rows(
    cell: Row,
    heard: DataFrame,
    quotations: DataFrame,
    scored: Mapping[str, Row],
    scales: dict[tuple[str, str], str],
) -> Iterator[Row]:
    region, level, start, end = (cell[name] for name in ("region", "level", "start", "end"))
    own = heard[(heard["region"] == region) & (heard["level"] == level)]
    at = {(row["code"], row["wave"]): row for row in own.to_dict("records")}
    approved = quotations[quotations["approved"].astype(bool)] if len(quotations) else quotations
    for (code, wave), whole in at.items():
        if wave != EVERY:
            continue
        words = approved[(approved["region"] == region) & (approved["code"] == code)]
        yield {
            "evidence_id": evidence_id("jointtheme", str(region), code, f"{start}-{end}"),
            **{name: cell[name] for name in ("region", "level", "start", "end", "label")},
            **{name: whole[name] for name in ("code", "pillar", "documents", "asked")},
            **{name: whole[name] for name in ("helps", "hinders", "agreement")},
            **_count(at.get((code, start)), "start"),
            **_count(at.get((code, end)), "end"),
            **_scored(cell, scales.get((str(whole["pillar"]), str(level)), ""), scored),
            "quotations": " ".join(words["evidence_id"]),
            "theme_id": whole["evidence_id"],
        }


def _count(row: Row | None, end: str) -> Row:
    return {
        f"documents_{end}": row["documents"] if row else None,
        f"asked_{end}": row["asked"] if row else None,
    }


def _scored(cell: Row, scale: str, scored: Mapping[str, Row]) -> Row:
    """Return the scale's mean at both ends, and its change."""
    region, start, end = (str(cell[name]) for name in ("region", "start", "end"))
    change_id = evidence_id("change", region, scale, f"{start}-{end}")
    change = scored.get(change_id, {})
    return {
        "scale": scale,
        "mean_start": scored.get(evidence_id("mean", region, scale, start), {}).get("estimate"),
        "mean_end": scored.get(evidence_id("mean", region, scale, end), {}).get("estimate"),
        "change": change.get("estimate"),
        **{name: change.get(name) for name in ("low", "high", "n")},
        "verdict": change.get("verdict", ""),
        "change_id": change_id if change else "",
    }
