"""Who withdrew is gone everywhere; a withdrawal that touched nobody is said."""

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from analysis.plan.files.csvfile import read_csv
from analysis.plan.problems import Problem
from analysis.plan.study import Study

FILE = "raw/decisions/withdrawn.csv"


def withdrawn_from_nowhere(
    study: Study, found: Collection[tuple[str, str]], problems: Sequence[Problem]
) -> list[Problem]:
    """Warn of each withdrawn code that stands in no survey and belongs to no speaker.

    Parameters
    ----------
    found : region and code of everyone who was taken out of a survey
    problems : those of the run; of a region with an error it is not known who is in it
    """
    asked = study.decisions.asked
    if asked.empty:
        return []
    links = study.decisions.links[["region", "participant", "same_as"]]
    pairs = {(r, one): (r, other) for r, one, other in links.itertuples(index=False)}
    unread = _unread(problems)
    known = {*found, *_speakers(study)}
    known |= {one for one, other in pairs.items() if other in known}
    known |= {other for one, other in pairs.items() if one in known}
    return [
        Problem("run.matches_nobody", FILE, row=int(row), column="participant")
        for row, code in zip(asked.index, asked.itertuples(index=False, name=None), strict=True)
        if code not in known and code[0] not in unread
    ]


def _unread(problems: Sequence[Problem]) -> set[str]:
    """Return the regions that hold an error, by the folder of the file it stands in."""
    places = [PurePosixPath(one.file).parts for one in problems if one.severity == "E"]
    return {parts[2].lower() for parts in places if parts[:2] == ("raw", "regions") and parts[2:]}


def _speakers(study: Study) -> set[tuple[str, str]]:
    """Return everyone who spoke, by the name of a speaker and by participant code."""
    people: set[tuple[str, str]] = set()
    for region in study.regions.values():
        path = region.interviews / "speakers.csv"
        if path.is_file():
            rows = read_csv(path, path.name, ["speaker"]).rows
            for column in rows.columns.intersection(["speaker", "participant"]):
                people |= {(region.id, code) for code in rows[column] if code}
    return people
