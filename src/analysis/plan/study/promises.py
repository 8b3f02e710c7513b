"""What a plan says of items, codes and regions, held against those there are."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from analysis.plan.problems import Phrase, Problem, near
from analysis.plan.study.codebooks import Codebooks
from analysis.plan.study.plan import Plan
from analysis.plan.study.regions import FOLDERS, Region
from analysis.plan.study.yamlfile import YamlFile


def check_items(file: YamlFile, plan: Plan) -> list[Problem]:
    """Refuse items that are not on the list of items, and warn of an item in two scales.

    A plan without a list of items may call its items anything. `shares_items: true` at a scale says
    that it is meant to share them.
    """
    return _unknown_items(file, plan) + _shared_items(file, plan)


def check_pairs(file: YamlFile, plan: Plan, codebooks: Codebooks) -> list[Problem]:
    """Refuse a pair of `beside` that names a code of no codebook."""
    known = [*codebooks.codes["id"]]
    if not codebooks.is_whole:
        return []
    return [
        _at(
            file,
            ("beside", measure, place),
            "study.beside_code",
            code=code[:60],
            allowed=near(code, known) if known else Phrase("study.no_codebook"),
        )
        for measure, codes in plan.beside.items()
        for place, code in enumerate(codes)
        if code not in known
    ]


def check_content(file: YamlFile, plan: Plan, codebooks: Codebooks) -> list[Problem]:
    """Refuse a plan with nothing to study: no scale to score and no code to hear."""
    if plan.scales or len(codebooks.codes) or not codebooks.is_whole:
        return []
    return [_at(file, ("scales",), "study.no_key", where="scales", page="new-study")]


def check_sliders(file: YamlFile, plan: Plan, codes: Sequence[str]) -> list[Problem]:
    """Refuse a pole of a slider that names a code of no codebook."""
    problems = []
    for name, slider in plan.sliders.items():
        for code in sorted({*slider.pole_a_codes} & {*slider.pole_b_codes}):
            problems.append(
                _at(
                    file,
                    ("sliders", name, "pole_b_codes"),
                    "study.both_poles",
                    slider=name,
                    code=code,
                )
            )
        for pole in ("pole_a_codes", "pole_a_hindering", "pole_b_codes"):
            for place, code in enumerate(getattr(slider, pole)):
                if code not in codes:
                    allowed = near(code, codes) if codes else Phrase("study.no_codebook")
                    told = {"slider": name, "code": code[:60], "allowed": allowed}
                    at = ("sliders", name, pole, place)
                    problems.append(_at(file, at, "study.slider_code", **told))
    return problems


def _at(file: YamlFile, at: Sequence[str | int], letter: str, **values: Any) -> Problem:
    row, column = file.place(at)
    return Problem(letter, file.name, row=row, column=str(column), **values)


def _unknown_items(file: YamlFile, plan: Plan) -> list[Problem]:
    if not plan.items:
        return []
    problems = []
    for name, scale in plan.scales.items():
        for place, item in enumerate(scale.items):
            if item not in plan.items:
                told = {"scale": name, "item": item[:60], "allowed": near(item, [*plan.items])}
                at = ("scales", name, "items", place)
                problems.append(_at(file, at, "study.unknown_item", **told))
    return problems


def _shared_items(file: YamlFile, plan: Plan) -> list[Problem]:
    problems = []
    for item in plan.all_items:
        scales = [name for name, scale in plan.scales.items() if item in scale.items]
        if len(scales) < 2 or all(plan.scales[name].shares_items for name in scales[1:]):
            continue
        at = ("scales", scales[-1], "items")
        problems.append(_at(file, at, "study.shared_item", item=item, scales=scales))
    return problems


def check_presence(regions: Iterable[Region]) -> list[Problem]:
    """Warn of each region that has neither a survey nor a conversation."""
    return [
        Problem("study.nothing_yet", f"raw/regions/{region.folder.name}")
        for region in regions
        if not any(_has_rows(path) for name in FOLDERS for path in (region.folder / name).glob("*"))
    ]


def _has_rows(path: Path) -> bool:
    """Tell whether a file is more than the list of conversations as it was laid out."""
    if path.name.startswith(".") or not path.is_file():
        return False
    try:
        return path.name != "documents.csv" or path.read_bytes().strip().count(b"\n") > 0
    except OSError:
        return True  # whoever reads it writes the letter
