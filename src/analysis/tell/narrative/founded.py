"""Whether a sentence says no more than its rows carry: each number and quotation."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from analysis.plan.evidence import Sentence
from analysis.plan.study.labels import Labels

Row = dict[str, Any]
NUMBER = re.compile(r"(?<![\w.,])([+−-]?)(\d+(?:[.,]\d+)?)(%?)(?!\w)")
INTERVAL = re.compile(r"\b(?:80|90|95)%(?=[ -]interval)")


class UnfoundedSentence(ValueError):
    """A sentence that says more than its evidence: the build must not go on."""


def faults_of(sentence: Sentence, rows: Iterable[Row], name: Labels) -> list[str]:
    """Name everything in a sentence that its rows do not carry."""
    if not sentence.evidence:
        return [f"no evidence: {sentence.text}"]
    own = [row for row in rows if row["evidence_id"] in sentence.evidence]
    missing = {*sentence.evidence} - {row["evidence_id"] for row in own}
    faults = [f"no row {one}: {sentence.text}" for one in sorted(missing)]
    faults += [f"not approved: {row['evidence_id']}" for row in own if _is_unapproved(row)]
    documents = sorted({str(row["document"]) for row in own if "document" in row}, key=len)
    text = INTERVAL.sub("", _without(sentence.text, (*documents[::-1], *name.with_digits)))
    said = [match.groups() for match in NUMBER.finditer(text)]
    known = _numbers(own) if said else set()
    quoted = " ".join(str(row[key]) for row in own for key in row if _holds_text(key))
    texts = {digits for _, digits, _ in NUMBER.findall(quoted)} if said else set()
    faults += [
        f"{word} is no number of: {sentence.text}"
        for word in _unread(NUMBER.sub("", text))
        if not any(word in str(row[key]) for row in own for key in row)
    ]
    return faults + [
        f"{sign}{digits}{unit} is in no row of: {sentence.text}"
        for sign, digits, unit in said
        if not _is_known(sign, digits, unit, known) and digits not in texts
    ]


def _unread(text: str) -> list[str]:
    """Return the words that hold a digit or another sign for a number, left after all numbers."""
    words = (word.strip(".,;:!?()“”‘’\"'") for word in text.split())
    return [word for word in words if any(letter.isnumeric() for letter in word)]


def _holds_text(column: str) -> bool:
    return column.startswith("text") or column == "found"


def _is_unapproved(row: Row) -> bool:
    return row["evidence_id"].startswith("quote/") and str(row.get("approved")) != "True"


def _without(text: str, names: Sequence[str]) -> str:
    """Take whole names out: the wave `1` has nothing to do with the 1 of `+1.32 points`."""
    for name in names:
        if name in text:
            text = re.sub(rf"(?<![\w.,+−]){re.escape(name)}(?![\w%]|[.,]\d)", "", text)
    return text


def _numbers(rows: Sequence[Row]) -> set[Decimal]:
    """Every number rows can carry: their values, their sums, and how often something is so."""
    known = {Decimal(len(rows))}
    for column in {column for row in rows for column in row}:
        values = [row[column] for row in rows if column in row and not pd.isna(row[column])]
        known |= {Decimal(count) for count in Counter(map(str, values)).values()}
        numbers = [float(value) for value in values if _is_number(value)]
        known |= {Decimal(repr(number)) for number in numbers}
        known.add(Decimal(repr(sum(numbers))))
    return known


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _is_known(sign: str, digits: str, unit: str, known: set[Decimal]) -> bool:
    printed = Decimal(digits.replace(",", "."))
    step = Decimal(1).scaleb(int(printed.as_tuple().exponent))
    told = {value * 100 for value in known} if unit else known
    wanted = -printed if sign in ("-", "−") else printed
    return any(value.quantize(step, ROUND_HALF_EVEN) == wanted for value in told)
