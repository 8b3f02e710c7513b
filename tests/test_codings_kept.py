"""Promises about codings of other tools: none is silently lost, merged, or called proven."""

import sqlite3
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import read_csv

from analysis.__main__ import main
from analysis.collect.interviews.tabular import spans_of


def read(path: Path, out: Path):
    """The codings that `read` writes of a file, and what it says of the rest."""
    with pytest.raises(SystemExit) as ended:
        main(["read", str(path), "--out", str(out)])
    assert not ended.value.code
    return read_csv(out / "codings.csv", keep_default_na=False)


def listed(tmp_path: Path, text: str, name="list.csv", encoding="utf-8"):
    (tmp_path / name).write_text(text, encoding=encoding)
    return read(tmp_path / name, tmp_path / "out")


def test_rqda_keeps_its_last_place_under_selend(tmp_path):
    """The schema is RQDA's own: selfirst and selend, both real, and a status per row."""
    path = tmp_path / "project.rqda"
    with sqlite3.connect(path) as base:
        base.executescript(
            """
            create table source (name text, id integer, file text, memo text, owner text,
              date text, dateM text, status integer);
            create table freecode (name text, memo text, owner text, date text, dateM text,
              id integer, status integer, color text);
            create table coding (cid integer, fid integer, seltext text, selfirst real,
              selend real, status integer, owner text, date text, memo text);
            insert into source values
              ('g1', 1, 'Wij helpen elkaar. Dat gaat goed.', '', '', '', '', 1);
            insert into freecode values ('hulp', '', '', '', '', 1, 1, '');
            insert into coding values (1, 1, 'helpen elkaar', 4.0, 17.0, 1, 'Anna', '', '');
            insert into coding values (1, 1, 'gaat goed', 23.0, 32.0, 1, 'Bram', '', '');
            insert into coding values (1, 1, 'Wij', 0.0, 3.0, 0, 'Anna', '', '');
            """
        )
    codings = read(path, tmp_path / "out")
    assert codings["text"].tolist() == ["helpen elkaar", "gaat goed"]
    assert codings["coder"].tolist() == ["Anna", "Bram"]


@pytest.mark.parametrize("header", ["Author", "Autor", "Auteur", "Created by", "Erstellt von"])
def test_who_coded_is_known_in_every_language_of_the_tool(tmp_path, header):
    rows = f"Document name;Code;Segment;{header}\nI1;Hulp;we helpen;Anna\nI1;Hulp;we helpen;Bram\n"
    codings = listed(tmp_path, rows)
    assert sorted(codings["coder"]) == ["Anna", "Bram"]


def test_several_codes_in_a_cell_are_several_codings_where_the_tool_counts_them(tmp_path):
    rows = "Document;Text Content;Codes;Number of Codes\nI1;we helpen;Hulp, Team;2\n"
    assert listed(tmp_path, rows)["code"].tolist() == ["Hulp", "Team"]


def test_a_list_of_codes_proves_what_a_comma_parts(tmp_path):
    rows = (
        "Media Title;Excerpt Copy;Codes Applied Combined;Code: Hulp Applied;Code: Team Applied\n"
        "I1;we helpen;Hulp, Team;True;True\n"
    )
    assert listed(tmp_path, rows)["code"].tolist() == ["Hulp", "Team"]


def test_a_comma_that_nothing_proves_belongs_to_the_name(tmp_path):
    rows = "Document name;Code;Segment\nI1;Rust, reinheid;we helpen\nI1;Rust;iets anders\n"
    assert sorted(listed(tmp_path, rows)["code"]) == ["Rust", "Rust, reinheid"]
    counted = "Document;Text Content;Codes;Number of Codes\nI1;we helpen;Rust, reinheid;1\n"
    (tmp_path / "one").mkdir()
    assert listed(tmp_path / "one", counted)["code"].tolist() == ["Rust, reinheid"]


def test_the_same_words_at_two_places_are_two_codings(tmp_path):
    rows = "document,start,end,code,coder,text\nI1,10,12,hulp,A,ja\nI1,210,212,hulp,A,ja\n"
    codings = listed(tmp_path, rows)
    assert len(codings) == 2 and codings["start"].nunique() == 2


def test_the_same_row_twice_is_one_coding(tmp_path):
    rows = "document,start,end,code,coder,text\nI1,10,12,hulp,A,ja\nI1,10,12,hulp,A,ja\n"
    assert len(listed(tmp_path, rows)) == 1


