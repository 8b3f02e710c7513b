"""Workbench for longitudinal mixed-methods research on interprofessional collaboration."""

import os
from importlib import import_module
from typing import Any

# Before numpy loads, here and in every process started from here: on a busy machine one small fit
# took 12.4 seconds of CPU with a thread per core, and 0.2 with one. A user's own choice stands.
for _threads in ("OMP", "OPENBLAS", "MKL", "NUMEXPR"):
    os.environ.setdefault(f"{_threads}_NUM_THREADS", "1")
os.environ.setdefault("VECLIB_MAXIMUM_THREADS", "1")

__version__ = "0.1.0"
# A room imports only from wings earlier in this line; `rehearse` may use all up to findings.
WINGS = ("plan", "collect", "measure", "learn", "findings", "tell", "share")
BESIDE = ("rehearse",)
# What a notebook opens with; found only when asked for, so that `import analysis` stays light.
ROOMS = {room: f"analysis.tell.{room}" for room in ("figures", "narrative", "tables")}
DOORS = {
    "gate": "analysis.tell.disclosure",
    "open_findings": "analysis.findings",
    "open_scores": "analysis.findings",
}


def __getattr__(name: str) -> Any:
    """Open a room, or the door of one."""
    if name in ROOMS:
        return import_module(ROOMS[name])
    if name not in DOORS:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(DOORS[name]), name)
