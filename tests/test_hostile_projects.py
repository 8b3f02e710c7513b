"""Promises about files that lie, break or attack: refused or set aside, and counted."""

import re
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from coding_projects import (
    NAMESPACE,
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

from analysis.collect.interviews import is_coding_file
from analysis.collect.interviews.convert import convert
from analysis.collect.interviews.recognise import read_coded
from analysis.collect.interviews.tables import Project, settle
from analysis.plan.problems import StudyError

SECRET = "Marloes belde mij gisteren thuis op"


def read(path: Path) -> Project:
    return settle(read_coded(path, path.name), path.name)


def letter(path: Path, out: Path | None = None) -> str:
    """Convert a file that must be refused; return the letter, and see that nothing was written."""
    out = out or path.parent / "out"
    before = {*path.parent.rglob("*")}
    with pytest.raises(StudyError) as refused:
        convert(path, out)
    assert {*path.parent.rglob("*")} == before
    return str(refused.value)


def aside(found: Project) -> list[tuple[str, str]]:
    return [*zip(found.quarantined["kind"], found.quarantined["reason"], strict=True)]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is counted on Linux")
def test_QD01_a_zip_bomb_is_refused_in_little_memory(tmp_path):
    zeros = {f"sources/{guid(7)}.txt": bytes(2 * 10**8)}
    bomb = zipped({"project.qde": project(source(7, "")), **zeros})
    path = tmp_path / "bomb.qdpx"
    path.write_bytes(bomb)
    assert len(bomb) < 300_000
    code = (
        "import sys; from pathlib import Path\n"
        "peak = lambda: int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
        "from analysis.collect.interviews.convert import convert\n"
        "from analysis.plan.problems import StudyError\n"
        "before = peak()\n"
        "try: convert(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except StudyError as error: print(error)\n"
        "print(peak() - before)\n"
    )
    command = [sys.executable, "-c", code, str(path), str(tmp_path / "out")]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "times its size" in told
    assert int(told.split()[-1]) < 100_000  # kB


def test_QD01_a_size_that_was_declared_too_small_is_found_out(tmp_path):
    content = bytearray(zipped({"project.qde": bytes(8 * 2**20)}))
    directory = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, directory + 24, 100)
    (tmp_path / "p.qdpx").write_bytes(content)
    assert "damaged" in letter(tmp_path / "p.qdpx")


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "/abs.txt", "C:\\evil.txt", "a/../../b", "..\\evil", "\\\\server\\x"]
)
def test_QD04_an_entry_that_points_outside_is_refused(tmp_path, name):
    (tmp_path / "p.qdpx").write_bytes(zipped({"project.qde": project(""), name: "x"}))
    assert "points outside" in letter(tmp_path / "p.qdpx")


def test_QD04_a_link_is_refused(tmp_path):
    path = qdpx(tmp_path / "p.qdpx", "wij.", selection(1, 0, 3))
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("sources/link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/hostname")
    assert "a link" in letter(path)


@pytest.mark.parametrize("second", ["project.qde", "PROJECT.qde"])
def test_two_entries_of_one_name_are_refused(tmp_path, second):
    path = qdpx(tmp_path / "p.qdpx", "wij.", selection(1, 0, 3))
    with (
        zipfile.ZipFile(path, "a") as archive,
        pytest.warns(UserWarning) if (second == "project.qde") else _nothing(),
    ):
        archive.writestr(second, "other")
    assert "two entries" in letter(path)


def _nothing():
    from contextlib import nullcontext

    return nullcontext()


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE Project [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE Project [<!ENTITY f SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Project SYSTEM "http://example.org/x.dtd">',
    ],
)
@pytest.mark.parametrize("kind", ["qdpx", "qdc"])
def test_QD05_a_document_type_or_entity_is_refused(tmp_path, declared, kind):
    xml = project(source(7, "")).replace("<Project", declared + "<Project", 1)
    if kind == "qdpx":
        (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml}))
    else:
        body = f'{declared}<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes/></CodeBook>'
        (tmp_path / "p.qdc").write_text(body, encoding="utf-8")
    assert "document type" in letter(tmp_path / f"p.{kind}")


