"""When a form was answered: dates as people and programs write them."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from analysis.plan.problems import Problem
from analysis.plan.study import RegionWave

# Google writes 2022/06/22 11:07:29 a.m. EET.
ISO = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ].*)?")
LOCAL = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?:[ ,].*)?")
SERIAL = re.compile(r"([0-9]{4,6})(?:\.[0-9]+)?")
NEVER = "1980-01-01"  # what LimeSurvey writes when it keeps no dates
NEAR = timedelta(days=183)
Moments = dict[str, date | None]


def read_moments(
    words: Sequence[str], file: str, column: str, *, order: str | None, epoch: date | None
) -> tuple[Moments, list[Problem]]:
    """Read the different dates of a column; a date that may be two days is a letter."""
    known: Moments = {}
    local = [match for word in words if (match := LOCAL.fullmatch(word))]
    order = order or _proven_order(local)
    has_iso = any(ISO.fullmatch(word) for word in words)
    if local and (order is None or has_iso) and order is None:
        example = next((word for word in words if ISO.fullmatch(word)), "")
        day = local[0][0].split()[0]
        if not example:
            return {}, [Problem("survey.two_dates", file, column=column, date=day)]
        letter, other = "survey.two_kinds_of_dates", example.split()[0]
        return {}, [Problem(letter, file, column=column, date=day, other=other)]
    for word in words:
        known[word] = _date(word, order, epoch)
    return known, []


def is_moment(word: str) -> bool:
    """Tell whether a cell is a date, with a time or without, however it is ordered."""
    return ISO.fullmatch(word) is not None or LOCAL.fullmatch(word) is not None


def _proven_order(local: Sequence[re.Match[str]]) -> str | None:
    """Return the order that a day above 12 proves, when no other date contradicts it."""
    first = any(int(match[1]) > 12 for match in local)
    second = any(int(match[2]) > 12 for match in local)
    if first == second:
        return None
    return "day_first" if first else "month_first"


def _date(word: str, order: str | None, epoch: date | None) -> date | None:
    try:
        if match := ISO.fullmatch(word):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := LOCAL.fullmatch(word):
            one, other, year = int(match[1]), int(match[2]), int(match[3])
            return date(year, other, one) if order == "day_first" else date(year, one, other)
        if epoch is not None and (match := SERIAL.fullmatch(word)):
            return epoch + timedelta(days=int(match[1]))
    except (ValueError, OverflowError):
        return None
    return None


def outside(when: date | None, wave: RegionWave) -> bool:
    """Tell whether a form was answered when the wave was not held."""
    if when is None or wave.date is None or when.isoformat() == NEVER:
        return False
    start = date.fromisoformat(wave.date)
    if wave.until is None:
        return abs(when - start) > NEAR
    return not start <= when <= date.fromisoformat(wave.until)
