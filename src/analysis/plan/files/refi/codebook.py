"""The codebook of REFI-QDA, a `.qdc`: its codes, as the tool that wrote it named them."""

from pathlib import Path

from analysis.plan.files.refi.codetree import CodeTree
from analysis.plan.files.sizes import too_large
from analysis.plan.problems import StudyError


class CodebookElements(CodeTree):
    """A codebook on its own."""

    root = "CodeBook"

    def on_CodeBook(self, attributes: dict[str, str]) -> None:
        """Note which tool wrote this."""
        self.tool = attributes.get("origin", "")


def read_codes(path: Path, name: str) -> CodebookElements:
    """Read the codes of a `.qdc`.

    Raises
    ------
    StudyError if it is too large, or no sound XML with a codebook.
    """
    if problems := too_large(path, name):
        raise StudyError(problems)
    elements = CodebookElements(name)
    elements.parse([path.read_bytes()])
    return elements
