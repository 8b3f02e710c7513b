"""Which conversation speaks of which code: the codings that themes rest on, rolled up."""

from dataclasses import dataclass

from pandas import DataFrame

from analysis.interviews import coded_documents, leading_codings
from analysis.study import Study

PLACE = ["region", "document", "segment"]


@dataclass(frozen=True)
class Coverage:
    """What the conversations speak of, by the leading coder.

    `documents` are the conversations that were coded and `asked` those of them to which the theme
    list was put; `spoken` has one row per
    region, wave, document, segment, code and stance, where a coding counts for its code and for
    every code above it.
    """

    documents: DataFrame
    asked: DataFrame
    spoken: DataFrame


def cover(documents: DataFrame, codings: DataFrame, study: Study) -> Coverage:
    """Say which conversation speaks of which code, helping, hindering or neither."""
    led = leading_codings(codings, study)
    waves = documents[["region", "document", "wave"]]
    own_and_above = study.codes["path"].str.split("/")
    above = DataFrame({"below": study.codes["id"], "code": own_and_above}).explode("code")
    spoken = (
        led.rename(columns={"code": "below"})
        .merge(above, on="below")
        .merge(waves, on=["region", "document"])
        .drop_duplicates([*PLACE, "code", "stance"])
    )
    coded = coded_documents(documents, led)
    asked = coded[coded["asked"] == "yes"]
    columns = ["region", "wave", "document", "segment", "code", "stance"]
    ordered = spoken[columns].sort_values(columns, ignore_index=True)
    return Coverage(coded, asked, ordered)


def asked_codings(
    documents: DataFrame, codings: DataFrame, study: Study
) -> tuple[DataFrame, DataFrame]:
    """Return the leading coder's codings in conversations that were asked, and these."""
    led = leading_codings(codings, study)
    coded = coded_documents(documents, led)
    asked = coded[coded["asked"] == "yes"]
    return led.merge(asked[["region", "document", "wave"]], on=["region", "document"]), asked
