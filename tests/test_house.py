"""The house tests itself: floors, names that belong in data, the shape of notebooks, measures."""

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from house import (
    HOUSE,
    LINE,
    MODULES,
    PICTURE,
    PLACE,
    PROJECT,
    SOURCE,
    imported,
    picture,
    room_of,
    rooms_imported,
)

import analysis

MEASURED = [*MODULES, *sorted((PROJECT / "bench").glob("*.py"))]
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40


def name_of(module: Path) -> str:
    """The path of a module as a readable test name."""
    return module.relative_to(PROJECT).as_posix()


def test_the_wings_stand_in_one_line():
    assert LINE == ("plan", "collect", "measure", "learn", "findings", "tell", "share")
    folders = {path.relative_to(SOURCE).parts[0] for path in MODULES if path.parent != SOURCE}
    assert folders == {*LINE, *analysis.BESIDE}
    found = {path.name for wing in HOUSE for path in (SOURCE / wing).iterdir()}
    rooms = {room for wing, rooms in HOUSE.items() for room in rooms if room}
    assert rooms <= {name.removesuffix(".py") for name in found}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_room_imports_only_from_wings_before_it_and_rooms_named_before_it(module):
    wing, room = room_of(module)
    others = rooms_imported(module)
    if wing == "__main__":
        return
    if wing == "__init__" or room == "__init__":
        assert not others
        return
    assert (wing, room) in PLACE, f"{room} is no room of {wing}"
    assert not [other for other in others if PLACE[other] >= PLACE[wing, room]]
    # What stands beside the line uses nothing that tells or shares, and only the door uses it.
    told = {"tell", "share"} if wing in analysis.BESIDE else {*analysis.BESIDE}
    assert not [other for other in others if other[0] in told]


def test_the_picture_of_the_house_is_drawn_from_its_imports():
    assert PICTURE.read_text(encoding="utf-8") == picture(), "run: python tests/house.py"


@pytest.mark.parametrize("room", sorted({room_of(m) for m in MODULES}), ids="/".join)
def test_the_files_of_a_room_do_not_import_in_circles(room):
    files = {dotted(module): module for module in MODULES if room_of(module) == room}
    needs = {name: {*imported(module)} & files.keys() - {name} for name, module in files.items()}
    package = ".".join(["analysis", *filter(None, room)])
    # A file may say `from analysis.wing.room import other`, which passes through its own door.
    for name in needs.keys() - {package}:
        needs[name] -= {package}
    while needs:
        free = {name for name, wanted in needs.items() if not wanted & needs.keys()}
        assert free, f"a circle among {sorted(needs)}"
        needs = {name: wanted for name, wanted in needs.items() if name not in free}


def dotted(module: Path) -> str:
    """The name by which a module is imported."""
    parts = module.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def ids_of_the_pilot() -> set[str]:
    """Every region, wave, level, scale, composite and pillar id: words that belong in data."""
    plan = yaml.safe_load((PROJECT / "data/raw/study.yaml").read_text(encoding="utf-8"))
    named = {str(name) for kind in KINDS for name in plan.get(kind, {})}
    return named | {folder.name for folder in (PROJECT / "data/raw/regions").iterdir()}


KINDS = ("waves", "pillars", "levels", "scales", "composites")


def literals(source: str) -> set[str]:
    """Every whole string literal of some Python."""
    tree = ast.parse(source)
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {node.value.lower() for node in texts if isinstance(node.value, str)}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_id_of_the_pilot_stands_in_the_library(module):
    assert not literals(module.read_text(encoding="utf-8")) & ids_of_the_pilot()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name_of)
def test_no_id_of_the_pilot_stands_in_a_notebook(notebook):
    assert not {text for c in code_cells(notebook) for text in literals(c)} & ids_of_the_pilot()


def test_no_id_of_the_pilot_stands_in_the_makefile():
    words = set(re.findall(r"[a-z0-9_]+", (PROJECT / "Makefile").read_text().lower()))
    assert not words & ids_of_the_pilot()


def cells(notebook: Path, kind: str) -> list[dict]:
    """The cells of one kind, in order."""
    read = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in read if cell["cell_type"] == kind]


def code_cells(notebook: Path) -> list[str]:
    """The source of every code cell, line magics apart."""
    sources = ["".join(cell["source"]) for cell in cells(notebook, "code")]
    return ["\n".join(s for s in t.splitlines() if not s.startswith("%")) for t in sources]


def test_there_are_seven_questions_a_brief_and_a_theme_sheet():
    names = [notebook.stem for notebook in NOTEBOOKS]
    assert [name[:2] for name in names[:-2]] == [f"0{number}" for number in range(1, 8)]
    assert names[-2:] == ["region-brief", "theme-sheet"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name_of)
def test_a_notebook_opens_with_its_question_then_its_imports(notebook):
    first, second, *rest = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    title = "".join(first["source"]).splitlines()[0]
    assert first["cell_type"] == "markdown"
    assert title.startswith("# ") and title.endswith("?")
    assert second["cell_type"] == "code"
    assert re.search(r"^(from|import) ", "".join(second["source"]), re.MULTILINE)
    later = [ast.parse(t) for t in code_cells(notebook)[1:]]
    found = [n for t in later for n in ast.walk(t) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert rest and not found


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name_of)
def test_a_notebook_is_short(notebook):
    code = code_cells(notebook)
    # Ten cells that answer, and one to try.
    assert len(code) <= 11
    assert all(len(source.splitlines()) <= 10 for source in code)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name_of)
