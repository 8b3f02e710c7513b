"""Two promises: our cutter reads as the standard library does, and nobody is converted along."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.survey import convert, cutting
from analysis.survey.delimited import read_delimited

cells = st.one_of(
    st.sampled_from(["", "1", "5", "10", "3,5", " 4 ", "weet niet", "é", "€€€", "123456789"]),
    st.text(alphabet='ab1é,;" \n', max_size=12),
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8)
)


def strictly(text: str) -> list[list[str]] | None:
    """Read as the standard library does when it is strict; nothing where it refuses."""
    try:
        rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)]
    except csv.Error:
        return None
    return [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]


def ours(text: str) -> list[list[str]] | None:
    """Read with our own cutter, the exact reader behind it; nothing where it refuses."""
    grid, problems = read_delimited(text.encode(), "t.csv", separator=";")
    assert (grid is None) == bool(problems)
    return None if grid is None else grid.cells.astype(object).to_numpy().tolist()


@pytest.fixture(params=[1 << 17, 8], ids=["one block", "many blocks"])
def block(request, monkeypatch):
    monkeypatch.setattr(cutting, "BLOCK", request.param)
    monkeypatch.setattr(cutting, "ROWS_AT_LEAST", 1)


@pytest.mark.usefixtures("block")
def test_our_cutter_reads_what_a_strict_reader_reads():
    @settings(max_examples=150)
    @given(tables, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    def reads_alike(rows, quoting):
        header = [f"h{place}" for place in range(len(rows[0]) if rows else 1)]
        file = io.StringIO(newline="")
        writer = csv.writer(file, delimiter=";", quoting=quoting, lineterminator="\n")
        writer.writerows([header, *rows])
        assert ours(file.getvalue()) == strictly(file.getvalue())[1:]

    reads_alike()


@pytest.mark.usefixtures("block")
def test_text_that_a_strict_reader_refuses_is_a_letter_and_never_a_guess():
    @settings(max_examples=150)
    @given(st.text(alphabet='a1;"\n', max_size=30))
    def reads_alike(body):
        text = "x;y\n" + body
        found, read = strictly(text), ours(text)
        if found is None or any(len(row) != 2 for row in found):
            assert read is None
        else:
            assert read == found[1:]

    reads_alike()


PERSONS = {
    "Email": "a@school.nl",
    "Contact": "b@school.nl",
    "Voornaam": "Persoon",
    "IPAddress": "ja",
    "Where": "10.0.0.7",
}


def test_a_converted_export_holds_no_name_address_or_number_of_a_person(tmp_path):
    export = tmp_path / "export.csv"
    head, row = [*PERSONS, "a1"], [*PERSONS.values(), "4"]
    export.write_text(f"{','.join(head)}\n{','.join(row)}\n", encoding="utf-8")
    written = convert(export, tmp_path / "out")
    texts = {path.name: path.read_text(encoding="utf-8") for path in written}
    assert texts["answers.csv"].splitlines() == ["row,a1", "2,4"]
    assert not [said for said in PERSONS.values() for text in texts.values() if f"{said}," in text]
    assert "personal columns dropped" in texts["import_log.csv"]


def test_a_column_of_mixed_cells_goes_when_one_of_them_is_an_address(tmp_path):
    export = tmp_path / "export.csv"
    export.write_text("code,extra\nA1,\nA2,c@school.nl\nA3,geen\n", encoding="utf-8")
    answers = convert(export, tmp_path / "out")[0].read_text(encoding="utf-8")
    assert answers.splitlines()[0] == "row,code"
