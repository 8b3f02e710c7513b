"""SPSS files: codes as text, with the labels and the missing values the file itself declares."""

import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
from pandas import DataFrame, Series

from analysis.collect.survey.wording import kind_of_label
from analysis.plan.files.grid import Grid, Note, WordPlaces, as_column
from analysis.plan.problems import Problem

KIND = "SPSS file"
# SPSS counts from the first day of the calendar that we use.
BEGIN = datetime(1582, 10, 14)  # noqa: DTZ001
DATED = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "YMDHMS")


def read_spss(
    content: bytes, file: str, *, encoding: str | None = None
) -> tuple[Grid | None, list[Problem]]:
    """Read an SPSS file; a row is numbered as SPSS numbers its cases."""
    try:
        cells, about = _read(content, encoding)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OverflowError):
        return None, [Problem("survey.spss", file)]
    labels = {
        column: {_code(code): str(label) for code, label in known.items()}
        for column, known in about.variable_value_labels.items()
    }
    columns = {name: _column(cells[name]) for name in cells}
    table = DataFrame(columns, index=pd.RangeIndex(1, len(cells) + 1))
    declared = {
        column: _missing(columns[column].categories, ranges, labels.get(column, {}))
        for column, ranges in about.missing_ranges.items()
    }
    questions = {name: text for name, text in about.column_names_to_labels.items() if text}
    return (
        Grid(
            file,
            KIND,
            table,
            labels=labels,
            missing={column: kinds for column, kinds in declared.items() if kinds},
            questions=questions,
            notes=(Note("encoding", str(about.file_encoding).lower()),),
        ),
        [],
    )


def _read(content: bytes, encoding: str | None) -> tuple[DataFrame, Any]:
    with tempfile.TemporaryDirectory(prefix="analysis-") as folder:
        path = Path(folder, "export.zsav" if content.startswith(b"$FL3") else "export.sav")
        path.write_bytes(content)
        # Without user_missing the declared codes would silently be nothing at all.
        asked: dict[str, Any] = {"user_missing": True, "encoding": encoding}
        try:
            return pyreadstat.read_sav(path, **asked)
        except OverflowError:
            # One date that no calendar has stops the library: then dates are taken one by one.
            cells, about = pyreadstat.read_sav(path, **asked, disable_datetime_conversion=True)
            dated = {
                name: [_moment(value) for value in cells[name]]
                for name, kind in about.original_variable_types.items()
                if kind.startswith(DATED)
            }
            return cells.assign(**dated), about


def _moment(seconds: float) -> str | None:
    """Write what SPSS counts in seconds as a date; one that cannot be, as the number it is."""
    if seconds != seconds:
        return None
    try:
        return _date(BEGIN + timedelta(seconds=seconds))
    except OverflowError:
        return _code(seconds)


def _column(values: Series) -> pd.Categorical:
    if pd.api.types.is_numeric_dtype(values):
        codes, found = pd.factorize(values, use_na_sentinel=True)
        words = [_code(one) for one in found]
    else:
        seen = WordPlaces()
        written = ["" if value is None or value != value else _date(value) for value in values]
        codes, words = np.array([seen[word] for word in written], dtype=np.intp), [*seen]
    if (codes == -1).any():
        codes, words = np.where(codes == -1, len(words), codes), [*words, ""]
    return as_column(codes, words)


def _code(value: Any) -> str:
    """Write a code as SPSS shows it: 3, not 3.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _date(value: Any) -> str:
    return str(value).removesuffix(" 00:00:00")


def _missing(
    words: Any, ranges: list[Mapping[str, Any]], labels: Mapping[str, str]
) -> dict[str, str]:
    """Return which codes were declared missing, one by one or as a range."""
    return {
        word: kind_of_label(labels.get(word, "")) or "missing"
        for word in map(str, words)
        if word and any(_is_within(word, one["lo"], one["hi"]) for one in ranges)
    }


def _is_within(word: str, low: Any, high: Any) -> bool:
    if isinstance(low, str):
        return word == low.strip()
    try:
        return bool(float(low) <= float(word) <= float(high))
    except ValueError:
        return False


def is_spss(content: bytes) -> bool:
    """Tell an SPSS file by its first bytes."""
    return content.startswith((b"$FL2", b"$FL3"))
