"""Promises about going out and coming back: REFI-QDA that validates and loses nothing unsaid."""

import io
import zipfile
from pathlib import Path

import pytest
import xmlschema
from click.testing import CliRunner
from coding_projects import guid, project, qdpx, selection, source, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.__main__ import main
from analysis.collect.interviews.coded import Coded, Marks, Source, Spans
from analysis.collect.interviews.convert import convert, files
from analysis.collect.interviews.recognise import read_coded
from analysis.collect.interviews.refi import write_project
from analysis.collect.interviews.tables import Project, settle
from analysis.collect.interviews.units import POINTS
from analysis.plan.files.refi.codetree import Code

letters = st.sampled_from("abc é👋\r\n.,&<\"'\t\u2028\u00a0ß\x01")
said = st.text(letters, min_size=1, max_size=30).filter(lambda text: "\ufeff" not in text)
names = st.text(st.sampled_from("ab/ é<&\"'>👋"), min_size=1, max_size=8)


@st.composite
def projects(draw) -> Coded:
    """Draw a project of ours: texts, codes in a tree, two coders, stances, speakers, rounds."""
    texts = draw(st.lists(said, min_size=1, max_size=3))
    sources = [Source(guid(10 + n), f"doc {n}", text) for n, text in enumerate(texts)]
    codes: list[Code] = []
    for n, name in enumerate(draw(st.lists(names, min_size=1, max_size=4))):
        parent = draw(st.sampled_from(["", *(code.guid for code in codes)]))
        codes.append(Code(guid(100 + n), name, parent, "seen", "#ff0000", n % 2 == 0))
    spans, marks = Spans(), Marks()
    for n in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(texts) - 1))
        start = draw(st.integers(0, len(texts[place]) - 1))
        end = draw(st.integers(start + 1, len(texts[place])))
        span = spans.add(guid(1000 + n), place, start, end, texts[place][start:end])
        spans.speaker[span] = draw(st.sampled_from(["", "P1", "P2 é"]))
        for coder in draw(st.sets(st.sampled_from(["ann", "bob <b>"]))):
            code = draw(st.sampled_from(codes)).guid
            mark = marks.add(guid(2000 + 10 * n + len(coder)), span, code, coder)
            marks.stance[mark] = draw(st.sampled_from(["", "helps", "hinders"]))
            marks.round[mark] = draw(st.sampled_from(["", "2"]))
    return Coded("ours", sources, codes, spans, marks, unit=POINTS)


def again(found: Project, folder: Path) -> Project:
    """Write a project as REFI-QDA and read it back."""
    path = folder / "again.qdpx"
    path.write_bytes(write_project(found, "title", "ours"))
    return settle(read_coded(path, path.name), path.name)


@settings(max_examples=60)
@given(coded=projects())
def test_ours_to_refi_qda_and_back_is_the_same(tmp_path_factory, coded):
    ours = settle(coded, "ours")
    back = again(ours, tmp_path_factory.mktemp("trip"))
    assert back.texts == ours.texts
    for table in ("segments", "codings", "codes"):
        one, other = getattr(ours, table), getattr(back, table)
        assert other.to_dict("records") == one.to_dict("records")


@pytest.fixture(scope="module")
def schemas(shared) -> dict[str, xmlschema.XMLSchema]:
    folder = shared / "samples" / "qda" / "spec"
    if not folder.exists():
        pytest.skip("needs the schemas of REFI-QDA in ../shared, which are not here")
    found = {"project": "Project-mrt2019.xsd", "codebook": "Codebook-mrt2019.xsd"}
    return {kind: xmlschema.XMLSchema(str(folder / name)) for kind, name in found.items()}


@settings(max_examples=15)
@given(coded=projects())
def test_what_is_written_validates_against_the_schemas(schemas, coded):
    made = files(settle(coded, "ours"), "a <title> & more")
    with zipfile.ZipFile(io.BytesIO(made["project.qdpx"])) as archive:
        schemas["project"].validate(archive.read("project.qde").decode())
        named = {name for name in archive.namelist() if name.startswith("sources/")}
    assert len(named) == len(coded.sources)
    schemas["codebook"].validate(made["codebook.qdc"].decode())


def test_facts_of_a_conversation_and_empty_projects_validate_too(schemas):
    known = Source(guid(1), "d1", "wij", facts={"wave": "first", "people": "6"})
    for coded in (Coded("ours"), Coded("ours", [known])):
        content = write_project(settle(coded, "ours"), "t", "ours")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            schemas["project"].validate(archive.read("project.qde").decode())


def test_a_memo_decides_by_its_variables_and_never_by_its_name(tmp_path):
    value = f'<VariableValue><VariableRef targetGUID="{guid(60)}"/><TextValue>Hindert</TextValue>'
    memos = (
        f'<Note guid="{guid(50)}" name="stance: helps"/><Note guid="{guid(51)}" name="round: 2"/>'
        f'<Note guid="{guid(52)}" name="a thought">{value}</VariableValue></Note>'
    )
    variable = f'<Variable guid="{guid(60)}" name="Houding" typeOfVariable="Text"/>'
    cuts = [selection(1, 0, 3), selection(2, 4, 7), selection(3, 8, 11)]
    given_by = [
        cut.replace("</Coding>", f'<NoteRef targetGUID="{guid(50 + n)}"/></Coding>')
        for n, cut in enumerate(cuts)
    ]
    xml = project(source(7, "".join(given_by)), f"<Notes>{memos}</Notes>")
    xml = xml.replace("<Sources>", f"<Variables>{variable}</Variables><Sources>")
    (tmp_path / "p.qdpx").write_bytes(
        zipped({"p.qde": xml, f"sources/{guid(7)}.txt": "wij zij hij"})
    )
    found = read_coded(tmp_path / "p.qdpx", "p")
    codings = settle(found, "p").codings
    assert codings[["stance", "round"]].to_numpy().tolist() == [["", ""], ["", ""], ["hinders", ""]]
    assert (found.lost["memos"], found.lost["links to memos"]) == (2, 2)


