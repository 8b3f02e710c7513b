"""What a build costs, as ratios measured in one run on one machine: `make bench`."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

import agreement
import codings
import models
import survey
from analysis.plan.problems import StudyError, letters
from analysis.share.report import plan

ONE_BY_ONE = "full build against jupyter nbconvert --execute, one by one"
UNCHANGED = "nothing changed against a full build"


@dataclass(frozen=True)
class Figure:
    """One measured ratio; seconds for `ours` and `peer`.

    Where the peer is not here, `peer`, `ratio` and `met` are empty and `note` says why.
    """

    figure: str
    ours: float
    peer: float | None
    ratio: float | None
    target: float
    met: bool | None
    note: str = ""


def measure(study: Path, *, at_once: int, say: Callable[[str], None]) -> list[Figure]:
    """Time a full build, a second one, and its peer on the same notebooks and findings.

    The first build also fills the caches (byte code, fonts, findings), so that the two measured
    ways start alike.
    """
    with tempfile.TemporaryDirectory(prefix="analysis-bench-") as folder:
        reports = Path(folder, "reports")
        command = [sys.executable, "-m", "analysis", "report", "--data", str(study)]
        command += ["--reports", str(reports), "--jobs", str(at_once)]
        say("warming up")
        _seconds(command, study)
        (reports / plan.STATE).unlink()
        say("one full build")
        full = _seconds(command, study)
        say("nothing changed")
        unchanged = min(_seconds(command, study) for _ in range(3))
        say("the same notebooks one by one")
        one_by_one = sum(_seconds(c, study) for c in _peers(study, Path(folder)))
    return [
        _figure(ONE_BY_ONE, full, one_by_one, target=1 / 6),
        _figure(UNCHANGED, unchanged, full, target=1 / 200),
        *_models(study, say),
        _agreement(say),
        *_codings(say),
        *_survey(say),
    ]


def _survey(say: Callable[[str], None]) -> list[Figure]:
    """Time a large survey from file to scores, and see how memory and rows weigh."""
    say("a survey of 100 000 rows, and one of a million")
    with tempfile.TemporaryDirectory(prefix="analysis-bench-") as folder:
        found = survey.measure_survey(Path(folder))
    return [
        _figure(name, ours, peer, target=target) for name, (ours, peer, target) in found.items()
    ]


def _agreement(say: Callable[[str], None]) -> Figure:
    """Time the agreement of a large double coding against ten seconds."""
    seconds = agreement.seconds_of_agreement(say)
    return _figure(agreement.NAMED, seconds, agreement.MOST_SECONDS, target=1)


def _codings(say: Callable[[str], None]) -> Iterable[Figure]:
    for row in codings.measure_codings(say):
        yield _figure(row.figure, row.ours, row.peer, target=row.target)


def _models(study: Path, say: Callable[[str], None]) -> list[Figure]:
    """Time the mixed model of every scale against R, and with more people than the study has."""
    from analysis.collect import processed
    from analysis.plan.study import read_study

    say("the mixed models here and in R")
    scales = [*read_study(study).plan.scales]
    scores = models.scores_of_scales(
        processed.read_back(study / "processed", stage="processed"), scales
    )
    with tempfile.TemporaryDirectory(prefix="analysis-bench-") as name:
        folder = Path(name)
        ours = models.seconds_apart(scores, folder)
        named = f"{len(scales)} scales, fit + means + changes, against R's lmer and emmeans"
        reason = models.why_no_r()
        if reason:
            rows = [Figure(named, round(ours, 3), None, None, 0.3, None, reason)]
        else:
            rows = [_figure(named, ours, models.seconds_in_r(scores, folder), target=0.3)]
        least, *more = models.SIZES.items()
        drawn = {n: models.draw_scores(n, sites) for n, sites in (least, *more)}
        base = models.seconds_apart(drawn[least[0]], folder)
        for people, sites in more:
            took = models.seconds_apart(drawn[people], folder)
            named = f"the model of {people} people at {sites} sites against {least[0]} people"
            rows.append(_figure(named, took, base, target=people / least[0]))
    return rows


def _peers(study: Path, folder: Path) -> Iterable[list[str]]:
    """Write the notebooks as a build runs them and return the plain command for each."""
    import nbformat

    from analysis.findings import open_findings
    from analysis.share.report.execute import with_choice

    groups = [group.id for group in open_findings(study).groups]
    themes = plan.theme_jobs(plan.NOTEBOOKS, groups)
    for job in (*plan.jobs(plan.NOTEBOOKS, study / "raw"), *themes):
        notebook = with_choice(nbformat.read(job.notebook, as_version=4), job)
        copy = folder / f"{job.name}.ipynb"
        nbformat.write(notebook, copy)
        convert = ["-m", "jupyter", "nbconvert", "--to", "html", "--execute", str(copy)]
        yield [sys.executable, *convert, "--log-level", "ERROR"]


def _seconds(command: Sequence[str], study: Path) -> float:
    start = time.perf_counter()
    environment = os.environ | {"ANALYSIS_DATA": str(study.resolve())}
    subprocess.run(command, check=True, env=environment, capture_output=True)
    return time.perf_counter() - start


def _figure(figure: str, ours: float, peer: float, *, target: float) -> Figure:
    ratio = ours / peer
    return Figure(
        figure, round(ours, 3), round(peer, 3), round(ratio, 4), round(target, 4), ratio <= target
    )


def write(figures: Sequence[Figure], path: Path) -> None:
    """Write the figures as a list of rows."""
    rows = [asdict(figure) for figure in figures]
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def show(figures: Sequence[Figure]) -> None:
    """Print the figures as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("figure", "ours (s)", "peer (s)", "ratio", "target", "met")
    for row in figures:
        numbers = (row.ours, row.peer, row.ratio, row.target)
        shown = ("-" if n is None else f"{n:.3g}" for n in numbers)
        met = row.note if row.met is None else "yes" if row.met else "no"
        table.add_row(row.figure, *shown, met)
    Console().print(table)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=plan.PROJECT / "data")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("bench.json"))
def main(data: Path, jobs: int, out: Path) -> None:
    """Measure the build against its peers, as ratios in one run."""
    try:
        rows = measure(data, at_once=jobs, say=click.echo)
    except StudyError as error:
        raise SystemExit(letters(error.problems)) from None
    write(rows, out)
    show(rows)
    click.echo(f"Open {out}")


if __name__ == "__main__":
    main()
