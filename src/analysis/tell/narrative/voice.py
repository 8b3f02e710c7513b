"""How a sentence is made: a template of one language, numbers from rows, and the check on both."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, wraps
from importlib import resources
from typing import Any, Concatenate, ParamSpec

import pandas as pd
import yaml
from babel.lists import format_list
from jinja2 import Environment, StrictUndefined, Template
from pandas import DataFrame

from analysis.findings import Table
from analysis.findings.table import of_table
from analysis.learn.longitudinal.verdict import direction_of, turned
from analysis.plan import printed
from analysis.plan.evidence import Passage, Sentence
from analysis.plan.study import Study
from analysis.plan.study.labels import Labels
from analysis.tell.narrative.founded import Row, UnfoundedSentence, faults_of

More = ParamSpec("More")
# Plan rows that a sentence may rest on when a study holds nothing else to rest on.
PLAN = "plan/study/label"


@cache
def _words(name: str) -> dict[str, Any]:
    text = resources.files("analysis.tell.narrative").joinpath(name).read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def ladder() -> dict[str, Any]:
    """Return the wording ladder: every word that states a verdict."""
    return _words("ladder.yaml")


@dataclass(frozen=True)
class Voice:
    """One language in which a study is told."""

    study: Study
    language: str = "en"
    templates: str = "sentences.yaml"

    @classmethod
    def of(cls, table: Table) -> "Voice":
        """Return the voice in which a table was opened."""
        return cls(table.study, table.language)

    @cached_property
    def name(self) -> Labels:
        """The names of things in this language."""
        return Labels(self.study, self.language)

    @cached_property
    def _templates(self) -> dict[str, str]:
        return {key: texts[self.language] for key, texts in _words(self.templates).items()}

    @cached_property
    def _environment(self) -> Environment:
        # Plain text: the one escape is where a Sentence becomes HTML.
        environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701
        shown = ("whole", "counted", "decimal", "signed", "interval", "listed")
        environment.filters |= {name: getattr(self, name) for name in shown}
        return environment

    def whole(self, value: float) -> str:
        """Print a count."""
        return printed.whole(value, self.language)

    def counted(self, value: float, one: str, many: str) -> str:
        """Print a count with what it counts, in the singular or the plural."""
        return f"{self.whole(value)} {one if value == 1 else many}"

    def decimal(self, value: float, places: int = 2) -> str:
        """Print a number with a fixed number of decimals, rounded half to even."""
        return printed.decimal(value, self.language, places)

    def signed(self, value: float, places: int = 2) -> str:
        """Print a number with its sign."""
        return printed.signed(value, self.language, places)

    def interval(self, low: float, high: float, *, signed: bool = False) -> str:
        """Print a 95% interval, or that it cannot be computed."""
        show = self.signed if signed else self.decimal
        return self.text("interval", ends=[show(end) for end in (low, high) if pd.notna(end)])

    def listed(self, parts: Iterable[str]) -> str:
        """Join names as people do: a, b and c."""
        return str(format_list([*parts], locale=self.language)).replace(", and ", " and ")

    def _compiled(self, key: str) -> Template:
        if key not in self._kept:
            self._kept[key] = self._environment.from_string(self._templates[key])
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict[str, Template]:
        return {}

    def text(self, key: str, /, **values: Any) -> str:
        """Fill in one template."""
        template = self._compiled(key)
        return " ".join(template.render(name=self.name, **values).split())

    def say(self, key: str, rows: DataFrame, /, **values: Any) -> Sentence:
        """Say one sentence about rows; it carries their ids and is checked against them."""
        return self.state(self.text(key, **values), rows)

    def state(self, text: str, rows: DataFrame) -> Sentence:
        """Let given words rest on rows, after checking that they do."""
        sentence = Sentence(text[:1].upper() + text[1:], tuple(rows["evidence_id"]))
        if faults := faults_of(sentence, rows_of(rows), self.name):
            raise UnfoundedSentence("; ".join(faults))
        return sentence

    def each(
        self, key: str | Callable[[Row], str], rows: DataFrame, /, **values: Any
    ) -> Iterator[Sentence]:
        """Say one sentence about each row; the template may depend on the row."""
        for place, row in enumerate(rows_of(rows)):
            template = key if isinstance(key, str) else key(row)
            yield self.say(template, rows.iloc[[place]], row=row, **values)

    def nothing(self, key: str, *, is_bare: bool = True) -> Passage:
        """Say that a study holds nothing of this kind, which its plan and folders show."""
        return Passage((Sentence(self.text(key), (PLAN,)),), is_bare)

    def verdict(self, row: dict[str, Any], form: str = "sentence") -> str:
        """Return the words of the ladder for one change."""
        if form == "sentence" and (clause := self.moved(row)):
            return clause
        rung = row["verdict"]
        rung = turned(rung) if self.study.plan.is_good_low(row["scale"]) else rung
        words = ladder()["verdicts"][rung][form][self.language]
        measure = self.name.subject if form == "sentence" else self.name.measure
        return str(words.format(x=measure(row["scale"]), where=self.name.region(row["region"])))

    def moved(self, row: Row) -> str:
        """Say a rise or a fall in the plan's own words, where it has them."""
        strength, _, way = row["verdict"].rpartition("_")
        scale = self.study.plan.scales.get(row["scale"])
        if way not in ("up", "down") or not (scale and scale.rises and scale.falls):
            return ""
        is_rise = (way == "up") != self.study.plan.is_good_low(row["scale"])
        clause = (scale.rises if is_rise else scale.falls)[self.language]
        return str(ladder()["moved"][strength][self.language].format(clause=clause))

    def additions(self, row: dict[str, Any]) -> list[str]:
        """Return what must be added to a verdict that has a direction."""
        return [str(ladder()["additions"][key][self.language]) for key in self._added(row)]

    def _added(self, row: dict[str, Any]) -> list[str]:
        way = direction_of(row["verdict"])
        if way not in ("up", "down"):
            return []
        is_low_good = self.study.plan.is_good_low(row["scale"])
        rises = (way == "up") != is_low_good
        lowest, highest = self.study.plan.bounds(row["scale"])
        room = highest - row["start_mean"] if rises else row["start_mean"] - lowest
        crowded = rises and (row.get("start_at_highest", 0) >= 0.15 or row.get("starts_high"))
        if (room <= 1.0 or crowded) and not is_low_good:
            return ["high_start" if rises else "low_start"]
        return []


