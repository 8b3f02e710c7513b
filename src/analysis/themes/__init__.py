"""How often, where and when a theme is spoken of, in which direction, and in whose words."""

from analysis.themes.counts import count_themes
from analysis.themes.coverage import Coverage, cover
from analysis.themes.quotations import pool_quotations
from analysis.themes.talk import measure_talk

__all__ = [
    "Coverage",
    "count_themes",
    "cover",
    "measure_talk",
    "pool_quotations",
]
