"""Bad inputs, by the name each has in the catalogue: the files themselves."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from pandas import DataFrame
from surveyed import read

from analysis.collect.survey import convert
from analysis.collect.survey.sheet import read_sheet
from analysis.plan.problems import Problem, StudyError, letters
from analysis.plan.study import read_study

FIRST = Path("raw/regions/north/survey/first.csv")
REGION = Path("raw/regions/north/region.yaml")
SEPARATED = "participant,role,site,submitted,n1,n2,n3,h1,h2"


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def table(study: Path) -> DataFrame:
    """The first export as a table of text."""
    return pd.read_csv(study / FIRST, dtype=str, keep_default_na=False)


def put(study: Path, rows: DataFrame, **how: object) -> None:
    """Write the first export again."""
    how = {"index": False, "lineterminator": "\n", **how}
    (study / FIRST).write_bytes(rows.to_csv(**how).encode("utf-8"))


def put_excel(study: Path, rows: list[list[object]], name: str = "first.xlsx") -> Path:
    """Write a workbook in place of the first export."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    (study / FIRST).unlink(missing_ok=True)
    path = (study / FIRST).with_name(name)
    book.save(path)
    return path


def at_first(study: Path, local: str) -> None:
    """Say in region.yaml what the first export calls things."""
    swap(study / REGION, "first: {", f"first: {{{local}, ")


def excel_rows(study: Path) -> list[list[object]]:
    rows = table(study)
    cells = [[int(c) if c.isdigit() else c or None for c in row] for row in rows.to_numpy()]
    return [[*rows.columns], *cells]


def answers(study: Path) -> DataFrame:
    tables, problems = read(study)
    assert not [one for one in problems if one.severity == "E"], letters(problems)
    return tables["answers"]


def letter(study: Path) -> Problem:
    """The one letter there is."""
    (one,) = [problem for problem in read(study)[1] if problem.severity == "E"]
    return one


def log(study: Path, what: str) -> DataFrame:
    rows = read(study)[0]["import_log"]
    return rows[(rows["what"] == what) & (rows["file"] == FIRST.as_posix())]


@pytest.fixture
def decimal(tiny: Path) -> Path:
    """A study whose second scale takes any number from 1 to 5."""
    old = "items: [h1, h2], range: [1, 5]}"
    swap(tiny / "raw/study.yaml", old, f"{old[:-1]}, answers: decimal}}")
    rows = table(tiny)
    rows.loc[0, ["h1", "h2"]] = ["3.5", "2.25"]
    put(tiny, rows)
    return tiny


def test_SF01_decimal_commas_in_quotes_are_numbers_and_counted(decimal):
    before = answers(decimal)
    rows = table(decimal)
    rows.loc[0, ["h1", "h2"]] = ["3,5", "2,25"]
    put(decimal, rows)
    assert answers(decimal).equals(before)
    noted = log(decimal, "decimal commas read as points")
    assert noted[["detail", "n"]].to_numpy().tolist() == [["h1", 1], ["h2", 1]]


def test_SF02_a_dutch_file_with_semicolons_equals_the_comma_file(decimal):
    before = answers(decimal)
    rows = table(decimal)
    rows.loc[0, ["h1", "h2"]] = ["3,5", "2,25"]
    put(decimal, rows, sep=";")
    assert answers(decimal).equals(before)
    assert "semicolon" in log(decimal, "layout")["detail"].item()


def test_SF02_excel_may_name_the_separator_on_the_first_line(tiny):
    before = answers(tiny)
    put(tiny, table(tiny), sep=";")
    (tiny / FIRST).write_bytes(b"sep=;\n" + (tiny / FIRST).read_bytes())
    assert answers(tiny).equals(before)


def test_SF02_commas_inside_a_header_do_not_part_a_semicolon_file(tiny):
    before = answers(tiny)
    rows = table(tiny).assign(**{"wat, over het geheel, vindt u, en waarom, en sinds wanneer": "x"})
    put(tiny, rows, sep=";")
    assert answers(tiny).equals(before)


