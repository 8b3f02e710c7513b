"""The words of letters in another language: a table of patterns, so that no room writes twice."""

import csv
import re
from functools import cache
from pathlib import Path

HOLE = re.compile(r"\\{(\w+)\\}")


def translated(text: str, language: str) -> str:
    """Say a text of a letter in another language; what no pattern of the table fits stays.

    Parts that a pattern leaves open, such as a number or a list of names, are taken over.
    """
    if language == "en":
        return text
    exact, patterns = _table(language)
    if text in exact:
        return exact[text]
    for pattern, other in patterns:
        if found := pattern.fullmatch(text):
            parts = {name: translated(part, language) for name, part in found.groupdict().items()}
            return other.format_map(parts)
    return text


@cache
def _table(language: str) -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Read the table once: texts without holes, and patterns with the most words first."""
    with Path(__file__).with_name(f"letters.{language}.csv").open(encoding="utf-8") as file:
        rows = [(row["en"], row[language]) for row in csv.DictReader(file)]
    exact = {english: other for english, other in rows if "{" not in english}
    open_ones = [row for row in rows if "{" in row[0]]
    ordered = sorted(open_ones, key=lambda row: -len(re.sub(r"\{\w+\}", "", row[0])))
    return exact, tuple((_pattern(english), other) for english, other in ordered)


def _pattern(english: str) -> re.Pattern[str]:
    """Make a pattern of a text: a hole {n} is one word, such as a number; others are open."""
    words = re.escape(english).replace(r"\{n\}", r"(?P<n>\S+)")
    return re.compile(HOLE.sub(r"(?P<\1>.*?)", words), re.DOTALL)
