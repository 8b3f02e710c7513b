"""Who took part, where and when; who stayed, who left, and what that leaves to analyse."""

from collections.abc import Mapping

from pandas import DataFrame

from analysis.learn.participation.analysed import count_analysed
from analysis.learn.participation.attrition import compare_leavers
from analysis.learn.participation.counts import (
    count_exclusions,
    count_patterns,
    count_roles,
    describe_participation,
)
from analysis.learn.participation.flow import trace_flow
from analysis.learn.participation.leaving import relate_leaving
from analysis.plan.study import Study

__all__ = [
    "compare_leavers",
    "count_analysed",
    "count_patterns",
    "follow_people",
    "relate_leaving",
    "trace_flow",
]


def follow_people(tables: Mapping[str, DataFrame], study: Study) -> dict[str, DataFrame]:
    """Count and follow the people of a study: eight findings tables, from `participation` on.

    Parameters
    ----------
    tables : the processed tables
    """
    scores, respondents = tables["scores"], tables["respondents"]
    links, plan = tables["links"], study.plan
    return {
        "participation": describe_participation(tables, study),
        "roles": count_roles(respondents),
        "patterns": count_patterns(links, plan),
        "exclusions": count_exclusions(tables["exclusions"]),
        "flow": trace_flow(links, plan),
        "attrition": compare_leavers(scores, links, respondents, plan),
        "leaving": relate_leaving(scores, links, respondents, plan),
        "analysed": count_analysed(scores, tables["answers"], respondents, links, plan),
    }
