"""Promises about `read FILE --out DIR` on a survey: one tidy table, and nobody in it."""

import csv
from pathlib import Path

import openpyxl
import pyreadstat
import pytest
from click.testing import CliRunner
from pandas import DataFrame

from analysis.__main__ import main

SECRETS = ("j.bakker@school.nl", "Jannie Bakker", "Bakker", "192.168.7.41", "06-12345678")
LIMESURVEY = [
    ["id", "submitdate", "startlanguage", "ipaddr", "token", "firstname", "email", "Q1[SQ001]"],
    ["1", "2025-03-03 10:00:00", "nl", "192.168.7.41", "Bakker", "Jannie Bakker", SECRETS[0], "4"],
]
QUALTRICS = [
    ["StartDate", "EndDate", "Status", "IPAddress", "Finished", "RecordedDate", "ResponseId",
     "RecipientLastName", "RecipientFirstName", "RecipientEmail", "Q1"],
    ["Begindatum", "Einddatum", "Type", "IP-adres", "Voltooid", "Opgenomen", "Antwoord-id",
     "Achternaam", "Voornaam", "E-mail", "Een vraag"],
    ["2025-03-03", "2025-03-03", "0", "192.168.7.41", "1", "2025-03-03", "R_1",
     "Bakker", "Jannie Bakker", SECRETS[0], "4"],
]  # fmt: skip
FORMS_NL = [
    ["Id", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", "Telefoonnummer", "Een vraag"],
    ["1", "2025-03-03", "2025-03-03", SECRETS[0], "Jannie Bakker", "06-12345678", "4"],
]
FORMS_EN = [
    ["ID", "Start time", "Completion time", "Email", "Name", "What is your name?", "A question"],
    ["1", "2025-03-03", "2025-03-03", SECRETS[0], "Jannie Bakker", "Jannie Bakker", "4"],
]
PLAIN = [
    ["code", "Contact", "Where", "Uw naam", "E-mailadres ouder", "a1"],
    ["A1", SECRETS[0], "192.168.7.41", "Jannie Bakker", "geen", "4"],
]
EXPORTS = {
    "limesurvey": (LIMESURVEY, 4, "Q1[SQ001]"),
    "qualtrics": (QUALTRICS, 4, "Q1"),
    "forms": (FORMS_NL, 3, "Een vraag"),
    "forms in English": (FORMS_EN, 3, "A question"),
    "plain": (PLAIN, 4, "a1"),
}


def as_csv(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def as_workbook(path: Path, rows: list[list[str]]) -> Path:
    path, book = path.with_suffix(".xlsx"), openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def as_spss(path: Path, rows: list[list[str]]) -> Path:
    path = path.with_suffix(".sav")
    names = [f"V{place}" for place, _ in enumerate(rows[0])]
    pyreadstat.write_sav(DataFrame(rows[1:], columns=names), path, column_labels=rows[0])
    return path


def converted(path: Path, out: Path) -> dict[str, str]:
    ran = CliRunner().invoke(main, ["read", str(path), "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    return {file.stem: file.read_text(encoding="utf-8") for file in out.glob("*.csv")}


@pytest.mark.parametrize("write", [as_csv, as_workbook])
@pytest.mark.parametrize("layout", EXPORTS)
def test_a_converted_export_holds_no_name_address_or_number_of_a_person(tmp_path, layout, write):
    rows, dropped, question = EXPORTS[layout]
    written = converted(write(tmp_path / "export.csv", rows), tmp_path / "out")
    answers = [*csv.DictReader(written["answers"].splitlines())]
    assert [row[question] for row in answers] == ["4"]
    for text in written.values():
        assert not [secret for secret in SECRETS if secret in text]
    log = {row["what"]: row for row in csv.DictReader(written["import_log"].splitlines())}
    assert log["personal columns dropped"]["n"] == str(dropped)
    assert log["layout"]["detail"].startswith(layout.split()[0])


def test_columns_of_an_spss_file_are_dropped_by_the_text_of_their_question(tmp_path):
    path = as_spss(tmp_path / "export.sav", PLAIN)
    written = converted(path, tmp_path / "out")
    assert not [secret for secret in SECRETS for text in written.values() if secret in text]


def test_a_column_of_mixed_cells_goes_when_one_of_them_is_an_address(tmp_path):
    rows = [["code", "extra"], ["A1", ""], ["A2", "c@school.nl"], ["A3", "geen"]]
    written = converted(as_csv(tmp_path / "export.csv", rows), tmp_path / "out")
    assert written["answers"].splitlines()[0] == "row,code"


def test_an_address_inside_an_open_answer_is_taken_out_and_counted(tmp_path):
    rows = [["code", "why"], ["A1", "bel of mail c@school.nl maar"], ["A2", "geen idee, echt"]]
    written = converted(as_csv(tmp_path / "export.csv", rows), tmp_path / "out")
    assert "2,A1,bel of mail [address] maar" in written["answers"]
    assert "addresses inside an answer taken out,why,1" in written["import_log"]
