"""Leave out what a page would only say is not there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbformat import NotebookNode

ANSWER = "answer"


def leave_out_bare(notebook: NotebookNode) -> bool:
    """Take bare outputs out, and sections that hold nothing else; say whether all were such.

    Figures, tables and sentences say of themselves whether they are bare: made of a kind of rows
    that the study does not hold. A page with nothing else keeps its question and the one sentence
    that answers it.
    """
    parts = [*_sections(notebook.cells)]
    bare = [_is_bare(part) for part in parts]
    is_all_bare = True in bare and False not in bare
    if is_all_bare:
        answers = [cell for cell in notebook.cells if ANSWER in cell.metadata.get("tags", ())]
        notebook.cells = [*parts[0], *answers]
    else:
        kept = [part for part, is_bare in zip(parts, bare, strict=True) if not is_bare]
        notebook.cells = [cell for part in kept for cell in part]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [
                one for one in cell.outputs if not _said_bare(one) or _may_stay(one, is_all_bare)
            ]
    return is_all_bare


def _may_stay(output: Mapping[str, Any], is_all_bare: bool) -> bool:
    """Keep the sentence that answers, of a page that holds nothing else."""
    about = output["metadata"].values()
    return is_all_bare and any(isinstance(one, Mapping) and one.get("said") for one in about)


def _sections(cells: Sequence[NotebookNode]) -> Iterator[list[NotebookNode]]:
    """Part a notebook at its headings."""
    section: list[NotebookNode] = []
    for cell in cells:
        if section and cell.cell_type == "markdown" and cell.source.startswith("#"):
            yield section
            section = []
        section.append(cell)
    if section:
        yield section


def _is_bare(section: Sequence[NotebookNode]) -> bool | None:
    """Say whether all that a section shows is bare; None where nothing in it says so or not."""
    outputs = (output for cell in section for output in cell.get("outputs", ()))
    told = [one for output in outputs if (one := _said_bare(output)) is not None]
    return all(told) if told else None


def _said_bare(output: Mapping[str, Any]) -> bool | None:
    """Return what an output says of itself."""
    about = output.get("metadata", {}).values()
    said = [one["bare"] for one in about if isinstance(one, Mapping) and "bare" in one]
    return bool(said[0]) if said else None
