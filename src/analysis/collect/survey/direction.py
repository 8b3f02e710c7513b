"""Which way the labels of answers run: the highest number should be the most positive answer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analysis.collect.survey.columns import Columns
from analysis.collect.survey.layout import Sheet
from analysis.collect.survey.numbers import whole_number
from analysis.collect.survey.wording import WORDS, plain
from analysis.plan.problems import Problem
from analysis.plan.study import Plan, Region

MORE, LESS = ({*WORDS["direction"][name]} for name in ("more", "less"))
NUMBERED = re.compile(r"-?[0-9]+\s*[.:=)-]*\s*")
Labels = Mapping[str, float]


class LabelledItems(NamedTuple):
    """The labels of each item of one export, with the numbers that they stand for once turned."""

    region: str
    wave: str
    file: str
    items: Mapping[str, Labels]


def labelled_items(
    sheet: Sheet, columns: Columns, region: Region, wave: str, plan: Plan
) -> LabelledItems:
    """Gather what the file, or else region.yaml, says the answers to each item are called."""
    turned, items = region.turned_at(wave, plan), {}
    declared = {plain(word): number for word, number in region.answers.items()}
    for item in plan.all_items:
        scale, of_file = plan.scale_of(item), sheet.grid.labels.get(columns.ours[item], {})
        written = {_bare(label): whole_number(code) for code, label in of_file.items()} or declared
        items[item] = {
            label: scale.lowest + scale.highest - number if item in turned else number
            for label, number in written.items()
            if number is not None and scale.lowest <= number <= scale.highest
        }
    return LabelledItems(region.id, wave, sheet.grid.file, items)


def other_way_round(exports: Sequence[LabelledItems]) -> Iterator[Problem]:
    """Warn of labels that run down: by what they mean, else by how another export has them."""
    first: dict[str, LabelledItems] = {}
    for export in exports:
        against: dict[str, list[str]] = {}
        for item, labels in export.items.items():
            by_meaning = _runs_down(labels)
            other = first.setdefault(item, export) if len(labels) > 1 else export
            if by_meaning:
                against.setdefault("survey.labels_down", []).append(item)
            elif by_meaning is None and _differ(labels, other.items[item]):
                against.setdefault("survey.labels_differ", []).append(item)
        for letter, items in against.items():
            labels = export.items[items[0]]
            rising = sorted(labels, key=labels.__getitem__)
            yield Problem(
                letter,
                export.file,
                items=items,
                first=rising[0],
                last=rising[-1],
                region=export.region,
                wave=export.wave,
            )


def _bare(label: str) -> str:
    """Write a label without the number that may stand before it: `1 = helemaal eens`."""
    return NUMBERED.sub("", plain(label), count=1) if NUMBERED.match(plain(label)) else plain(label)


def _runs_down(labels: Labels) -> bool | None:
    """Tell whether the positive labels have the lower numbers; nothing where none is known."""
    more, less = ([n for label, n in labels.items() if label in some] for some in (MORE, LESS))
    return bool(np.mean(more) < np.mean(less)) if more and less else None


def _differ(here: Labels, there: Labels) -> bool:
    """Tell whether the labels that two exports share stand in the opposite order."""
    shared = [(here[label], there[label]) for label in here if label in there]
    one, other = np.array(shared, dtype=float).reshape(-1, 2).T
    return bool(((one - one.mean()) @ (other - other.mean())) < 0) if len(shared) > 1 else False
