"""Flags of quotations as they were found before: only new texts are searched again."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pandas import DataFrame

from analysis.collect import processed
from analysis.collect.interviews import KnownNames
from analysis.findings.stamp import Stamp

FILE = "flags.json"
# By the sha256 of a text: the kinds that were found in it, and the text with their places marked.
Flagged = Mapping[str, tuple[str, str]]


def rules_of(names: KnownNames, stamp: Stamp) -> str:
    """Name in one hash all that decides on a flag beside the text: names, code and packages."""
    rules = json.dumps([dict(names.names), stamp.code, stamp.lock], sort_keys=True)
    return hashlib.sha256(rules.encode()).hexdigest()


def recall(folder: Path, rules: str) -> Flagged:
    """Read what was found by these very rules; a file that is gone or spoiled costs only time."""
    try:
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
        known = stored["flags"] if stored["rules"] == rules else {}
        return {str(sha): (str(flags), str(marked)) for sha, (flags, marked) in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def keep(folder: Path, rules: str, quotations: DataFrame) -> None:
    """Write down what was found in the quotations there are."""
    columns = (quotations[name] for name in ("sha256", "flags", "marked"))
    flags = {sha: told for sha, *told in zip(*columns, strict=True)}
    text = json.dumps({"rules": rules, "flags": flags}, indent=1, sort_keys=True)
    processed.write_atomically(folder / FILE, text.encode())
