"""Sentences are true: every number stands in a row, every verdict in the ladder."""

import json
import re
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from handmade import Handmade, make_findings, opened
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pandas import DataFrame

from analysis import narrative, tables
from analysis.plan.evidence import Sentence
from analysis.plan.study.labels import Labels
from analysis.tell.narrative import region_brief
from analysis.tell.narrative.founded import faults_of
from analysis.tell.narrative.voice import Voice, ladder, rows_of

ROOM = Path(narrative.__file__).parent
TEMPLATES = ROOM.parents[1] / "share" / "report" / "templates"
GOLDEN = Path(__file__).parent / "golden"
FORBIDDEN = ("significant", "bewezen", "proven", "effect van", "effect of", "dankzij", "waardoor")
FINDINGS = make_findings()
ROW = DataFrame({"evidence_id": ["change/x"], "estimate": [0.125], "n": [40], "share": [0.375]})


def faults(text: str, *ids: str, rows: DataFrame = ROW) -> list[str]:
    """What is wrong with one sentence about one row."""
    return faults_of(Sentence(text, ids or ("change/x",)), rows_of(rows), Labels(FINDINGS.study))


def texts(language: str, findings: Handmade = FINDINGS, region: str = "harbour") -> list[str]:
    """Every sentence of a brief, in the order of the page."""
    values = narrative.brief(findings, region).told[language]
    groups = [values["facts"], *(g for s in values["sections"] for g in region_brief.spoken(s))]
    return [sentence["text"] for group in groups for sentence in group]


def section(name: str, findings: Handmade = FINDINGS, region: str = "harbour") -> dict:
    """One section of the Dutch brief."""
    sections = narrative.brief(findings, region).told["nl"]["sections"]
    return next(one for one in sections if one["id"] == name)


