"""One coding, many frameworks: which segments fall into each code of each framework, and why."""

from analysis.learn.lenses.basis import compare_readers, list_links
from analysis.learn.lenses.contexts import view_contexts
from analysis.learn.lenses.look import View, look_through, see
from analysis.learn.lenses.summary import summarise_lenses

__all__ = [
    "View",
    "compare_readers",
    "list_links",
    "look_through",
    "see",
    "summarise_lenses",
    "view_contexts",
]
