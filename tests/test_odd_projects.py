"""Promises about odd coding projects: no traceback, no silence, no wrong number."""

from pathlib import Path

import openpyxl
import pytest
from coding_projects import (
    ANN,
    BOB,
    QUALCODER,
    TAGUETTE,
    database,
    guid,
    project,
    qdpx,
    selection,
    source,
    zipped,
)

from analysis.collect.interviews.recognise import is_coding_file, read_coded
from analysis.collect.interviews.tables import settle
from analysis.findings import check
from analysis.plan.problems import StudyError

SAID = "Wij werken samen. Iedereen doet mee."
LINES = "Eerste alinea.\n\nWij werken samen.\nEen derde.\n\nWij werken samen.\n"


def read(path: Path, texts=None):
    return settle(read_coded(path, path.name, texts or {}), path.name)


def log(found, fate):
    rows = found.log[found.log["fate"] == fate]
    return dict(zip(rows["what"], rows["n"], strict=True))


def listed(tmp_path, *lines):
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def taguette(tmp_path, contents=f"<p>{SAID}</p>", log=(), start=0, end=16):
    rows = {
        "documents": [(1, "d", contents)],
        "tags": [(1, 1, "trust", "")],
        "highlights": [(1, 1, start, end, SAID[:16])],
        "highlight_tags": [(1, 1)],
        "commands": [(1, "ann", entry) for entry in log],
    }
    return database(tmp_path / "t.sqlite3", TAGUETTE, rows)


@pytest.mark.parametrize("entry", ["[" * 100_000, '{"type":"highlight_add","highlight_id":[1]}'])
def test_a_log_entry_that_is_nonsense_names_no_coder(tmp_path, entry):
    assert read(taguette(tmp_path, log=[entry])).codings["coder"].tolist() == ["unknown"]


def test_a_page_with_a_strange_section_is_read_without_it(tmp_path):
    found = read(taguette(tmp_path, contents=f"<p><![strange[ x ]]>{SAID}</p>"))
    assert found.texts["d"].startswith("Wij")
    assert found.segments["text"].tolist() == ["Wij werken samen"]


@pytest.mark.parametrize("start", ["--5", "\u0663", "1_0", "", "x"])
def test_a_place_that_is_no_number_is_set_aside_in_a_database(tmp_path, start):
    found = read(taguette(tmp_path, start=start))
    assert found.quarantined["reason"].tolist() == ["an offset that is no whole number"]


@pytest.mark.parametrize("start", ["\u0663", "1_0", "1.5", "1e1", "", "NaN"])
def test_a_place_that_is_no_number_is_set_aside_in_a_project(tmp_path, start):
    path = qdpx(tmp_path / "p.qdpx", SAID, selection(1, 0, 16), selection(2, start, 17))
    reasons = read(path).quarantined["reason"]
    assert reasons.tolist() == ["an offset that is no whole number"] * 2


def test_a_project_that_broke_off_while_saving_is_refused(tmp_path):
    path = database(tmp_path / "p.qda", QUALCODER, {})
    (tmp_path / "p.qda-journal").write_bytes(b"half a change")
    with pytest.raises(StudyError, match="wait in a file beside it"):
        read(path)


def test_two_coders_with_one_guid_are_kept_as_one_and_counted(tmp_path):
    xml = project(source(7, selection(1, 0, 16))).replace(BOB, ANN)
    path = tmp_path / "p.qdpx"
    path.write_bytes(zipped({"project.qde": xml, f"sources/{guid(7)}.txt": SAID}))
    found = read(path)
    assert found.codings["coder"].tolist() == ["ann / bob"]
    assert log(found, "lost")["coders that share a GUID with another: kept as one"] == 1


def test_a_code_without_a_name_can_still_be_told_apart(tmp_path):
    xml = project(source(7, selection(1, 0, 16))).replace('name="trust"', "")
    path = tmp_path / "p.qdpx"
    path.write_bytes(zipped({"project.qde": xml, f"sources/{guid(7)}.txt": SAID}))
    assert read(path).codings["code"].tolist() == ["code without a name 000001"]


@pytest.mark.parametrize(
    "header", ["Document name;Code;Segment;Beginning;End", "bron;code;tekst;begin;einde"]
)
@pytest.mark.parametrize("places", [("3;3", "6;6"), ("2;2", "4;4")])
def test_paragraph_numbers_tell_apart_what_was_said_twice(tmp_path, header, places):
    rows = [f"d1;trust;Wij werken samen.;{place}" for place in places]
    found = read(listed(tmp_path, header, *rows), {"d1": LINES})
    first = LINES.index("Wij")
    assert found.segments["start"].tolist() == [first, LINES.rindex("Wij")]
    counted = [n for what, n in log(found, "noted").items() if "counted in paragraphs" in what]
    assert counted == [2]


def test_paragraph_numbers_without_a_transcript_are_counted_as_not_used(tmp_path):
    found = read(listed(tmp_path, "Document name;Code;Segment;Beginning;End", "d1;a;Samen.;3;3"))
    assert found.segments["text"].tolist() == ["Samen."]
    assert [n for what, n in log(found, "lost").items() if "could not be used" in what] == [1]


def test_paragraph_numbers_alone_are_never_taken_for_characters(tmp_path):
    found = read(listed(tmp_path, "Document name;Code;Beginning;End", "d1;a;3;9"), {"d1": LINES})
    assert found.segments.empty
    assert found.quarantined["reason"].tolist() == ["a row with neither a text nor a place"]


