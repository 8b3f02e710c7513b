"""The first page of each shelf: every report with its question and its answer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from analysis.plan.evidence import Passage, Sentence
from analysis.plan.study import Study
from analysis.plan.study.labels import Labels
from analysis.share.report.clean import sentence_html
from analysis.share.report.pages import Group, Index, IndexEntry, names_below
from analysis.share.report.render import Rendered

WORDS = {
    "en": {
        "title": "Reports to share",
        "lead": "What each region may read and hand on. Groups that are too small are left out.",
        "whole": "All regions together",
        "regions": "Region by region",
        "beside": "Beside the reports",
        "tables": "For researchers: the figures as tables",
        "here": "In English",
    },
    "nl": {
        "title": "Verslagen om te delen",
        "lead": "Wat elke regio mag lezen en doorgeven. Te kleine groepen staan er niet in.",
        "whole": "Alle regio's samen",
        "regions": "Per regio",
        "beside": "Naast de verslagen",
        "tables": "Voor onderzoekers: de cijfers als tabel",
        "here": "In het Nederlands",
    },
}
INTERNAL_LEAD = (
    "For the researchers of this study: not to be passed on, because small groups and open answers "
    "may be recognised. What may be shared stands on the shared shelf."
)


def internal_index(
    study: Study,
    rendered: Sequence[Rendered],
    files: Iterable[str],
    publication: Mapping[str, Any] | None = None,
) -> Index:
    """Lay out the researchers' index: the questions in order, then each region, then the tables."""
    labels = Labels(study)
    asked = [one for one in rendered if one.job.region is None and one.job.group is None]
    questions, unasked = (
        [
            IndexEntry(f"{report.job.name}.html", report.title, answer=report.answer)
            for report in asked
            if report.is_bare is is_bare
        ]
        for is_bare in (False, True)
    )
    return Index(
        study=_in(study.plan.label, labels.language),
        title="Reports for researchers",
        lead=INTERNAL_LEAD,
        groups=[
            Group("The questions", questions),
            Group("Region by region", _by_region(rendered, study, labels)),
            Group("Theme by theme", _by_theme(rendered, labels)),
            Group("The publications", _beside({"publication": publication}, "")),
            Group("Not in this study", unasked),
        ],
        tables_title="Tables",
        tables=names_below(files, "internal/tables"),
        elsewhere=[
            IndexEntry(f"../shared/index.{language}.html", WORDS[language]["title"])
            for language in study.plan.languages
        ],
    )


def _by_region(rendered: Sequence[Rendered], study: Study, labels: Labels) -> list[IndexEntry]:
    """List the report of each region, in the order of the regions."""
    found = {report.job.region: report for report in rendered if report.job.region}
    return [
        IndexEntry(f"{one.job.name}.html", labels.region(name), one.title, one.answer)
        for name in study.regions
        if (one := found.get(name))
    ]


def _by_theme(rendered: Sequence[Rendered], labels: Labels) -> list[IndexEntry]:
    """List the theme sheets, in the order of the codebooks."""
    return [
        IndexEntry(f"{one.job.name}.html", labels.themes(one.job.group), answer=one.answer)
        for one in rendered
        if one.job.group is not None
    ]


def shared_index(
    study: Study,
    summary: Mapping[str, Any],
    briefs: Mapping[str, Mapping[str, Any]],
    language: str,
    files: Iterable[str],
    shelf: Mapping[str, Mapping[str, Any]],
) -> Index:
    """Lay out the shared index: the summary, the region briefs, what stands beside, the tables."""
    words, labels = WORDS[language], Labels(study, language)
    whole = IndexEntry(f"summary.{language}.html", str(summary["title"]), answer=_answer(summary))
    regions = [
        IndexEntry(
            f"region-{name}.{language}.html",
            labels.region(name),
            _in(region.question, language),
            _answer(briefs[name]),
        )
        for name, region in study.regions.items()
        if name in briefs
    ]
    return Index(
        study=_in(study.plan.label, language),
        title=words["title"],
        lead=words["lead"],
        groups=[
            Group(words["whole"], [whole]),
            Group(words["regions"], regions),
            Group(words["beside"], _beside(shelf, f".{language}")),
        ],
        tables_title=words["tables"],
        tables=names_below(files, "shared/tables"),
        elsewhere=[
            IndexEntry(f"index.{other}.html", WORDS[other]["here"])
            for other in study.plan.languages
            if other != language
        ],
    )


def _beside(shelf: Mapping[str, Mapping[str, Any] | None], ending: str) -> list[IndexEntry]:
    """List the pages that stand beside the reports, with what they hold."""
    return [
        IndexEntry(f"{name}{ending}.html", str(values["title"]), answer=str(values["answer"]))
        for name, values in shelf.items()
        if values
    ]


def _in(texts: Mapping[Any, str] | None, language: str) -> str:
    return (texts or {}).get(language, "")


def _answer(values: Mapping[str, Any]) -> Markup:
    """Return what a page told in sections says first, or else the answer it names."""
    sections = values.get("sections", ())
    paragraphs = [
        [said for one in section.get("answers", ()) if not one["is_folded"] for said in one["say"]]
        for section in sections
    ]
    paragraphs += [p for section in sections for p in section.get("paragraphs", ())]
    paragraphs = [p for p in paragraphs if p]
    if not paragraphs:
        return escape(values.get("answer", ""))
    said = (Sentence(one["text"], tuple(one["evidence"])) for one in paragraphs[0])
    return sentence_html(Passage(tuple(said))._repr_html_())
