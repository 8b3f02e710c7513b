"""Scores and conversations together: side by side, as phases, as sliders and as a growth plane."""

from analysis.learn.integration.joint import join_displays
from analysis.learn.integration.joint_themes import join_themes
from analysis.learn.integration.loop import follow_agreements
from analysis.learn.integration.phases import find_phases
from analysis.learn.integration.plane import lay_out_plane
from analysis.learn.integration.sliders import set_sliders

__all__ = [
    "find_phases",
    "follow_agreements",
    "join_displays",
    "join_themes",
    "lay_out_plane",
    "set_sliders",
]
