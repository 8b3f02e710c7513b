"""Do the tests notice? Change one rule at a time and see whether its own tests fail.

`python bench/mutants.py --rooms gate ladder --most 30 --seed 1` takes a copy of `src`, makes one
small change at a time in the files of a room, runs that room's own test files on the copy, and
prints which changes nobody noticed. Every change is named by its function and its words, not by a
line, so that the survivors of two versions can be compared.
"""

import ast
import compileall
import copy
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

# Before numpy loads, in this process and in every fork of it.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PROJECT = Path(__file__).resolve().parents[1]
# Where each rule stands (below src/analysis) and the test files that promise it (below tests).
LEARN, TALK = "learn/longitudinal", "collect/interviews"
ROOMS = {
    "ladder": ([f"{LEARN}/verdict.py", f"{LEARN}/__init__.py"], ["test_ladder.py"]),
    "gate": (["tell/disclosure/__init__.py"], ["test_disclosure.py"]),
    "scoring": (["measure/scoring.py"], ["test_scoring.py"]),
    "talk": (
        ["learn/themes/talk.py", "learn/themes/poles.py", "learn/integration/joint.py"],
        ["test_talk.py", "test_joint.py"],
    ),
    "offsets": (
        [f"{TALK}/offsets.py", f"{TALK}/units.py"],
        ["test_offsets.py", "test_odd_projects.py", "test_coding_tools.py"],
    ),
    "answers": (["collect/survey/answers.py"], ["test_answers.py", "test_survey.py"]),
    "voice": (["tell/narrative/voice.py"], ["test_voice.py"]),
}
# Other functions of a room than these files' own, where one rule stands among others.
ONLY = {f"{LEARN}/__init__.py": ("settle",)}
# Read once, so that each fork starts at once; nothing of ours, as every fork reads another copy.
WARM = "pytest hypothesis pandas scipy.stats statsmodels.stats.multitest pydantic yaml jinja2"
OTHER_ORDER = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OTHER_SUM = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
# What only guards against a slip of ours or saves time changes no result.
NO_RULE = {"strict", "copy", "kind", "dtype", "frozen"}


@dataclass(frozen=True)
class Mutant:
    """One small change: where, what stood there, what stands there now, and the new file."""

    room: str
    file: str
    function: str
    before: str
    after: str
    text: str

    @property
    def name(self) -> str:
        """Say which change this is, the same in every version that holds the same words."""
        return f"{self.file}:{self.function}: {self.before} -> {self.after}"


@dataclass(frozen=True)
class Result:
    """What became of a mutant."""

    room: str
    name: str
    fate: str
    seconds: float


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every small change of one node, as a new node."""
    match node:
        case ast.Compare(ops=[op]):
            for other in OTHER_ORDER[type(op)]:
                yield ast.Compare(node.left, [other()], node.comparators)
        case ast.Compare(ops=[*ops]):
            for place, op in enumerate(ops):
                for other in OTHER_ORDER[type(op)]:
                    new = [*ops[:place], other(), *ops[place + 1 :]]
                    yield ast.Compare(node.left, new, node.comparators)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            for number in dict.fromkeys((value + 1, value - 1, value * 2)):
                if number != value:
                    yield ast.Constant(number)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for place in range(len(values)):
                left = [*values[:place], *values[place + 1 :]]
                yield left[0] if len(left) == 1 else ast.BoolOp(op, left)
        case ast.BinOp(op=op) if type(op) in OTHER_SUM:
            yield ast.BinOp(node.left, OTHER_SUM[type(op)](), node.right)
            if isinstance(op, ast.BitAnd | ast.BitOr):
                yield node.left
                yield node.right
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            yield node.operand
        case ast.IfExp():
            yield node.body
            yield node.orelse
        case ast.If():
            for test in (False, True):
                yield ast.If(ast.Constant(test), node.body, node.orelse)
        case ast.Call(keywords=[_, *_]):
            for keyword in node.keywords:
                if keyword.arg and keyword.arg not in NO_RULE:
                    rest = [one for one in node.keywords if one is not keyword]
                    yield ast.Call(node.func, node.args, rest)


def _rules(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield every node that decides something, and the function or name it belongs to."""
    for child in ast.iter_child_nodes(tree):
        where = inside
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            where = f"{inside}.{child.name}".strip(".")
        elif isinstance(child, ast.Assign) and not inside:
            where = ast.unparse(child.targets[0])
        elif isinstance(child, ast.Raise | ast.Import | ast.ImportFrom | ast.JoinedStr):
            continue
        yield where, child
        if isinstance(child, ast.AnnAssign):
            # A type decides nothing, what it is set to may.
            yield from _rules(ast.Tuple([child.value] if child.value else [], ast.Load()), where)
        elif isinstance(child, ast.FunctionDef):
            defaults = [one for one in [*child.args.defaults, *child.args.kw_defaults] if one]
            yield from _rules(ast.Module([ast.Expr(one) for one in defaults], []), where)
            yield from _rules(ast.Module(child.body, []), where)
        else:
            yield from _rules(child, where)


