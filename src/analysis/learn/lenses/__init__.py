"""One coding, many frameworks: which segments fall into each code of each framework, and why."""

from analysis.learn.lenses.contexts import view_contexts
from analysis.learn.lenses.look import View, look_through, see
from analysis.learn.lenses.summary import summarise_lenses

__all__ = ["View", "look_through", "see", "summarise_lenses", "view_contexts"]
