"""Participant codes: what is none, and codes that only seem to differ."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from pandas import Series

from analysis.plan.files.grid import UNSEEN, words_of
from analysis.plan.problems import Problem


class UnfitCode(NamedTuple):
    """A kind of word that is no code: its letter, and signs it holds (for a quick look)."""

    letter: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


SUMS = (
    r"(?:eind|sub|grand )?tota(?:l|al|ls|len)\b.*|gem(?:iddelden?|\.)|mean|average|som|sum|aantal"
)
TEST = r"(?:test|tester|testen|proef|demo|dummy|voorbeeld|example|try)[ ._-]?[0-9]{0,3}"
NONE = r"-+|\?+|n\.?v\.?t\.?|n/a|geen(?: code)?|onbekend|weet niet|unknown|anon(?:iem|ymous)"
NAME = r"[A-Z][a-z]+(?: (?:van|de|der|den|het|ter|ten|te))* [A-Z][a-z]+"
UNFIT = (
    UnfitCode("survey.code_email", ("@",), re.compile(".*@.*")),
    UnfitCode(
        "survey.code_telephone",
        ("06", "31"),
        re.compile(r"(?:\+31|0031|0)[ -]?6(?:[ -]?[0-9]){8}"),
    ),
    UnfitCode("survey.code_name", (" ",), re.compile(NAME)),
    UnfitCode("survey.code_power", ("e",), re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{2,}")),
    UnfitCode(
        "survey.code_date",
        ("-",),
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9:.]+)?"),
    ),
    UnfitCode(
        "survey.code_total",
        ("tota", "gem", "mean", "average", "som", "sum", "aantal"),
        re.compile(SUMS, re.IGNORECASE),
    ),
    UnfitCode("survey.code_sentence", (" ",), re.compile(r"(?=.{25})(?:\S+ +){3,}\S+|.{61,}")),
    UnfitCode(
        "survey.code_test",
        ("test", "proef", "demo", "dummy", "voorbeeld", "example", "try"),
        re.compile(TEST, re.IGNORECASE),
    ),
    UnfitCode(
        "survey.code_none",
        ("-", "?", "n.v.t", "nvt", "n/a", "geen", "onbekend", "weet", "unknown", "anon"),
        re.compile(NONE, re.IGNORECASE),
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
            unfit = {*filter(kind.pattern.fullmatch, words_of(cells))}
            for row in cells.index[cells.isin(unfit)]:
                yield Problem(kind.letter, file, row=int(row), column=str(cells.name))
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
            row, column = int(same.index[1]), str(cells.name)
            yield Problem("survey.codes_alike", file, row=row, column=column, rows=[*same.index])
