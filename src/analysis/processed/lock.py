"""One run at a time in a folder: a lock that the system itself drops when a run is killed."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.problems import StudyError, cannot_write, refuse

IN_USE = ".prepare.lock"
PATIENCE, PAUSE = 120.0, 0.1


@contextmanager
def one_at_a_time(folder: Path, *, patience: float = PATIENCE) -> Iterator[bool]:
    """Hold a folder while its tables are written; wait for another run, but not for ever.

    Yields whether another run was there first.

    Raises
    ------
    StudyError when the other run does not end, or when the folder cannot be written.
    """
    path, waited = folder / IN_USE, False
    give_up = time.monotonic() + patience
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise cannot_write(str(folder), error) from error
    with held:
        while not _take(held.fileno()):
            waited = True
            if time.monotonic() > give_up:
                raise _in_use(folder, path)
            time.sleep(PAUSE)
        _sign(path)
        yield waited


def _take(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, 0, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sign(path: Path) -> None:
    """Write down which process holds the folder; a full disk is no reason to stop here."""
    try:
        path.write_text(str(os.getpid()), encoding="utf-8")
    except OSError:
        return


def _in_use(folder: Path, path: Path) -> StudyError:
    try:
        holder = path.read_text(encoding="utf-8").strip()
    except OSError:
        holder = "?"
    return refuse("run.in_use", str(folder), process=holder)
