"""Promises about reading interviews: offsets proven, letters for every slip, nothing echoed."""

import csv
from pathlib import Path

import pytest
from pandas import DataFrame

from analysis.collect.interviews import Conversations, count_people, read_interviews
from analysis.plan.problems import Problem
from analysis.plan.study import read_study

FOLDER = "raw/regions/north/interviews"
SAID = "Wij bellen élkaar 👋 nu gewoon even op.\r\nEr ging weer iemand weg."
FIRST, SECOND = "Wij bellen élkaar 👋 nu gewoon even op.", "Er ging weer iemand weg."
DOCUMENT = {
    "document": "d1",
    "file": "transcripts/d1.txt",
    "wave": "first",
    "method": "talk",
    "group": "g1",
    "people": "6",
    "asked": "yes",
    "consent": "yes",
}
CODING = {
    "document": "d1",
    "start": str(SAID.index(SECOND)),
    "end": str(SAID.index(SECOND) + len(SECOND)),
    "speaker": "P1",
    "code": "turnover",
    "coder": "ann",
    "stance": "",
    "text": SECOND,
}


def write(folder: Path, file: str, rows: list[dict[str, str]], delimiter: str = ",") -> None:
    path = folder / FOLDER / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*rows[0]], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def talked(tiny):
    """A tiny study with one conversation of two statements."""
    for path in (tiny / FOLDER).rglob("*.*"):
        path.unlink()
    write(tiny, "documents.csv", [DOCUMENT])
    write(tiny, "codings.csv", [CODING])
    (tiny / FOLDER / "transcripts").mkdir(exist_ok=True)
    (tiny / FOLDER / "transcripts" / "d1.txt").write_bytes(SAID.encode())
    return tiny


def read(folder: Path) -> tuple[dict[str, DataFrame], list[Problem]]:
    return read_interviews(read_study(folder))


def test_offsets_count_code_points_and_line_ends_as_they_stand(talked):
    tables, problems = read(talked)
    assert problems == []
    assert tables["segments"]["text"].tolist() == [SECOND]
    assert tables["documents"]["words"].tolist() == [len(SAID.split())]


def test_a_transcript_may_be_marked_as_utf8(talked):
    (talked / FOLDER / "transcripts" / "d1.txt").write_bytes(b"\xef\xbb\xbf" + SAID.encode())
    assert read(talked)[1] == []


def test_a_segment_without_text_takes_it_from_the_transcript(talked):
    write(talked, "codings.csv", [{**CODING, "text": ""}])
    assert read(talked)[0]["segments"]["text"].tolist() == [SECOND]


def test_the_stance_is_given_or_that_of_the_code(talked):
    rows = [CODING, {**CODING, "code": "trust", "stance": "belemmert"}]
    write(talked, "codings.csv", rows)
    codings = read(talked)[0]["codings"].set_index("code")["stance"].to_dict()
    assert codings == {"turnover": "hinders", "trust": "hinders"}


def test_a_segment_keeps_its_name_in_every_run_and_order(talked):
    other = {**CODING, "start": "0", "end": str(len(FIRST)), "text": FIRST, "code": "trust"}
    write(talked, "codings.csv", [CODING, other])
    one = read(talked)[0]
    write(talked, "codings.csv", [other, CODING])
    assert one["segments"].equals(read(talked)[0]["segments"])


def test_dutch_headers_semicolons_and_labels_are_understood(talked):
    names = {"document": "gesprek", "end": "einde", "speaker": "spreker", "coder": "codeur"}
    row = {names.get(key, key): value for key, value in CODING.items()}
    write(talked, "codings.csv", [{**row, "code": "wisselingen"}], delimiter=";")
    tables, problems = read(talked)
    assert problems == []
    assert tables["codings"]["code"].tolist() == ["turnover"]


def test_local_code_names_are_mapped_in_region_yaml(talked):
    region = talked / "raw/regions/north/region.yaml"
    text = region.read_text(encoding="utf-8") + "codes: {Verloop: turnover}\n"
    region.write_text(text, encoding="utf-8")
    write(talked, "codings.csv", [{**CODING, "code": "Verloop"}])
    assert read(talked)[0]["codings"]["code"].tolist() == ["turnover"]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("code", "turnovr", "perhaps turnover"),
        ("document", "d7", "d1"),
        ("start", "-3", "a whole number"),
        ("start", "", "an empty cell"),
        ("end", "9999", f"at most {len(SAID)}"),
        ("end", "2", "more than start"),
        ("stance", "positive", "helps, hinders, neutral"),
        ("coder", "", "who coded this"),
    ],
)
def test_a_slip_in_a_coding_is_a_letter(talked, column, value, says):
    write(talked, "codings.csv", [{**CODING, column: value}])
    problems = [problem for problem in read(talked)[1] if problem.severity == "E"]
    assert [(p.file, p.row, p.column) for p in problems] == [(f"{FOLDER}/codings.csv", 2, column)]
    assert says in problems[0].letter()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("wave", "third"),
        ("method", "chat"),
        ("people", "many"),
        ("people", "0"),
        ("asked", "maybe"),
        ("consent", ""),
        ("file", "transcripts/gone.txt"),
        ("file", "../../region.yaml"),
        ("file", "/etc/hostname"),
        ("file", "C:\\notes.txt"),
    ],
)
def test_a_slip_in_a_conversation_is_a_letter(talked, column, value):
    write(talked, "documents.csv", [{**DOCUMENT, column: value}])
    problems = read(talked)[1]
    assert [(p.file, p.row, p.column) for p in problems] == [(f"{FOLDER}/documents.csv", 2, column)]


