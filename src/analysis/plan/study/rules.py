"""How a published pattern is tested: the name of a rule and its nouns, never an expression."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, RootModel, model_validator

from analysis.plan.problems import Problem, near
from analysis.plan.study.nouns import Noun, Slip, Text, refuse
from analysis.plan.study.plan import Plan
from analysis.plan.study.yamlfile import YamlFile

RuleName = Literal[
    "order_of_gain",
    "follows",
    "gain_in_some",
    "compare_gain",
    "order_of_means",
    "distinct_starts",
    "same_direction",
    "different_size",
    "presence",
    "co_occurrence",
    "share_rises",
    "share_larger",
    "not_testable",
]

# Which nouns each rule needs on each kind of evidence: the least and the most of them.
_SOME, _PAIR, _SPAN = (1, 99), (2, 2), (2, 99)
NEEDS: dict[str, dict[str, dict[str, tuple[int, int]]]] = {
    "claims": {
        "presence": {"codes": _SOME},
        "co_occurrence": {"codes": _SOME, "beside": _SOME},
        "gain_in_some": {"levels": _SOME, "strength": _SOME},
        "distinct_starts": {"codes": _SOME, "where": _SOME},
        "same_direction": {"levels": _SOME},
        "share_larger": {},
        "not_testable": {"why": _SOME},
    },
    "scores": {
        "order_of_gain": {"levels": _PAIR, "waves": _SPAN},
        "follows": {"levels": _PAIR, "waves": _SPAN},
        "gain_in_some": {"levels": _SOME, "waves": _SPAN},
        "compare_gain": {"levels": _SOME, "regions": _PAIR, "waves": _SPAN},
        "order_of_means": {"levels": _SPAN, "waves": _SOME},
        "distinct_starts": {"levels": _SOME, "regions": _SPAN, "waves": _SOME},
        "same_direction": {"levels": _SOME, "waves": _SPAN},
        "different_size": {"levels": _SOME, "waves": _SPAN},
        "not_testable": {"why": _SOME},
    },
    "interviews": {
        "presence": {"codes": _SOME},
        "distinct_starts": {"codes": _SOME, "where": _SOME, "waves": _SOME},
        "order_of_gain": {"codes": _PAIR, "waves": _SPAN},
        "gain_in_some": {"codes": _SOME, "waves": _SOME},
        "co_occurrence": {"codes": _SOME, "beside": _SOME},
        "share_rises": {"slider": _SOME, "waves": _SPAN},
        "share_larger": {},
        "not_testable": {"why": _SOME},
    },
}


class Test(Noun):
    """One rule with its nouns, for one kind of evidence.

    `codes` and `beside` name groups of codes; any code of a group, or below one, counts for it.
    `where` says which groups belong to which region; without it every group to every region.
    `hindering` lists the groups that are counted when spoken of as hindering, all others as
    helping. `documents` is the least number of conversations (or claims) that counts as present;
    `least` and `most` bound a number of regions, `absent_in` regions without it contradict.
    `needed` are the groups whose absence contradicts (without it: all), `only_there` asks that a
    link is rarer in the regions `where` does not name. `slider` is one of the plan's.
    """

    rule: RuleName
    why: str = ""
    slider: str = ""
    levels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    codes: dict[str, tuple[str, ...]] = {}
    beside: dict[str, tuple[str, ...]] = {}
    where: dict[str, tuple[str, ...]] = {}
    hindering: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()
    strength: str = ""
    documents: int = Field(default=2, ge=1)
    least: int = Field(default=1, ge=0)
    most: int | None = Field(default=None, ge=0)
    absent_in: int = Field(default=1, ge=1)
    absence: Literal["contradicts", "indecisive"] = "contradicts"
    together: bool = False
    above_chance: bool = False
    needed: tuple[str, ...] = ()
    only_there: bool = False

    # pytest collects classes called Test unless they say otherwise.
    __test__ = False


class Tests(Noun):
    """How one expectation is tested on the claims, and on the scores and interviews of the data.

    `matters` says what hangs on the verdict: what could be said or done, or no longer.
    """

    matters: Text | None = None
    claims: Test
    scores: Test | None = None
    interviews: Test | None = None

    __test__ = False

    @model_validator(mode="after")
    def _complete(self) -> "Tests":
        refuse(slip for kind in NEEDS for slip in _lacking(kind, getattr(self, kind)))
        return self


def _lacking(kind: str, test: Test | None) -> Iterator[Slip]:
    if test is None:
        return
    if test.rule not in NEEDS[kind]:
        known = near(test.rule, [*NEEDS[kind]])
        yield Slip((kind, "rule"), "study.wrong_rule", kind=kind, rule=test.rule, allowed=known)
        return
    for noun, (least, most) in NEEDS[kind][test.rule].items():
        if not least <= len(getattr(test, noun)) <= most:
            letter = "study.nouns_exactly" if least == most else "study.nouns_at_least"
            told = {"rule": test.rule, "noun": noun, "n": len(getattr(test, noun))}
            yield Slip((kind,), letter, kind=kind, **told, wanted=least)


class Rules(RootModel[dict[str, Tests]]):
    """The content of rules.yaml: an expectation, then its tests."""


def rule_problems(
    file: YamlFile, rules: dict[str, Tests], plan: Plan, codes: list[str], regions: list[str]
) -> Iterator[Problem]:
    """Check that every noun of every rule is a noun of the plan, a code or a region."""
    for name, tests in rules.items():
        for kind in ("claims", "scores", "interviews"):
            test = getattr(tests, kind)
            if test is not None:
                for column, value, known, severity in _strangers(test, plan, codes, regions):
                    line, _ = file.place([name, kind, column])
                    yield Problem(
                        "study.rule_noun",
                        file.name,
                        row=line,
                        column=column,
                        severity=severity,
                        expectation=name,
                        kind=kind,
                        value=value,
                        allowed=near(value, known),
                    )


def _strangers(
    test: Test, plan: Plan, codes: list[str], regions: list[str]
) -> Iterator[tuple[str, str, list[str], Literal["E", "W"]]]:
    groups = [*test.codes, *test.beside]
    nouns = [
        ("levels", test.levels, list(plan.levels)),
        ("slider", [test.slider] if test.slider else [], list(plan.sliders)),
        ("waves", test.waves, list(plan.waves)),
        ("codes", [code for group in test.codes.values() for code in group], codes),
        ("beside", [code for group in test.beside.values() for code in group], codes),
        ("where", [group for wanted in test.where.values() for group in wanted], groups),
        ("hindering", test.hindering, groups),
        ("needed", test.needed, groups),
    ]
    for column, values, known in nouns:
        for value in values:
            if value not in known:
                yield column, value, known, "E"
    for column in ("regions", "where"):
        for region in getattr(test, column):
            if region not in regions:
                # A region of the publications may lack a folder; a near miss is a slip.
                yield column, region, regions, "W"
