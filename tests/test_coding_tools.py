"""Promises about coding projects: every tool's file is read, and its offsets are proven."""

import json
from pathlib import Path

import pandas as pd
import pytest
from coding_projects import (
    NAMESPACE,
    QUALCODER,
    REQUAL,
    RQDA,
    TAGUETTE,
    database,
    guid,
    project,
    qdpx,
    selection,
    source,
    zipped,
)

from analysis.collect.interviews.recognise import read_coded
from analysis.collect.interviews.tables import Project, settle
from analysis.plan.problems import StudyError

SAID = "Wij bellen élkaar 👋 nu gewoon op.\r\nEr ging weer iemand weg, naïef 👍.\r\nKlaar, tot zo."
PHRASES = ("bellen élkaar", "gewoon op", "weer iemand", "naïef", "tot zo")


def read(path: Path) -> Project:
    return settle(read_coded(path, path.name), path.name)


def texts(found: Project) -> list[str]:
    return found.segments["text"].tolist()


def log(found: Project, fate: str) -> dict[str, int]:
    rows = found.log[found.log["fate"] == fate]
    return dict(zip(rows["what"], rows["n"], strict=True))


def unit(found: Project) -> str:
    return next(iter(log(found, "proven"))).removeprefix("offsets count ")


def count(text: str, how: str) -> int:
    """Count letters as a tool would, by the textbook."""
    if "CRLF as 1" in how:
        text = text.replace("\r\n", "\n")
    if "LF as 2" in how and "CRLF" not in how:
        text = text.replace("\n", "\r\n")
    if "UTF-16" in how:
        return len(text.encode("utf-16-le")) // 2
    return len(text.encode()) if "UTF-8" in how else len(text)


def places(text: str, how: str, before: int = 0) -> list[str]:
    """Write a selection for every phrase, counted in one unit."""
    starts = [text.index(phrase) for phrase in PHRASES]
    return [
        selection(n, before + count(text[:at], how), before + count(text[: at + len(phrase)], how))
        for n, (at, phrase) in enumerate(zip(starts, PHRASES, strict=True))
    ]


@pytest.mark.parametrize("counts", ["code points", "UTF-16 units", "UTF-8 bytes"])
@pytest.mark.parametrize("ends", ["", ", CRLF as 1"])
def test_every_unit_is_recognised_by_its_fit(tmp_path, counts, ends):
    found = read(qdpx(tmp_path / "p.qdpx", SAID, *places(SAID, counts + ends)))
    assert texts(found) == [*PHRASES]
    assert unit(found) == counts + ends


@pytest.mark.parametrize("counts", ["code points", "UTF-16 units", "UTF-8 bytes"])
def test_a_byte_order_mark_counts_only_where_the_tool_counted_it(tmp_path, counts):
    marked = b"\xef\xbb\xbf" + SAID.encode()
    mark = 3 if counts == "UTF-8 bytes" else 1
    without = read(qdpx(tmp_path / "a.qdpx", marked, *places(SAID, counts)))
    counted = read(qdpx(tmp_path / "b.qdpx", marked, *places(SAID, counts, mark)))
    assert texts(without) == texts(counted) == [*PHRASES]
    assert "byte order mark" not in unit(without)
    assert "byte order mark counted" in unit(counted)


def test_line_feeds_that_were_two_letters_elsewhere_are_found_out(tmp_path):
    text = SAID.replace("\r\n", "\n")
    found = read(qdpx(tmp_path / "p.qdpx", text, *places(text, "UTF-16 units, LF as 2")))
    assert texts(found) == [*PHRASES]
    assert unit(found) == "UTF-16 units, LF as 2"


def test_ends_that_name_the_last_letter_are_found_out(tmp_path):
    text = SAID.replace("\r\n", "\n")
    starts = [text.index(phrase) for phrase in PHRASES]
    pairs = zip(starts, PHRASES, strict=True)
    cuts = [selection(n, at, at + len(said) - 1) for n, (at, said) in enumerate(pairs)]
    found = read(qdpx(tmp_path / "p.qdpx", text, *cuts))
    assert texts(found) == [*PHRASES]
    assert unit(found) == "code points, the end included"


