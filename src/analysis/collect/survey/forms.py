"""Answers of many people, wide: a row per form, a column per item. The long table is made once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas import DataFrame

from analysis.collect.survey.answers import KINDS
from analysis.plan.described import PROCESSED, descriptions
from analysis.plan.study import Plan

PERSON_WAVE = ["region", "wave", "participant"]


@dataclass(frozen=True)
class Forms:
    """Every form that was kept: the three tables share their rows.

    `respondents` has region, wave, participant, role, site and `has_code`; `answers` a number per
    item; `kinds` per item the place of a word in KINDS.
    """

    respondents: DataFrame
    answers: DataFrame
    kinds: DataFrame

    @classmethod
    def of(cls, respondents: DataFrame, answers: DataFrame) -> "Forms":
        """Take a number for an answer, and what is empty for a missing one."""
        kinds = answers.isna() * KINDS.index("missing")
        return cls(respondents, answers, kinds.astype(np.int8))

    @classmethod
    def together(cls, parts: list["Forms"], items: tuple[str, ...]) -> "Forms":
        """Put the forms of several exports under each other."""
        if len(parts) == 1:
            return parts[0]
        nothing = DataFrame(columns=items)
        nobody = DataFrame(columns=descriptions(PROCESSED)["respondents"].names)
        some = [part for part in parts if len(part.respondents)] or parts[:1]
        some = some or [cls(nobody, nothing, nothing)]
        return cls(
            pd.concat([part.respondents for part in some], ignore_index=True),
            pd.concat([part.answers for part in some], ignore_index=True),
            pd.concat([part.kinds for part in some], ignore_index=True),
        )

    def keyed(self, plan: Plan) -> DataFrame:
        """Return the answers after reverse scoring, so that more is always better.

        Columns that need none are not copied.
        """
        turned = {
            item: scale.lowest + scale.highest - self.answers[item]
            for scale in plan.scales.values()
            for item in scale.reverse_scored
        }
        return DataFrame(
            {item: turned.get(item, self.answers[item]) for item in self.answers}, copy=False
        )

    def melt(self, plan: Plan) -> DataFrame:
        """Return the processed table `answers`: a row per region, wave, participant and item.

        Rows stand export by export, and there item by item.
        """
        keys, keyed = self.respondents[PERSON_WAVE], self.keyed(plan)
        exports = keys.groupby(["region", "wave"], sort=False).indices.values()
        parts = [self._long(keyed, rows) for rows in exports]
        columns = descriptions(PROCESSED)["answers"].names
        return pd.concat(parts, ignore_index=True) if parts else DataFrame(columns=columns)

    def _long(self, keyed: DataFrame, rows: np.ndarray) -> DataFrame:
        keys, items = self.respondents[PERSON_WAVE].iloc[rows], [*self.answers]
        places = self.kinds.iloc[rows].to_numpy(dtype=np.intp).ravel(order="F")
        told = {name: np.tile(keys[name].to_numpy(dtype=object), len(items)) for name in keys}
        return DataFrame(
            {
                **told,
                "item": np.repeat(np.array(items, dtype=object), len(keys)),
                "kind": np.array(KINDS, dtype=object)[places],
                "answer": self.answers.iloc[rows].to_numpy(dtype=float).ravel(order="F"),
                "keyed": keyed.iloc[rows].to_numpy(dtype=float).ravel(order="F"),
            }
        )