def test_documents_of_one_name_in_two_groups_are_two(tmp_path):
    rows = (
        "Document group;Document name;Code;Segment\n"
        "Noord;Interview 1;Hulp;we helpen\nZuid;Interview 1;Hulp;we helpen\n"
        "Zuid;Interview 2;Hulp;ja\n"
    )
    codings = listed(tmp_path, rows)
    assert sorted(codings["document"]) == [
        "Interview 2",
        "Noord / Interview 1",
        "Zuid / Interview 1",
    ]


def test_a_list_of_an_unlike_tool_is_no_survey(tmp_path):
    rows = (
        "Number;Reference;Name;Text Content;Document;Codes;Number of Codes\n1:1;2;;wij;I1;Hulp;1\n"
    )
    assert listed(tmp_path, rows)["code"].tolist() == ["Hulp"]
    assert not (tmp_path / "out" / "answers.csv").exists()


def qualcoder(path: Path, snippets: list[tuple[str, int, int]], text: str) -> Path:
    with sqlite3.connect(path) as base:
        base.executescript(
            """
            create table source (id integer primary key, name text, fulltext text, mediapath text,
              memo text, owner text, date text);
            create table code_name (cid integer primary key, name text, memo text, catid integer,
              owner text, date text, color text);
            create table code_text (ctid integer primary key, cid integer, fid integer,
              seltext text, pos0 integer, pos1 integer, owner text, date text, memo text,
              avid integer, important integer);
            insert into code_name values (1, 'hulp', '', null, 'A', '', '');
            """
        )
        base.execute("insert into source values (1, 'g1', ?, null, '', 'A', '')", [text])
        for said, start, end in snippets:
            base.execute(
                "insert into code_text (cid, fid, seltext, pos0, pos1, owner)"
                " values (1, 1, ?, ?, ?, 'A')",
                [said, start, end],
            )
    return path


def test_a_snippet_that_does_not_stand_at_its_place_is_set_aside_and_said(tmp_path, capsys):
    text = "Goed, we helpen elkaar elke dag.\nDe wachttijd is lang."
    path = qualcoder(
        tmp_path / "data.qda", [("we helpen", 6, 15), ("wachttijd", 30, 39), ("lang", 49, 53)], text
    )
    codings = read(path, tmp_path / "out")
    assert codings["text"].tolist() == ["we helpen", "lang"]
    assert "not what stands at its place" in capsys.readouterr().out


LETTERS = "ab \u00e9\u00f6\u00f1"


@given(st.text(LETTERS, min_size=1, max_size=12), st.text(LETTERS, max_size=8))
def test_a_text_is_found_whatever_its_unicode_form(said, before):
    said = said.strip() or "\u00e9"
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, f"{before}|{said}|")
        for other in ("NFC", "NFD"):
            found = spans_of(unicodedata.normalize(other, said), text)
            wanted = unicodedata.normalize("NFC", said)
            assert wanted.split() in [
                unicodedata.normalize("NFC", text[start:end]).split() for start, end in found
            ]


@pytest.mark.parametrize("between", ["\u2028", "\x0b", "\r\n", "\n", " "])
def test_a_line_end_of_another_kind_does_not_part_what_belongs_together(between):
    text = f"Wij helpen{between}elkaar."
    assert spans_of("helpen elkaar", text) == [(4, len(text) - 1)]


def test_two_users_of_one_name_are_two_people(tmp_path, shared):
    path = shared / "failing/coding/two_coders_one_name/two_coders_same_name.qdpx"
    codings = read(path, tmp_path / "out")
    assert codings["coder"].nunique() == 2


KEPT = {
    "atlas_text_content/quotations.csv": 2,
    "comma_separated_codes/dedoose.xlsx": 3,
    "maxqda_author_column/maxqda_author.xlsx": 2,
    "maxqda_author_column/maxqda_german.xlsx": 1,
    "nfd_transcript/nfd.csv": 1,
    "rqda_selend/proj.rqda": 29,
    "same_words_twice/list.csv": 3,
    "same_words_twice/maxqda.csv": 3,
    "snippet_not_at_place/qc_shift.qda": 4,
}


@pytest.mark.parametrize("name", KEPT)
def test_a_file_that_lost_codings_keeps_them(tmp_path, shared, name):
    assert len(read(shared / "failing/coding" / name, tmp_path / "out")) == KEPT[name]
