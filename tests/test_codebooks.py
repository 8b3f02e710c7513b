"""Promises about codebooks, crosswalk and published claims at the door."""

from pathlib import Path

import pytest

from analysis.problems import Problem
from analysis.study import check_study
from analysis.study.csvfile import near, read_csv

PROJECT = Path(__file__).resolve().parents[1]
CLAIMS = (
    "claim_id,region,region_basis,claim_kind,subject_code,outcome_code,secondary_codes,pillar,level,"
    "phase,claimed_condition_codes,attribution,direction,valence,strength,evidence_type,restates,"
    "paraphrase_en,paraphrase_nl,source,source_lines"
)
CLAIM = (
    "c1,north,named,outcome,trust,,,,bond,bond,,none,increase,positive,named_regions,"
    "author_statement,,Trust grew.,Vertrouwen groeide.,000 §1,1"
)
EXPECTATIONS = "exp_id,label_nl,label_en,statement_en,data_kind,status\n"


def problems_of(folder: Path) -> list[Problem]:
    return check_study(folder)[1]


def write(folder: Path, file: str, text: str) -> None:
    path = folder / "raw" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / "raw" / file).read_text(encoding="utf-8")
    assert old in text
    write(folder, file, text.replace(old, new, 1))


def claim(folder: Path, old: str = "c1", new: str = "c1") -> None:
    assert old in CLAIM
    write(folder, "published/claims.csv", f"{CLAIMS}\n{CLAIM.replace(old, new, 1)}\n")


def test_the_shipped_evidence_passes_the_door():
    study, problems = check_study(PROJECT / "data")
    assert problems == []
    assert (len(study.codes), len(study.crosswalk), len(study.frameworks)) == (340, 258, 18)
    assert (len(study.claims), len(study.contexts), len(study.expectations)) == (129, 94, 20)


def test_every_shipped_expectation_has_a_rule():
    study, _ = check_study(PROJECT / "data")
    assert [*study.rules] == [*study.expectations["exp_id"]]


def test_a_study_without_codebooks_or_publications_is_fine(tiny):
    for path in (tiny / "raw" / "codebooks").glob("*"):
        path.unlink()
    study, problems = check_study(tiny)
    assert problems == []
    assert study.codes.empty
    assert study.claims.empty
    assert study.rules == {}


def test_a_path_runs_from_the_root_to_the_code(tiny):
    change(tiny, "codebooks/ideas.csv", "turnover,ideas,,", "turnover,ideas,trust,")
    study, problems = check_study(tiny)
    assert problems == []
    assert study.codes.set_index("id")["path"].to_dict() == {
        "trust": "trust",
        "turnover": "trust/turnover",
    }


@pytest.mark.parametrize(
    ("old", "new", "column", "says"),
    [
        ("turnover,ideas,,", "turnover,ideas,trsut,", "parent", "perhaps trust"),
        ("turnover,ideas,,", "turnover,ideas,turnover,", "parent", "circle"),
        ("turnover,ideas", "trust,ideas", "id", "row 2"),
        ("turnover,ideas", "Turn over,ideas", "id", "lowercase"),
        ("turnover,ideas", "turnover,thoughts", "framework", "ideas"),
        (",hinders", ",harmful", "valence", "helps, hinders, neutral"),
        (",turnover,People", ",,People", "label_en", "empty"),
        ("000 §1,hinders", ",hinders", "source", "empty"),
    ],
)
def test_a_slip_in_a_codebook_is_a_letter_with_row_and_column(tiny, old, new, column, says):
    change(tiny, "codebooks/ideas.csv", old, new)
    found = [p for p in problems_of(tiny) if p.file == "raw/codebooks/ideas.csv"]
    assert [(p.row, p.column) for p in found] == [(3, column)]
    assert says in found[0].letter()


@pytest.mark.parametrize(
    ("old", "new", "column", "says"),
    [
        ("ideas,turnover,", "ideas,turnovr,", "code", "perhaps turnover"),
        (",,bond,primary,our_reading", ",,bnod,primary,our_reading", "level", "bond"),
        ("primary,our_reading", "first,our_reading", "strength", "primary, secondary"),
        ("primary,our_reading", "primary,a_guess", "basis", "stated, name_match, our_reading"),
        ("ideas,turnover,,bond", "ideas,trust,,bond", "code", "each cell once"),
    ],
)
def test_a_slip_in_the_crosswalk_is_a_letter(tiny, old, new, column, says):
    change(tiny, "codebooks/crosswalk.csv", old, new)
    found = [p for p in problems_of(tiny) if p.file == "raw/codebooks/crosswalk.csv"]
    assert (3, column) in [(p.row, p.column) for p in found]
    assert any(says in p.letter() for p in found)


def test_a_code_has_one_primary_cell(tiny):
    row = "ideas,trust,,,primary,stated,again,000 §1\n"
    path = "codebooks/crosswalk.csv"
    write(tiny, path, (tiny / "raw" / path).read_text(encoding="utf-8") + row)
    assert "second primary cell of trust" in problems_of(tiny)[0].found


def test_the_index_of_frameworks_counts_what_is_there(tiny):
    header = "framework,file,n_codes,n_crosswalk_rows,label_nl,label_en\n"
    write(tiny, "codebooks/frameworks.csv", header + "ideas,ideas.csv,3,2,ideeën,ideas\n")
    (problem,) = problems_of(tiny)
    assert (problem.column, problem.found, problem.row) == ("n_codes", "3", 2)


