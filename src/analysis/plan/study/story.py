"""What a region's story tells, and what could answer its question: nouns for rules, as data."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field, RootModel

from analysis.plan.problems import Problem, near
from analysis.plan.study.nouns import Id, Noun, Text
from analysis.plan.study.plan import Plan
from analysis.plan.study.regionfile import QuestionPart
from analysis.plan.study.regions import Region
from analysis.plan.study.yamlfile import YamlFile, read_yaml

Stance = Literal["helps", "hinders", "any"]


class StoryElement(Noun):
    """One element of a region's story: the section it is told in, its rule, and the rule's nouns.

    `codes`, or `framework` with the `stakeholders` whose codes count, leaving out those `without`;
    `stance` says of which talk, `at` at which waves. `least` is the number of conversations that
    counts as heard; `heard_often` asks for half of those of the last wave, and two at least.
    `linked` adds codes that stand for one of a framework; `effects` names what a code led to.
    """

    heading: Text
    section: Literal["begin", "helped", "yielded", ""] = ""
    rule: Literal["published", "heard", "heard_often", "grew", "answer", "ask"]
    codes: tuple[str, ...] = ()
    framework: str = ""
    stakeholders: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    stance: Stance = "any"
    least: int = Field(default=1, ge=1)
    at: Literal["first", "last", "ends", "any"] = "last"
    most: int = Field(default=5, ge=1)
    linked: str = ""
    effects: bool = False
    methods_apart: bool = False
    measures: tuple[str, ...] = ()
    slider: str = ""
    published: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    when_nothing: Text
    limits: Text | None = None
    source: str = ""
    source_lines: str = ""


class Echo(Noun):
    """How one kind of claim is held against the data: a rule, and the waves it looks at."""

    rule: Literal["heard", "connected", "grew", "no_claim"]
    at: Literal["first", "last", "any"] = "last"


class Echoes(RootModel[dict[Id, Echo]]):
    """The content of echoes.yaml: a kind of claim, then its rule."""


class Story(RootModel[dict[Id, StoryElement]]):
    """The content of story.yaml: an element, then its nouns, in the order of telling."""


def story_problems(
    file: YamlFile, story: Mapping[str, StoryElement], plan: Plan, known: Mapping[str, list[str]]
) -> Iterator[Problem]:
    """Check that every noun of the story is one of the plan, the codebooks or the publications.

    Parameters
    ----------
    known : the ids of `codes`, `frameworks`, `elements` (of regions.csv) and `claims`
    """
    measures, sliders = [*plan.measures], [*plan.sliders]
    for name, element in story.items():
        nouns = [
            ("codes", element.codes, known["codes"]),
            ("without", element.without, known["codes"]),
            ("framework", _named(element.framework), known["frameworks"]),
            ("linked", _named(element.linked), known["frameworks"]),
            ("measures", element.measures, measures),
            ("slider", _named(element.slider), sliders),
            ("published", element.published, known["elements"]),
            ("claims", element.claims, known["claims"]),
        ]
        for column, values, allowed in nouns:
            for value in [value for value in values if value not in allowed]:
                yield _stranger(file, (name, column), name, value, allowed)


def question_problems(regions: Iterable[Region], plan: Plan, codes: list[str]) -> list[Problem]:
    """Check the parts of every region's question against plan and codebooks."""
    problems: list[Problem] = []
    for region in regions:
        if region.question_parts:
            place = f"raw/regions/{region.folder.name}/region.yaml"
            file, _ = read_yaml(region.folder / "region.yaml", place)
            if file is not None:
                problems += _part_problems(file, region.question_parts, plan, codes)
    return problems


def _part_problems(
    file: YamlFile, parts: Mapping[str, QuestionPart], plan: Plan, codes: list[str]
) -> Iterator[Problem]:
    """Check that what could answer a region's question is in the plan or in a codebook."""
    measures, sliders = [*plan.measures], [*plan.sliders]
    for name, part in parts.items():
        for place, one in enumerate(part.measures):
            nouns = [
                ("score", _named(one.score), measures),
                ("slider", _named(one.slider), sliders),
                ("codes", one.codes, codes),
            ]
            for column, values, allowed in nouns:
                for value in [value for value in values if value not in allowed]:
                    at = ("question_parts", name, "measures", place, column)
                    yield _stranger(file, at, name, value, allowed)


def _named(value: str) -> Iterable[str]:
    return [value] if value else []


def _stranger(
    file: YamlFile, at: tuple[str | int, ...], element: str, value: str, allowed: list[str]
) -> Problem:
    row, column = file.place(at)
    return Problem(
        "study.story_noun",
        file.name,
        row=row,
        column=str(column),
        element=element,
        value=value[:60],
        allowed=near(value, allowed),
    )
