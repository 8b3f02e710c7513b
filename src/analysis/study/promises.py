"""What a plan says of items and codes, held against the items and codes there are."""

from collections.abc import Sequence

from analysis.problems import Problem
from analysis.study.csvfile import near
from analysis.study.plan import Plan
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
