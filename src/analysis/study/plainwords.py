"""What a plan or region.yaml got wrong, in plain words: one line for each kind of error."""

import re
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from analysis.study.csvfile import near
from analysis.study.nouns import SLIPS, Slip

WHOLE, NUMBER = "a whole number", "a number"
PAIRS = "names with a value each, one on a line"
A_LIST = "a list, such as [a, b]"
WORDS = {
    "string_type": "a text; put quotes around a number or date",
    "string_pattern_mismatch": "letters, digits, - and _, starting with a letter or digit",
    "string_too_long": "at most {max_length} characters",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": "a finite number",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": A_LIST,
    "list_type": A_LIST,
    "dict_type": PAIRS,
    "model_type": PAIRS,
    "model_attributes_type": PAIRS,
}
ANOTHER = "another value"
# Told of a key whose default follows from another one that is wrong itself.
FOLLOWS = "default_factory_not_called"


def slips_of(detail: Mapping[str, Any], model: type[BaseModel]) -> Iterator[Slip]:
    """Say one error of a model as its owner would: where, what stands there, what could."""
    kind, path = detail["type"], tuple(detail["loc"])
    if kind == SLIPS:
        yield from (
            Slip((*path, *one.path), one.found, one.allowed) for one in detail["ctx"][SLIPS]
        )
    elif kind == "extra_forbidden":
        found = f"{_named(path)}: a key that is not known"
        yield Slip(path, found, near(str(path[-1]), _keys(model, path[:-1])))
    elif kind == "missing":
        yield Slip(path, f"no key {_named(path)}", "this key, with a value")
    elif kind != FOLLOWS:
        yield Slip(path, _found(path, detail["input"]), _allowed(detail))


def _allowed(detail: Mapping[str, Any]) -> str:
    context = {name: _bare(value) for name, value in detail.get("ctx", {}).items()}
    if detail["type"] == "value_error":
        return str(context["error"])
    if detail["type"] == "literal_error":
        return near(str(detail["input"]), re.findall("'([^']*)'", context["expected"]))
    return WORDS.get(detail["type"], ANOTHER).format_map(context)


def _bare(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _found(path: tuple[str | int, ...], value: Any) -> str:
    where = _named(path)
    if path[-1:] == ("[key]",):
        return f"{where}: an id that cannot be used"
    if isinstance(value, dict):
        return where
    if isinstance(value, list | tuple):
        return f"{where}: a list"
    if value is None or value == "":
        return f"{where}: nothing"
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{where}: {said[:80]}"


def _named(path: tuple[str | int, ...]) -> str:
    """Name a place: the keys, and which one of a list."""
    steps = [f"{step + 1}" if isinstance(step, int) else step for step in path if step != "[key]"]
    return ".".join(steps) or "the file"


def _keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that may stand at a place of a model."""
    inside: Any = model
    for step in path:
        inside = _inner(inside, step)
    fields = inside.model_fields if _is_model(inside) else {}
    return [field.alias or name for name, field in fields.items()]


def _inner(kind: Any, step: str | int) -> Any:
    """Return the kind of what stands below a key or a place in a list."""
    if _is_model(kind) and "root" in kind.model_fields:
        kind = kind.model_fields["root"].annotation
    if _is_model(kind):
        found = {field.alias or name: field for name, field in kind.model_fields.items()}
        kind = found[str(step)].annotation
    else:
        kind = get_args(kind)[-1 if get_origin(kind) is dict else 0]
    if get_origin(kind) in {Union, UnionType}:
        kind = next(one for one in get_args(kind) if one is not type(None))
    return kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
