"""Do the tests notice? Change one rule at a time and see whether its own tests fail.

`python bench/mutants.py --rooms gate ladder --most 30 --seed 1` takes a copy of `src`, makes one
small change at a time in the files of a room, runs that room's own test files on the copy, and
prints which changes nobody noticed. Every change is named by its function and its words, not by a
line, so that the survivors of two versions can be compared. Results are written after each mutant
and a second run goes on where the first stopped; `--again` tries only what survived once more.
"""

import compileall
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from small_changes import Mutant, draw, mutants_of

# Before numpy loads, in this process and in every fork of it.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PROJECT = Path(__file__).resolve().parents[1]
# Where each rule stands (below src/analysis) and the test files that promise it (below tests).
LEARN, TALK = "learn/longitudinal", "collect/interviews"
ROOMS = {
    "ladder": ([f"{LEARN}/verdict.py", f"{LEARN}/__init__.py:settle"], ["test_ladder.py"]),
    "gate": (["tell/disclosure/__init__.py"], ["test_disclosure.py"]),
    "scoring": (["measure/scoring.py"], ["test_scoring.py"]),
    "talk": (
        ["learn/themes/talk.py", "learn/themes/poles.py", "learn/integration/joint.py"],
        ["test_talk.py", "test_joint.py"],
    ),
    "offsets": (
        [f"{TALK}/offsets.py", f"{TALK}/units.py"],
        ["test_offsets.py", "test_odd_projects.py", "test_coding_tools.py"],
    ),
    "answers": (["collect/survey/answers.py"], ["test_answers.py", "test_survey.py"]),
    "voice": (["tell/narrative/voice.py", "tell/narrative/founded.py"], ["test_voice.py"]),
}
# Read once, so that each fork starts at once; nothing of ours, as every fork reads another copy.
WARM = "pytest hypothesis pandas scipy.stats statsmodels.stats.multitest pydantic yaml jinja2"


@dataclass(frozen=True)
class Result:
    """What became of a mutant."""

    room: str
    name: str
    mark: str
    fate: str
    seconds: float


def run(tests: Sequence[str], code: Path, limit: int) -> tuple[int, float]:
    """Run test files on a copy of the code in a fork of this process; status and seconds."""
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        status = 99
        try:
            status = _run_tests(tests, code, limit)
        finally:
            os._exit(status)
    _, waited = os.waitpid(child, 0)
    return waited, time.perf_counter() - start


def _run_tests(tests: Sequence[str], code: Path, limit: int) -> int:
    import pytest

    signal.alarm(limit)
    sys.dont_write_bytecode = True
    sys.path[:] = [str(code), *(place for place in sys.path if place != str(PROJECT / "src"))]
    os.environ["PYTHONPATH"] = str(code)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.chdir(PROJECT)
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--assert=plain", "--tb=no"]
    return int(pytest.main([*options, *(str(PROJECT / "tests" / test) for test in tests)]))


def judge(found: Sequence[Mutant], tests: Sequence[str], code: Path) -> Iterator[Result]:
    """Run the tests of a room on each of its mutants."""
    here = [test for test in tests if (PROJECT / "tests" / test).exists()]
    if not here:
        sys.exit(f"None of the tests {' '.join(tests)} is there: pytest would run them all.")
    status, seconds = run(here, code, 600)
    if status:
        sys.exit(f"The tests {' '.join(here)} fail on the code as it is.")
    limit = int(20 + 5 * seconds)
    for one in found:
        path = code / "analysis" / one.file
        original = path.read_text(encoding="utf-8")
        path.write_text(one.text, encoding="utf-8")
        for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            stale.unlink()
        try:
            status, seconds = run(here, code, limit)
        finally:
            path.write_text(original, encoding="utf-8")
        fate = "survived" if status == 0 else "timeout" if status == signal.SIGALRM else "killed"
        yield Result(one.room, one.name, one.mark, fate, round(seconds, 2))


@click.command()
@click.option("--rooms", multiple=True, type=click.Choice([*ROOMS]), help="Default: every room.")
@click.option("--most", type=click.IntRange(1), default=40, show_default=True, help="Per room.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--minutes", type=float, default=60.0, help="Stop after so long; go on another time.")
@click.option("--again", is_flag=True, help="Try what survived once more.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("mutants.json"))
def main(
    rooms: tuple[str, ...], most: int, seed: int, minutes: float, again: bool, out: Path
) -> None:
    """Change one rule at a time and tell which changes the room's own tests do not notice."""
    until = time.monotonic() + 60 * minutes
    for name in WARM.split():
        __import__(name)
    kept = _kept(out, again)
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="analysis-mutants-") as folder:
        code = Path(folder, "src")
        shutil.copytree(PROJECT / "src", code, ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(code, quiet=2)
        for room in rooms or ROOMS:
            files, tests = ROOMS[room]
            found = draw([*mutants_of(room, files, code / "analysis")], most, seed)
            results += [kept[one.mark] for one in found if one.mark in kept]
            new = [one for one in found if one.mark not in kept]
            for result in judge(new, tests, code) if new else ():
                results.append(result)
                kept[result.mark] = result
                _keep(out, kept.values())
                if time.monotonic() > until:
                    sys.exit("Time is up: start again to go on.")
            _say(room, results)
    click.echo(told("all", results))


def _kept(out: Path, again: bool) -> dict[str, Result]:
    """Read what an earlier run found."""
    rows = json.loads(out.read_text(encoding="utf-8")) if out.exists() else []
    found = [Result(**row) for row in rows]
    return {one.mark: one for one in found if not (again and one.fate == "survived")}


def _keep(out: Path, results: Iterable[Result]) -> None:
    rows = [asdict(result) for result in results]
    out.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _say(room: str, results: Sequence[Result]) -> None:
    for one in results:
        if one.room == room and one.fate == "survived":
            click.echo(f"{room}: nobody noticed {one.name}")
    click.echo(told(room, results))


def told(room: str, results: Sequence[Result]) -> str:
    """Say how many mutants of a room were noticed."""
    own = [one for one in results if room in ("all", one.room)]
    noticed = sum(one.fate != "survived" for one in own)
    return f"{room:8} {noticed:4} of {len(own):4} noticed ({noticed / max(len(own), 1):.0%})"


if __name__ == "__main__":
    main()