def test_a_case_speaks_by_its_variable_and_never_by_its_description(tmp_path):
    chosen = f'<SelectionRef targetGUID="{guid(1001)}"/>'
    case = f'<Case guid="{guid(70)}" name="P1"><Description>speaker</Description>{chosen}</Case>'
    xml = project(source(7, selection(1, 0, 3)))
    xml = xml.replace("<Sources>", f"<Cases>{case}</Cases><Sources>")
    (tmp_path / "p.qdpx").write_bytes(zipped({"p.qde": xml, f"sources/{guid(7)}.txt": "wij"}))
    found = read_coded(tmp_path / "p.qdpx", "p")
    assert settle(found, "p").segments["speaker"].tolist() == [""]
    assert (found.lost["cases"], found.lost["descriptions"]) == (1, 1)


def test_the_same_project_gives_the_same_bytes(tmp_path):
    found = settle(read_coded(qdpx(tmp_path / "p.qdpx", "wij zij", selection(1, 0, 3)), "p"), "p")
    assert write_project(found, "t", "o") == write_project(found, "t", "o")


def test_a_foreign_project_keeps_every_selection_and_lists_each_loss(tmp_path):
    cuts = [selection(1, 0, 3), selection(2, 4, 7, code=None), selection(3, 0, 3)]
    after = f'<Sets><Set guid="{guid(32)}" name="s"/></Sets>'
    xml = project(source(7, "".join(cuts)), after)
    entries = {"p.qde": xml, f"sources/{guid(7)}.txt": "wíj zij 👋."}
    (tmp_path / "p.qdpx").write_bytes(zipped(entries))
    lines = convert(tmp_path / "p.qdpx", tmp_path / "out")
    assert any("1  sets" in line for line in lines[lines.index("Lost:") :])
    again = settle(read_coded(tmp_path / "out" / "project.qdpx", "p"), "p")
    kept = again.segments[["guid", "start", "end"]].to_numpy().tolist()
    assert kept == [[guid(1001), 0, 3], [guid(1002), 4, 7], [guid(1003), 0, 3]]


def test_real_projects_come_back_the_same(shared, tmp_path):
    sample = shared / "samples" / "qda" / "qc_cproctor_demo.qdpx"
    if not sample.exists():
        pytest.skip("needs the real projects in ../shared/samples/qda, which are not here")
    found = settle(read_coded(sample, sample.name), sample.name)
    back = again(found, tmp_path)
    for table in ("segments", "codings", "codes"):
        assert getattr(back, table).equals(getattr(found, table))


def test_a_codebook_comes_back_with_its_tree(tmp_path):
    codes = [Code(guid(1), "a", "", "", "#ABC"), Code(guid(2), "b\n<", guid(1), "é 👋")]
    made = files(settle(Coded("ours", codes=codes), "ours"), "t")
    (tmp_path / "c.qdc").write_bytes(made["codebook.qdc"])
    back = settle(read_coded(tmp_path / "c.qdc", "c"), "c")
    assert back.codes[["guid", "name", "path", "color"]].to_numpy().tolist() == [
        [guid(1), "a", "a", "#ABC"],
        [guid(2), "b\n<", "a/b\n<", ""],
    ]


def test_tidy_tables_can_be_read_again_and_never_start_a_formula(tmp_path):
    text = "=SOM(A1) zei wij. -ja- 👋"
    cuts = [selection(1, 0, 8), selection(2, 18, 22)]
    convert(qdpx(tmp_path / "p.qdpx", text, *cuts), tmp_path / "one")
    table = (tmp_path / "one" / "codings.csv").read_text(encoding="utf-8")
    assert ",=" not in table and ",-" not in table
    convert(tmp_path / "one" / "codings.csv", tmp_path / "two")
    back = settle(read_coded(tmp_path / "two" / "project.qdpx", "p"), "p")
    assert back.codings["text"].tolist() == ["=SOM(A1)", "-ja-"]


def test_the_door_reads_any_project_once_and_says_what_became_of_it(tmp_path):
    path = qdpx(tmp_path / "p.qdpx", "wij zij", selection(1, 0, 3), selection(2, 0, 99))
    command = ["read", str(path), "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(main, command)
    assert told.exit_code == 0
    for word in ("Kept:", "Proven:", "Quarantined:", "1  selection: offsets that are not in"):
        assert word in told.output
    again = CliRunner().invoke(main, command)
    assert again.exit_code == 1
    assert "holds files already" in again.output


@pytest.mark.parametrize("content", [b"", b"no such layout", b"\x00\x01\x02\x03"])
def test_the_door_refuses_what_no_reader_knows_and_writes_nothing(tmp_path, content):
    (tmp_path / "file.bin").write_bytes(content)
    told = CliRunner().invoke(
        main, ["read", str(tmp_path / "file.bin"), "--out", str(tmp_path / "o")]
    )
    assert told.exit_code == 1
    assert not (tmp_path / "o").exists()
