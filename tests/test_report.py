"""The report room: it knows nothing of the pilot, so toy notebooks and a toy finding will do."""

import asyncio
import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from markupsafe import Markup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.plan.problems import StudyError
from analysis.share.report import clean, pages, plan, publish, render
from analysis.share.report.render import BuildFailed, render_all

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe src='https://elsewhere'></iframe>",
    "<style>body{background:url(https://elsewhere)}</style>",
    "<link rel=stylesheet href=https://elsewhere>",
    "<form action=https://elsewhere><input name=a></form>",
    "<p style='background:url(https://elsewhere)'>x</p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src='https://elsewhere/x.png'>",
]
FIGURE = """
import base64
from IPython.display import display
svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
display({'image/svg+xml': svg, 'text/plain': 'figure'}, raw=True,
        metadata={'image/svg+xml': {'alt': 'Gulls "rose" & fell', 'table': {
            'columns': ['bird'], 'rows': [['gull <b>three</b>']]}}})
"""
ANSWER = """
from analysis.plan.evidence import Passage, Sentence
three = Sentence('Three <gulls> were seen.', ('bird/all/gull', 'bird/all/tern'))
Passage((three, Sentence('And four terns.', ('bird/all/tern',))))
"""
BIRDS = pd.DataFrame(
    {"evidence_id": ["bird/all/gull", "bird/all/tern"], "seen": [3, 4], "share": [0.43, None]}
)


class Aviary:
    """Findings with one table, as far as a page can tell."""

    names = ("birds",)

    def rows(self, name: str, **where: object) -> pd.DataFrame:
        """Return the only table."""
        assert (name, where) == ("birds", {})
        return BIRDS.copy()


def notebook(path: Path, *cells: object) -> Path:
    """Write a notebook that asks about birds."""
    title = new_markdown_cell("# How many birds were seen?\n\nWords for a newcomer.")
    nbformat.write(new_notebook(cells=[title, *cells]), path)
    return path


def setting(folder: Path) -> render.Setting:
    """The setting of a build on a study that holds birds."""
    return render.Setting(
        data=folder,
        is_synthetic=True,
        stamp={"data": "abc", "code": "def", "lock": "ghi", "seed": 5},
        look_up=pages.evidence_of(Aviary()),
        scratch=folder,
    )


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> render.Rendered:
    """A whole toy notebook, run and exported once."""
    folder = tmp_path_factory.mktemp("toy")
    path = notebook(
        folder / "01-birds.ipynb",
        new_code_cell("import os\nimport pandas as pd\nfrom IPython.display import HTML, Markdown"),
        new_markdown_cell("## Which birds?\n\nProse."),
        new_code_cell("region = None", metadata={"tags": ["parameters"]}),
        new_code_cell("pd.DataFrame({'bird': ['gull <b>'], 'n': [3]})"),
        new_code_cell(ANSWER, metadata={"tags": ["answer"]}),
        new_markdown_cell("## Which birds?\n\n<script>alert('a text cell')</script>"),
        new_code_cell(FIGURE),
        new_code_cell("print(region, os.environ['ANALYSIS_DATA'])"),
        new_code_cell(f"HTML({''.join(ATTACKS)!r})"),
        new_code_cell(f"Markdown({''.join(ATTACKS)!r})"),
    )
    return asyncio.run(render.render(plan.Job(path, "isle"), setting(folder)))


@pytest.fixture(scope="module")
def page(rendered: render.Rendered) -> str:
    """The page of the toy notebook."""
    return rendered.page.decode()


def test_a_report_is_named_for_its_question_and_its_answer(rendered):
    assert rendered.title == "How many birds were seen?"
    assert clean.plain(rendered.answer) == "Three <gulls> were seen."
    assert 'data-evidence="bird/all/gull bird/all/tern"' in rendered.answer


def test_a_region_brief_is_told_its_region_and_its_data(page, rendered):
    assert rendered.job.name == "region-isle"
    assert re.search(r"<pre[^>]*>isle /", page)


def test_nothing_in_a_page_can_act_or_fetch(page):
    shown = re.sub(r"<pre.*?</pre>", "", page, flags=re.S).lower()
    for bad in ("<script", "onerror", "onload", "javascript:", "elsewhere", "<iframe", "<form"):
        assert bad not in shown, bad
    assert "default-src 'none'" in page
    assert not re.search(r'\b(?:src|href)=["\'](?!data:image|#|index\.html|tables/)', shown)