def test_a_text_that_is_not_at_its_place_is_set_aside(tmp_path):
    rows = ["d1;0;16;trust;Wij werken samen", "d1;18;26;trust;Iedereen", "d1;0;5;trust;Iedereen"]
    found = read(listed(tmp_path, "document;start;end;code;text", *rows), {"d1": SAID})
    assert found.segments["text"].tolist() == ["Wij werken samen", "Iedereen"]
    assert {*found.quarantined["reason"]} == {"a text that is not what stands at its place"}


def test_words_for_stance_and_round_that_mean_nothing_are_counted(tmp_path):
    lines = ["document;code;text;stance;round", "d;a;een twee;misschien;eerste", "d;a;drie;helpt;2"]
    found = read(listed(tmp_path, *lines))
    assert found.codings[["stance", "round"]].values.tolist() == [["", ""], ["helps", "2"]]
    assert sum(log(found, "lost").values()) == 2


def test_a_row_that_stands_twice_is_one_coding(tmp_path):
    found = read(listed(tmp_path, "document;code;text;coder", *["d;a;een twee;ann"] * 2))
    assert len(found.codings) == 1
    assert [n for what, n in log(found, "noted").items() if "again" in what] == [1]


@pytest.mark.parametrize(
    "row", ["d;a;ik ging; en toen", 'd;a;"Wij doen\nd;b;en nog', 'd;a;"Ja" zei hij']
)
def test_a_text_that_would_be_cut_or_swallow_rows_is_refused(tmp_path, row):
    path = listed(tmp_path, "document;code;text", "d;b;goed", row)
    assert is_coding_file(path)
    with pytest.raises(StudyError, match="row"):
        read(path)


def test_a_filled_column_without_a_header_is_listed(tmp_path):
    book = openpyxl.Workbook()
    for row in (["document", "code", "text"], ["d", "a", "een twee", "let op"]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    assert log(read(tmp_path / "list.xlsx"), "lost") == {"column column 4": 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.mx24", b"\x00closed"),
        ("p.qdpx", b"no zip"),
        ("p.qdpx", zipped({"a.qde": "<x/>", "b.qde": "<x/>"})),
        ("p.qdpx", zipped({"../p.qde": "<x/>"})),
        ("p.qdc", b"<CodeBook"),
        ("p.sqlite3", b"SQLite format 3\x00" + bytes(200)),
        ("p.csv", b"document;code;text\nd;a;een; twee\n"),
    ],
)
def test_a_letter_about_a_coding_project_can_be_dutch(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StudyError) as caught:
        read(tmp_path / name)
    for problem in caught.value.problems:
        for part in ("found", "allowed", "remedy"):
            assert problem.text("nl", part) != problem.text("en", part)


def test_a_coding_file_without_codings_is_said(tiny):
    place = tiny / "raw" / "regions" / "north" / "interviews"
    (place / "codings.csv").unlink()
    qdpx(place / "empty.qdpx", SAID)
    assert "a file without a single coding" in [problem.found for problem in check(tiny)]


def test_a_workbook_under_another_name_is_read_by_its_content(tmp_path):
    book = openpyxl.Workbook()
    for row in (["document", "code", "text"], ["d", "a", "een twee"]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    assert read((tmp_path / "list.xlsx").rename(tmp_path / "p.qdpx")).texts == {"d": "een twee"}


def segments_in_a_workbook(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in (["document", "code", "text"], *rows):
        book.active.append(row)
    book.save(path)
    return path


def test_a_passage_that_excel_never_computed_is_refused_and_not_read_as_empty(tmp_path):
    path = segments_in_a_workbook(tmp_path / "list.xlsx", ["d", "a", "een"], ["d", "b", "=C2"])
    with pytest.raises(StudyError) as refused:
        read(path)
    assert refused.value.problems[0].row == 3


def test_a_workbook_and_a_table_of_the_same_segments_give_the_same_ids(tmp_path):
    rows = [["d", "a", "een twee"], ["d", "b", "drie\nvier"], ["d", "a", "vijf"]]
    book = read(segments_in_a_workbook(tmp_path / "list.xlsx", *rows))
    cells = [",".join(f'"{cell}"' for cell in row) for row in rows]
    table = read(listed(tmp_path, "document,code,text", *cells))
    assert list(book.codings["guid"]) == list(table.codings["guid"])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp1252", "mac_roman"])
def test_a_list_of_segments_keeps_its_accents_in_any_encoding(tmp_path, encoding):
    table = "document,code,text\nd,a,één idee in België\nd,b,naïef én blij\n"
    (tmp_path / "list.csv").write_bytes(table.encode(encoding))
    assert "één idee in België" in read(tmp_path / "list.csv").texts["d"]


def test_the_line_in_which_excel_names_the_separator_is_no_row(tmp_path):
    path = listed(tmp_path, "sep=;", "document;code;text", "d;a;een, twee")
    assert is_coding_file(path)
    assert read(path).segments["text"].tolist() == ["een, twee"]


def test_a_coding_that_gives_two_codes_gives_both(tmp_path):
    one, other = (f'<CodeRef targetGUID="{guid(n)}"/>' for n in (1, 2))
    xml = project(source(7, selection(1, 0, 16))).replace(one, one + other)
    path = tmp_path / "p.qdpx"
    path.write_bytes(zipped({"project.qde": xml, f"sources/{guid(7)}.txt": SAID}))
    assert read(path).codings["code"].tolist() == ["trust", "turnover"]
