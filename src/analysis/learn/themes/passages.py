"""Every passage of every code, and the groups of themes that a researcher writes a chapter of."""

from collections.abc import Collection
from dataclasses import dataclass

from pandas import DataFrame

from analysis.collect.interviews import CONVERSATION, PLACE, Conversations
from analysis.plan import described
from analysis.plan.evidence import evidence_id
from analysis.plan.study import Study


@dataclass(frozen=True)
class ThemeGroup:
    """Themes that belong together: a framework of codes, or one branch of it."""

    id: str
    framework: str
    codes: tuple[str, ...]


def list_passages(conversations: Conversations, study: Study) -> DataFrame:
    """List every passage under each code it was given, with where it stands and what surrounds it.

    Returns
    -------
    One row per passage and code of the leading coder's last round, in the order of the codebooks,
    regions and waves; of every conversation that was coded, also one to which the themes were not
    put. `role` is the speaker's, where it is known.
    """
    led = conversations.led(study)
    roles = conversations.speakers[[*CONVERSATION, "speaker", "role"]]
    rows = led.merge(conversations.texts, on=PLACE).drop_duplicates([*PLACE, "code"])
    rows = rows.merge(conversations.documents[[*CONVERSATION, "wave"]], on=CONVERSATION)
    rows = rows.merge(roles, on=[*CONVERSATION, "speaker"], how="left")
    for column in ("line", "before", "after"):
        rows[column] = rows.get(column)
    places = rows[["region", "document", "code", "start", "end"]].itertuples(index=False, name=None)
    ids = [
        evidence_id("passage", region, f"{document}.{code}", f"{start}-{end}")
        for region, document, code, start, end in places
    ]
    told = rows.assign(evidence_id=ids).fillna({"role": "", "before": "", "after": ""})
    orders = {
        "code": [*study.codes["id"]],
        "region": [*study.regions],
        "wave": [*study.plan.waves],
    }
    at = {key: {one: place for place, one in enumerate(ids)} for key, ids in orders.items()}
    told = told.sort_values(
        [*orders, "document", "start"],
        key=lambda column: column.map(at[str(column.name)]) if column.name in at else column,
    )
    return described.table("passages", told[described.columns("passages")])


def group_themes(codes: Collection[str], study: Study) -> tuple[ThemeGroup, ...]:
    """Group the frameworks that were coded with: the study's own ones, or else all of them.

    A framework whose first nodes are all headings of a stakeholder is as many groups.

    Parameters
    ----------
    codes : those that were given
    """
    known = study.codes
    used = {*known.loc[known["id"].isin(codes), "framework"]}
    own = used & _marked_as_own(study.frameworks) or used
    return tuple(
        group
        for framework in dict.fromkeys(known["framework"])
        if framework in own
        for group in _groups_of(framework, known[known["framework"] == framework])
    )


def _marked_as_own(frameworks: DataFrame) -> set[str]:
    if "is_pilot_framework" not in frameworks:
        return set()
    return {*frameworks.loc[frameworks["is_pilot_framework"] == "true", "framework"]}


def _groups_of(framework: str, codes: DataFrame) -> list[ThemeGroup]:
    tops = codes[codes["path"] == codes["id"]]
    stakeholders = tops["stakeholder"] if "stakeholder" in tops else tops["id"].map(lambda _: "")
    if len(tops) < 2 or not (tops["node_type"].eq("group") & stakeholders.ne("")).all():
        return [ThemeGroup(framework, framework, tuple(codes["id"]))]
    branch = codes["path"].str.split("/").str[0]
    return [ThemeGroup(top, framework, tuple(codes["id"][branch == top])) for top in tops["id"]]