@pytest.mark.parametrize("word", ["1.250", "1,250"])
def test_a_number_that_could_be_two_is_never_guessed(decimal, word):
    rows = table(decimal)
    rows.loc[0, ["h1", "h2"]] = [word, "2"]
    put(decimal, rows)
    assert letter(decimal).found == word
    assert "decimal" in letter(decimal).remedy


def test_one_file_does_not_use_two_decimal_signs(decimal):
    rows = table(decimal)
    rows.loc[0, ["h1", "h2"]] = ["3,5", "2.5"]
    put(decimal, rows)
    assert letter(decimal).found == "both 2.5 and 3,5"


def test_SF04_a_byte_order_mark_is_no_part_of_a_name(tiny):
    before = answers(tiny)
    (tiny / FIRST).write_bytes(b"\xef\xbb\xbf" + (tiny / FIRST).read_bytes())
    assert answers(tiny).equals(before)


def test_SF05_a_cp1252_file_keeps_its_accents_when_only_that_makes_sense(tiny):
    rows = table(tiny).assign(site="Privé-school é €")
    (tiny / FIRST).write_bytes(rows.to_csv(index=False).encode("cp1252"))
    assert set(read(tiny)[0]["respondents"].query("region == 'north'")["site"]) >= {
        "Privé-school é €"
    }
    assert log(tiny, "encoding")["detail"].item() == "cp1252"


def test_SF05_bytes_that_could_be_anything_are_a_letter_unless_declared(tiny):
    rows = table(tiny).assign(site="x\x87y")
    (tiny / FIRST).write_bytes(rows.to_csv(index=False).encode("latin-1"))
    assert "byte " in letter(tiny).found and "CP1252" in letter(tiny).found.upper()
    swap(tiny / REGION, "order: 1", "order: 1\nencoding: cp850")
    assert "xçy" in set(read(tiny)[0]["respondents"]["site"])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_SF05_what_excel_calls_unicode_text_is_read(tiny, encoding):
    before = answers(tiny)
    put(tiny, table(tiny), sep="\t")
    (tiny / FIRST).write_bytes((tiny / FIRST).read_text("utf-8").encode(encoding))
    assert answers(tiny).equals(before)


@pytest.mark.parametrize("end", [b"\r", b"\r\n"])
def test_SF08_line_ends_do_not_matter(tiny, end):
    before = answers(tiny)
    content = (tiny / FIRST).read_bytes().rstrip(b"\n")
    (tiny / FIRST).write_bytes(content.replace(b"\n", end, 7 if end == b"\r\n" else -1))
    assert answers(tiny).equals(before)


def test_SF10_a_quote_that_never_closes_names_the_row_where_it_opens(tiny):
    lines = (tiny / FIRST).read_text().splitlines()
    lines[11] = '"' + lines[11]
    (tiny / FIRST).write_text("\n".join(lines) + "\n")
    assert letter(tiny).row == 12
    assert "quotation mark" in letter(tiny).found


@pytest.mark.parametrize("change", [lambda line: line.rsplit(",", 1)[0], lambda line: line + ",4"])
def test_SF12_a_row_of_another_width_is_never_padded_or_shifted(tiny, change):
    lines = (tiny / FIRST).read_text().splitlines()
    lines[7] = change(lines[7])
    (tiny / FIRST).write_text("\n".join(lines) + "\n")
    assert letter(tiny).row == 8
    assert "fields" in letter(tiny).found


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" ; ; \n"])
def test_SF13_an_empty_file_is_called_so(tiny, content):
    (tiny / FIRST).write_bytes(content)
    assert letter(tiny).found == "an empty file"


def test_SF14_a_header_alone_is_a_warning_that_names_the_wave(tiny):
    (tiny / FIRST).write_text(SEPARATED + "\n")
    (warning,) = read(tiny)[1]
    assert (warning.severity, warning.found) == ("W", "no respondents at first")


