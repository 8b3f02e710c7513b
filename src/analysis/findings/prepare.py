"""From the raw folder to every result table, in one direction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.collect import interviews, processed, survey
from analysis.findings.flagged import Flagged
from analysis.findings.withdrawals import withdrawn_from_nowhere
from analysis.learn import (
    expectations,
    integration,
    lenses,
    longitudinal,
    participation,
    robustness,
    themes,
)
from analysis.measure import agreement, reliability, scoring
from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.problems import Phrase, Problem
from analysis.plan.study import Plan, Study, check_study

Tables = dict[str, DataFrame]
Tell = Callable[[Phrase], None]


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
    problems += _near_codes(surveys.forms.respondents, study)
    return study, Raw(surveys.forms, {**surveys.tables, **spoken, "import_log": log}), problems


def _near_codes(respondents: DataFrame, study: Study) -> list[Problem]:
    """Warn, region by region, of codes that may be one person's."""
    near = _linked(processed.apply_links(respondents, study.decisions.links), study)["near_codes"]
    return [
        Problem("survey.near_codes", f"raw/regions/{study.regions[region].folder.name}/survey", n=n)
        for region, n in near.groupby("region").size().items()
    ]


def _linked(respondents: DataFrame, study: Study) -> Tables:
    own_codes = {name for name, region in study.regions.items() if region.has_own_codes}
    return processed.report_links(respondents, study.plan, study.decisions.apart, own_codes)


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
    return {
        **raw.tables,
        "respondents": respondents,
        "answers": forms.melt(study.plan),
        "scores": scoring.score(forms, study.plan),
        **_linked(respondents, study),
        "codes": study.codes,
    }


def silently(step: Phrase) -> None:  # noqa: ARG001
    """Tell nobody what is computed."""


def compute_findings(
    tables: Mapping[str, DataFrame],
    study: Study,
    tell: Tell = silently,
    seen: Flagged | None = None,
) -> Tables:
    """Compute every findings table (docs/tables.md), in reading order.

    Parameters
    ----------
    tell : is told what is computed, for those who wait
    seen : what was flagged before in quotations
    """
    tell(Phrase("run.step_people"))
    followed = participation.follow_people(tables, study)
    tell(Phrase("run.step_reliability"))
    measured = _measured(tables, study.plan)
    compared = _compared(tables, study, tell)
    tell(Phrase("run.step_conversations"))
    said = interviews.Conversations.of(tables)
    talked = _talked(said, known_names(tables, study), study, seen)
    tell(Phrase("run.step_joint"))
    found = {
        "plan": _plan_texts(study),
        **followed,
        **measured,
        **compared,
        **talked,
        **_joined(said, {**compared, **talked}, study),
        "expectations": expectations.weigh_expectations(
            study, compared["contrasts"], compared["means"], talked["themes"], said
        ),
        "echoes": expectations.hear_claims(study, compared["contrasts"], talked["lenses"], said),
        "agreements": integration.follow_agreements(compared["contrasts"], talked["heard"], study),
        "claims": _with_ids(study.claims, "claim"),
        "contexts": _with_ids(study.contexts, "context"),
    }
    marked = {name: _marked(table, study) for name, table in found.items()}
    return {name: described.check(name, table) for name, table in marked.items()}


def _measured(tables: Mapping[str, DataFrame], plan: Plan) -> Tables:
    """Measure whether the items of each scale belong together."""
    answers = tables["answers"]
    return {
        "items": reliability.describe_items(answers, plan),
        "answers": reliability.count_answers(answers, plan),
        "reliability": reliability.measure_reliability(answers, tables["scores"], plan),
        "item_reliability": reliability.measure_items(answers, plan),
        "drift": reliability.measure_drift(answers, plan),
    }


def _compared(tables: Mapping[str, DataFrame], study: Study, tell: Tell) -> Tables:
    """Compare the waves, run every other method, and let the wording follow what they say."""
    keys, plan = ["region", "wave", "participant"], study.plan
    tell(Phrase("run.step_change"))
    compared = longitudinal.compare_waves(tables["scores"], tables["respondents"], plan)
    tell(Phrase("run.step_robustness"))
    sites = tables["respondents"][[*keys, "site", "has_code"]]
    scores = tables["scores"].merge(sites, on=keys, how="left")
    robust = robustness.compare_methods(scores, tables["answers"], compared["contrasts"], plan)
    judged = robustness.judge_robustness(robust)
    holds = dict(zip(judged["change_id"], judged["holds"], strict=True))
    contrasts = longitudinal.settle(compared["contrasts"], holds, plan)
    effects = longitudinal.measure_effects(tables["scores"], contrasts, compared["fits"])
    return {**compared, "contrasts": contrasts, "effects": effects, "robustness": robust}


def _talked(
    said: interviews.Conversations,
    names: interviews.KnownNames,
    study: Study,
    seen: Flagged | None,
) -> Tables:
    """Compute what the conversations hold: agreement, themes, words, frameworks, drift."""
    passages = agreement.cut_passages(said)
    agreed = agreement.agree(passages, study)
    view = lenses.see(said, study, agreed)
    counted = themes.count_themes(said, study, agreed)
    quotations = themes.flag_quotations(themes.pool_quotations(said, study), names, seen)
    moved = agreement.compare_agreement(passages, said.documents, study)
    return {
        "agreement": agreed,
        "themes": counted,
        "talk": themes.measure_talk(said, study, agreed),
        "lenses": lenses.look_through(view),
        "lens_summary": lenses.summarise_lenses(view),
        "lens_links": lenses.list_links(view),
        "link_readers": lenses.compare_readers(study),
        "context_lenses": lenses.view_contexts(study),
        "passages": themes.list_passages(said, study),
        "quotations": quotations,
        "quotation_flags": themes.count_flags(quotations, study.regions),
        "segmentation": agreement.agree_on_segmentation(passages, study),
        "discussions": agreement.list_disagreements(passages, said.segments, study, agreed),
        "cooccurrence": themes.count_together(said, study),
        "saturation": themes.measure_saturation(said, study),
        "framework_matrix": themes.lay_out_framework(said, quotations, study),
        "heard": themes.hear_themes(said, study, agreed),
        "theme_changes": themes.compare_themes(said, study, agreed),
        "methods_of_talk": themes.compare_methods_of_talk(said, study),
        "code_drift": themes.check_drift(said, study, moved),
    }


def known_names(tables: Mapping[str, DataFrame], study: Study) -> interviews.KnownNames:
    """List the study's own names: who and where its people are."""
    seen = {"site": tables["respondents"], "participant": tables["respondents"]}
    seen["speaker"] = tables["speakers"]
    names = {kind: sorted({*rows[kind].dropna()} - {""}) for kind, rows in seen.items()}
    labels = [label for one in study.regions.values() for label in dict(one.label).values()]
    return interviews.KnownNames({**names, "region": [*study.regions, *labels]})


def _joined(said: interviews.Conversations, told: Tables, study: Study) -> Tables:
    """Set scores and conversations side by side, and read growth from both."""
    means, contrasts = told["means"], told["contrasts"]
    joint = integration.join_displays(contrasts, told["talk"], study)
    sliders = integration.set_sliders(said, study)
    return {
        "joint": joint,
        "joint_themes": integration.join_themes(
            joint, told["themes"], means, contrasts, told["quotations"], study
        ),
        **integration.find_phases(means, study),
        "sliders": sliders,
        "plane": integration.lay_out_plane(means, sliders, study),
    }


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
