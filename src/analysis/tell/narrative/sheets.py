"""Theme sheets: all that is known of each theme of a group, for whoever writes about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, Template
from pandas import DataFrame, isna

from analysis.findings import Findings
from analysis.learn.themes import ThemeGroup
from analysis.plan.evidence import EVERY, FEW_PASSAGES, Passage, Sentence, shown
from analysis.tell.narrative.founded import Row
from analysis.tell.narrative.publication import place_of
from analysis.tell.narrative.voice import Voice, rows_of

MOST_BESIDE = 3
# Where one code points to another it does so by its id, which no reader knows.
ID = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
STANCES = ("helps", "hinders", "neutral")
ABOUT = ("subject_code", "outcome_code", "secondary_codes", "claimed_condition_codes")
MOVED = {"up": "grew", "down": "faded"}


WORDS = ("course", "region", "opposed", "agreed", "published", "unpublished", "below")


@dataclass(frozen=True)
class ThemeSheet:
    """One theme: what it holds, its course, what was said, and what it stands beside."""

    code: str
    name: str
    definition: str
    bounds: tuple[str, ...]
    course: dict[str, dict[str, str]]
    told: Passage
    opposed: tuple[tuple[Sentence, Row], ...]
    published: tuple[tuple[str, Row, str], ...]
    passages: tuple[tuple[str, Row], ...]
    counted: str


@dataclass(frozen=True)
class ThemeSheets:
    """The sheets of a group of themes, as a page shows them."""

    sheets: tuple[ThemeSheet, ...]
    unheard: str
    waves: tuple[str, ...]
    words: dict[str, str]

    def __iter__(self) -> Iterator[ThemeSheet]:
        """Go through the themes in the order of their codebook."""
        return iter(self.sheets)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        page = _template().render(vars(self))
        names = "\n".join(sheet.name for sheet in self.sheets) or self.unheard
        return shown(page, names, is_bare=not self.sheets)


def theme_sheets(findings: Findings, group: ThemeGroup) -> ThemeSheets:
    """Tell every theme of a group that somebody spoke of, and name those nobody spoke of.

    Raises
    ------
    UnfoundedSentence if a sentence says anything that no row carries.
    """
    voice = Voice(findings.study, findings.language, "sheets.yaml")
    names = ("themes", "theme_changes", "passages", "cooccurrence", "agreement")
    tables = {name: findings.rows(name) for name in names}
    heard = {*tables["themes"].query("state == 'counted'")["code"], *tables["passages"]["code"]}
    codes = findings.study.codes[findings.study.codes["id"].isin(group.codes)]
    spoken = codes["id"].isin(heard)
    told = [_sheet(code, tables, voice) for code in rows_of(codes[spoken])]
    silent = [f"‘{voice.name.code(one)}’" for one in codes.loc[~spoken, "id"]]
    key = "unheard" if told else "nothing"
    return ThemeSheets(
        tuple(told),
        voice.text(key, codes=silent) if silent or not told else "",
        tuple(map(voice.name.wave, findings.study.plan.waves)),
        {word: voice.text(word) for word in WORDS},
    )


@cache
def _template() -> Template:
    source = resources.files("analysis.tell.narrative").joinpath("sheets.html.j2")
    around = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return around.from_string(source.read_text(encoding="utf-8"))


def _sheet(code: Row, tables: dict[str, DataFrame], voice: Voice) -> ThemeSheet:
    own = {name: rows[rows["code"] == code["id"]] for name, rows in tables.items()}
    pairs = tables["cooccurrence"]
    pairs = pairs[pairs["region"] == EVERY]
    pairs = pairs[(pairs["code"] == code["id"]) | (pairs["other"] == code["id"])]
    told = [
        *_changes(own["theme_changes"], voice),
        *_beside(code["id"], pairs, own["passages"], voice),
        *_trust(own["agreement"], own["themes"], voice),
    ]
    bounds = [
        voice.text(key, text=ID.sub(lambda one: voice.name.code(one[0]), text))
        for key in ("include", "exclude")
        if (text := str(code.get(f"{key}_hint_{voice.language}") or ""))
    ]
    return ThemeSheet(
        code=code["id"],
        name=voice.name.code(code["id"]),
        definition=str(code.get(f"definition_{voice.language}") or ""),
        bounds=tuple(bounds),
        course=_course(own["themes"], voice),
        told=Passage(tuple(told)),
        opposed=tuple(_opposed(own["passages"], voice)),
        published=tuple(_published(code["id"], voice.study.claims, voice)),
        passages=tuple((_place_said(row, voice), row) for row in rows_of(own["passages"])),
        counted=voice.text("passages", n=len(own["passages"])),
    )


def _course(themes: DataFrame, voice: Voice) -> dict[str, dict[str, str]]:
    """Tell per region and wave in how many conversations it came up, and how people spoke of it."""
    told: dict[str, dict[str, str]] = {}
    for row in rows_of(themes[themes["wave"] != EVERY]):
        cells = told.setdefault(voice.name.region(row["region"]), {})
        cells[voice.name.wave(row["wave"])] = _cell(row, voice)
    return told


def _cell(row: Row, voice: Voice) -> str:
    if row["state"] not in ("counted", "not_coded"):
        return voice.text(f"cell_{row['state']}")
    counts = [voice.text(f"cell_{one}", n=row[one]) for one in STANCES if row[one]]
    return voice.text("cell", row=row, stances=counts)


def _changes(changes: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say of each region what rose or fell for sure, and where nothing did."""
    spoken = changes[changes["stance"] != "neutral"]
    sure = spoken[spoken["direction"].isin([*MOVED])]
    for place, row in enumerate(rows_of(sure)):
        values = {
            "region": voice.name.region(row["region"]),
            "stance": voice.text(f"stance_{row['stance']}"),
            "interval": not isna(row["low"]),
        }
        yield voice.say(MOVED[row["direction"]], sure.iloc[[place]], row=row, **values)
    still = spoken[~spoken["region"].isin(sure["region"])]
    if len(still):
        regions = [voice.name.region(one) for one in dict.fromkeys(still["region"])]
        yield voice.say("unsure", still, regions=regions)


