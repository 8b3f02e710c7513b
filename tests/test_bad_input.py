"""Bad input ends in letters: no traceback, no wrong number, nothing told that must stay hidden."""

import json
from pathlib import Path

import pytest
from tiny_study import lay_out_tiny_study

from analysis.collect import processed
from analysis.collect.survey.sheet import read_sheet
from analysis.findings import Findings, check
from analysis.findings.prepare import check_everything, compute_findings, process
from analysis.findings.stamp import Stamp
from analysis.plan.files.csvfile import read_csv
from analysis.plan.files.sizes import is_bomb
from analysis.plan.problems import StudyError, letters
from analysis.plan.study import lay_out_region, read_study
from analysis.share.report import plan
from analysis.tell.disclosure import gate
from analysis.tell.figures.canvas import STYLE
from analysis.tell.narrative.founded import _without

NORTH = "raw/regions/north"
LINKS = "region,participant,same_as,decided_by\n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Lay out a study of one's own to spoil."""
    return lay_out_tiny_study(tmp_path)


def swap(file: Path, old: str, new: str) -> None:
    """Replace some text of a file that holds it."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def told(study: Path) -> str:
    """Return every letter of a study."""
    return letters(check_everything(study)[2])


def shared(study: Path) -> tuple[Findings, Findings]:
    """Return the findings of a study, before and after the gate."""
    read, raw, problems = check_everything(study)
    assert read is not None, letters(problems)
    tables = process(raw, read)
    findings = Findings(read, compute_findings(tables, read), Stamp({}, "", ""))
    return findings, gate(findings)


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", b",,\n,,\n", b'"",""\n'])
def test_a_table_without_a_filled_cell_is_an_empty_file(tmp_path, content):
    (tmp_path / "t.csv").write_bytes(content)
    assert "an empty file" in letters(read_csv(tmp_path / "t.csv", "t.csv", ["a"]).problems)
    assert "an empty file" in letters(read_sheet(tmp_path / "t.csv", "t.csv")[1])


def test_a_folder_or_a_dead_link_in_place_of_a_table_is_a_letter(study):
    first, second = (study / NORTH / "survey" / f"{wave}.csv" for wave in ("first", "second"))
    first.unlink()
    first.mkdir()
    second.unlink()
    second.symlink_to(study / "nowhere.csv")
    assert told(study).count("a folder, or a link to nothing") == 2


@pytest.mark.parametrize(
    "content",
    ["[a, b]: c\n", "a: &a [*a]\n", "order: !!int abc\n", f"order: {'1' * 5000}\n", "[" * 3000],
)
def test_yaml_that_trips_the_parser_is_a_letter(study, content):
    (study / NORTH / "region.yaml").write_text(content, encoding="utf-8")
    assert f"{NORTH}/region.yaml" in told(study)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("seed: 7", "seed: -7", "0 or more"),
        ("range: [1, 5]", "range: [1, inf]", "finite number"),
        ("range: [1, 5]", "range: [1, 5000000]", "answers: decimal"),
        ("range: [1, 5]", "range: [0.5, 5.5]", "answers: decimal"),
        ("composites:\n", "composites:\n  none: {of: [], label: x}\n", "none has no scales"),
        ("from: first, to: second", "from: second, to: first", "does not come before"),
        ("  helper: {", "  all: {", "stands for everything"),
    ],
)
def test_a_plan_that_cannot_be_computed_is_a_letter(study, old, new, says):
    swap(study / "raw" / "study.yaml", old, new)
    assert says in told(study)


def test_scales_as_a_list_are_a_letter(study):
    plan_file = study / "raw" / "study.yaml"
    head = plan_file.read_text(encoding="utf-8").split("scales:")[0]
    plan_file.write_text(head + "scales: [a]\ncomposites: {bond: {level: bond}}\n", "utf-8")
    assert "scales: a list" in told(study)


def test_two_items_never_share_a_column_and_no_mapping_is_lost(study):
    region = study / NORTH / "region.yaml"
    swap(region, "missing:", "columns: {n1: n2, rol: functie}\nmissing:")
    said = told(study)
    assert "columns: rol" in said
    swap(region, "rol: functie", "role: role")
    assert "one column for n1, n2" in told(study)


@pytest.mark.parametrize("row", ["nrth,SYN-101", "north,", "north,SYN-101,x"])
def test_a_withdrawal_that_would_touch_nobody_is_a_letter(study, row):
    path = study / "raw" / "decisions" / "withdrawn.csv"
    path.write_text(f"region,participant\n{row}\n", encoding="utf-8")
    assert "raw/decisions/withdrawn.csv, row 2" in told(study)


def test_who_withdrew_is_gone_under_every_code_they_had(study):
    decisions = study / "raw" / "decisions"
    swap(study / NORTH / "survey" / "second.csv", "SYN-101,", "SYN-1O1,")
    (decisions / "links.csv").write_text(f"{LINKS}north,SYN-1O1,SYN-101,me\n", "utf-8")
    (decisions / "withdrawn.csv").write_text("region,participant\nnorth, SYN-101\n", "utf-8")
    _, raw, problems = check_everything(study)
    assert not problems
    assert not raw.forms.respondents["participant"].isin(["SYN-101", "SYN-1O1"]).any()


def test_who_withdrew_is_not_quoted_where_one_coder_left_the_speaker_empty(study):
    codings = study / NORTH / "interviews" / "codings.csv"
    lines = codings.read_text(encoding="utf-8").splitlines()
    spared = [line.replace(",P1,", ",,") if ",ann," in line else line for line in lines]
    codings.write_text("\n".join(spared) + "\n", encoding="utf-8")
    withdrawn = study / "raw" / "decisions" / "withdrawn.csv"
    withdrawn.write_text("region,participant\nnorth,P1\n", encoding="utf-8")
    assert check_everything(study)[1].tables["segments"].empty


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("north,SYN-101,SYN-102,me\n", "both answered at first"),
        ("north,SYN-101,X,me\nnorth,SYN-101,Y,me\n", "a code in two rows"),
        ("north,SYN-101,X,me\nnorth,X,Y,me\n", "itself linked"),
        ("north,SYN-101,,me\n", "an empty cell"),
    ],
)
def test_a_link_that_joins_two_people_or_none_is_a_letter(study, rows, says):
    (study / "raw" / "decisions" / "links.csv").write_text(LINKS + rows, encoding="utf-8")
    assert says in told(study)


def test_a_note_that_is_not_utf8_is_a_letter(study):
    note = study / "raw" / "decisions" / "notes" / "north.md"
    note.parent.mkdir()
    note.write_bytes("Privé".encode("cp1252"))
    assert "raw/decisions/notes/north.md" in told(study)


def test_a_transcript_is_never_read_through_a_link_out_of_the_folder(study):
    (study / "secret.txt").write_text("secret", encoding="utf-8")
    transcript = study / NORTH / "interviews" / "transcripts" / "first-0.txt"
    transcript.unlink()
    transcript.symlink_to(study / "secret.txt")
    assert "the name of a file in this interviews folder" in told(study)


@pytest.mark.parametrize("people", ["٣", "9" * 30, "1" * 5000, "Anna Bakker, Bob en Jan de Vries"])
def test_a_count_that_is_none_is_a_letter_without_names(study, people):
    documents = study / NORTH / "interviews" / "documents.csv"
    swap(documents, ",g0,6,", f',g0,"{people}",')
    said = told(study)
    assert "column people" in said
    assert "Bakker" not in said


@pytest.mark.parametrize("cell", ["Jan de Vries moest weg omdat hij " * 9, "."])
def test_what_is_no_file_name_is_neither_opened_nor_repeated(study, cell):
    documents = study / NORTH / "interviews" / "documents.csv"
    swap(documents, "transcripts/first-0.txt", cell)
    said = told(study)
    assert "column file" in said
    assert "Vries" not in said


def test_a_study_where_nobody_answered_is_still_computed(study):
    for region in ("north", "south"):
        for file in (study / "raw" / "regions" / region / "survey").iterdir():
            file.unlink()
    findings, _ = shared(study)
    assert findings.rows("means").empty


def test_a_region_folder_in_capitals_gets_its_page(tmp_path):
    (tmp_path / "raw" / "regions" / "North").mkdir(parents=True)
    (tmp_path / "raw" / "regions" / "North" / "region.yaml").touch()
    assert plan.jobs(plan.NOTEBOOKS, tmp_path / "raw")[-1].region == "north"


def test_a_name_of_one_digit_leaves_the_numbers_of_a_sentence_alone():
    assert _without("25 people at 5.", ["5"]) == "25 people at ."


def test_a_dollar_in_a_label_is_no_formula():
    assert STYLE["text.parse_math"] is False


@pytest.mark.parametrize("name", ["null", "123", "no"])
def test_any_allowed_name_of_a_new_region_stays_text(study, name):
    lay_out_region(study / "raw", name)
    assert read_study(study).regions[name].label["nl"] == name


def test_reports_never_stand_in_the_raw_folder(tmp_path):
    with pytest.raises(StudyError):
        plan.refuse_inside_raw(tmp_path, tmp_path / "raw" / "reports")


def test_a_manifest_that_was_cut_off_counts_as_none(tmp_path):
    processed.write_manifest(tmp_path, {"code": "x"})
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"code": "x"})[:-3], encoding="utf-8")
    assert processed.read_manifest(tmp_path) == {}
    processed.remove_manifest(tmp_path)
    assert not manifest.exists()


def test_a_table_of_the_plan_that_excel_saved_as_unicode_text_is_read(tmp_path):
    (tmp_path / "t.csv").write_bytes("id\tlabel\na\tprivé\n".encode("utf-16"))
    assert read_csv(tmp_path / "t.csv", "t.csv", ["id"]).rows["label"].tolist() == ["privé"]


@pytest.mark.parametrize("times, is_refused", [(90, False), (110, True)])
def test_one_rule_says_how_far_any_file_may_unpack(times, is_refused):
    assert is_bomb(times * 10**5, 10**5) is is_refused
    assert not is_bomb(times * 10**3, 10**3)


@pytest.mark.parametrize("table", ["codebooks/crosswalk", "published/sources", "decisions/links"])
def test_a_table_that_may_be_absent_is_no_link_to_nothing(tiny, table):
    place = tiny / "raw" / f"{table}.csv"
    place.unlink(missing_ok=True)
    place.parent.mkdir(exist_ok=True)
    place.symlink_to("nowhere.csv")
    assert "a folder, or a link to nothing" in [problem.found for problem in check(tiny)]
