"""Promises about the study that ships: real evidence whole, synthetic data marked."""

import json
from pathlib import Path

import pytest

from analysis.plan.study import read_study

PROJECT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def study():
    return read_study(PROJECT / "data")


def test_all_published_evidence_is_in_the_study(study):
    assert len(study.claims) == 140
    assert len(study.contexts) == 90
    assert len(study.expectations) == 20
    assert len(study.codes) == 345
    assert len(study.frameworks) == 18
    assert len(study.links) == 154
    published = study.published
    assert (len(published.regions), len(published.instruments), len(published.prompts)) == (
        144,
        73,
        47,
    )
    assert len(published.story) == 16
    parts = [len(region.question_parts) for region in study.regions.values()]
    assert parts == [2, 2, 5]


def test_every_claim_points_to_its_source(study):
    for claims in (study.claims, study.contexts):
        assert (claims["source"] != "").all()
        assert claims["source"].str[:3].isin(study.sources["id"]).all()


def test_every_published_pattern_has_its_rule(study):
    assert set(study.expectations["exp_id"]) == set(study.rules)


def test_every_region_says_that_it_is_synthetic(study):
    assert all(region.synthetic for region in study.regions.values())


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_has_a_figure_a_table_and_a_generated_sentence(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for part in ("figures.plot_", "tables.show(", "narrative."):
        assert part in code
