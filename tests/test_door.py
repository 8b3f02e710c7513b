"""The door: what one types, what one reads back, and the exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis import __main__ as door
from analysis.plan.problems import Phrase
from analysis.share.report import plan, publish
from analysis.share.report.execute import NotebookFailed

PROJECT = Path(__file__).resolve().parents[1]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the door as a person would."""
    command = [sys.executable, "-m", "analysis", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def knock(*words: object) -> Result:
    """Run the door inside this process, which is quicker."""
    return CliRunner().invoke(door.main, [*map(str, words)])


def everything_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(("chosen", "used"), [(None, "1"), ("3", "3")])
def test_a_process_reckons_with_one_thread_unless_its_user_says_otherwise(chosen, used):
    own = {key: value for key, value in os.environ.items() if not key.endswith("NUM_THREADS")}
    own |= {"OMP_NUM_THREADS": chosen} if chosen else {}
    child = "import os; print(os.environ['OMP_NUM_THREADS'])"
    code = f"import analysis, subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=own, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == used


def test_no_number_is_reckoned_before_the_threads_are_chosen():
    code = "import analysis, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_wrong_command_is_status_2():
    assert run("frobnicate").returncode == 2
    assert run("report", "--jobs", "0").returncode == 2


def test_help_lists_what_the_door_can_do():
    said = CliRunner().invoke(door.main, ["--help"]).output
    for command in ("report", "check", "prepare", "add-region", "simulate", "validate"):
        assert f"  {command} " in said


def test_spoiled_data_give_letters_and_status_1_and_nothing_else_is_written(tiny, tmp_path):
    survey = next(tiny.glob("raw/regions/*/survey/*.csv"))
    survey.write_text("")
    (tiny / "raw" / "codebooks" / "ideas.csv").write_text("nonsense\n")
    before = everything_in(tiny)
    reports = tmp_path / "new" / "reports"
    for command in (("check",), ("prepare",), ("report", "--reports", reports)):
        ran = run(*command, "--data", tiny)
        assert ran.returncode == 1, ran.stderr
        assert "Traceback" not in ran.stderr
        assert ran.stderr.count("remedy") >= 2
        assert f"survey/{survey.name}" in ran.stderr and "ideas.csv" in ran.stderr
    # Only the letters themselves are written, for machines.
    copy = tiny / "processed" / "problems.json"
    told = json.loads(copy.read_text(encoding="utf-8"))
    assert {row["file"].split("/")[-1] for row in told} >= {survey.name, "ideas.csv"}
    copy.unlink()
    assert everything_in(tiny) == before
    assert not (tmp_path / "new").exists()


def test_a_study_that_is_not_there_is_a_letter(tmp_path):
    ran = knock("check", "--data", tmp_path / "nowhere")
    assert ran.exit_code == 1
    assert "remedy" in ran.stderr


def test_good_data_are_called_good_in_the_language_of_the_plan(tiny):
    with (tiny / "raw/study.yaml").open("a") as written:
        written.write("languages: [nl, en]\n")
    ran = knock("check", "--data", tiny)
    assert ran.exit_code == 0, ran.stderr
    assert ran.stdout.startswith("De ruwe gegevens zijn bruikbaar (waarschuwingen: 0).")
    assert not (tiny / "processed").exists()


def test_the_next_step_names_the_folders_that_were_used(tiny, tmp_path):
    study = tiny.rename(tmp_path / "my study")
    words = ("--data", study, "--reports", tmp_path / "out")
    for command in (("check",), ("add-region", "zwolle")):
        said = knock(*command, *words).stdout
        assert f'make reports DATA="{study}" REPORTS="{tmp_path / "out"}"\n' in said
    assert door._next(PROJECT / "data", PROJECT / "reports") == "make reports"


def test_the_next_step_puts_the_reports_of_an_own_study_beside_it(tiny):
    said = knock("add-region", "zwolle", "--data", tiny).stdout
    assert f'make reports DATA="{tiny}" REPORTS="{tiny / "reports"}"\n' in said


def test_reports_of_another_study_stop_a_build_in_the_language_of_the_plan(tiny, tmp_path):
    with (tiny / "raw/study.yaml").open("a") as written:
        written.write("languages: [nl, en]\n")
    publish.publish({"internal/index.html": b"x"}, tmp_path / "out", "key", "another")
    ran = knock("report", "--data", tiny, "--reports", tmp_path / "out")
    assert ran.exit_code == 1
    assert "rapporten van een ander onderzoek" in ran.stderr
    assert (tmp_path / "out/internal/index.html").read_bytes() == b"x"


def test_reports_that_cannot_be_written_are_a_letter(tiny, tmp_path):
    (tmp_path / "file").write_text("in the way")
    ran = knock("report", "--data", tiny, "--reports", tmp_path / "file" / "reports")
    assert ran.exit_code == 1
    assert "nothing can be written here" in ran.stderr


@pytest.mark.parametrize("under", ["file/x", "file/x/y", "x" * 300])
def test_a_place_that_cannot_be_is_a_letter(tiny, tmp_path, under):
    survey = next(tiny.glob("raw/regions/*/survey/*.csv"))
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / under
    commands = [
        ("read", survey, "--out", place),
        ("read", place, "--out", tmp_path / "new"),
        ("check", "--data", place),
        ("add-region", "zwolle", "--data", place),
        ("report", "--data", tiny, "--reports", place),
    ]
    for command in commands:
        ran = knock(*command)
        assert (ran.exit_code, "remedy" in ran.stderr) == (1, True), command
    assert not (tmp_path / "new").exists()


def test_nothing_changed_is_said_without_any_heavy_import(tmp_path):
    study, reports = tmp_path / "study", tmp_path / "reports"
    (study / "raw").mkdir(parents=True)
    publish.publish({"internal/index.html": b"x"}, reports, plan.build_key(study), "study")
    code = (
        "import sys\n"
        "for heavy in ('pandas', 'numpy', 'nbclient', 'nbconvert', 'rich', 'jinja2', 'yaml'):\n"
        "    sys.modules[heavy] = None\n"
        "from analysis.__main__ import main\n"
        "main()"
    )
    words = ["report", "--data", str(study), "--reports", str(reports)]
    ran = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "Nothing changed" in ran.stdout
    assert str(reports / "internal" / "index.html") in ran.stdout


def test_a_region_is_laid_out_once_and_never_over_another(tiny):
    first, second = (knock("add-region", "--data", tiny, "zwolle") for _ in range(2))
    folder = tiny / "raw" / "regions" / "zwolle"
    assert first.exit_code == 0, first.stderr
    assert str(folder / "region.yaml") in first.stdout
    assert (folder / "survey").is_dir()
    assert (folder / "interviews" / "documents.csv").read_text().startswith("document,file,wave")
    assert second.exit_code == 1
    assert "exists already" in second.stderr


@pytest.mark.parametrize("name", ["../outside", "a/b", "", ".", "con", "a b", "-x"])
def test_a_region_name_that_is_no_safe_folder_is_refused(tiny, name):
    before = everything_in(tiny)
    ran = knock("add-region", "--data", tiny, "--", name)
    assert ran.exit_code == 1, ran.stdout
    assert "remedy" in ran.stderr
    assert everything_in(tiny) == before


def test_a_study_with_a_new_region_passes_the_check_and_is_told_that_it_is_empty(tiny):
    knock("add-region", "--data", tiny, "zwolle")
    ran = knock("check", "--data", tiny)
    assert ran.exit_code == 0, ran.stderr
    assert "raw/regions/zwolle (warning)\n    found      no survey and no inter" in ran.stdout
    listing = tiny / "raw/regions/zwolle/interviews/documents.csv"
    listing.write_text(f"{listing.read_text()}z1,,first,talk,g1,6,yes,yes\n")
    assert "no survey and no inter" not in knock("check", "--data", tiny).stdout


def test_a_fault_of_ours_is_not_mistaken_for_one_in_the_data(tmp_path):
    broken = tmp_path / "analysis_broken.py"
    broken.write_text(
        "import runpy, sys\n"
        "from analysis.share.report import plan\n"
        "plan.build_key = lambda folder: 1 / 0\n"
        "sys.argv = ['analysis', 'report']\n"
        "runpy.run_module('analysis', run_name='__main__')\n"
    )
    ran = subprocess.run([sys.executable, broken], capture_output=True, text=True, check=False)
    assert ran.returncode == door.OUR_FAULT
    assert "ZeroDivisionError" in ran.stderr


@pytest.mark.skipif(os.name == "nt", reason="terminals are asked for in another way on Windows")
def test_progress_is_plain_lines_away_from_a_terminal(capsys):
    from analysis.share.report.progress import progress

    with progress() as tell:
        tell(1, 2, "one of two")
    assert "[  1/2] one of two" in capsys.readouterr().out


DUTCH = {
    "add-region": "Vul ",
    "check": "De ruwe gegevens zijn bruikbaar",
    "prepare": "Geschreven tabellen",
}


@pytest.mark.parametrize("command", DUTCH)
def test_the_door_speaks_the_language_of_the_plan(tiny, command):
    with (tiny / "raw/study.yaml").open("a") as written:
        written.write("languages: [nl, en]\n")
    ran = knock(command, *(["zwolle"] if command == "add-region" else []), "--data", tiny)
    assert ran.exit_code == 0, ran.stderr
    assert ran.stdout.startswith(DUTCH[command]) and "Next:" not in ran.stdout
    if command == "prepare":
        assert "verandering over de metingen" in ran.stderr


def test_without_a_plan_the_door_speaks_as_the_machine_does(tmp_path, monkeypatch):
    for spoken, word in (("nl_NL.UTF-8", "gevonden"), ("de_DE.UTF-8", "found"), ("C", "found")):
        monkeypatch.setenv("LC_ALL", spoken)
        for words in (("check", "--data", tmp_path), ("read", tmp_path / "no", "--out", "x")):
            assert word in knock(*words).stderr, (spoken, words)


def test_what_a_person_reads_of_a_failing_notebook_is_dutch_in_a_dutch_study(tmp_path):
    job = plan.Job(tmp_path / "01-people.ipynb", "isle")
    told = NotebookFailed(job, 3, Phrase("run.kernel_died")).letter("nl")
    assert told.startswith("notebooks/01-people.ipynb, cel 3 (isle)\n    gevonden")
    assert "viel weg" in told
