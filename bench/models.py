"""What the mixed model costs: against R on the same data, and as the number of people grows.

`python bench/models.py SCORES.csv` prints seconds, as models.R does.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from pandas import DataFrame

SCRIPT = Path(__file__).with_suffix(".R")
PACKAGES = ("lme4", "lmerTest", "pbkrtest", "emmeans")
SIZES = {300: 18, 1_000: 40, 3_000: 120, 10_000: 400}
REGIONS, WAVES = 3, 3
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def scores_of_scales(tables: dict[str, DataFrame], scales: list[str]) -> DataFrame:
    """Return the scores of some scales with the groups of the primary model as columns."""
    keys = ["region", "wave", "participant"]
    sites = tables["respondents"][[*keys, "site"]]
    scores = tables["scores"].merge(sites, on=keys).dropna(subset=["score"])
    return _named(scores[scores["scale"].isin(scales)])


def draw_scores(people: int, sites: int) -> DataFrame:
    """Draw one scale for many people: three regions, three waves, a quarter of it missing."""
    generator = np.random.default_rng(people)
    person, wave = np.repeat(np.arange(people), WAVES), np.tile(np.arange(WAVES), people)
    site = person % sites
    score = 3 + 0.1 * wave + generator.normal(0, 0.22, sites)[site]
    score += generator.normal(0, 0.1, sites * WAVES)[site * WAVES + wave]
    score += generator.normal(0, 0.5, people)[person] + generator.normal(0, 0.5, len(person))
    named = {"region": site % REGIONS, "wave": wave, "participant": person, "site": site}
    rows = DataFrame({name: column.astype(str) for name, column in named.items()})
    rows = rows.assign(scale="drawn", score=score)
    return _named(rows[generator.random(len(rows)) < 0.75])


def _named(scores: DataFrame) -> DataFrame:
    place = scores["region"].str.cat(scores["site"], sep="/")
    return scores.assign(
        moment=place.str.cat(scores["wave"], sep="/"),
        person=scores["region"].str.cat(scores["participant"], sep="/"),
    )


def seconds_here(scores: DataFrame) -> float:
    """Fit every scale with its means and changes, and return the seconds it took."""
    from analysis.measure.cells import CellMeans

    scales = [rows for _, rows in scores.groupby("scale")]
    start = time.perf_counter()
    for rows in scales:
        fitted = CellMeans.of(rows)
        for cell in fitted.cells:
            fitted.small_sample.contrast(fitted.weights({cell: 1.0})).interval()
        for one, other in combinations(fitted.cells, 2):
            if one[0] == other[0]:
                change = {one: -1.0, other: 1.0}
                fitted.small_sample.contrast(fitted.weights(change)).interval()
    return time.perf_counter() - start


def seconds_apart(scores: DataFrame, folder: Path) -> float:
    """Return `seconds_here` of a process of its own with one thread."""
    return _printed([sys.executable, __file__], scores, folder)


def seconds_in_r(scores: DataFrame, folder: Path) -> float:
    """Return the seconds R takes for the same with one thread."""
    return _printed(["Rscript", str(SCRIPT)], scores, folder)


def why_no_r() -> str:
    """Return why R cannot be measured here, or nothing."""
    if shutil.which("Rscript") is None:
        return "R is not installed"
    listed = ", ".join(f"'{name}'" for name in PACKAGES)
    asked = f"cat(setdiff(c({listed}), rownames(installed.packages())))"
    found = subprocess.run(["Rscript", "-e", asked], capture_output=True, text=True, check=False)
    return f"R lacks the packages {found.stdout}" if found.stdout.strip() else ""


def _printed(command: list[str], scores: DataFrame, folder: Path) -> float:
    path = folder / "scores.csv"
    scores.to_csv(path, index=False)
    done = subprocess.run(
        [*command, str(path)], env=os.environ | ONE_THREAD, capture_output=True, check=True
    )
    return float(json.loads(done.stdout))


if __name__ == "__main__":
    text = pd.read_csv(sys.argv[1], dtype={"wave": str, "region": str, "participant": str})
    print(seconds_here(text.astype({"site": str})))
