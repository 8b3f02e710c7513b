"""Promises about what a wrong study.yaml or region.yaml is told: plain words, in two languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from analysis.findings import check_or_raise
from analysis.plan.problems import StudyError
from analysis.plan.study import check_study
from analysis.plan.study.nouns import SLIPS
from analysis.plan.study.plainwords import FOLLOWS, WORDS
from analysis.plan.study.plan import Plan
from analysis.plan.study.regionfile import RegionFile
from analysis.plan.study.rules import Rules
from analysis.rehearse.simulate.planted import Phrases, Planted

PLAN, NORTH = "raw/study.yaml", "raw/regions/north/region.yaml"
SAID_OTHERWISE = {"value_error", "literal_error", "extra_forbidden", "missing", SLIPS, FOLLOWS}
RAISED = {
    "str": {"string_type"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float"},
    "float": {"float_type", "float_parsing", "finite_number"},
    "bool": {"bool_type", "bool_parsing"},
    "tuple": {"tuple_type", "too_long"},
    "dict": {"dict_type"},
    "model": {"model_type", "model_attributes_type"},
    "model-fields": {"extra_forbidden", "missing"},
    "literal": {"literal_error"},
    "function-after": {"value_error", SLIPS},
    "function-before": {"value_error"},
    "default": {FOLLOWS},
}
LIMITS = {
    "pattern": {"str": "string_pattern_mismatch"},
    "max_length": {"str": "string_too_long"},
    "min_length": {"tuple": "too_short", "dict": "too_short"},
    "gt": dict.fromkeys(("int", "float"), "greater_than"),
    "ge": dict.fromkeys(("int", "float"), "greater_than_equal"),
    "le": dict.fromkeys(("int", "float"), "less_than_equal"),
}
SILENT = {"nullable", "definitions", "definition-ref", "no-info"}


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    """Go through everything a model checks."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str) and schema["type"] != "model-field":
            yield schema
        for name, inner in schema.items():
            if name not in {"serialization", "metadata", "ref"}:
                yield from parts_of(inner)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            yield from parts_of(inner)


@pytest.mark.parametrize("model", [Plan, RegionFile, Rules, Planted, Phrases])
def test_there_are_words_for_everything_that_a_file_can_get_wrong(model: type[BaseModel]):
    possible: set[str] = set()
    for part in parts_of(model.__pydantic_core_schema__):
        assert part["type"] in RAISED.keys() | SILENT
        possible |= RAISED.get(part["type"], set())
        limits = {name for name in part if name in LIMITS or name.endswith("_length")}
        possible |= {LIMITS[name][part["type"]] for name in limits}
    assert possible <= WORDS.keys() | SAID_OTHERWISE


WRONG = [
    # study.yaml, in the order of the kinds of error
    (PLAN, "seed: 7", "sed: 7", "sed: a key that is not known", "perhaps seed", "misschien seed"),
    (PLAN, "reverse_scored:", "revers:", "nearness.revers: a key", "reverse_scored", ""),
    (PLAN, "scale: bond, from", "scael: bond, from", "planned.1.scael: a", "perhaps scale", ""),
    (PLAN, "label: {nl: Kleine", "labl: {nl: Kleine", "no key label", "this key", "deze sleutel"),
    (PLAN, "seed: 7", "seed: zeven", "seed: zeven", "a whole number", "een geheel getal"),
    (PLAN, "seed: 7", "seed: 7.5", "seed: 7.5", "a whole number", ""),
    (PLAN, "seed: 7", "seed:", "seed: nothing", "a whole number", ""),
    (PLAN, "seed: 7", "seed: -7", "seed: -7", "0 or more", "0 of meer"),
    (PLAN, "seed: 7", "smallest_group: 5", "smallest_group: 5", "6 or more", "6 of meer"),
    (PLAN, "seed: 7", "smallest_change: 0", "smallest_change: 0", "more than 0", "meer dan 0"),
    (PLAN, "range: [1, 5]", "range: [een, 5]", "range.1: een", "a number", "een getal"),
    (PLAN, "range: [1, 5]", "range: [1, inf]", "range.2: inf", "a finite number", ""),
    (PLAN, "range: [1, 5]", "range: [1]", "no key scales.nearness.range.2", "this key", ""),
    (PLAN, "range: [1, 5]", "range: [1, 2, 5]", "range: a list", "at most 2", "hoogstens 2"),
    (PLAN, "items: [n1, n2, n3]", "items: n1", "items: n1", "a list, such as", "een lijst"),
    (PLAN, "items: [h1, h2]", "items: []", "items: a list", "at least 1", "minstens 1"),
    (PLAN, "items: [h1, h2]", "items: [1, h2]", "items.1: 1", "put quotes", "aanhalingstekens"),
    (PLAN, "seed: 7", "languages: [de]", "languages.1: de", "nl, en", "nl, en"),
    (PLAN, "seed: 7", "coders_knew_wave: ja", "coders_knew_wave: ja", "true or false", ""),
    (PLAN, "  helper: {", "  een helper: {", "an id that cannot be used", "starting with", ""),
    (PLAN, "  helper: {", f"  {'h' * 61}: {{", "an id that cannot", "at most 60", "hoogstens 60"),
    (PLAN, "seed: 7", "sliders: links", "sliders: links", "names with a value", "namen met elk"),
    (
        NORTH,
        "order: 1",
        "order: 1\ncontext: 7",
        "context: 7",
        "one for each language",
        "één per taal",
    ),
    (PLAN, "{level: bond, label", "{of: nearness, label", "bond.of: nearness", "word scales", ""),
    (PLAN, "to: second", "to: third", "planned: third is no wave", "first, second", ""),
    (PLAN, "{level: bond, label", "{of: [nearnes], label", "nearnes is no scale", "nearness", ""),
    # region.yaml
    (NORTH, "invited: 30", "invitd: 30", "first.invitd: a key", "perhaps invited", ""),
    (NORTH, "invited: 30", "invited: 2000000", "invited: 2000000", "1000000 or less", ""),
    (NORTH, "order: 1", "order: eerste", "order: eerste", "a whole number", ""),
    (NORTH, "order: 1", "order: 1\nduplicates: last", "duplicates: last", "last_complete", ""),
    (NORTH, "missing: {nvt:", "missing: {nvt: x, n:", "missing.nvt: x", "dont_know, missing", ""),
    (NORTH, '"2024-01-15"', '"15-01-2024"', "first.date: 15-01-2024", "such as 2025-03-01", ""),
    (NORTH, "order: 1", "order: 1\nanswers: {eens: vier}", "answers.eens: vier", "a number", ""),
    (NORTH, "order: 1", "order: 1\nsynthetisch: true", "a key that is not", "synthetic", ""),
]
ENGLISH = re.compile(r"\b(the|or|and|from|with|not|each|an|perhaps|such|should|valid|input)\b")


