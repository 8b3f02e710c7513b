"""A region is a folder: read its region.yaml and know where its files are."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from analysis.problems import Problem
from analysis.study.plan import Id, Noun, Plan, Text
from analysis.study.yamlfile import parse_model, read_yaml

SURVEY_SUFFIXES = (".csv",)
SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
RESERVED = {"all", "study", "con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10))}


class RegionWave(Noun):
    """What a region knows of one wave: when it was held and how many people were invited."""

    date: str | None = None
    invited: int | None = Field(default=None, ge=0, le=10**6)


class RegionFile(Noun):
    """The content of region.yaml: everything that differs locally, as data."""

    label: Text
    order: int = Field(ge=1)
    synthetic: bool = False
    context: Text | None = None
    question: Text | None = None
    starting_position: Text | None = None
    waves: dict[Id, RegionWave] = {}
    columns: dict[str, str] = {}
    roles: dict[str, str] = {}
    missing: dict[str, Literal["dont_know", "missing"]] = {}
    duplicates: Literal["first", "last_complete"] | None = None
    without_code: Literal["refuse", "keep"] = "refuse"
    codes: dict[str, str] = {}
    coding_columns: dict[str, str] = {}
    offsets: Literal["code points", "UTF-16 units", "UTF-8 bytes"] | None = None
    sliders: dict[str, float] = {}


class Region(RegionFile):
    """One region: its own file, its id (the folder's name) and its folder."""

    id: str
    folder: Path

    @property
    def interviews(self) -> Path:
        """The folder of the interviews; it may not exist."""
        return self.folder / "interviews"

    def survey(self, wave: str) -> Path | None:
        """Return the survey export of one wave, or nothing if it was not collected."""
        paths = (self.folder / "survey" / f"{wave}{suffix}" for suffix in SURVEY_SUFFIXES)
        return next((path for path in paths if path.exists() or path.is_symlink()), None)


def read_regions(raw: Path, plan: Plan | None) -> tuple[dict[str, Region], list[Problem]]:
    """Read every region folder, in the order the regions declare."""
    folders = sorted(path for path in (raw / "regions").glob("*") if path.is_dir())
    regions: list[Region] = []
    problems: list[Problem] = []
    if not folders:
        what = "make add-region REGION=name lays one out"
        problems.append(Problem("raw/regions", "no region folder", "one folder per region", what))
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
    file, problems = read_yaml(folder / "region.yaml", f"{place}/region.yaml")
    if file is None:
        return None, problems
    parsed, problems = parse_model(file, RegionFile)
    if parsed is None:
        return None, problems
    region = Region(id=folder.name.lower(), folder=folder, **dict(parsed))
    return region, _wrong_names(region, plan, file.name) + _stray_files(region, plan, place)


def name_problem(name: str, place: str) -> Problem | None:
    """Say what is wrong with a region's folder name, or nothing."""
    slug = unicodedata.normalize("NFC", name).lower()
    if SAFE_NAME.fullmatch(slug) and slug not in RESERVED:
        return None
    return Problem(
        place,
        f"the folder name {name[:60]!r}",
        "at most 60 of the characters a-z, 0-9, - and _, starting with a letter or digit",
        "rename the folder; the name people see is `label:` in region.yaml",
    )


def _wrong_names(region: Region, plan: Plan | None, file: str) -> list[Problem]:
    if plan is None:
        return []
    checks: list[tuple[str, Iterable[str], Mapping[str, object]]] = [
        ("waves", region.waves, plan.waves),
        ("roles", region.roles.values(), plan.roles),
        ("sliders", region.sliders, plan.sliders),
    ]
    return [
        Problem(
            file,
            f"{key}: {name}",
            ", ".join(allowed) or "none: study.yaml names none",
            f"use an id from `{key}:` in study.yaml",
        )
        for key, names, allowed in checks
        for name in names
        if name not in allowed
    ]


def _stray_files(region: Region, plan: Plan | None, place: str) -> list[Problem]:
    if plan is None:
        return []
    files = sorted(path for path in (region.folder / "survey").glob("*") if path.is_file())
    return [
        Problem(
            f"{place}/survey/{path.name}",
            "a file that belongs to no wave",
            ", ".join(f"{wave}{suffix}" for wave in plan.waves for suffix in SURVEY_SUFFIXES),
            "rename the file to its wave, or move it out of the survey folder",
        )
        for path in files
        if not path.name.startswith((".", "~"))
        and (path.stem not in plan.waves or path.suffix not in SURVEY_SUFFIXES)
    ]


def _clashes(regions: list[Region]) -> list[Problem]:
    problems = []
    for key, word in (("order", "order"), ("id", "folder name")):
        values = [getattr(region, key) for region in regions]
        problems += [
            Problem(
                f"raw/regions/{region.folder.name}/region.yaml",
                f"{word} {getattr(region, key)} is used by more than one region",
                f"an own {word} for each region",
                "give this region another number; it fixes its place and colour",
            )
            for region in regions
            if values.count(getattr(region, key)) > 1
        ]
    return problems
