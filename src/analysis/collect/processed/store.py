"""Keep tidy tables on disk: written whole or not at all, read back as they were."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from analysis.plan import described
from analysis.plan.problems import Problem, cannot_write, ordered

KINDS = "kinds.json"
PROBLEMS = "problems.json"
REGISTER = "raw_files"
KEPT = (REGISTER,)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file in one step, so that a reader never meets half of it.

    Raises
    ------
    StudyError if the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
            _settle(path.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise cannot_write(str(path.parent), error) from error


def _settle(folder: Path) -> None:
    """Make a replaced name survive a power cut, where the system lets a folder be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)


def to_csv(table: DataFrame) -> bytes:
    """Write a table as UTF-8 CSV with LF; full digits, so that reading gives the same numbers."""
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def store(folder: Path, tables: Mapping[str, DataFrame], *, stage: str) -> None:
    """Write each table as `<name>.csv` with their column kinds, and remove tables not made.

    Kinds are those of the description at this stage.

    Raises
    ------
    ValueError before anything is written, if a table is not what is described.
    """
    kinds = {}
    for name, table in tables.items():
        told = described.descriptions(stage)[name].dtypes
        numbers = {n: k for n, k in told.items() if k in ("Int64", "float64") and n in table}
        described.check(name, table.astype(numbers), stage)
        kinds[name] = {one: told.get(one) or _kind(table[one]) for one in table}
    for name, table in tables.items():
        write_atomically(folder / f"{name}.csv", to_csv(table))
    write_atomically(folder / KINDS, json.dumps(kinds, indent=1).encode("utf-8"))
    for stale in folder.glob("*.csv"):
        if stale.stem not in (*tables, *KEPT):
            stale.unlink()
    # What a killed run left half-written.
    for part in folder.glob(".*.part"):
        part.unlink(missing_ok=True)


def read_back(folder: Path, *names: str, stage: str) -> dict[str, DataFrame]:
    """Read the stored tables of a folder, or those named, with the kinds they were written with.

    Raises
    ------
    ValueError if a table is not what is described at this stage.
    """
    path = folder / KINDS
    kinds = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    wanted = {name: columns for name, columns in kinds.items() if not names or name in names}
    return {
        name: described.check(name, _read_table(folder / f"{name}.csv", columns), stage)
        for name, columns in wanted.items()
    }


def _kind(column: Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "bool"
    if pd.api.types.is_integer_dtype(column):
        return "Int64"
    return "float64" if pd.api.types.is_float_dtype(column) else "object"


def _read_table(path: Path, kinds: Mapping[str, str]) -> DataFrame:
    cells = pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False)
    return DataFrame({column: _typed(cells[column], kind) for column, kind in kinds.items()})


def _typed(cells: Series, kind: str) -> Series:
    if kind == "object":
        return cells.where(cells != "", None).astype(object)
    if kind == "bool":
        return cells == "True"
    numbers = pd.to_numeric(cells.where(cells != ""), errors="raise")
    return numbers.astype(kind)


def fingerprint(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file below a folder, by its relative path."""
    found = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__pycache__"))]
        for name in names:
            if not name.startswith((".", "~$")):
                path = Path(parent, name)
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                found[path.relative_to(folder).as_posix()] = digest
    return dict(sorted(found.items()))


def register(folder: Path, hashes: Mapping[str, str]) -> DataFrame:
    """Remember the hash of every raw file, and the one before it for a file that changed.

    Returns one row per file: `file`, `sha256` and `before`, which is empty as long as the file is
    what it was when it was first read. The list is written before anything is computed, so that a
    run that is killed and one that is not leave the same list.
    """
    path = folder / f"{REGISTER}.csv"
    try:
        known = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("file")
        earlier = {file: (row["sha256"], row["before"]) for file, row in known.iterrows()}
    except (OSError, ValueError, KeyError):
        earlier = {}
    rows = []
    for file, now in hashes.items():
        then, before = earlier.get(file, (now, ""))
        rows.append((file, now, then if then != now else before))
    listed = DataFrame(rows, columns=["file", "sha256", "before"])
    write_atomically(path, to_csv(listed))
    return listed


def write_problems(folder: Path, problems: Sequence[Problem], language: str = "en") -> None:
    """Write the letters of a run for machines, as `problems.json`."""
    path = folder / PROBLEMS
    rows = [problem.record(language) for problem in ordered(problems)]
    write_atomically(path, (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode("utf-8"))


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write `manifest.json`: the hash of every raw file and of everything they were made with."""
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_atomically(folder / "manifest.json", text.encode("utf-8"))


def remove_manifest(folder: Path) -> None:
    """Take the manifest away, so that the tables count as unfinished until it is back."""
    (folder / "manifest.json").unlink(missing_ok=True)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read `manifest.json`, or nothing if there is none that can be read."""
    try:
        found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
