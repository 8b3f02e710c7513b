"""Any survey export by itself: one tidy table, its columns, and what was done on the way."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pandas import DataFrame

from analysis.collect.survey.layout import Sheet
from analysis.collect.survey.numbers import Decimals, decimals_of, whole_number
from analysis.collect.survey.sheet import read_sheet
from analysis.collect.survey.wording import is_personal, kind_of_label
from analysis.plan.files.grid import Note, translate, words_of
from analysis.plan.problems import StudyError, refuse
from analysis.plan.study.newfolder import refuse_taken, write_whole

# Bounded, so that a text of a million signs is looked through once and not once for each sign.
ADDRESS = re.compile(
    r"[^\s@]{1,64}@[^\s@]{1,255}\.\w{2,24}|(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){5,7}"
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
SHOWN = 40


@dataclass(frozen=True)
class _Column:
    """How one column was read: what is written for each of its words, and what to say of it."""

    name: str
    kind: str
    said: dict[str, str]
    notes: tuple[Note, ...] = ()


def convert(path: Path, out: Path) -> tuple[Path, ...]:
    """Read one survey export of any supported layout and write it as tables below a new folder.

    `answers.csv` has one row per form, with its row in the file, and one column per question:
    numbers with a point, "don't know" as `dont_know`, what the file declares missing empty.
    `columns.csv` tells what each column holds and what its codes mean, `import_log.csv` what was
    recognised, dropped and translated.

    Raises
    ------
    StudyError with every problem of the file, or if the folder holds something already.
    """
    refuse_taken(out)
    sheet, problems = read_sheet(path, path.name)
    if sheet is None:
        raise StudyError(problems)
    if sheet.grid.cells.empty:
        raise refuse("survey.no_form", path.name)
    names, personal = _without_persons(sheet)
    numeric = [name for name in names if _is_numeric(sheet, name)]
    words = (word for name in numeric for word in words_of(sheet.grid.cells[name]))
    likely = sheet.grid.decimal_comma
    decimals, problems = decimals_of(words, path.name, declared=None, comma_likely=likely)
    if problems:
        raise StudyError(problems)
    columns = [_read(sheet, name, decimals, is_number=name in numeric) for name in names]
    log = [*_intake(sheet, personal), *(note for column in columns for note in column.notes)]
    written = {
        "answers": _answers(sheet, columns),
        "columns": DataFrame([_about(sheet, column) for column in columns]),
        "import_log": DataFrame(log, columns=["what", "detail", "n"]).astype({"n": "Int64"}),
    }
    write_whole(out, {f"{name}.csv": _bytes(table) for name, table in written.items()})
    return tuple(out / f"{name}.csv" for name in written)


def _without_persons(sheet: Sheet) -> tuple[list[str], list[str]]:
    """Part the columns: those with a person's name, address or number are never written."""
    personal = [
        name
        for name in sheet.grid
        if is_personal(sheet.grid.heading(name), sheet.questions.get(name, ""))
        or any(map(ADDRESS.fullmatch, words_of(sheet.grid.cells[name])))
    ]
    return [name for name in sheet.grid if name not in personal], personal


def _intake(sheet: Sheet, personal: list[str]) -> list[Note]:
    size = len(sheet.grid.cells)
    log = [note._replace(n=size) if note.what == "layout" else note for note in sheet.grid.notes]
    for what, flags in (("not submitted", sheet.submitted), ("test entries", sheet.tests)):
        if flags is not None:
            log.append(Note(what, n=int((~flags if what == "not submitted" else flags).sum())))
    if personal:
        log.append(Note("personal columns dropped", ", ".join(personal), len(personal)))
    return log


def _is_numeric(sheet: Sheet, name: str) -> bool:
    """Tell whether all words of a column are numbers, apart from those for no answer."""
    declared = sheet.grid.missing.get(name, {})
    words = [word for word in words_of(sheet.grid.cells[name]) if word and word not in declared]
    words = [word for word in words if kind_of_label(word) is None]
    either = Decimals(("point", "comma"), is_sure=True)
    return bool(words) and all(either.number(word) is not None for word in words)


def _read(sheet: Sheet, name: str, decimals: Decimals, *, is_number: bool) -> _Column:
    cells = sheet.grid.cells[name]
    words = words_of(cells)
    often = np.bincount(cells.cat.codes, minlength=len(words))
    labels, declared = sheet.grid.labels.get(name, {}), sheet.grid.missing.get(name, {})
    said, notes, commas, unsure, hidden = {}, [], 0, 0, 0
    for word, n in zip(words, often.tolist(), strict=True):
        kind = declared.get(word) or kind_of_label(labels.get(word, ""))
        kind = kind or (kind_of_label(word) if is_number else None)
        if kind and word:
            said[word] = kind if kind == "dont_know" else ""
            label = f" ({labels[word]})" if word in labels else ""
            notes.append(Note(f"read as {kind}", f"{name}: {word}{label}", n))
        elif is_number and (whole_number(word) is not None or decimals.number(word) is not None):
            said[word] = word.replace(",", ".")
            commas += n if "," in word else 0
        else:
            bare = word if is_number else ADDRESS.sub("[address]", word)
            said[word] = f"'{bare}" if bare.startswith(FORMULA) and not is_number else bare
            hidden += n if bare != word else 0
            unsure += n if is_number and word else 0
    notes += [Note("decimal commas read as points", name, commas)] if commas else []
    notes += [Note("addresses inside an answer taken out", name, hidden)] if hidden else []
    notes += [Note("left as text: could be two numbers", name, unsure)] if unsure else []
    kind = "number" if is_number and not unsure else "text" if any(words) else "empty"
    return _Column(name, kind, said, tuple(notes))


def _answers(sheet: Sheet, columns: list[_Column]) -> DataFrame:
    cells = sheet.grid.cells
    table: dict[str, object] = {"row": cells.index.to_numpy()}
    for name, flags in (("submitted", sheet.submitted), ("test_entry", sheet.tests)):
        if flags is not None and name not in cells:
            table[name] = np.where(flags, "yes", "no")
    for column in columns:
        table[column.name] = translate(cells[column.name], column.said.__getitem__)
    return DataFrame(table)


def _about(sheet: Sheet, column: _Column) -> dict[str, object]:
    labels = sheet.grid.labels.get(column.name, {})
    shown = [f"{code}={label}" for code, label in labels.items()][:SHOWN]
    return {
        "column": column.name,
        "question": sheet.questions.get(column.name, ""),
        "kind": column.kind,
        "filled": int(translate(sheet.grid.cells[column.name], bool, bool).sum()),
        "different": sum(bool(word) for word in column.said),
        "labels": "; ".join(shown),
    }


def _bytes(table: DataFrame) -> bytes:
    return str(table.to_csv(index=False, lineterminator="\n")).encode()