def test_SF16_a_workbook_under_the_name_of_a_text_is_read_for_what_it_is(tiny):
    before = answers(tiny)
    put_excel(tiny, excel_rows(tiny), "other.xlsx").rename(tiny / FIRST)
    assert answers(tiny).equals(before)
    assert "Excel" in log(tiny, "file is not what its name says")["detail"].item()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old Excel file"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04" + bytes(50), "zip file"),
        (b"PK\x03\x04 xl/workbook.xml cut off", "cannot be read"),
        (b"$FL2@(#) cut off", "SPSS file that cannot be read"),
    ],
)
def test_SF16_what_is_no_export_is_named(tiny, content, says):
    (tiny / FIRST).write_bytes(content)
    assert says in letter(tiny).found


def test_SF18_data_on_a_second_sheet_are_found_when_the_sheet_is_named(tiny):
    before = answers(tiny)
    rows = excel_rows(tiny)
    path = put_excel(tiny, [["some notes"]])
    book = openpyxl.load_workbook(path)
    page = book.create_sheet("Data")
    for row in rows:
        page.append(row)
    book.save(path)
    assert "Sheet, Data" in letter(tiny).found
    swap(tiny / REGION, "order: 1", "order: 1\nsheet: Data")
    assert answers(tiny).equals(before)


@pytest.mark.parametrize("merged", [True, False])
def test_SF19_titles_above_the_header_are_a_letter_without_answers(tiny, merged):
    rows = excel_rows(tiny)
    path = put_excel(tiny, [["Enquête van Jan Jansen"], [], *rows])
    if merged:
        book = openpyxl.load_workbook(path)
        book.active.merge_cells("A1:D1")
        book.save(path)
    assert "header" in letter(tiny).found
    assert "row 3: participant role site submitted n1" in letter(tiny).found
    assert "Jansen" not in letter(tiny).letter()


def test_SF21_a_formula_without_a_stored_value_names_its_cell(tiny):
    rows = excel_rows(tiny)
    rows[1][4] = "=2+3"
    put_excel(tiny, rows)
    assert "cell E2" in letter(tiny).found


@pytest.mark.parametrize("system", ["1900", "1904"])
def test_SF23_serial_dates_follow_the_workbook_and_warn_outside_the_wave(tiny, system):
    rows = excel_rows(tiny)
    book = openpyxl.Workbook()
    if system == "1904":
        book.epoch = CALENDAR_MAC_1904
    first = (date(2024, 1, 20) - book.epoch.date()).days
    book.active.append([*rows[0], "datum"])
    for number, row in enumerate(rows[1:]):
        when = first if number else first + 800
        book.active.append(
            [*row, when if number % 2 else datetime(2024, 1, 20, 10) if number else when]
        )
    (tiny / FIRST).unlink()
    book.save((tiny / FIRST).with_suffix(".xlsx"))
    at_first(tiny, "columns: {answered_on: datum}")
    (warning,) = read(tiny)[1]
    assert (warning.severity, warning.row, warning.column) == ("W", 2, "datum")


def test_SF24_two_ways_of_writing_a_date_need_a_word_of_region_yaml(tiny):
    rows = table(tiny).assign(datum="2024-02-04")
    rows.loc[1::2, "datum"] = "04-02-2024"
    put(tiny, rows)
    at_first(tiny, "columns: {answered_on: datum}")
    assert "04-02-2024 beside 2024-02-04" in letter(tiny).found
    swap(tiny / REGION, "order: 1", "order: 1\ndates: day_first")
    assert read(tiny)[1] == []


def test_SF26_a_nul_in_an_open_answer_never_gets_in(tiny):
    put(tiny, table(tiny).assign(open="a\x00b"))
    assert "NUL" in letter(tiny).found


def put_spss(study: Path, rows: DataFrame, **about: object) -> None:
    (study / FIRST).unlink()
    items = ["n1", "n2", "n3", "h1", "h2"]
    numbers = rows.assign(
        **{item: pd.to_numeric(rows[item].replace("nvt", "99")) for item in items}
    )
    pyreadstat.write_sav(numbers, (study / FIRST).with_suffix(".sav"), **about)


