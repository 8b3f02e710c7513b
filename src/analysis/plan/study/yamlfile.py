"""Read YAML strictly, with the line and column of every value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from analysis.plan.problems import Problem, unreadable
from analysis.plan.study.nouns import Slip
from analysis.plan.study.plainwords import slips_of
from analysis.plan.study.syntax import said_plainly

Model = TypeVar("Model", bound=BaseModel)


class _StrictLoader(yaml.SafeLoader):
    """A safe loader without YAML 1.1's surprises: `no`, `010` and `12:30` stay text."""


_KEPT = {"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PLAIN = {
    "bool": (r"^(?:true|false)$", "tf"),
    "int": (r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    "float": (r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:e[-+]?[0-9]+)?$", "-+0123456789"),
}
for _name, (_pattern, _first) in _PLAIN.items():
    _StrictLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(_pattern), list(_first)
    )


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


@dataclass(frozen=True)
class YamlFile:
    """The content of one YAML file and the tree it came from, to point at lines."""

    name: str
    content: Any
    node: yaml.Node | None

    def place(self, keys: Sequence[str | int]) -> tuple[int, int]:
        """Return line and column, counted from 1, of the value under some keys."""
        node = self.node
        for step in keys:
            child = _child(node, step)
            if child is None:
                break
            node = child
        if node is None:
            return 1, 1
        return node.start_mark.line + 1, node.start_mark.column + 1


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def read_yaml(path: Path, name: str) -> tuple[YamlFile | None, list[Problem]]:
    """Read one YAML file; syntax errors and double keys become problems with their line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=_StrictLoader)
        wrong = _double_keys(node, name)
        if wrong:
            return None, wrong
        content = yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None, [Problem("yaml.missing", name)]
    except OSError as error:
        return None, [unreadable(name, error)]
    except UnicodeDecodeError as error:
        return None, [Problem("yaml.not_utf8", name, n=error.start)]
    except RecursionError:
        return None, [Problem("yaml.nested", name)]
    except (ValueError, KeyError, AttributeError):
        # A tag such as !!int before a text, or a number of thousands of digits.
        return None, [Problem("yaml.value", name)]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = said_plainly(str(getattr(error, "problem", None) or getattr(error, "reason", "")))
        row = mark.line + 1 if mark else None
        column = str(mark.column + 1) if mark else None
        return None, [Problem("yaml.syntax", name, row=row, column=column, what=what)]
    return YamlFile(name, content, node), []


def _double_keys(
    node: yaml.Node | None, name: str, seen_nodes: set[int] | None = None
) -> list[Problem]:
    done = set() if seen_nodes is None else seen_nodes
    if node is None or id(node) in done:
        return []  # an alias: its anchor was looked at, or is being looked at
    done.add(id(node))
    found: list[Problem] = []
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            row, column = key.start_mark.line + 1, str(key.start_mark.column + 1)
            if not isinstance(key, yaml.ScalarNode):
                found.append(Problem("yaml.no_word", name, row=row, column=column))
                continue
            if key.value in keys:
                place = {"row": row, "column": column}
                found.append(Problem("yaml.key_twice", name, **place, key=key.value))
            keys.add(key.value)
            found += _double_keys(value, name, done)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            found += _double_keys(value, name, done)
    return found


def read_model(
    path: Path, name: str, model: type[Model]
) -> tuple[YamlFile | None, Model | None, list[Problem]]:
    """Read one YAML file as a model; every error names its line and column."""
    file, problems = read_yaml(path, name)
    if file is None:
        return None, None, problems
    try:
        return file, model.model_validate({} if file.content is None else file.content), problems
    except ValidationError as error:
        slips = [slip for detail in error.errors() for slip in slips_of(detail, model)]
        return file, None, [*dict.fromkeys(_problem(file, slip) for slip in slips)]


def _problem(file: YamlFile, slip: Slip) -> Problem:
    line, column = file.place([step for step in slip.keys if step != "[key]"])
    page = "new-region" if file.name.endswith("region.yaml") else "new-study"
    values = {**slip.values, "page": page}
    return Problem(slip.letter, file.name, row=line, column=str(column), **values)
