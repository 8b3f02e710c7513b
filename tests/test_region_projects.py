"""Promises about a region that brings its codings in a tool's own file."""

from pathlib import Path

import pandas as pd
import pytest
from coding_projects import ANN, BOB, QUALCODER, database, guid, project, selection, source, zipped

from analysis.collect.interviews import Conversations, read_interviews
from analysis.measure.agreement import agree, cut_passages
from analysis.plan.problems import letters
from analysis.plan.study import read_study

FOLDER = "raw/regions/north/interviews"
SAID = "P1: Wij bellen élkaar 👋 nu.\nP2: Er ging weer iemand weg.\nNou: tja.\n"
FIRST, SECOND = "bellen élkaar 👋", "weer iemand weg"
DOCUMENTS = "document,file,wave,method,group,people,asked,consent\nd1,,first,talk,g1,6,yes,yes\n"
SPEAKERS = "document,speaker,role\nd1,P1,helper\nd1,P2,guide\n"


def span(phrase: str) -> tuple[int, int]:
    return SAID.index(phrase), SAID.index(phrase) + len(phrase)


@pytest.fixture
def north(tiny) -> Path:
    """A tiny study whose one conversation still has no codings."""
    for path in (tiny / FOLDER).rglob("*.*"):
        path.unlink()
    (tiny / FOLDER / "documents.csv").write_text(DOCUMENTS, encoding="utf-8")
    (tiny / FOLDER / "speakers.csv").write_text(SPEAKERS, encoding="utf-8")
    return tiny


def bring(study: Path, *selections: str, name: str = "d1.docx", codes: str = "", file: str = "p"):
    xml = project(source(7, "".join(selections), name=name), codes=codes)
    content = zipped({"p.qde": xml, f"sources/{guid(7)}.txt": SAID})
    (study / FOLDER / f"{file}.qdpx").write_bytes(content)


def both() -> list[str]:
    return [selection(1, *span(FIRST)), selection(2, *span(SECOND), code="turnover")]


def set_region(study: Path, text: str) -> None:
    region = study / "raw/regions/north/region.yaml"
    region.write_text(region.read_text(encoding="utf-8") + text, encoding="utf-8")


def read(study: Path):
    return read_interviews(read_study(study))


def coded(study: Path) -> list[list[str]]:
    tables, problems = read(study)
    assert not [p for p in problems if p.severity == "E"], letters(problems)
    rows = tables["codings"].merge(tables["segments"]).sort_values(["start", "coder", "code"])
    return rows[["text", "code", "coder", "stance", "speaker"]].to_numpy().tolist()


EXPECTED = [
    [FIRST, "trust", "ann", "helps", "P1"],
    [SECOND, "turnover", "ann", "hinders", "P2"],
]


def test_a_project_gives_texts_codings_and_speakers_by_turn(north):
    bring(north, *both())
    assert coded(north) == EXPECTED
    tables, problems = read(north)
    assert problems == []
    assert tables["documents"]["words"].tolist() == [len(SAID.split())]


def test_the_intake_log_shows_the_unit_and_how_well_it_fits(north):
    bring(north, *both())
    log = read(north)[0]["import_log"].set_index("what")["detail"]
    assert "100% of the ends are cut well" in log["proven: offsets count code points"]


def test_a_qualcoder_database_says_the_same_with_stances_as_codes(north):
    (a, b), (c, d) = span(FIRST), span(SECOND)
    rows = {
        "source": [(1, "d1", SAID, None, "")],
        "code_name": [
            (1, "Vertrouwen", "", None, ""),
            (2, "turnover", "", None, ""),
            (3, "belemmert", "", None, ""),
        ],
        "code_text": [
            (1, 1, 1, FIRST, a, b, "ann", ""),
            (2, 3, 1, FIRST, a, b, "ann", ""),
            (3, 2, 1, SECOND, c, d, "ann", ""),
        ],
    }
    database(north / FOLDER / "data.qda", QUALCODER, rows)
    assert coded(north) == [[FIRST, "trust", "ann", "hinders", "P1"], EXPECTED[1]]