def test_a_page_has_a_language_a_title_contents_and_a_stamp(page):
    assert '<html lang="en">' in page
    assert "<title>SYNTHETIC · How many birds were seen?</title>" in page
    assert page.count("<h1") == 1
    assert re.findall(r'<li><a href="#([\w-]+)">Which birds\?', page) == [
        "which-birds",
        "which-birds-2",
    ]
    assert "data abc · workbench def · packages ghi · random seed 5" in page


def test_code_is_folded(page):
    assert page.count("<details><summary>Code</summary>") == page.count("<code>") > 5


def test_synthetic_data_are_marked_in_a_landmark(page):
    assert re.search(r"<aside [^>]*>\s*<strong>SYNTHETIC data\.", page)


def test_the_answer_is_the_sentence_and_not_the_table_before_it():
    told = ["<table><tr><td>7</td></tr></table>", '<p><span data-evidence="a/b/c">Up.</span></p>']
    cell = new_code_cell("", metadata={"tags": ["answer"]})
    cell.outputs = [new_output("display_data", {"text/html": html}) for html in told]
    assert render.answer(new_notebook(cells=[cell])) == '<span data-evidence="a/b/c">Up.</span>'


def test_a_column_of_words_stays_to_the_left_where_it_is_empty():
    table = pd.DataFrame({"role": ["–", "teacher"], "n": ["–", "19"], "id": ["–", "role/a/b"]})
    html = clean.clean(table.to_html(index=False))
    cells = re.findall(r"<td[^>]*>", html)
    assert cells[:2] == ['<td class="words short">', "<td>"]
    assert '<td class="words id">role/<wbr>a/<wbr>b</td>' in html


def test_the_numbers_of_a_figure_stand_folded_under_it(page):
    under = page[page.index("<figure>") : page.index("</figure>")]
    assert "<summary>The numbers in this figure</summary>" in under
    assert '<td class="words">gull &lt;b&gt;three&lt;/b&gt;</td>' in under


def test_a_figure_is_an_image_with_words(page):
    assert re.search(
        r"<img alt=(?:'Gulls \"rose\" &amp; fell'|\"Gulls &quot;rose&quot; &amp; fell\")", page
    )
    svg = re.search(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=\s]+)", page)
    assert svg and base64.b64decode(svg[1]).startswith(b"<svg")


def test_a_wide_table_scrolls_in_its_own_box(page):
    assert re.search(r'<div [^>]*class="scroll"[^>]*tabindex="0"[^>]*>\s*<table', page)
    assert "gull &lt;b&gt;" in page


def test_a_sentence_leads_to_the_row_it_rests_on(page):
    assert re.search(r'<a [^>]*href="#bird/all/gull"[^>]*>Three &lt;gulls&gt; were seen', page)
    assert re.search(r'<tr id="bird/all/gull">.*?seen 3 · share 0\.43</td>', page, re.S)


def test_the_same_notebook_gives_the_same_bytes(tmp_path):
    path = notebook(
        tmp_path / "02-birds.ipynb", new_code_cell("import pandas"), new_code_cell(FIGURE)
    )
    job = plan.Job(path)
    first, second = (asyncio.run(render.render(job, setting(tmp_path))).page for _ in range(2))
    assert first == second


def test_RT12_a_failing_cell_is_named_and_the_others_still_run(tmp_path):
    good = notebook(tmp_path / "01-good.ipynb", new_code_cell("1 + 1"))
    bad = notebook(tmp_path / "02-bad.ipynb", new_code_cell("1 / 1"), new_code_cell("1 / 0"))
    told = []
    with pytest.raises(BuildFailed) as failed:
        asyncio.run(
            render_all(
                [plan.Job(good), plan.Job(bad)],
                setting(tmp_path),
                at_once=2,
                tell=lambda done, total, what: told.append((done, total, what)),
            )
        )
    (failure,) = failed.value.failures
    letter = failure.letter()
    assert "notebooks/02-bad.ipynb, cell 3" in letter
    assert "ZeroDivisionError: division by zero" in letter
    assert sorted(what for *_, what in told) == ["01-good", "02-bad"]


def test_the_values_of_a_brief_travel_in_the_last_output(tmp_path):
    code = (
        "from IPython.display import display\n"
        f"display({{{render.BRIEF!r}: {{'nl': {{'title': 'a'}}}}}}, raw=True)"
    )
    path = notebook(tmp_path / "region-brief.ipynb", new_code_cell(code))
    made = asyncio.run(render.render(plan.Job(path, "isle"), setting(tmp_path)))
    assert made.brief == {"nl": {"title": "a"}}


