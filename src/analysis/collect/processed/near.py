"""Codes that may be the same person's: proposed to a person, never joined by themselves."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from pandas import DataFrame

from analysis.plan.described import PROCESSED, descriptions

ALIKE = str.maketrans({"o": "0", "i": "1", "l": "1", "s": "5", "b": "8", "z": "2"})
SHORTEST = 3
# Codes that number people one after the other are all near each other: that says nothing.
MOST = 3
Code = tuple[str, str]


def propose_links(seen: DataFrame, apart: DataFrame) -> DataFrame:
    """List pairs of codes of a region that differ by one sign and never answered together.

    Parameters
    ----------
    seen : one row per region and participant who gave a code, with `waves` (ids,
        spaces between)
    apart : pairs that a person decided are different people: region, participant, same_as

    Returns
    -------
    One row per pair: the code seen at fewer waves first, then the one it may be, and why. A row
    can be copied to raw/decisions/links.csv with the name of who decided.
    """
    waves = {
        (region, code): when.split()
        for region, code, when in seen[["region", "participant", "waves"]].itertuples(index=False)
    }
    decided = {
        (region, frozenset(pair))
        for region, *pair in apart[["region", "participant", "same_as"]].itertuples(index=False)
    }
    pairs = [
        tuple(sorted((one, other), key=lambda code: (len(waves[code]), code)))
        for one, other in _pairs(waves)
        if (one[0], frozenset((one[1], other[1]))) not in decided
        and not {*waves[one]} & {*waves[other]}
    ]
    often = Counter(code for pair in pairs for code in pair)
    rows = [
        (*one, " ".join(waves[one]), other[1], " ".join(waves[other]), _why(one[1], other[1]))
        for one, other in sorted(pairs)
        if max(often[one], often[other]) <= MOST
    ]
    return DataFrame(rows, columns=descriptions(PROCESSED)["near_codes"].names)


def _pairs(waves: Mapping[Code, list[str]]) -> set[tuple[Code, Code]]:
    """Find near codes among those that share a mask, which hides one sign."""
    masked: dict[tuple[str, str], list[Code]] = defaultdict(list)
    for region, code in waves:
        for mask in _masks(code):
            masked[region, mask].append((region, code))
    return {
        (min(one, other), max(one, other))
        for same in masked.values()
        for one, other in combinations(same, 2)
        if one != other and _why(one[1], other[1])
    }


def _masks(code: str) -> Iterator[str]:
    """Yield the code with each sign hidden or left out, and as it sounds to a hasty reader."""
    yield _flat(code)
    if len(_bare(code)) > SHORTEST:
        for place in range(len(code)):
            yield f"{code[:place]}\0{code[place + 1 :]}"
            yield f"{code[:place]}{code[place + 1 :]}"
    yield code


def _bare(code: str) -> str:
    return "".join(sign for sign in code.casefold() if sign.isalnum())


def _flat(code: str) -> str:
    return f"\1{_bare(code).translate(ALIKE).lstrip('0')}"


def _why(one: str, other: str) -> str:
    """Say in what two codes differ, or nothing if it is more than one slip."""
    if _bare(one) == _bare(other):
        return "capitals, spaces or signs"
    if _bare(one).lstrip("0") == _bare(other).lstrip("0"):
        return "zeros in front"
    if _flat(one) == _flat(other):
        return "signs that look alike"
    if len(one) == len(other):
        differ = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(differ) == 1:
            return "one sign differs"
        first, last = differ[0], differ[-1]
        swapped = len(differ) == 2 and last == first + 1
        if swapped and (one[first], one[last]) == (other[last], other[first]):
            return "two signs changed places"
        return ""
    short, long = sorted((one, other), key=len)
    if len(long) == len(short) + 1 and any(
        long[:place] + long[place + 1 :] == short for place in range(len(long))
    ):
        return "one sign more or less"
    return ""
