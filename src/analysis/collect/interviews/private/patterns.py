"""Private words that have a shape: numbers, addresses, dates, and names by their capital."""

import re
from collections.abc import Iterator

Span = tuple[int, int, str]
MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    "|january|february|march|may|june|july|august|october"
)
STREETS = "straat|laan|weg|plein|gracht|singel|kade|dijk|hof|pad|steeg|plantsoen|dreef|markt"
PLACES = (
    "basisschool|school|scholengemeenschap|college|lyceum|gymnasium|kindcentrum|ikc|obs|cbs|pcbs"
    "|rkbs|kdv|kinderopvang|wijkteam|praktijk|stichting"
)
SHAPES = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "web": re.compile(
        r"https?://\S+|\bwww\.\S+|\b[\w-]+\.(?:nl|com|org|net|eu|be)\b|(?<!\S)@\w{3,}"
    ),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
    "postcode": re.compile(r"\b[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}\b"),
    "date": re.compile(
        rf"\b\d{{1,2}}(?:[-/.]\d{{1,2}}[-/.]\d{{2,4}}\b| (?i:{MONTHS})\b(?: \d{{4}}\b)?)"
        r"|\b(?:19|20)\d{2}-\d{2}-\d{2}\b"
    ),
    "address": re.compile(rf"\b[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*(?:{STREETS}) \d+\w?\b"),
    "school": re.compile(
        rf"\b(?i:{PLACES}) (?:(?i:de|het|'t|’t) )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*"
    ),
}
DIGITS = re.compile(r"(?<![\w+])\(?(?:\+|00)?\d(?:[ .()/-]{0,2}\d){5,14}(?!\w)")
WORD = re.compile(r"[^\W\d_][\w'’-]*")
# Dutch writes only names with a capital, except at the start of what is said.
OPENING = re.compile(r"(?:^|[.?!:;…\n])[\s\"'“”‘’«»(\[–—-]*$")
ABBREVIATION = re.compile(r"[A-Z]{2,6}(?:['’-]?(?:s|er|ers))?")


def find_shapes(text: str) -> Iterator[Span]:
    """Find private words by their shape."""
    for kind, shape in SHAPES.items():
        for match in shape.finditer(text):
            yield (*match.span(), kind)
    for match in DIGITS.finditer(text):
        yield (*match.span(), _kind_of(match[0]))
    for match in WORD.finditer(text):
        if _is_a_name(match[0]) and not OPENING.search(text[: match.start()]):
            yield (*match.span(), "capital")


def _is_a_name(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and not ABBREVIATION.fullmatch(word)


def _kind_of(number: str) -> str:
    """Tell a telephone number and a Dutch citizen number (eleven-test) from other digits."""
    digits = [int(letter) for letter in number if letter.isdigit()]
    if len(digits) >= 9 and (number.lstrip("(").startswith(("+", "0"))) and len(digits) != 9:
        return "phone"
    weighed = sum(
        n * weight for n, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=False)
    )
    if len(digits) == 9 and weighed % 11 == 0 and any(digits):
        return "bsn"
    return "number"
