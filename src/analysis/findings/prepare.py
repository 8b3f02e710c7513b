"""From the raw folder to every result table, in one direction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis import (
    agreement,
    described,
    expectations,
    integration,
    interviews,
    lenses,
    longitudinal,
    participation,
    processed,
    reliability,
    robustness,
    scoring,
    survey,
    themes,
)
from analysis.evidence import evidence_id
from analysis.findings.withdrawals import withdrawn_from_nowhere
from analysis.problems import Problem
from analysis.study import Study, check_study

Tables = dict[str, DataFrame]


@dataclass(frozen=True)
class Raw:
    """What was read: the forms of every survey, and the tables that are stored as they are."""

    forms: survey.Forms
    tables: Tables


def check_everything(folder: Path) -> tuple[Study | None, Raw | None, list[Problem]]:
    """Read plan, codebooks, surveys and interviews, and collect the problems of them all."""
    study, problems = check_study(folder)
    if study is None:
        return None, None, problems
    surveys, found = survey.read_surveys(study)
    spoken, more = interviews.read_interviews(study)
    log = pd.concat([surveys.tables["import_log"], spoken["import_log"]], ignore_index=True)
    problems = [*problems, *found, *more]
    problems += withdrawn_from_nowhere(study, surveys.withdrawn, problems)
    return study, Raw(surveys.forms, {**surveys.tables, **spoken, "import_log": log}), problems


def note_changes(log: DataFrame, registered: DataFrame) -> DataFrame:
    """Add to the intake log which raw files are no longer what they were, with both hashes."""
    changed = registered[registered["before"] != ""]
    if changed.empty:
        return log
    parts = [Path(file).parts for file in changed["file"]]
    hashes = zip(changed["before"], changed["sha256"], strict=True)
    lines = {
        "region": [part[1] if part[0] == "regions" else "" for part in parts],
        "file": [f"raw/{file}" for file in changed["file"]],
        "what": "file changed since it was first read",
        "detail": [f"{before} -> {now}" for before, now in hashes],
        "n": None,
    }
    return pd.concat([log, DataFrame(lines).astype({"n": "Int64"})], ignore_index=True)


def process(raw: Raw, study: Study) -> Tables:
    """Link waves, key answers and score: the processed tables."""
    respondents = processed.apply_links(raw.forms.respondents, study.decisions.links)
    forms = replace(raw.forms, respondents=respondents)
    own_codes = {name for name, region in study.regions.items() if region.has_own_codes}
    return {
        **raw.tables,
        "respondents": respondents,
        "answers": forms.melt(study.plan),
        "scores": scoring.score(forms, study.plan),
        **processed.report_links(respondents, study.plan, study.decisions.apart, own_codes),
        "codes": study.codes,
    }


def compute_findings(tables: Mapping[str, DataFrame], study: Study) -> Tables:
    """Compute every findings table (docs/tables.md), in reading order."""
    plan = study.plan
    spoken = (tables["documents"], tables["segments"], tables["codings"])
    agreed = agreement.agree(tables["codings"], tables["segments"], study)
    compared = longitudinal.compare_waves(tables["scores"], tables["respondents"], plan)
    counted = themes.count_themes(*spoken, study, agreed)
    talk = themes.measure_talk(*spoken, study, agreed)
    robust, compared["contrasts"] = _checked(tables, compared["contrasts"], study)
    said = _said(tables, counted, agreed, study)
    told = {**compared, "themes": counted, "talk": talk, "quotations": said["quotations"]}
    tested = expectations.test_expectations(
        study, compared["contrasts"], compared["means"], counted, *spoken
    )
    found = {
        "plan": _plan_texts(study),
        **participation.follow_people(tables, study),
        "items": reliability.describe_items(tables["answers"], plan),
        "answers": reliability.count_answers(tables["answers"], plan),
        "reliability": reliability.measure_reliability(tables["answers"], tables["scores"], plan),
        "item_reliability": reliability.measure_items(tables["answers"], plan),
        "drift": reliability.measure_drift(tables["answers"], plan),
        **compared,
        "effects": longitudinal.measure_effects(
            tables["scores"], compared["contrasts"], compared["fits"]
        ),
        "robustness": robust,
        "agreement": agreed,
        "themes": counted,
        "talk": talk,
        **said,
        **_joined(tables, told, study),
        "expectations": tested,
        "claims": _with_ids(study.claims, "claim"),
        "contexts": _with_ids(study.contexts, "context"),
    }
    marked = {name: _marked(table, study) for name, table in found.items()}
    return {name: described.check(name, table) for name, table in marked.items()}


def _said(
    tables: Mapping[str, DataFrame], counted: DataFrame, agreed: DataFrame, study: Study
) -> Tables:
    """Compute what more the conversations hold: words, matrices, frameworks, drift."""
    documents, segments, codings = (tables[name] for name in ("documents", "segments", "codings"))
    spoken = (documents, segments, codings)
    pool = themes.pool_quotations(*spoken, tables["speakers"], study)
    quotations = themes.flag_quotations(pool, _known_names(tables, study))
    moved = agreement.compare_agreement(codings, segments, documents, study)
    return {
        "lenses": lenses.look_through(*spoken, study, agreed),
        "lens_summary": lenses.summarise_lenses(*spoken, study, agreed),
        "context_lenses": lenses.view_contexts(study),
        "quotations": quotations,
        "quotation_flags": themes.count_flags(quotations, study.regions),
        "segmentation": agreement.agree_on_segmentation(codings, segments, study),
        "discussions": agreement.list_disagreements(codings, segments, study, agreed),
        "cooccurrence": themes.count_together(*spoken, study),
        "saturation": themes.measure_saturation(documents, codings, study),
        "framework_matrix": themes.lay_out_framework(*spoken, quotations, study),
        "trajectories": themes.follow_themes(counted, study),
        "code_drift": themes.check_drift(*spoken, study, moved),
    }


def _known_names(tables: Mapping[str, DataFrame], study: Study) -> interviews.KnownNames:
    """List the study's own names: who and where its people are."""
    seen = {"site": tables["respondents"], "participant": tables["respondents"]}
    seen["speaker"] = tables["speakers"]
    names = {kind: sorted({*rows[kind].dropna()} - {""}) for kind, rows in seen.items()}
    labels = [label for one in study.regions.values() for label in dict(one.label).values()]
    return interviews.KnownNames({**names, "region": [*study.regions, *labels]})


