"""What a plan or region.yaml got wrong, in plain words: one line for each kind of error."""

import re
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from analysis.plan.problems import Phrase, near
from analysis.plan.problems.catalogue import read_catalogue
from analysis.plan.study.nouns import SLIPS, Slip

WORDS = read_catalogue("values")
# Told of a key whose default follows from another one that is wrong itself.
FOLLOWS = "default_factory_not_called"


def slips_of(detail: Mapping[str, Any], model: type[BaseModel]) -> Iterator[Slip]:
    """Say one error of a model as its owner would: where, what stands there, what could."""
    kind, keys = detail["type"], tuple(detail["loc"])
    if kind == SLIPS:
        for one in detail["ctx"][SLIPS]:
            yield Slip((*keys, *one.keys), one.letter, **one.values)
    elif kind == "extra_forbidden":
        known = near(str(keys[-1]), _keys_of(model, keys[:-1]))
        yield Slip(keys, "study.unknown_key", where=_in_words(keys), allowed=known)
    elif kind == "missing":
        yield Slip(keys, "study.no_key", where=_in_words(keys))
    elif kind != FOLLOWS:
        found = _found(keys, detail["input"])
        yield Slip(keys, "study.wrong_value", found=found, allowed=_allowed(detail))


def _allowed(detail: Mapping[str, Any]) -> Phrase:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        return context["error"].allowed
    if kind == "literal_error":
        return near(str(detail["input"]), re.findall("'([^']*)'", context["expected"]))
    name = kind if kind in WORDS else "another"
    return Phrase(f"values.{name}", **{one: _bare(context[one]) for one in WORDS[name].names})


def _bare(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _found(keys: tuple[str | int, ...], value: Any) -> Phrase:
    where = _in_words(keys)
    if keys[-1:] == ("[key]",):
        return Phrase("values.key", where=where)
    if isinstance(value, dict):
        return Phrase("values.place", where=where)
    if isinstance(value, list | tuple):
        return Phrase("values.a_list", where=where)
    if value is None or value == "":
        return Phrase("values.nothing", where=where)
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return Phrase("values.said", where=where, value=said[:80])


def _in_words(keys: tuple[str | int, ...]) -> str | Phrase:
    """Name a place: the keys, and which one of a list."""
    steps = [f"{step + 1}" if isinstance(step, int) else step for step in keys if step != "[key]"]
    return ".".join(steps) or Phrase("values.whole_file")


def _keys_of(model: type[BaseModel], keys: tuple[str | int, ...]) -> list[str]:
    """Return the keys that may stand at a place of a model."""
    inside: Any = model
    for step in keys:
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
