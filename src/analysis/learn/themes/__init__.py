"""How often, where and when a theme is spoken of, in which direction, and in whose words."""

from analysis.learn.themes.change import compare_themes
from analysis.learn.themes.counts import count_themes
from analysis.learn.themes.drift import check_drift
from analysis.learn.themes.heard import hear_themes
from analysis.learn.themes.matrices import lay_out_framework
from analysis.learn.themes.methods import compare_methods_of_talk
from analysis.learn.themes.passages import ThemeGroup, group_themes, list_passages
from analysis.learn.themes.poles import at_poles, share_poles
from analysis.learn.themes.quotations import count_flags, flag_quotations, pool_quotations
from analysis.learn.themes.saturation import measure_saturation
from analysis.learn.themes.talk import measure_talk
from analysis.learn.themes.together import count_together
from analysis.learn.themes.trust import weak

__all__ = [
    "ThemeGroup",
    "at_poles",
    "check_drift",
    "compare_methods_of_talk",
    "compare_themes",
    "count_flags",
    "count_themes",
    "count_together",
    "flag_quotations",
    "group_themes",
    "hear_themes",
    "lay_out_framework",
    "list_passages",
    "measure_saturation",
    "measure_talk",
    "pool_quotations",
    "share_poles",
    "weak",
]
