"""Promises about the living publication and the instrument shelf."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame

from analysis import narrative
from analysis.collect.interviews import Conversations
from analysis.learn.expectations.echoes import hear_claims
from analysis.share.report.build import _publication, _shelf
from analysis.tell.disclosure import gate

LANGUAGES = ("nl", "en")


@pytest.fixture(scope="module")
def shelves(pilot_findings):
    """The pages that stand beside the briefs, as parsed files by name."""
    gated, made = gate(pilot_findings), {}
    for language in LANGUAGES:
        _, files = _shelf(gated.in_language(language))
        made |= {name.removeprefix("shared/"): page for name, page in files.items()}
    made["internal"] = _publication(pilot_findings, is_internal=True)[1]
    return {name: BeautifulSoup(page, "html.parser") for name, page in made.items()}


@pytest.mark.parametrize("name", ["publication.nl.html", "publication.en.html", "internal"])
def test_every_distinct_claim_stands_once_with_its_place(shelves, pilot_findings, name):
    study = pilot_findings.study
    told = {one["id"]: one for one in shelves[name].select("article.claim")}
    language = "nl" if ".nl." in name else "en"
    for claims in (study.claims, study.contexts):
        for row in claims[claims["restates"] == ""].to_dict("records"):
            article = told[row["claim_id"]]
            assert article.h3.text == row[f"paraphrase_{language}"]
            mark = article.select_one(".mark").text
            assert row["source"][:3] in mark and re.search(r"\d", mark)
    repeated = study.claims[study.claims["restates"] != ""]
    assert not set(repeated["claim_id"]) & set(told)


def test_claims_stand_in_the_order_of_the_publication(shelves, pilot_findings):
    claims = pilot_findings.study.claims.set_index("claim_id")
    article = shelves["internal"].select_one("#source-000").find_parent("section")
    ids = [one["id"] for one in article.select("article.claim")]
    lines = [int(re.search(r"\d+", claims.loc[one, "source_lines"])[0]) for one in ids]
    assert lines == sorted(lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_count_of_conversations_is_shared(shelves, language):
    said = shelves[f"publication.{language}.html"].select(".verdicts .say")
    assert said and not [one.text for one in said if re.search(r"\d", one.text)]


def test_a_reader_can_go_by_region_by_kind_and_by_verdict(shelves):
    for name, page in shelves.items():
        if "instruments" in name:
            continue
        assert len(page.select("nav details")) == 3
        ids = {one["id"] for one in page.select("[id]")}
        links = [one["href"][1:] for one in page.select("nav a")]
        assert links and set(links) <= ids
        assert not page.select("script")


def test_every_instrument_leads_somewhere_that_exists(shelves, pilot_findings):
    for language in LANGUAGES:
        page = shelves[f"instruments.{language}.html"]
        own = {one["id"] for one in page.select("[id]")}
        other = {one["id"] for one in shelves[f"publication.{language}.html"].select("[id]")}
        pages = {f"publication.{language}.html": other, f"summary.{language}.html": {""}}
        for row in pilot_findings.study.published.instruments.to_dict("records"):
            article = page.select_one(f"article#{row['id']}")
            assert row[f"what_{language}"] in article.text
            hrefs = [link["href"] for link in article.select("a")]
            assert bool(hrefs) == (row["carried_by"] != "catalogue"), row["id"]
            for href in hrefs:
                file, _, anchor = href.partition("#")
                assert anchor in (pages[file] if file else own), (row["id"], href)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_framework_shows_all_its_codes_and_each_prompt_its_words(
    shelves, pilot_findings, language
):
    page, study = shelves[f"instruments.{language}.html"], pilot_findings.study
    for framework in study.frameworks["framework"]:
        shown = page.select_one(f"#codebook-{framework}").select("li")
        wanted = study.codes[study.codes["framework"] == framework]["id"]
        assert [one["id"] for one in shown] == [f"code-{code}" for code in wanted]
    told = page.text
    for question in study.published.prompts[f"question_{language}"]:
        assert question in told


def test_every_verdict_rests_on_rows_and_every_link_on_the_page(shelves):
    page = shelves["internal"]
    ids = {one["id"] for one in page.select("[id]")}
    assert {link["href"][1:] for link in page.select(".say a")} <= ids


def test_too_few_people_hide_a_verdict(pilot_findings):
    few = pilot_findings.rows("echoes").assign(people=9)
    tables = {name: pilot_findings.rows(name) for name in pilot_findings.names}
    shown = gate(replace(pilot_findings, tables={**tables, "echoes": few})).rows("echoes")
    assert set(shown.loc[shown["rule"].isin(["heard", "connected", "seen"]), "verdict"]) <= {
        "suppressed",
        "cannot",
        "possibly",
    }
    assert {"documents", "against", "asked", "people"}.isdisjoint(shown.columns)


def test_a_question_claims_nothing(pilot_findings):
    rows = pilot_findings.rows("echoes", claim_kind="question")
    assert len(rows) and set(rows["verdict"]) == {"cannot"}


def test_a_claim_of_one_region_is_held_against_that_region_alone(pilot_findings):
    rows = pilot_findings.rows("echoes")
    of = dict(
        zip(
            pilot_findings.study.claims["claim_id"],
            pilot_findings.study.claims["region"],
            strict=True,
        )
    )
    for claim, own in rows.groupby("claim"):
        if of.get(claim, "all") != "all":
            assert set(own["region"]) == {of[claim]}


def test_a_condition_and_its_outcome_echo_in_one_passage_of_two_conversations(pilot_findings):
    rows = pilot_findings.rows("echoes", rule="connected")
    assert len(rows) > 10
    assert rows["verdict"].eq("echoed").eq(rows["documents"] >= 2).all()


def claims(**more):
    row = {
        "claim_id": "c1",
        "region": "north",
        "claim_kind": "outcome",
        "subject_code": "trust",
        "outcome_code": "trust",
        "claimed_condition_codes": "",
        "valence": "positive",
        "level": "",
        "direction": "increase",
        "restates": "",
    }
    return DataFrame([{**row, **more}])


def held(study_claims, stances, asked="yes"):
    """One wave; each conversation speaks of trust in these stances."""
    codes = DataFrame({"id": ["trust", "help"], "framework": "ideas", "path": ["trust", "help"]})
    plan = SimpleNamespace(waves={"w1": None}, leading_coder="ann", measure_of_level={})
    rules = {
        "outcome": SimpleNamespace(rule="heard", at="last"),
        "condition": SimpleNamespace(rule="connected", at="any"),
    }
    study = SimpleNamespace(
        plan=plan,
        regions={"north": SimpleNamespace(leading_coder="")},
        codes=codes,
        claims=study_claims,
        contexts=study_claims[:0],
        published=SimpleNamespace(echoes=rules),
    )
    rows, documents = [], []
    for place, said in enumerate(stances):
        documents.append(("north", f"d{place}", "w1", "", 6, asked, 100))
        rows.append(("north", f"d{place}", "s", "help", "ann", 1, "neutral"))
        rows += [
            ("north", f"d{place}", f"s{at}", "trust", "ann", 1, one) for at, one in enumerate(said)
        ]
    names = ["region", "document", "wave", "group", "people", "asked", "words"]
    coded = ["region", "document", "segment", "code", "coder", "round", "stance"]
    table = DataFrame(rows, columns=coded)
    said = Conversations(
        DataFrame(documents, columns=names), table[coded[:3]].drop_duplicates(), table
    )
    contrasts = DataFrame(columns=["spans", "kind", "region", "scale", "verdict"])
    lenses = DataFrame(columns=["wave", "region", "code", "state"])
    return hear_claims(study, contrasts, lenses, said)


@given(st.lists(st.sets(st.sampled_from(["helps", "hinders", "neutral"])), min_size=1, max_size=7))
def test_two_conversations_echo_a_claim_and_two_contradict_it(stances):
    row = held(claims(), [sorted(one) for one in stances]).iloc[0]
    says, against = (sum(one in said for said in stances) for one in ("helps", "hinders"))
    assert (row["documents"], row["against"], row["asked"]) == (says, against, len(stances))
    wanted = {(True, True): "both", (True, False): "echoed", (False, True): "contradicted"}
    assert row["verdict"] == wanted.get((says >= 2, against >= 2), "silent")


def test_a_negative_claim_is_echoed_by_talk_that_hinders():
    row = held(claims(valence="negative"), [["hinders"], ["hinders"], []]).iloc[0]
    assert (row["verdict"], row["documents"]) == ("echoed", 2)


def test_what_nobody_asked_cannot_be_asked():
    assert held(claims(), [["helps"]] * 3, asked="no").iloc[0]["verdict"] == "cannot"


def test_a_code_of_a_framework_that_nobody_coded_with_cannot_be_asked():
    strange = claims(outcome_code="elsewhere", subject_code="elsewhere")
    assert held(strange, [["helps"]] * 3).iloc[0]["verdict"] == "cannot"


def test_a_study_without_publications_has_no_such_pages(tiny_findings):
    none = DataFrame(columns=tiny_findings.rows("echoes").columns)
    tables = {name: tiny_findings.rows(name) for name in tiny_findings.names}
    bare = replace(tiny_findings, tables={**tables, "echoes": none})
    assert _publication(bare) is None


def test_the_answer_on_the_index_counts_verdicts_and_confirms_nothing(pilot_findings):
    values = narrative.publication(pilot_findings, is_internal=True)
    assert "cannot be asked" in values["answer"] and "confirm" not in values["answer"]
