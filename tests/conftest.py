"""What several tests share: a tiny study, the pilot, and the folder of reference results."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from tiny_study import lay_out_tiny_study

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

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
