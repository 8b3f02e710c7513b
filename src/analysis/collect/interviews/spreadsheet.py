"""Read coded segments from a spreadsheet saved as CSV: one row per segment, coder and code."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pandas import DataFrame

from analysis.collect.interviews.documents import RegionTalk, read_table
from analysis.collect.interviews.headers import STANCES, is_count, shown, unguarded
from analysis.plan.files.csvfile import CsvFile
from analysis.plan.problems import Phrase, Problem, near
from analysis.plan.study import Region, Study

COLUMNS = ["document", "start", "end", "code", "coder"]
OPTIONAL = ["speaker", "stance", "text", "round"]


@dataclass(frozen=True)
class Codings:
    """The codings as they stand in the file, in our words; the index is the row number."""

    rows: DataFrame
    problems: list[Problem] = field(default_factory=list)


def read_coded_segments(
    region: Region, study: Study, said: RegionTalk, name: str = "codings.csv"
) -> Codings:
    """Read a table of codings: offsets are code points, and are proven on the transcript.

    A row that has both offsets and a text must find exactly that text in the transcript.
    """
    file = read_table(region, name, COLUMNS)
    rows = file.rows.reindex(columns=[*COLUMNS, *OPTIONAL], fill_value="")
    rows = rows.assign(text=rows["text"].map(unguarded))
    rows = rows.assign(code=rows["code"].map(code_names(region, study)).fillna(rows["code"]))
    same = CsvFile(file.name, rows)
    problems = [*file.problems, *_cell_problems(same, study, said), *_offset_problems(same, said)]
    return Codings(_tidy(rows, study, said), [*problems, *_repeated(same)])


def code_names(region: Region, study: Study) -> dict[str, str]:
    """Map what a file may call a code to our id: the id, then a label, then region.yaml."""
    names: dict[str, str] = {}
    for column in ("label_nl", "label_en"):
        counts = study.codes[column].value_counts()
        for label, code in zip(study.codes[column], study.codes["id"], strict=True):
            if counts[label] == 1:
                names[label] = code
    return {**region.codes, **names, **{code: code for code in study.codes["id"]}}


def _cell_problems(file: CsvFile, study: Study, said: RegionTalk) -> Iterator[Problem]:
    codes, documents = list(study.codes["id"]), list(said.documents["document"])
    for row, cells in file.records():
        if cells["code"] not in codes:
            # Never more than an id's length: a cell in the wrong column may hold a quotation.
            told = {"value": shown(cells["code"]), "allowed": near(cells["code"][:60], codes)}
            yield file.problem("interviews.code", row, "code", **told)
        if cells["document"] not in documents:
            known = near(cells["document"][:60], documents)
            told = {"value": shown(cells["document"]), "allowed": known}
            yield file.problem("interviews.document", row, "document", **told)
        if cells["stance"].casefold() not in STANCES:
            yield file.problem("interviews.stance", row, "stance", value=shown(cells["stance"]))
        if not cells["coder"]:
            yield file.problem("interviews.coder", row, "coder")
        if cells["round"] and not is_count(cells["round"]):
            yield file.problem("interviews.round", row, "round", value=shown(cells["round"]))


def _offset_problems(file: CsvFile, said: RegionTalk) -> Iterator[Problem]:
    for row, cells in file.records():
        wrong = [name for name in ("start", "end") if not is_count(cells[name])]
        for name in wrong:
            value = shown(cells[name]) if cells[name] else Phrase("interviews.an_empty_cell")
            yield file.problem("interviews.offset", row, name, value=value)
        if wrong:
            continue
        start, end = int(cells["start"]), int(cells["end"])
        text = said.transcripts.get(cells["document"])
        if end <= start:
            yield file.problem("interviews.end_before_start", row, "end", start=start, end=end)
        elif text is not None and end > len(text):
            yield file.problem("interviews.end_after_text", row, "end", end=end, n=len(text))
        elif text is not None and cells["text"] and not _is_same(text[start:end], cells["text"]):
            yield file.problem("interviews.other_text", row, "text", start=start, end=end)
        elif text is None and not cells["text"]:
            yield file.problem("interviews.no_text", row, "text")


def _is_same(one: str, other: str) -> bool:
    """Compare two texts in one Unicode form."""
    return one == other or unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def _repeated(file: CsvFile) -> Iterator[Problem]:
    keys = ["document", "start", "end", "code", "coder", "round"]
    first: dict[tuple[str, ...], int] = {}
    for row, cells in file.records():
        key = tuple(cells[name] for name in keys)
        if first.setdefault(key, row) != row:
            yield file.problem("interviews.coded_again", row, "code", other=first[key])


def _tidy(rows: DataFrame, study: Study, said: RegionTalk) -> DataFrame:
    """Fill in what a row leaves to others: the stance by the code, the text by the transcript."""
    valence = dict(zip(study.codes["id"], study.codes["valence"], strict=True))
    given = rows["stance"].str.casefold().map(STANCES).fillna("")
    by_code = rows["code"].map(lambda code: valence.get(code, "") or "neutral")
    texts = [_said(said.transcripts, cells) for cells in rows.to_dict("records")]
    return rows.assign(
        stance=given.where(given != "", by_code),
        round=rows["round"].where(rows["round"] != "", "1"),
        text=texts,
    )


def _said(transcripts: Mapping[str, str], cells: dict[str, str]) -> str:
    transcript = transcripts.get(cells["document"])
    if transcript is None or not (is_count(cells["start"]) and is_count(cells["end"])):
        return cells["text"]
    return transcript[int(cells["start"]) : int(cells["end"])]
