"""The summary says what may be compared, and points to what was really reported."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from handmade import LEVELS, REGIONS, Handmade, make_findings
from test_narrative import find_sentences, page

from analysis import narrative, tables
from analysis.findings import Findings
from analysis.plan.described import descriptions
from analysis.tell.tables import reporting

PROJECT = Path(__file__).resolve().parents[1]
FINDINGS = make_findings()
NUMBERS = {
    "gramms": [str(number) for number in range(1, 7)],
    "strobe": [
        *("1a", "1b", "2", "3", "4", "5", "6a", "6b", "7", "8", "9", "10", "11"),
        *("12a", "12b", "12c", "12d", "12e", "13a", "13b", "13c", "14a", "14b", "14c", "15"),
        *("16a", "16b", "16c", "17", "18", "19", "20", "21", "22"),
    ],
    "coreq": [str(number) for number in range(1, 33)],
}
ITEMS = [(name, item) for name in NUMBERS for item in reporting.items(name)]
PLACES = [*dict.fromkeys(place for _, item in ITEMS for place in reporting.places(item))]
RANKING = {
    "nl": r"\b(beste|slechtste|hoogste|laagste|meeste|minste|beter|slechter|voorop|achter)\b",
    "en": r"\b(best|worst|highest|lowest|most|least|better|worse|ahead|behind|leads|lags)\b",
}


def study_of(**rows: pd.DataFrame) -> Findings:
    """Findings that hold these tables and no other."""
    return Findings(FINDINGS.study, rows, FINDINGS.stamp)


def with_growth(*rows: tuple[str, float, float, float]) -> Handmade:
    """The handmade study with differences in change between its two regions."""
    growth = pd.DataFrame(rows, columns=["scale", "estimate", "low", "high"]).assign(
        kind="growth", region="-".join(REGIONS), start="w1", end="w3", planned=False
    )
    growth["evidence_id"] = "growth/" + growth["region"] + "/" + growth["scale"] + "/w1-w3"
    both = pd.concat([FINDINGS.rows("contrasts"), growth], ignore_index=True)
    return Handmade(FINDINGS.study, {**FINDINGS.tables, "contrasts": both})


DIFFER = with_growth(
    ("near", 0.5, 0.2, 0.8),
    ("craft", 0.1, -0.2, 0.4),
    ("boards", float("nan"), *[float("nan")] * 2),
)


def told(findings: Handmade, language: str = "nl") -> dict[str, list[str]]:
    """The sentences of the two comparing sections."""
    values = narrative.summary(findings.in_language(language))
    return {
        part: [one["text"] for one in find_sentences(values[part])]
        for part in ("compare", "between")
    }


# What is comparable and what is context


def test_what_was_the_same_everywhere_is_said_with_the_rows_that_show_it():
    parts = narrative.summary(FINDINGS.in_language("nl"))["compare"]["parts"]
    same = [sentence["text"] for sentence in parts[0]["say"]]
    assert any("het vertrouwen in elkaar" in text for text in same)
    assert any("dezelfde metingen" in text for text in same)
    assert any("dezelfde codes" in text for text in same)
    ids = {one for sentence in parts[0]["say"] for one in sentence["evidence"]}
    assert {f"mean/{region}/{LEVELS[0]}/w2" for region in REGIONS} <= ids


@pytest.mark.parametrize(
    ("table", "gone", "said"),
    [
        ("means", "region == 'upland'", "Uit Upland is er geen vragenlijst."),
        ("means", "region == 'upland' and wave == 'w2'", "geen cijfers van deze meting: tweede"),
        ("means", "region == 'upland' and scale == 'near'", "geen cijfers over het vertrouwen"),
        ("themes", "region == 'upland'", "Uit Upland zijn er geen gesprekken"),
    ],
)
def test_what_a_region_lacks_beside_the_others_is_said(table, gone, said):
    kept = FINDINGS.rows(table).query(f"not ({gone})")
    lacking = Handmade(FINDINGS.study, {**FINDINGS.tables, table: kept})
    assert not any(said in text for text in told(FINDINGS)["compare"])
    assert any(said in text for text in told(lacking)["compare"])


def test_codes_that_differ_between_regions_are_not_called_the_same():
    kept = FINDINGS.rows("themes").query("not (region == 'upland' and code == 'turnover')")
    other = Handmade(FINDINGS.study, {**FINDINGS.tables, "themes": kept})
    assert not any("dezelfde codes" in text for text in told(other)["compare"])


def test_context_stands_side_by_side_in_the_words_of_the_plan():
    context = narrative.summary(FINDINGS.in_language("en"))["compare"]["context"]
    cells = {cell["id"]: cell["says"] for row in context["rows"] for cell in row["texts"]}
    assert [row["name"] for row in context["rows"]] == ["Harbour", "Upland"]
    assert cells["plan/upland/question"] == "Who does what?"


def test_a_difference_between_regions_is_told_only_where_its_interval_leaves_out_zero():
    said = told(DIFFER)["between"]
    found = [text for text in said if "anders dan" in text]
    assert len(found) == 1
    assert "het vertrouwen in elkaar" in found[0] and "gezamenlijke" not in found[0]
    assert any("niet vooraf in het plan" in text for text in said)


def test_one_sentence_says_that_nothing_differs_or_that_nothing_could_be_tested():
    unsure = with_growth(("near", 0.1, -0.2, 0.4))
    hidden = with_growth(("near", float("nan"), float("nan"), float("nan")))
    assert "Van geen enkel verschil zijn we zeker." in told(unsure)["between"]
    assert told(hidden)["between"] == [
        "Er waren te weinig mensen om regio's met elkaar te vergelijken."
    ]
    assert (
        len(told(FINDINGS)["between"]) == 1
        and "niet worden getoetst" in told(FINDINGS)["between"][0]
    )


def test_a_study_of_one_region_compares_nothing():
    study = type(FINDINGS.study)(**vars(FINDINGS.study))
    study.regions = {name: FINDINGS.study.regions[name] for name in REGIONS[:1]}
    assert told(Handmade(study, FINDINGS.tables)) == {"compare": [], "between": []}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_sentence_of_the_summary_leads_to_a_row_on_the_page(language):
    html = page("summary.html.j2", narrative.summary(DIFFER.in_language(language)))
    ids = re.findall(r'\bid="([^"]+)"', html)
    cited = {one for ids in re.findall(r'data-evidence="([^"]+)"', html) for one in ids.split()}
    assert cited <= {*ids} and len(ids) == len({*ids})


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_golden_comparison_changes_on_purpose_only(language):
    text = "\n\n".join(one for part in told(DIFFER, language).values() for one in part) + "\n"
    golden = PROJECT / "tests" / "golden" / f"summary.{language}.md"
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_word_of_the_summary_ranks_regions(language):
    texts = [text for part in told(DIFFER, language).values() for text in part]
    texts += [
        *map(str, narrative.summary(DIFFER.in_language(language))["between"]["table"]["rows"])
    ]
    assert not [text for text in texts if re.search(RANKING[language], text, re.I)]


def test_dutch_sentences_of_the_comparison_are_short():
    lengths = [len(text.split()) for part in told(DIFFER).values() for text in part]
    assert max(lengths) <= 20 and sum(lengths) / len(lengths) <= 12


# The reporting checklists


@pytest.mark.parametrize("name", [*NUMBERS])
def test_a_checklist_has_each_of_its_items_once(name):
    assert [item["number"] for item in reporting.items(name)] == NUMBERS[name]


def test_each_item_has_its_texts_in_both_languages_and_somewhere_to_go():
    for name, item in ITEMS:
        texts = [item[f"{part}_{language}"] for part in ("topic", "asks") for language in RANKING]
        goes = item["reported"] or item["fill_nl"]
        assert all(texts) and goes, (name, item["number"])
        assert bool(item["fill_nl"]) == bool(item["fill_en"]), (name, item["number"])


def test_dutch_sentences_of_a_checklist_are_short():
    asked = [text for _, item in ITEMS for text in re.split(r"(?<=[.?]) ", item["asks_nl"])]
    filled = ["Onderzoekers vullen in: " + item["fill_nl"] for _, item in ITEMS if item["fill_nl"]]
    lengths = [len(text.split()) for text in asked + filled]
    assert max(lengths) <= 20 and sum(lengths) / len(lengths) <= 12


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_study_that_holds_nothing_claims_nothing(language):
    empty = study_of().in_language(language)
    nothing = [reporting.where_reported(item, empty, empty) for _, item in ITEMS]
    named = {place.table for place in PLACES}
    assert all(nothing)
    assert not [text for text in nothing for table in named if f" {table}" in text.split(":")[0]]


def test_only_tables_that_hold_something_are_named():
    some = study_of(participation=FINDINGS.rows("participation"), analysed=pd.DataFrame())
    text = reporting.where_reported(numbered("strobe", "13a"), some, some)
    assert text.startswith("Internal report 01, table participation. Researchers fill in:")


def numbered(name: str, number: str) -> dict[str, str]:
    """One item of a checklist."""
    return next(item for item in reporting.items(name) if item["number"] == number)


def test_what_the_gate_holds_back_is_claimed_for_internal_reports_alone():
    item, rows = numbered("coreq", "29"), FINDINGS.rows("quotations")
    whole, hidden = study_of(quotations=rows), study_of(quotations=rows.assign(approved=False))
    assert "each region, table quotations" in reporting.where_reported(item, whole, whole)
    assert "each region" not in reporting.where_reported(item, whole, hidden)
    assert reporting.where_reported(item, hidden, hidden).startswith("Not in this study.")


def test_nothing_that_cannot_be_laid_side_by_side_counts_as_integration():
    item, rows = numbered("gramms", "4"), FINDINGS.rows("joint")
    apart = study_of(joint=rows.assign(label="not_testable"))
    both = study_of(joint=rows)
    assert reporting.where_reported(item, both, both).startswith("Internal report 06, table joint.")
    assert reporting.where_reported(item, apart, apart).startswith("Not in this study.")


def test_what_is_claimed_is_a_page_that_opens_that_table():
    tables_of = {name: told.names for name, told in descriptions().items()}
    sources = Path(narrative.__file__).parent.glob("*.py")
    shared = "".join(source.read_text(encoding="utf-8") for source in sources)
    opened = {"brief": shared, "summary": shared}
    for notebook in (PROJECT / "notebooks").glob("[0-9]*.ipynb"):
        code = notebook.read_text(encoding="utf-8").replace('\\"', '"')
        opened[notebook.stem[:2]] = code
    assert [place for place in PLACES if f'("{place.table}"' not in opened[place.page]] == []
    assert [p for p in PLACES if p.column and p.column not in tables_of[p.table]] == []


def test_a_checklist_that_does_not_exist_is_refused_by_name():
    with pytest.raises(ValueError, match="gramms, strobe, coreq"):
        reporting.items("consort")


def test_a_notebook_shows_a_checklist_as_a_table(tiny_findings):
    shown = tables.checklist(tiny_findings, "gramms")
    assert len(shown) == 6 and [*shown.columns][-1] == "where it is reported"
    assert "<table" in shown._repr_html_()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_summary_folds_every_checklist_with_its_source(language):
    html = summary_page(language)
    assert html.count('<details class="appendix">') == 3
    assert "13(2), 92-98" in html and "PLoS Medicine" in html and "19(6), 349-357" in html


def summary_page(language: str) -> str:
    whole = study_of(**FINDINGS.tables)
    lists = tables.appendices(whole, whole.in_language(language))
    return page(
        "summary.html.j2", {**narrative.summary(DIFFER.in_language(language)), "appendices": lists}
    )


@pytest.mark.long
@pytest.mark.parametrize("width", [400, 1100])
def test_the_summary_reads_well_open_and_folded_and_prints_its_appendices(tmp_path, width):
    sync_api = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no chromium here: apt install chromium")
    (tmp_path / "summary.html").write_text(summary_page("nl"), encoding="utf-8")
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = {"viewport": {"width": width, "height": 900}, "bypass_csp": True}
        tab = browser.new_context(**view).new_page()
        tab.goto((tmp_path / "summary.html").as_uri())
        wide = tab.evaluate("document.documentElement.scrollWidth")
        last = tab.locator("[id='coreq/32']")
        folded = not last.evaluate("row => row.checkVisibility()")
        tab.emulate_media(media="print")
        printed = last.evaluate("row => row.checkVisibility()")
        tab.emulate_media(media="screen")
        tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = axe.run(tab).response["violations"]
        browser.close()
    assert wide <= width
    assert folded and printed
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
