"""Bad moments, by the name each has in the catalogue: kills, full disks, two runs at once."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tiny_study import lay_out_tiny_study

from analysis import __main__ as door
from analysis.collect.processed import fingerprint, one_at_a_time, read_manifest
from analysis.plan.problems import StudyError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="runs are forked and killed, as on Unix")
PLANNED = "planned:\n  - {scale: bond, from: first, to: second}\n"
FIRST = Path("raw/regions/north/survey/first.csv")
Hook = Callable[[str, tuple[object, ...]], None]


def lay_out(folder: Path) -> Path:
    """A tiny study without a planned change, which is quicker to prepare."""
    study = lay_out_tiny_study(folder)
    plan = study / "raw/study.yaml"
    plan.write_text(plan.read_text().replace(PLANNED, ""))
    return study


def child(study: Path, hook: Hook | None = None) -> tuple[int, str]:
    """Run `prepare` in a process of its own, watched by a hook; its status and what it said."""
    said = study.parent / "said.txt"
    pid = os.fork()
    if pid == 0:
        status = 99
        try:
            handle = os.open(said, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
            os.dup2(handle, 1)
            os.dup2(handle, 2)
            # Whoever starts tests in the background may have left this signal ignored.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            sys.stdout = os.fdopen(1, "w", closefd=False)
            sys.stderr = os.fdopen(2, "w", closefd=False)
            if hook is not None:
                sys.addaudithook(hook)
            door.main(["prepare", "--data", str(study)])
        except SystemExit as ended:
            status = int(ended.code or 0)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    _, waited = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(waited), said.read_text()


def at_rename(number: int, what: int) -> Hook:
    """Send the process a signal the moment it puts its nth file in place."""
    seen = []

    def hook(event: str, _: tuple[object, ...]) -> None:
        if event == "os.rename":
            seen.append(event)
            if len(seen) == number:
                os.kill(os.getpid(), what)

    return hook


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """A prepared study in a folder with a space, an apostrophe and an accent, and its hashes."""
    study = lay_out(tmp_path_factory.mktemp("it's één map") / "study")
    assert child(study)[0] == 0
    return study, fingerprint(study / "processed")


@pytest.fixture
def fresh(tmp_path) -> Path:
    return lay_out(tmp_path / "study")


def test_RT11_a_folder_may_be_called_anything(undisturbed):
    assert {"'", " ", "é"} <= {*str(undisturbed[0])}
    assert undisturbed[1]


def test_RT01_RT13_raw_data_are_only_read_and_the_network_is_not_asked(undisturbed, tmp_path):
    study = tmp_path / "study"
    shutil.copytree(undisturbed[0] / "raw", study / "raw")
    for path in (study / "raw").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path: path.stat().st_mtime_ns for path in (study / "raw").rglob("*")}
    raw = str(study / "raw")

    def hook(event: str, about: tuple[object, ...]) -> None:
        if event == "open" and str(about[0]).startswith(raw) and "w" in str(about[1]):
            os._exit(9)
        if event == "socket.connect":
            os._exit(8)

    assert child(study, hook)[0] == 0
    assert {path: path.stat().st_mtime_ns for path in (study / "raw").rglob("*")} == before
    assert fingerprint(study / "processed") == undisturbed[1]


@pytest.mark.long
def test_RT02_a_raw_file_that_changed_is_read_again_and_named_with_both_hashes(fresh):
    assert child(fresh)[0] == 0
    before = fingerprint(fresh / "raw")["regions/north/survey/first.csv"]
    text = (fresh / FIRST).read_text()
    (fresh / FIRST).write_text(text.replace(",yes,", ",no,", 1))
    assert child(fresh)[0] == 0
    now = fingerprint(fresh / "raw")["regions/north/survey/first.csv"]
    log = pd.read_csv(fresh / "processed/import_log.csv")
    (line,) = log[log["what"].str.startswith("file changed")].itertuples()
    assert (line.file, line.detail) == (FIRST.as_posix(), f"{before} -> {now}")


def test_RT03_a_folder_that_cannot_be_written_is_told_before_anything_is_computed(fresh):
    (fresh / "processed").write_text("in the way")
    status, said = child(fresh, lambda event, _: os._exit(9) if event == "os.rename" else None)
    assert status == 1
    assert "nothing can be written here" in said


@pytest.mark.long
def test_RT03_a_full_disk_is_a_letter_and_the_next_run_is_whole(fresh, undisturbed):
    resource = pytest.importorskip("resource")
    command = [sys.executable, "-m", "analysis", "prepare", "--data", str(fresh)]
    ran = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)),
    )
    assert ran.returncode == 1, ran.stderr
    assert "nothing can be written here" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert read_manifest(fresh / "processed") == {}
    assert child(fresh)[0] == 0
    assert fingerprint(fresh / "processed") == undisturbed[1]


LONG = pytest.mark.long


@pytest.mark.parametrize("moment", [9, *(pytest.param(n, marks=LONG) for n in (1, 20, 38))])
def test_RT05_a_run_after_a_kill_gives_what_an_undisturbed_one_gives(fresh, undisturbed, moment):
    assert child(fresh, at_rename(moment, signal.SIGKILL))[0] == -signal.SIGKILL
    assert read_manifest(fresh / "processed") == {}
    assert child(fresh)[0] == 0
    assert fingerprint(fresh / "processed") == undisturbed[1]
    assert not [*(fresh / "processed").rglob(".*.part")]


@pytest.mark.long
def test_RT06_two_runs_at_once_make_one_whole_result(fresh, undisturbed):
    command = [sys.executable, "-m", "analysis", "prepare", "--data", str(fresh)]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    assert fingerprint(fresh / "processed") == undisturbed[1]


def test_RT06_whoever_waits_in_vain_is_told_which_process_holds_the_folder(tmp_path):
    told = pytest.raises(StudyError, match=f"process {os.getpid()}")
    with one_at_a_time(tmp_path), told, one_at_a_time(tmp_path, patience=0):
        pass


@pytest.mark.long
@pytest.mark.parametrize(
    "around",
    [
        {"TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "7"},
        {"TZ": "America/Caracas", "LC_ALL": "tr_TR.UTF-8", "OPENBLAS_NUM_THREADS": "2"},
    ],
)
def test_RT09_time_zone_language_and_hashing_change_no_byte(fresh, undisturbed, around):
    command = [sys.executable, "-m", "analysis", "prepare", "--data", str(fresh)]
    subprocess.run(command, check=True, env=os.environ | around, capture_output=True)
    assert fingerprint(fresh / "processed") == undisturbed[1]


@pytest.mark.long
def test_RT14_a_run_that_is_stopped_says_so_and_leaves_no_half_table(fresh):
    status, said = child(fresh, at_rename(5, signal.SIGINT))
    assert status == door.STOPPED
    assert "Stopped" in said and "Traceback" not in said
    assert not [*(fresh / "processed").rglob(".*.part")]
    assert read_manifest(fresh / "processed") == {}
