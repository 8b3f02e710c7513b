"""One build from a study folder to both shelves."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from analysis.findings import Findings, open_findings
from analysis.plan import described
from analysis.plan.problems import Phrase
from analysis.plan.problems.language import first_language
from analysis.plan.study.labels import Labels
from analysis.share.report import indexes, pages, plan
from analysis.share.report.publish import publish
from analysis.share.report.render import Rendered, Setting, Tell, render_all
from analysis.tell import narrative, tables
from analysis.tell.disclosure import gate

Files = dict[str, bytes]


def build_reports(study: Path, reports: Path, build: str, *, at_once: int, tell: Tell) -> None:
    """Compute the findings, run every notebook and publish both shelves, or publish nothing.

    Raises
    ------
    StudyError when the data need attention, the reports folder cannot be written, or holds the
    reports of another study;
    BuildFailed when a notebook fails.
    """
    plan.refuse_inside_raw(study, reports)
    plan.refuse_other_study(study, reports)
    with plan.one_at_a_time(reports):
        wanted = plan.jobs(plan.NOTEBOOKS, study / "raw")
        findings = open_findings(
            study, tell=partial(_tell_step, tell, len(wanted), first_language(study))
        )
        wanted += plan.theme_jobs(plan.NOTEBOOKS, (group.id for group in findings.groups))
        shared = gate(findings)
        with tempfile.TemporaryDirectory(prefix="analysis-") as scratch:
            setting = Setting(
                data=study,
                is_synthetic=findings.study.is_synthetic,
                stamp=stamp_of(findings),
                look_up=pages.evidence_of(findings),
                scratch=Path(scratch),
                names=_names(wanted, findings),
            )
            rendered = asyncio.run(render_all(wanted, setting, at_once=at_once, tell=tell))
        files = all_files(findings, shared, rendered)
        publish(files, reports, build, plan.mark_of(study, reports))


def _names(wanted: Sequence[plan.Job], findings: Findings) -> dict[str, str]:
    """Name the region or the themes that a page is about."""
    labels = Labels(findings.study, findings.language)
    regions = {one.name: labels.region(one.region) for one in wanted if one.region}
    return regions | {one.name: labels.themes(one.group) for one in wanted if one.group}


def _tell_step(tell: Tell, total: int, language: str, step: Phrase) -> None:
    tell(0, total, step.text(language))


def stamp_of(findings: Findings) -> dict[str, Any]:
    """Return what every page is stamped with: hashes and the seed, no clock."""
    stamp = findings.stamp
    return {
        "data": stamp.data[:12],
        "code": stamp.code[:12],
        "lock": stamp.lock[:12],
        "seed": stamp.seed,
    }


def all_files(findings: Findings, shared: Findings, rendered: Sequence[Rendered]) -> Files:
    """Put every page and table of a build under the name it will have in the reports folder."""
    files = {f"internal/{report.job.name}.html": report.page for report in rendered}
    files |= pages.table_files(findings, "internal/tables", stage=described.FINDINGS)
    regions = {one: tables.evidence_of_region(shared, one) for one in findings.study.regions}
    files |= pages.table_files(shared, "shared/tables", stage=described.SHARED, regions=regions)
    for language in findings.languages:
        told = shared.in_language(language)
        files |= _shared_pages(told, rendered, files, tables.appendices(findings, told))
    held = _publication(findings, is_internal=True)
    files |= {"internal/publication.html": held[1]} if held else {}
    index = indexes.internal_index(findings.study, rendered, files, held[0] if held else None)
    files["internal/index.html"] = _fill(findings, "index.html.j2", "en", {"page": index})
    return dict(sorted(files.items()))


def _shared_pages(
    shared: Findings,
    rendered: Sequence[Rendered],
    files: Files,
    appendices: list[dict[str, Any]],
) -> Files:
    language = shared.language
    summary = {**narrative.summary(shared), "appendices": appendices}
    briefs = {
        report.job.region: report.brief[language]
        for report in rendered
        if report.job.region is not None and language in report.brief
    }
    shelf, shown = _shelf(shared)
    index = indexes.shared_index(shared.study, summary, briefs, language, files, shelf)
    made = {
        f"shared/region-{region}.{language}.html": _fill(shared, "brief.html.j2", language, values)
        for region, values in briefs.items()
    }
    return {
        **made,
        **shown,
        f"shared/summary.{language}.html": _fill(shared, "summary.html.j2", language, summary),
        f"shared/index.{language}.html": _fill(shared, "index.html.j2", language, {"page": index}),
    }


def _publication(
    findings: Findings, *, is_internal: bool = False
) -> tuple[dict[str, Any], bytes] | None:
    """Walk through what was published, where the study holds anything published."""
    if findings.rows("echoes").empty:
        return None
    values = narrative.publication(findings, is_internal=is_internal)
    return values, _fill(findings, "publication.html.j2", findings.language, values)


def _shelf(shared: Findings) -> tuple[dict[str, dict[str, Any]], Files]:
    """Make the pages that stand beside the briefs: the publication and the instruments."""
    language, told, files = shared.language, {}, {}
    if held := _publication(shared):
        told["publication"], files[f"shared/publication.{language}.html"] = held
    if len(shared.study.published.instruments):
        values = told["instruments"] = narrative.instruments(shared)
        page = _fill(shared, "instruments.html.j2", language, values)
        files[f"shared/instruments.{language}.html"] = page
    return told, files


def _fill(findings: Findings, template: str, language: str, values: Mapping[str, Any]) -> bytes:
    around = {
        "language": language,
        "is_synthetic": findings.study.is_synthetic,
        "stamp": stamp_of(findings),
    }
    return pages.fill(template, {**around, **values})
