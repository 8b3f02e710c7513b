"""Any study: what `check` calls usable builds every page, in words of its own plan."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from other_studies import PROJECT, STUDIES
from tiny_study import write

IN_EVERY_RUN = ("one_region", "numbered_waves", "own_codebook")
PAGES = [f"0{number}" for number in range(1, 8)]


def door(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analysis", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def build(tmp_path_factory):
    """Build one of the studies, once, from its raw folder to both shelves."""

    @cache
    def built(name: str) -> Path:
        if name == "conversations_only" and not PROJECT.exists():
            pytest.skip("needs a real project of ../shared/samples/qda, which is not here")
        study = tmp_path_factory.mktemp(name) / "study"
        STUDIES[name](study)
        checked = door("check", "--data", study)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        ran = door("report", "--data", study, "--reports", study / "reports")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return study

    return built


NAMES = [
    pytest.param(name, marks=[] if name in IN_EVERY_RUN else [pytest.mark.long]) for name in STUDIES
]


@pytest.mark.parametrize("name", NAMES)
def test_what_can_be_used_builds_every_page(build, name):
    reports = build(name) / "reports"
    found = {path.name[:2] for path in (reports / "internal").glob("0*.html")}
    assert found == {*PAGES}
    regions = {path.name for path in (build(name) / "raw/regions").iterdir()}
    told = {path.name.split(".")[0] for path in (reports / "shared").glob("region-*.nl.html")}
    assert told == {f"region-{region}" for region in regions}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_no_section_that_is_empty(build, name):
    for path in (build(name) / "reports/internal").glob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "nothing to show" not in page, path.name


def test_scores_and_codes_stand_beside_each_other_without_levels(build):
    study = build("own_codebook")
    joint = pd.read_csv(study / "reports/internal/tables/joint.csv")
    assert joint[["level", "label"]].to_numpy().tolist() == [["trust", "convergent"]]


@pytest.mark.long
def test_a_burden_that_falls_is_good_news_and_its_mean_is_never_turned(build):
    study = build("health_care")
    changes = pd.read_csv(study / "reports/internal/tables/contrasts.csv")
    own = changes[(changes["kind"] == "change") & (changes["scale"] == "burden")]
    assert (own["estimate"] < 0).all()
    assert own["verdict"].str.endswith("_up").all()
    brief = (study / "reports/shared/region-town1.en.html").read_text(encoding="utf-8")
    assert "he work burden fell." in brief
    assert "work burden rose" not in brief


def test_a_scale_of_which_low_is_good_says_how_a_fall_is_told(tmp_path):
    STUDIES["one_region"](tmp_path)
    path = tmp_path / "raw/study.yaml"
    text = path.read_text(encoding="utf-8")
    write(path, text.replace("least_answered: 2", "good: low"))
    ran = door("check", "--data", tmp_path)
    assert ran.returncode == 1
    assert "`rises:` and `falls:`" in ran.stderr


def test_what_a_codebook_must_hold_is_asked_for_in_one_letter(tmp_path):
    STUDIES["own_codebook"](tmp_path)
    book = tmp_path / "raw/codebooks/ideas.csv"
    write(book, "code,name\nrelying,elkaar vertrouwen\n")
    ran = door("check", "--data", tmp_path)
    letters = re.findall(r"(?m)^raw/.*$", ran.stderr)
    assert letters == ["raw/codebooks/ideas.csv, row 1"]
    book.unlink()
    write(tmp_path / "raw/study.yaml", (tmp_path / "raw/study.yaml").read_text().split("beside")[0])
    letters = re.findall(r"(?m)^raw/.*$", door("check", "--data", tmp_path).stderr)
    assert letters == ["raw/regions/town/interviews/codings.csv"]
