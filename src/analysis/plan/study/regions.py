"""A region is a folder: read its region.yaml and know where its files are."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from analysis.plan.problems import Phrase, Problem, near
from analysis.plan.study.pairs import pair_problems
from analysis.plan.study.plan import Plan
from analysis.plan.study.regionfile import ExportChoices, RegionFile, RegionWave
from analysis.plan.study.yamlfile import read_model

SURVEY_SUFFIXES = (".csv", ".xlsx", ".sav", ".txt", ".tsv", ".zsav", ".xls")
SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
FOLDERS = ("survey", "interviews")
OF_THE_SYSTEM = {"thumbs.db", "desktop.ini"}
KEYS = {"one_is_positive": "scales"}
CLASHES = {"order": "study.same_order", "id": "study.same_folder", "seen_as": "study.same_label"}
RESERVED = {"all", "study", "con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10))}


class Region(RegionFile):
    """One region: its own file, its id (the folder's name) and its folder."""

    id: str
    folder: Path

    @property
    def seen_as(self) -> str:
        """The label as people see it: two ways to write one accent look the same."""
        return unicodedata.normalize("NFC", next(iter(self.label.values()))).casefold()

    @property
    def has_own_codes(self) -> bool:
        """Whether a code of this region stands for somebody else in another region."""
        return self.same_code_elsewhere == "other_person"

    @property
    def interviews(self) -> Path:
        """The folder of the interviews; it may not exist."""
        return self.folder / "interviews"

    def survey(self, wave: str) -> Path | None:
        """Return the survey export of one wave, or nothing if it was not collected."""
        return next(iter(self.surveys(wave)), None)

    def surveys(self, wave: str) -> list[Path]:
        """Return every file that has the name of a wave; there should be one."""
        paths = (self.folder / "survey" / f"{wave}{suffix}" for suffix in SURVEY_SUFFIXES)
        return [path for path in paths if path.exists() or path.is_symlink()]

    def choices(self, wave: str) -> ExportChoices:
        """Return how to read the export of one wave: what the wave says goes first."""
        here = self.waves.get(wave, RegionWave())
        names = ExportChoices.model_fields
        return ExportChoices(**{name: getattr(here, name) or getattr(self, name) for name in names})

    def columns_at(self, wave: str) -> dict[str, str]:
        """Return our column names with those of the export of one wave."""
        return {**self.columns, **self.waves.get(wave, RegionWave()).columns}

    def turned_at(self, wave: str, plan: Plan) -> frozenset[str]:
        """Return the items of which 1 is the most positive answer: they are turned around."""
        named = {*self.one_is_positive, *self.waves.get(wave, RegionWave()).one_is_positive}
        within = {item for name in named & {*plan.scales} for item in plan.scales[name].items}
        return frozenset(within | (named & {*plan.all_items}))


def read_regions(raw: Path, plan: Plan | None) -> tuple[dict[str, Region], list[Problem]]:
    """Read every region folder, in the order the regions declare."""
    folders = sorted(path for path in (raw / "regions").glob("*") if path.is_dir())
    regions: list[Region] = []
    problems: list[Problem] = []
    if not folders:
        problems.append(Problem("study.no_region", "raw/regions"))
    for folder in folders:
        region, found = _read_region(folder, plan)
        regions += [region] if region else []
        problems += found
    problems += _clashes(regions)
    return {one.id: one for one in sorted(regions, key=lambda one: (one.order, one.id))}, problems


def _read_region(folder: Path, plan: Plan | None) -> tuple[Region | None, list[Problem]]:
    place = f"raw/regions/{folder.name}"
    if wrong := name_problem(folder.name, place):
        return None, [wrong]
    file, parsed, problems = read_model(folder / "region.yaml", f"{place}/region.yaml", RegionFile)
    if file is None or parsed is None:
        return None, problems
    region = Region(id=folder.name.lower(), folder=folder, **dict(parsed))
    problems = _wrong_names(region, plan, file.name) + _stray_files(region, plan, place)
    problems += _misnamed(folder, place)
    return region, problems + _wrong_dates(region, plan, file.name)


def name_problem(name: str, place: str) -> Problem | None:
    """Say what is wrong with a region's folder name, or nothing."""
    slug = unicodedata.normalize("NFC", name).lower()
    if SAFE_NAME.fullmatch(slug) and slug not in RESERVED:
        return None
    return Problem("study.folder_name", place, name=name[:60])


def _wrong_names(region: Region, plan: Plan | None, file: str) -> list[Problem]:
    if plan is None:
        return []
    turned = [*region.one_is_positive]
    turned += [name for wave in region.waves.values() for name in wave.one_is_positive]
    checks: list[tuple[str, Iterable[str], Mapping[str, object]]] = [
        ("waves", region.waves, plan.waves),
        ("roles", region.roles.values(), plan.roles),
        ("sliders", region.sliders, plan.sliders),
        ("waves", [wave for own in region.sliders.values() for wave in own], plan.waves),
        ("one_is_positive", turned, dict.fromkeys((*plan.scales, *plan.all_items))),
    ]
    return [
        Problem(
            "study.unknown_name",
            file,
            key=key,
            name=name,
            allowed=near(name, [*allowed]) if allowed else Phrase("study.none_in_plan"),
            group=KEYS.get(key, key),
        )
        for key, names, allowed in checks
        for name in names
        if name not in allowed
    ]


def _wrong_dates(region: Region, plan: Plan | None, file: str) -> list[Problem]:
    """Warn of waves whose dates do not follow the order of the plan, or overlap."""
    held = [
        (wave, region.waves[wave])
        for wave in (plan.waves if plan else ())
        if wave in region.waves and region.waves[wave].date
    ]
    problems = [
        Problem("study.until_before_date", file, wave=wave)
        for wave, one in held
        if one.until and one.until < (one.date or "")
    ]
    return problems + [
        Problem("study.waves_overlap", file, later=later, wave=wave)
        for (wave, one), (later, other) in pairwise(held)
        if (other.date or "") <= (one.until or one.date or "")
    ]


def _misnamed(folder: Path, place: str) -> list[Problem]:
    """Refuse folders that would be passed over in silence for their name, or for being files."""
    return [
        Problem("study.misnamed_folder", f"{place}/{path.name}", name=path.name, wanted=wanted)
        if path.is_dir()
        else Problem("study.file_for_folder", f"{place}/{path.name}", wanted=wanted)
        for path in sorted(folder.iterdir())
        for wanted in FOLDERS
        if path.name.casefold() in {wanted, f"{wanted}s", wanted.removesuffix("s")}
        and (path.name != wanted or not path.is_dir())
    ]


def _stray_files(region: Region, plan: Plan | None, place: str) -> list[Problem]:
    if plan is None:
        return []
    files = sorted(path for path in (region.folder / "survey").glob("*") if path.is_file())
    strays = [
        Problem("study.stray_file", f"{place}/survey/{path.name}", waves=[*plan.waves])
        for path in files
        if not path.name.startswith((".", "~"))
        and path.name.casefold() not in OF_THE_SYSTEM
        and (path.stem not in plan.waves or path.suffix not in SURVEY_SUFFIXES)
    ]
    doubles = [
        Problem("study.second_export", f"{place}/survey/{other.name}", wave=wave, other=first.name)
        for wave in plan.waves
        for first, other in [*pairwise(region.surveys(wave))][:1]
    ]
    return strays + doubles


def _clashes(regions: list[Region]) -> list[Problem]:
    problems = pair_problems([region.id for region in regions])
    for key, letter in CLASHES.items():
        values = [getattr(region, key) for region in regions]
        # One label written the same way twice is a choice; written in two ways it is a trap.
        written = {region.label["nl"] for region in regions if values.count(region.seen_as) > 1}
        problems += [
            Problem(
                letter,
                f"raw/regions/{region.folder.name}/region.yaml",
                value=getattr(region, key),
                severity="W" if key == "seen_as" and len(written) == 1 else "E",
            )
            for region in regions
            if values.count(getattr(region, key)) > 1
        ]
    return problems