def _beside(code: str, pairs: DataFrame, passages: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say with which other themes it was most often named in one passage."""
    most = pairs.sort_values(["documents", "segments"], ascending=False, kind="stable")
    most = most.head(MOST_BESIDE)
    named = [
        voice.text("together_one", row=row, code=row["other" if row["code"] == code else "code"])
        for row in rows_of(most)
    ]
    if named:
        yield voice.say("together", most, named=named)
    elif len(passages):
        yield voice.say("alone", passages.head(1))


def _trust(agreement: DataFrame, themes: DataFrame, voice: Voice) -> Iterator[Sentence]:
    """Say what agreement between coders allows."""
    whole = agreement[agreement["region"] == EVERY].head(1)
    row = next(iter(rows_of(whole)), None)
    if row is None or isna(row["alpha"]):
        rests_on = whole if len(whole) else themes.head(1)
        if len(rests_on):
            yield voice.say("trust_unknown", rests_on)
    elif row["given"] < FEW_PASSAGES:
        yield voice.say("trust_rare", whole.assign(few=FEW_PASSAGES), few=FEW_PASSAGES)
    else:
        key = "trust_tentative" if row["tentative"] else "trust_firm"
        yield voice.say(key, whole, row=row, interval=not isna(row["low"]))


def _opposed(passages: DataFrame, voice: Voice) -> Iterator[tuple[Sentence, Row]]:
    """Choose two passages that disagree, from one region and as late as can be, by fingerprint.

    Of two conversations rather than one; where nobody disagrees, one passage.
    """
    drawn = passages.sort_values("sha256", kind="stable")
    helping, hindering = (drawn[drawn["stance"] == one] for one in ("helps", "hinders"))
    pairs = helping.merge(hindering, on=["region", "wave"], suffixes=("", "_other"))
    if len(pairs):
        at = {wave: place for place, wave in enumerate(voice.study.plan.waves)}
        pairs = pairs.assign(
            at=pairs["wave"].map(at), alone=pairs["document"] == pairs["document_other"]
        )
        first = pairs.sort_values(["alone", "at"], ascending=[True, False], kind="stable").iloc[0]
        chosen = [first["evidence_id"], first["evidence_id_other"]]
    else:
        chosen = [*drawn["evidence_id"].head(1)]
    for one in chosen:
        passage = drawn[drawn["evidence_id"] == one]
        (row,) = rows_of(passage)
        yield voice.state(_place_said(row, voice), passage), row


def _place_said(row: Row, voice: Voice) -> str:
    """Say where a passage stands, who speaks, and whether it helps or hinders."""
    values: dict[str, Any] = {
        "region": voice.name.region(row["region"]),
        "wave": voice.name.wave(row["wave"]),
        "role": voice.name.role(row["role"]) if row["role"] else "",
        "stance": voice.text(f"said_{row['stance']}"),
    }
    line = None if isna(row["line"]) else int(row["line"])
    return voice.text("place", row={**row, "line": line}, **values)


def _published(code: str, claims: DataFrame, voice: Voice) -> Iterator[tuple[str, Row, str]]:
    """List what was published on a theme: the words, the claim, and where it stands."""
    voice = replace(voice, templates="publication.yaml")
    for row in rows_of(claims[claims["restates"] == ""]):
        named = {one.strip() for column in ABOUT for one in str(row[column] or "").split(";")}
        if code in named:
            yield row[f"paraphrase_{voice.language}"], row, place_of(row, voice)
