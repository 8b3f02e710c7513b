"""What agreement costs: 1 000 bootstraps of 5 000 units, 3 coders and 30 codes, on one core."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

UNITS, CODERS, CODES = 5_000, 3, 30
MOST_SECONDS = 10.0
NAMED = "agreement, 1000 bootstraps of 5000 units x 3 coders x 30 codes, against ten seconds"


def seconds_of_agreement(say: Callable[[str], None]) -> float:
    """Measure the slowest of two ways to draw, in a process of its own on one core.

    Few conversations are drawn whole; in less than five every passage is drawn by itself.
    """
    say("agreement between coders")
    command = [sys.executable, __file__]
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    environment = os.environ | one_thread
    told = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    return float(told.stdout)


def main() -> None:
    """Print the processor seconds of the slowest way: with one thread, those of one core."""
    print(max(_seconds(*draw_codings(per)) for per in (100, UNITS)))


def draw_codings(per_conversation: int) -> tuple[DataFrame, DataFrame]:
    """Draw codings that agree four times out of five, some with a second code, and their places."""
    rng = np.random.default_rng(1)
    truth, parts = rng.integers(0, CODES, UNITS), []
    for coder in range(CODERS):
        guess, more = rng.integers(0, CODES, (2, UNITS))
        own = np.where(rng.random(UNITS) < 0.8, truth, guess)
        second = np.flatnonzero(rng.random(UNITS) < 0.2)
        for unit, code in ((np.arange(UNITS), own), (second, more[second])):
            parts.append(DataFrame({"unit": unit, "code": code, "coder": f"c{coder}"}))
    codings = pd.concat(parts).drop_duplicates(ignore_index=True)
    unit = codings["unit"].to_numpy()
    codings = codings.assign(
        region="drawn",
        document=[f"d{n // per_conversation:05}" for n in unit],
        segment=[f"s{n:05}" for n in unit],
        code=[f"k{n:02}" for n in codings["code"]],
        round=1,
        stance="neutral",
    )
    places = codings.drop_duplicates("segment")[["region", "document", "segment", "unit"]]
    start = places["unit"].to_numpy() % per_conversation * 100
    return codings, places.assign(start=start, end=start + 90)


def _seconds(codings: DataFrame, places: DataFrame) -> float:
    from analysis.collect.interviews import Conversations
    from analysis.measure.agreement import agree, cut_passages

    names = sorted(set(codings["code"]))
    plan = SimpleNamespace(seed=1, levels={}, pillars={}, coders_knew_wave=None)
    study: Any = SimpleNamespace(
        plan=plan,
        regions={"drawn": None},
        codes=DataFrame({"id": names, "path": names}),
        crosswalk=DataFrame(columns=["code", "level", "pillar", "strength"]),
    )
    begun = time.process_time()
    agree(cut_passages(Conversations(DataFrame(), places, codings)), study)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
