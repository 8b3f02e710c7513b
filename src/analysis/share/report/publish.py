"""Put a finished build on the shelves: all of it, or none of it."""

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from analysis.plan.problems import cannot_write
from analysis.share.report import plan

BUILDING = ".building"
SHELVES = ("internal", "shared")


def publish(files: Mapping[str, bytes], reports: Path, build: str, study: str) -> None:
    """Write all files aside, move each into place, remove what is no longer made, note the build.

    Raises
    ------
    StudyError when the folder cannot be written; earlier reports are then still there.
    """
    try:
        _publish(files, reports, build, study)
    except OSError as error:
        raise cannot_write(str(reports), error) from error


def _publish(files: Mapping[str, bytes], reports: Path, build: str, study: str) -> None:
    _, earlier = plan.read_state(reports)
    aside = reports / BUILDING
    shutil.rmtree(aside, ignore_errors=True)
    try:
        for name, content in files.items():
            _write(aside / name, content)
        for name in files:
            (reports / name).parent.mkdir(parents=True, exist_ok=True)
        for name in files:
            (aside / name).replace(reports / name)
        for name in sorted(set(earlier) - set(files)):
            if _is_ours(name):
                (reports / name).unlink(missing_ok=True)
        outputs = {name: plan.content_hash(content) for name, content in files.items()}
        _write(aside / plan.STATE, plan.state_text(build, outputs, study).encode())
        (aside / plan.STATE).replace(reports / plan.STATE)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _is_ours(name: str) -> bool:
    """Tell whether a name in an old build's notes is a file on a shelf, and nothing outside it."""
    parts = PurePosixPath(name).parts
    return len(parts) > 1 and parts[0] in SHELVES and ".." not in parts
