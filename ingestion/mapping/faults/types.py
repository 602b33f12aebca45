"""Finds forms that make a value of another type than their field takes."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple, get_origin

from entities.base import Entity
from entities.fields import accepted_types
from ingestion.mapping.faults.fault import Path, RuleFault
from ingestion.mapping.rules import Form


class _Made(NamedTuple):
    """What a key of a form makes, and the types that take it."""

    what: str
    types: frozenset[Any]


_MADE = {
    "number": _Made("a number", frozenset({Decimal})),
    "date": _Made("a day", frozenset({date, str})),
    "time": _Made("a time", frozenset({datetime, str})),
    "split": _Made("a list", frozenset({list})),
}
# What a field of a type takes, and the key of a form that makes it.
_TAKEN: dict[Any, tuple[str, str]] = {
    Decimal: ("a number", "number"),
    date: ("a day", "date"),
    datetime: ("a time", "time"),
    bool: ("true or false", "translate"),
    list: ("a list", "split"),
    Literal: ("one of its values", "translate"),
    str: ("a text", "text"),
}


def type_faults(path: Path, form: Form, model: type[Entity]) -> Iterator[RuleFault]:
    """Yield the fault of a form whose last key makes no value of the field's types.

    Without such a key the payload decides the type. A constant is validated elsewhere.
    """
    key = _last_key(form)
    field = str(path[-1])
    accepted = accepted_types(model.model_fields[field].annotation)
    types = [get_origin(found) or found for found in accepted]
    if key is None or _MADE[key].types.intersection(types):
        return
    taken = " or ".join(_TAKEN[found][0] for found in types if found in _TAKEN)
    what = f"makes {_MADE[key].what}, but {model.entity_name}.{field} takes {taken}"
    yield RuleFault((*path, key), f"{what}: {_remedy(key, types)}")


def _remedy(key: str, types: Sequence[Any]) -> str:
    if key == "split":
        return "add take, which chooses one part"
    if key == "number" and str in types:
        return "add text: true"
    instead = " or ".join(_TAKEN[found][1] for found in types if found in _TAKEN)
    return f"write {instead} in place of {key}"


def _last_key(form: Form) -> str | None:
    """Return the key that makes the type of the value, or None if the payload or a text may."""
    if form.split is not None:
        return "split" if form.take is None else None
    if form.text or form.output is not None:
        return None
    if form.time is not None:
        return "time"
    if form.date is not None:
        return "date"
    return "number" if form.number else None
