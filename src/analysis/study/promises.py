"""What a plan says of items, codes and regions, held against those there are."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis.problems import Problem
from analysis.study.csvfile import near
from analysis.study.plan import Plan
from analysis.study.regions import FOLDERS, Region
from analysis.study.yamlfile import YamlFile


def check_items(file: YamlFile, plan: Plan) -> list[Problem]:
    """Refuse items that are not on the list of items, and warn of an item in two scales.

    A plan without a list of items may call its items anything. `shares_items: true` at a scale says
    that it is meant to share them.
    """
    return _unknown_items(file, plan) + _shared_items(file, plan)


def check_sliders(file: YamlFile, plan: Plan, codes: Sequence[str]) -> list[Problem]:
    """Refuse a pole of a slider that names a code of no codebook."""
    problems = []
    for name, slider in plan.sliders.items():
        for code in sorted({*slider.pole_a_codes} & {*slider.pole_b_codes}):
            row, column = file.place(["sliders", name, "pole_b_codes"])
            found, remedy = f"slider {name}: {code} at both poles", "keep it at one of them"
            allowed = "each code at one pole"
            problems.append(Problem(file.name, found, allowed, remedy, row, str(column)))
        for pole in ("pole_a_codes", "pole_b_codes"):
            for place, code in enumerate(getattr(slider, pole)):
                if code not in codes:
                    row, column = file.place(["sliders", name, pole, place])
                    remedy = "correct the code, or add it to a codebook in raw/codebooks"
                    found = f"slider {name}: no code {code[:60]}"
                    allowed = near(code, codes) if codes else "none: there is no codebook"
                    problems.append(Problem(file.name, found, allowed, remedy, row, str(column)))
    return problems


def _unknown_items(file: YamlFile, plan: Plan) -> list[Problem]:
    if not plan.items:
        return []
    problems = []
    for name, scale in plan.scales.items():
        for place, item in enumerate(scale.items):
            if item not in plan.items:
                row, column = file.place(["scales", name, "items", place])
                remedy = "correct the item, or add it under `items:`"
                found, allowed = f"scale {name}: no item {item[:60]}", near(item, [*plan.items])
                problems.append(Problem(file.name, found, allowed, remedy, row, str(column)))
    return problems


def _shared_items(file: YamlFile, plan: Plan) -> list[Problem]:
    problems = []
    for item in plan.all_items:
        scales = [name for name, scale in plan.scales.items() if item in scale.items]
        if len(scales) < 2 or all(plan.scales[name].shares_items for name in scales[1:]):
            continue
        row, column = file.place(["scales", scales[-1], "items"])
        found = f"item {item} in the scales {', '.join(scales)}"
        remedy = "keep it in one, or say `shares_items: true` at the others"
        problem = Problem(file.name, found, "each item in one scale", remedy, row, str(column), "W")
        problems.append(problem)
    return problems


def check_presence(regions: Iterable[Region]) -> list[Problem]:
    """Warn of each region that has neither a survey nor a conversation."""
    return [
        Problem(
            f"raw/regions/{region.folder.name}",
            "no survey and no interviews yet",
            "a survey file, or a conversation in interviews/documents.csv",
            "add what there is; until then the reports can tell nothing of this region",
            severity="W",
        )
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
