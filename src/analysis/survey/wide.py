"""Answers of many people, wide until they are scored: a row per form, a column per item."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.survey.answers import KINDS

WIDE = ("answers_wide", "kinds_wide")


@dataclass(frozen=True)
class Forms:
    """Every form that was kept: the three tables share their rows.

    `respondents` has region, wave, participant, role and site; `answers` a number per item;
    `kinds` per item the place of a word in KINDS.
    """

    respondents: DataFrame
    answers: DataFrame
    kinds: DataFrame

    @property
    def tables(self) -> dict[str, DataFrame]:
        """Return the three tables by name: `respondents` and those of WIDE."""
        return {
            "respondents": self.respondents,
            **dict(zip(WIDE, (self.answers, self.kinds), strict=True)),
        }

    @staticmethod
    def together(parts: list["Forms"], items: tuple[str, ...]) -> "Forms":
        """Put the forms of several exports under each other."""
        if len(parts) == 1:
            return parts[0]
        keys = ["region", "wave", "participant", "role", "site"]
        empty = Forms(
            DataFrame(columns=keys), DataFrame(columns=[*items]), DataFrame(columns=[*items])
        )
        some = [part for part in parts if len(part.respondents)] or parts[:1] or [empty]
        return Forms(
            pd.concat([part.respondents for part in some], ignore_index=True),
            pd.concat([part.answers for part in some], ignore_index=True),
            pd.concat([part.kinds for part in some], ignore_index=True),
        )


def melt(forms: Forms) -> DataFrame:
    """Return the answers long: one row per region, wave, participant and item.

    Rows stand export by export, and there item by item.
    """
    keys = forms.respondents[["region", "wave", "participant"]]
    exports = keys[["region", "wave"]].drop_duplicates()
    parts = [
        _long(keys[here], forms.answers[here], forms.kinds[here])
        for here in (
            ((keys["region"] == region) & (keys["wave"] == wave)).to_numpy()
            for region, wave in exports.itertuples(index=False, name=None)
        )
    ]
    columns = [*keys, "item", "kind", "answer"]
    return pd.concat(parts, ignore_index=True) if parts else DataFrame(columns=columns)


def _long(keys: DataFrame, answers: DataFrame, kinds: DataFrame) -> DataFrame:
    items = [*answers]
    places = kinds.to_numpy(dtype=np.intp).ravel(order="F")
    told = {name: np.tile(keys[name].to_numpy(dtype=object), len(items)) for name in keys}
    return DataFrame(
        {
            **told,
            "item": np.repeat(np.array(items, dtype=object), len(keys)),
            "kind": np.array(KINDS, dtype=object)[places],
            "answer": answers.to_numpy(dtype=float).ravel(order="F"),
        }
    )
