"""Whether the items of a scale measure one thing, and how they were answered."""

from analysis.measure.reliability.answered import count_answers, describe_items
from analysis.measure.reliability.coefficients import feldt_interval
from analysis.measure.reliability.drift import measure_drift
from analysis.measure.reliability.itemrest import measure_items
from analysis.measure.reliability.scales import measure_reliability

__all__ = [
    "count_answers",
    "describe_items",
    "feldt_interval",
    "measure_drift",
    "measure_items",
    "measure_reliability",
]
