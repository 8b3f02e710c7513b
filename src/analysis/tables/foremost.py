"""The rows of a long table that a reader should see first."""

from pandas import DataFrame

from analysis.study import Study


def lowest(rows: DataFrame, column: str, *, most: int = 12) -> DataFrame:
    """Keep the rows with the lowest known values of a column, lowest first."""
    if rows.empty:
        return rows
    known = rows[rows[column].notna()]
    return known.sort_values(column, kind="stable").head(most)


def latest(rows: DataFrame, study: Study) -> DataFrame:
    """Keep the rows of the last wave that each region held, by the waves of these rows."""
    if rows.empty:
        return rows
    places = rows["wave"].map({wave: place for place, wave in enumerate(study.plan.waves)})
    return rows[places == places.groupby(rows["region"]).transform("max")]


def most_heard(themes: DataFrame, *, most: int = 18) -> DataFrame:
    """Keep the codes that came up in most conversations, in the order of the codebooks."""
    if themes.empty:
        return themes
    heard = themes[themes["wave"] == "all"].groupby("code", sort=False)["documents"].sum()
    kept = [*heard.sort_values(ascending=False, kind="stable").head(most).index]
    return themes[themes["code"].isin(kept)]


def most_named(joint_themes: DataFrame, *, most: int = 24) -> DataFrame:
    """Keep the topics named in most conversations of a region, in plan order."""
    if joint_themes.empty:
        return joint_themes
    kept = joint_themes.nlargest(most, "documents", keep="first")
    return joint_themes[joint_themes["evidence_id"].isin(kept["evidence_id"])]
