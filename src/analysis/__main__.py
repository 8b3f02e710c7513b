"""The door: parse, call one function, say what to open next."""

import errno
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from analysis import __version__
from analysis.plan.problems import (
    Phrase,
    Problem,
    StudyError,
    cannot_write,
    letters,
    refuse,
    unreadable,
    why,
)
from analysis.plan.problems.language import first_language
from analysis.share.report import plan

OUR_FAULT, STOPPED = 3, 130
# Beside the catalogue, so that the answer "nothing changed" waits for no parser.
UNCHANGED = {
    "nl": "Er is niets veranderd: de rapporten zijn bij.",
    "en": "Nothing changed: the reports are up to date.",
}
SHARE = {"nl": "Deel", "en": "Share"}
NO_ROOM = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}
NO_PLACE = {errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG}


class _Place(click.Path):
    """A file or folder whose name the system takes; one that is too long is a letter."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        place = Path(str(super().convert(value, param, ctx)))
        with _letters():
            try:
                place.exists()
            except OSError as error:
                raise refuse("run.unusable_name", str(place), why=why(error)) from error
        return place


PLACE = _Place()
data_option = click.option(
    "--data",
    type=PLACE,
    default=plan.PROJECT / "data",
    help="The study: a folder that holds raw/. Default: the project's own data.",
)
reports_option = click.option(
    "--reports",
    type=PLACE,
    default=plan.PROJECT / "reports",
    help="Where the two shelves stand. Default: the project's own reports.",
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1), default=2, show_default=True, help="Notebooks run at once."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="analysis")
def main() -> None:
    """From raw folders to reports on two shelves."""


@main.command()
@data_option
@reports_option
@jobs_option
def report(data: Path, reports: Path, jobs: int) -> None:
    """Rebuild every report when data, code or packages changed."""
    build = plan.build_key(data)
    language = first_language(data)
    if plan.is_unchanged(reports, build):
        click.echo(UNCHANGED[language])
    else:
        with _letters(data):
            _build(data, reports, build, jobs)
    click.echo(f"Open {reports / 'internal' / 'index.html'}")
    click.echo(f"{SHARE[language]} {reports / 'shared'}")


def _build(data: Path, reports: Path, build: str, jobs: int) -> None:
    from analysis.share.report.build import build_reports
    from analysis.share.report.progress import progress
    from analysis.share.report.render import BuildFailed

    try:
        with progress() as tell:
            build_reports(data, reports, build, at_once=jobs, tell=tell)
    except BuildFailed as failed:
        for failure in failed.failures:
            click.echo(f"{failure.letter(first_language(data))}\n", err=True)
        sys.exit(OUR_FAULT)


@main.command()
@data_option
@reports_option
def check(data: Path, reports: Path) -> None:
    """Check the raw data and print every problem at once.

    Only the letters are written, for machines: processed/problems.json.
    """
    with _letters(data):
        from analysis.findings import check_or_raise

        problems, language = check_or_raise(data)
    _keep(data, problems, language)
    if problems:
        click.echo(letters(problems, language) + "\n")
    _echo(Phrase("run.usable", n=len(problems), command=_next(data, reports)), language)


@main.command()
@data_option
@reports_option
def prepare(data: Path, reports: Path) -> None:
    """Turn raw data into processed tables and findings."""
    with _letters(data):
        from analysis.findings import prepare as prepare_study

        findings = prepare_study(data, partial(_echo, language=first_language(data), err=True))
    if findings.warnings:
        click.echo(letters(findings.warnings, findings.letters_in) + "\n")
    folder = data / "processed" / "findings"
    written = Phrase("run.written", n=len(findings.names), folder=folder)
    for said in (written, Phrase("run.next", command=_next(data, reports))):
        _echo(said, findings.letters_in)


@main.command()
@click.argument("file", type=PLACE)
@click.option("--out", type=PLACE, required=True, help="A new folder for the tables.")
def read(file: Path, out: Path) -> None:
    """Read one survey export or coding project; write tidy tables and say what became of it."""
    from analysis.collect import interviews, survey

    with _letters():
        if not file.exists():
            raise refuse("run.no_file", str(file))
        if interviews.is_coding_file(file):
            lines = interviews.convert(file, out)
        else:
            made = [Phrase("run.file", path=path) for path in survey.convert(file, out)]
            lines = tuple(said.text(first_language(None)) for said in made)
    for line in lines:
        click.echo(line)


@main.command()
@data_option
@click.argument("framework")
@click.option("--out", type=PLACE, required=True, help="A folder for the codebook.")
@click.option("--language", type=click.Choice(["nl", "en"]), help="Else the plan's first.")
def codebook(data: Path, framework: str, out: Path, language: str | None) -> None:
    """Write the codes of FRAMEWORK for a coding tool (.qdc) and for Word (.docx)."""
    from analysis.plan.study import read_study
    from analysis.share.codebook import codebook_files

    spoken = first_language(data)
    with _letters(language=spoken):
        files = codebook_files(read_study(data), framework, language or spoken)
        for name in files:
            if (out / name).exists():
                raise refuse("run.codebook_there", str(out / name))
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
            _echo(Phrase("run.file", path=out / name), spoken)


@main.command("add-region")
@data_option
@reports_option
@click.argument("name")
def add_region(data: Path, reports: Path, name: str) -> None:
    """Lay out raw/regions/NAME, ready to be filled in."""
    from analysis.plan.study import lay_out_region

    with _letters(language=first_language(data)):
        region_file = lay_out_region(data / "raw", name)
    said = Phrase("run.region", file=region_file, command=_next(data, reports))
    _echo(said, first_language(data))


@main.command()
@data_option
def simulate(data: Path) -> None:
    """Write the synthetic pilot again, the same bytes as before."""
    from analysis.plan.study import read_study
    from analysis.rehearse.simulate import simulate as write_pilot

    with _letters(language=first_language(data)):
        written = write_pilot(read_study(data), data / "raw")
    _echo(Phrase("run.simulated", n=len(written)), first_language(data))


@main.command()
@data_option
@jobs_option
@click.option("--pilots", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--studies", type=click.IntRange(1), default=500, show_default=True)
@click.option(
    "--out",
    type=PLACE,
    default=plan.PROJECT / "docs" / "validation",
    help="Where coverage.csv and claims.csv are written. Default: docs/validation.",
)
def validate(data: Path, jobs: int, pilots: int, studies: int, out: Path) -> None:
    """Count over many simulated pilots how often the methods are right (hours)."""
    from analysis.rehearse import validation

    with _letters(language=first_language(data)):
        tables = validation.validate(
            data, pilots=pilots, studies=studies, at_once=jobs, tell=click.echo
        )
        out.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            table.to_csv(out / f"{name}.csv", index=False, lineterminator="\n")
    claims = tables["claims"]
    told = [validation.tell_claims(claims), validation.tell_divergences(claims)]
    click.echo("\n\n".join([validation.tell_coverage(tables["coverage"]), *told]) + "\n")
    click.echo(f"Open {out}")


def _next(data: Path, reports: Path) -> str:
    """Return the command that builds the reports, with the folders that are not the usual ones.

    The reports of a study outside the project stand beside its raw folder, unless they were named.
    """
    if data.resolve() != plan.PROJECT / "data" and reports.resolve() == plan.PROJECT / "reports":
        reports = data / "reports"
    folders = {"DATA": (data, "data"), "REPORTS": (reports, "reports")}
    named = [
        f'{word}="{folder.resolve()}"'
        for word, (folder, usual) in folders.items()
        if folder.resolve() != plan.PROJECT / usual
    ]
    return " ".join(["make reports", *named])


@contextmanager
def _letters(data: Path | None = None, language: str = "") -> Iterator[None]:
    """Turn what a researcher can mend into letters and exit 1; anything else is our fault."""
    language = language or first_language(data)
    try:
        yield
    except StudyError as error:
        click.echo(letters(error.problems, language), err=True)
        if data is not None:
            _keep(data, error.problems, language)
        sys.exit(1)
    except KeyboardInterrupt:
        _echo(Phrase("run.stopped"), language, err=True)
        sys.exit(STOPPED)
    except OSError as error:
        if error.errno not in NO_ROOM | NO_PLACE:
            raise
        place = Path(str(error.filename))
        # Raw data are only read, whatever else went wrong there.
        is_raw = data is not None and place.is_relative_to(data / "raw")
        letter = unreadable(str(place), error)
        problems = (letter,) if is_raw else cannot_write(str(place), error).problems
        click.echo(letters(problems, language), err=True)
        sys.exit(1)


def _echo(said: Phrase, language: str, *, err: bool = False) -> None:
    click.echo(said.text(language), err=err)


def _keep(data: Path, problems: Sequence[Problem], language: str) -> None:
    """Write the letters for machines too; a study without any, or without raw data, stays as is."""
    from analysis.collect.processed import write_problems

    if (data / "raw").is_dir() and (problems or (data / "processed").is_dir()):
        with suppress(StudyError):
            write_problems(data / "processed", problems, language)


if __name__ == "__main__":
    try:
        main(prog_name="python -m analysis")
    except Exception:
        # Left to itself Python ends with 1, which here means that the data need attention.
        traceback.print_exc()
        sys.exit(OUR_FAULT)
