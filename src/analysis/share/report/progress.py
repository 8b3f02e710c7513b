"""Show how far a build is: a bar on a terminal, plain lines anywhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None]]:
    """Return a function that is told `done, total, what` and shows it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total, what: print(f"[{done:>3}/{total}] {what}", flush=True)
        return
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("")
        yield lambda done, total, what: bar.update(
            task, completed=done, total=total, description=what
        )
