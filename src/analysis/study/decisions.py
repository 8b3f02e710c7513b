"""Read what people decided: approved quotations, withdrawn participants, linked codes."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pandas import DataFrame

from analysis.problems import Problem

COLUMNS = {
    "quotations": ["sha256", "decision", "decided_by", "decided_on"],
    "withdrawn": ["region", "participant"],
    "links": ["region", "participant", "same_as", "decided_by"],
}


@dataclass(frozen=True)
class Decisions:
    """The decision tables, all columns text; an absent file is an empty table."""

    quotations: DataFrame
    withdrawn: DataFrame
    links: DataFrame
    notes: dict[str, str]


def read_decisions(raw: Path) -> tuple[Decisions, list[Problem]]:
    """Read `raw/decisions`; every file in it is optional."""
    problems: list[Problem] = []
    tables = {name: _read_table(raw, name, problems) for name in COLUMNS}
    notes = {
        path.stem: path.read_text(encoding="utf-8-sig").strip()
        for path in sorted((raw / "decisions" / "notes").glob("*.md"))
    }
    return Decisions(**tables, notes=notes), problems


def _read_table(raw: Path, name: str, problems: list[Problem]) -> DataFrame:
    path = raw / "decisions" / f"{name}.csv"
    columns = COLUMNS[name]
    if not path.exists():
        return DataFrame(columns=columns, dtype=str)
    place = f"raw/decisions/{path.name}"
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, UnicodeDecodeError):
        allowed = f"a UTF-8 table with the columns {', '.join(columns)}"
        problems.append(Problem(place, "not readable as a table", allowed, "export it again"))
        return DataFrame(columns=columns, dtype=str)
    for column in [column for column in columns[:2] if column not in rows]:
        allowed = f"the columns {', '.join(columns)}"
        problems.append(Problem(place, f"no column {column}", allowed, "add the column", 1, column))
    return rows.reindex(columns=columns, fill_value="")
