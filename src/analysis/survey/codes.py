"""Participant codes: what is none, and codes that only seem to differ."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from pandas import Series

from analysis.problems import Problem
from analysis.survey.grid import UNSEEN, words_of


class Unfit(NamedTuple):
    """A kind of word that is no code: signs it holds (for a quick look), and its letter."""

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    found: str
    remedy: str
    severity: Literal["E", "W"] = "E"


AS_TEXT = "export again with the column of codes as text"
NAMELESS = "use a code that names nobody, also in the invitations"
SUMS = (
    r"(?:eind|sub|grand )?tota(?:l|al|ls|len)\b.*|gem(?:iddelden?|\.)|mean|average|som|sum|aantal"
)
NONE = r"-+|\?+|n\.?v\.?t\.?|n/a|geen(?: code)?|onbekend|weet niet|unknown|anon(?:iem|ymous)"
NAME = r"[A-Z][a-z]+(?: (?:van|de|der|den|het|ter|ten|te))* [A-Z][a-z]+"
UNFIT = (
    Unfit(("@",), re.compile(".*@.*"), "an e-mail address as participant code", NAMELESS),
    Unfit(
        ("06", "31"),
        re.compile(r"(?:\+31|0031|0)[ -]?6(?:[ -]?[0-9]){8}"),
        "a telephone number as participant code",
        NAMELESS,
    ),
    Unfit((" ",), re.compile(NAME), "perhaps a name as participant code", NAMELESS, "W"),
    Unfit(
        ("e",),
        re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{2,}"),
        "a participant code that a program turned into a power of ten",
        AS_TEXT,
    ),
    Unfit(
        ("-",),
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9:.]+)?"),
        "a participant code that is a date",
        AS_TEXT,
    ),
    Unfit(
        ("tota", "gem", "mean", "average", "som", "sum", "aantal"),
        re.compile(SUMS, re.IGNORECASE),
        "a row of totals among the people who answered",
        "remove the rows below the answers, or give the person another code",
    ),
    Unfit(
        (" ",),
        re.compile(r"(?=.{25})(?:\S+ +){3,}\S+|.{61,}"),
        "a sentence as participant code",
        "remove the remarks below the answers, or map the column of codes in region.yaml",
    ),
    Unfit(
        ("-", "?", "n.v.t", "nvt", "n/a", "geen", "onbekend", "weet", "unknown", "anon"),
        re.compile(NONE, re.IGNORECASE),
        "a word for no code as participant code",
        "leave the cell empty, or add the code",
    ),
)
# Letters of other alphabets that cannot be told from these.
ALIKE = str.maketrans(
    "АВЕКМНОРСТХаеорсухЅІЈіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXaeopcyxSIJijsABEZHIKMNOPTYX"
)


def unfit_codes(cells: Series, file: str) -> Iterator[Problem]:
    """Refuse codes that name somebody or nobody, or that a program turned into something else."""
    # One look at all codes together: in most exports none is unfit.
    together = "\n".join(words_of(cells))
    folded = together.casefold()
    for kind in UNFIT:
        if any(hint in folded for hint in kind.hints):
            unfit = {word for word in words_of(cells) if kind.pattern.fullmatch(word)}
            for row in cells.index[cells.isin(unfit)]:
                yield Problem(
                    file,
                    kind.found,
                    "a code",
                    kind.remedy,
                    int(row),
                    str(cells.name),
                    kind.severity,
                )
    yield from _alike(cells, together, file)


def _alike(cells: Series, together: str, file: str) -> Iterator[Problem]:
    """Warn of codes that only seem to differ: one person may have answered twice."""
    if not together.isascii():
        together = unicodedata.normalize("NFKC", together).translate(UNSEEN | ALIKE)
    bare = together.casefold().replace(" ", "").split("\n")
    words = words_of(cells)
    if len({*bare}) == len(bare) or len(bare) != len(words):
        return
    place = dict(zip(words, bare, strict=True))
    keys = np.array([place[str(word)] for word in cells], dtype=object)
    shown = Series(keys, index=cells.index)
    doubles = shown[(shown != "") & shown.duplicated(keep=False)]
    for _, same in doubles.groupby(doubles):
        if len({*cells[same.index]}) > 1:
            rows = ", ".join(str(row) for row in same.index)
            found = f"codes in rows {rows} that differ in capitals, space or look-alike signs only"
            remedy = "nothing, if these are two people; else write the code alike and keep one row"
            allowed = "codes that differ clearly"
            yield Problem(file, found, allowed, remedy, int(same.index[1]), str(cells.name), "W")
