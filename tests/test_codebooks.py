"""Promises about codebooks, crosswalk and published claims at the door."""

from pathlib import Path
from uuid import UUID

import pytest

from analysis.plan.files.csvfile import read_csv
from analysis.plan.problems import Problem, near
from analysis.plan.study import check_study

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
    assert (len(study.codes), len(study.crosswalk), len(study.frameworks)) == (345, 260, 18)
    assert (len(study.claims), len(study.contexts), len(study.expectations)) == (140, 90, 20)


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
        (RULE.replace("presence", "follows"), "presence, co_occurrence, gain_in_some"),
        ("E1: {claims: {rule: presence}}\n", "presence with 0 of `codes`"),
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
    assert near("trsut", ["trust", "role"]).text() == "perhaps trust"
    assert near("zzz", ["trust", "role"]).text() == "trust, role"


def qdc(*codes: str) -> str:
    """Write a codebook as a coding tool does."""
    head = '<?xml version="1.0" encoding="utf-8"?><CodeBook origin="a tool"'
    return f'{head} xmlns="urn:QDA-XML:codebook:1.0"><Codes>{"".join(codes)}</Codes></CodeBook>'


def code(number: int, name: str, inside: str = "", told: str = "What it means.") -> str:
    told = f"<Description>{told}</Description>" if told else ""
    head = f'<Code guid="{UUID(int=number)}" name="{name}" isCodable="true">'
    return f"{head}{told}{inside}</Code>"


def test_a_codebook_of_a_coding_tool_is_read_like_a_table(tiny):
    tree = code(1, "Vertrouwen &amp; Rust", code(2, "Één ding", code(3, "goed")), told="Rust.")
    write(tiny, "codebooks/lens.qdc", qdc(tree, code(4, "Team", code(5, "Goed"))))
    study, problems = check_study(tiny)
    assert problems == []
    lens = study.codes.query("framework == 'lens'").set_index("id")
    assert lens["path"].to_dict() == {
        "vertrouwen_rust": "vertrouwen_rust",
        "een_ding": "vertrouwen_rust/een_ding",
        "een_ding_goed": "vertrouwen_rust/een_ding/een_ding_goed",
        "team": "team",
        "team_goed": "team/team_goed",
    }
    first = lens.loc["vertrouwen_rust"]
    told = [first["label_nl"], first["label_en"], first["definition_en"], first["source"]]
    assert told == ["Vertrouwen & Rust", "Vertrouwen & Rust", "Rust.", "lens.qdc"]
    assert {"trust", "turnover"} < set(study.codes["id"])


def test_the_crosswalk_can_place_codes_of_a_coding_tool(tiny):
    write(tiny, "codebooks/lens.qdc", qdc(code(1, "Rust")))
    path = tiny / "raw/codebooks/crosswalk.csv"
    row = "lens,rust,,bond,primary,our_reading,calm ties,lens.qdc\n"
    write(tiny, "codebooks/crosswalk.csv", path.read_text(encoding="utf-8") + row)
    study, problems = check_study(tiny)
    assert problems == []
    assert "rust" in set(study.crosswalk["code"])


def test_codes_that_a_coding_tool_does_not_describe_are_counted_and_read(tiny):
    write(tiny, "codebooks/lens.qdc", qdc(code(1, "a", told=""), code(2, "b", told="")))
    (problem,) = problems_of(tiny)
    assert (problem.severity, problem.found) == ("W", "2 codes without a description")


def test_what_a_codebook_holds_beside_codes_is_counted(tiny):
    sets = f'<Sets><Set guid="{UUID(int=8)}" name="s"/></Sets></CodeBook>'
    write(tiny, "codebooks/lens.qdc", qdc(code(1, "a")).replace("</CodeBook>", sets))
    (problem,) = problems_of(tiny)
    assert (problem.severity, problem.found) == ("W", "1 sets, passed over")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "breaks off or is damaged"),
        ("PK\x03\x04", "breaks off or is damaged"),
        (qdc(code(1, "a"))[:-20], "breaks off or is damaged"),
        ("<Project/>", "XML whose root is Project"),
        ('<!DOCTYPE CodeBook [<!ENTITY a "a">]><CodeBook/>', "document type"),
        (qdc(), "a codebook without codes"),
        (qdc(code(1, "a"), code(1, "b")), "share a GUID"),
        (qdc(code(1, "a").replace(str(UUID(int=1)), "")), "share a GUID, or have none"),
        (qdc(code(1, "trust")), "which stands in raw/codebooks/ideas.csv"),
        (qdc(code(1, "a"), code(2, "A")), "which stands in raw/codebooks/lens.qdc"),
        (qdc(code(1, "!?")), "lowercase letters, digits and _"),
    ],
)
def test_a_codebook_of_a_coding_tool_that_is_damaged_is_a_letter(tiny, content, says):
    write(tiny, "codebooks/lens.qdc", content)
    letters = [problem.letter() for problem in problems_of(tiny) if problem.severity == "E"]
    assert any("lens.qdc" in letter and says in letter for letter in letters), letters


def test_a_folder_named_as_a_codebook_is_a_letter(tiny):
    (tiny / "raw/codebooks/lens.qdc").mkdir()
    assert "a folder" in problems_of(tiny)[0].letter()


def test_one_framework_in_two_files_is_a_letter(tiny):
    write(tiny, "codebooks/ideas.qdc", qdc(code(1, "other")))
    assert "one codebook per framework" in {problem.allowed for problem in problems_of(tiny)}