def spss_log(study: Path, what: str) -> list[list[object]]:
    rows = read(study)[0]["import_log"]
    return rows.loc[rows["what"] == what, ["detail", "n"]].to_numpy().tolist()


@pytest.mark.parametrize("ranges", [[99], [{"lo": 90, "hi": 100}]])
def test_SF27_declared_missings_are_missing_and_counted_by_label(tiny, ranges):
    before = answers(tiny)
    labels = {"n1": {1: "oneens", 2: "2", 3: "3", 4: "4", 5: "eens", 99: "weet niet"}}
    put_spss(tiny, table(tiny), variable_value_labels=labels, missing_ranges={"n1": ranges})
    assert answers(tiny).equals(before)
    assert spss_log(tiny, "read as dont_know")[0] == ["99 (weet niet)", 1]


def test_SF27_a_code_that_is_only_labelled_missing_is_no_answer(tiny):
    before = answers(tiny)
    put_spss(tiny, table(tiny), variable_value_labels={"n1": {99: "n.v.t."}})
    assert answers(tiny).equals(before)


def test_SF27_an_undeclared_code_without_a_label_stays_a_letter(tiny):
    put_spss(tiny, table(tiny))
    assert (letter(tiny).row, letter(tiny).found) == (1, "99")


def test_SF29_two_layouts_that_fit_equally_are_both_named(tiny):
    put(tiny, table(tiny).assign(**{"Start time": "", "Completion time": "", "Q1[SQ001]": ""}))
    assert letter(tiny).found == "the marks of limesurvey, forms"
    swap(tiny / REGION, "order: 1", "order: 1\nlayout: forms")
    assert not [one for one in read(tiny)[1] if one.severity == "E"]


LABELS = {"1": "helemaal oneens", "2": "oneens", "3": "neutraal", "4": "eens", "5": "helemaal eens"}
IN_WORDS = "answers: {" + ", ".join(f"{label}: {n}" for n, label in LABELS.items()) + "}"


def test_SF29_limesurvey_with_full_answers_is_read_through_region_yaml(tiny):
    before = answers(tiny)
    rows = table(tiny).replace({item: LABELS for item in ("n1", "n2", "n3", "h1", "h2")})
    rows = rows.rename(columns={"n1": "N[SQ001]", "submitted": "submitdate"})
    rows["submitdate"] = "2024-01-20 10:00:00"
    rows.insert(0, "id", range(1, len(rows) + 1))
    put(tiny, rows.assign(lastpage=3, startlanguage="nl", seed=1))
    swap(tiny / REGION, "order: 1", f"order: 1\n{IN_WORDS}")
    at_first(tiny, 'columns: {n1: "N[SQ001]"}')
    assert answers(tiny).equals(before)
    assert log(tiny, "layout")["detail"].item().startswith("limesurvey")
    assert read(tiny)[1] == []


def test_an_unsent_limesurvey_form_has_no_submitdate(tiny):
    rows = table(tiny).rename(columns={"submitted": "submitdate"}).assign(submitdate="2024-01-20")
    rows.loc[3, "submitdate"] = ""
    put(tiny, rows.assign(id="1", lastpage="1"))
    excluded = read(tiny)[0]["exclusions"]
    assert excluded[["row", "reason"]].to_numpy().tolist() == [[5, "not_submitted"]]


def test_a_limesurvey_vv_file_has_its_codes_on_the_second_row(tiny):
    before = answers(tiny)
    rows = table(tiny).rename(columns={"submitted": "submitdate"}).assign(submitdate="2024-01-20")
    rows.insert(0, "id", range(1, len(rows) + 1))
    rows["why"] = "a{tab}b{newline}c"
    rows.loc[0, "why"] = "{question_not_shown}"
    codes = DataFrame([[*rows]], columns=[f"Vraag {n}" for n in range(len(rows.columns))])
    values = DataFrame(rows.to_numpy(), columns=codes.columns)
    put(tiny, pd.concat([codes, values]), sep="\t")
    (tiny / FIRST).rename((tiny / FIRST).with_suffix(".txt"))
    assert answers(tiny).equals(before)


