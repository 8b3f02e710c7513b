"""The numbers behind a figure, as a small table for reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pandas import DataFrame, isna

from analysis import printed
from analysis.study import Study
from analysis.study.labels import Labels

# What a reader of a figure wants to read off it, per kind of row; the stored table holds the rest.
KINDS: Mapping[str, tuple[str, ...]] = {
    "participation": ("region", "wave", "people", "stayed", "joined", "left", "unlinked"),
    "flow": ("region", "start", "end", "move", "people"),
    "attrition": (
        *("region", "scale", "role", "start", "end", "mean_left", "mean_stayed"),
        *("estimate", "interval", "n_left", "n_stayed", "note"),
    ),
    "itemrest": ("item", "region", "wave", "item_rest", "interval", "n", "alarm", "note"),
    "reliability": (
        *("scale", "region", "wave", "alpha", "interval", "omega", "omega_interval"),
        *("spearman_brown", "n", "note"),
    ),
    "mean": ("scale", "region", "wave", "estimate", "interval", "n"),
    "change": ("scale", "region", "start", "end", "estimate", "interval", "n", "verdict", "note"),
    "growth": ("scale", "region", "start", "end", "estimate", "interval", "p_adjusted", "note"),
    "robust": (
        *("scale", "region", "method", "estimate", "interval", "n", "changes_conclusion", "note"),
    ),
    "fit": (
        *("scale", "n_rows", "n_people", "n_sites", "var_site", "var_site_wave"),
        *("var_participant", "var_residual", "icc_site", "icc_participant", "certificate", "note"),
    ),
    "agreement": ("code", "units", "alpha", "interval", "tentative", "note"),
    "theme": ("code", "region", "wave", "state", "documents", "asked", "agreement"),
    "lens": ("code", "region", "wave", "state", "documents", "asked", "our_reading", "tentative"),
    "together": ("code", "other", "documents", "both", "either", "asked", "segments"),
    "saturation": ("region", "conversations", "wave", "document", "new", "seen", "mean"),
    "lensum": (
        *("framework", "codes", "linked", "seen", "segments", "of_segments"),
        *("stated", "name_match", "our_reading", "tentative", "note"),
    ),
    "talk": ("level", "region", "start", "end", "estimate", "interval", "documents"),
    "joint": ("level", "region", "label", "score_direction", "talk_direction", "note"),
    "phase": ("region", "wave", "threshold", "phase", "in_place", "out_of_order", "note"),
    "plane": ("region", "wave", "x", "x_interval", "n", "y", "y_interval", "documents", "note"),
    "slider": (
        *("slider", "region", "wave", "estimate", "interval", "at_a", "at_b", "documents"),
        *("own_score", "note"),
    ),
    "expectation": ("expectation", "source", "verdict"),
}
NAMED = {"region": "compared", "wave": "wave", "scale": "measure", "code": "code", "role": "role"}
NAMED |= {"other": "code", "framework": "framework", "slider": "slider"}
NAMED |= {"item": "item", "level": "level", "start": "wave", "end": "wave"}
LEVELS = ("in_place", "out_of_order")
WORDED = {"move": "move_", "method": "method_", "phase": "phase_"}
INTERVALS = {"interval": ("low", "high"), "omega_interval": ("omega_low", "omega_high")}
INTERVALS |= {"x_interval": ("x_low", "x_high"), "y_interval": ("y_low", "y_high")}


@dataclass(frozen=True)
class NumbersTable:
    """A heading and the cells of each row, printed."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def as_mapping(self) -> dict[str, list[Any]]:
        """Return what a notebook can carry along with the picture."""
        return {"columns": [*self.columns], "rows": [[*row] for row in self.rows]}


def tabulate(rows: DataFrame, study: Study, say: Mapping[str, str], language: str) -> NumbersTable:
    """Print the rows of a figure with names for ids and rounded numbers; empty columns go."""
    if rows.empty or "evidence_id" not in rows:
        return NumbersTable()
    kind = str(rows["evidence_id"].iloc[0]).split("/")[0]
    name = Labels(study, language)
    wanted = [one for one in KINDS.get(kind, ()) if one in rows or _ends(one, rows)]
    cells = {
        column: [_cell(row, column, name, say, language) for row in rows.to_dict("records")]
        for column in wanted
    }
    told = {column: values for column, values in cells.items() if {*values} != {"–"}}
    headings = tuple(say.get(f"column_{one}", one.replace("_", " ")) for one in told)
    return NumbersTable(headings, tuple(zip(*told.values(), strict=True)))


def _ends(column: str, rows: DataFrame) -> bool:
    return column in INTERVALS and {*INTERVALS[column]} <= {*rows.columns}


def _cell(
    row: Mapping[Any, Any], column: str, name: Labels, say: Mapping[str, str], language: str
) -> str:
    if column in INTERVALS:
        low, high = (row[end] for end in INTERVALS[column])
        return "–" if isna(low) else f"{_number(low, language)} … {_number(high, language)}"
    value = row[column]
    if isna(value) or value == "":
        return "–"
    if column in NAMED:
        return str(getattr(name, NAMED[column])(str(value)))
    if column in WORDED:
        return say.get(f"{WORDED[column]}{value}", name.level(str(value)))
    if column in LEVELS:
        return ", ".join(name.level(level) for level in str(value).split())
    if isinstance(value, str | bool):
        return say.get(str(value), str(value).replace("_", " "))
    if column.startswith("p_"):
        least = float(value) < 0.001
        return "< " * least + printed.decimal(max(float(value), 0.001), language, 3)
    return _number(float(value), language)


def _number(value: float, language: str) -> str:
    if value == int(value):
        return printed.whole(value, language)
    return printed.decimal(value, language, 3 if 0 < abs(value) < 0.005 else 2)
