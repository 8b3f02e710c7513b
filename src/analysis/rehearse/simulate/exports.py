"""The same forms as different survey tools hand them over, the same bytes each time."""

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyreadstat
from pandas import DataFrame, Series

from analysis.plan.study import Plan, Region

DETAILS = ("participant", "role", "site", "submitted")
FORM = timedelta(minutes=7)
YES_NO = {"yes": "ja", "no": "nee"}
OPENED = datetime(2023, 1, 2, 9, 0)
# Where an SPSS file holds the moment it was written: nine signs of a date, eight of a time.
WRITTEN = slice(92, 109)
DONT_KNOW, DONT_KNOW_LABEL = 99, "weet niet / n.v.t."


def export_forms(
    forms: DataFrame, kind: str, region: Region, wave: str, plan: Plan, dont_know: str
) -> tuple[str, bytes]:
    """Write forms in the layout and the words of a region; returns the file's ending and content.

    Parameters
    ----------
    forms : one row per form, as drawn: our column names, our roles, answers as text
    kind : `plain`, `limesurvey`, `excel` or `spss`
    dont_know : how the drawn forms write that somebody does not know
    """
    if kind == "plain":
        return ".csv", forms.to_csv(index=False, lineterminator="\n").encode("utf-8")
    return WRITERS[kind](forms, region, wave, plan, dont_know)


def _limesurvey(
    forms: DataFrame, region: Region, wave: str, plan: Plan, dont_know: str
) -> tuple[str, bytes]:
    opened = _opened(region, wave)
    moments = [f"{opened + FORM * place}" for place in range(len(forms))]
    sent = forms["submitted"] == "yes"
    tool = {
        "id": np.arange(1, len(forms) + 1).astype(str),
        "submitdate": np.where(sent, moments, ""),
        "lastpage": np.where(sent, "6", "3"),
        "startlanguage": "nl",
    }
    said = _in_words(forms, region, plan, dont_know).drop(columns="submitted")
    names = region.columns_at(wave)
    table = DataFrame(tool).join(said.rename(columns=lambda name: names.get(name, name)))
    text = table.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_ALL)
    return ".csv", text.encode("utf-8")


def _excel(
    forms: DataFrame, region: Region, wave: str, plan: Plan, dont_know: str
) -> tuple[str, bytes]:
    said = _in_words(forms, region, plan, dont_know)
    names = region.columns_at(wave)
    texts = {item: plan.items[item].text[plan.languages[0]] for item in plan.items}
    header = [names.get(name, texts.get(name, name)) for name in said]
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(wave)
    for row in (header, *said.itertuples(index=False, name=None)):
        page.append([cell or None for cell in row])
    saved = io.BytesIO()
    book.save(saved)
    return ".xlsx", _timeless(saved.getvalue(), _opened(region, wave))


def _timeless(content: bytes, moment: datetime) -> bytes:
    """Pack a workbook again without a clock, and unsqueezed: packers differ between machines."""
    packed = io.BytesIO()
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in sorted(old.namelist()):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, part
                )
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part)
    return packed.getvalue()


def _spss(
    forms: DataFrame, region: Region, wave: str, plan: Plan, dont_know: str
) -> tuple[str, bytes]:
    names = region.columns_at(wave)
    roles = {role: code for code, role in enumerate(plan.roles, start=1)}
    local = _local_roles(region)
    columns: dict[str, Series] = {
        "participant": forms["participant"],
        "role": forms["role"].map(roles).astype(float),
        "site": forms["site"],
        "submitted": (forms["submitted"] == "yes").astype(float),
    }
    answers = _labels(region)
    labels = {
        names.get("role", "role"): {float(roles[role]): local.get(role, role) for role in roles},
        names.get("submitted", "submitted"): {1.0: "ja", 0.0: "nee"},
    }
    questions: dict[str, str | None] = {}
    for item in plan.all_items:
        cells = forms[item].replace({"": None, dont_know: str(DONT_KNOW)})
        columns[item] = cells.astype(float)
        labels[names.get(item, item)] = {**answers, float(DONT_KNOW): DONT_KNOW_LABEL}
        if item in plan.items:
            questions[names.get(item, item)] = plan.items[item].text[plan.languages[0]]
    table = DataFrame({names.get(name, name): column for name, column in columns.items()})
    missing: Any = {names.get(item, item): [DONT_KNOW] for item in plan.all_items}
    with tempfile.TemporaryDirectory(prefix="analysis-") as folder:
        path = Path(folder, "forms.sav")
        pyreadstat.write_sav(
            table,
            path,
            column_labels=questions,
            variable_value_labels=labels,
            missing_ranges=missing,
        )
        content = bytearray(path.read_bytes())
    content[WRITTEN] = f"{_opened(region, wave):%d %b %y%H:%M:%S}".encode("ascii")
    return ".sav", bytes(content)


def _in_words(forms: DataFrame, region: Region, plan: Plan, dont_know: str) -> DataFrame:
    """Write roles and answers as the region's own export does."""
    local = _local_roles(region)
    known = next((word for word, kind in region.missing.items() if kind == "dont_know"), dont_know)
    labels = {f"{number:g}": label for number, label in _labels(region).items()} | {
        dont_know: known
    }
    said = forms.copy()
    said["role"] = said["role"].replace(local)
    said["submitted"] = said["submitted"].replace(YES_NO)
    for item in plan.all_items:
        said[item] = said[item].replace(labels)
    return said


def _local_roles(region: Region) -> dict[str, str]:
    return {ours: theirs for theirs, ours in region.roles.items()}


def _labels(region: Region) -> dict[float, str]:
    return {number: label for label, number in region.answers.items()}


def _opened(region: Region, wave: str) -> datetime:
    held = region.waves.get(wave)
    if held is None or held.date is None:
        return OPENED
    return datetime.fromisoformat(held.date).replace(hour=9)


Writer = Callable[[DataFrame, Region, str, Plan, str], tuple[str, bytes]]
WRITERS: dict[str, Writer] = {"limesurvey": _limesurvey, "excel": _excel, "spss": _spss}
