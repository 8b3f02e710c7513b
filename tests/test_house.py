"""The house tests itself: floors, names that belong in data, the shape of notebooks, measures."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

import analysis

PROJECT = Path(__file__).resolve().parents[1]
SOURCE = PROJECT / "src" / "analysis"
MODULES = sorted(SOURCE.rglob("*.py"))
MEASURED = [*MODULES, *sorted((PROJECT / "bench").glob("*.py"))]
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
FLOORS = {
    1: ("evidence", "problems", "printed", "described"),
    2: ("files",),
    3: ("study",),
    4: ("survey", "interviews"),
    5: ("processed",),
    6: ("scoring", "reliability", "agreement"),
    7: ("models", "groups"),
    8: ("participation", "longitudinal", "robustness", "themes", "lenses"),
    9: ("integration", "expectations"),
    10: ("findings",),
    11: ("disclosure",),
    12: ("narrative", "tables"),
    13: ("figures",),
    14: ("report",),
    15: ("__main__",),
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
# Beside the house: what each may import, and that only the door (and each other) imports them.
ASIDE = {"simulate": 7, "validation": 10}
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40


def name_of(module: Path) -> str:
    """The path of a module as a readable test name."""
    return module.relative_to(PROJECT).as_posix()


def room_of(module: Path) -> str:
    """The room a module belongs to."""
    return module.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(module: Path) -> Iterator[str]:
    """Every module of ours that a module imports, wherever in the file."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield f"{node.module}"
            if node.module and node.module.split(".")[0] == "analysis":
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def rooms_imported(module: Path) -> set[str]:
    """The rooms a module imports, its own included."""
    parts = [name.split(".") for name in imported(module)]
    return {p[1] for p in parts if p[0] == "analysis" and len(p) > 1} & {*FLOOR, *ASIDE}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_room_imports_only_from_floors_below(module):
    room = room_of(module)
    others = rooms_imported(module) - {room}
    aside = others & ASIDE.keys()
    if room == "__init__":
        assert not others
    elif room in ASIDE:
        assert aside <= ({"simulate"} if room == "validation" else set())
        assert all(FLOOR[other] <= ASIDE[room] for other in others - aside)
    else:
        assert room in FLOOR, f"{room} is no room of the house"
        assert not aside or room == "__main__"
        assert not [other for other in others - aside if FLOOR[other] >= FLOOR[room]]


@pytest.mark.parametrize("room", sorted({room_of(m) for m in MODULES}))
def test_the_files_of_a_room_do_not_import_in_circles(room):
    files = {dotted(module): module for module in MODULES if room_of(module) == room}
    needs = {name: {*imported(module)} & files.keys() - {name} for name, module in files.items()}
    package = f"analysis.{room}"
    # A file may say `from analysis.room import other`, which passes through the room's own door.
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


def test_there_are_seven_questions_and_a_brief():
    names = [notebook.stem for notebook in NOTEBOOKS]
    assert [name[:2] for name in names[:-1]] == [f"0{number}" for number in range(1, 8)]
    assert names[-1] == "region-brief"


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
        if room_of(module) not in may | package_data:
            assert not doing.search(module.read_text(encoding="utf-8")), name_of(module)


def test_no_file_names_a_machine():
    place = re.compile(r"(?<![\w./])/(?:work|tmp|root|home|Users)/\w")
    files = [*MODULES, *NOTEBOOKS, PROJECT / "Makefile", *(PROJECT / "docs").rglob("*.md")]
    assert not [name_of(f) for f in files if place.search(f.read_text(encoding="utf-8"))]
