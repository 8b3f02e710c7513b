"""The conversations that were held: what every room that reads codings must do alike."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from analysis.plan.evidence import EVERY
from analysis.plan.study import Study

CONVERSATION = ["region", "document"]
PLACE = [*CONVERSATION, "segment"]


def _once(
    make: Callable[["Conversations", Study], DataFrame],
) -> Callable[["Conversations", Study], DataFrame]:
    """Keep what was made for a study: nearly every table of talk begins with it."""

    @wraps(make)
    def kept(held: "Conversations", study: Study) -> DataFrame:
        found = held.kept.get(make.__name__)
        if found is None or found[0] is not study:
            found = held.kept[make.__name__] = (study, make(held, study))
        return found[1]

    return kept


@dataclass(frozen=True, eq=False)
class Conversations:
    """What was said and how it was coded: one row per conversation, segment, coding and speaker."""

    documents: DataFrame
    segments: DataFrame
    codings: DataFrame
    speakers: DataFrame = field(
        default_factory=lambda: DataFrame(
            columns=[*CONVERSATION, "speaker", "role", "consent"], dtype=object
        )
    )
    kept: dict[str, tuple[Study, DataFrame]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, tables: Mapping[str, DataFrame]) -> "Conversations":
        """Take the tables of talk from among others; who spoke may be unknown."""
        names = ("documents", "segments", "codings", "speakers")
        return cls(**{name: tables[name] for name in names if name in tables})

    @cached_property
    def texts(self) -> DataFrame:
        """The segments with the sha256 of each text."""
        digests = [hashlib.sha256(text.encode()).hexdigest() for text in self.segments["text"]]
        return self.segments.assign(sha256=Series(digests, self.segments.index, dtype="str"))

    @cached_property
    def placed(self) -> "Conversations":
        """The same without codings of a segment that is gone."""
        codings = self.codings.merge(self.segments[PLACE])
        if len(codings) == len(self.codings):
            return self
        return Conversations(self.documents, self.segments, codings, self.speakers)

    @_once
    def led(self, study: Study) -> DataFrame:
        """Keep the codings that themes use: the leading coder's, in that coder's last round.

        A region may name its own leading coder, else the plan's counts; where neither names one,
        it is whoever coded most.
        """
        codings = self.codings
        if codings.empty:
            return codings
        most = str(codings["coder"].value_counts().sort_index().idxmax())
        leader = codings["region"].map(lambda region: leading_coder(study, region) or most)
        own = codings[codings["coder"] == leader]
        last = own.groupby(CONVERSATION)["round"].transform("max")
        return own[own["round"] == last].drop(columns=["coder", "round"]).reset_index(drop=True)

    @_once
    def coded(self, study: Study) -> DataFrame:
        """Keep the conversations that were coded; one that nobody coded yet says nothing."""
        return self.documents.merge(self.led(study)[CONVERSATION].drop_duplicates())

    @_once
    def asked(self, study: Study) -> DataFrame:
        """Keep the coded conversations to which the themes were put."""
        coded = self.coded(study)
        return coded[coded["asked"] == "yes"]

    @_once
    def heard(self, study: Study) -> DataFrame:
        """Keep the leading coder's codings in conversations that were asked, with their wave."""
        return self.led(study).merge(self.asked(study)[[*CONVERSATION, "wave"]], on=CONVERSATION)

    @_once
    def spoken(self, study: Study) -> DataFrame:
        """Say which segment speaks of which code: of its own, and of every code above it.

        One row per region, wave, document, segment, code and stance.
        """
        own_and_above = study.codes["path"].str.split("/")
        above = DataFrame({"below": study.codes["id"], "code": own_and_above}).explode("code")
        columns = ["region", "wave", "document", "segment", "code", "stance"]
        spoken = (
            self.led(study)
            .rename(columns={"code": "below"})
            .merge(above, on="below")
            .merge(self.documents[[*CONVERSATION, "wave"]], on=CONVERSATION)
        )
        spoken = spoken[columns].drop_duplicates()
        return spoken.sort_values(columns, ignore_index=True)

    @_once
    def sizes(self, study: Study) -> DataFrame:
        """Count per region and wave (or all) what was held, coded, asked, and by how many people.

        `words` is empty where the words of a conversation are not known.
        """
        keys = ["region", "wave"]
        held, asked = (over_waves(rows) for rows in (self.coded(study), self.asked(study)))
        words = pd.to_numeric(asked["words"]).groupby([asked[key] for key in keys])
        cells = pd.MultiIndex.from_product([study.regions, [*study.plan.waves, EVERY]], names=keys)
        counts = {
            "coded": held.groupby(keys).size(),
            "asked": asked.groupby(keys).size(),
            "people": count_people(asked, keys),
            "words": words.sum().where(words.count() == words.size()),
        }
        found = DataFrame({name: count.reindex(cells) for name, count in counts.items()})
        return found.fillna({"coded": 0, "asked": 0, "people": 0})


def leading_coder(study: Study, region: str) -> str:
    """Name the coder whose codings count in a region, if the region or the plan names one."""
    found = study.regions.get(region)
    own = found.leading_coder if found else ""
    return own or study.plan.leading_coder


def over_waves(rows: DataFrame) -> DataFrame:
    """Let every row count at its wave and, once more, at all waves together."""
    return pd.concat([rows, rows.assign(wave=EVERY)], ignore_index=True)


def count_people(documents: DataFrame, keys: list[str]) -> "Series[Any]":
    """Count the different people of some conversations, per value of some columns.

    A group that met twice counts once. A group's size is the largest it had; a conversation
    without a group is a group of its own.
    """
    alone = documents["region"] + "/" + documents["document"]
    named = documents["region"] + "/group/" + documents["group"]
    met = named.where(documents["group"] != "", alone)
    people = pd.to_numeric(documents["people"])
    own = [documents[key] for key in keys]
    return people.groupby([*own, met.rename("met")]).max().groupby(level=keys).sum()