QUALTRICS = ["StartDate", "Status", "IPAddress", "Finished", "RecordedDate", "ResponseId"]
GERMAN = ["Anfangsdatum", "Antworttyp", "IP-Adresse", "Beendet", "Erfassungsdatum", "Antwort-ID"]


def qualtrics(study: Path, *, headers: int) -> DataFrame:
    rows = table(study).drop(columns="submitted")
    for name in reversed([*QUALTRICS, "DistributionChannel"]):
        rows.insert(0, name, "x")
    rows = rows.assign(Finished="1", Status="0", StartDate="2024-01-20 08:00:00")
    rows = rows.assign(RecordedDate="2024-01-20 08:00:00", DistributionChannel="anonymous")
    texts = {**dict(zip(QUALTRICS, GERMAN, strict=True)), "DistributionChannel": "Verteilungskanal"}
    second = [texts.get(name, f"Frage {name}") for name in rows]
    third = [f'{{"ImportId":"{name}"}}' for name in rows]
    extra = DataFrame([second, third][: headers - 1], columns=rows.columns)
    return pd.concat([extra, rows], ignore_index=True)


@pytest.mark.parametrize("headers", [2, 3])
def test_SF29_qualtrics_has_two_or_three_header_rows_in_any_language(tiny, headers):
    before = answers(tiny)
    put(tiny, qualtrics(tiny, headers=headers))
    assert answers(tiny).equals(before)
    assert log(tiny, "personal columns dropped")["detail"].item() == "IPAddress"
    assert read(tiny)[1] == []


def test_SC32_previews_and_unfinished_entries_of_qualtrics_are_left_out(tiny):
    rows = qualtrics(tiny, headers=3)
    rows.loc[2, "DistributionChannel"] = "preview"
    rows.loc[3, "Status"] = "1"
    rows.loc[4, "Status"] = "Survey Preview"
    rows.loc[5, "Finished"] = "False"
    put(tiny, rows)
    tables, problems = read(tiny)
    assert problems == []
    assert [*tables["exclusions"]["reason"]] == ["test_entry"] * 3 + ["not_submitted"]
    assert tables["response"].loc[0, ["started", "completed", "kept"]].tolist() == [21, 20, 20]


@pytest.mark.parametrize(
    "names",
    [
        ["ID", "Start time", "Completion time", "Email", "Name"],
        ["Id", "Begintijd", "Tijd van voltooien", "E-mail", "Naam"],
    ],
)
def test_forms_is_read_by_the_text_of_its_questions_in_dutch_and_english(tiny, names):
    before = answers(tiny)
    texts = {item: f"Wat vindt u van {item}?" for item in ("n1", "n2", "n3", "h1", "h2")}
    asked = ", ".join(f"{item}: {{text: '{text}'}}" for item, text in texts.items())
    swap(tiny / "raw/study.yaml", "seed: 7", f"seed: 7\nitems: {{{asked}}}")
    rows = table(tiny).drop(columns="submitted").rename(columns=texts)
    for name in reversed(names):
        rows.insert(0, name, "Jan Jansen")
    rows[names[0]] = range(1, len(rows) + 1)
    whole = [[int(c) if str(c).isdigit() else c for c in row] for row in rows.to_numpy()]
    put_excel(tiny, [[*rows.columns], *whole])
    tables, problems = read(tiny)
    assert problems == []
    assert tables["answers"].equals(before)
    noted = tables["import_log"]
    assert "forms" in noted.loc[noted["what"] == "layout", "detail"].iloc[0]
    assert "Jansen" not in noted.to_csv() + tables["respondents"].to_csv()


def test_dates_excel_made_of_answers_are_told_as_such(tiny):
    rows = excel_rows(tiny)
    rows[3][5] = datetime(2024, 4, 3)
    put_excel(tiny, rows)
    assert letter(tiny).found == "a date"
    assert "3-4" in letter(tiny).remedy


