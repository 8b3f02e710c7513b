"""Names of regions that stay apart when two of them are joined."""

from collections.abc import Sequence

from analysis.plan.problems import Problem


def pair_problems(regions: Sequence[str]) -> list[Problem]:
    """Refuse folders whose names, joined by a dash, read as another pair or as a region."""
    joined = [f"{one}-{other}" for one in regions for other in regions if one != other]
    clashing = sorted({name for name in joined if joined.count(name) > 1 or name in regions})
    return [Problem("study.read_two_ways", "raw/regions", name=name) for name in clashing]
