"""What region.yaml may say: everything that differs locally, as frozen models."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, FiniteFloat

from analysis.plan.study.nouns import Id, Noun, Text, Unfit

SEPARATOR = re.compile(r"[\t !#$%&()*+,./:;<=>?@\[\\\]^_`{|}~-]")


def _iso_date(value: str | None) -> str | None:
    if value is not None:
        try:
            date.fromisoformat(value)
        except ValueError as error:
            raise Unfit("date") from error
    return value


def _one_sign(value: str | None) -> str | None:
    value = {"tab": "\t", "comma": ",", "semicolon": ";"}.get(value or "", value)
    if value is not None and not SEPARATOR.fullmatch(value):
        raise Unfit("separator")
    return value


# From 0, wholly at the first pole of a slider, to 10, wholly at the second.
OwnScore = Annotated[FiniteFloat, Field(ge=0, le=10)]
Day = Annotated[str | None, AfterValidator(_iso_date)]
LAYOUT_NAMES = Literal["plain", "limesurvey", "qualtrics", "forms", "spss"]


class ExportChoices(Noun):
    """How to read an export, where what stands in the file is not enough or is wrong."""

    layout: LAYOUT_NAMES | None = None
    encoding: str | None = None
    separator: Annotated[str | None, AfterValidator(_one_sign)] = None
    sheet: str | None = None


class RegionWave(ExportChoices):
    """What a region knows of one wave: when, how many were invited, and what was called otherwise.

    The survey was open from `date` to `until`; `columns` go before those of the region, and
    `one_is_positive` beside its own.
    """

    date: Day = None
    until: Day = None
    invited: int | None = Field(default=None, ge=0, le=10**6)
    columns: dict[str, str] = {}
    one_is_positive: tuple[str, ...] = ()


class Measure(Noun):
    """What could answer a part of the question, and why; without a noun: that nothing does."""

    score: str = ""
    slider: str = ""
    codes: tuple[str, ...] = ()
    stance: Literal["helps", "hinders", "any"] = "any"
    why: Text | None = None


class QuestionPart(Noun):
    """A part of the region's own question, and the measures that could answer it."""

    label: Text
    claim: str = ""
    measures: tuple[Measure, ...] = ()
    source: str = ""
    source_lines: str = ""


class RegionFile(ExportChoices):
    """The content of region.yaml: everything that differs locally, as data."""

    label: Text
    order: int = Field(ge=1)
    synthetic: bool = False
    context: Text | None = None
    question: Text | None = None
    starting_position: Text | None = None
    waves: dict[Id, RegionWave] = {}
    columns: dict[str, str] = {}
    roles: dict[str, str] = {}
    answers: dict[str, FiniteFloat] = {}
    one_is_positive: tuple[str, ...] = ()
    missing: dict[str, Literal["dont_know", "missing"]] = {}
    decimal: Literal["comma", "point"] | None = None
    dates: Literal["day_first", "month_first"] | None = None
    duplicates: Literal["first", "last_complete"] | None = None
    without_code: Literal["refuse", "keep"] = "refuse"
    same_code_elsewhere: Literal["other_person"] | None = None
    codes: dict[str, str] = {}
    coding_columns: dict[str, str] = {}
    offsets: Literal["code points", "UTF-16 units", "UTF-8 bytes"] | None = None
    sliders: dict[str, dict[Id, OwnScore]] = {}
    leading_coder: str = ""
    question_parts: dict[Id, QuestionPart] = {}