def test_hidden_rows_of_a_sheet_are_read_and_noted(tiny):
    before = answers(tiny)
    path = put_excel(tiny, excel_rows(tiny))
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[5].hidden = True
    book.save(path)
    tables, _ = read(tiny)
    assert tables["answers"].equals(before)
    noted = tables["import_log"].set_index("what")["n"]
    assert noted["hidden rows, read like the others"] == 1


def test_a_workbook_that_unpacks_to_far_more_than_it_is_is_refused(tiny):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "x")
        book.writestr("xl/worksheets/sheet1.xml", b"\0" * (40 * 10**6))
    (tiny / FIRST).write_bytes(packed.getvalue())
    assert "unpacks to" in letter(tiny).found


def test_two_exports_of_one_wave_are_a_letter(tiny):
    put_excel(tiny, [["x"]], "other.xlsx").rename((tiny / FIRST).with_suffix(".xlsx"))
    (tiny / FIRST).write_text(SEPARATED + "\n")
    with pytest.raises(StudyError, match="second export of first"):
        read_study(tiny)


def test_a_csv_and_a_workbook_and_an_spss_file_of_the_same_answers_are_equal(tiny):
    before = answers(tiny)
    rows = table(tiny)
    put_excel(tiny, excel_rows(tiny))
    assert answers(tiny).equals(before)
    (tiny / FIRST).with_suffix(".xlsx").unlink()
    put(tiny, rows)
    put_spss(tiny, rows, missing_ranges={"n1": [99]}, variable_value_labels={"n1": {99: "nvt"}})
    assert answers(tiny).equals(before)


def samples() -> list[Path]:
    folder = Path(__file__).resolve().parents[2] / "shared" / "samples" / "survey"
    return sorted(path for path in folder.rglob("*.*") if path.is_file())


@pytest.mark.parametrize("path", samples() or [None], ids=lambda path: path.name if path else "-")
def test_every_real_export_is_read_and_nobody_is_named(path, tmp_path):
    if path is None:
        pytest.skip("needs real exports in ../shared/samples, which are not here")
    sheet, problems = read_sheet(path, path.name)
    assert problems == [] and sheet is not None
    assert sheet.layout == ("spss" if path.suffix == ".sav" else "qualtrics")
    convert(path, tmp_path)
    written = (tmp_path / "answers.csv").read_text(encoding="utf-8")
    assert len(written.splitlines()) == len(sheet.grid.cells) + 1
    assert "130.92.34.66" not in written


def test_convert_gives_the_same_table_for_dots_and_commas(tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text("id,score,code,why\n1,3.5,007,a\n2,2,1E5,=1+1\n")
    other.write_text("id;score;code;why\n1;3,5;007;a\n2;2;1E5;=1+1\n")
    for path in (one, other):
        convert(path, tmp_path / path.stem)
    read_one, read_other = ((tmp_path / n / "answers.csv").read_text() for n in ("one", "other"))
    assert read_one == read_other
    assert read_one.splitlines() == ["row,id,score,code,why", "2,1,3.5,007,a", "3,2,2,1E5,'=1+1"]
    assert (
        "decimal commas read as points,score,1" in (tmp_path / "other/import_log.csv").read_text()
    )


@pytest.mark.parametrize("what", ["merged", "error"])
def test_what_a_workbook_hides_among_the_answers_names_its_cell(tiny, what):
    rows = excel_rows(tiny)
    if what == "error":
        rows[2][4] = "#N/A"
    path = put_excel(tiny, rows)
    if what == "merged":
        book = openpyxl.load_workbook(path)
        book.active.merge_cells("E3:E4")
        book.save(path)
    assert "E3" in letter(tiny).found
    assert letter(tiny).row == 3


def test_text_saved_in_a_wrong_encoding_before_is_a_warning(tiny):
    put(tiny, table(tiny).assign(site="PrivÃ©"))
    (warning,) = read(tiny)[1]
    assert (warning.severity, warning.allowed) == ("W", "accents")
