"""What a result was made from: raw data, code, lock file and seed, as hashes without a clock."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.collect.processed import fingerprint

CODE = Path(__file__).resolve().parents[1]
PROJECT = CODE.parents[1]


@dataclass(frozen=True)
class Stamp:
    """Hashes of everything that went into the findings."""

    raw: Mapping[str, str]
    code: str
    lock: str
    seed: int = 0

    @property
    def data(self) -> str:
        """One hash for the whole raw folder."""
        return _digest(json.dumps(dict(self.raw), sort_keys=True))

    def with_seed(self, seed: int) -> "Stamp":
        """Return the same stamp with the random seed of the plan."""
        return replace(self, seed=seed)

    def as_manifest(self) -> dict[str, Any]:
        """Return what `manifest.json` holds."""
        return {"code": self.code, "lock": self.lock, "raw": dict(self.raw), "seed": self.seed}

    def matches(self, manifest: Mapping[str, Any]) -> bool:
        """Say whether stored findings were made from the same data and code."""
        mine = self.as_manifest()
        return all(manifest.get(key) == mine[key] for key in ("code", "lock", "raw"))


def stamp_of(folder: Path) -> Stamp:
    """Hash the raw folder of a study, the library and the lock file."""
    lock = PROJECT / "requirements.lock"
    return Stamp(
        raw=fingerprint(folder / "raw"),
        code=_digest(json.dumps(fingerprint(CODE))),
        lock=hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else "",
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
