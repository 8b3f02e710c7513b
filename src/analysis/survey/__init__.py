"""Read the survey exports of every region and wave: what was answered, and what was left out."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pandas import DataFrame, Series

from analysis.problems import Problem
from analysis.study import Region, Study
from analysis.survey.answers import TypedSheet, type_sheet
from analysis.survey.sheet import read_sheet

__all__ = ["SURVEY_TABLES", "read_surveys", "read_wave"]

SURVEY_TABLES = {
    "respondents": ["region", "wave", "participant", "role", "site"],
    "answers": ["region", "wave", "participant", "item", "kind", "answer"],
    "response": ["region", "wave", "invited", "started", "completed", "kept"],
    "exclusions": ["region", "wave", "file", "row", "reason"],
    "import_log": ["region", "file", "what", "detail", "n"],
}


@dataclass(frozen=True)
class Kept:
    """One export after exclusions: which rows stay, and why the others do not."""

    rows: list[int]
    excluded: dict[int, str]
    participants: Series


def read_surveys(study: Study) -> tuple[dict[str, DataFrame], list[Problem]]:
    """Read all exports; returns the tables of SURVEY_TABLES and every problem found."""
    parts: dict[str, list[DataFrame]] = {name: [] for name in SURVEY_TABLES}
    problems: list[Problem] = []
    for region in study.regions.values():
        for wave in study.plan.waves:
            path = region.survey(wave)
            if path is None:
                continue
            tables, found = read_wave(study, region, wave, path)
            problems += found
            for name, table in tables.items():
                parts[name].append(table)
    tables = {
        name: pd.concat(some, ignore_index=True) if some else DataFrame(columns=columns)
        for (name, columns), some in zip(SURVEY_TABLES.items(), parts.values(), strict=True)
    }
    seen = tables["respondents"]
    return tables, problems + _in_two_regions(seen) + _linked_doubles(seen, study)


def read_wave(
    study: Study, region: Region, wave: str, path: Path
) -> tuple[dict[str, DataFrame], list[Problem]]:
    """Read one region's answers at one wave, one row per participant and item."""
    file = path.relative_to(study.folder).as_posix()
    sheet, problems = read_sheet(path, file)
    if sheet is None:
        return {}, problems
    typed, problems = type_sheet(sheet, region, study.plan)
    if typed is None:
        return {}, problems
    kept, found = _exclude(typed, region, wave, study)
    return _tables(typed, kept, region, wave, sheet.layout), problems + found


def _exclude(
    typed: TypedSheet, region: Region, wave: str, study: Study
) -> tuple[Kept, list[Problem]]:
    details = typed.details
    excluded = {row: "not_submitted" for row in details.index[~details["submitted"]]}
    codes, problems = _codes(typed, region, wave)
    withdrawn = study.decisions.withdrawn
    gone = set(withdrawn.loc[withdrawn["region"] == region.id, "participant"])
    excluded |= {row: "withdrawn" for row in codes.index[codes.isin(gone)]}
    present = codes.drop([*excluded])
    doubles, found = _doubles(present, typed, region)
    excluded |= {row: "duplicate" for row in doubles}
    rows = [row for row in details.index if row not in excluded]
    return Kept(rows, excluded, codes), problems + found


def _codes(typed: TypedSheet, region: Region, wave: str) -> tuple[Series, list[Problem]]:
    codes = typed.details["participant"].copy()
    empty = codes.index[(codes == "") & typed.details["submitted"]]
    if region.without_code == "keep":
        prefix = "SYN-unlinked" if region.synthetic else "unlinked"
        nobody = codes.index[codes == ""]
        codes[nobody] = [f"{prefix}-{wave}-{row}" for row in nobody]
        return codes, []
    remedy = "add the code, or declare `without_code: keep` in region.yaml"
    return codes, [
        Problem(typed.file, "no participant code", "a code", remedy, row, "participant")
        for row in empty
    ]


