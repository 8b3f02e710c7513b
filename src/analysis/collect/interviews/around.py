"""The words around a passage, without a word of anybody who withdrew."""

import re
from collections.abc import Collection, Iterator, Mapping

from pandas import DataFrame

# A turn in a transcript: a name at the start of a line, and a colon.
TURN = re.compile(r"(?m)^[ \t]*([^\s:][^:\n]{0,40}?)[ \t]*:")
LINE_END = re.compile(r"\r\n?|\n")
# How far around a passage a reader looks, in characters.
REACH = 240
# What is not to be read keeps its length: places count on.
HIDDEN = "\ue000"
LEFT_OUT = "[…]"


def look_around(rows: DataFrame, texts: Mapping[str, str]) -> DataFrame:
    """Give each passage its line in the conversation, and what is said before and after it.

    Returns
    -------
    The rows with `line` (1 first), `before` and `after`, all empty where a text is not known.
    """
    places = rows[["document", "start", "end"]].itertuples(index=False, name=None)
    found = [_around(document, int(s), int(e), texts) for document, s, e in places]
    told = DataFrame(found, rows.index, columns=["line", "before", "after"], dtype=object)
    return rows.assign(**told)


def without_words_of(
    gone: Collection[tuple[str, str]],
    known: Collection[tuple[str, str]],
    texts: Mapping[str, str],
    places: Collection[tuple[str, int, int]],
) -> dict[str, str]:
    """Hide what people said who withdrew: their turns, and the passages known to be theirs.

    Parameters
    ----------
    gone, known : conversation and speaker: who withdrew, and everybody who is known to have spoken
    places : conversation, start and end of passages of those people

    Returns
    -------
    The texts, as long as they were; one in which a turn of somebody who withdrew cannot be told
    apart is not there.
    """
    told = dict(texts)
    for document in {document for document, _ in gone} & told.keys():
        names = {speaker for where, speaker in gone if where == document}
        # A line may begin with words and a colon: only a speaker's name begins a turn.
        spoke = names | {speaker for where, speaker in known if where == document}
        turns = [turn for turn in TURN.finditer(texts[document]) if turn[1] in spoke]
        if names - {turn[1] for turn in turns}:
            del told[document]
            continue
        spans = [span for name, span in _turns(turns, len(texts[document])) if name in names]
        told[document] = _hide(told[document], spans)
    for document, start, end in places:
        if document in told:
            told[document] = _hide(told[document], [(start, end)])
    return told


def _turns(turns: list[re.Match[str]], length: int) -> Iterator[tuple[str, tuple[int, int]]]:
    ends = [*(turn.start() for turn in turns[1:]), length]
    return ((turn[1], (turn.start(), end)) for turn, end in zip(turns, ends, strict=True))


def _hide(text: str, spans: Collection[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + HIDDEN * len(text[start:end]) + text[end:]
    return text


def _around(
    document: str, first: int, last: int, texts: Mapping[str, str]
) -> tuple[int | str, str, str]:
    if document not in texts:
        return "", "", ""
    text = texts[document]
    before = text[max(first - REACH, 0) : first]
    after = text[last : last + REACH]
    # A word that was cut through says nothing.
    before = f"… {before.partition(' ')[2]}" if first > REACH else before
    after = f"{after.rpartition(' ')[0]} …" if last + REACH < len(text) else after
    return len(LINE_END.findall(text, 0, first)) + 1, _plain(before), _plain(after)


def _plain(text: str) -> str:
    return " ".join(re.sub(f"{HIDDEN}+", f" {LEFT_OUT} ", text).split())