# Cleaning


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_does_not_survive_cleaning(attack):
    kept = clean.clean(f"before {attack} after").lower()
    assert kept.startswith("before")
    assert not re.search(r"<script|onerror|onload|javascript:|elsewhere|style|href=\"data", kept)


def test_what_is_ours_survives_cleaning():
    ours = '<p><span data-evidence="a/b c/d" class="say">Words &amp; <em>more</em>.</span></p>'
    assert clean.clean(ours) == ours
    image = '<img src="data:image/png;base64,AAAA" alt="words">'
    assert clean.clean(image) == image


def test_an_answer_is_words_and_evidence_alone():
    kept = clean.sentence_html("<p><span data-evidence='a' class='say'>Yes.</span><img src=x></p>")
    assert kept == '<span data-evidence="a" class="say">Yes.</span>'


# Tables and indexes


def test_no_text_in_a_table_file_starts_a_formula():
    cells = ["=1+1", "+1+1", "-cmd", "@sum", "\t=1", "\r=1", " =1", "-0.35", "+1e-5", "plain"]
    made = pages.csv_file(pd.DataFrame({"text": cells, "number": -1.5}))
    read = pd.read_csv(pd.io.common.BytesIO(made), dtype=str)
    assert [t for t in read["text"] if t[0] not in "'p"] == ["-0.35", "+1e-5"]
    assert set(read["number"]) == {"-1.5"}


def test_an_index_escapes_what_people_wrote_and_keeps_evidence():
    answer = Markup('<span data-evidence="a" class="say">Yes.</span>')
    entry = pages.IndexEntry("a.html", "<b>Isle</b>", "Why & how?", answer)
    index = pages.Index(
        "Study", "Title", "Lead", [pages.Group("All", [entry])], "Tables", ["a.csv"]
    )
    around = {"language": "nl", "is_synthetic": False, "stamp": {}}
    html = pages.fill("index.html.j2", {**around, "page": index}).decode()
    assert '<html lang="nl">' in html
    assert "&lt;b&gt;Isle&lt;/b&gt;" in html and "Why &amp; how?" in html
    assert answer in html
    assert "<aside" not in html


# Planning and publishing


def lay_out(folder: Path) -> Path:
    """Write a raw folder with one region."""
    region = folder / "raw" / "regions" / "isle"
    region.mkdir(parents=True)
    (region / "region.yaml").write_text("label: Isle")
    (folder / "raw" / "study.yaml").write_text("waves: {}")
    return folder / "raw"


def key_of(folder: Path) -> str:
    """The key of a toy study with its own code, notebooks and lock."""
    raw = folder / "raw"
    return plan.key(raw, code=raw / "none", notebooks=raw / "none", lock=folder / "lock")


def test_numbered_notebooks_run_once_and_the_brief_once_per_region_folder(tmp_path):
    raw = lay_out(tmp_path)
    (raw / "regions" / "not-a-region").mkdir()
    for name in ("02-b.ipynb", "01-a.ipynb", "region-brief.ipynb", "scratch.ipynb"):
        (tmp_path / name).write_text("{}")
    assert [job.name for job in plan.jobs(tmp_path, raw)] == ["01-a", "02-b", "region-isle"]


def test_the_key_follows_content_and_names_and_nothing_else(tmp_path):
    raw = lay_out(tmp_path)
    before = key_of(tmp_path)
    os.utime(raw / "study.yaml", (1, 1))
    (raw / "~$study.xlsx").write_text("an office lock file")
    assert key_of(tmp_path) == before
    (raw / "study.yaml").rename(raw / "plan.yaml")
    renamed = key_of(tmp_path)
    (raw / "plan.yaml").write_text("waves: {a: b}")
    assert len({before, renamed, key_of(tmp_path)}) == 3


def test_nothing_changed_only_while_every_output_is_intact(tmp_path):
    publish.publish({"internal/a.html": b"a", "shared/b.html": b"b"}, tmp_path, "key", "study")
    assert plan.is_unchanged(tmp_path, "key")
    assert not plan.is_unchanged(tmp_path, "another key")
    (tmp_path / "shared" / "b.html").write_bytes(b"edited")
    assert not plan.is_unchanged(tmp_path, "key")