def told(
    or_else: str, *, none_is_news: bool = False
) -> Callable[
    [Callable[Concatenate[DataFrame, Voice, More], Iterable[Sentence]]],
    Callable[Concatenate[Table, More], Passage],
]:
    """Make one paragraph of what a function says about the rows of a table.

    Parameters
    ----------
    or_else : what is said where there are no rows, or the function says nothing of them
    none_is_news : no rows tell something of a survey: nobody was left out
    """

    def described(
        describe: Callable[Concatenate[DataFrame, Voice, More], Iterable[Sentence]],
    ) -> Callable[Concatenate[Table, More], Passage]:
        @wraps(describe)
        def passage(
            rows: DataFrame, voice: Voice, /, *more: More.args, **options: More.kwargs
        ) -> Passage:
            said = (*describe(rows, voice, *more, **options),) if len(rows) else ()
            bare = not len(rows) and not (none_is_news and voice.study.plan.scales)
            return Passage(said) if said else voice.nothing(or_else, is_bare=bare)

        return of_table(Voice.of)(passage)

    return described


def at_waves(rows: DataFrame, voice: Voice) -> str:
    """Say at which wave rows are: one wave, or of each region its own."""
    places = rows[["region", "wave"]].drop_duplicates()
    waves = [voice.name.wave(wave) for wave in places["wave"]]
    if len({*waves}) == 1:
        return voice.text("at_wave", wave=waves[0])
    regions = [voice.name.region(region) for region in places["region"]]
    pairs = zip(regions, waves, strict=True)
    told = [voice.text("wave_of_region", region=region, wave=wave) for region, wave in pairs]
    return voice.text("at_own_waves", waves=told)


def rows_of(rows: DataFrame) -> list[dict[str, Any]]:
    """Return rows as mappings from column to value."""
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]
