"""Whether the items of a scale measure one thing, and how they were answered."""

from analysis.reliability.answered import count_answers, describe_items
from analysis.reliability.coefficients import feldt_interval
from analysis.reliability.drift import measure_drift
from analysis.reliability.itemrest import measure_items
from analysis.reliability.scales import measure_reliability

__all__ = [
    "count_answers",
    "describe_items",
    "feldt_interval",
    "measure_drift",
    "measure_items",
    "measure_reliability",
]
