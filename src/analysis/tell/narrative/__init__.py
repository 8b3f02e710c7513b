"""Sentences from findings: every number stands in a row, every verdict in the ladder."""

from analysis.tell.narrative.changed import (
    describe_changes,
    describe_differences,
    describe_means,
    describe_robustness,
)
from analysis.tell.narrative.checked import (
    describe_drift,
    describe_effects,
    describe_items,
    describe_model,
    describe_omnibus,
)
from analysis.tell.narrative.checking import verify
from analysis.tell.narrative.coding import (
    describe_cells,
    describe_code_drift,
    describe_contexts,
    describe_discussions,
    describe_drawing,
    describe_flags,
    describe_lens,
    describe_lenses,
    describe_readers,
    describe_saturation,
    describe_segmentation,
    describe_together,
)
from analysis.tell.narrative.founded import UnfoundedSentence
from analysis.tell.narrative.growth import describe_phases, describe_plane, describe_sliders
from analysis.tell.narrative.instruments import instruments
from analysis.tell.narrative.learned import (
    describe_expectations,
    describe_joint,
    describe_limits,
    describe_quotations,
    describe_talk,
)
from analysis.tell.narrative.people import (
    describe_analysed,
    describe_attrition,
    describe_flow,
    describe_leaving,
    describe_participation,
)
from analysis.tell.narrative.publication import publication
from analysis.tell.narrative.region_brief import Brief, brief
from analysis.tell.narrative.research import (
    describe_agreement,
    describe_answers,
    describe_exclusions,
    describe_reliability,
)
from analysis.tell.narrative.sheets import ThemeSheets, theme_sheets
from analysis.tell.narrative.short import answer
from analysis.tell.narrative.summary import summary
from analysis.tell.narrative.themes import (
    describe_come_or_gone,
    describe_methods_of_talk,
    describe_theme_changes,
)

__all__ = [
    "Brief",
    "ThemeSheets",
    "UnfoundedSentence",
    "answer",
    "brief",
    "describe_agreement",
    "describe_analysed",
    "describe_answers",
    "describe_attrition",
    "describe_cells",
    "describe_changes",
    "describe_differences",
    "describe_code_drift",
    "describe_come_or_gone",
    "describe_contexts",
    "describe_discussions",
    "describe_drawing",
    "describe_drift",
    "describe_effects",
    "describe_exclusions",
    "describe_expectations",
    "describe_flags",
    "describe_flow",
    "describe_items",
    "describe_joint",
    "describe_leaving",
    "describe_lens",
    "describe_lenses",
    "describe_limits",
    "describe_means",
    "describe_methods_of_talk",
    "describe_model",
    "describe_omnibus",
    "describe_participation",
    "describe_phases",
    "describe_plane",
    "describe_quotations",
    "describe_readers",
    "describe_reliability",
    "describe_robustness",
    "describe_saturation",
    "describe_segmentation",
    "describe_sliders",
    "describe_talk",
    "describe_theme_changes",
    "describe_together",
    "instruments",
    "publication",
    "summary",
    "theme_sheets",
    "verify",
]
