"""Make one page of one notebook, and several at once."""

import asyncio
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters.markdown import markdown2html
from nbformat import NotebookNode

from analysis.share.report import clean
from analysis.share.report.bare import leave_out_bare
from analysis.share.report.execute import NotebookFailed, execute
from analysis.share.report.plan import Job

TEMPLATES = Path(__file__).with_name("templates")
BRIEF = "application/vnd.analysis.brief+json"
SHOWN = ("image/svg+xml", "image/png", "text/html", "text/markdown", "text/plain")
MARK = re.compile(r'<span ([^>]*\bdata-evidence="([^" ]+)[^"]*"[^>]*)>([^<]*)</span>')
ANCHOR = re.compile(r'<a class="anchor-link"[^>]*>.*?</a>')
EVIDENCE = re.compile(r'\bdata-evidence="([^"]*)"')


@dataclass(frozen=True)
class EvidenceRow:
    """One row of a findings table, as a page shows it."""

    id: str
    table: str
    values: str


Tell = Callable[[int, int, str], None]
LookUp = Callable[[Collection[str]], Sequence[EvidenceRow]]


@dataclass(frozen=True)
class Setting:
    """What all pages of one build share; `names` says of a job what it is about."""

    data: Path
    is_synthetic: bool
    stamp: Mapping[str, Any]
    look_up: LookUp
    scratch: Path
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rendered:
    """One report: its page, its question, its one answer and, for a region, the brief's values."""

    job: Job
    title: str
    page: bytes
    answer: Markup
    brief: Mapping[str, Any] = field(default_factory=dict)
    is_bare: bool = False


async def render(job: Job, setting: Setting) -> Rendered:
    """Run a notebook and export it.

    Raises
    ------
    NotebookFailed when a cell raises or the kernel dies.
    """
    notebook = await execute(job, data=setting.data, scratch=setting.scratch)
    title, said = notebook_title(notebook), answer(notebook)
    is_bare = leave_out_bare(notebook)
    return Rendered(
        job=job,
        title=title,
        page=export(notebook, title, setting, of=setting.names.get(job.name, "")),
        answer=said,
        brief=_brief(notebook),
        is_bare=is_bare,
    )


def notebook_title(notebook: NotebookNode) -> str:
    """Return the question a notebook asks: the title of its first cell."""
    first = notebook.cells[0].source.splitlines() if notebook.cells else []
    return clean.plain(first[0].lstrip("# ")) if first else ""


def _outputs(notebook: NotebookNode, tag: str | None = None) -> Iterable[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and (tag is None or tag in cell.metadata.get("tags", ())):
            yield from (output for output in cell.outputs if "data" in output)


def answer(notebook: NotebookNode) -> Markup:
    """Return the first generated sentence of the cell tagged `answer`, evidence marks included."""
    outputs = [*_outputs(notebook, "answer")]
    marked = (MARK.search(output.data.get("text/html", "")) for output in outputs)
    if said := next(filter(None, marked), None):
        return clean.sentence_html(said[0])
    for output in outputs:
        if "text/html" in output.data:
            return clean.sentence_html(output.data["text/html"])
        if "text/plain" in output.data and not any("image" in kind for kind in output.data):
            return Markup(Markup.escape(output.data["text/plain"]))
    return Markup()


def _brief(notebook: NotebookNode) -> Mapping[str, Any]:
    found = [output.data[BRIEF] for output in _outputs(notebook) if BRIEF in output.data]
    return dict(found[-1]) if found else {}


def _alt(output: NotebookNode) -> str:
    kinds = (output.metadata.get(kind, {}) for kind in SHOWN[:2])
    said = [kind["alt"] for kind in kinds if isinstance(kind, dict) and "alt" in kind]
    return said[0] if said else "Figure without a description"


def _numbers(output: NotebookNode) -> Mapping[str, Any]:
    """Return the numbers that a figure brings along: columns and rows, already printed."""
    kinds = (output.metadata.get(kind, {}) for kind in SHOWN[:2])
    found = [kind["table"] for kind in kinds if isinstance(kind, dict) and "table" in kind]
    return found[0] if found else {}


def _tell(html: str, known: Collection[str]) -> Markup:
    """Clean some HTML, and link each sentence to the row it rests on."""

    def link(match: re.Match[str]) -> str:
        marks, first, words = match.groups()
        return f'<a href="#{first}" {marks}>{words}</a>' if first in known else match[0]

    return Markup(MARK.sub(link, clean.clean(html)))


def _told_in_markdown(notebook: NotebookNode, title: str) -> list[tuple[int, str, str]]:
    """Turn each text cell into clean HTML in its metadata; return the headings for the contents."""
    contents: list[tuple[int, str, str]] = []
    taken = {"contents", "evidence"}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            source = re.sub(rf"\A#\s+{re.escape(title)}\s*(?:\n|\Z)", "", cell.source)
            html = clean.clean(ANCHOR.sub("", markdown2html(source)))
            cell.metadata["told"], found = clean.with_anchors(html, taken)
            contents += found
            taken.update(name for _, name, _ in found)
    return contents


def export(notebook: NotebookNode, title: str, setting: Setting, of: str = "") -> bytes:
    """Write one page: no script, nothing fetched, code folded, every sentence linked to its row."""
    told = [str(o.data["text/html"]) for o in _outputs(notebook) if "text/html" in o.data]
    ids = {name for html in told for marks in EVIDENCE.findall(html) for name in marks.split()}
    rows = setting.look_up(ids)
    page: dict[str, Any] = {
        "title": title,
        "of": of,
        "contents": _told_in_markdown(notebook, title),
        "is_synthetic": setting.is_synthetic,
        "stamp": setting.stamp,
        "rows": rows,
    }
    if rows:
        page["contents"].append((2, "evidence", "What the sentences rest on"))
    exporter = HTMLExporter(template_file=str(TEMPLATES / "page.html.j2"), template_name="base")
    exporter.config.NbConvertBase.display_data_priority = [*SHOWN, BRIEF]
    exporter.register_filter("tell", partial(_tell, known={row.id for row in rows}))
    exporter.register_filter("alt", _alt)
    exporter.register_filter("numbers", _numbers)
    html, _ = exporter.from_notebook_node(notebook, resources={"page": page})
    return str(html).encode()


class BuildFailed(Exception):
    """Some notebooks did not run to their end; nothing was published."""

    def __init__(self, failures: Sequence[NotebookFailed]) -> None:
        self.failures = tuple(failures)
        super().__init__("\n".join(str(failure) for failure in failures))


async def render_all(
    wanted: Sequence[Job], setting: Setting, *, at_once: int, tell: Tell
) -> list[Rendered]:
    """Render every job, some at once, and return them in order.

    Raises
    ------
    BuildFailed naming every notebook that failed.
    """
    turn = asyncio.Semaphore(at_once)
    done = 0

    async def in_turn(job: Job) -> Rendered | NotebookFailed:
        nonlocal done
        async with turn:
            try:
                outcome: Rendered | NotebookFailed = await render(job, setting)
            except NotebookFailed as failure:
                outcome = failure
        done += 1
        tell(done, len(wanted), job.name)
        return outcome

    outcomes = await asyncio.gather(*map(in_turn, wanted))
    failures = [outcome for outcome in outcomes if isinstance(outcome, NotebookFailed)]
    if failures:
        raise BuildFailed(failures)
    return [outcome for outcome in outcomes if isinstance(outcome, Rendered)]
