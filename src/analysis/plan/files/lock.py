"""One run at a time in a folder: a lock that the system itself drops when a run is killed."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.plan.problems import StudyError, cannot_write


@contextmanager
def hold(path: Path, refusal: Callable[[str], StudyError], *, patience: float) -> Iterator[bool]:
    """Hold a folder by a file in it, and write down there which process does.

    Yields whether another run was there first.

    Parameters
    ----------
    refusal : the letter for whoever waited in vain, given which process holds the folder
    patience : how many seconds to wait for another run

    Raises
    ------
    StudyError when the other run does not end, or when the folder cannot be written.
    """
    # Here, because the answer "nothing changed" must come from the standard library alone.
    from filelock import FileLock, Timeout

    lock, waited = FileLock(path), False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waited = True
            lock.acquire(timeout=patience)
    except Timeout as timeout:
        raise refusal(_holder(path)) from timeout
    except OSError as error:
        raise cannot_write(str(path.parent), error) from error
    try:
        with suppress(OSError):  # a full disk is no reason to stop here
            path.write_text(str(os.getpid()), encoding="utf-8")
        yield waited
    finally:
        lock.release()


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return "?"
