"""Promises about a region's story: its question answered, help and hindrance told apart."""

import re

import pytest
from handmade import Handmade, make_findings
from pandas import DataFrame

from analysis import narrative
from analysis.plan.study.regionfile import QuestionPart
from analysis.tell.disclosure import gate
from analysis.tell.narrative.voice import ladder

LANGUAGES = ("nl", "en")


@pytest.fixture(scope="module")
def shared(pilot_findings):
    return gate(pilot_findings)


@pytest.fixture(scope="module")
def briefs(shared):
    return {region: narrative.brief(shared, region).told for region in shared.study.regions}


def section(told, name):
    return next(one for one in told["sections"] if one["id"] == name)


def test_the_regions_own_question_is_the_title_and_each_part_has_an_answer(briefs, shared):
    for region, told in briefs.items():
        own = shared.study.regions[region]
        for language in LANGUAGES:
            brief = told[language]
            answers = section(brief, "short")["answers"]
            assert brief["question"] == own.question[language]
            labels = [part.label[language].lower() for part in own.question_parts.values()]
            assert [answer["part"].lower() for answer in answers] == labels
            assert all(answer["say"] and answer["say"][0]["evidence"] for answer in answers)
            assert not answers[0]["is_folded"]


def test_an_answer_by_a_score_stands_on_the_rung_of_that_score(briefs, shared):
    words = ladder()["verdicts"]
    for region, told in briefs.items():
        changes = shared.rows("contrasts", kind="change", region=region, spans=True)
        verdicts = dict(zip(changes["evidence_id"], changes["verdict"], strict=True))
        for answer in section(told["en"], "short")["answers"]:
            row = answer["say"][0]["evidence"][0]
            if row in verdicts and answer["mark"] != "differs":
                assert answer["word"].lower() == words[verdicts[row]]["short"]["en"]


def asked(measures, region="harbour", findings=None):
    """Answer one part of a question by these measures, in findings by hand."""
    findings = findings or make_findings()
    part = QuestionPart.model_validate(
        {"label": {"nl": "deel", "en": "part"}, "measures": measures}
    )
    own = findings.study.regions[region].model_copy(update={"question_parts": {"one": part}})
    findings.study.regions[region] = own
    told = narrative.brief(findings, region).told["en"]
    (answer,) = section(told, "short")["answers"]
    return answer


WHY = {"why": {"nl": "omdat", "en": "because"}}


def test_a_score_answers_before_what_people_name():
    answer = asked([{"codes": ["trust"], "stance": "helps", **WHY}, {"score": "near", **WHY}])
    assert answer["say"][0]["evidence"][0].startswith("change/harbour/near/")
    assert re.fullmatch(r"\d\.\d → \d\.\d", answer["number"])


def test_without_a_score_what_people_name_answers_beside_the_first_wave():
    findings = make_findings()
    code = findings.rows("heard")["code"].iloc[0]
    answer = asked([{"codes": [code], "stance": "helps", **WHY}], findings=findings)
    assert answer["mark"] == "talk"
    assert [one["evidence"][0].split("/")[-1] for one in answer["say"]] == ["w3", "w1"]


def test_a_part_that_nothing_answers_says_so():
    answer = asked([{"codes": ["unheard"], "stance": "helps", **WHY}])
    assert (answer["mark"], answer["word"]) == ("unknown", "We cannot tell")


def test_where_conversations_say_otherwise_the_answer_says_that():
    findings = make_findings()
    joint = findings.rows("joint", region="harbour", label="divergent")
    level = joint["level"].iloc[0]
    answer = asked([{"score": level, **WHY}], findings=findings)
    assert answer["mark"] == "differs"
    assert answer["say"][1]["evidence"] == [joint["talk_id"].iloc[0]]


def blocks(told):
    return [block for one in told["sections"] for block in one["blocks"]]


def test_each_count_is_of_one_wave_and_of_help_or_hindrance_alone(briefs, shared):
    waves = {*shared.study.plan.waves}
    for told in briefs.values():
        ids = [
            one
            for block in blocks(told["nl"])
            for said in block["say"]
            for one in said["evidence"]
            if one.startswith("heard/")
        ]
        assert ids
        for one in ids:
            _, _, subject, wave = one.split("/")
            assert wave in waves
            assert subject.endswith((".helps", ".hinders"))


def test_children_and_parents_are_in_every_regions_story(briefs):
    for told in briefs.values():
        first = section(told["nl"], "yielded")["blocks"][0]
        assert "kinderen en ouders" in first["heading"]
        assert first["table"]["rows"]
        assert "stem van kinderen" in first["limits"]


def test_what_is_lacking_is_told_apart_from_what_it_yielded(briefs):
    for told in briefs.values():
        for block in section(told["nl"], "yielded")["blocks"]:
            rows = [row["id"] for row in block["table"]["rows"]] if block["table"] else []
            assert not [one for one in rows if ".hinders/" in one]
            for said in block["say"]:
                is_lack = any(".hinders/" in one for one in said["evidence"])
                assert ("ontbreekt" in said["text"]) == is_lack or "oneens" in said["text"]


def test_no_heading_of_a_codebook_is_told_as_a_theme(briefs, shared):
    codes = shared.study.codes
    headings = {*codes.loc[codes["node_type"] == "group", "label_nl"]}
    for told in briefs.values():
        said = " ".join(one["text"] for block in blocks(told["nl"]) for one in block["say"])
        assert not [one for one in headings if f"‘{one}’" in said]


def test_that_nobody_named_it_is_said_only_where_that_is_known(briefs, shared):
    """One conversation and none read alike, so that nobody spoke of it is not known."""
    words = {one.when_nothing["nl"] for one in shared.study.published.story.values()}
    for told in briefs.values():
        for block in section(told["nl"], "begin")["blocks"]:
            assert not words & {one["text"] for one in block["say"]}


def test_a_study_without_elements_tells_what_helped_and_what_hindered():
    told = narrative.brief(make_findings(), "harbour").told["en"]
    assert [block["heading"] for block in section(told, "helped")["blocks"]] == [
        "What helped",
        "What hindered",
    ]


def test_what_was_published_of_a_region_stands_beside_what_its_data_say(briefs, shared):
    claims = shared.study.claims.set_index("claim_id")
    for region, told in briefs.items():
        for claim in section(told["nl"], "published")["claims"]["rows"]:
            assert claims.loc[claim["id"], "region"] == region
            assert claim["place"] and [one["region"] for one in claim["regions"]] == [region]


def test_rows_of_too_few_people_say_so_and_no_more():
    findings = make_findings()
    heard = findings.rows("heard").assign(state="suppressed", documents=None, asked=None, worded="")
    hidden = Handmade(findings.study, {**findings.tables, "heard": DataFrame(heard)})
    told = narrative.brief(hidden, "harbour").told["en"]
    assert section(told, "helped")["blocks"] == []
    assert "too few conversations" in section(told, "helped")["paragraphs"][0][0]["text"]