def test_a_text_inside_the_xml_keeps_the_windows_line_ends_it_was_written_with(tmp_path):
    inside = f"<PlainTextContent>{SAID}</PlainTextContent>" + "".join(places(SAID, "UTF-16 units"))
    xml = project(source(7, inside, path=""))
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml}))
    found = read(tmp_path / "p.qdpx")
    assert texts(found) == [*PHRASES]
    assert found.texts == {"d1": SAID}


def test_a_snippet_weighs_more_than_the_edges_of_words(tmp_path):
    text = "👋 abcdefghij klm"
    cut = selection(1, 4, 8, name="cdef")
    assert texts(read(qdpx(tmp_path / "p.qdpx", text, cut))) == ["cdef"]
    cut = selection(1, 5, 9, name="cdef")
    assert texts(read(qdpx(tmp_path / "p.qdpx", text, cut))) == ["cdef"]


def test_a_tie_is_refused_with_advice(tmp_path):
    path = qdpx(tmp_path / "p.qdpx", "👋abcdefghijklm", selection(1, 4, 8))
    with pytest.raises(StudyError, match=r"fit as well[\s\S]*code one whole word"):
        read(path)


def test_units_that_differ_on_annotations_alone_are_no_tie(tmp_path):
    text = "één twee drie 👋 vier"
    coded = [selection(1, 4, 8), selection(2, 9, 13)]
    note = selection(3, 16, 20, code=None)
    assert texts(read(qdpx(tmp_path / "p.qdpx", text, *coded, note))) == ["twee", "drie", "vier"]


def test_units_that_agree_are_no_tie(tmp_path):
    found = read(qdpx(tmp_path / "p.qdpx", "abcdefghijklm\nnop", selection(1, 4, 8)))
    assert texts(found) == ["efgh"]


def test_the_origin_is_never_trusted(tmp_path):
    xml = project(source(7, "".join(places(SAID, "UTF-8 bytes")))).replace("a tool", "NVivo 14")
    entries = {"project.qde": xml, f"sources/{guid(7)}.txt": SAID}
    (tmp_path / "p.qdpx").write_bytes(zipped(entries))
    assert unit(read(tmp_path / "p.qdpx")) == "UTF-8 bytes"


def test_a_code_tree_of_seven_levels_keeps_its_paths(tmp_path):
    codes = "".join(f'<Code guid="{guid(n)}" name="l{n}" isCodable="true">' for n in range(1, 8))
    xml = project(source(7, selection(1, 0, 3)), codes=codes + "</Code>" * 7)
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml, f"sources/{guid(7)}.txt": "wij."}))
    assert read(tmp_path / "p.qdpx").codes["path"].tolist()[-1] == "l1/l2/l3/l4/l5/l6/l7"


@pytest.mark.parametrize("head", ["", 'xmlns="urn:QDA-XML:project:1.5"', 'xmlns:q="urn:x"'])
def test_any_namespace_brace_case_and_folder_is_read(tmp_path, head):
    xml = project(source(7, selection(1, 0, 3), path=f"{guid(7)}.TXT"), head=head or NAMESPACE)
    xml = xml.replace(f'targetGUID="{guid(1)}"', f'targetGUID="{{{guid(1).upper()}}}"')
    if head.startswith("xmlns:q"):
        xml = xml.replace("</", "</q:").replace("<", "<q:").replace("<q:/q:", "</q:")
        xml = xml.replace("<q:?", "<?")
    (tmp_path / "p.qdpx").write_bytes(zipped({"My.QDE": xml, f"Sources/{guid(7)}.txt": "wij."}))
    found = read(tmp_path / "p.qdpx")
    assert found.codings[["text", "code", "coder"]].to_numpy().tolist() == [["wij", "trust", "ann"]]


