"""The one place where text becomes HTML: everything that enters a page passes here."""

import re
from html import unescape
from itertools import count

import bleach
from bleach.sanitizer import Cleaner
from markupsafe import Markup, escape

PROSE = (
    "a abbr b blockquote br cite code dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i kbd li mark"
)
MORE = "ol p pre q s samp section small span strong sub sup u ul var figure figcaption img"
GRID = "table caption colgroup col thead tbody tfoot tr th td details summary"
TAGS = frozenset(f"{PROSE} {MORE} {GRID}".split())
EVERYWHERE = {"class", "id", "title", "lang", "dir", "role", "tabindex", "aria-label"}
SOMETIMES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan", "abbr"},
    "td": {"colspan", "rowspan"},
    "col": {"span"},
    "ol": {"start"},
    "details": {"open"},
}
IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
# Their contents are no text: taken out whole, before the allow-list sees the rest.
UNSEEN = re.compile(
    r"<(script|style|template|title|iframe|object)\b.*?(?:</\1\s*>|\Z)", re.S | re.I
)
HEADING = re.compile(r"<(h[2-4])[^>]*>(.*?)</\1>", re.S)
TABLE = re.compile(r"<table\b.*?</table>", re.S)
ROW_NUMBER = re.compile(r"<tr>\s*<th>(\d+)</th>")
ROW = re.compile(r"<tr\b.*?</tr>", re.S)
CELL = re.compile(r"<(t[hd])>([^<]*)</\1>")
NUMBER = re.compile(r"\s*(?:(?:[-+−≥]|&lt;)?\s?[\d.,]+(?: (?:to|tot) [-+−]?[\d.,]+)?%?|–|)\s*")
EVIDENCE_ID = re.compile(r"[a-z]+/\S+/\S+")
EMPTY = {"–", ""}
UNBROKEN = "\u00a0=\u00a0"
SHORT, LONG, LONGER = 18, 60, 130


def _allowed(tag: str, name: str, value: str) -> bool:
    if tag == "img" and name == "src":
        return IMAGE.fullmatch(value) is not None
    if name == "data-evidence":
        return True
    return name in EVERYWHERE or name in SOMETIMES.get(tag, ())


_CLEANER = Cleaner(
    tags=TAGS, attributes=_allowed, protocols={"http", "https", "mailto", "data"}, strip=True
)


def _without_data_links(html: str) -> str:
    return re.sub(r'(<a\b[^>]*?)\shref="\s*data:[^"]*"', r"\1", html, flags=re.I)


def clean(html: str) -> Markup:
    """Keep prose, tables, data images and our evidence marks; drop everything that can act.

    Tables get a box of their own that scrolls, so that a narrow screen never does.
    """
    safe = _without_data_links(_CLEANER.clean(UNSEEN.sub("", html)))
    return Markup(TABLE.sub(lambda found: _boxed(found[0]), safe))


def _boxed(table: str) -> str:
    """Lay out one table for reading: no row numbers, words to the left, numbers to the right."""
    numbers = ROW_NUMBER.findall(table)
    if numbers and numbers == [str(row) for row in range(len(numbers))]:
        table = ROW_NUMBER.sub(r"<tr>", table).replace("<th></th>", "", 1)
    # pandas leaves the corner of a table empty: an empty heading is read aloud as a mistake.
    table = table.replace("<th></th>", "<td></td>")
    rows = [[text for _, text in CELL.findall(row)] for row in ROW.findall(table)]
    wordy = {
        place
        for row in rows[1:]
        for place, text in enumerate(row)
        if place == 0 or not NUMBER.fullmatch(text)
    }
    table = ROW.sub(lambda row: _aligned(row[0], wordy), table)
    label = 'tabindex="0" role="group" aria-label="Table"'
    return f'<div class="scroll" {label}>{table}</div>'


def _aligned(row: str, wordy: set[int]) -> str:
    """Set a row's words to the left, with the heading and the empty cells of their column."""
    places = count()

    def cell(found: re.Match[str]) -> str:
        tag, text, in_words = found[1], found[2], next(places) in wordy
        if tag == "th":
            return f'<th class="words">{text}</th>' if in_words else found[0]
        if NUMBER.fullmatch(text) and not (in_words and text in EMPTY):
            return found[0]
        if EVIDENCE_ID.fullmatch(text):
            return f'<td class="words id">{text.replace("/", "/<wbr>")}</td>'
        sizes = (" short", SHORT), ("", LONG), (" long", LONGER), (" long longer", len(text))
        size = next(name for name, most in sizes if len(text) <= most)
        return f'<td class="words{size}">{text}</td>'

    return CELL.sub(cell, row)


def plain(html: str) -> str:
    """Return the words of some HTML, without marks."""
    bare = bleach.clean(UNSEEN.sub("", html), tags=set(), attributes={}, strip=True)
    return " ".join(unescape(bare).split())


def sentence_html(html: str) -> Markup:
    """Keep what may stand inside one paragraph: words, emphasis and evidence marks."""
    inline = bleach.clean(
        UNSEEN.sub("", html),
        tags={"span", "em", "strong", "b", "i"},
        attributes=_allowed,
        strip=True,
    )
    return Markup(" ".join(inline.split()).replace(" = ", UNBROKEN))


def slug(text: str) -> str:
    """Name a heading so that a contents list can point to it."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "section"


def with_anchors(html: str, taken: set[str]) -> tuple[Markup, tuple[tuple[int, str, str], ...]]:
    """Give each heading an id of its own; return the HTML and (level, id, words) per heading.

    `taken` holds the ids already used in the page; the ids given here are returned, not added.
    """
    found: list[tuple[int, str, str]] = []

    def anchor(match: re.Match[str]) -> str:
        words = plain(match[2])
        used = taken | {name for _, name, _ in found}
        name = slug(words)
        number = 2
        while name in used:
            name, number = f"{slug(words)}-{number}", number + 1
        found.append((int(match[1][1]), name, words))
        return f'<{match[1]} id="{escape(name)}">{match[2]}</{match[1]}>'

    return Markup(HEADING.sub(anchor, html)), tuple(found)
