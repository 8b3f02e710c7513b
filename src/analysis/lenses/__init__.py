"""One coding, many frameworks: which segments fall into each code of each framework, and why."""

from analysis.lenses.contexts import view_contexts
from analysis.lenses.look import View, look_through, see
from analysis.lenses.summary import summarise_lenses

__all__ = ["View", "look_through", "see", "summarise_lenses", "view_contexts"]
