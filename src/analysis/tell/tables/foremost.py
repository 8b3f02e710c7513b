"""The rows of a long table that a reader should see first."""

from pandas import DataFrame

from analysis.findings import Table


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


def most_named(joint_themes: Table, *, most: int = 24) -> Table:
    """Keep the topics named in most conversations of a region, in plan order."""
    if joint_themes.empty:
        return joint_themes
    rows = joint_themes.rows
    kept = rows.nlargest(most, "documents", keep="first")
    return joint_themes.kept(rows[rows["evidence_id"].isin(kept["evidence_id"])])


def most_changed(theme_changes: Table, *, most: int = 8) -> Table:
    """Keep the themes of each region that moved most, helping and hindering apart; rises first.

    Where a code and one below it both came up, only the one below is kept: they share passages.
    """
    if theme_changes.empty:
        return theme_changes
    rows = _without_sums(theme_changes)
    rows = rows[rows["stance"] != "neutral"]
    order = rows["change"].abs().sort_values(ascending=False, kind="stable").index
    kept = rows.loc[order].groupby(["region", "stance"], sort=False).head(most)
    places = {region: place for place, region in enumerate(theme_changes.study.regions)}
    at = kept["region"].map(places)
    kept = kept.assign(at=at).sort_values(["at", "change"], ascending=[True, False], kind="stable")
    return theme_changes.kept(kept.drop(columns="at"))


def come_or_gone(theme_changes: Table, course: str, *, least: int = 2, most: int = 30) -> Table:
    """Keep what was only heard later (`appears`) or no more (`fades`), in several conversations."""
    if theme_changes.empty:
        return theme_changes
    rows = _without_sums(theme_changes)
    held = "documents_end" if course == "appears" else "documents_start"
    rows = rows[(rows["trajectory"] == course) & (rows[held] >= least)]
    return theme_changes.kept(rows.sort_values(held, ascending=False, kind="stable").head(most))


def said_apart(methods_of_talk: Table, *, most: int = 20) -> Table:
    """Keep the themes of which the share of conversations differs most between two methods."""
    if methods_of_talk.empty:
        return methods_of_talk
    rows = _without_sums(methods_of_talk)
    rows = rows[rows["low"].notna()]
    middle = (rows["low"].astype(float) + rows["high"].astype(float)).abs()
    order = middle.sort_values(ascending=False, kind="stable").index
    return methods_of_talk.kept(rows.loc[order].head(most))


def _without_sums(themes: Table) -> DataFrame:
    """Leave out codes above another code of the same region and stance."""
    rows, paths = themes.rows, themes.study.codes.set_index("id")["path"].str.split("/")
    keys = ["region", "stance"]
    above = rows.assign(code=rows["code"].map(paths).str[:-1]).explode("code")
    is_sum = rows.set_index([*keys, "code"]).index.isin(above.set_index([*keys, "code"]).index)
    return rows[~is_sum]