def test_a_list_of_segments_without_places_is_found_in_the_transcript(north):
    (north / FOLDER / "d1.txt").write_text(SAID, encoding="utf-8")
    listed = DOCUMENTS.replace("d1,,", "d1,d1.txt,")
    (north / FOLDER / "documents.csv").write_text(listed, encoding="utf-8")
    set_region(north, "coding_columns: {document: Gespreksnaam, text: Wat er staat}\n")
    lines = ["Gespreksnaam;Code;Wat er staat;Codeur", f"d1;trust;{FIRST};ann"]
    lines.append(f"d1;turnover;{SECOND};ann")
    (north / FOLDER / "lijst.csv").write_text("\n".join(lines), encoding="utf-8")
    assert coded(north) == EXPECTED


@pytest.mark.parametrize("places", ["Beginning;End", "Begin;Einde"])
def test_a_list_that_numbers_paragraphs_is_found_in_the_transcript(north, places):
    (north / FOLDER / "d1.txt").write_text(SAID, encoding="utf-8")
    listed = DOCUMENTS.replace("d1,,", "d1,d1.txt,")
    (north / FOLDER / "documents.csv").write_text(listed, encoding="utf-8")
    lines = [f"Document name;Code;Segment;Created by;{places}", f"d1;trust;{FIRST};ann;1;1"]
    lines.append(f"d1;turnover;{SECOND};ann;2;2")
    (north / FOLDER / "lijst.csv").write_text("\n".join(lines), encoding="utf-8")
    assert coded(north) == EXPECTED
    what = read(north)[0]["import_log"]["what"]
    assert what.str.contains("counted in paragraphs").any()


def test_a_workbook_with_places_is_checked_cell_by_cell(north):
    (north / FOLDER / "d1.txt").write_text(SAID, encoding="utf-8")
    listed = DOCUMENTS.replace("d1,,", "d1,d1.txt,")
    (north / FOLDER / "documents.csv").write_text(listed, encoding="utf-8")
    rows = [["d1", *span(FIRST), "trust", "ann", "P1"], ["d1", *span(SECOND), "turnovr", "ann", ""]]
    columns = ["gesprek", "begin", "einde", "codenaam", "codeur", "spreker"]
    pd.DataFrame(rows, columns=columns).to_excel(north / FOLDER / "codings.xlsx", index=False)
    (problem,) = read(north)[1]
    assert (problem.row, problem.column) == (3, "code")
    assert "perhaps turnover" in problem.letter()


def test_QD17_a_code_of_no_codebook_is_listed_with_what_resembles_it(north):
    bring(
        north,
        *both(),
        codes=f'<Code guid="{guid(1)}" name="trsut" isCodable="true"/>'
        f'<Code guid="{guid(2)}" name="turnover" isCodable="true"/>',
    )
    tables, (problem,) = read(north)
    assert problem.severity == "W"
    assert "'trsut' (1)" in problem.found and "trust" in problem.allowed
    assert tables["codings"]["code"].tolist() == ["turnover"]


def test_a_project_of_which_no_code_is_known_is_refused(north):
    codes = "".join(f'<Code guid="{guid(n)}" name="c{n}" isCodable="true"/>' for n in (1, 2))
    bring(north, *both(), codes=codes)
    assert [p.severity for p in read(north)[1]] == ["E"]


def test_local_names_paths_and_stances_are_mapped_in_region_yaml(north):
    codes = (
        f'<Code guid="{guid(9)}" name="team" isCodable="true">'
        f'<Code guid="{guid(1)}" name="goed" isCodable="true"/></Code>'
        f'<Code guid="{guid(8)}" name="rest" isCodable="true">'
        f'<Code guid="{guid(3)}" name="goed" isCodable="true"/></Code>'
        f'<Code guid="{guid(2)}" name="verloop" isCodable="true"/>'
        f'<Code guid="{guid(77)}" name="plus" isCodable="true"/>'
    )
    cuts = [*both(), selection(3, *span(SECOND), code="plus")]
    bring(north, *cuts, codes=codes)
    set_region(north, "codes: {team/goed: trust, verloop: turnover, plus: helps}\n")
    assert coded(north) == [EXPECTED[0], [SECOND, "turnover", "ann", "helps", "P2"]]


def test_what_was_set_aside_is_a_counted_warning(north):
    bring(north, *both(), selection(3, -4, 2), selection(4, 0, 9999))
    tables, problems = read(north)
    assert {p.severity for p in problems} == {"W"}
    assert "2 x selection: offsets that are not in the text" in letters(problems)
    assert len(tables["codings"]) == 2


