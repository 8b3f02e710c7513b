"""What is measured and compared: items, scales, composites, planned comparisons, sliders."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, FiniteFloat, model_validator

from analysis.plan.study.nouns import Named, Noun, Reference, Text, Unfit

MOST_ANSWERS = 101


REVERSED = {"ja", "j", "yes", "y", "x", "1", "true", "waar"}
NOT_REVERSED = {"nee", "n", "no", "0", "false", "onwaar", "", "leeg", "none"}


def _flagged(value: Any) -> Any:
    """Accept `{item: ja, other: nee}` for a list: the words of REVERSED and NOT_REVERSED."""
    if not isinstance(value, dict):
        return value
    flags = {
        item: str("" if flag is None else flag).strip().casefold() for item, flag in value.items()
    }
    if unknown := [flag for flag in flags.values() if flag not in REVERSED | NOT_REVERSED]:
        raise Unfit("flag", flag=unknown[0][:20])
    return tuple(item for item, flag in flags.items() if flag in REVERSED)


class Item(Noun):
    """One question of the survey."""

    text: Text


class Scale(Named):
    """Items that are averaged to one score."""

    items: tuple[str, ...] = Field(min_length=1)
    range: tuple[FiniteFloat, FiniteFloat]
    pillar: Reference | None = None
    level: Reference | None = None
    reverse_scored: Annotated[tuple[str, ...], BeforeValidator(_flagged)] = ()
    shares_items: bool = False
    least_answered: int = Field(default=1, ge=1)
    good: Literal["high", "low"] = "high"
    rises: Text | None = None
    falls: Text | None = None
    answers: Literal["ordinal", "decimal"] = "ordinal"

    @property
    def lowest(self) -> float:
        """The lowest possible answer."""
        return self.range[0]

    @property
    def highest(self) -> float:
        """The highest possible answer."""
        return self.range[1]

    @property
    def _is_countable(self) -> bool:
        ends_whole = self.lowest.is_integer() and self.highest.is_integer()
        return ends_whole and self.highest - self.lowest < MOST_ANSWERS

    @model_validator(mode="after")
    def _consistent(self) -> "Scale":
        if self.lowest >= self.highest:
            raise Unfit("rising")
        if self.answers == "ordinal" and not self._is_countable:
            raise Unfit("countable", most=MOST_ANSWERS)
        if again := sorted({one for one in self.items if self.items.count(one) > 1}):
            raise Unfit("items_once", items=again)
        if unknown := sorted(set(self.reverse_scored) - set(self.items)):
            raise Unfit("reversed_items", items=unknown)
        if self.good == "low" and not (self.rises and self.falls):
            raise Unfit("rises_and_falls")
        if self.least_answered > len(self.items):
            raise Unfit("least_answered", n=len(self.items))
        return self


def _several(value: Any) -> Any:
    if isinstance(value, str):
        raise Unfit("scales")
    return value


class Composite(Named):
    """The mean of the scores of several scales; the plan resolves `of: scales` to a list."""

    of: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    level: Reference | None = None
    pillar: Reference | None = None
    least: int = Field(default=1, ge=1)


class Comparison(Noun):
    """A comparison that was planned before the data were seen."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    scale: Reference
    start: Reference = Field(alias="from")
    end: Reference = Field(alias="to")


class Slider(Noun):
    """A choice between two poles and the codes that speak of each.

    `pole_a_hindering` are codes that speak of the first pole where they are said to hinder.
    `wanted` is the pole that the documents point to, if any.
    """

    label: Text
    pole_a: Text
    pole_b: Text
    pole_a_codes: tuple[str, ...] = ()
    pole_b_codes: tuple[str, ...] = ()
    pole_a_hindering: tuple[str, ...] = ()
    wanted: Literal["a", "b", "none"] = "none"
    basis: str = ""
    source: str = ""
    source_lines: str = ""
    note: Text | None = None

    @property
    def is_heard(self) -> bool:
        """Whether talk can be heard at either pole."""
        return bool(self.pole_b_codes and (self.pole_a_codes or self.pole_a_hindering))