def test_a_good_claim_passes(tiny):
    claim(tiny)
    assert problems_of(tiny) == []


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        (",trust,,", ",thrust,,", "subject_code"),
        ("named,outcome,trust,,", "named,outcome,trust,thrust,", "outcome_code"),
        (",increase,", ",upward,", "direction"),
        (",positive,", ",good,", "valence"),
        ("named_regions,", "everywhere,", "strength"),
        (",bond,bond,", ",bond,later,", "phase"),
        (",bond,bond,", ",bnd,bond,", "level"),
        (",none,increase", ",causal_wording,increase", "attribution"),
        ("author_statement,,", "author_statement,c9,", "restates"),
        ("author_statement,,", "author_statement,c1,", "restates"),
        ("author_statement", "hearsay", "evidence_type"),
        ("000 §1,1", ",1", "source"),
        ("Trust grew.", "", "paraphrase_en"),
        ("c1,north", "c1,nroth", "region"),
    ],
)
def test_a_slip_in_a_claim_is_a_letter(tiny, old, new, column):
    claim(tiny, old, new)
    (problem,) = problems_of(tiny)
    assert (problem.file, problem.row) == ("raw/published/claims.csv", 2)
    assert (problem.column, problem.severity) == (column, "E")


def test_a_claim_about_a_region_without_a_folder_only_warns(tiny):
    claim(tiny, "c1,north", "c1,elsewhere")
    assert [problem.severity for problem in problems_of(tiny)] == ["W"]


def test_a_positive_claim_moves_the_way_its_outcome_improves(tiny):
    change(tiny, "codebooks/ideas.csv", "source,valence", "source,valence,improvement_direction")
    change(tiny, "codebooks/ideas.csv", "§1,helps", "§1,helps,increase")
    change(tiny, "codebooks/ideas.csv", "§1,hinders", "§1,hinders,decrease")
    claim(tiny, "outcome,trust,", "outcome,turnover,turnover")
    assert [problem.column for problem in problems_of(tiny)] == ["direction"]


def test_a_source_pointer_names_a_known_source(tiny):
    claim(tiny)
    write(tiny, "published/sources.csv", "id,title\n001,A deck\n")
    assert [(p.column, p.found) for p in problems_of(tiny)] == [("source", "000")]


def test_every_problem_of_a_run_comes_at_once(tiny):
    change(tiny, "codebooks/ideas.csv", ",hinders", ",harmful")
    change(tiny, "codebooks/crosswalk.csv", "primary,stated", "primary,guess")
    claim(tiny, "positive", "good")
    assert len(problems_of(tiny)) == 3


RULE = "E1: {claims: {rule: presence, codes: {ties: [trust]}}}\n"


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (RULE.replace("presence", "prsence"), "presence"),
        (RULE.replace("[trust]", "[trsut]"), "perhaps trust"),
        (RULE.replace("presence", "follows"), "on claims the rules are"),
        ("E1: {claims: {rule: presence}}\n", "needs at least 1 of `codes`"),
        (RULE.replace("rule:", "query: 'level == 1', rule:"), "query"),
        (RULE.replace("E1", "E7"), "an id of expectations.csv"),
        (RULE.replace("codes", "levels: [bnod], codes"), "bond"),
    ],
)
def test_a_rule_is_a_known_name_with_known_nouns(tiny, rule, says):
    write(tiny, "published/expectations.csv", EXPECTATIONS + "E1,a,a,A holds.,mixed,stated\n")
    write(tiny, "published/rules.yaml", rule)
    letters = [p.letter() for p in problems_of(tiny) if p.severity == "E"]
    assert len(letters) == 1
    assert says in letters[0]
    assert "row 1" in letters[0]


def test_an_expectation_that_names_an_unknown_code_is_a_letter(tiny):
    change(tiny, "codebooks/ideas.csv", "trust,ideas", "con_trust,ideas")
    change(tiny, "codebooks/crosswalk.csv", "ideas,trust", "ideas,con_trust")
    row = "E1,a,a,It goes with con_truth.,mixed,stated\n"
    write(tiny, "published/expectations.csv", EXPECTATIONS + row)
    found = [p for p in problems_of(tiny) if p.file == "raw/published/expectations.csv"]
    assert [(p.row, p.column, p.found) for p in found] == [(2, "statement_en", "con_truth")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "an empty file"),
        (b"a,b\n1\n", "1 fields"),
        (b"a,b\n1,2\n\n3,4,5\n", "3 fields"),
        (b'a,b\n"1,2\n', "quoted text that ends"),
        (b"a,a\n1,2\n", "twice"),
        (b"b\n1\n", "no such column"),
        (b"a,b\n\xe9,2\n", "byte 4 is not UTF-8"),
    ],
)
def test_a_table_that_cannot_be_read_is_a_letter(tmp_path, content, says):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    found = read_csv(path, "table.csv", ["a"])
    assert found.rows.empty
    assert any(says in problem.letter() for problem in found.problems)


def test_rows_keep_their_number_and_their_text(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes('\ufeffa;b\r\nNA;1,5\r\n\r\n" x\ny ";null\r\n'.encode())
    rows = read_csv(path, "table.csv", ["a", "b"]).rows
    assert [*rows.index] == [2, 4]
    assert rows.to_numpy().tolist() == [["NA", "1,5"], ["x\ny", "null"]]


def test_near_names_are_offered():
    assert near("trsut", ["trust", "role"]) == "perhaps trust"
    assert near("zzz", ["trust", "role"]) == "trust, role"