def _joined(tables: Mapping[str, DataFrame], told: Tables, study: Study) -> Tables:
    """Set scores and conversations side by side, and read growth from both."""
    means, contrasts = told["means"], told["contrasts"]
    joint = integration.join_displays(contrasts, told["talk"], study)
    sliders = integration.set_sliders(tables["documents"], tables["codings"], study)
    return {
        "joint": joint,
        "joint_themes": integration.join_themes(
            joint, told["themes"], means, contrasts, told["quotations"], study
        ),
        **integration.find_phases(means, study),
        "sliders": sliders,
        "plane": integration.lay_out_plane(means, sliders, study),
    }


def _checked(
    tables: Mapping[str, DataFrame], contrasts: DataFrame, study: Study
) -> tuple[DataFrame, DataFrame]:
    """Run every other method on the planned changes, and let the wording follow what they say."""
    keys = ["region", "wave", "participant"]
    sites = tables["respondents"][[*keys, "site", "has_code"]]
    scores = tables["scores"].merge(sites, on=keys, how="left")
    robust = robustness.compare_methods(scores, tables["answers"], contrasts, study.plan)
    judged = robustness.judge_robustness(robust)
    holds = dict(zip(judged["change_id"], judged["holds"], strict=True))
    return robust, longitudinal.settle(contrasts, holds, study.plan)


def _marked(table: DataFrame, study: Study) -> DataFrame:
    """Say of every row whether synthetic data are in it; what the publications say is real."""
    made_up = {name for name, region in study.regions.items() if region.synthetic}
    if "claim_id" in table:
        return table.assign(synthetic=False)
    if "source" in table:
        return table.assign(synthetic=(table["source"] == "data") & study.is_synthetic)
    if "region" not in table:
        return table.assign(synthetic=study.is_synthetic)
    one = set(study.regions)
    flags = [(r in made_up) if r in one else study.is_synthetic for r in table["region"]]
    return table.assign(synthetic=np.array(flags, dtype=bool))


def _with_ids(claims: DataFrame, kind: str) -> DataFrame:
    ids = [
        evidence_id(kind, region, claim)
        for region, claim in zip(claims["region"], claims["claim_id"], strict=True)
    ]
    named = claims.copy()
    named.insert(0, "evidence_id", ids)
    return named


def _plan_texts(study: Study) -> DataFrame:
    texts = [("study", "label", study.plan.label), ("study", "design", study.plan.design)]
    for region in study.regions.values():
        texts += [
            (region.id, "label", region.label),
            (region.id, "context", region.context),
            (region.id, "starting-position", region.starting_position),
            (region.id, "question", region.question),
        ]
    rows = [
        (evidence_id("plan", region, subject), region, subject, text["nl"], text["en"])
        for region, subject, text in texts
        if text
    ]
    return described.table("plan", rows)
