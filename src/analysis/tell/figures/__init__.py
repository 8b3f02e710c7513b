"""Pictures from findings: each draws the rows it is given and says in words what it shows."""

from analysis.tell.figures.answers import plot_answers
from analysis.tell.figures.canvas import Figure
from analysis.tell.figures.change import plot_changes, plot_paths
from analysis.tell.figures.coding import (
    plot_agreement,
    plot_lenses,
    plot_saturation,
    plot_together,
)
from analysis.tell.figures.flow import plot_attrition, plot_flow
from analysis.tell.figures.growth import plot_phases, plot_plane, plot_sliders
from analysis.tell.figures.items import plot_items, plot_reliability
from analysis.tell.figures.model import plot_variances
from analysis.tell.figures.people import plot_participation
from analysis.tell.figures.robust import plot_robustness
from analysis.tell.figures.talk import plot_expectations, plot_joint, plot_talk, plot_themes
from analysis.tell.figures.themes import plot_theme_changes

__all__ = [
    "Figure",
    "plot_agreement",
    "plot_answers",
    "plot_attrition",
    "plot_changes",
    "plot_expectations",
    "plot_flow",
    "plot_items",
    "plot_joint",
    "plot_lenses",
    "plot_participation",
    "plot_paths",
    "plot_phases",
    "plot_plane",
    "plot_reliability",
    "plot_robustness",
    "plot_saturation",
    "plot_sliders",
    "plot_talk",
    "plot_theme_changes",
    "plot_themes",
    "plot_together",
    "plot_variances",
]
