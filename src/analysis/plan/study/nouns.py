"""What every noun of a plan is made of: ids, texts in two languages, names, how growth is read."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    model_validator,
)
from pydantic_core import PydanticCustomError

from analysis.plan.problems import Phrase


def _as_text(value: Any) -> Any:
    """Take a whole number for an id: YAML reads `1` as a number wherever it stands as a value."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Reference = Annotated[str, BeforeValidator(_as_text)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]


SLIPS = "slips"


class Slip:
    """What fits no other part of a file: where it stands, and the letter about it."""

    def __init__(self, keys: tuple[str | int, ...], letter: str, /, **values: Any) -> None:
        self.keys, self.letter, self.values = keys, letter, values


class Unfit(ValueError):
    """A value that cannot stand where it does; carries what could."""

    def __init__(self, phrase: str, /, **values: Any) -> None:
        self.allowed = Phrase(f"values.{phrase}", **values)
        super().__init__(self.allowed.text())


def refuse(slips: Iterable[Slip]) -> None:
    """Refuse a model with everything that does not fit together, each a letter of its own."""
    if told := [*slips]:
        raise PydanticCustomError(SLIPS, "parts that do not fit together", {SLIPS: told})


def _both_languages(value: Any) -> Any:
    if isinstance(value, str):
        return {"nl": value, "en": value}
    if not isinstance(value, dict):
        raise Unfit("both_languages")
    return value


def _known_languages(value: dict[str, str]) -> dict[str, str]:
    if set(value) != {"nl", "en"}:
        raise Unfit("known_languages")
    if not all(text.strip() for text in value.values()):
        raise Unfit("not_empty")
    return {language: _whole(text) for language, text in value.items()}


def _whole(text: str) -> str:
    """Join the two halves in which some programs write an emoji; half a sign is refused."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise Unfit("whole_signs") from error


Text = Annotated[dict[str, str], BeforeValidator(_both_languages), AfterValidator(_known_languages)]


class Noun(BaseModel):
    """Anything the plan names; unknown keys are refused, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(Noun):
    """A thing with a label for researchers and a reader's name for briefs."""

    label: Text
    reader: Text | None = None

    def name(self, language: str) -> str:
        """Return the name a general reader sees."""
        return (self.reader or self.label)[language]


class InPlace(Noun):
    """From where on a level is in place at a wave: its mean, and its 95% lower limit, in points."""

    mean: FiniteFloat
    lower_limit: FiniteFloat

    @model_validator(mode="after")
    def _in_order(self) -> "InPlace":
        if self.lower_limit > self.mean:
            raise Unfit("limit_below_mean")
        return self


class Growth(Noun):
    """How growth is read: when a level is in place, and the two axes of the growth plane.

    `organisation` names a scale or composite, `reach` a slider.
    """

    in_place: InPlace
    also_at: tuple[FiniteFloat, ...] = ()
    organisation: str | None = None
    reach: str | None = None

    @model_validator(mode="after")
    def _apart(self) -> "Growth":
        if len({*self.also_at, self.in_place.mean}) <= len(self.also_at):
            raise Unfit("other_means")
        return self