def test_all_letters_of_a_region_come_at_once(talked):
    write(talked, "documents.csv", [{**DOCUMENT, "wave": "third"}, {**DOCUMENT, "people": "x"}])
    write(talked, "codings.csv", [{**CODING, "code": "turnovr"}, {**CODING, "coder": ""}])
    columns = sorted(str(problem.column) for problem in read(talked)[1])
    assert columns == ["code", "coder", "document", "people", "wave"]


def test_a_text_that_is_not_at_its_place_is_refused_without_echo(talked):
    secret = "Marloes belde mij gisteren thuis op."
    write(talked, "codings.csv", [{**CODING, "text": secret}])
    (problem,) = read(talked)[1]
    assert problem.column == "text"
    assert "Marloes" not in problem.letter()
    assert "iemand" not in problem.letter()


def test_an_offset_that_takes_in_the_line_end_is_refused(talked):
    row = {**CODING, "start": "0", "end": str(len(FIRST) + 1), "text": FIRST}
    write(talked, "codings.csv", [row])
    assert [problem.column for problem in read(talked)[1]] == ["text"]


@pytest.mark.parametrize("column", ["code", "stance", "document", "start", "round"])
def test_a_quotation_in_the_wrong_column_is_not_echoed(talked, column):
    secret = "Marloes belde mij gisteren thuis op over dat ene kind"
    write(talked, "codings.csv", [{**CODING, "round": "1", column: secret}])
    problems = read(talked)[1]
    assert problems
    assert not any("Marloes" in problem.letter() for problem in problems)


def test_the_same_coding_twice_is_a_letter(talked):
    write(talked, "codings.csv", [CODING, CODING])
    (problem,) = read(talked)[1]
    assert "row 2" in problem.found


@pytest.mark.parametrize("file", ["documents.csv", "codings.csv"])
def test_an_empty_file_is_a_letter(talked, file):
    (talked / FOLDER / file).write_bytes(b"")
    assert "an empty file" in [problem.found for problem in read(talked)[1]]


def test_a_missing_column_is_a_letter(talked):
    write(talked, "codings.csv", [{k: v for k, v in CODING.items() if k != "coder"}])
    (problem,) = read(talked)[1]
    assert problem.column == "coder"


def test_a_region_without_interviews_is_no_problem(tiny):
    tables, problems = read(tiny)
    assert problems == []
    assert "south" not in set(tables["documents"]["region"])


def test_codings_without_documents_are_a_letter(talked):
    (talked / FOLDER / "documents.csv").unlink()
    (problem,) = read(talked)[1]
    assert "documents.csv" in problem.found


def test_a_person_who_withdrew_disappears_with_every_segment(talked):
    speakers = [{"document": "d1", "speaker": "P1", "role": "guide", "participant": "N01"}]
    write(talked, "speakers.csv", speakers)
    decisions = talked / "raw/decisions/withdrawn.csv"
    decisions.parent.mkdir(exist_ok=True)
    decisions.write_text("region,participant\nnorth,N01\n", encoding="utf-8")
    tables, problems = read(talked)
    assert problems == []
    assert tables["segments"].empty
    log = tables["import_log"]
    assert log.loc[log["what"].str.contains("withdrew"), "n"].tolist() == [1]


def test_an_unknown_role_or_a_speaker_of_no_conversation_is_a_letter(talked):
    speakers = [
        {"document": "d1", "speaker": "P1", "role": "giude"},
        {"document": "d9", "speaker": "P1", "role": "guide"},
    ]
    write(talked, "speakers.csv", speakers)
    found = [(p.row, p.column) for p in read(talked)[1]]
    assert found == [(2, "role"), (3, "document")]


def test_codings_by_others_than_the_leading_coder_alone_are_a_letter(talked):
    write(talked, "codings.csv", [{**CODING, "coder": "bo"}])
    assert [(p.column, p.severity) for p in read(talked)[1]] == [("coder", "E")]


def test_themes_use_the_leading_coders_last_round(tiny):
    columns = ["region", "document", "segment", "code", "coder", "round", "stance"]
    rows = [
        ("north", "d1", "s1", "trust", "ann", 1, "helps"),
        ("north", "d1", "s1", "turnover", "ann", 2, "hinders"),
        ("north", "d1", "s1", "trust", "bo", 3, "helps"),
        ("north", "d2", "s2", "trust", "ann", 1, "helps"),
    ]
    said = Conversations(DataFrame(), DataFrame(), DataFrame(rows, columns=columns))
    led = said.led(read_study(tiny))
    assert led[["document", "code"]].to_numpy().tolist() == [["d1", "turnover"], ["d2", "trust"]]


def test_a_group_that_met_twice_counts_its_people_once():
    rows = [("n", "d1", "g", 6), ("n", "d2", "g", 7), ("n", "d3", "", 4), ("s", "d1", "g", 5)]
    met = DataFrame(rows, columns=["region", "document", "group", "people"])
    assert count_people(met, ["region"]).to_dict() == {"n": 11, "s": 5}


def test_the_role_of_a_speaker_does_not_mind_capitals_or_double_spaces(talked):
    region = talked / "raw/regions/north/region.yaml"
    region.write_text(region.read_text() + "roles: {intern begeleider: guide}\n")
    speakers = [("P1", "Helper"), ("P2", "Intern  Begeleider")]
    rows = [{"document": "d1", "speaker": who, "role": role} for who, role in speakers]
    write(talked, "speakers.csv", rows)
    tables, problems = read(talked)
    assert problems == []
    assert tables["speakers"]["role"].tolist() == ["helper", "guide"]
