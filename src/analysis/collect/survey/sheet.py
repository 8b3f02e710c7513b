"""Which kind of file, which layout: by what stands in it, never by its name alone."""

from pathlib import Path

from analysis.collect.survey.layout import Layout, Sheet
from analysis.collect.survey.limesurvey import LimeSurvey
from analysis.collect.survey.microsoft import MicrosoftForms
from analysis.collect.survey.plain import Plain
from analysis.collect.survey.qualtrics import Qualtrics
from analysis.collect.survey.spss import is_spss, read_spss
from analysis.plan.files.delimited import read_delimited
from analysis.plan.files.grid import Grid, Note
from analysis.plan.files.sizes import too_large
from analysis.plan.files.workbook import read_workbook
from analysis.plan.problems import Phrase, Problem, unreadable
from analysis.plan.study.regionfile import ExportChoices

TOOLS: tuple[Layout, ...] = (LimeSurvey(), Qualtrics(), MicrosoftForms())
ELSE: tuple[Layout, ...] = (Plain("spss", is_spss=True), Plain("plain"))
LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (*TOOLS, *ELSE)}
SUFFIXES = {"text": (".csv", ".tsv", ".txt"), "workbook": (".xlsx",), "spss": (".sav", ".zsav")}
NAMES = {"text": "separated text", "workbook": "an Excel workbook", "spss": "an SPSS file"}
REFUSED = (
    (b"\xd0\xcf\x11\xe0", "survey.old_excel"),
    (b"%PDF", "survey.pdf"),
    (b"SQLite format 3", "survey.database"),
    (b"\x1f\x8b", "survey.compressed"),
    (b"\x89PNG", "survey.picture"),
    (b"\xff\xd8\xff", "survey.picture"),
    (b"<stata_dta>", "survey.stata"),
    (b"PAR1", "survey.parquet"),
)


def read_sheet(
    path: Path, file: str, choices: ExportChoices | None = None
) -> tuple[Sheet | None, list[Problem]]:
    """Read one export of any supported kind and layout as text; nothing is coerced."""
    if not path.is_file():
        return None, [Problem("survey.no_export", file)]
    try:
        if problems := too_large(path, file):
            return None, problems
        content = path.read_bytes()
    except OSError as error:
        return None, [unreadable(file, error)]
    grid, problems = _read_grid(content, path.suffix.lower(), file, choices)
    if grid is None:
        return None, problems
    declared = choices.layout if choices else None
    fitting = [layout for layout in TOOLS if layout.fits(grid)]
    if declared is None and len(fitting) > 1:
        names = [layout.name for layout in fitting]
        return None, [Problem("survey.layouts", file, names=names)]
    layout = LAYOUTS[declared] if declared else [*fitting, *(e for e in ELSE if e.fits(grid))][0]
    sheet = layout.read(grid.noting(Note("layout", f"{layout.name}, {grid.kind}", None)))
    return sheet, []


def _read_grid(
    content: bytes, suffix: str, file: str, choices: ExportChoices | None
) -> tuple[Grid | None, list[Problem]]:
    if not content or content.isspace():
        return None, [Problem("files.empty_export", file)]
    kind, refused = _kind(content)
    if refused:
        return None, [Problem("survey.refused", file, what=Phrase(refused))]
    encoding = choices.encoding if choices else None
    if kind == "workbook":
        grid, problems = read_workbook(content, file, sheet=choices.sheet if choices else None)
    elif kind == "spss":
        grid, problems = read_spss(content, file, encoding=encoding)
    else:
        separator = choices.separator if choices else None
        grid, problems = read_delimited(content, file, encoding=encoding, separator=separator)
    if grid is not None and suffix not in SUFFIXES[kind]:
        grid = grid.noting(Note("file is not what its name says", f"{NAMES[kind]}, not {suffix}"))
    return grid, problems


def _kind(content: bytes) -> tuple[str, str]:
    """Return what a file is by its first bytes, or why it is refused."""
    for mark, name in REFUSED:
        if content.startswith(mark):
            return "", name
    if is_spss(content):
        return "spss", ""
    if content.startswith(b"PK\x03\x04"):
        is_workbook = b"xl/workbook.xml" in content or b"xl/" in content
        return ("workbook", "") if is_workbook else ("", "survey.zip")
    start = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b'{"', b'[{"', b"[[")) or start in {b"{}", b"[]"}:
        return "", "survey.json"
    if start.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"{\\rtf")):
        return "", "survey.web_page"
    return "text", ""
