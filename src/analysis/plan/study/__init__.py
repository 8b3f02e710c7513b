"""Read the plan, the codebooks, the published claims and the region folders of one study."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pandas import DataFrame

from analysis.plan.problems import Problem, StudyError, refuse
from analysis.plan.study.agreed import read_agreed
from analysis.plan.study.codebooks import Codebooks, place_pairs, read_codebooks
from analysis.plan.study.decisions import Decisions, read_decisions
from analysis.plan.study.nouns import Named
from analysis.plan.study.plan import Comparison, Composite, Item, Plan, Scale, Slider
from analysis.plan.study.promises import (
    check_content,
    check_items,
    check_pairs,
    check_presence,
    check_sliders,
)
from analysis.plan.study.published import Published, read_published
from analysis.plan.study.regionfile import RegionWave
from analysis.plan.study.regions import Region, name_problem, read_regions
from analysis.plan.study.story import question_problems
from analysis.plan.study.yamlfile import read_model

__all__ = [
    "Comparison",
    "Composite",
    "Decisions",
    "Item",
    "Named",
    "Plan",
    "Region",
    "RegionWave",
    "Scale",
    "Slider",
    "Study",
    "check_study",
    "lay_out_region",
    "read_study",
]


@dataclass(frozen=True)
class Study:
    """One study folder, read and checked."""

    folder: Path
    plan: Plan
    regions: dict[str, Region]
    codebooks: Codebooks
    published: Published
    decisions: Decisions
    agreements: DataFrame = field(default_factory=DataFrame)

    @property
    def raw(self) -> Path:
        """Where people put data; never written."""
        return self.folder / "raw"

    @property
    def processed(self) -> Path:
        """Where code puts tables; never edited by people."""
        return self.folder / "processed"

    @property
    def is_synthetic(self) -> bool:
        """Whether any region holds synthetic data."""
        return any(region.synthetic for region in self.regions.values())

    @property
    def codes(self) -> DataFrame:
        """Every code of every framework."""
        return self.codebooks.codes

    @property
    def crosswalk(self) -> DataFrame:
        """Where codes stand in the grid of pillars and levels."""
        return self.codebooks.crosswalk

    @property
    def frameworks(self) -> DataFrame:
        """The frameworks, one row each."""
        return self.codebooks.frameworks

    @property
    def links(self) -> DataFrame:
        """Which codes of one framework speak of codes of another."""
        return self.codebooks.links

    @property
    def claims(self) -> DataFrame:
        """What the publications claim of the regions."""
        return self.published.claims

    @property
    def contexts(self) -> DataFrame:
        """What is claimed of other contexts."""
        return self.published.contexts

    @property
    def expectations(self) -> DataFrame:
        """The published patterns."""
        return self.published.expectations

    @property
    def sources(self) -> DataFrame:
        """The publications."""
        return self.published.sources

    @property
    def rules(self) -> dict[str, Any]:
        """How each published pattern is tested."""
        return self.published.rules


def check_study(folder: Path) -> tuple[Study | None, list[Problem]]:
    """Read everything that is not survey or interview, and return all problems found."""
    raw = folder / "raw"
    file, plan, problems = read_model(raw / "study.yaml", "raw/study.yaml", Plan)
    if file is not None and plan is not None:
        problems += check_items(file, plan)
    regions, found = read_regions(raw, plan)
    problems += found + check_presence(regions.values())
    codebooks, found = read_codebooks(raw)
    problems += found
    # A region whose own file has an error is a region all the same.
    folders = [path.name.lower() for path in (raw / "regions").glob("*") if path.is_dir()]
    decisions, found = read_decisions(raw, {*regions, *folders})
    problems += found
    if file is None or plan is None:
        return None, problems
    codes = [*codebooks.codes["id"]]
    agreements, found = read_agreed(raw, plan, {*regions, *folders}, codes)
    problems += found
    problems += check_content(file, plan, codebooks)
    problems += check_pairs(file, plan, codebooks)
    problems += check_sliders(file, plan, codes)
    codebooks = place_pairs(codebooks, plan)
    published, found = read_published(raw, codebooks, plan, regions)
    problems += question_problems(regions.values(), plan, codes)
    problems += found
    return Study(folder, plan, regions, codebooks, published, decisions, agreements), problems


def read_study(folder: Path) -> Study:
    """Read a study folder; raise StudyError with every problem of plan, regions and codebooks."""
    study, problems = check_study(folder)
    errors = [problem for problem in problems if problem.severity == "E"]
    if study is None or errors:
        raise StudyError(errors)
    return study


def lay_out_region(raw: Path, name: str) -> Path:
    """Lay out a new region folder with commented templates and return its region.yaml.

    Raises
    ------
    StudyError if the name cannot be a folder everywhere, or the folder exists.
    """
    place = f"raw/regions/{name[:60]}"
    if wrong := name_problem(name, place):
        raise StudyError([wrong])
    folder = raw / "regions" / name.lower()
    if folder.exists():
        raise refuse("study.folder_exists", place)
    orders = [region.order for region in read_regions(raw, None)[0].values()]
    template = (Path(__file__).parent / "region-template.yaml").read_text(encoding="utf-8")
    (folder / "survey").mkdir(parents=True)
    (folder / "interviews" / "transcripts").mkdir(parents=True)
    header = "document,file,wave,method,group,people,asked,consent\n"
    (folder / "interviews" / "documents.csv").write_text(header, encoding="utf-8", newline="\n")
    path = folder / "region.yaml"
    filled = template.replace("NAME", name).replace("ORDER", str(max(orders, default=0) + 1))
    path.write_text(filled, encoding="utf-8", newline="\n")
    return path
