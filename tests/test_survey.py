"""Promises about reading surveys: every problem a letter, nothing silently changed."""

from pathlib import Path

import pytest
from surveyed import read

from analysis.plan.problems import Problem

FIRST = Path("raw/regions/north/survey/first.csv")


def problems(folder: Path) -> list[Problem]:
    return read(folder)[1]


def edit(folder: Path, old: str, new: str, file: Path = FIRST) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def rows(folder: Path) -> list[str]:
    return (folder / FIRST).read_text(encoding="utf-8").splitlines()


def replace_row(folder: Path, number: int, row: str) -> None:
    lines = rows(folder)
    lines[number - 1] = row
    (folder / FIRST).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_clean_survey_has_no_problems(tiny):
    assert problems(tiny) == []


@pytest.mark.parametrize("answer", ["0", "6", "99", "3.5", "007", "1E0", "3,5", "1.250"])
def test_an_answer_out_of_range_is_a_letter_with_its_place(tiny, answer):
    cells = rows(tiny)[4].split(",")
    replace_row(tiny, 5, ",".join([*cells[:4], f'"{answer}"', *cells[5:]]))
    (letter,) = problems(tiny)
    assert (letter.file, letter.row, letter.column) == (FIRST.as_posix(), 5, "n1")
    assert letter.found == answer
    assert "1 to 5" in letter.allowed


def test_a_letter_never_repeats_an_open_answer(tiny):
    cells = rows(tiny)[4].split(",")
    replace_row(tiny, 5, ",".join([*cells[:4], "Jan Jansen belt", *cells[5:]]))
    assert "Jansen" not in problems(tiny)[0].letter()


def test_a_missing_item_column_is_a_letter_with_near_names(tiny):
    edit(tiny, ",n1,", ",n1_,")
    (letter,) = problems(tiny)
    assert letter.column == "n1"
    assert "n1_" in letter.found


def test_many_missing_item_columns_are_one_letter_beside_what_is_there(tiny):
    renamed = "Q1,Q2,Q3,Wat Jan zei,jan@x.nl"
    edit(tiny, "n1,n2,n3,h1,h2", renamed)
    (letter,) = problems(tiny)
    assert letter.found == "no columns: n1, n2, n3, h1, h2; not used: Q1, Q2, Q3 and 2 more"
    plan = tiny / "raw/study.yaml"
    many = ", ".join(f"m{number}" for number in range(45))
    plan.write_text(plan.read_text().replace("items: [h1, h2]", f"items: [{many}]"))
    (letter, *_) = problems(tiny)
    assert "m5, m6 and 38 more; not used: Q1" in letter.found
    assert "en nog 38; niet gebruikt: Q1, Q2, Q3 en nog 2" in letter.letter("nl")


def test_a_participant_twice_is_refused_without_a_rule(tiny):
    lines = rows(tiny)
    replace_row(tiny, 6, lines[4])
    (letter,) = problems(tiny)
    assert "rows 5, 6" in letter.found


def test_a_participant_twice_counts_once_with_a_rule(tiny):
    edit(
        tiny,
        "order: 1",
        "order: 1\nduplicates: last_complete",
        Path("raw/regions/north/region.yaml"),
    )
    lines = rows(tiny)
    replace_row(tiny, 6, lines[4])
    tables, found = read(tiny)
    assert found == []
    assert tables["exclusions"][["row", "reason"]].to_numpy().tolist() == [[5, "duplicate"]]


def test_an_empty_file_is_a_letter(tiny):
    (tiny / FIRST).write_text("")
    (letter,) = problems(tiny)
    assert letter.found == "an empty file"


def test_a_row_with_an_extra_field_never_shifts_columns(tiny):
    replace_row(tiny, 5, rows(tiny)[4] + ",4")
    (letter,) = problems(tiny)
    assert letter.row == 5
    assert letter.found == "10 fields"


def test_a_quote_that_never_ends_names_the_row_where_it_opens(tiny):
    replace_row(tiny, 12, '"' + rows(tiny)[11])
    (letter,) = problems(tiny)
    assert letter.row == 12


def test_a_header_that_stands_twice_names_both_places(tiny):
    edit(tiny, "n1,n2", "n1,N1")
    (letter,) = problems(tiny)
    assert "columns 5, 6" in letter.found


def test_a_missing_participant_code_is_refused_unless_the_region_keeps_them(tiny):
    code = rows(tiny)[4].split(",")[0]
    edit(tiny, code, "")
    assert [letter.column for letter in problems(tiny)] == ["participant"]
    edit(tiny, "order: 1", "order: 1\nwithout_code: keep", Path("raw/regions/north/region.yaml"))
    assert problems(tiny) == []


def test_a_semicolon_file_gives_the_same_answers(tiny):
    before = read(tiny)[0]["answers"]
    path = tiny / FIRST
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b",", b";"))
    after = read(tiny)[0]["answers"]
    assert before.equals(after)


def test_dont_know_is_its_own_value(tiny):
    answers = read(tiny)[0]["answers"]
    kinds = answers.loc[answers["answer"].isna(), "kind"].unique()
    assert [*kinds] == ["dont_know"]


def test_column_order_changes_nothing(tiny):
    before = read(tiny)[0]["answers"]
    lines = [",".join(reversed(line.split(","))) for line in rows(tiny)]
    (tiny / FIRST).write_text("\n".join(lines) + "\n")
    assert read(tiny)[0]["answers"].equals(before)


def test_an_unsubmitted_form_is_left_out_and_counted(tiny):
    replace_row(tiny, 5, rows(tiny)[4].replace(",yes,", ",no,"))
    tables, _ = read(tiny)
    assert tables["exclusions"]["reason"].tolist() == ["not_submitted"]
    assert tables["response"].loc[0, ["started", "completed", "kept"]].tolist() == [24, 23, 23]


def test_a_withdrawn_participant_is_nowhere(tiny):
    code = rows(tiny)[4].split(",")[0]
    decisions = tiny / "raw" / "decisions" / "withdrawn.csv"
    decisions.write_text(f"region,participant\nnorth,{code}\n")
    tables, _ = read(tiny)
    assert code not in tables["respondents"]["participant"].tolist()
    assert code not in tables["answers"]["participant"].tolist()
    assert tables["exclusions"]["reason"].tolist() == ["withdrawn", "withdrawn"]
