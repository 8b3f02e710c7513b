"""Keep tidy tables on disk: written whole or not at all, read back as they were."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from analysis.problems import Problem, StudyError

KINDS = "kinds.json"


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
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        remedy = "make room or choose a folder that may be written"
        problem = Problem(
            str(path.parent), error.strerror or "an error", "a folder to write", remedy
        )
        raise StudyError([problem]) from error


def to_csv(table: DataFrame) -> bytes:
    """Write a table as UTF-8 CSV with LF; full digits, so that reading gives the same numbers."""
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def store(folder: Path, tables: Mapping[str, DataFrame]) -> None:
    """Write each table as `<name>.csv` with their column kinds, and remove tables not made."""
    for name, table in tables.items():
        write_atomically(folder / f"{name}.csv", to_csv(table))
    kinds = {
        name: {column: _kind(table[column]) for column in table} for name, table in tables.items()
    }
    write_atomically(folder / KINDS, json.dumps(kinds, indent=1).encode("utf-8"))
    for stale in folder.glob("*.csv"):
        if stale.stem not in tables:
            stale.unlink()


def read_back(folder: Path) -> dict[str, DataFrame]:
    """Read every stored table of a folder with the kinds it was written with."""
    path = folder / KINDS
    kinds = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {name: _read(folder / f"{name}.csv", columns) for name, columns in kinds.items()}


def _kind(column: Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "Int64" if column.isna().any() else "int64"
    return "float64" if pd.api.types.is_float_dtype(column) else "text"


def _read(path: Path, kinds: Mapping[str, str]) -> DataFrame:
    cells = pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False)
    return DataFrame({column: _typed(cells[column], kind) for column, kind in kinds.items()})


def _typed(cells: Series, kind: str) -> Series:
    if kind == "text":
        return cells.where(cells != "", None).astype(object)
    if kind == "boolean":
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