def test_a_new_build_removes_what_it_no_longer_makes_and_only_that(tmp_path):
    publish.publish({"internal/a.html": b"a", "internal/old.html": b"b"}, tmp_path, "one", "study")
    (tmp_path / "internal" / "mine.txt").write_text("a researcher's own file")
    publish.publish({"internal/a.html": b"new"}, tmp_path, "two", "study")
    assert sorted(path.name for path in (tmp_path / "internal").iterdir()) == ["a.html", "mine.txt"]
    assert not (tmp_path / publish.BUILDING).exists()


def test_notes_of_an_old_build_cannot_remove_anything_outside_the_shelves(tmp_path):
    reports = tmp_path / "reports"
    (tmp_path / "keep.txt").write_text("x")
    publish.publish({"internal/a.html": b"a"}, reports, "one", "study")
    state = {"key": "one", "outputs": {"../keep.txt": "0", "internal/../../keep.txt": "0"}}
    (reports / plan.STATE).write_text(json.dumps(state))
    publish.publish({"internal/a.html": b"a"}, reports, "two", "study")
    assert (tmp_path / "keep.txt").exists()


def test_reports_of_another_study_are_never_replaced(tmp_path):
    one, other, reports = (tmp_path / name for name in ("one", "other", "one/reports"))
    plan.refuse_other_study(one, reports)
    publish.publish({"internal/a.html": b"a"}, reports, "key", plan.mark_of(one, reports))
    plan.refuse_other_study(one, reports)
    with pytest.raises(StudyError, match="reports of another study") as caught:
        plan.refuse_other_study(other, reports)
    assert f'REPORTS="{other / "reports"}"' in str(caught.value)
    moved = one.rename(tmp_path / "a new place")
    plan.refuse_other_study(moved, moved / "reports")
    assert "one" not in (moved / "reports" / plan.STATE).read_text()


def test_a_folder_that_cannot_be_written_gets_a_letter(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(StudyError, match="nothing can be written here"),
        plan.one_at_a_time(tmp_path / "file" / "reports"),
    ):
        pass


def test_two_runs_do_not_write_the_same_reports(tmp_path):
    first, second = plan.one_at_a_time(tmp_path), plan.one_at_a_time(tmp_path)
    with first, pytest.raises(StudyError, match="another run"), second:
        pass
    with plan.one_at_a_time(tmp_path):
        pass


def test_a_killed_run_blocks_nobody(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from analysis.share.report import plan\n"
        "with plan.one_at_a_time(Path(sys.argv[1])): os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, tmp_path], check=False).returncode == 9
    assert (tmp_path / plan.IN_USE).exists()
    with plan.one_at_a_time(tmp_path):
        pass


def test_a_failed_run_leaves_no_folder_behind(tmp_path):
    reports = tmp_path / "new" / "reports"
    with pytest.raises(ZeroDivisionError), plan.one_at_a_time(reports):
        _ = 1 / 0
    assert not (tmp_path / "new").exists()


def test_planning_needs_the_standard_library_alone():
    code = (
        "import sys; before = set(sys.modules); from analysis.share.report import plan\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names) - {'analysis'}))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


# In a real browser


@pytest.fixture(scope="module")
def shelf(rendered, tmp_path_factory) -> Path:
    """A folder with the toy page and an index that leads to it."""
    folder = tmp_path_factory.mktemp("shelf")
    entry = pages.IndexEntry("page.html", rendered.title, "One question", rendered.answer)
    index = pages.Index("Birds", "Reports", "A lead.", [pages.Group("All", [entry])], "Tables", [])
    around = {"language": "en", "is_synthetic": True, "stamp": {"data": "abc"}}
    (folder / "index.html").write_bytes(pages.fill("index.html.j2", {**around, "page": index}))
    (folder / "page.html").write_bytes(rendered.page)
    return folder


LONG = pytest.mark.long


@pytest.mark.parametrize("name", [pytest.param("index.html", marks=LONG), "page.html"])
@pytest.mark.parametrize("width", [400, pytest.param(1200, marks=LONG)])
def test_a_page_reads_well_on_any_screen_and_asks_the_network_nothing(shelf, browser, name, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    asked, said = [], []
    # The page's own policy refuses axe as well; that nothing can act is tested apart.
    with browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True) as context:
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        tab.goto((shelf / name).as_uri())
        wide = tab.evaluate("document.documentElement.scrollWidth")
        found = axe.run(tab).response["violations"]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert wide <= width
    assert [(one["id"], [n["html"] for n in one["nodes"]]) for one in found] == []