def test_a_source_that_documents_csv_does_not_name_is_said(north):
    bring(north, *both(), name="another")
    (problem,) = read(north)[1]
    assert problem.severity == "E"
    assert "2 codings in sources" in problem.found


def test_the_same_coding_in_two_files_is_refused(north):
    bring(north, *both())
    bring(north, *both(), file="q")
    (problem,) = read(north)[1]
    assert "2 codings that stand in p.qdpx too" in problem.found


def test_coders_may_each_bring_their_own_file(north):
    bring(north, *both())
    bring(north, *(one.replace(guid(90), guid(91)) for one in both()), file="q")
    assert [row[2] for row in coded(north)] == ["ann", "bob", "ann", "bob"]


def test_a_tie_is_settled_by_what_region_yaml_says(north):
    cut = SAID.index("👋") + 3
    bring(north, selection(1, cut, cut + 1), selection(2, cut + 4, cut + 5, code="turnover"))
    assert "fit as well" in letters(read(north)[1])
    set_region(north, "offsets: code points\n")
    assert [row[0] for row in coded(north)] == [SAID[cut], SAID[cut + 4]]


def test_a_file_that_no_reader_knows_is_a_warning(north):
    bring(north, *both())
    (north / FOLDER / "notes.docx").write_bytes(b"PK")
    (problem,) = read(north)[1]
    assert (problem.severity, problem.found) == ("W", "a file that no reader knows")


def test_an_encrypted_exchange_file_is_a_letter(north):
    (north / FOLDER / "coder.mex").write_bytes(b"\x01\x02")
    (problem,) = read(north)[1]
    assert "export the project as REFI-QDA" in problem.remedy


def test_an_untouched_transcript_that_differs_is_a_warning(north):
    (north / FOLDER / "d1.txt").write_text(SAID + "Later toegevoegd.", encoding="utf-8")
    listed = DOCUMENTS.replace("d1,,", "d1,d1.txt,")
    (north / FOLDER / "documents.csv").write_text(listed, encoding="utf-8")
    bring(north, *both())
    tables, (problem,) = read(north)
    assert problem.severity == "W" and "differs from the text" in problem.found
    assert tables["documents"]["words"].tolist() == [len(SAID.split())]


def test_QD13_a_double_coded_project_has_the_kappa_counted_by_hand(north):
    lines = [f"Zin nummer {number} is even lang." for number in range(10)]
    starts = [len("P1: ") + number * (len(lines[0]) + 1) for number in range(10)]
    text = "P1: " + "\n".join(lines) + "\n"
    ann = [(n, n, "trust" if n < 5 else "turnover") for n in range(10)]
    # Bob marks two sentences as one and lets two marks overlap: both count sentence by sentence.
    bob = [(0, 1, "trust"), (2, 2, "trust"), (3, 3, "trust"), (4, 4, "turnover"), (5, 5, "trust")]
    bob += [(6, 7, "turnover"), (7, 8, "turnover"), (9, 9, "turnover")]
    cuts = [
        selection(number, starts[a], starts[b] + len(lines[b]), code=code).replace(ANN, who)
        for number, (who, a, b, code) in enumerate(
            [(ANN, *mark) for mark in ann] + [(BOB, *mark) for mark in bob]
        )
    ]
    content = {"p.qde": project(source(7, "".join(cuts))), f"sources/{guid(7)}.txt": text}
    (north / FOLDER / "p.qdpx").write_bytes(zipped(content))
    tables, problems = read(north)
    assert not problems, letters(problems)
    found = agree(cut_passages(Conversations.of(tables)), read_study(north))
    overall = found.set_index(["region", "code"]).loc[("north", "all")]
    # By hand: 4 + 4 of 10 agree, each coder gave each code 5 times, so chance agrees on half.
    assert overall["units"] == 10 and overall["percent"] == pytest.approx(0.8)
    assert overall["kappa"] == pytest.approx((0.8 - 0.5) / (1 - 0.5))
    # Alpha pairs within units: 4 of 20 differ, where 2 * 10 * 10 of 20 * 19 would by chance.
    assert overall["alpha"] == pytest.approx(1 - (4 / 20) / (200 / 380))
