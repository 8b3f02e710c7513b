"""Run many simulated pilots side by side, and sum up what the methods did with them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
from pandas import DataFrame

from analysis.plan.study import Study, read_study
from analysis.rehearse.simulate import compute_truth, read_planted
from analysis.rehearse.simulate.planted import Phrases, Planted
from analysis.rehearse.validation.claims import claims_of
from analysis.rehearse.validation.coverage import CONTRAST_TARGET, Truth, estimate_all
from analysis.rehearse.validation.pilots import drawn_again, with_site_growth, without_change

# How differently sites grow, as a standard deviation in points.
GROWTH = {"sites grow alike": 0.0, "sites grow a little apart": 0.06, "sites grow apart": 0.12}
NULL, PLANTED = "nothing changes", "as planted"
SEEDS = {"coverage": 1_000_000, NULL: 2_000_000, PLANTED: 3_000_000}
Tell = Callable[[str], None]


def validate(
    folder: Path, *, pilots: int, studies: int, at_once: int, tell: Tell
) -> dict[str, DataFrame]:
    """Draw many pilots and return how often the methods were right.

    Parameters
    ----------
    folder : a study whose raw folder holds planted.yaml and planted-phrases.yaml
    pilots : simulated surveys per scenario, for the coverage of intervals
    studies : whole simulated studies in which nothing changes, and as many with what is planted

    Returns
    -------
    `coverage`: one row per scenario, contrast and method; `claims`: one row per scenario, kind of
    claim, subject and wording, with the share of the studies that said so. Every replicate has a
    seed of its own that nobody chose; the number of processes changes nothing.
    """
    coverage = [
        coverage_of(folder, spread, pilots=pilots, at_once=at_once, tell=tell).assign(scenario=name)
        for name, spread in GROWTH.items()
    ]
    claims = [
        claims_in(folder, name, studies=studies, at_once=at_once, tell=tell).assign(scenario=name)
        for name in (NULL, PLANTED)
    ]
    return {"coverage": _first(pd.concat(coverage)), "claims": _first(pd.concat(claims))}


def coverage_of(
    folder: Path, spread: float | None, *, pilots: int, at_once: int, tell: Tell
) -> DataFrame:
    """Estimate every contrast in many pilots, and sum up per contrast and method.

    `spread` is how differently sites grow, in points; without it as the study has planted.
    """
    task = partial(_pilot, folder, spread, _truth(folder, spread))
    return _coverage(pd.concat(_many(task, pilots, at_once, partial(_counted, tell, "pilots"))))


def claims_in(folder: Path, scenario: str, *, studies: int, at_once: int, tell: Tell) -> DataFrame:
    """Draw many whole studies of one scenario, and sum up what they claim."""
    task = partial(_study, folder, scenario)
    return share_of_claims(_many(task, studies, at_once, partial(_counted, tell, scenario)))


def _counted(tell: Tell, scenario: str, done: int, count: int) -> None:
    if done % 50 == 0 or done == count:
        tell(f"{scenario}: {done} of {count}")


def _first(table: DataFrame) -> DataFrame:
    return table[["scenario", *(name for name in table if name != "scenario")]]


def _many(
    task: Callable[[int], DataFrame],
    count: int,
    at_once: int,
    counted: Callable[[int, int], None],
) -> list[DataFrame]:
    """Run a task for every number, and return the results in the order of the numbers."""
    found: dict[int, DataFrame] = {}
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(task, number): number for number in range(count)}
        for done, future in enumerate(as_completed(waiting), start=1):
            found[waiting[future]] = future.result()
            counted(done, count)
    return [found[number] for number in range(count)]


@cache
def _ingredients(folder: Path) -> tuple[Study, Planted, Phrases]:
    study = read_study(folder)
    return study, *read_planted(study.raw, study.plan)


def _growing(planted: Planted, spread: float | None) -> Planted:
    return planted if spread is None else with_site_growth(planted, spread)


def _truth(folder: Path, spread: float | None) -> Truth:
    study, planted, _ = _ingredients(folder)
    rows = compute_truth(study.plan, _growing(planted, spread))
    return rows.set_index(["region", "scale", "wave"])["mean"].to_dict()


def _pilot(folder: Path, spread: float | None, truth: Truth, number: int) -> DataFrame:
    study, planted, _ = _ingredients(folder)
    drawn = drawn_again(_growing(planted, spread), SEEDS["coverage"] + number)
    return estimate_all(drawn, study.plan, truth)


def _study(folder: Path, scenario: str, number: int) -> DataFrame:
    study, planted, phrases = _ingredients(folder)
    drawn = drawn_again(planted, SEEDS[scenario] + number)
    return claims_of(without_change(drawn) if scenario == NULL else drawn, phrases, study)


def _coverage(rows: DataFrame) -> DataFrame:
    """Sum up the replicates: coverage with its Monte Carlo error, bias and width, in points."""
    held = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
    wrong = (rows["low"] > 0) & (rows["truth"] <= 0) | (rows["high"] < 0) & (rows["truth"] >= 0)
    counted = rows.assign(
        held=held,
        wrong=wrong,
        error=rows["estimate"] - rows["truth"],
        width=rows["high"] - rows["low"],
    )
    groups = counted.groupby(["scale", "contrast", "method"], sort=False)
    table = groups.agg(
        truth=("truth", "first"),
        pilots=("held", "size"),
        coverage=("held", "mean"),
        bias=("error", "mean"),
        spread=("error", "std"),
        width=("width", "mean"),
    ).reset_index()
    error = (table["coverage"] * (1 - table["coverage"]) / table["pilots"]) ** 0.5
    low, high = CONTRAST_TARGET
    inside = table["coverage"].between(low, high)
    return table.assign(coverage_error=error, on_target=inside).round(4)


def share_of_claims(studies: Sequence[DataFrame]) -> DataFrame:
    """Return in which share of the studies each kind, subject and wording was claimed."""
    rows = pd.concat(studies)
    counts = rows.groupby(["kind", "subject", "said"]).size().rename("studies").reset_index()
    return counts.assign(of=len(studies), share=(counts["studies"] / len(studies)).round(4))
