"""Workbench for longitudinal mixed-methods research on interprofessional collaboration."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
# What a notebook opens with; found only when asked for, so that `import analysis` stays light.
DOORS = {
    "gate": "analysis.disclosure",
    "open_findings": "analysis.findings",
    "open_scores": "analysis.findings",
}


def __getattr__(name: str) -> Any:
    """Open the room that holds a name."""
    if name not in DOORS:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(DOORS[name]), name)
