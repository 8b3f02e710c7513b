"""One run at a time in the folder of processed tables; a second one waits."""

from contextlib import AbstractContextManager
from pathlib import Path

from analysis.plan.files.lock import hold
from analysis.plan.problems import refuse

IN_USE = ".prepare.lock"
PATIENCE = 120.0


def one_at_a_time(folder: Path, *, patience: float = PATIENCE) -> AbstractContextManager[bool]:
    """Hold a folder while its tables are written; wait for another run, but not for ever.

    Yields whether another run was there first.

    Raises
    ------
    StudyError when the other run does not end, or when the folder cannot be written.
    """
    return hold(
        folder / IN_USE,
        lambda holder: refuse("run.in_use", str(folder), process=holder),
        patience=patience,
    )
