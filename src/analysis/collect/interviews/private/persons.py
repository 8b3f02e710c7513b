"""Names of people, places and care institutions by the word lists and rules of deduce."""

import logging
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path

from analysis.collect.interviews.private.patterns import Span
from analysis.plan.problems import refuse, why

KINDS: Mapping[str, str] = {
    "persoon": "person",
    "locatie": "place",
    "zorginstelling": "institution",
    "ziekenhuis": "institution",
    "datum": "date",
    "leeftijd": "age",
    "telefoonnummer": "phone",
    "emailadres": "email",
    "url": "web",
    "bsn": "bsn",
    "id": "number",
}
# The long lists: only what can stand in the texts at hand is handed to deduce. Whole, they take
# nine seconds and a gigabyte to load, and a minute and a half to build the first time.
LONG: tuple[str, ...] = (
    "lst_first_name",
    "lst_surname",
    "lst_placename",
    "lst_healthcare_institution",
)
LONG += ("lst_hospital", "lst_eponymous_disease")
# Streets count for deduce only with a house number, which is a shape of our own.
LEFT_OUT = "lst_street"
LETTERS = re.compile(r"[^\W\d_]+")
# What deduce abbreviates, and words too short to tell anything: they rule nothing out.
ANY = {"sint", "ziekenhuis", "gasthuis", "kliniek", "medisch", "centrum", "universitair"}
STEM = 4


def find_persons(texts: Sequence[str]) -> list[list[Span]]:
    """Find for each text what deduce takes for a name, a place, an age or a number.

    Raises
    ------
    StudyError if there is no room for its lists in the folder for temporary files.
    """
    if not texts:
        return []
    try:
        return _read_with_deduce(texts)
    except OSError as error:
        place = tempfile.gettempdir()
        raise refuse("interviews.no_room", place, why=why(error)) from error


def _read_with_deduce(texts: Sequence[str]) -> list[list[Span]]:
    with tempfile.TemporaryDirectory() as place, _quiet():
        # Imported here: a study without quotations must not wait for it.
        from deduce import Deduce

        _write_lists(Path(place), {_stem(word) for text in texts for word in LETTERS.findall(text)})
        reader = Deduce(lookup_data_path=place, cache_path=place)
        return [[*_spans(reader.deidentify(text).annotations)] for text in texts]


def _spans(annotations: object) -> Iterator[Span]:
    for one in sorted(annotations, key=lambda one: one.start_char):  # type: ignore[call-overload]
        yield one.start_char, one.end_char, KINDS.get(one.tag, "person")


def _stem(word: str) -> str:
    """Reduce a word to what deduce's own spellings of it share."""
    plain = word.casefold()
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return plain.replace("ij", "y")[:STEM]


@cache
def _lists() -> dict[str, str]:
    """Read the word lists that come with deduce, by their place in its folder."""
    root = resources.files("deduce").joinpath("data", "lookup", "src")
    with resources.as_file(root) as folder:
        files = [path for path in folder.rglob("*") if path.suffix in (".txt", ".json")]
        return {f.relative_to(folder).as_posix(): f.read_text(encoding="utf-8") for f in files}


@cache
def _entries(place: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Pair each entry of a list with the stems that a text must hold for it to stand there."""
    return tuple(
        (entry, frozenset(_stem(word) for word in LETTERS.findall(entry) if _tells(word)))
        for entry in _lists()[place].splitlines()
    )


def _tells(word: str) -> bool:
    return len(word) >= STEM and word.casefold() not in ANY


def _write_lists(folder: Path, held: set[str]) -> None:
    """Write the lists anew for deduce, the long ones without what cannot be in the texts."""
    for place, text in _lists().items():
        target = folder / "src" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if LEFT_OUT in place and target.name == "items.txt":
            text = ""
        elif target.name == "items.txt" and any(name in place for name in LONG):
            text = "\n".join(entry for entry, stems in _entries(place) if stems <= held)
        target.write_text(text, encoding="utf-8")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep deduce from announcing its lists, and from turning on every program's debug log.

    At import it sends the root log, texts and all, to the standard output; that is undone.
    """
    root = logging.root
    before, level, handlers = root.manager.disable, root.level, [*root.handlers]
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)
        root.setLevel(level)
        root.handlers[:] = handlers
