"""Bad inputs, by the name each has in the catalogue: what stands in the files, and in the plan."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas import DataFrame
from surveyed import read
from tiny_study import REGION as REGION_YAML
from tiny_study import lay_out_tiny_study

from analysis.collect.processed import read_back, store
from analysis.collect.survey import read_surveys
from analysis.findings import Findings
from analysis.findings.prepare import Raw, check_everything, compute_findings, process
from analysis.findings.stamp import Stamp
from analysis.plan.problems import Problem, letters
from analysis.plan.study import check_study, read_study
from analysis.tell.disclosure import gate

FIRST = Path("raw/regions/north/survey/first.csv")
SECOND = Path("raw/regions/north/survey/second.csv")
REGION = Path("raw/regions/north/region.yaml")
PLAN = Path("raw/study.yaml")
ITEMS = ["n1", "n2", "n3", "h1", "h2"]


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def table(study: Path, file: Path = FIRST) -> DataFrame:
    return pd.read_csv(study / file, dtype=str, keep_default_na=False)


def put(study: Path, rows: DataFrame, file: Path = FIRST) -> None:
    rows.to_csv(study / file, index=False, lineterminator="\n")


def cell(study: Path, row: int, column: str, value: str, file: Path = FIRST) -> None:
    """Write one cell; rows are counted as in the file."""
    rows = table(study, file)
    rows.loc[row - 2, column] = value
    put(study, rows, file)


def letter(study: Path, severity: str = "E") -> Problem:
    """The one letter of a kind there is."""
    (one,) = [problem for problem in read(study)[1] if problem.severity == severity]
    return one


def planned(study: Path) -> list[Problem]:
    return check_study(study)[1]


def log(study: Path) -> DataFrame:
    rows = read(study)[0]["import_log"]
    return rows[rows["file"] == FIRST.as_posix()].set_index("what")


@pytest.mark.parametrize(
    "value", ["0", "6", "-1", "4.5", "4,5", "007", "1E5", "1e0", "+3", "3 4", "٣"]
)
def test_SC01_SC02_an_answer_out_of_range_has_its_place_and_is_never_averaged(tiny, value):
    cell(tiny, 5, "n2", value)
    told = letter(tiny)
    assert (told.file, told.row, told.column) == (FIRST.as_posix(), 5, "n2")
    assert "1 to 5" in told.allowed
    answers = read(tiny)[0]["answers"].query("region == 'north' and wave == 'first'")
    assert np.isnan(answers.loc[answers["item"] == "n2", "answer"].iloc[3])


@pytest.mark.parametrize("value", ["99", "-9", "999", "8888"])
def test_SC03_a_code_for_missing_that_nobody_declared_is_told_so(tiny, value):
    cell(tiny, 5, "n2", value)
    assert letter(tiny).found == value
    assert "missing:" in letter(tiny).remedy


@pytest.mark.parametrize("value", ["weet niet", "n.v.t.", "-", "N.V.T.", "Weet  niet"])
def test_SC04_words_for_no_answer_count_once_they_are_declared(tiny, value):
    cell(tiny, 5, "n2", value)
    assert "missing:" in letter(tiny).remedy
    swap(tiny / REGION, "nvt: dont_know", f'nvt: dont_know, "{value.lower()}": missing')
    assert read(tiny)[1] == []
    noted = log(tiny)
    assert noted.loc["read as missing", "n"] == 1
    assert noted.loc["read as dont_know", ["detail", "n"]].tolist() == ["nvt", 1]


def test_SC07_an_item_turned_twice_is_a_warning_with_r_and_n_and_is_left_alone(tiny):
    rows = table(tiny)
    rows["n3"] = (6 - rows["n1"].replace("nvt", "3").astype(int)).astype(str)
    put(tiny, rows)
    assert read(tiny)[1] == []
    rows["n3"] = rows["n1"].replace("nvt", "3")
    put(tiny, rows)
    before = table(tiny)["n3"].astype(float).tolist()
    warnings = [one for one in read(tiny)[1] if one.severity == "W"]
    assert any("n3 runs against the rest of nearness" in one.found for one in warnings)
    assert all("r = -0." in one.found and "n = 23" in one.found for one in warnings)
    answers = read(tiny)[0]["answers"].query("region == 'north' and wave == 'first'")
    assert answers.loc[answers["item"] == "n3", "answer"].tolist() == before


def test_SC10_a_participant_twice_is_counted_by_the_rule_of_the_region(tiny):
    rows = table(tiny)
    again = rows.iloc[[4]].assign(n1="", n2="5")
    put(tiny, pd.concat([rows, again]))
    assert letter(tiny).found == "one participant code in rows 6, 26"
    for rule, gone in (("first", 26), ("last_complete", 26)):
        swap(tiny / REGION, "order: 1", f"order: 1\nduplicates: {rule}")
        assert read(tiny)[0]["exclusions"]["row"].tolist() == [gone]
        swap(tiny / REGION, f"\nduplicates: {rule}", "")


def test_SC12_people_who_moved_are_counted_and_not_named(tiny):
    south = Path("raw/regions/south/survey/second.csv")
    code = table(tiny)["participant"][3]
    put(tiny, table(tiny, SECOND).query("participant != @code"), SECOND)
    cell(tiny, 5, "participant", code, south)
    told = letter(tiny, "W")
    assert told.found.endswith("different waves: 1")
    assert code not in told.letter()
    links = links_of(tiny)
    assert set(links.loc[links["participant"] == code, "match"]) == {"two_regions"}


def links_of(study: Path) -> DataFrame:
    found = read_study(study)
    return process(Raw(read_surveys(found)[0].forms, {}), found)["links"]


def test_SC13_one_code_in_two_regions_at_a_wave_is_a_letter(tiny):
    cell(
        tiny,
        5,
        "participant",
        table(tiny)["participant"][3],
        Path("raw/regions/south/survey/first.csv"),
    )
    told = letter(tiny)
    assert told.found == (
        "participant codes that north has at the same wave: 1, in 1 rows"
        " (such as first, row 5 here and row 5 there)"
    )
    assert "`same_code_elsewhere: other_person` in regions/south/region.yaml" in told.remedy


def test_SC13_regions_that_each_number_their_people_lose_nobody(tiny):
    south = Path("raw/regions/south")
    for wave in ("first", "second"):
        there = table(tiny, south / f"survey/{wave}.csv")
        codes = table(tiny, Path(f"raw/regions/north/survey/{wave}.csv"))["participant"]
        put(tiny, there.assign(participant=codes), south / f"survey/{wave}.csv")
    assert "same wave: 24, in 48 rows (such as first, row 2" in letter(tiny).found
    swap(tiny / south / "region.yaml", "order: 2", "order: 2\nsame_code_elsewhere: other_person")
    tables, problems = read(tiny)
    assert not problems
    links = links_of(tiny)
    assert links.groupby(["region", "match"]).size().to_dict() == {
        ("north", "exact"): 24,
        ("south", "exact"): 24,
    }


def test_one_file_with_every_wave_in_it_is_one_letter_that_says_how_to_part_it(tiny):
    both = pd.concat(
        [table(tiny, file).assign(meting=str(n)) for n, file in enumerate((FIRST, SECOND))]
    )
    put(tiny, both.sort_values("participant").assign(code2="x"))
    told = letter(tiny)
    assert told.found == "several waves in one file: the column 'meting' has 2 different values"
    assert "filter that column on one value" in told.remedy
    put(tiny, both.rename(columns={"meting": "lastpage"}))
    assert {one.found[:20] for one in read(tiny)[1] if one.severity == "E"} == {
        "one participant code"
    }


def test_a_survey_without_a_column_of_codes_is_read_where_region_yaml_keeps_such_forms(tiny):
    put(tiny, table(tiny).drop(columns="participant"))
    assert "write `without_code: keep`" in letter(tiny).remedy
    swap(tiny / REGION, "order: 1", "order: 1\nwithout_code: keep")
    tables, problems = read(tiny)
    assert not problems
    here = tables["respondents"].query("region == 'north' and wave == 'first'")
    assert here["participant"].str.contains("unlinked").sum() == here["participant"].nunique() == 24
    assert (
        log(tiny).loc["no column of participant codes: each form is an unlinked person", "n"] == 24
    )
    swap(tiny / REGION, "order: 1", "order: 1\ncolumns: {participant: code}")
    assert "no column code" in {problem.found for problem in read(tiny)[1]}


def test_forms_without_any_answer_are_kept_counted_and_warned_of(tiny):
    rows = table(tiny)
    rows.loc[[3, 7], ITEMS] = ""
    put(tiny, rows)
    told = letter(tiny, "W")
    assert (told.row, told.found) == (5, "forms without any answer to a scale: 2")
    assert read(tiny)[0]["response"]["kept"].tolist() == [24] * 4


@pytest.mark.parametrize("zeros", [".0", ",0", ".00"])
def test_a_whole_number_written_with_zeros_is_that_number_and_is_counted(tiny, zeros):
    swap(tiny / REGION, "nvt: dont_know", 'nvt: dont_know, "99": missing')
    cell(tiny, 4, "n2", "99")
    before = read(tiny)[0]["answers"]
    rows = table(tiny)
    written = rows[ITEMS].map(lambda word: f"{word}{zeros}" if word.isdigit() else word)
    put(tiny, rows.assign(**written))
    after, problems = read(tiny)
    assert not problems
    pd.testing.assert_frame_equal(after["answers"], before)
    assert log(tiny).loc["whole numbers written with zeros, such as 3.0", "n"] == 24 * 5 - 2


@pytest.mark.parametrize("value", ["3.000", "3.5", "6.0", "03.0", ".0"])
def test_zeros_never_make_an_answer_of_another_number(tiny, value):
    cell(tiny, 5, "h1", value)
    assert letter(tiny).row == 5


@pytest.mark.parametrize("name", ["NA", "None", "null", "nan", "TRUE", "1E5", "007"])
def test_SC15_a_region_may_be_called_anything(tmp_path, name):
    study = lay_out_tiny_study(tmp_path)
    swap(study / REGION, "{nl: North, en: North}", f'"{name}"')
    folder = study / "raw/regions/north"
    folder.rename(folder.with_name(name.lower()))
    found = read_study(study)
    assert found.regions[name.lower()].label == {"nl": name, "en": name}
    tables = read(study)[0]
    store(study / "stored", {"respondents": tables["respondents"]}, stage="processed")
    again = read_back(study / "stored", stage="processed")["respondents"]
    assert set(again["region"]) == {name.lower(), "south"}


def test_SC15_answers_codes_and_sites_of_that_name_stay_text(tiny):
    cell(tiny, 5, "participant", "NA")
    cell(tiny, 5, "site", "None")
    seen = read(tiny)[0]["respondents"]
    assert seen.loc[seen["participant"] == "NA", "site"].tolist() == ["None"]


def test_SC16_a_missing_code_is_a_letter_for_its_row(tiny):
    cell(tiny, 5, "participant", " ")
    assert (letter(tiny).row, letter(tiny).found) == (5, "no participant code")


@pytest.mark.parametrize("code", ["1,23457E+11", "1.2e+05"])
def test_SC16_a_code_that_excel_rewrote_is_no_code(tiny, code):
    cell(tiny, 5, "participant", code)
    assert "power of ten" in letter(tiny).found


def test_more_forms_than_people_invited_is_a_warning(tiny):
    swap(tiny / REGION, "invited: 30", "invited: 20")
    assert letter(tiny, "W").found == "24 forms sent in"


def test_SC17_SC19_a_column_that_is_not_there_is_named_with_near_names(tiny):
    put(tiny, table(tiny, SECOND).rename(columns={"n1": "N01"}), SECOND)
    told = letter(tiny)
    assert (told.file, told.column) == (SECOND.as_posix(), "n1")
    assert "near:" in told.found and "N01" in told.found
    assert "waves: second: columns:" in told.remedy
    swap(tiny / REGION, "second: {", "second: {columns: {n1: N01}, ")
    assert read(tiny)[1] == []


PERSONAL = {
    "IPAddress": "10.1.2.3",
    "RecipientEmail": "jan@x.nl",
    "token": "abc",
    "Naam": "Jan Jansen",
}
PERSONAL |= {"LocationLatitude": "52.1", "E-mail": "jan@x.nl", "First name": "Jan"}


def test_SC18_columns_about_persons_are_dropped_and_others_listed(tiny):
    before = read(tiny)[0]["answers"]
    put(tiny, table(tiny).assign(**PERSONAL, remark="Jan zei iets"))
    tables, (warning,) = read(tiny)
    assert tables["answers"].equals(before)
    assert (warning.severity, warning.found) == ("W", "columns that are not used: 'remark'")
    assert log(tiny).loc["personal columns dropped", "n"] == len(PERSONAL)
    everything = "".join(rows.to_csv() for rows in tables.values()) + letters([warning])
    assert not [value for value in PERSONAL.values() if f"{value}," in everything]


def test_SC20_a_header_that_stands_twice_is_never_renamed(tiny):
    swap(tiny / FIRST, ",n1,n2,", ",n1,n1,")
    assert "columns 5, 6" in letter(tiny).found


def test_SC21_headers_may_differ_in_space_and_case_but_not_clash(tiny):
    before = read(tiny)[0]["answers"]
    swap(tiny / FIRST, ",n1,n2,", ',"N1  ","n\n2",'.replace("n\n2", " n2"))
    tables, problems = read(tiny)
    assert problems == [] and tables["answers"].equals(before)
    assert log(tiny).loc["headers with extra space tidied", "n"] == 2
    swap(tiny / FIRST, " n2", "n1 ")
    assert "columns 5, 6" in letter(tiny).found


def test_SC22_the_order_of_columns_and_rows_changes_no_score(tiny):
    def scores() -> DataFrame:
        return process(check_everything(tiny)[1], read_study(tiny))["scores"]

    before = scores()
    put(tiny, table(tiny, SECOND).iloc[::-1, ::-1], SECOND)
    assert scores().equals(before)


def test_SC33_many_columns_are_read_as_quickly_as_their_words_are_few(tmp_path):
    study = lay_out_tiny_study(tmp_path)
    rows = pd.concat([table(study)] * 100, ignore_index=True)
    rows["participant"] = [f"P{n:05d}" for n in range(len(rows))]
    more = {f"x{n}": np.where(rows.index % 7 == 0, "9", "") for n in range(300)}
    put(study, rows.assign(**more))
    swap(study / REGION, "invited: 30", "invited: 3000")
    tables, (warning,) = read(study)
    assert len(tables["answers"].query("region == 'north' and wave == 'first'")) == 5 * len(rows)
    assert "and 288 more" in warning.found


@pytest.mark.parametrize(
    "value", ["Jan Jansen", "jan@school.nl", "Ik vond het moeilijk omdat Piet", "06-12345678"]
)
@pytest.mark.parametrize("column", ["n1", "role", "submitted", "participant"])
def test_a_letter_never_repeats_what_a_person_wrote_in_the_wrong_column(tiny, value, column):
    rows = table(tiny)
    rows.loc[2:8, column] = value
    put(tiny, rows)
    told = letters(read(tiny)[1])
    assert value not in told
    assert value.split()[-1] not in told


def test_a_label_that_many_chose_is_shown_so_that_it_can_be_declared(tiny):
    rows = table(tiny)
    rows.loc[2:8, "n1"] = "helemaal mee eens"
    put(tiny, rows)
    assert {one.found for one in read(tiny)[1]} == {"helemaal mee eens"}
    swap(tiny / REGION, "order: 1", "order: 1\nanswers: {Helemaal mee eens: 5}")
    assert [one.severity for one in read(tiny)[1]] == ["W"]


def test_where_one_is_positive_the_answers_of_a_scale_are_turned_around(tiny):
    rows = table(tiny)
    before = read(tiny)[0]["answers"]
    turned = {item: (6 - rows[item].astype(int)).astype(str) for item in ("h1", "h2")}
    for file in (FIRST, SECOND):
        here = table(tiny, file)
        put(tiny, here.assign(**{i: (6 - here[i].astype(int)).astype(str) for i in turned}), file)
    swap(tiny / REGION, "order: 1", "order: 1\none_is_positive: [honesty]")
    assert read(tiny)[0]["answers"].equals(before)


def test_forms_without_consent_and_test_entries_are_left_out_with_their_reason(tiny):
    rows = table(tiny).assign(akkoord="ja", proef="nee")
    rows.loc[0, "akkoord"], rows.loc[1, "proef"] = "nee", "ja"
    put(tiny, rows)
    swap(tiny / REGION, "first: {", "first: {columns: {consent: akkoord, test: proef}, ")
    tables, problems = read(tiny)
    assert problems == []
    told = tables["exclusions"][["row", "reason"]].to_numpy().tolist()
    assert told == [[2, "no_consent"], [3, "test_entry"]]


def test_CB01_a_scale_of_an_item_that_does_not_exist_names_near_items(tiny):
    listed = ", ".join(f"{item}: {{text: t}}" for item in ITEMS)
    swap(tiny / PLAN, "seed: 7", f"seed: 7\nitems: {{{listed}}}")
    swap(tiny / PLAN, "[n1, n2, n3]", "[n1, n22, n3]")
    (told,) = planned(tiny)
    assert told.found == "scale nearness: no item n22"
    assert "n2" in told.allowed and told.row == 20


def test_CB02_an_item_in_two_scales_is_a_warning_unless_it_is_meant(tiny):
    swap(tiny / PLAN, "[h1, h2]", "[h1, h2, n1]")
    assert [(one.severity, one.found) for one in planned(tiny)] == [
        ("W", "item n1 in the scales nearness, honesty")
    ]
    swap(tiny / PLAN, "items: [h1, h2, n1]", "shares_items: true, items: [h1, h2, n1]")
    assert planned(tiny) == []


@pytest.mark.parametrize("ends", ["[5, 1]", "[3, 3]", "[1, ten]", "[1]"])
def test_CB04_a_range_runs_upwards(tiny, ends):
    swap(tiny / PLAN, "range: [1, 5]", f"range: {ends}")
    assert [(one.severity, one.file) for one in planned(tiny)] == [("E", PLAN.as_posix())]


def test_CB05_reversed_items_may_be_flagged_in_words(tiny):
    swap(tiny / PLAN, "[n3]", '{n1: nee, n2: "", n3: x}')
    assert read_study(tiny).plan.scales["nearness"].reverse_scored == ("n3",)
    swap(tiny / PLAN, "n3: x", "n3: misschien")
    assert "yes, no" in planned(tiny)[0].allowed


@pytest.mark.parametrize("word", ["ja", "JA", "yes", "x", "1", "TRUE", "waar"])
def test_CB05_every_documented_word_for_reversed_counts(tiny, word):
    swap(tiny / PLAN, "[n3]", f"{{n3: {word}}}")
    assert read_study(tiny).plan.scales["nearness"].reverse_scored == ("n3",)


def test_CB06_an_answer_without_a_label_beside_labelled_ones_is_a_warning(tiny):
    rows = table(tiny)
    rows["n1"] = rows["n1"].replace({"2": "oneens", "3": "neutraal", "4": "eens", "5": "zeer eens"})
    rows.loc[1, "n1"] = "1"
    put(tiny, rows)
    swap(
        tiny / REGION,
        "order: 1",
        "order: 1\nanswers: {oneens: 2, neutraal: 3, eens: 4, zeer eens: 5}",
    )
    assert letter(tiny, "W").found.startswith("the answer 1 without a label")


@pytest.mark.parametrize(
    ("text", "row"), [("label: {nl: a, en: b}\n\tseed: 1\n", 2), ("a: [1\nb: 2\n", 2)]
)
def test_CF01_broken_yaml_has_its_line_and_column(tiny, text, row):
    (tiny / PLAN).write_text(text)
    (told,) = planned(tiny)
    assert (told.row, told.column is not None) == (row, True)


@pytest.mark.parametrize("size", ["0", "-1", '"tien"', "3"])
def test_CF03_a_smallest_group_below_the_floor_is_refused(tiny, size):
    swap(tiny / PLAN, "seed: 7", f"seed: 7\nsmallest_group: {size}")
    assert "smallest_group" in planned(tiny)[0].found


def test_CF06_no_file_outside_the_study_is_read(tiny, tmp_path):
    outside = tmp_path / "outside.csv"
    (tiny / FIRST).rename(outside)
    (tiny / FIRST).symlink_to(outside)
    assert letter(tiny).found == "a link out of the study folder"


@pytest.mark.parametrize("name", ["a/b", "..", "CON", "x.", "🙂", "n" * 300, "e\u0301", "<b>"])
def test_CF07_a_label_may_be_anything_for_its_folder_names_the_files(tiny, name):
    label = json.dumps(name, ensure_ascii=name == "🙂")
    swap(tiny / REGION, "{nl: North, en: North}", label)
    assert read_study(tiny).regions["north"].label["nl"] == name


def test_CF07_two_labels_that_look_the_same_are_a_letter(tiny):
    swap(tiny / REGION, "{nl: North, en: North}", '"caf\\u00e9"')
    swap(tiny / "raw/regions/south/region.yaml", "{nl: South, en: South}", '"cafe\\u0301"')
    assert {one.found.split()[0] for one in planned(tiny)} == {"label"}


def test_CF09_waves_keep_the_declared_order_and_dates_that_contradict_it_are_told(tiny):
    for old, new in (("first", "10"), ("second", "2")):
        for path in (tiny / "raw").rglob("*.yaml"):
            text = path.read_text().replace(f"  {old}: {{", f'  "{new}": {{')
            path.write_text(
                text.replace(f"from: {old}", 'from: "10"').replace(f"to: {old}", 'to: "2"')
            )
        for path in (tiny / "raw").rglob(f"{old}.csv"):
            path.rename(path.with_name(f"{new}.csv"))
    assert [*read_study(tiny).plan.waves] == ["10", "2"]
    assert [*read(tiny)[0]["response"]["wave"]] == ["10", "2", "10", "2"]
    swap(tiny / REGION, "2025-01-15", "2023-01-15")
    assert [one.severity for one in planned(tiny)] == ["W"]


def add_region(study: Path, name: str, order: int) -> Path:
    """Lay out one more region with the answers of the south under codes of its own."""
    place = study / "raw/regions" / name
    (place / "survey").mkdir(parents=True)
    (place / "region.yaml").write_text(REGION_YAML.format(label=name, order=order))
    for wave in ("first", "second"):
        rows = table(study, Path(f"raw/regions/south/survey/{wave}.csv"))
        rows["participant"] = rows["participant"].str.replace("SYN-2", f"SYN-{order}")
        rows.to_csv(place / "survey" / f"{wave}.csv", index=False)
    return place / "survey"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Findings, Findings, list[Problem]]:
    """Findings of a study whose regions are odd in one way each, before and after the gate."""
    study = lay_out_tiny_study(tmp_path_factory.mktemp("odd"))
    # Without a planned change no other methods run beside it, which would take the longest.
    swap(study / PLAN, "planned:\n  - {scale: bond, from: first, to: second}\n", "")
    names = ("alike", "silent", "one", "two", "gap")
    places = {name: add_region(study, name, order) for order, name in enumerate(names, start=3)}
    for wave in ("first.csv", "second.csv"):
        alike = pd.read_csv(places["alike"] / wave, dtype=str)
        alike.assign(n1=4, n2=4, n3=2, h1=4, h2=4).to_csv(places["alike"] / wave, index=False)
        silent = pd.read_csv(places["silent"] / wave, dtype=str)
        if wave == "first.csv":
            silent.assign(h1="nvt", h2="").to_csv(places["silent"] / wave, index=False)
        for name, people in (("one", 1), ("two", 2)):
            few = pd.read_csv(places[name] / wave, dtype=str).head(people)
            few.to_csv(places[name] / wave, index=False)
    gap = pd.read_csv(places["gap"] / "second.csv", dtype=str).head(0)
    gap.to_csv(places["gap"] / "second.csv", index=False)
    read, raw, problems = check_everything(study)
    assert read is not None
    tables = process(raw, read)
    findings = Findings(read, compute_findings(tables, read), Stamp({}, "", ""))
    return findings, gate(findings), problems


def test_SC23_SC24_a_wave_without_respondents_has_no_change(odd):
    findings, _, problems = odd
    assert ("W", "no respondents at second") in {(one.severity, one.found) for one in problems}
    change = findings.rows("contrasts", region="gap", kind="change")
    assert change["estimate"].isna().all()
    people = findings.rows("participation", region="gap", wave="second")["people"].item()
    assert people == 0


def test_SC25_SC35_nothing_of_a_single_respondent_is_shared(odd):
    findings, shared, _ = odd
    assert not {"answers", "items", "reliability"} & {*shared.names}
    for name in ("participation", "means", "contrasts"):
        rows = shared.rows(name, region=["one", "two"])
        told = rows.select_dtypes("number").drop(columns="documents", errors="ignore")
        assert len(findings.rows(name, region=["one", "two"]))
        assert told.isna().all(axis=None), name


def test_SC26_answers_without_variance_are_not_computable_and_say_so(odd):
    findings, _, _ = odd
    rows = findings.rows("reliability", region="alike")
    assert rows["alpha"].isna().all()
    assert (rows["note"] != "").all()


def test_SC27_a_scale_that_nobody_answered_leaves_the_others_alone(odd):
    findings, _, _ = odd
    means = findings.rows("means", region="silent", wave="first").set_index("scale")["estimate"]
    assert np.isnan(means.get("honesty", np.nan))
    assert np.isfinite(means["nearness"])


def test_SC30_two_pairs_claim_nothing(odd):
    findings, _, _ = odd
    change = findings.rows("contrasts", region="two", kind="change")
    assert change[["p", "p_adjusted"]].isna().all(axis=None)
    assert not change["verdict"].str.contains("up|down").any()