def page(template: str, values: dict) -> str:
    """Fill in a page as the reports do."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(template).render({"stamp": {"data": "3f9a"}, **values})


@pytest.mark.parametrize("text", ["It rose by 0.12.", "It rose by +0.1 (n = 40).", "Het is 0,12."])
def test_a_number_is_its_evidence_rounded_half_to_even(text):
    assert not faults(text)


@pytest.mark.parametrize(
    "text", ["It rose by 0.13.", "It fell by −0.12.", "About 41 people.", "9%."]
)
def test_a_number_that_no_row_carries_is_a_fault(text):
    assert faults(text)


@pytest.mark.parametrize("hidden", ["42x", "n42", "½", "Ⅷ", "²", "４２"])
def test_a_number_in_disguise_is_a_fault_too(hidden):
    assert faults(f"It rose in {hidden} schools.")


def test_a_share_may_be_told_as_a_percentage_and_an_interval_by_its_coverage():
    assert not faults("That is 38% (95% interval 0.12 to 40).")


def test_a_sentence_without_evidence_or_with_an_unknown_row_is_a_fault():
    assert faults_of(Sentence("It rose.", ()), rows_of(ROW), Labels(FINDINGS.study))
    assert faults("It rose.", "change/y")


def test_a_quotation_that_nobody_approved_stops_the_build():
    rows = FINDINGS.rows("quotations").assign(approved=False)
    bad = Handmade(FINDINGS.study, {**FINDINGS.tables, "quotations": rows})
    with pytest.raises(narrative.UnfoundedSentence, match="not approved"):
        narrative.brief(bad, "harbour")


def test_a_wrong_number_stops_the_build_and_is_named():
    sentence = Sentence("About 61 people.", ("participation/harbour/w1",))
    with pytest.raises(narrative.UnfoundedSentence, match="61"):
        narrative.verify([sentence], FINDINGS)


def test_every_sentence_of_brief_and_summary_rests_on_rows_that_exist():
    known = {one for name in FINDINGS.names for one in FINDINGS.rows(name)["evidence_id"]}
    for values in narrative.brief(FINDINGS, "harbour").told.values():
        assert {one for s in find_sentences(values) for one in s["evidence"]} <= known
    assert {
        one
        for s in find_sentences(narrative.summary(FINDINGS.in_language("nl")))
        for one in s["evidence"]
    }


def find_sentences(value: object) -> list[dict]:
    """Every sentence in the values of a page."""
    if isinstance(value, dict) and {*value} == {"text", "evidence"}:
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [sentence for part in parts for sentence in find_sentences(part)]


def test_verdict_words_stand_in_the_ladder_alone():
    words = ("positiever", "negatiever", "more positive", "more negative")
    others = [*ROOM.glob("*.py"), ROOM / "sentences.yaml", ROOM / "brief.yaml"]
    assert not [p.name for p in others for w in words if w in p.read_text(encoding="utf-8")]


@pytest.mark.parametrize("verdict", [*ladder()["verdicts"]])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_verdict_has_its_words_in_both_languages(verdict, language):
    row = {"verdict": verdict, "scale": "near", "region": "harbour"}
    voice = Voice(FINDINGS.study, language)
    assert voice.name.subject("near") in voice.verdict(row)
    assert voice.verdict(row, "research") and voice.verdict(row) != voice.verdict(row, "research")


@pytest.mark.parametrize(("language", "words"), [("nl", "niet belangrijk"), ("en", "unimportant")])
def test_that_a_small_step_does_not_matter_is_said_once_in_a_brief(language, words):
    contrasts = FINDINGS.rows("contrasts")
    slight = contrasts.assign(
        verdict=contrasts["verdict"].replace({"clear_up": "slight_up", "probable_up": "slight_up"})
    )
    told = narrative.brief(
        Handmade(FINDINGS.study, {**FINDINGS.tables, "contrasts": slight}), "harbour"
    ).told
    assert str(told[language]["sections"]).count(words) == 1


def test_a_low_score_that_falls_is_not_said_to_have_been_positive():
    row = {
        "verdict": "probable_down",
        "scale": "near",
        "low": -0.9,
        "high": -0.3,
        "start_mean": 4.5,
    }
    assert Voice(FINDINGS.study, "en").additions(row) == []


def test_dutch_sentences_are_short():
    lengths = [len(text.split()) for text in texts("nl") if not text.startswith("“")]
    assert max(lengths) <= 20
    assert sum(lengths) / len(lengths) <= 12


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_sentence_claims_a_cause_or_a_proof(language):
    files = [yaml.safe_load((ROOM / f).read_text(encoding="utf-8")) for f in ("brief.yaml",)]
    written = [*texts(language), *(text[language] for file in files for text in file.values())]
    assert not [text for text in written for word in FORBIDDEN if word in text.lower()]


def test_in_short_takes_at_most_sixty_words():
    said = section("short")["paragraphs"][0]
    assert sum(len(sentence["text"].split()) for sentence in said) <= 60


def test_the_brief_keeps_its_order():
    sections = narrative.brief(FINDINGS, "harbour").told["nl"]["sections"]
    order = ["short", "begin", "grew", "helped", "words", "differ", "limits", "talk", "account"]
    assert [one["id"] for one in sections] == order


def test_each_divergence_shows_both_sides_and_their_numbers():
    cell = section("differ")["splits"][0]
    assert "positiever" in cell["left"]["say"][0]["text"]
    assert "tegenzit" in cell["right"]["say"][0]["text"]
    assert "90" in cell["left"]["say"][1]["text"] and "10" in cell["right"]["say"][1]["text"]


def test_there_are_three_questions_each_with_what_prompted_it():
    questions = section("talk")["questions"]
    assert len(questions) == 3
    assert all(sentence["evidence"] for question in questions for sentence in question)
    assert questions[0][0]["evidence"] == ["joint/harbour/boards/w1-w3"]


def test_nobody_is_called_absent_where_everyone_answered_every_time():
    counts = FINDINGS.rows("participation")
    counts["all_waves"] = counts["people"]
    everyone = Handmade(FINDINGS.study, {**FINDINGS.tables, "participation": counts})
    assert any("Niet iedereen deed" in text for text in texts("nl"))
    assert not any("Niet iedereen deed" in text for text in texts("nl", everyone))


def test_a_score_about_too_few_people_is_not_drawn():
    panels = section("grew", region="upland")["figure"]["panels"]
    assert [len(panel["points"]) for panel in panels] == [3, 3, 0]


def test_scales_that_go_another_way_than_their_level_stand_out():
    said = [text for group in section("grew")["stand_outs"]["say"] for text in group]
    assert len(said) == 3 and all("negatiever" in one["text"] for one in said)


def test_quotations_are_drawn_by_lot_with_a_hindering_one_whatever_the_row_order():
    quotes = section("words")["quotes"]
    turned = FINDINGS.rows("quotations").iloc[::-1]
    again = Handmade(FINDINGS.study, {**FINDINGS.tables, "quotations": turned})
    assert 2 <= len(quotes) <= 4
    assert any("Zin c" in quote["say"]["text"] for quote in quotes)
    assert section("words", again)["quotes"] == quotes


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (("means", "contrasts", "joint", "participation"), "geen vragenlijst afgenomen"),
        (("heard", "talk", "joint"), "geen gesprekken gecodeerd"),
        (("quotations",), "nog geen citaten"),
        (("joint",), "niet naast elkaar leggen"),
    ],
)
def test_what_a_region_lacks_is_said(gone, told):
    assert any(told in text for text in texts("nl", FINDINGS.without(*gone)))


def test_one_wave_shows_means_and_no_change():
    first = FINDINGS.rows("means", wave="w1")
    once = Handmade(FINDINGS.study, {**FINDINGS.tables, "means": first}).without(
        "contrasts", "joint"
    )
    assert any("pas één meting" in text for text in texts("nl", once))
    assert section("grew", once)["figure"]["panels"][0]["points"]


def test_a_study_of_one_scale_is_told_too():
    plan = FINDINGS.study.plan.model_copy(update={"levels": {}, "composites": {}, "planned": ()})
    study = SimpleNamespace(**{**vars(FINDINGS.study), "plan": plan})
    kept = {name: FINDINGS.rows(name) for name in ("plan", "participation", "contrasts")}
    means = FINDINGS.rows("means").assign(scale=lambda rows: "talks_" + rows["scale"])
    told = texts("nl", Handmade(study, {**kept, "means": means}))
    assert any("het praten over near" in text for text in told)


def test_the_same_findings_give_the_same_brief_and_it_fits_in_json():
    first, again = (narrative.brief(make_findings(), "harbour").told for _ in range(2))
    assert json.dumps(first) == json.dumps(again)


def test_the_bundle_holds_the_values_of_both_languages():
    bundle = narrative.brief(FINDINGS, "harbour")._repr_mimebundle_()
    assert {*bundle[region_brief.KIND]} == {"nl", "en"}
    assert 'data-evidence="' in bundle["text/html"]


@pytest.mark.parametrize("region", ["harbour", "upland"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_sentence_of_the_page_links_to_a_row_on_the_page(region, language):
    html = page("brief.html.j2", narrative.brief(FINDINGS, region).told[language])
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert {*re.findall(r'href="#([^"]+)"', html)} <= {*ids}
    assert len(ids) == len({*ids})


def test_the_page_has_its_language_its_policy_its_band_and_no_script():
    html = page("brief.html.j2", narrative.brief(FINDINGS, "harbour").told["nl"])
    assert '<html lang="nl">' in html and "default-src 'none'" in html
    assert '<aside class="band"' in html and "<script" not in html
    assert html.count('role="img"') == 3 and 'aria-label="Gemiddelde van' in html
    assert 'href="tables/region-harbour.csv"' in html and "http" not in html.split("</head>")[1]


def test_headings_never_skip_a_level():
    for html in (
        page("brief.html.j2", narrative.brief(FINDINGS, "harbour").told["en"]),
        page("summary.html.j2", narrative.summary(FINDINGS.in_language("en"))),
    ):
        levels = [int(level) for level in re.findall(r"<h(\d)", html)]
        assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))


def test_a_hostile_name_stays_text():
    regions = {
        name: region.model_copy(update={"label": {"nl": "<script>x", "en": "<script>x"}})
        for name, region in FINDINGS.study.regions.items()
    }
    study = SimpleNamespace(**{**vars(FINDINGS.study), "regions": regions})
    findings = Handmade(study, FINDINGS.tables)
    html = page("brief.html.j2", narrative.brief(findings, "harbour").told["nl"])
    assert "<script" not in html + page(
        "summary.html.j2", narrative.summary(findings.in_language("nl"))
    )
    assert "<script" not in narrative.brief(findings, "harbour")._repr_mimebundle_()["text/html"]


def test_the_summary_keeps_the_regions_in_their_own_order():
    regions = narrative.summary(FINDINGS.in_language("nl"))["regions"]
    assert [one["region"] for one in regions] == ["harbour", "upland"]


def test_made_up_data_are_said_to_prove_nothing_about_real_regions():
    told = str(narrative.describe_expectations(FINDINGS.table("expectations")))
    assert "proves nothing about real regions" in told


def test_the_answer_is_the_first_sentence():
    whole = narrative.describe_participation(FINDINGS.table("participation"))
    assert [*narrative.answer(whole)] == [*whole][:1]


def test_a_table_for_reading_names_things_and_keeps_the_row():
    shown = tables.show(FINDINGS.table("contrasts"))
    assert shown["region"].iloc[0] == "Harbour"
    assert shown["95% interval"].iloc[0] == "0.95 to 1.45"
    assert shown["evidence"].iloc[0] == "change/harbour/near/w1-w3"


def test_the_evidence_of_a_region_is_flat_and_its_own():
    rows = tables.evidence_of_region(FINDINGS, "harbour")
    assert [*rows.columns] == ["evidence_id", "what", "value", "low", "high", "n", "text"]
    assert rows["evidence_id"].is_unique
    assert not rows["evidence_id"].str.contains("upland").any()


def research(language: str) -> list[str]:
    """Every passage of the notebooks, told from the findings by hand."""
    ask = FINDINGS.in_language(language).table
    told = [
        narrative.describe_participation(ask("participation")),
        narrative.describe_flow(ask("flow")),
        narrative.describe_attrition(ask("attrition")),
        narrative.describe_leaving(ask("leaving")),
        narrative.describe_analysed(ask("analysed")),
        narrative.describe_exclusions(ask("exclusions")),
        narrative.describe_reliability(ask("reliability")),
        narrative.describe_items(ask("item_reliability")),
        narrative.describe_answers(ask("answers")),
        narrative.describe_drift(ask("drift")),
        narrative.describe_agreement(ask("agreement")),
        narrative.describe_means(ask("means")),
        narrative.describe_changes(ask("contrasts", planned=True)),
        narrative.describe_effects(ask("effects")),
        narrative.describe_differences(ask("contrasts")),
        narrative.describe_robustness(ask("robustness"), changes=ask("contrasts")),
        narrative.describe_omnibus(ask("omnibus")),
        narrative.describe_model(ask("fits")),
        narrative.describe_theme_changes(ask("theme_changes")),
        narrative.describe_come_or_gone(ask("theme_changes")),
        narrative.describe_methods_of_talk(ask("methods_of_talk")),
        narrative.describe_quotations(ask("quotations")),
        narrative.describe_talk(ask("talk")),
        narrative.describe_joint(ask("joint"), changes=ask("contrasts"), talk=ask("talk")),
        narrative.describe_phases(ask("phases")),
        narrative.describe_plane(ask("plane")),
        narrative.describe_sliders(ask("sliders")),
        narrative.describe_expectations(ask("expectations")),
        narrative.describe_limits(ask("participation")),
    ]
    return [str(passage) for passage in told]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", ["brief", "research"])
def test_the_golden_sentences_change_on_purpose_only(kind, language):
    told = texts(language) if kind == "brief" else research(language)
    golden = GOLDEN / f"{kind}.{language}.md"
    assert "\n\n".join(told) + "\n" == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [*narrative.__all__])
def test_every_describing_function_says_when_there_is_nothing(kind):
    if not kind.startswith("describe_"):
        return
    none = opened(DataFrame(), FINDINGS.study)
    empty = {"changes": none, "talk": none}
    needs = {"describe_joint": empty, "describe_robustness": {"changes": empty["changes"]}}
    more = needs.get(kind, {})
    nothing = DataFrame(columns=["evidence_id"])
    for language in ("nl", "en"):
        told = getattr(narrative, kind)(opened(nothing, FINDINGS.study, language), **more)
        assert [*told] and all(sentence.evidence for sentence in told)