def test_shadows_that_a_mac_adds_are_passed_over(tmp_path):
    path = qdpx(tmp_path / "p.qdpx", "wij.", selection(1, 0, 3))
    import zipfile

    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._project.qde", b"\x00\x05")
    assert texts(read(path)) == ["wij"]


def test_a_selection_without_coding_is_an_annotation_and_stays(tmp_path):
    cuts = [selection(1, 0, 3), selection(2, 4, 7, code=None)]
    found = read(qdpx(tmp_path / "p.qdpx", "wij zij", *cuts))
    assert texts(found) == ["wij", "zij"]
    assert log(found, "kept")["selections without a code (annotations)"] == 1


def test_guids_used_twice_keep_every_selection(tmp_path):
    cuts = [selection(1, 0, 3, guid=guid(8)), selection(2, 4, 7, guid=guid(8))]
    found = read(qdpx(tmp_path / "p.qdpx", "wij zij", *cuts))
    assert texts(found) == ["wij", "zij"]
    assert found.segments["guid"].nunique() == 2
    assert sum(n for what, n in log(found, "noted").items() if "used twice" in what) == 1


def test_two_codes_that_share_a_guid_are_never_mixed_up(tmp_path):
    codes = "".join(f'<Code guid="{guid(1)}" name="{n}" isCodable="true"/>' for n in ("a", "b"))
    xml = project(source(7, selection(1, 0, 3)), codes=codes)
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml, f"sources/{guid(7)}.txt": "wij."}))
    found = read(tmp_path / "p.qdpx")
    assert found.codings.empty
    assert found.quarantined["reason"].tolist() == ["a code GUID that two codes share"]


def test_pictures_sound_and_pages_are_set_aside_and_transcripts_are_used(tmp_path):
    coding = f'<Coding guid="{guid(60)}"><CodeRef targetGUID="{guid(1)}"/></Coding>'
    inside = (
        f'<PictureSource guid="{guid(20)}" name="pic" path="internal://a.png"><PictureSelection'
        f' guid="{guid(21)}" firstX="0" firstY="0" secondX="9" secondY="9">{coding}'
        f'</PictureSelection></PictureSource><AudioSource guid="{guid(22)}" name="talk">'
        f'<Transcript guid="{guid(23)}" plainTextPath="internal://t.txt">'
        f'<SyncPoint guid="{guid(24)}" timeStamp="0" position="4"/>'
        f'<SyncPoint guid="{guid(25)}" timeStamp="9" position="7"/>'
        f'<TranscriptSelection guid="{guid(26)}" fromSyncPoint="{guid(24)}"'
        f' toSyncPoint="{guid(25)}">{coding.replace(guid(60), guid(61))}</TranscriptSelection>'
        f'</Transcript></AudioSource><PDFSource guid="{guid(27)}" name="page">'
        f'<Representation guid="{guid(28)}" plainTextPath="internal://page.txt">'
        f"{selection(3, 0, 4)}</Representation></PDFSource>"
    )
    entries = {"p.qde": project(inside), "sources/t.txt": "wij zij", "sources/page.txt": "blad"}
    (tmp_path / "p.qdpx").write_bytes(zipped(entries))
    found = read(tmp_path / "p.qdpx")
    assert found.codings[["document", "text"]].to_numpy().tolist() == [
        ["talk (2)", "zij"],
        ["page", "blad"],
    ]
    assert found.quarantined["kind"].tolist() == ["selection", "coding"]
    assert set(found.quarantined["reason"]) == {"a region of a picture"}


