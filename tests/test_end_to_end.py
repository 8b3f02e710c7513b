"""One build of a tiny study from raw folders to both shelves, and what must be true of it."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from tiny_study import PLAN, lay_out_tiny_study, write

from analysis.collect.processed import fingerprint
from analysis.share.report.plan import mark_of
from analysis.share.report.publish import publish

REMOTE = re.compile(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//|url\(\s*["']?https?:""", re.I)
NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def report(study: Path, reports: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analysis", "report", "--data", study, "--reports", reports]
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, Path]:
    """A tiny study in a folder with a space and an apostrophe, built once."""
    folder = tmp_path_factory.mktemp("it's built")
    study = lay_out_tiny_study(folder / "study")
    ran = report(study, folder / "reports")
    assert ran.returncode == 0, ran.stderr
    return study, folder / "reports"


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Path:
    """Reports on one scale at one wave in two regions, and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    study = lay_out_tiny_study(folder / "study")
    plan = PLAN.split("levels:")[0].replace(
        "  second: {label: {nl: tweede meting, en: second wave}}\n", ""
    )
    plan += "scales:\n  honesty: {label: eerlijkheid, items: [h1, h2], range: [1, 5]}\n"
    write(study / "raw/study.yaml", plan)
    for place in [*(study / "raw/codebooks").glob("*"), *(study / "raw").rglob("second.csv")]:
        place.unlink()
    for place in sorted((study / "raw/regions/north/interviews").rglob("*"), reverse=True):
        place.rmdir() if place.is_dir() else place.unlink()
    for region in ("north", "south"):
        path = study / f"raw/regions/{region}/region.yaml"
        path.write_text(re.sub(r"  second: .*\n", "", path.read_text()))
    ran = report(study, folder / "reports")
    assert ran.returncode == 0, ran.stderr
    return folder / "reports"


def pages(reports: Path, shelf: str = "") -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((reports / shelf).rglob("*.html"))}


def test_the_outputs_are_exactly_those_promised(built):
    _, reports = built
    numbered = {f"internal/{path.stem}.html" for path in NOTEBOOKS.glob("[0-9]*.ipynb")}
    found = {path.relative_to(reports).as_posix() for path in reports.rglob("*.html")}
    shared = {
        f"shared/{name}.{language}.html"
        for language in ("nl", "en")
        for name in ("index", "summary", "region-north", "region-south")
    }
    internal = {"internal/index.html", "internal/region-north.html", "internal/region-south.html"}
    assert found == numbered | shared | internal | {"internal/theme-ideas.html"}
    assert len(numbered) == 7
    assert (reports / "internal/tables/contrasts.csv").exists()
    assert (reports / "shared/tables/region-north.csv").exists()


def test_no_page_asks_the_network_or_runs_a_script(built):
    for name, page in pages(built[1]).items():
        assert not REMOTE.search(page), name
        assert "<script" not in page.lower(), name
        assert "default-src 'none'" in page, name


def test_every_page_says_that_the_data_are_synthetic(built):
    for name, page in pages(built[1]).items():
        assert re.search(r"synthe(tic|tische)", page, re.I), name


def test_shared_pages_link_only_within_the_shared_shelf(built):
    shelf = built[1] / "shared"
    for name, page in pages(built[1], "shared").items():
        for target in re.findall(r'href="([^"#]+)', page):
            assert (shelf / target).resolve().is_relative_to(shelf.resolve()), (name, target)
            assert (shelf / target).exists(), (name, target)


def test_every_piece_of_evidence_in_a_brief_is_a_row_of_a_shared_table(built):
    tables = [pd.read_csv(path) for path in (built[1] / "shared/tables").glob("*.csv")]
    known = {one for table in tables for one in table.get("evidence_id", [])}
    briefs = [page for name, page in pages(built[1], "shared").items() if "region" in name]
    cited = {
        one
        for page in briefs
        for ids in re.findall(r'data-evidence="([^"]*)"', page)
        for one in ids.split()
    }
    assert cited
    assert cited <= known


def test_only_approved_words_stand_on_the_shared_shelf(built):
    study, reports = built
    codings = pd.read_csv(study / "raw/regions/north/interviews/codings.csv")
    said = codings["text"].unique()
    shown = {text for text in said for page in pages(reports, "shared").values() if text in page}
    approved = pd.read_csv(reports / "shared/tables/quotations.csv")["text"]
    assert shown <= set(approved)
    assert len(approved) == 2


def test_the_shared_shelf_holds_no_p_value_and_never_says_significant(built):
    _, reports = built
    texts = [*pages(reports, "shared").values()]
    texts += [path.read_text() for path in (reports / "shared/tables").glob("*.csv")]
    heads = {name for text in texts for name in text.split("\n", 1)[0].split(",")}
    assert not {"p", "p_adjusted", "t", "se", "df"} & heads
    assert not [text for text in texts if re.search(r"significan|\bp\s?[<=]\s?[\d.,]", text, re.I)]


def test_no_participant_stands_in_any_report(built):
    for path in (built[1]).rglob("*"):
        if path.is_file():
            assert not re.search(r"SYN-[12]\d\d", path.read_text()), path.name


def test_a_second_run_with_nothing_changed_executes_nothing(built):
    study, reports = built
    before = fingerprint(reports)
    ran = report(study, reports)
    assert "Nothing changed" in ran.stdout
    assert fingerprint(reports) == before


def test_bad_data_give_all_letters_at_once_and_leave_earlier_reports(tmp_path):
    study, reports = lay_out_tiny_study(tmp_path / "study"), tmp_path / "reports"
    publish({"internal/index.html": b"x"}, reports, "earlier", mark_of(study, reports))
    before = fingerprint(reports)
    north, south = (study / f"raw/regions/{name}" for name in ("north", "south"))
    spoil(north / "survey/first.csv", ",n1,", ",x1,")
    spoil(north / "survey/second.csv", ",yes,", ",yes,9")
    lines = (south / "survey/first.csv").read_text().splitlines()
    write(south / "survey/first.csv", "\n".join([*lines, lines[1]]) + "\n")
    write(south / "survey/second.csv", "")
    spoil(north / "interviews/codings.csv", ",trust,", ",trsut,")
    raw = fingerprint(study / "raw")
    ran = report(study, reports)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    for found in (
        "no column n1",
        "whole number from 1 to 5",
        "rows 2, 26",
        "an empty file",
        "trust",
    ):
        assert found in ran.stderr
    assert fingerprint(study / "raw") == raw
    assert fingerprint(reports) == before


def test_broken_yaml_is_a_letter_with_its_line(tmp_path):
    study = lay_out_tiny_study(tmp_path / "study")
    spoil(study / "raw/study.yaml", "seed: 7", "seed: [7")
    ran = report(study, tmp_path / "reports")
    assert ran.returncode == 1
    assert re.search(r"raw/study.yaml, row \d+, column \d+", ran.stderr)
    assert not (tmp_path / "reports").exists()


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.long
def test_a_study_of_one_scale_and_one_wave_has_every_report(bare):
    assert len(pages(bare, "internal")) == 10
    assert "region-south.nl.html" in pages(bare, "shared")


MARKS = {"en": "SYNTHETIC", "nl": "SYNTHETISCH"}


def test_what_is_made_up_says_so_in_each_title_and_on_each_printed_page(built):
    for name, page in pages(built[1]).items():
        mark = MARKS[re.search(r'<html lang="(\w+)"', page)[1]]
        assert f"<title>{mark} · " in page, name
        assert re.search(rf'<div [^>]*class="every-page"[^>]*>{mark}</div>', page), name
        assert ".every-page { display:block; position:fixed" in page, name


def test_every_figure_of_made_up_data_says_so(built):
    for name, page in pages(built[1]).items():
        mark = MARKS[re.search(r'<html lang="(\w+)"', page)[1]]
        figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
        assert [one[:200] for one in figures if mark not in one] == [], name