def mutants_of(room: str, files: Iterable[str], source: Path) -> Iterator[Mutant]:
    """Make every small change in the files of a room."""
    for file in files:
        path = source / file
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        seen: set[str] = set()
        for function, node in _rules(tree):
            if file in ONLY and not function.startswith(ONLY[file]):
                continue
            for new in changes(node):
                before, after = _words(node), _words(new)
                changed = _swapped(tree, node, new)
                if changed not in seen:
                    seen.add(changed)
                    yield Mutant(room, file, function, before, after, changed)


def _words(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}: {ast.unparse(node.body[0]).splitlines()[0]}"
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())


def _swapped(tree: ast.Module, old: ast.AST, new: ast.AST) -> str:
    """Write a module with one node changed; the tree itself stays as it was."""
    memo: dict[int, object] = {id(old): copy.deepcopy(new)}
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(tree, memo)))


def draw(found: Sequence[Mutant], most: int, seed: int) -> list[Mutant]:
    """Draw some mutants, a function in turn, so that a long function does not crowd out others."""
    chance = random.Random(seed)
    by_function: dict[tuple[str, str], list[Mutant]] = {}
    for one in found:
        by_function.setdefault((one.file, one.function), []).append(one)
    for group in by_function.values():
        chance.shuffle(group)
    turns = [
        group[turn]
        for turn in range(len(found))
        for group in by_function.values()
        if turn < len(group)
    ]
    return turns[:most]


def run(tests: Sequence[str], code: Path, limit: int) -> tuple[int, float]:
    """Run test files on a copy of the code in a fork of this process; status and seconds."""
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        status = 99
        try:
            status = _run_tests(tests, code, limit)
        finally:
            os._exit(status)
    _, waited = os.waitpid(child, 0)
    return waited, time.perf_counter() - start


def _run_tests(tests: Sequence[str], code: Path, limit: int) -> int:
    import pytest

    signal.alarm(limit)
    sys.dont_write_bytecode = True
    sys.path[:] = [str(code), *(place for place in sys.path if place != str(PROJECT / "src"))]
    os.environ["PYTHONPATH"] = str(code)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.chdir(PROJECT)
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--assert=plain", "--tb=no"]
    return int(pytest.main([*options, *(str(PROJECT / "tests" / test) for test in tests)]))


def judge(found: Sequence[Mutant], tests: Sequence[str], code: Path) -> Iterator[Result]:
    """Run the tests of a room on each of its mutants."""
    here = [test for test in tests if (PROJECT / "tests" / test).exists()]
    if not here:
        sys.exit(f"None of the tests {' '.join(tests)} is there: pytest would run them all.")
    status, seconds = run(here, code, 600)
    if status:
        sys.exit(f"The tests {' '.join(here)} fail on the code as it is.")
    limit = int(20 + 5 * seconds)
    for one in found:
        path = code / "analysis" / one.file
        original = path.read_text(encoding="utf-8")
        path.write_text(one.text, encoding="utf-8")
        for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            stale.unlink()
        try:
            status, seconds = run(here, code, limit)
        finally:
            path.write_text(original, encoding="utf-8")
        fate = "survived" if status == 0 else "timeout" if status == signal.SIGALRM else "killed"
        yield Result(one.room, one.name, fate, round(seconds, 2))


@click.command()
@click.option("--rooms", multiple=True, type=click.Choice([*ROOMS]), help="Default: every room.")
@click.option("--most", type=click.IntRange(1), default=30, show_default=True, help="Per room.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("mutants.json"))
def main(rooms: tuple[str, ...], most: int, seed: int, out: Path) -> None:
    """Change one rule at a time and tell which changes the room's own tests do not notice."""
    for name in WARM.split():
        __import__(name)
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="analysis-mutants-") as folder:
        code = Path(folder, "src")
        shutil.copytree(PROJECT / "src", code, ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(code, quiet=2)
        for room in rooms or ROOMS:
            files, tests = ROOMS[room]
            found = draw([*mutants_of(room, files, code / "analysis")], most, seed)
            for result in judge(found, tests, code):
                results.append(result)
                if result.fate == "survived":
                    click.echo(f"{room}: nobody noticed {result.name}")
            click.echo(told(room, results))
    rows = [asdict(result) for result in results]
    out.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    click.echo(told("all", results))


def told(room: str, results: Sequence[Result]) -> str:
    """Say how many mutants of a room were noticed."""
    own = [one for one in results if room in ("all", one.room)]
    noticed = sum(one.fate != "survived" for one in own)
    return f"{room:8} {noticed:4} of {len(own):4} noticed ({noticed / max(len(own), 1):.0%})"


if __name__ == "__main__":
    main()