def test_what_has_no_place_here_is_listed_as_lost(tmp_path):
    after = (
        f'<Notes><Note guid="{guid(30)}" name="memo"><PlainTextContent>x</PlainTextContent></Note>'
        f'</Notes><Links><Link guid="{guid(31)}"/></Links>'
        f'<Sets><Set guid="{guid(32)}" name="s"/></Sets>'
    )
    xml = project(source(7, selection(1, 0, 3)), after)
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml, f"sources/{guid(7)}.txt": "wij."}))
    assert log(read(tmp_path / "p.qdpx"), "lost") == {
        "memos": 1,
        "links between things": 1,
        "sets": 1,
    }


def test_the_coding_of_a_whole_source_covers_its_text(tmp_path):
    coding = f'<Coding guid="{guid(60)}"><CodeRef targetGUID="{guid(1)}"/></Coding>'
    xml = project(source(7, coding))
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml, f"sources/{guid(7)}.txt": "wíj 👋"}))
    assert texts(read(tmp_path / "p.qdpx")) == ["wíj 👋"]


def test_a_qualcoder_project_is_read_by_owner_and_category(tmp_path):
    at = SAID.index("naïef")
    rows = {
        "source": [(1, "d1", SAID, None, ""), (2, "photo", None, "/images/a.png", "")],
        "code_cat": [(1, "ideas", "", None)],
        "code_name": [(1, "trust", "", 1, "#ff0000")],
        "code_text": [
            (1, 1, 1, "naïef", at, at + 5, "ann", ""),
            (2, 1, 1, "naïef", at, at + 5, "bob", ""),
            (3, 9, 1, "Wij", 0, 3, "ann", ""),
        ],
    }
    folder = tmp_path / "p.qda"
    folder.mkdir()
    database(folder / "data.qda", QUALCODER, rows)
    found = read(folder)
    assert texts(found) == ["naïef", "Wij"]
    assert found.codings["coder"].tolist() == ["ann", "bob"]
    assert found.codes["path"].tolist() == ["ideas", "ideas/trust"]
    assert found.quarantined["reason"].tolist() == ["a code that is not in the codebook"]


def test_a_taguette_project_counts_bytes_in_the_words_of_a_page(tmp_path):
    words = "Élke dag 👋 bellen wij.Er ging iemand weg & naïef"
    page = "<p>Élke dag 👋 bellen wij.</p><p>Er ging <b>iemand</b> weg &amp; naïef</p>"
    first = len(words[: words.index("ging")].encode())
    payload = json.dumps({"type": "highlight_add", "highlight_id": 1})
    rows = {
        "documents": [(1, "d1", page)],
        "tags": [(1, 1, "trust", ""), (2, 1, "trust.early", "")],
        "highlights": [(1, 1, first, first + 11, "ging <b>iemand</b>")],
        "highlight_tags": [(1, 2)],
        "commands": [(1, "ann", payload), (2, "bob", "no json")],
    }
    found = read(database(tmp_path / "t.sqlite3", TAGUETTE, rows))
    assert texts(found) == ["ging iemand"]
    assert found.texts["d1"].splitlines()[0] == "Élke dag 👋 bellen wij."
    assert found.codings[["code", "coder"]].to_numpy().tolist() == [["trust.early", "ann"]]
    assert found.codes["path"].tolist() == ["trust", "trust/trust.early"]
    assert unit(found) == "UTF-8 bytes"


def test_requal_and_rqda_count_in_their_own_ways(tmp_path):
    at = SAID.index("gewoon")
    requal = {
        "documents": [(1, "d1", SAID)],
        "codes": [(1, "trust", "", "")],
        "users": [(1, "ann", "")],
        "segments": [(1, 1, 1, 1, at + 1, at + 6, "gewoon")],
    }
    rqda = {
        "source": [(1, "d1", SAID, "", 1)],
        "freecode": [(1, "trust", "", 1)],
        "coding": [(1, 1, "gewoon", at, at + 6, 1, "ann"), (1, 1, "Wij", 0, 3, 0, "ann")],
    }
    for found in (
        read(database(tmp_path / "p.requal", REQUAL, requal)),
        read(database(tmp_path / "p.rqda", RQDA, rqda)),
    ):
        assert found.codings[["text", "coder"]].to_numpy().tolist() == [["gewoon", "ann"]]


