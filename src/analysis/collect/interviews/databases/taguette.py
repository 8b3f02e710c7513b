"""Read a Taguette project: documents are HTML, and a log of commands says who highlighted."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from analysis.collect.interviews.coded import Coded
from analysis.collect.interviews.databases.gathering import Gathering
from analysis.collect.interviews.databases.sqlitefile import Cell, Database, open_database, words

TOOL = "Taguette"
BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
SILENT = {"script", "style", "title"}


class PageWords(HTMLParser):
    """The words of a page: what offsets count, and where a reader sees a new line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.breaks: list[int] = []
        self._length = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Start a new line where a block starts."""
        del attrs
        self._silent += tag in SILENT
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        """Start a new line where a block ends."""
        self._silent -= tag in SILENT and self._silent > 0
        self._break(tag)

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Pass over `<![ ... ]>`: the parser knows a few kinds and breaks off at others."""
        del report
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1

    def _break(self, tag: str) -> None:
        at_line_start = not self.parts or self.parts[-1][-1:] in ("", "\n")
        if tag in BLOCKS and not at_line_start and self._length not in self.breaks[-1:]:
            self.breaks.append(self._length)

    def handle_data(self, data: str) -> None:
        """Take the words; those of scripts and styles are none."""
        if not self._silent:
            # What follows a new line starts it; a new line of its own makes ours needless.
            if data.startswith("\n") and self.breaks[-1:] == [self._length]:
                self.breaks.pop()
            self.parts.append(data)
            self._length += len(data)


def is_taguette(database: Database) -> bool:
    """Recognise the tables."""
    return database.has(
        documents="id name contents", highlights="document_id start_offset", tags="id path"
    )


def read_taguette(path: Path, name: str) -> Coded:
    """Read a Taguette database."""
    with open_database(path, name) as database:
        found = Gathering(TOOL)
        for number, title, contents in database.rows("documents", "id name contents"):
            text, breaks = page_words(words(contents))
            found.add_source(number, words(title), text, breaks=breaks)
        for number, tag, description in database.rows("tags", "id path description"):
            found.add_code(number, words(tag), "", words(description), "")
        _tree(found)
        coders = _coders(database)
        spans: dict[Cell, int] = {}
        columns = "id document_id start_offset end_offset snippet"
        for key, source, start, end, snippet in database.rows("highlights", columns):
            text, _ = page_words(words(snippet))
            span = found.add_span(key, source, start, end, text)
            if span is not None:
                spans[key] = span
        for highlight, tag in database.rows("highlight_tags", "highlight_id tag_id"):
            if highlight in spans:
                coder = coders.get(highlight, "")
                found.add_mark((highlight, tag), spans[highlight], tag, coder)
        found.lost["projects in one file"] += max(0, len(database.rows("projects", "id")) - 1)
        return found.coded()


def page_words(html: str) -> tuple[str, tuple[int, ...]]:
    """Return the words of a page and where its lines break without a letter for it."""
    page = PageWords()
    # HTML knows one line end; a parser of Python's leaves that to us.
    page.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
    page.close()
    text = "".join(page.parts)
    return text, tuple(place for place in page.breaks if 0 < place < len(text))


def _tree(found: Gathering) -> None:
    """Put a tag under the one whose path it continues: `work.meeting` is under `work`."""
    by_path = {code.name: code for code in found.codes.values()}
    for number, code in found.codes.items():
        above = code.name.rpartition(".")[0]
        if above in by_path:
            found.codes[number] = replace(code, parent=by_path[above].guid)


def _coders(database: Database) -> dict[Cell, str]:
    """Return who last set the tags of each highlight; a project of one person may say nothing."""
    coders: dict[Cell, str] = {}
    for login, payload in database.rows("commands", "user_login payload"):
        try:
            told = json.loads(words(payload))
        # A log entry can be anything, such as lists nested a hundred thousand deep.
        except (ValueError, RecursionError):
            continue
        if not isinstance(told, dict) or told.get("type") != "highlight_add":
            continue
        if isinstance(number := told.get("highlight_id"), int | str):
            coders[number] = words(login)
    return coders
