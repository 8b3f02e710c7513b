"""Run one notebook from top to bottom in a fresh kernel."""

import os
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from analysis.plan.problems import Phrase, Problem
from analysis.share.report.plan import Job


class NotebookFailed(Exception):
    """A notebook did not run to its end."""

    def __init__(self, job: Job, cell: int, found: str | Phrase) -> None:
        self.job, self.cell, self.found = job, cell, found
        super().__init__(self.letter())

    def letter(self, language: str = "en") -> str:
        """Say where it stopped and what to do."""
        file = f"notebooks/{self.job.notebook.name}"
        where = Problem("run.notebook", file, error=self.found)
        place, _, told = where.letter(language).partition("\n")
        cell = Phrase("run.cell", n=self.cell).text(language)
        chosen = self.job.region or self.job.group
        return f"{place}, {cell}{f' ({chosen})' if chosen else ''}\n{told}"


def environment(data: Path) -> dict[str, str]:
    """Return the environment of every kernel: the same sums and pictures on any machine."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "ANALYSIS_DATA": str(data.resolve()),
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }


def with_choice(notebook: NotebookNode, job: Job) -> NotebookNode:
    """Fill in what a notebook is run for, in the cell tagged `parameters`."""
    chosen = {"region": job.region, "group": job.group}
    lines = [f"{name} = {value!r}" for name, value in chosen.items() if value is not None]
    for cell in notebook.cells if lines else ():
        if "parameters" in cell.metadata.get("tags", ()):
            cell.source = "\n".join(lines)
    return notebook


async def execute(job: Job, *, data: Path, scratch: Path) -> NotebookNode:
    """Run every cell from the top in a kernel of its own."""
    notebook = with_choice(nbformat.read(job.notebook, as_version=4), job)
    # A user's own start-up files and kernels under the same name would change the results.
    home = scratch / f"ipython-{job.name}"
    config = Config()
    config.KernelSpecManager.kernel_dirs = []
    config.KernelManager.connection_file = str(scratch / f"{job.name}.json")
    config.KernelManager.transport = "tcp" if os.name == "nt" else "ipc"
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        kernel_manager_class=AsyncKernelManager,
        resources={"metadata": {"path": str(job.notebook.parent)}},
        config=config,
    )
    try:
        await client.async_execute(env=environment(data) | {"IPYTHONDIR": str(home)})
    except CellExecutionError as error:
        raise NotebookFailed(
            job, _stopped_at(notebook), f"{error.ename}: {error.evalue}"
        ) from error
    except DeadKernelError as error:
        raise NotebookFailed(job, _stopped_at(notebook), Phrase("run.kernel_died")) from error
    return notebook


def _stopped_at(notebook: NotebookNode) -> int:
    run = [n for n, cell in enumerate(notebook.cells, 1) if cell.get("execution_count")]
    return run[-1] if run else 1