@pytest.mark.parametrize(
    ("header", "separator"),
    [
        ("Document name,Code,Segment,Created by", ","),
        ("Documentnaam;Code;Gecodeerd segment;Gecodeerd door", ";"),
        ("document\ttag\tcontent\tuser", "\t"),
    ],
)
def test_a_list_of_segments_is_read_under_the_headers_of_its_tool(tmp_path, header, separator):
    row = separator.join(["d1", "ideas > trust", '"Er ging  weer iemand weg"', "ann"])
    (tmp_path / "list.csv").write_text(f"{header}\n{row}\n", encoding="utf-16")
    (tmp_path / "d1.txt").write_text(SAID, encoding="utf-8", newline="")
    found = settle(read_coded(tmp_path / "list.csv", "list.csv", {"d1": SAID}), "list.csv")
    assert texts(found) == ["Er ging weer iemand weg"]
    assert found.codings[["code", "coder"]].to_numpy().tolist() == [["trust", "ann"]]
    assert found.codes["path"].tolist() == ["ideas", "ideas/trust"]


def test_a_workbook_without_transcripts_rebuilds_the_conversations(tmp_path):
    rows = {
        "document": ["d1", "d1"],
        "code": ["trust", "turnover; trust"],
        "text": ["Wij.", "weg"],
    }
    pd.DataFrame(rows).to_excel(tmp_path / "list.xlsx", index=False)
    found = read(tmp_path / "list.xlsx")
    assert len(found.codings) == 3
    assert any("rebuilt" in what for what in log(found, "noted"))


def test_a_text_that_stands_twice_or_nowhere_is_set_aside(tmp_path):
    lines = ["document,code,text", "d1,trust,wij", "d1,trust,nooit", "d1,,wij", "d1,trust,zij"]
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    coded = read_coded(tmp_path / "list.csv", "list.csv", {"d1": "wij en wij en zij"})
    found = settle(coded, "list.csv")
    assert texts(found) == ["zij"]
    assert len(set(found.quarantined["reason"])) == 3


@pytest.fixture
def samples(shared) -> Path:
    folder = shared / "samples" / "qda"
    if not folder.exists():
        pytest.skip("needs the real projects in ../shared/samples/qda, which are not here")
    return folder


@pytest.mark.parametrize(
    ("sample", "codes", "codings"),
    [
        ("nvivo_cproctor_project.qdpx", 262, 0),
        ("qc_cproctor_demo.qdpx", 262, 205),
        ("skyloom_TestProject.qdpx", 14, 0),
        ("requal_test_basic.requal", 0, 0),
    ],
)
def test_a_real_project_is_read_whole(samples, sample, codes, codings):
    found = read(samples / sample)
    assert (len(found.codes), len(found.codings)) == (codes, codings)


def test_the_example_of_the_specification_sets_aside_what_its_missing_files_hold(samples):
    found = read(samples / "skyloom_TestProject.qdpx")
    assert found.quarantined["kind"].value_counts().to_dict() == {
        "selection": 15,
        "coding": 16,
        "source": 11,
    }


@pytest.mark.parametrize(
    "table",
    ["qcoder_example/codes.csv", "qcoder_example/units.csv", "qualcoder_examples/cases123.csv"],
)
def test_a_table_without_segments_is_refused_by_its_columns(samples, table):
    with pytest.raises(StudyError, match="columns for document, code, and text"):
        read(samples / table)


def test_a_damaged_database_is_a_letter(tmp_path):
    path = database(tmp_path / "p.rqda", RQDA, {"source": [(1, "d", "x" * 9000, "", 1)] * 9})
    content = path.read_bytes()
    path.write_bytes(content[:5000] + b"\xff" * 4000 + content[9000:20000])
    with pytest.raises(StudyError):
        read(path)