def test_QD06_no_project_file_or_several_is_a_letter_that_lists_them(tmp_path):
    (tmp_path / "none.qdpx").write_bytes(zipped({"notes.txt": "x"}))
    assert "notes.txt" in letter(tmp_path / "none.qdpx")
    (tmp_path / "two.qdpx").write_bytes(zipped({"a.qde": "x", "b.QDE": "y"}))
    assert "a.qde" in letter(tmp_path / "two.qdpx")


def test_QD06_another_name_or_case_is_read(tmp_path):
    entries = {"Mijn project.QDE": project(source(7, selection(1, 0, 3)))}
    entries[f"SOURCES/{guid(7)}.txt"] = "wij."
    (tmp_path / "p.qdpx").write_bytes(zipped(entries))
    assert read(tmp_path / "p.qdpx").segments["text"].tolist() == ["wij"]


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04 half of one"])
def test_QD07_a_file_that_is_no_zip_is_a_letter(tmp_path, content):
    (tmp_path / "p.qdpx").write_bytes(content)
    assert re.search("no zip|an empty file", letter(tmp_path / "p.qdpx"))


def test_QD08_a_coding_to_no_code_is_set_aside_with_its_place(tmp_path):
    cuts = [selection(1, 0, 3), selection(2, 4, 7, code="gone")]
    found = read(qdpx(tmp_path / "p.qdpx", "wij zij", *cuts))
    row = found.quarantined.iloc[0]
    assert len(found.quarantined) == 1
    assert [row.document, row.start, row.end, row.guid] == ["d1", "4", "7", guid(5002)]
    assert len(found.segments) == 2 and len(found.codings) == 1


def test_QD09_a_source_whose_text_is_missing_is_named(tmp_path):
    xml = project(source(7, selection(1, 0, 3), name="gone") + source(8, selection(2, 0, 3)))
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml, f"sources/{guid(8)}.txt": "wij."}))
    found = read(tmp_path / "p.qdpx")
    assert set(found.quarantined["document"]) == {"gone"}
    assert set(found.quarantined["kind"]) == {"source", "selection", "coding"}
    assert found.segments["document"].tolist() == ["d1"]


@pytest.mark.parametrize(
    ("start", "end"),
    [(-1, 3), (0, 99), (3, 3), (5, 2), ("x", 3), (1.5, 3), (0, 10**30), ("", "")],
)
def test_QD10_an_impossible_place_is_set_aside_and_counted(tmp_path, start, end):
    found = read(qdpx(tmp_path / "p.qdpx", "wij zij", selection(1, start, end), selection(2, 4, 7)))
    assert found.segments["text"].tolist() == ["zij"]
    assert found.quarantined["kind"].tolist() == ["selection", "coding"]
    assert found.quarantined["guid"].tolist() == [guid(1001), guid(5001)]


def test_QD13_two_coders_and_overlapping_segments_all_stay(tmp_path):
    second = selection(1, 0, 7).replace(guid(90), guid(91)).replace(guid(5001), guid(5999))
    both = selection(1, 0, 7).replace("</PlainTextSelection>", second[second.index("<Coding") :])
    found = read(qdpx(tmp_path / "p.qdpx", "wij zij jij", both, selection(2, 4, 11)))
    assert found.codings[["text", "coder"]].to_numpy().tolist() == [
        ["wij zij", "ann"],
        ["wij zij", "bob"],
        ["zij jij", "ann"],
    ]


def test_QD16_codes_of_one_name_are_kept_apart_by_path(tmp_path):
    twins = "".join(
        f'<Code guid="{guid(80 + n)}" name="{above}" isCodable="true">'
        f'<Code guid="{guid(n)}" name="good" isCodable="true"/></Code>'
        for n, above in ((1, "team"), (2, "school"))
    )
    cuts = selection(1, 0, 3), selection(2, 4, 7, code="turnover")
    xml = project(source(7, "".join(cuts)), codes=twins)
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml, f"sources/{guid(7)}.txt": "wij zij"}))
    assert read(tmp_path / "p.qdpx").codings["code"].tolist() == ["team/good", "school/good"]


