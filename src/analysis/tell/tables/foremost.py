"""The rows of a long table that a reader should see first."""

from analysis.findings import Table
from analysis.plan.evidence import EVERY


def lowest(table: Table, column: str, *, most: int = 12) -> Table:
    """Keep the rows with the lowest known values of a column, lowest first."""
    if table.empty:
        return table
    known = table.rows[table.rows[column].notna()]
    return table.kept(known.sort_values(column, kind="stable").head(most))


def latest(table: Table) -> Table:
    """Keep the rows of the last wave that each region held, by the waves of these rows."""
    if table.empty:
        return table
    rows = table.rows
    places = rows["wave"].map({wave: at for at, wave in enumerate(table.study.plan.waves)})
    return table.kept(rows[places == places.groupby(rows["region"]).transform("max")])


def most_heard(themes: Table, *, most: int = 18) -> Table:
    """Keep the codes that came up in most conversations, in the order of the codebooks."""
    if themes.empty:
        return themes
    rows = themes.rows
    heard = rows[rows["wave"] == EVERY].groupby("code", sort=False)["documents"].sum()
    kept = [*heard.sort_values(ascending=False, kind="stable").head(most).index]
    return themes.kept(rows[rows["code"].isin(kept)])


def most_named(joint_themes: Table, *, most: int = 24) -> Table:
    """Keep the topics named in most conversations of a region, in plan order."""
    if joint_themes.empty:
        return joint_themes
    rows = joint_themes.rows
    kept = rows.nlargest(most, "documents", keep="first")
    return joint_themes.kept(rows[rows["evidence_id"].isin(kept["evidence_id"])])
