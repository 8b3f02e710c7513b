"""Write docs/tables.md from the descriptions that stand beside the rooms: `make docs`."""

from collections.abc import Iterator
from pathlib import Path

from analysis.plan.described import FINDINGS, PROCESSED, SHARED, Description, descriptions

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "tables.md"
# The rooms in the order in which their tables are made.
ROOMS = [
    *("survey", "interviews", "processed", "study", "findings", "participation", "reliability"),
    *("longitudinal", "robustness", "agreement", "themes", "lenses", "integration"),
    *("expectations", "disclosure", "tables"),
]
INTRODUCTION = """# The tables

This page is written by `make docs` from the descriptions that stand beside the rooms
(`tables.yaml`); a test says whether it is up to date.

Every table is long and tidy, UTF-8, comma-separated, LF. Keys come first. `region`, `wave`,
`scale`, `item`, `code` hold ids from the plan; labels are looked up when something is told. Empty
means "does not apply" unless a column says otherwise. A *whole* number counts, in the unit that
stands beside it; a *number* has a fraction; a share lies between 0 and 1. *Shared* says which
columns may leave the house, after the gate made them coarse: what does not say so stays inside.
"""
STAGES = {
    PROCESSED: """## Processed tables (`data/processed/*.csv`, written by code)

`manifest.json` holds the sha256 of every raw file, `raw_files.csv` also the one before it changed;
`problems.json` holds the letters of the last run.
""",
    FINDINGS: """## Findings (`data/processed/findings/*.csv`, copied to `reports/internal/tables/`)

Each row starts with `evidence_id`, unique over all tables: `kind/region/subject/when`, lowercase,
and ends with `synthetic`. `region` is a region id, two ids joined by `-` for a difference, or
`all`. `when` is a wave id, `start-end`, or `all`.
""",
    SHARED: """## What the gate adds (`reports/shared/tables/`)

The shared shelf has the columns marked *shared* above, made coarse, and these.
""",
}


def document() -> str:
    """Write the whole page."""
    return "\n".join([INTRODUCTION, *(part for stage in STAGES for part in _stage(stage))])


def _stage(stage: str) -> Iterator[str]:
    yield STAGES[stage]
    told = sorted(descriptions(stage).values(), key=lambda table: ROOMS.index(table.room))
    yield from (_table(table, rows) for table in told if (rows := [*_rows_of(table, stage)]))


def _rows_of(table: Description, stage: str) -> Iterator[str]:
    """One line per column; of the shared shelf only what the findings do not have."""
    inside = descriptions().get(table.name) if stage == SHARED else None
    for column in table.columns:
        if inside is None or column.name not in inside.names:
            shared = "yes" if column.is_shared else ""
            told = (column.kind, column.unit, column.meaning, column.heading["nl"], shared)
            yield f"| `{column.name}` | {' | '.join(told)} |"
    if table.others:
        yield f"| ... | text | | {table.others} | | |"


def _table(table: Description, rows: list[str]) -> str:
    lines = [f"### `{table.name}`: one row per {table.row}", ""]
    if table.id:
        lines += [" or ".join(f"`{one.strip()}`" for one in table.id.split(",")), ""]
    lines += ["| column | kind | unit | holds | in Dutch | shared |", "|---|---|---|---|---|---|"]
    return "\n".join([*lines, *rows, "", *([table.note, ""] if table.note else [])])


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
