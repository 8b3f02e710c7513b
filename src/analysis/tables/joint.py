"""Joint displays: scores, conversations and quotations of one cell in one row of a table."""

from collections.abc import Sequence
from typing import Any

from pandas import DataFrame, isna

from analysis.printed import decimal, signed
from analysis.study import Study
from analysis.study.labels import Labels
from analysis.tables.reading import ReadingTable

MOST_THEMES, MOST_QUOTATIONS = 3, 1
WORDS = {
    "en": {
        "theme": "theme",
        "region": "region",
        "scores": "in the scores",
        "talk": "in the conversations (share that helps)",
        "named": "named most (conversations of those asked)",
        "quotation": "an approved quotation",
        "label": "together",
        "interval": "95% interval {low} to {high}",
        "people": "{n} people",
        "documents": "at least {n} conversations per wave",
        "of": "{code}: {documents} of {asked}",
        "none": "no quotation approved",
    },
    "nl": {
        "theme": "thema",
        "region": "regio",
        "scores": "in de scores",
        "talk": "in de gesprekken (deel dat helpt)",
        "named": "het meest genoemd (gesprekken van de gevraagde)",
        "quotation": "een goedgekeurd citaat",
        "label": "samen",
        "interval": "95%-interval {low} tot {high}",
        "people": "{n} mensen",
        "documents": "minstens {n} gesprekken per meting",
        "of": "{code}: {documents} van {asked}",
        "none": "geen citaat goedgekeurd",
    },
}
Row = dict[str, Any]


def joint_by_theme(
    joint: DataFrame,
    themes: DataFrame,
    quotations: DataFrame,
    study: Study,
    *,
    language: str = "en",
) -> ReadingTable:
    """Lay scores and conversations side by side, theme by theme: every region at a level.

    Parameters
    ----------
    joint, themes : the findings tables `joint` and `joint_themes`
    quotations : only approved ones are shown
    """
    order = sorted(
        joint.to_dict("records"), key=lambda row: [*study.plan.levels].index(row["level"])
    )
    return _display(order, ("theme", "region"), themes, quotations, Labels(study, language))


def joint_by_region(
    joint: DataFrame,
    themes: DataFrame,
    quotations: DataFrame,
    study: Study,
    *,
    language: str = "en",
) -> ReadingTable:
    """Lay scores and conversations side by side, region by region: every level of a region."""
    rows = joint.to_dict("records")
    return _display(rows, ("region", "theme"), themes, quotations, Labels(study, language))


def _display(
    cells: Sequence[Row],
    first: tuple[str, str],
    themes: DataFrame,
    quotations: DataFrame,
    name: Labels,
) -> ReadingTable:
    say = WORDS[name.language]
    if not cells:
        return ReadingTable({say["label"]: ["–"]})
    names = {"theme": [name.level(c["level"]) for c in cells]}
    names |= {"region": [name.region(c["region"]) for c in cells]}
    table = {say[key]: names[key] for key in first}
    table[say["scores"]] = [_scores(cell, name.language) for cell in cells]
    table[say["talk"]] = [_talk(cell, name.language) for cell in cells]
    table[say["named"]] = [_named(cell, themes, name) for cell in cells]
    table[say["quotation"]] = [_quotation(cell, quotations, say["none"]) for cell in cells]
    table[say["label"]] = [str(cell["label"]).replace("_", " ") for cell in cells]
    return ReadingTable({**table, "evidence": [cell["evidence_id"] for cell in cells]})


def _scores(cell: Row, language: str) -> str:
    if isna(cell["change"]):
        return "–" if isna(cell["verdict"]) else str(cell["verdict"]).replace("_", " ")
    ends = (cell["mean_start"], cell["mean_end"])
    span = _span(cell, "change", language)
    people = WORDS[language]["people"].format(n=cell["n"])
    return f"{_way(ends, language)}: {span}, {people}; {str(cell['verdict']).replace('_', ' ')}"


def _talk(cell: Row, language: str) -> str:
    if isna(cell["turn"]):
        return "–" if isna(cell["note"]) else cell["note"]
    ends = (cell["share_start"], cell["share_end"])
    documents = WORDS[language]["documents"].format(n=cell["documents"])
    return f"{_way(ends, language)}: {_span(cell, 'turn', language)}, {documents}"


def _way(ends: tuple[float, float], language: str) -> str:
    return " → ".join("–" if isna(end) else decimal(end, language) for end in ends)


def _span(cell: Row, what: str, language: str) -> str:
    low, high = (signed(cell[f"{what}_{end}"], language) for end in ("low", "high"))
    interval = WORDS[language]["interval"].format(low=low, high=high)
    return f"{signed(cell[what], language)} ({interval})"


def _named(cell: Row, themes: DataFrame, name: Labels) -> str:
    own = themes[(themes["region"] == cell["region"]) & (themes["level"] == cell["level"])]
    own = own.drop_duplicates("code")
    top = own.sort_values("documents", ascending=False, kind="stable").head(MOST_THEMES)
    told = WORDS[name.language]["of"]
    named = [
        told.format(code=name.code(row["code"]), documents=row["documents"], asked=row["asked"])
        for row in top.to_dict("records")
    ]
    return "; ".join(named) or "–"


def _quotation(cell: Row, quotations: DataFrame, none: str) -> str:
    own = quotations[quotations["approved"].astype(bool)] if len(quotations) else quotations
    if len(own):
        own = own[(own["region"] == cell["region"]) & (own["level"] == cell["level"])]
    texts = own.sort_values("sha256").head(MOST_QUOTATIONS)["text"] if len(own) else []
    return " ".join(f"“{text}”" for text in texts) or none