def test_QD18_markup_in_what_was_said_stays_text(tmp_path):
    said = "<script>alert(1)</script> <img onerror=x> [a](javascript:x)"
    path = qdpx(tmp_path / "p.qdpx", said, selection(1, 0, 25))
    convert(path, tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "out" / "project.qdpx") as archive:
        assert b"<script" not in archive.read("project.qde")
    assert read(tmp_path / "out" / "project.qdpx").segments["text"].tolist() == [said[:25]]


def test_QD24_segments_of_a_pdf_or_recording_are_counted_not_lost(tmp_path):
    media = (
        f'<PDFSource guid="{guid(20)}" name="p.pdf" path="internal://a.pdf"><PDFSelection page="1"'
        f' guid="{guid(21)}" firstX="1" firstY="1" secondX="2" secondY="2"/></PDFSource>'
        f'<AudioSource guid="{guid(22)}" name="a.mp3" path="relative:///a.mp3"><AudioSelection'
        f' guid="{guid(23)}" begin="0" end="9"/></AudioSource>'
    )
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": project(media)}))
    reasons = ["a region on a PDF page", "a stretch of sound"]
    assert [reason for _, reason in aside(read(tmp_path / "p.qdpx"))] == reasons


def test_a_wrong_checksum_or_half_a_zip_is_a_letter(tmp_path):
    whole = qdpx(tmp_path / "p.qdpx", "wij zij " * 400, selection(1, 0, 3)).read_bytes()
    for number, content in enumerate((whole[:-30], whole[: len(whole) // 2])):
        (tmp_path / f"{number}.qdpx").write_bytes(content)
        assert "half of one" in letter(tmp_path / f"{number}.qdpx")
    content = bytearray(whole)
    content[14:18] = b"\x01\x02\x03\x04"
    place = content.index(b"PK\x01\x02")
    content[place + 16 : place + 20] = b"\x01\x02\x03\x04"
    (tmp_path / "crc.qdpx").write_bytes(content)
    assert "damaged" in letter(tmp_path / "crc.qdpx")


def test_an_encrypted_entry_is_refused(tmp_path):
    content = bytearray(qdpx(tmp_path / "p.qdpx", "wij.", selection(1, 0, 3)).read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    (tmp_path / "p.qdpx").write_bytes(content)
    assert "encrypted" in letter(tmp_path / "p.qdpx")


@pytest.mark.parametrize(
    "suffix",
    [".mex", ".mx22", ".mx99", ".mex24", ".atlproj", ".atlproj30", ".hpr7", ".nvp", ".nvpx"],
)
def test_a_format_that_only_its_tool_opens_is_refused_with_the_way_out(tmp_path, suffix):
    path = tmp_path / f"p{suffix}"
    path.write_bytes(b"\x8f\x1e\x00 encrypted")
    assert is_coding_file(path)
    assert "export the project as REFI-QDA" in letter(path)


def test_the_content_decides_where_the_name_is_wrong(tmp_path):
    path = qdpx(tmp_path / "p.zip", "wij.", selection(1, 0, 3))
    assert is_coding_file(path)
    assert read(path).segments["text"].tolist() == ["wij"]
    table = database(tmp_path / "t.qdpx", TAGUETTE, {"documents": [(1, "d", "<p>wij</p>")]})
    assert read(table).texts == {"d": "wij"}


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_xml_in_another_encoding_is_read(tmp_path, encoding):
    xml = project(source(7, selection(1, 0, 3), name="é")).replace("utf-8", encoding)
    body = xml.encode(encoding)
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": body, f"sources/{guid(7)}.txt": "wij."}))
    assert read(tmp_path / "p.qdpx").segments["document"].tolist() == ["é"]


def test_a_text_in_windows_1252_is_read_and_said(tmp_path):
    path = qdpx(tmp_path / "p.qdpx", "één “naïef” zij".encode("cp1252"), selection(1, 12, 15))
    found = read(path)
    assert found.segments["text"].tolist() == ["zij"]
    assert "texts in Windows-1252 instead of UTF-8" in found.log["what"].tolist()


@pytest.mark.parametrize("body", [b"wij\x00zij", b"\xff\xfe\x00"])
def test_a_source_that_is_no_text_is_set_aside(tmp_path, body):
    found = read(qdpx(tmp_path / "p.qdpx", body, selection(1, 0, 3)))
    assert found.segments.empty
    assert {"a source without text that can be read"} < set(found.quarantined["reason"])
    assert found.quarantined["reason"].str.contains("such as a Word document").sum() == 1


@pytest.mark.parametrize(
    "xml",
    [
        project(source(7, ""))[:-20],
        project("\x00"),
        f"<Other {NAMESPACE}/>",
        "<Project>" * 60 + "</Project>" * 59,
        "",
    ],
)
def test_damaged_xml_is_a_letter(tmp_path, xml):
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml}))
    assert "XML" in letter(tmp_path / "p.qdpx")


def test_a_code_tree_without_end_is_refused(tmp_path):
    deep = f'<Code guid="{guid(1)}" name="x" isCodable="true">' * 5000 + "</Code>" * 5000
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": project("", codes=deep)}))
    assert "nested deeper" in letter(tmp_path / "p.qdpx")


def test_elements_without_their_attributes_break_nothing(tmp_path):
    xml = project(source(7, selection(1, 0, 3)))
    xml = re.sub(r' (guid|name|creatingUser|targetGUID)="[^"]*"', "", xml)
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml, f"sources/{guid(7)}.txt": "wij."}))
    assert read(tmp_path / "p.qdpx").segments["text"].tolist() == ["wij"]


