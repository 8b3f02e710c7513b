"""Promises about slips in the plan's own codebook: items, ranges and reversed items."""

from pathlib import Path

import pytest

from analysis.collect.survey import read_surveys
from analysis.plan.problems import Problem, letters
from analysis.plan.study import check_study


def problems(study: Path, old: str, new: str) -> list[Problem]:
    """Change the plan and return every problem of plan and surveys."""
    plan = study / "raw/study.yaml"
    text = plan.read_text(encoding="utf-8")
    assert old in text
    plan.write_text(text.replace(old, new), encoding="utf-8")
    read, found = check_study(study)
    return found + (read_surveys(read)[1] if read else [])


def test_CB01_an_item_that_no_export_has_is_named(tiny):
    found = problems(tiny, "items: [h1, h2]", "items: [h1, h3]")
    assert {problem.column for problem in found} == {"h3"}
    assert {problem.severity for problem in found} == {"E"}


@pytest.mark.parametrize("span", ["[5, 1]", "[5, 5]"])
def test_CB04_a_range_that_does_not_rise_is_refused(tiny, span):
    old = "items: [h1, h2], range: [1, 5]"
    found = problems(tiny, old, old.replace("[1, 5]", span))
    assert "from the lowest to a higher answer" in letters(found)


@pytest.mark.parametrize("flag", ["ja", "nee", "x", "1", "true"])
def test_CB05_reversed_items_are_named_and_never_flagged(tiny, flag):
    found = problems(tiny, "reverse_scored: [n3]", f"reverse_scored: {flag}")
    assert {problem.severity for problem in found} == {"E"}
    assert "reverse_scored" in letters(found)
