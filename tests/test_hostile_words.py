"""Promises about what people said, and what things are called: it stays text and stays inside."""

import asyncio
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tiny_study import approve, lay_out_tiny_study

from analysis.findings import prepare
from analysis.share.report import pages, plan, render
from analysis.tell.disclosure import gate

NORTH = "raw/regions/north/interviews"
ATTACK = (
    "<script>document.title='taken'</script> <img src=x onerror=alert(1)>"
    " [a](javascript:alert(2)) ![b](http://elsewhere.example/b.png) en verder niets"
)
NAME = "<img src=http://elsewhere.example/x onerror=alert(3)>"
PRIVATE = "Bel Jo Voorbeeld op 06 00000000, BSN 000000000, school Aa, jo@example.org"
SHOW = """
from pathlib import Path
from analysis import narrative, tables
from analysis.tell.disclosure import gate
from analysis.findings import open_findings
found = gate(open_findings(Path({folder!r})))
quotations = found.table("quotations")
"""


def replace_said(study: Path, text: str) -> str:
    """Let the first thing that was said be something else, wherever it stands; return the old."""
    folder = study / NORTH
    old = "Wij bellen elkaar nu gewoon even op als er iets speelt, zaak 0."
    place = folder / "transcripts/first-0.txt"
    said = place.read_text(encoding="utf-8")
    assert old in said
    place.write_text(said.replace(old, text), encoding="utf-8")
    shift = len(text) - len(old)
    lines = []
    for line in (folder / "codings.csv").read_text(encoding="utf-8").splitlines():
        document, start, end, *more = line.split(",", 3)
        if document == "first-0":
            start, end = str(int(start) + shift * (int(start) > 4)), str(int(end) + shift)
            more = [more[0].replace(old, text)]
        lines.append(",".join([document, start, end, *more]))
    (folder / "codings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return old


def talk_only(study: Path) -> Path:
    """Leave the surveys out of a study: what was said passes the same gate without them."""
    for folder in study.glob("raw/regions/*/survey"):
        shutil.rmtree(folder)
    return study


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> bytes:
    """A rendered page of a study with hostile words, shown as tables and as sentences."""
    folder = tmp_path_factory.mktemp("hostile")
    study = talk_only(lay_out_tiny_study(folder / "study"))
    replace_said(study, ATTACK)
    approve(study / "raw", [ATTACK])
    for path in (study / "raw/codebooks/ideas.csv", study / "raw/regions/north/region.yaml"):
        text = path.read_text(encoding="utf-8")
        text = text.replace(",vertrouwen,trust,", f",{NAME},{NAME},")
        path.write_text(text.replace("en: North", f"en: '{NAME}'"), encoding="utf-8")
    cells = [
        new_markdown_cell("# What was said?"),
        new_code_cell(SHOW.format(folder=str(study))),
        new_code_cell("quotations"),
        new_code_cell("narrative.describe_quotations(quotations)"),
        new_code_cell("tables.show(found.table('themes'))"),
        new_code_cell("found.study.codes"),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "01-said.ipynb")
    look_up = pages.evidence_of(prepare(study))
    stamp = {"data": "a", "code": "b", "lock": "c", "seed": 5}
    setting = render.Setting(study, True, stamp, look_up, folder)
    return asyncio.run(render.render(plan.Job(folder / "01-said.ipynb", None), setting)).page


def test_QD18_hostile_words_and_names_are_text_in_a_page(page):
    html = page.decode()
    assert "&lt;script&gt;document.title=" in html, "the quotation is shown"
    assert "&lt;img src=http://elsewhere.example/x" in html, "the code's name is shown"
    assert not re.search(r"<script|<[^>]*\son\w+\s*=|<iframe|<object", html, re.I)
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?\s*(?:javascript|https?:)", html_tags(html))


def html_tags(html: str) -> str:
    """Only the tags of a page, without the words between them."""
    return " ".join(re.findall(r"<[a-z][^>]*>", html, re.I)).lower()


@pytest.mark.long
def test_QD18_a_browser_runs_and_loads_nothing_of_what_was_said(page, tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no chromium here: apt install chromium")
    (tmp_path / "page.html").write_bytes(page)
    asked, said = [], []
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        # Without the page's own policy: the words themselves must be harmless.
        tab = browser.new_context(bypass_csp=True).new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        tab.goto((tmp_path / "page.html").as_uri())
        title = tab.title()
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == [] and title != "taken"


@pytest.mark.long
def test_QD20_private_words_stay_inside_until_a_person_approves_these_very_words(tiny):
    talk_only(tiny)
    approved = PRIVATE.replace("Jo Voorbeeld", "[naam]").replace("06 00000000", "[nummer]")
    replace_said(tiny, PRIVATE)
    # Somebody read it and approved the text without the name: the text with it is still no yes.
    approve(tiny / "raw", [approved])
    inside = prepare(tiny)
    assert PRIVATE in inside.rows("quotations")["text"].tolist()
    shown = gate(inside)
    for name in shown.names:
        told = shown.rows(name).to_csv()
        assert "Voorbeeld" not in told and "example.org" not in told, name
    approve(tiny / "raw", [PRIVATE])
    assert gate(prepare(tiny)).rows("quotations")["text"].tolist() == [PRIVATE]


@pytest.mark.parametrize("long", ["woord " * 400 + "eind", ("w" * 60 + " ") * 39 + "eind"])
def test_QD23_a_quotation_of_thousands_of_characters_is_never_one_to_show(tiny, long):
    talk_only(tiny)
    assert len(long) > 2000
    replace_said(tiny, long)
    approve(tiny / "raw", [long])
    inside = prepare(tiny)
    assert long not in inside.rows("quotations")["text"].tolist()
    assert gate(inside).rows("quotations").empty
