"""What several tests share: a tiny study, the pilot, and the folder of reference results."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from tiny_study import lay_out_tiny_study

if TYPE_CHECKING:
    from analysis.findings import Findings

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
# Without a plan the door speaks as the machine does; most promises are written in English.
os.environ["LC_ALL"] = "C.UTF-8"

# A busy machine is no fault of the code, and the same examples come back on every machine.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A fresh tiny study folder that a test may spoil."""
    return lay_out_tiny_study(tmp_path / "study")


@pytest.fixture(scope="session")
def tiny_findings(tmp_path_factory: pytest.TempPathFactory) -> "Findings":
    """What is found in the tiny study, computed once for every test that only reads."""
    from analysis.findings import prepare

    return prepare(lay_out_tiny_study(tmp_path_factory.mktemp("tiny") / "study"))


@pytest.fixture(scope="session")
def pilot_findings(tmp_path_factory: pytest.TempPathFactory) -> "Findings":
    """What is found in the shipped pilot, computed once for every test that only reads."""
    from analysis.findings import prepare

    folder = tmp_path_factory.mktemp("shipped")
    shutil.copytree(PROJECT / "data" / "raw", folder / "raw")
    return prepare(folder)


@pytest.fixture
def prepared(tiny_findings: "Findings", tmp_path: Path) -> Path:
    """A tiny study folder with its stored findings, that a test may spoil."""
    return shutil.copytree(tiny_findings.study.folder, tmp_path / "prepared")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with reference results beside the project; tests skip where it is absent."""
    if not SHARED.exists():
        pytest.skip("needs the reference results in ../shared, which are not here")
    return SHARED


@pytest.fixture
def browser():
    """Debian's Chromium; for one test, because while it runs nothing else may use asyncio."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no chromium here: apt install chromium")
    with sync_api.sync_playwright() as player:
        started = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


# `make test-long` goes on where it stopped: what passed on these very files is left out.


def pytest_addoption(parser):
    parser.addoption("--resume", action="store_true", help="leave out what passed on these files")


def pytest_configure(config):
    """Read once what passed; a worker is handed what the process that started it read."""
    if not config.getoption("--resume"):
        config.passed = None
    elif hasattr(config, "workerinput"):
        config.passed = config.workerinput["passed"]
    else:
        stored = config.cache.get("long/passed", {})
        config.state = hash_of_the_house()
        config.passed = stored.get(config.state, [])
        config.pluginmanager.register(Remembering(config))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["passed"] = node.config.passed


def pytest_collection_modifyitems(config, items):
    done = [item for item in items if item.nodeid in set(config.passed or ())]
    if done:
        config.hook.pytest_deselected(items=done)
        items[:] = [item for item in items if item not in done]


class Remembering:
    """Write down each test that passed, at once, so that a killed run loses nothing."""

    def __init__(self, config):
        self.config = config

    def pytest_runtest_logreport(self, report):
        if report.when == "call" and report.passed:
            self.config.passed.append(report.nodeid)
            self.config.cache.set("long/passed", {self.config.state: self.config.passed})

    def pytest_sessionfinish(self, session, exitstatus):
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.config.passed:
            session.exitstatus = pytest.ExitCode.OK


def hash_of_the_house() -> str:
    """Name the content of every file that a promise may rest on."""
    folders = ("src", "tests", "notebooks", "data/raw")
    files = [path for name in folders for path in (PROJECT / name).rglob("*") if path.is_file()]
    files += [PROJECT / name for name in ("pyproject.toml", "requirements.lock", "Makefile")]
    whole = hashlib.sha256()
    for path in sorted(path for path in files if path.suffix != ".pyc"):
        whole.update(path.relative_to(PROJECT).as_posix().encode() + path.read_bytes())
    return whole.hexdigest()
