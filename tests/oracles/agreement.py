"""How `agreement.json` was made: irrCAC 0.4.4 and krippendorff 0.9.0 on ratings drawn here.

Not part of the project or its tests: it needs a Python of its own with those two packages, and
prints the file. Cohen's kappa of two coders is Conger's there.
"""

import json

import krippendorff
import numpy as np
import pandas as pd
from irrCAC.raw import CAC

CASES = (
    ("two coders", 2, 40, 3, 0.0),
    ("three with gaps", 3, 60, 4, 0.15),
    ("five", 5, 30, 5, 0.1),
)


def main() -> None:
    """Draw ratings, some of them missing, and write what the two packages make of them."""
    rng = np.random.default_rng(20230901)
    cases = []
    for name, coders, units, categories, gaps in CASES:
        truth = rng.integers(1, categories + 1, units)
        ratings = np.where(
            rng.random((units, coders)) < 0.7,
            truth[:, None],
            rng.integers(1, categories + 1, (units, coders)),
        ).astype(float)
        ratings[rng.random((units, coders)) < gaps] = np.nan
        ratings = ratings[(~np.isnan(ratings)).any(axis=1)]
        table = pd.DataFrame(ratings, columns=[f"c{n}" for n in range(coders)])
        cases.append({"name": name, "ratings": _plain(table), "values": _values(table, coders)})
    print(json.dumps({"source": "irrCAC 0.4.4, krippendorff 0.9.0", "cases": cases}))


def _values(table: pd.DataFrame, coders: int) -> dict[str, float]:
    rated = CAC(table, digits=10)
    gwet = rated.gwet()["est"]
    pooled = "scott" if coders == 2 else "fleiss"
    values = {
        "percent": gwet["pa"],
        "ac1": gwet["coefficient_value"],
        "ac1_se": gwet["se"],
        "kappa": rated.conger()["est"]["coefficient_value"],
        pooled: rated.fleiss()["est"]["coefficient_value"],
        "brennan_prediger": rated.bp()["est"]["coefficient_value"],
    }
    for level in ("nominal", "ordinal", "interval", "ratio"):
        alpha = krippendorff.alpha(table.to_numpy().T, level_of_measurement=level)
        values["alpha" if level == "nominal" else f"alpha_{level}"] = alpha
    return {name: round(float(value), 8) for name, value in values.items()}


def _plain(table: pd.DataFrame) -> dict[str, list[int | None]]:
    return {c: [None if pd.isna(v) else int(v) for v in table[c]] for c in table}


if __name__ == "__main__":
    main()
