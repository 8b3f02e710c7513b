"""The pool of quotations: who may be quoted, in which order they are drawn, what was approved."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from pandas import DataFrame

from analysis.collect.interviews import (
    PLACE,
    Conversations,
    KnownNames,
    describe_flags,
    find_private,
    mark_flags,
)
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study
from analysis.plan.study.decisions import AGREED

FEWEST_WORDS, MOST_WORDS = 6, 40
# Forty words can be of any length: a text without spaces is a paste, not something said.
MOST_CHARACTERS = 2000
RULE = (
    f"{FEWEST_WORDS}-{MOST_WORDS} words, at most {MOST_CHARACTERS} characters, with consent, "
    "drawn within region and stance"
)


def pool_quotations(conversations: Conversations, study: Study) -> DataFrame:
    """List every segment that could be quoted, and the order in which it is a candidate.

    Returns
    -------
    One row per different text of 6 to 40 words, at most 2,000 characters, in a region. `consent`
    is yes only if conversation and speaker both said so; `approved` only if a person decided yes
    on exactly this text and nobody decided no. `candidate` numbers those with consent, drawn with
    the plan's seed within each region and stance, out of `pool`: approval does not change the
    order. A text said twice stands here once, at the first wave.
    """
    pool = _with_consent(_eligible(conversations, study), conversations.speakers)
    pool["approved"] = _approved(pool, study.decisions.quotations)
    pool["evidence_id"] = [
        evidence_id("quote", region, digest[:12])
        for region, digest in zip(pool["region"], pool["sha256"], strict=True)
    ]
    pool["candidate"] = _drawn(pool, study.plan.seed)
    # How many were drawn from: the candidates of the same region and stance.
    pool["pool"] = pool.groupby(["region", "stance"])["candidate"].transform("count")
    pool = pool.assign(seed=study.plan.seed, rule=RULE, flags=None, marked=None)
    whole = described.table("quotations", pool[described.columns("quotations")])
    return whole.sort_values(["region", "wave", "document", "sha256"], ignore_index=True)


def flag_quotations(
    quotations: DataFrame, known: KnownNames, seen: Mapping[str, tuple[str, str]] | None = None
) -> DataFrame:
    """Flag what in each quotation may identify somebody, for the person who decides on it.

    Parameters
    ----------
    seen : flags and marked text of texts searched before by the same rules, by their sha256

    Returns
    -------
    The same rows with `flags`, the kinds of what was found (empty if nothing was), and `marked`,
    the text with each place between brackets. A flag approves and refuses nothing, and a text
    without one may still tell who somebody is.
    """
    told = dict(seen or {})
    texts = dict(zip(quotations["sha256"], quotations["text"], strict=True))
    new = {sha: text for sha, text in texts.items() if sha not in told}
    for (sha, text), own in zip(new.items(), find_private([*new.values()], known), strict=True):
        told[sha] = (describe_flags(own), mark_flags(text, own))
    columns = {"flags": 0, "marked": 1}
    found = {
        name: [told[sha][place] for sha in quotations["sha256"]] for name, place in columns.items()
    }
    return quotations.assign(**DataFrame(found, index=quotations.index, dtype=object))


def count_flags(quotations: DataFrame, regions: Iterable[str]) -> DataFrame:
    """Count per region, and over all, in how many quotations each kind of flag stands.

    Returns
    -------
    One row per region (or all) and kind (or `any`): `flagged` out of `quotations`, of which
    `approved` were approved.
    """
    held = quotations.assign(kinds=quotations["flags"].astype(str).str.split())
    rows = [
        row
        for region in (EVERY, *regions)
        for row in _flag_rows(held[(held["region"] == region) | (region == EVERY)], region)
    ]
    return described.table("quotation_flags", rows)


def _flag_rows(held: DataFrame, region: str) -> Iterator[list[object]]:
    for kind in ("any", *sorted({kind for kinds in held["kinds"] for kind in kinds})):
        has = [bool(kinds) if kind == "any" else kind in kinds for kinds in held["kinds"]]
        own = held[np.array(has, dtype=bool)]
        approved = int(own["approved"].sum())
        yield [evidence_id("flag", region, kind), region, kind, len(held), len(own), approved]


def _eligible(conversations: Conversations, study: Study) -> DataFrame:
    """Give each text of the right length its wave, first code by id, that code's level, stance."""
    levels = study.crosswalk.query("strength == 'primary'").set_index("code")["level"]
    led = conversations.led(study).sort_values([*PLACE, "code"])
    first = led.drop_duplicates(PLACE)
    waves = conversations.documents[["region", "document", "wave", "consent"]]
    pool = conversations.texts.merge(first, on=PLACE).merge(waves, on=["region", "document"])
    words = [len(text.split()) for text in pool["text"]]
    pool = pool.assign(words=words, level=pool["code"].map(levels).fillna(""))
    order = {wave: place for place, wave in enumerate(study.plan.waves)}
    is_short = pool["text"].str.len() <= MOST_CHARACTERS
    pool = pool[pool["words"].between(FEWEST_WORDS, MOST_WORDS) & is_short]
    pool = pool.assign(
        place=pool["wave"].map(order),
    ).sort_values(["region", "place", "document", "start"])
    return pool.reset_index(drop=True)


def _with_consent(pool: DataFrame, speakers: DataFrame) -> DataFrame:
    """Keep each text once; whoever said it and did not consent speaks for all who said it."""
    keys = ["region", "document", "speaker"]
    said = speakers.rename(columns={"consent": "own"})[[*keys, "role", "own"]]
    known = pool.merge(said, on=keys, how="left")
    may = (known["consent"] == "yes") & (known["own"].fillna("") != "no")
    # The evidence id holds twelve digits of the hash: these must differ within a region.
    short = known["sha256"].str[:12] if len(known) else known["sha256"]
    all_may = may.groupby([known["region"], short]).transform("all").astype(bool)
    told = known.assign(consent=np.where(all_may, "yes", "no"), role=known["role"].fillna(""))
    return told[~told.assign(short=short).duplicated(["region", "short"])].reset_index(drop=True)


def _approved(pool: DataFrame, decisions: DataFrame) -> list[bool]:
    words = decisions["decision"].str.casefold().str.strip()
    agreed = set(decisions.loc[words.isin(AGREED), "sha256"])
    refused = set(decisions.loc[~words.isin(AGREED), "sha256"])
    return [digest in agreed - refused for digest in pool["sha256"]]


def _drawn(pool: DataFrame, seed: int) -> list[int | None]:
    """Draw an order of the candidates within each region and stance."""
    places: dict[int, int] = {}
    free = pool[pool["consent"] == "yes"].sort_values("sha256")
    for _, group in free.groupby(["region", "stance"]):
        # A generator for each group: a new region leaves the order of the others untouched.
        order = np.random.default_rng(seed).permutation(len(group))
        places |= {int(group.index[place]): rank + 1 for rank, place in enumerate(order)}
    return [places.get(place) for place in pool.index]