@pytest.mark.parametrize(("file", "old", "new", "found", "allowed", "dutch"), WRONG)
def test_each_kind_of_error_is_one_plain_letter(tiny, file, old, new, found, allowed, dutch):
    path = tiny / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    told = [one for one in check_study(tiny)[1] if one.file == file and one.severity == "E"]
    told = [one for one in told if found in one.found]
    assert len(told) == 1
    assert allowed in told[0].allowed
    assert told[0].row and told[0].row > 0
    record = told[0].record("nl")
    assert dutch in str(record["allowed"])
    said = "\n".join(str(record[name]) for name in ("found", "allowed", "remedy"))
    assert not ENGLISH.search(re.sub(r"docs/\S+", "", said))


def test_a_wave_that_is_none_is_told_once_with_both_rows_in_the_language_of_the_plan(tiny: Path):
    plan = tiny / PLAN
    text = plan.read_text(encoding="utf-8").replace("to: second}", "to: t3}")
    extra = "  - {scale: nearness, from: first, to: t3}\nlanguages: [nl, en]\n"
    plan.write_text(text + extra, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        check_or_raise(tiny)
    assert str(caught.value).count("planned: t3 is geen meting") == 1
    assert "rijen 28 29" in str(caught.value)
    assert "toegestaan first, second" in str(caught.value)


@pytest.mark.parametrize("broken", ["languages: [nl, en]\n\tx: 1", "languages:\n  - nl\nx: 1"])
def test_even_a_plan_that_cannot_be_read_is_told_in_its_own_language(tiny: Path, broken: str):
    plan = tiny / PLAN
    plan.write_text(plan.read_text(encoding="utf-8") + broken + "\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        check_or_raise(tiny)
    assert "oplossing" in str(caught.value)


BROKEN = {
    "\tx: 1": "a tab",
    " x: 1": "indented otherwise",
    "x: y: z": "a colon where",
    "x: 'y": "do not close",
    "x: [1": "a comma or closing bracket",
    "x: {a: 1": "closing brace",
    "x: *y": "stands nowhere",
    "x: @y": "a @ with which",
    'x: "\\q"': "behind a backslash",
    "x\ny: 1": "without a colon",
    "x: !y 1": "a ! before",
    "--- 1\n--- 2": "two documents",
    "x: &": "without a name",
    "x: \x07": "belongs in no text",
}


@pytest.mark.parametrize(("line", "says"), BROKEN.items())
def test_a_file_that_is_no_yaml_is_told_in_plain_words(tiny: Path, line: str, says: str):
    plan = tiny / PLAN
    plan.write_text(plan.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    (told,) = [one for one in check_study(tiny)[1] if one.file == PLAN]
    assert says in told.found
    assert told.text("nl", "found") != told.found
