"""Check what regions agreed and guessed: `decisions/agreements.csv` and `predictions.csv`."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pandas import DataFrame

from analysis.plan.files.csvfile import CsvFile, read_csv
from analysis.plan.problems import Problem, near
from analysis.plan.study.plan import Plan

COLUMNS = {
    "agreements": [
        *("agreement_id", "region", "wave", "what_nl", "what_en", "who_group", "about_kind"),
        *("about", "due_wave", "state", "shared", "approved_by", "sha256"),
    ],
    "predictions": ["region", "wave", "from_group", "about_group", "measure", "value"],
}
WORDS = {
    "about_kind": ("scale", "composite", "code"),
    "state": ("open", "kept", "partly", "dropped"),
    "shared": ("yes", "no"),
}
APPROVAL = ("approved_by", "sha256")


def read_agreed(
    raw: Path, plan: Plan, regions: Collection[str], codes: Collection[str]
) -> tuple[DataFrame, list[Problem]]:
    """Read what was agreed, and check both tables against the plan; either may be absent.

    An agreement that was edited after it was approved is not shared, and a letter says so.
    """
    agreements, predictions = (
        read_csv(
            raw / f"decisions/{name}.csv", f"raw/decisions/{name}.csv", columns, is_optional=True
        )
        for name, columns in COLUMNS.items()
    )
    known: dict[str, Collection[str]] = {
        "scale": plan.scales,
        "composite": plan.composites,
        "code": codes,
    }
    measures = [*plan.composites, *plan.scales]
    places = {"region": regions, "wave": plan.waves}
    problems = [*agreements.problems, *predictions.problems]
    problems += _references(agreements, {**places, "due_wave": plan.waves})
    problems += _references(predictions, {**places, "measure": measures})
    problems += _agreement_problems(agreements, known, [*plan.waves])
    problems += [*_guess_problems(predictions)]
    rows = agreements.rows.reindex(columns=COLUMNS["agreements"], fill_value="")
    is_edited = (rows["shared"] == "yes") & (rows["sha256"] != rows.apply(hash_of, axis=1))
    told = rows[is_edited & (rows["sha256"] != "") & (rows["what_nl"] != "")]
    edited = [int(row) for row in told.index]
    problems += [agreements.problem("study.agreed_edited", row, "sha256") for row in edited]
    return rows.assign(shared=rows["shared"].where(~is_edited, "no")), problems


def hash_of(agreement: Mapping[str, str]) -> str:
    """Return the sha256 that an approval is bound to: of both texts, a line each."""
    text = f"{agreement['what_nl']}\n{agreement['what_en']}"
    return hashlib.sha256(text.encode()).hexdigest()


def _references(file: CsvFile, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    for row, cells in file.records():
        for column, allowed in known.items():
            if cells[column] not in allowed:
                told = {"value": cells[column][:60], "allowed": near(cells[column], [*allowed])}
                yield file.problem("study.unknown_id", row, column, **told)


def _agreement_problems(
    file: CsvFile, known: Mapping[str, Collection[str]], waves: list[str]
) -> Iterator[Problem]:
    """Ask approval for what is shared, and a wave that is not before the agreement."""
    seen: set[str] = set()
    for row, cells in file.records():
        if cells["agreement_id"] in seen:
            yield file.problem("study.agreed_twice", row, "agreement_id")
        seen.add(cells["agreement_id"])
        for column, allowed in WORDS.items():
            if cells[column] not in allowed:
                told = {"value": cells[column][:60], "known": allowed}
                yield file.problem("study.wrong_word", row, column, **told)
        about = known.get(cells["about_kind"])
        if about is not None and cells["about"] not in about:
            allowed_here = near(cells["about"], [*about])
            value = cells["about"][:60]
            yield file.problem("study.unknown_id", row, "about", value=value, allowed=allowed_here)
        needed = ["agreement_id", "what_nl", *(APPROVAL if cells["shared"] == "yes" else ())]
        for column in [column for column in needed if not cells[column]]:
            yield file.problem("study.empty_cell", row, column)
        if {cells["wave"], cells["due_wave"]} <= {*waves}:
            later = waves[waves.index(cells["wave"]) :]
            if cells["due_wave"] not in later:
                told = {"value": cells["due_wave"], "known": later}
                yield file.problem("study.wrong_word", row, "due_wave", **told)


def _guess_problems(file: CsvFile) -> Iterator[Problem]:
    for row, cells in file.records():
        for column in [one for one in ("from_group", "about_group") if not cells[one]]:
            yield file.problem("study.empty_cell", row, column)
        if not cells["value"].replace(".", "", 1).isdecimal():
            yield file.problem("study.not_a_guess", row, "value", value=cells["value"][:60])
