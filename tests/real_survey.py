"""Lay out a real three-wave survey as a study: `python tests/real_survey.py CSV FOLDER`.

The file is `univbct` of the R package multilevel (Bliese): 495 soldiers, eight companies, three
waves, job satisfaction and readiness. Companies become regions, battalions sites. Nothing else is
known of these people: no pillars, levels, interviews or claims.
"""

import sys
from pathlib import Path

import pandas as pd

SCALES = {"JSAT": "job satisfaction", "READY": "readiness"}
LABELS_NL = {"JSAT": "tevredenheid met het werk", "READY": "klaar zijn voor de taak"}


def lay_out_univbct(source: Path, folder: Path) -> Path:
    """Write `folder/raw` from the published file and return the study folder."""
    rows = pd.read_csv(source, dtype=str, keep_default_na=False)
    waves = sorted(rows["wave"].unique())
    raw = folder / "raw"
    raw.mkdir(parents=True)
    (raw / "study.yaml").write_text(_plan(waves), encoding="utf-8")
    for order, (company, people) in enumerate(rows.groupby("company"), start=1):
        _write_region(raw / "regions" / company.lower(), company, order, people)
    return folder


def _plan(waves: list[str]) -> str:
    lines = ["label: {nl: Drie metingen bij recruten, en: Three waves among recruits}", "waves:"]
    names = dict(zip(waves, ("first", "second", "third"), strict=True))
    dutch = dict(zip(waves, ("eerste", "tweede", "derde"), strict=True))
    lines += [
        f"  t{wave}: {{label: {{nl: {dutch[wave]} meting, en: {names[wave]} wave}}}}"
        for wave in waves
    ]
    lines.append("scales:")
    for scale, label in SCALES.items():
        lines.append(
            f"  {scale}: {{label: {{nl: {LABELS_NL[scale]}, en: {label}}}, items: [{scale}_1], "
            "range: [1, 5], answers: decimal}"
        )
    planned = [f"  - {{scale: {scale}, from: t{waves[0]}, to: t{waves[-1]}}}" for scale in SCALES]
    return "\n".join([*lines, "planned:", *planned]) + "\n"


def _write_region(folder: Path, company: str, order: int, people: pd.DataFrame) -> None:
    (folder / "survey").mkdir(parents=True)
    columns = "".join(f", {scale}_1: {scale}" for scale in SCALES)
    (folder / "region.yaml").write_text(
        f"label: {{nl: compagnie {company}, en: company {company}}}\norder: {order}\n"
        f"columns: {{participant: id, site: BTN{columns}}}\n",
        encoding="utf-8",
    )
    for wave, seen in people.groupby("wave"):
        kept = seen[["id", "BTN", *SCALES]].replace("NA", "")
        kept.to_csv(folder / "survey" / f"t{wave}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    print(lay_out_univbct(Path(sys.argv[1]), Path(sys.argv[2])))