def test_a_source_can_not_reach_files_outside_the_project(tmp_path):
    (tmp_path / "secret.txt").write_text(SECRET, encoding="utf-8")
    for path in (
        "internal://../secret.txt",
        "relative:///secret.txt",
        f"absolute://{tmp_path}/secret.txt",
    ):
        xml = project(source(7, selection(1, 0, 3), path=path))
        (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml}))
        assert read(tmp_path / "p.qdpx").texts == {}


def test_a_database_that_points_nowhere_is_set_aside(tmp_path):
    rows = {
        "source": [(1, "d1", "wij zij", None, "")],
        "code_name": [(1, "trust", "", 99, "")],
        "code_text": [
            (1, 1, 5, "wij", 0, 3, "ann", ""),
            (2, 7, 1, "wij", 0, 3, "ann", ""),
            (3, 1, 1, "wij", "a", 3, "ann", ""),
            (4, 1, 1, "zij", 4, 7, None, b"\xff"),
        ],
    }
    found = read(database(tmp_path / "data.qda", QUALCODER, rows))
    assert len(found.quarantined) == 3
    assert found.codings[["text", "coder"]].to_numpy().tolist() == [["zij", "unknown"]]


def test_a_view_or_foreign_database_is_refused(tmp_path):
    trap = "create view highlights as select 1 as document_id, 2 as start_offset;"
    path = database(tmp_path / "v.sqlite3", trap, {})
    assert "a database with the tables" in letter(path)


def test_a_project_that_is_still_open_is_refused(tmp_path):
    path = database(tmp_path / "data.qda", QUALCODER, {})
    (tmp_path / "data.qda-wal").write_bytes(b"waiting")
    assert "wait in a file beside it" in letter(path)


def test_nothing_is_written_over_and_nothing_half(tmp_path):
    path = qdpx(tmp_path / "p.qdpx", "wij.", selection(1, 0, 3))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x", encoding="utf-8")
    assert "holds files already" in letter(path)
    assert "a file" in letter(path, tmp_path / "out" / "mine.txt")


def test_no_letter_says_what_somebody_said(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(f"{SECRET} en nog meer\n1\n", encoding="utf-8")
    with pytest.raises(StudyError) as refused:
        read(table)
    assert "Marloes" not in str(refused.value)


def test_names_of_sources_never_become_paths(tmp_path):
    names = ["../../evil", "con", "a/b\\c", "x" * 300, "A", "a"]
    entries = {f"sources/{guid(n)}.txt": f"text {n}" for n in range(len(names))}
    xml = project("".join(source(n, "", name=name) for n, name in enumerate(names)))
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml, **entries}))
    convert(tmp_path / "p.qdpx", tmp_path / "out")
    written = sorted((tmp_path / "out" / "transcripts").iterdir())
    assert len(written) == len(names)
    assert not [*tmp_path.parent.glob("evil*")]
    assert max(len(file.name) for file in written) < 100
