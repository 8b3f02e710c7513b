"""The notebooks say what is true, on any study: every sentence is held against its rows."""

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tiny_study import lay_out_tiny_study

from analysis import narrative
from analysis.findings import Findings, open_findings, prepare
from analysis.plan.evidence import Passage
from analysis.tell.disclosure import gate
from analysis.tell.figures import Figure

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
BARE = """
label: One scale
waves: {once: {label: once}}
scales: {mood: {label: mood, items: [m1], range: [0, 10], answers: decimal}}
"""


@pytest.fixture
def full(tiny_findings: Findings) -> Path:
    """A tiny study with everything in it, prepared."""
    return tiny_findings.study.folder


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny study without a single interview."""
    folder = lay_out_tiny_study(tmp_path_factory.mktemp("silent"))
    for place in folder.glob("raw/regions/*/interviews"):
        shutil.rmtree(place)
    shutil.rmtree(folder / "raw" / "decisions")
    return prepared(folder)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of one scale of one item, one wave and one region: no levels, claims or talk."""
    folder = tmp_path_factory.mktemp("bare")
    place = folder / "raw" / "regions" / "lone"
    (place / "survey").mkdir(parents=True)
    (folder / "raw" / "study.yaml").write_text(BARE, encoding="utf-8")
    (place / "region.yaml").write_text("label: Lone\norder: 1\n", encoding="utf-8")
    people = [f"p{n},,s{n % 3},yes,{n % 7}.5" for n in range(20)]
    text = "\n".join(["participant,role,site,submitted,m1", *people])
    (place / "survey" / "once.csv").write_text(f"{text}\n", encoding="utf-8")
    return prepared(folder)


def prepared(folder: Path) -> Path:
    """Compute the findings of a study once and return its folder."""
    prepare(folder)
    return folder


def run(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run a notebook's cells from the top; return their values by tag or place, and its names."""
    monkeypatch.setenv("ANALYSIS_DATA", str(folder))
    path = NOTEBOOKS[NAMES.index(name)]
    values: dict[str, Any] = {}

    def display(*shown: Any) -> None:
        """Keep what a cell shows before its last line."""
        for one in shown:
            values[f"shown {len(values)}"] = one

    names: dict[str, Any] = {"display": display}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for place, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            tags = cell["metadata"].get("tags", [str(place)])
            values[tags[0]] = value_of("".join(cell["source"]), names)
    return {"values": values, "names": names}


def value_of(source: str, names: dict[str, Any]) -> Any:
    """Run one cell and return the value of its last line, as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def told_from(name: str, names: dict[str, Any]) -> Findings:
    """The findings a notebook tells from: gated ones for the brief."""
    return names["shared"] if name == "region-brief" else names["findings"]


@pytest.mark.parametrize("study", ["full", "silent", "bare"])
@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_of_a_notebook_is_true(name, study, request, monkeypatch):
    shown = run(name, request.getfixturevalue(study), monkeypatch)
    passages = [value for value in shown["values"].values() if isinstance(value, Passage)]
    sentences = [sentence for passage in passages for sentence in passage]
    assert sentences
    narrative.verify(sentences, told_from(name, shown["names"]))


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_answers_its_question_in_a_passage(name, full, monkeypatch):
    assert isinstance(run(name, full, monkeypatch)["values"]["answer"], Passage)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_words_and_most_notebooks_have_a_figure(name, full, monkeypatch):
    values = run(name, full, monkeypatch)["values"].values()
    drawn = [value for value in values if isinstance(value, Figure)]
    assert drawn and all(figure.alt for figure in drawn)


def test_the_brief_tells_the_region_it_was_asked_for(full, monkeypatch):
    values = run("region-brief", full, monkeypatch)["values"]
    brief = [value for value in values.values() if isinstance(value, narrative.Brief)][-1]
    assert brief.region == "north" and {*brief.told} == {"nl", "en"}


def test_a_region_without_interviews_says_so_in_both_languages(full):
    shared = gate(open_findings(full))
    for language, words in (("nl", "geen gesprekken"), ("en", "no conversations")):
        told = json.dumps(narrative.brief(shared, "south").told[language], ensure_ascii=False)
        assert words in told.lower()
