"""Promises about cutting separated text: what is cut is what the standard library reads."""

import csv
import io

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from analysis.plan.files.csvfile import read_csv
from analysis.plan.files.delimited import read_delimited

Row = tuple[int, list[str]]
CELLS = st.one_of(
    st.sampled_from(
        ["", "1", " 2 ", "\xa0", "12345678", "12345678\x1f", 'a"b', '"', "a,b", "c\nd"]
    ),
    st.text('a1,;"\n \u00e9\u20ac\U0001f600', max_size=12),
)
PLAIN = st.sampled_from(["", "1", " 2 ", "\xa0", "12345678\x1f", "a;b", "\u00e9\U0001f600"])
RANDOM = st.text('ab,"\n \u00e9', max_size=40)


def written(rows: list[list[str]], quoting: int) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)
    return text.getvalue()


def read(text: str) -> list[Row]:
    """Return the rows with something in them, each with the number that Excel shows."""
    numbered = enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1)
    return [(number, row) for number, row in numbered if any(cell.strip() for cell in row)]


def evened(row: list[str], header: list[str]) -> list[str]:
    """Take off, or add, what stands empty beyond the other: a separator at the end of a line."""
    longest = max(row, header, key=len)
    is_empty = not any(cell.strip() for cell in longest[min(len(row), len(header)) :])
    return (row + [""] * len(header))[: len(header)] if is_empty else row


def at_the_door(text: str) -> list[Row] | list[tuple[int | None, str]]:
    """Read at our door: the rows below the header, or the place and finding of every letter."""
    grid, problems = read_delimited(text.encode(), "t.csv", separator=",")
    assert (grid is None) == bool(problems)
    if grid is None:
        return [(problem.row, problem.found) for problem in problems]
    cells = grid.cells.astype(object).to_numpy().tolist()
    return [*zip(grid.cells.index.tolist(), cells, strict=True)]


def expected(text: str) -> list[Row] | list[tuple[int | None, str]]:
    """Say what the standard library makes of it; space around a word does not count."""
    header = read(text)[0][1]
    rows, width = [(line, evened(row, header)) for line, row in read(text)], len(header)
    odd = [(line, f"{len(row)} fields") for line, row in rows if len(row) != width]
    return odd or [(line, [cell.strip() for cell in row]) for line, row in rows[1:]]


@settings(max_examples=100)
@given(data=st.data(), width=st.integers(1, 4))
@pytest.mark.parametrize(
    ("quoting", "cell"),
    [(csv.QUOTE_MINIMAL, CELLS), (csv.QUOTE_ALL, CELLS), (csv.QUOTE_MINIMAL, PLAIN)],
)
def test_what_was_written_well_is_cut_as_it_is_read(data, quoting, cell, width):
    row = st.lists(cell, min_size=width, max_size=width)
    rows = data.draw(st.lists(row, max_size=12))
    text = written([["xyzw"[place] for place in range(width)], *rows], quoting)
    assert at_the_door(text) == expected(text)


@settings(max_examples=200)
@given(body=RANDOM)
@example('\n"c"d"e",f\n')
@example('\n"a"b"c",d\ne,f\n')
@example("\n\xa0\n1,2\n")
@example("\n1,2,3\n4\n5,6")
@example("\n,\n\n1,2\n,\n")
def test_any_text_is_cut_as_it_is_read_or_is_a_letter_and_never_a_guess(body):
    text = "x,y" + body
    try:
        rows = expected(text)
    except csv.Error:
        (letter,) = at_the_door(text)
        assert "a quotation mark" in letter[1]
        return
    names = next(csv.reader([text.partition("\n")[0]]))
    assume(len({name.strip() for name in names if name.strip()}) == len(names))
    assert at_the_door(text) == rows


def test_a_row_far_down_keeps_its_number():
    rows = ["1,2"] * 300_000
    rows[250_000] = "1,2,3"
    rows[270_000] = ""
    assert at_the_door("\n".join(["x,y", *rows])) == [(250_002, "3 fields")]
    rows[250_000] = "1,\u00e9"
    assert at_the_door("\n".join(["x,y", *rows]))[-1] == (300_001, ["1", "2"])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("sign", ["a", "\u00e9"])
def test_line_ends_and_accents_change_no_cell(end, sign):
    rows = ["x,y", f"{sign},2", "3,4"]
    assert at_the_door(end.join(rows)) == [(2, [sign, "2"]), (3, ["3", "4"])]


@pytest.mark.parametrize("body", ["1,2\n3,4,5\n", '"1\n1",2\n3\n', '1,2\n\n"3,4\n', '"a"b,1\n'])
def test_a_table_of_the_plan_is_refused_with_the_same_letters_as_an_export(tmp_path, body):
    (tmp_path / "t.csv").write_text("x,y\n" + body, encoding="utf-8")
    problems = read_csv(tmp_path / "t.csv", "t.csv", ["x", "y"]).problems
    assert [(one.row, one.found) for one in problems] == at_the_door("x,y\n" + body)
