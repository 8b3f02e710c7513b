"""Small changes of a module's rules, one at a time: another order, number, condition or option."""

import ast
import copy
import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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
# What guards against a slip of ours or another machine's habits, or saves time: no result changes.
NO_RULE = {"strict", "copy", "kind", "dtype", "encoding"}
NO_CODE = {"Protocol", "TypedDict"}


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

    @property
    def mark(self) -> str:
        """Tell this very file from every other, so that an old result is never taken for a new."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


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
    for child in _that_decide(tree):
        where = inside
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            where = f"{inside}.{child.name}".strip(".")
        elif isinstance(child, ast.Assign) and not inside:
            where = ast.unparse(child.targets[0])
        yield where, child
        yield from _rules(child, where)


def _that_decide(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node that can change what is computed: no type, decorator or message."""
    parts: list[ast.AST]
    match node:
        case ast.AnnAssign():
            parts = [node.value] if node.value else []
        case ast.FunctionDef():
            parts = [*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body]
        case ast.ClassDef(bases=bases, body=body):
            parts = [] if NO_CODE & {ast.unparse(base) for base in bases} else [*body]
        case _:
            parts = [*ast.iter_child_nodes(node)]
    for part in parts:
        match part:
            case ast.Raise() | ast.Import() | ast.ImportFrom() | ast.JoinedStr():
                continue
            case ast.Assign(targets=[ast.Name(id=name)]) if isinstance(node, ast.Module):
                # A constant has a name in capitals; what has not is another name for a type.
                if not name.isupper():
                    continue
            case ast.keyword(arg=str() as name) if name in NO_RULE:
                continue
        yield part


def mutants_of(room: str, places: Iterable[str], source: Path) -> Iterator[Mutant]:
    """Make every small change in the files of a room; in `file:function` of that one alone."""
    for file, _, only in (place.partition(":") for place in places):
        path = source / file
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        seen: set[str] = set()
        for function, node in _rules(tree):
            if not function.startswith(only):
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
