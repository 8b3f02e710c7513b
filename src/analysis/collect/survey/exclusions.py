"""Which forms stay, and why the others do not: counted, with a reason."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pandas import Index, Series

from analysis.collect.survey.answers import KINDS, Answers
from analysis.collect.survey.details import Details
from analysis.plan.problems import Problem
from analysis.plan.study import Region, Study

UNLINKED = "unlinked"


@dataclass(frozen=True)
class Kept:
    """One export after exclusions.

    `keep` says per form whether it stays; `reasons` holds why not, by row; `codes` the participant
    codes, with an own code for whoever gave none; `withdrawn` the codes that were taken out.
    """

    keep: NDArray[np.bool_]
    reasons: dict[int, str]
    codes: Series
    withdrawn: frozenset[str]


def exclude(
    details: Details, answers: Answers, region: Region, wave: str, study: Study, file: str
) -> tuple[Kept, list[Problem]]:
    """Leave out unsubmitted forms, test entries, withheld consent, withdrawals and doubles."""
    table = details.table
    reasons: dict[int, str] = {}
    flagged = {"not_submitted": ~details.submitted, "no_consent": details.withheld}
    for reason, flags in (*flagged.items(), ("test_entry", details.tests)):
        reasons |= dict.fromkeys(table.index[flags].tolist(), reason)
    codes, problems = _codes(table["participant"], reasons, region, wave, file)
    withdrawn = study.decisions.withdrawn
    gone = {*withdrawn.loc[withdrawn["region"] == region.id, "participant"]}
    if gone:
        rows = codes.index[codes.isin(gone)]
        reasons |= dict.fromkeys(rows.tolist(), "withdrawn")
        gone &= {*codes}
    present = codes[~codes.index.isin([*reasons])] if reasons else codes
    doubles, found = _doubles(present, answers, table.index, region, file)
    reasons |= dict.fromkeys(doubles, "duplicate")
    keep = ~codes.index.isin([*reasons]) if reasons else np.ones(len(codes), dtype=bool)
    return Kept(keep, reasons, codes, frozenset(gone)), problems + found


def _codes(
    given: Series, reasons: dict[int, str], region: Region, wave: str, file: str
) -> tuple[Series, list[Problem]]:
    is_empty = (given == "").to_numpy(dtype=bool)
    if not is_empty.any():
        return given, []
    if region.without_code == "keep":
        codes = given.astype(object)
        prefix = f"SYN-{UNLINKED}" if region.synthetic else UNLINKED
        # Counted as rows below one header, whatever the kind of file: the code stays the same.
        places = np.flatnonzero(is_empty)
        codes.iloc[places] = [f"{prefix}-{wave}-{place + 2}" for place in places]
        return codes, []
    empty = [int(row) for row in given.index[is_empty] if row not in reasons]
    return given, [Problem("survey.no_code", file, row=row, column="participant") for row in empty]


def _doubles(
    codes: Series, answers: Answers, rows: Index, region: Region, file: str
) -> tuple[list[int], list[Problem]]:
    twice = codes[(codes != "") & codes.duplicated(keep=False)].astype(object)
    if twice.empty:
        return [], []
    doubles: list[int] = []
    problems: list[Problem] = []
    missing = KINDS.index("missing")
    for _, group in twice.groupby(twice):
        same = [*group.index]
        if region.duplicates is None:
            told = {"row": same[1], "column": "participant", "rows": same}
            problems.append(Problem("survey.code_twice", file, **told))
            continue
        complete = [
            row for row in same if not (answers.kinds[:, int(rows.get_loc(row))] == missing).any()
        ]
        chosen = same[0] if region.duplicates == "first" else (complete or same)[-1]
        doubles += [row for row in same if row != chosen]
    return doubles, problems
