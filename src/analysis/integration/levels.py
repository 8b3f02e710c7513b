"""Which score stands for a level."""

from analysis.study import Plan


def measure_of_level(plan: Plan) -> dict[str, str]:
    """Name the composite of each level that has one for itself, in the order of the levels."""
    composites = plan.composites.items()
    named = {one.level: name for name, one in composites if one.level and not one.pillar}
    return {level: named[level] for level in plan.levels if level in named}
