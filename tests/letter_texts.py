"""Find, in the source, every text that a letter can hold: what reaches `Problem`, however far."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HOLE = "7"
TOLD = {"found": 1, "allowed": 2, "remedy": 3}
FIRST = {
    "Problem": dict(TOLD),
    "refuse": dict(TOLD),
    "ValueError": {"message": 0},
    "Slip": {"found": 1, "allowed": 2},
}


@dataclass
class House:
    """The source by name: functions, constants, and which parameters end up in a letter.

    A name that stands in several rooms stands for all of them: rather a text too many.
    """

    functions: dict[str, list[ast.FunctionDef]] = field(default_factory=dict)
    constants: dict[str, list[ast.expr]] = field(default_factory=dict)
    told: dict[str, dict[str, int]] = field(default_factory=dict)

    @staticmethod
    def of(folder: Path, rooms: tuple[str, ...]) -> "House":
        """Read the files of some rooms, and follow letters back through the functions."""
        house = House(told={name: dict(places) for name, places in FIRST.items()})
        for room in rooms:
            where = folder / room
            for path in sorted(where.rglob("*.py")) if where.is_dir() else [where]:
                house._learn(ast.parse(path.read_text(encoding="utf-8")))
        while house._reach_further():
            pass
        return house

    def _learn(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                self.functions.setdefault(node.name, []).append(node)
        for node in tree.body:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    for name, value in _pairs(target, node.value):
                        self.constants.setdefault(name, []).append(value)

    def texts(self) -> set[str]:
        """Return every text, with a number in each hole."""
        return {
            text
            for functions in self.functions.values()
            for function in functions
            for told in self._arguments(function)
            for text in self._said(told, function, frozenset())
        }

    def _reach_further(self) -> bool:
        """Mark the parameters that are handed on to a letter; tell whether any is new."""
        before = sum(map(len, self.told.values()))
        for name, functions in self.functions.items():
            for function in functions:
                own = [one.arg for one in function.args.args if one.arg not in {"self", "cls"}]
                own_names = {*own, *(one.arg for one in function.args.kwonlyargs)}
                for told in self._arguments(function):
                    used = {one.id for one in ast.walk(told) if isinstance(one, ast.Name)}
                    for used_name in used & own_names:
                        place = own.index(used_name) if used_name in own else -1
                        self.told.setdefault(name, {})[used_name] = place
        return sum(map(len, self.told.values())) > before

    def _arguments(self, function: ast.FunctionDef) -> Iterator[ast.expr]:
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            places = self.told.get(_name(call.func), {})
            given = [*call.args]
            if any(isinstance(one, ast.Starred) for one in given) and places:
                yield from (one.value for one in given if isinstance(one, ast.Starred))
                continue
            yield from (given[at] for at in places.values() if 0 <= at < len(given))
            yield from (word.value for word in call.keywords if word.arg in places)

    def _said(
        self, node: ast.expr, function: ast.FunctionDef, seen: frozenset[str]
    ) -> Iterator[str]:
        """Return what an expression can say: its texts, and those of the names in it."""
        if isinstance(node, ast.Constant):
            yield from [node.value] if isinstance(node.value, str) else []
        elif isinstance(node, ast.JoinedStr):
            yield "".join(_part(one) for one in node.values)
            for one in node.values:
                if isinstance(one, ast.FormattedValue):
                    yield from self._said(one.value, function, seen)
        elif isinstance(node, ast.Name):
            here = f"{node.id} in {function.name}"
            if here in seen:
                return
            deeper = seen | {here}
            for value in _assigned(function, node.id) or self.constants.get(node.id, []):
                yield from self._said(value, function, deeper)
        elif isinstance(node, ast.Call):
            called = _name(node.func)
            for text in node.args if called == "join" else []:
                yield from self._said(text, function, seen)
            for other in self.functions.get(called, []) if called not in seen else []:
                for value in _returned(other):
                    yield from self._said(value, other, seen | {called})
        elif isinstance(node, ast.Compare):
            return
        elif isinstance(node, ast.Subscript):
            yield from self._said(node.value, function, seen)
        elif isinstance(node, ast.Dict):
            for value in node.values:
                yield from self._said(value, function, seen)
        elif not isinstance(node, ast.Attribute):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from self._said(child, function, seen)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _part(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else HOLE


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Pair the names on the left of an assignment with what stands on the right."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple):
        values = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
        for one, said in zip(target.elts, values, strict=False):
            yield from _pairs(one, said)


def _assigned(function: ast.FunctionDef, name: str) -> list[ast.expr]:
    """Return what a name can stand for in a function: assigned, added to or gone through."""
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            pairs = [pair for target in node.targets for pair in _pairs(target, node.value)]
        elif isinstance(node, ast.AugAssign | ast.NamedExpr):
            pairs = [*_pairs(node.target, node.value)]
        elif isinstance(node, ast.For | ast.comprehension):
            pairs = [*_pairs(node.target, node.iter)]
        elif isinstance(node, ast.Call) and _name(node.func) in {"append", "extend"}:
            pairs = [(_name(getattr(node.func, "value", node)), one) for one in node.args]
        else:
            continue
        found += [value for one, value in pairs if one == name]
    return found


def _returned(function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            yield node.value
