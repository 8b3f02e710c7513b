"""What reading, checking and scoring a large survey costs, beside reading it with pandas.

Both are timed turn by turn, each turn in a process of its own, and the turn with the median ratio
is told: on a machine that does other work too, one quick or slow moment then decides nothing.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.collect import survey
from analysis.measure import scoring
from analysis.plan.problems import StudyError
from analysis.plan.study import read_study

ROWS, ITEMS, PER_SCALE = 100_000, 60, 5
MANY, TURNS, TIMES = 10, 5, 3
TIME = "read, check and score 100 000 x 60 answers against pandas.read_csv"
MEMORY = "peak memory of the same, in MB beyond the imports"
FLAT = "processor time per row of 1 000 000 rows against 100 000 (in microseconds)"
WAITED = "the same by the clock, new memory from the system included"

Cost = dict[str, float]


def measure_survey(folder: Path) -> dict[str, tuple[float, float, float]]:
    """Return ours, peer and target for time, memory and growth."""
    small = lay_out(folder / "small", ROWS)
    large = lay_out(folder / "large", ROWS * MANY)
    turns = [(_child("ours", small), _child("peer", small)) for _ in range(TURNS)]
    grown = [(_child("ours", large), _child("ours", small)) for _ in range(TURNS // 2)]
    return {
        TIME: (*_median(turns, "seconds"), 5.0),
        MEMORY: (*_median(turns, "megabytes"), 3.0),
        FLAT: (*_per_row(_median(grown, "worked")), 1.2),
        WAITED: (*_per_row(_median(grown, "seconds")), 1.2),
    }


def _median(turns: Sequence[tuple[Cost, Cost]], what: str) -> tuple[float, float]:
    """Return both figures of the turn whose ratio is the median."""
    pairs = sorted(((one[what], other[what]) for one, other in turns), key=lambda p: p[0] / p[1])
    return pairs[len(pairs) // 2]


def _per_row(seconds: tuple[float, float]) -> tuple[float, float]:
    large, small = seconds
    return large / (ROWS * MANY) * 1e6, small / ROWS * 1e6


def lay_out(folder: Path, rows: int) -> Path:
    """Write a study of one region, one wave and twelve scales with drawn answers."""
    answers = np.random.default_rng(rows).integers(1, 6, (rows, ITEMS))
    items = [f"i{place}" for place in range(ITEMS)]
    scales = [
        f"  s{place}: {{label: s, items: [{', '.join(items[place : place + PER_SCALE])}],"
        f" range: [1, 5], reverse_scored: [i{place}]}}"
        for place in range(0, ITEMS, PER_SCALE)
    ]
    export = folder / "raw/regions/one/survey/only.csv"
    export.parent.mkdir(parents=True)
    with export.open("w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(["participant", "role", "site", "submitted", *items]) + "\n")
        for person, row in enumerate(answers.astype(str)):
            file.write(f"P{person:07d},guide,s{person % 7},yes,{','.join(row)}\n")
    plan = "label: large\nwaves: {only: {label: only}}\nroles: {guide: {label: guide}}\n"
    plan += "scales:\n" + "\n".join(scales) + "\ncomposites: {all_of_it: {label: all}}\n"
    (folder / "raw/study.yaml").write_text(plan, encoding="utf-8")
    (export.parents[1] / "region.yaml").write_text("label: one\norder: 1\n", encoding="utf-8")
    return folder


def _child(what: str, study: Path) -> Cost:
    command = [sys.executable, __file__, what, str(study)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Cost = json.loads(ran.stdout)
    return found


def _ours(study: Path) -> None:
    read = read_study(study)
    surveys, problems = survey.read_surveys(read)
    if problems:
        raise StudyError(problems)
    scoring.score(surveys.forms, read.plan)


def _peer(study: Path) -> None:
    import pandas as pd

    pd.read_csv(study / "raw/regions/one/survey/only.csv")


def _run(work: Callable[[Path], Any], study: Path) -> Cost:
    """Time the quickest of some runs, by clock and processor, and how far memory rose at first."""
    before, seconds, worked, rose = _peak(), [], [], 0.0
    for _ in range(TIMES):
        start, began = time.perf_counter(), os.times().user
        work(study)
        seconds.append(time.perf_counter() - start)
        worked.append(os.times().user - began)
        rose = rose or _peak() - before
    return {"seconds": min(seconds), "worked": min(worked), "megabytes": rose / 1024}


def _peak() -> float:
    """Return the most memory this process ever held, in kB; rusage also counts who started it."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
    import resource

    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    name, place = sys.argv[1:]
    print(json.dumps(_run({"ours": _ours, "peer": _peer}[name], Path(place))))
