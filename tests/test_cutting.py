"""Promises about cutting separated text: what is cut is what the standard library reads."""

import csv
import io

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from analysis.survey import cutting
from analysis.survey.cutting import Table, Untidy, cut
from analysis.survey.delimited import read_delimited

Row = tuple[int, list[str]]
CELLS = st.one_of(
    st.sampled_from(
        ["", "1", " 2 ", "\xa0", "12345678", "12345678\x1f", 'a"b', '"', "a,b", "c\nd"]
    ),
    st.text('a1,;"\n \u00e9\u20ac\U0001f600', max_size=12),
)
SIZES = st.sampled_from([1, 7, 64, 1 << 18])
RANDOM = st.text('ab,"\n \u00e9', max_size=40)


def written(rows: list[list[str]], quoting: int) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)
    return text.getvalue()


def read(text: str) -> list[Row]:
    """Return the rows with something in them, each with the line on which it begins."""
    rows, start = [], 1
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for row in reader:
        if any(cell.strip() for cell in row):
            rows.append((start, row))
        start = reader.line_num + 1
    return rows


def rows_of(table: Table) -> list[Row]:
    columns = [[str(word) for word in column] for column in table.categories()]
    rows = zip(table.numbers().tolist(), zip(*columns, strict=True), strict=True)
    return [(line, [*cells]) for line, cells in rows if any(cells)]


def assert_same(table: Table, rows: list[Row]) -> None:
    (_, header), *below = rows
    assert table.header == rows[0]
    odd = [(line, len(cells)) for line, cells in below if len(cells) != len(header)]
    assert table.ragged == odd
    if not odd:
        # Space around a word does not count; this is how every reader of the house keeps words.
        assert rows_of(table) == [(line, [cell.strip() for cell in cells]) for line, cells in below]


@settings(max_examples=60)
@given(data=st.data(), width=st.integers(1, 4), size=SIZES)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_what_was_written_well_is_cut_as_it_is_read(data, quoting, width, size):
    row = st.lists(CELLS, min_size=width, max_size=width)
    rows = data.draw(st.lists(row, min_size=1, max_size=12))
    text = written(rows, quoting)
    assume(any(cell.strip() for cell in rows[0]))
    assert_same(cut(text.encode("utf-8"), ord(","), 0, size), read(text))


@settings(max_examples=60)
@given(text=RANDOM, size=SIZES)
@example('a,b\n"c"d"e",f\n', 64)
@example('"a"b"c",d\ne,f\n', 64)
@example("a,b\n\xa0\n1,2\n", 64)
@example("a,b\n1,2,3\n4\n5,6", 1)
def test_any_text_is_cut_as_it_is_read_or_left_to_the_exact_reader(text, size):
    try:
        table = cut(text.encode("utf-8"), ord(","), 0, size)
    except Untidy:
        # A text without quotation marks that begins with its header is always cut.
        assert '"' in text or not text.partition("\n")[0].strip(", ")
        return
    assert_same(table, read(text))


def at_the_door(text: str) -> list[list[str]] | None:
    """Read with our cutter and the exact reader behind it; nothing where they refuse."""
    grid, problems = read_delimited(text.encode(), "t.csv", separator=",")
    assert (grid is None) == bool(problems)
    return None if grid is None else grid.cells.astype(object).to_numpy().tolist()


@pytest.mark.parametrize("block", [1 << 18, 8])
def test_text_that_a_strict_reader_refuses_is_a_letter_and_never_a_guess(monkeypatch, block):
    monkeypatch.setattr(cutting, "BLOCK", block)
    monkeypatch.setattr(cutting, "ROWS_AT_LEAST", 1)

    @settings(max_examples=150)
    @given(st.text('a1,"\n', max_size=30))
    def reads_alike(body):
        text = "x,y\n" + body
        try:
            found = read(text)[1:]
        except csv.Error:
            found = [(0, [])]
        if any(len(row) != 2 for _, row in found):
            assert at_the_door(text) is None
        else:
            assert at_the_door(text) == [[cell.strip() for cell in row] for _, row in found]

    reads_alike()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("sign", ["a", "\u00e9"])
def test_line_ends_and_accents_change_no_cell(end, sign):
    rows = ["x,y", f"{sign},2", "3,4"]
    assert at_the_door(end.join(rows)) == [[sign, "2"], ["3", "4"]]
