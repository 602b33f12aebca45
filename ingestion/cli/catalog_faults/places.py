"""Where a fault of the catalog is: its keys, the model around them, and how people read them."""

from typing import Any

from pydantic import BaseModel

from ingestion.catalog import Catalog, Files, FormBody, Handshake, Signature, Source
from ingestion.mapping.alternatives import KINDS
from ingestion.mapping.faults.check import key_names
from ingestion.mapping.outcome import rule_name
from ingestion.mapping.rules import EventTimeForm, Form, NumberFormat, Rule

Place = tuple[str | int, ...]


def place_of(loc: Place, document: Any) -> Place:
    """Return the keys of pydantic's location, which also names the kinds of some values."""
    place, node = [], document
    for step in loc:
        is_key = _holds(node, step)
        if is_key or step not in KINDS:
            place.append(step)
            node = node[step] if is_key else None
    return tuple(place)


def _holds(node: Any, step: str | int) -> bool:
    if isinstance(node, list):
        return isinstance(step, int) and step < len(node)
    return isinstance(node, dict) and step in node


def model_at(place: Place) -> type[BaseModel]:
    """Return the model that the last key of a place is in."""
    match place:
        case (_,):
            return Catalog
        case (_, _, "files", _):
            return Files
        case (_, _, "form", _):
            return FormBody
        case (_, _, "signature", _):
            return Signature
        case (_, _, "handshake", _):
            return Handshake
        case (_, _, "map", _, _):
            return Rule
        case (_, _, "map", _, "time", _):
            return EventTimeForm
        case (_, _, "map", _, *_, "number", _):
            return NumberFormat
        case (_, _, "map", *_):
            return Form
    return Source


def readable(place: Place, document: Any) -> str:
    """Return a place as people name it: `a.files.columns`, or `a, rule 2 (MILESTONE), end_date`."""
    keys = [key for key in place if key != "[key]"]
    if keys[:1] == ["sources"] and len(keys) > 1:
        keys = keys[1:]
    if len(keys) < 3 or keys[1] != "map":
        return ".".join(str(key) for key in keys if isinstance(key, str))
    name, _, number, *inner = keys
    rule = rule_name(int(number) + 1, _entity_of(document, name, number))
    return ", ".join([str(name), rule, *key_names(tuple(inner))])


def _entity_of(document: Any, name: str | int, number: str | int) -> str | None:
    rule = document["sources"][name]["map"][number]
    entity = rule.get("entity") if isinstance(rule, dict) else None
    return entity if isinstance(entity, str) else None
