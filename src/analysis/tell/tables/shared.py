"""Everything that may be shared about one region, as one flat table."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from pandas import DataFrame

from analysis.findings import Findings
from analysis.plan import described

VALUES = ("estimate", "people", "documents")
SIZES = ("n", "asked")
TEXTS = ("text", "verdict", "label", "state", "direction")


def evidence_of_region(shared: Findings, region: str) -> DataFrame:
    """List everything that may be shared about one region, flat: one row per piece of evidence."""
    rows = [
        {
            "evidence_id": row["evidence_id"],
            "what": name,
            "value": _first(row, VALUES),
            "low": row.get("low"),
            "high": row.get("high"),
            "n": _first(row, SIZES),
            "text": _worded_texts(row),
        }
        for name in shared.names
        for row in _own(shared.rows(name), region)
    ]
    told = described.descriptions(described.SHARED)["region-evidence"]
    return DataFrame(rows, columns=told.names).astype(told.dtypes)


def _own(rows: DataFrame, region: str) -> Iterable[dict[str, Any]]:
    if "region" not in rows:
        return []
    own = rows[rows["region"].isin([region, "study"])]
    return [{str(key): value for key, value in row.items()} for row in own.to_dict("records")]


def _first(row: Mapping[str, Any], columns: tuple[str, ...]) -> Any:
    known = (row[column] for column in columns if column in row and not pd.isna(row[column]))
    return next(known, None)


def _worded_texts(row: Mapping[str, Any]) -> str:
    if "text_nl" in row:
        return f"{row['text_nl']} / {row['text_en']}"
    known = (row[column] for column in TEXTS if column in row and not pd.isna(row[column]))
    return str(next(known, ""))