def test_no_paragraph_of_a_notebook_is_long(notebook):
    texts = ["".join(cell["source"]) for cell in cells(notebook, "markdown")]
    lengths = [len(part.split()) for text in texts for part in text.split("\n\n")]
    assert max(lengths) <= 90


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name_of)
def test_a_notebook_has_one_small_cell_to_try(notebook):
    read = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    heads = ["".join(cell["source"]).splitlines()[0] for cell in read]
    assert heads.count("## Try") == 1
    tried = read[heads.index("## Try") + 1]
    assert tried["cell_type"] == "code" and len(tried["source"]) <= 3


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name_of)
def test_a_notebook_hands_no_study_to_what_it_calls(notebook):
    calls = [n for c in code_cells(notebook) for n in ast.walk(ast.parse(c))]
    given = [
        value
        for call in calls
        if isinstance(call, ast.Call)
        for value in [*call.args, *(keyword.value for keyword in call.keywords)]
    ]
    assert not [value for value in given if isinstance(value, ast.Name) and value.id == "study"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name_of)
def test_a_notebook_holds_no_function_class_or_path(notebook):
    trees = [ast.parse(source) for source in code_cells(notebook)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Lambda)]
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert not [t for t in texts if "/" in t or "\\" in t or t.endswith((".csv", ".yaml"))]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name_of)
def test_a_notebook_is_committed_without_outputs(notebook):
    assert all(
        not cell["outputs"] and cell["execution_count"] is None for cell in cells(notebook, "code")
    )


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name_of)
def test_a_notebook_has_one_answer_for_the_index(notebook):
    tags = [cell["metadata"].get("tags", []) for cell in cells(notebook, "code")]
    assert sum("answer" in cell for cell in tags) == 1


@pytest.mark.parametrize("module", MEASURED, ids=name_of)
def test_a_module_fits_in_one_reading(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) < LONGEST_MODULE


def functions(module: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, inner ones included."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its docstring."""
    said = ast.get_docstring(function, clean=False)
    return (
        (function.end_lineno or 0) - function.lineno + 1 - (len(said.splitlines()) if said else 0)
    )


@pytest.mark.parametrize("module", MEASURED, ids=name_of)
def test_no_function_is_long_and_every_public_one_is_documented(module):
    assert not [f.name for f in functions(module) if code_lines(f) > LONGEST_FUNCTION]
    tree = ast.parse(module.read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    public = [n for n in tree.body if isinstance(n, kinds) and not n.name.startswith("_")]
    assert ast.get_docstring(tree)
    assert not [node.name for node in public if not ast.get_docstring(node)]


def test_a_private_name_stands_in_few_files_and_a_class_in_one():
    homes: dict[str, set[str]] = {}
    for module in MODULES:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                homes.setdefault(node.name, set()).add(name_of(module))
    private = {name for name in homes if name.startswith("_") and not name.startswith("__")}
    assert not [name for name in private if len(homes[name]) > 5]
    assert not [name for name in homes if name[:1].isupper() and len(homes[name]) > 1]
    assert not [name for name in homes if name.startswith("test_")]


def test_half_of_all_functions_are_under_ten_lines():
    lengths = sorted(code_lines(function) for module in MODULES for function in functions(module))
    assert lengths[len(lengths) // 2] < 10


def test_the_package_opens_its_rooms_only_when_asked():
    asked = "import sys, analysis; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked]).returncode == 0
    assert callable(analysis.open_findings)
    with pytest.raises(AttributeError):
        analysis.no_such_room  # noqa: B018


def test_nothing_becomes_a_drawer_for_everything():
    drawers = {"utils", "util", "helpers", "helper", "common", "core", "misc", "tools"}
    assert not {module.stem for module in MODULES} & drawers
    assert not {folder.name for folder in SOURCE.rglob("*") if folder.is_dir()} & drawers


def test_only_the_rooms_that_may_touch_the_disk():
    may = {
        "files",
        "study",
        "survey",
        "interviews",
        "processed",
        "findings",
        "simulate",
        "report",
        "__main__",
    }
    doing = re.compile(r"\b(?:open\(|read_text|write_text|read_csv|to_csv\(\w*[\"']|mkdir)")
    package_data = {"narrative", "figures", "tables", "problems", "described"}
    for module in MODULES:
        if not {*room_of(module)} & (may | package_data):
            assert not doing.search(module.read_text(encoding="utf-8")), name_of(module)


def test_no_file_names_a_machine():
    place = re.compile(r"(?<![\w./])/(?:work|tmp|root|home|Users)/\w")
    files = [*MODULES, *NOTEBOOKS, PROJECT / "Makefile", *(PROJECT / "docs").rglob("*.md")]
    assert not [name_of(f) for f in files if place.search(f.read_text(encoding="utf-8"))]