def _doubles(codes: Series, typed: TypedSheet, region: Region) -> tuple[list[int], list[Problem]]:
    doubles: list[int] = []
    problems: list[Problem] = []
    for _, group in codes[(codes != "") & codes.duplicated(keep=False)].groupby(codes):
        rows = [*group.index]
        if region.duplicates is None:
            found = f"one participant code in rows {' and '.join(map(str, rows))}"
            remedy = (
                "remove a row, or declare `duplicates: first` or `last_complete` in region.yaml"
            )
            allowed = "each participant once in a wave"
            problems.append(Problem(typed.file, found, allowed, remedy, rows[1], "participant"))
            continue
        complete = [row for row in rows if not (typed.kinds.loc[row] == "missing").any()]
        chosen = rows[0] if region.duplicates == "first" else (complete or rows)[-1]
        doubles += [row for row in rows if row != chosen]
    return doubles, problems


def _tables(
    typed: TypedSheet, kept: Kept, region: Region, wave: str, layout: str
) -> dict[str, DataFrame]:
    rows = kept.rows
    keys = DataFrame({"region": region.id, "wave": wave, "participant": kept.participants[rows]})
    respondents = keys.join(typed.details.loc[rows, ["role", "site"]])
    long = pd.concat([keys, typed.kinds.loc[rows]], axis="columns").melt(
        [*keys], var_name="item", value_name="kind"
    )
    long["answer"] = typed.answers.loc[rows].melt()["value"].to_numpy(dtype=float)
    here = {"region": region.id, "wave": wave}
    invited = region.waves[wave].invited if wave in region.waves else None
    completed = int(typed.details["submitted"].sum())
    counts = {"invited": invited, "started": len(typed.details), "completed": completed}
    excluded = [
        {**here, "file": typed.file, "row": row, "reason": reason}
        for row, reason in sorted(kept.excluded.items())
    ]
    log: list[dict[str, object]] = [{"what": "layout", "detail": layout, "n": len(typed.details)}]
    for name in typed.ignored:
        log.append({"what": "column not used", "detail": name, "n": None})
    return {
        "respondents": respondents,
        "answers": long,
        "response": DataFrame([{**here, **counts, "kept": len(rows)}]).astype({"invited": "Int64"}),
        "exclusions": DataFrame(excluded, columns=SURVEY_TABLES["exclusions"]),
        "import_log": DataFrame(
            [{"region": region.id, "file": typed.file, **line} for line in log]
        ).astype({"n": "Int64"}),
    }


def _in_two_regions(respondents: DataFrame) -> list[Problem]:
    once = respondents.drop_duplicates(["wave", "participant", "region"])
    doubles = once[once.duplicated(["wave", "participant"], keep=False)]
    doubles = doubles[~doubles["participant"].str.contains("unlinked", regex=False)]
    return [
        Problem(
            f"raw/regions/{group['region'].iloc[-1]}/survey",
            f"a participant code that is also used in {group['region'].iloc[0]} at {wave}",
            "each participant in one region at a wave",
            "check in which region this person belongs and remove the other row",
            column="participant",
            severity="E",
        )
        for (wave, _), group in doubles.groupby(["wave", "participant"], sort=True)
    ]


def _linked_doubles(respondents: DataFrame, study: Study) -> list[Problem]:
    """Refuse a link between two codes that both answered at one wave: they are two people."""
    here = set(respondents[["region", "wave", "participant"]].itertuples(index=False, name=None))
    links = study.decisions.links[["region", "participant", "same_as"]]
    pairs = [*enumerate(links.itertuples(index=False, name=None), start=2)]
    problems = []
    for wave in study.plan.waves:
        taken: set[tuple[str, str]] = set()
        for row, (region, one, other) in pairs:
            if (region, wave, one) not in here:
                continue
            if (region, wave, other) in here or (region, other) in taken:
                found = f"two codes that both answered at {wave}"
                allowed, remedy = "two codes of one person", "remove the link, or one of the forms"
                file = "raw/decisions/links.csv"
                problems.append(Problem(file, found, allowed, remedy, row, "same_as"))
            taken.add((region, other))
    return problems
