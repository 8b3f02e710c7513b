"""What each region is told, word for word: the pilot's three regions and the edges of a study.

After a change on purpose, `GOLDEN=write python -m pytest tests/test_golden.py` writes the texts
again; read them before you commit them.
"""

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from test_narrative import page as fill
from tiny_study import LINES, PLAN, REGION, approve, interviews, lay_out_tiny_study, survey, write

from analysis import narrative, tables
from analysis.findings import Findings, prepare
from analysis.plan.study import read_study
from analysis.tell.disclosure import gate
from analysis.tell.narrative.region_brief import spoken

PILOT = Path(__file__).resolve().parents[1] / "data" / "raw"
GOLDEN = Path(__file__).with_name("golden")
REGIONS = [path.name for path in sorted((PILOT / "regions").iterdir())]
NO_CHANGE, DECREASE, FEW, TALK, SURVEY, ONCE = "steady", "falling", "few", "talk", "survey", "once"
EDGES = (NO_CHANGE, DECREASE, FEW, TALK, SURVEY, ONCE)
LANGUAGES = ("nl", "en")
Briefs = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def pilot(pilot_findings) -> Findings:
    """What may be shared of the shipped pilot."""
    return gate(pilot_findings)


@pytest.fixture(scope="module")
def briefs(pilot) -> Briefs:
    """The brief of each region of the pilot, in every language."""
    return {region: narrative.brief(pilot, region).told for region in REGIONS}


@pytest.fixture(scope="module")
def edge_briefs(edges) -> Briefs:
    """The brief of each edge."""
    return {region: narrative.brief(edges, region).told for region in EDGES}


@pytest.fixture(scope="module")
def edges(tmp_path_factory) -> Findings:
    """One study with a region for every edge."""
    folder = lay_out_tiny_study(tmp_path_factory.mktemp("edges"))
    raw = folder / "raw"
    shutil.rmtree(raw / "regions")
    write(raw / "study.yaml", PLAN)
    quotations: list[str] = []
    for order, region in enumerate(EDGES, start=1):
        place = raw / "regions" / region
        text = REGION.format(label=region.title(), order=order)
        if region == ONCE:
            text = "\n".join(line for line in text.splitlines() if "second:" not in line) + "\n"
        write(place / "region.yaml", text)
        people = 6 if region == FEW else 60
        for number, wave in enumerate(("first", "second")):
            if region == TALK or (region == ONCE and number):
                continue
            growth = {NO_CHANGE: 0.0, DECREASE: -0.8}.get(region, 0.8)
            write(place / "survey" / f"{wave}.csv", survey(order + 1, number, growth, people))
        if region in (DECREASE, TALK):
            quotations += interviews(place / "interviews")
    approve(raw, quotations[:2])
    return gate(prepare(folder))


def told(values: dict[str, Any]) -> str:
    """Write a brief in one language as plain text: headings, then sentences."""
    parts = [f"# {values['name']}", " · ".join(one["text"] for one in values["facts"])]
    for section in values["sections"]:
        parts.append(f"## {section['title']}")
        parts += [" ".join(one["text"] for one in group) for group in spoken(section)]
    return "\n\n".join(parts) + "\n"


def compare(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.md"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("region", REGIONS)
def test_a_region_of_the_pilot_is_told_word_for_word(briefs, region, language):
    compare(f"{region}.{language}", told(briefs[region][language]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("region", EDGES)
def test_an_edge_of_a_study_is_told_word_for_word(edge_briefs, region, language):
    compare(f"edge-{region}.{language}", told(edge_briefs[region][language]))


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_prints_on_one_page(briefs, browser, language):
    for region in REGIONS:
        page = browser.new_page()
        page.set_content(fill("brief.html.j2", briefs[region][language]))
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1, region


@pytest.mark.parametrize("region", REGIONS)
def test_every_sentence_of_a_brief_leads_to_a_row_of_its_table(pilot, briefs, region):
    rows = set(tables.evidence_of_region(pilot, region)["evidence_id"])
    for values in briefs[region].values():
        groups = [group for section in values["sections"] for group in spoken(section)]
        sentences = [one for group in [values["facts"], *groups] for one in group]
        assert len(sentences) > 30
        assert [one["text"] for one in sentences if not {*one["evidence"]} <= rows] == []


def sentences(text: str) -> list[str]:
    """The sentences of a golden text, without headings and quotations."""
    lines = [line for line in text.splitlines() if line and line[0] not in "#“"]
    return [one for line in lines for one in re.split(r"(?<=[.?]) ", line)]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.nl.md")), ids=lambda path: path.stem)
def test_a_dutch_brief_has_short_sentences(path):
    if path.stem.startswith("research"):
        return
    lengths = [len(one.split()) for one in sentences(path.read_text(encoding="utf-8"))]
    assert max(lengths) <= 20
    assert sum(lengths) / len(lengths) <= 12


def test_the_edges_are_what_they_are_called(edges, edge_briefs):
    verdicts = edges.rows("contrasts", kind="change", planned=True)
    said = dict(zip(verdicts["region"], verdicts["verdict"], strict=True))
    assert said[NO_CHANGE] == "same" and said[DECREASE] == "clear_down" and said[FEW] == "too_few"
    assert {TALK, ONCE}.isdisjoint(said)
    assert read_study(edges.study.folder).regions[SURVEY]
    assert not any(line.split()[0] in told(edge_briefs[FEW]["nl"]) for line in LINES)
