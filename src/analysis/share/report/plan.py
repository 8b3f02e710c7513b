"""What a build must make, and whether it has been made already.

Only the standard library: the answer "nothing changed" must come before pandas is imported.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from analysis.plan.files.lock import hold
from analysis.plan.problems import refuse

PROJECT = Path(__file__).resolve().parents[4]
NOTEBOOKS = PROJECT / "notebooks"
LOCK = PROJECT / "requirements.lock"
STATE = ".build.json"
IN_USE = ".build.lock"


@dataclass(frozen=True)
class Job:
    """One notebook to run: for the whole study, for one region, or for one group of themes."""

    notebook: Path
    region: str | None = None
    group: str | None = None

    @property
    def name(self) -> str:
        """The report's file name without its ending."""
        if self.group is not None:
            return f"theme-{self.group}"
        return self.notebook.stem if self.region is None else f"region-{self.region}"


def jobs(notebooks: Path, raw: Path) -> tuple[Job, ...]:
    """List the notebooks in order: numbered ones once, `region-brief` once per region folder."""
    numbered = sorted(notebooks.glob("[0-9]*.ipynb"))
    brief = notebooks / "region-brief.ipynb"
    folders = sorted(path for path in raw.glob("regions/*") if (path / "region.yaml").is_file())
    regions = [Job(brief, folder.name.lower()) for folder in folders] if brief.is_file() else []
    return (*(Job(notebook) for notebook in numbered), *regions)


def theme_jobs(notebooks: Path, groups: Iterable[str]) -> tuple[Job, ...]:
    """List `theme-sheet` once per group of themes."""
    sheet = notebooks / "theme-sheet.ipynb"
    return tuple(Job(sheet, group=group) for group in groups if sheet.is_file())


def content_hash(content: bytes) -> str:
    """Return the sha256 of some bytes in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__pycache__")))
        for name in sorted(names):
            if not name.startswith((".", "~$")) and not name.endswith(".pyc"):
                yield Path(parent, name)


def key(raw: Path, *, code: Path, notebooks: Path, lock: Path) -> str:
    """Name everything a report depends on in one hash: data, code, notebooks and lock."""
    whole = hashlib.sha256(sys.version.encode())
    for name, top in (("raw", raw), ("code", code), ("notebooks", notebooks)):
        for path in _files(top):
            whole.update(f"{name}/{path.relative_to(top).as_posix()}\0".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    whole.update(lock.read_bytes() if lock.is_file() else b"")
    return whole.hexdigest()


def build_key(study_folder: Path) -> str:
    """Name the inputs of this project's reports on one study."""
    code = Path(__file__).resolve().parents[2]
    return key(study_folder / "raw", code=code, notebooks=NOTEBOOKS, lock=LOCK)


def read_state(reports: Path) -> tuple[str, dict[str, str]]:
    """Read the key of the last build and the hash of every file it published."""
    try:
        state = json.loads((reports / STATE).read_text(encoding="utf-8"))
        return str(state["key"]), {str(k): str(v) for k, v in state["outputs"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "", {}


def state_text(build: str, outputs: dict[str, str], study: str) -> str:
    """Write down a build: its key, its study, and the hash of every file it published."""
    state = {"key": build, "study": study, "outputs": dict(sorted(outputs.items()))}
    return json.dumps(state, indent=1) + "\n"


def mark_of(study_folder: Path, reports: Path) -> str:
    """Name a study by the way from its reports to its folder, hashed: no place is told.

    Both may move together; a copy of a study elsewhere is another study.
    """
    study, shelves = study_folder.resolve(), reports.resolve()
    try:
        way = Path(os.path.relpath(study, shelves))
    except ValueError:  # two drives of Windows
        way = study
    return content_hash(way.as_posix().encode())


def refuse_other_study(study_folder: Path, reports: Path) -> None:
    """Keep the reports of one study from being replaced by those of another.

    Raises
    ------
    StudyError when the reports that stand there were made of another folder.
    """
    try:
        state = json.loads((reports / STATE).read_text(encoding="utf-8"))
        known = str(state["study"])
    except (OSError, ValueError, KeyError, TypeError):
        return  # no reports yet, or made before studies were noted
    if known != mark_of(study_folder, reports):
        own = study_folder.resolve() / "reports"
        raise refuse("run.other_study", str(reports), folder=own)


def is_unchanged(reports: Path, build: str) -> bool:
    """Tell whether the reports on disk are exactly those that this key would give."""
    known, outputs = read_state(reports)
    if known != build or not outputs:
        return False
    try:
        return all(content_hash((reports / p).read_bytes()) == h for p, h in outputs.items())
    except OSError:
        return False


def missing_folders(folder: Path) -> tuple[Path, ...]:
    """List the folders that would have to be made for this one to exist, innermost first."""
    return tuple(path for path in (folder, *folder.parents) if not path.exists())


def remove_empty(folders: Iterable[Path]) -> None:
    """Take away folders that stayed empty, innermost first."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def refuse_inside_raw(study_folder: Path, reports: Path) -> None:
    """Keep reports out of the raw folder, which only people write.

    Raises
    ------
    StudyError when the reports would stand in it.
    """
    if reports.resolve().is_relative_to((study_folder / "raw").resolve()):
        raise refuse("run.inside_raw", str(reports))


@contextmanager
def one_at_a_time(reports: Path) -> Iterator[None]:
    """Hold the reports folder for one run; the system lets go of it when a run is killed.

    Raises
    ------
    StudyError when another run holds it, or when the folder cannot be written.
    """
    made = missing_folders(reports)
    path = reports / IN_USE
    try:
        with hold(path, lambda _: refuse("run.reports_in_use", str(reports)), patience=0):
            try:
                yield
            finally:
                with suppress(PermissionError):  # Windows keeps an open file
                    path.unlink(missing_ok=True)
    finally:
        remove_empty(made)
