"""Drafts the declaration of an entity, and the expressions that fill its fields."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import entities
from entities.base import id_field
from ingestion.cli.mapping.yaml_text import keys_on_one_line, yaml_text
from ingestion.cli.sources.new.guesses.field_types import Typed, type_of
from ingestion.cli.sources.new.guesses.find_ids import are_valid_ids
from ingestion.cli.sources.new.guesses.items import Items
from ingestion.cli.sources.new.guesses.names import field_name, is_personal
from ingestion.cli.sources.new.guesses.path_values import Keys, PathValues, shared_levels

MAX_FIELDS = 60  # Those nearest to the top. `ingest map --coverage` lists the other paths.
_MAY_BE_PERSONAL = ("text", "date", "number", "list")

_HEAD = """\
# yaml-language-server: $schema=../config/entities.schema.json
# Drafted by `ingest source new` from one sample: review names, types and `required`.
"""

FieldExpression = str | dict[str, Any]  # An expression, or the keys of a form with one.


class NewEntity(NamedTuple):
    """The declaration of an entity, and what gives its fields their values, by field.

    `left_out` are the expressions of the paths that no field holds.
    """

    declaration: dict[str, Any]
    fields: dict[str, FieldExpression]
    left_out: list[str]


def draft_entity(name: str, source: str, items: Items, ids: Collection[str]) -> NewEntity:
    """Return the entity of some items. `name` is in lower case. Paths of `ids` fill no field."""
    others = [path for path in items.all_paths if path.keys and path.expression not in ids]
    found = [(path, type_of(path, is_text=items.is_text)) for path in others]
    nearest = sorted((path for path, typed in found if typed), key=lambda path: len(path.keys))
    names = _names(nearest[:MAX_FIELDS], _object_of(items, ids), id_field(name))
    declared: dict[str, Any] = {id_field(name): {"type": "id"}}
    written: dict[str, FieldExpression] = {}
    for path, typed in found:
        if typed and (field := names.get(path.expression)):
            final = _as_reference(field, path) or typed
            declared[field] = final.declared | _personal(path, final)
            form = {"value": path.expression, **final.form}
            written[field] = form if final.form else path.expression
    left_out = [path.expression for path in others if path.expression not in names]
    declaration = {"description": f"An item of the source {source}.", "fields": declared}
    return NewEntity(declaration, written, left_out)


def _object_of(items: Items, ids: Collection[str]) -> tuple[str, Keys] | None:
    """Return where the object is that holds the id. Its fields get the shortest names."""
    holders = [(path.place, path.keys[:-1]) for path in items.all_paths if path.expression in ids]
    return holders[0] if holders else None


def _names(
    paths: Sequence[PathValues], parent: tuple[str, Keys] | None, key: str
) -> dict[str, str]:
    """Return the names of fields by expression. Fields beside the id get their names first."""
    shared = shared_levels(paths)
    names: dict[str, str] = {}
    for path, start in _with_starts(paths, parent, shared):
        used = {key, *names.values()}
        name = field_name(path.keys[start:], used)
        if name in entities.reference_fields() and _as_reference(name, path) is None:
            name = field_name([name, "value"], used)
        names[path.expression] = name
    return names


def _with_starts(
    paths: Sequence[PathValues], parent: tuple[str, Keys] | None, shared: int
) -> Iterator[tuple[PathValues, int]]:
    """Yield each path with the number of its keys that are not part of the field's name."""
    others = []
    for path in paths:
        if parent and path.place == parent[0] and path.keys[: len(parent[1])] == parent[1]:
            yield path, len(parent[1])
        else:
            others.append(path)
    yield from ((path, shared) for path in others)


def _as_reference(field: str, path: PathValues) -> Typed | None:
    """Return the type of a field that is a reference in another entity: both share one index."""
    targets = {each.field: each.target for each in entities.references()}
    if field not in targets or not are_valid_ids(path.values):
        return None
    is_text = all(isinstance(value, str) for value in path.values)
    return Typed({"type": "reference", "to": targets[field]}, {} if is_text else {"text": True})


def _personal(path: PathValues, typed: Typed) -> dict[str, bool]:
    is_named = is_personal(path.keys[-1])
    return {"personal": True} if is_named and typed.declared["type"] in _MAY_BE_PERSONAL else {}


def entity_text(declaration: Mapping[str, Any]) -> str:
    """Return the text of an entity's file, with a line for each field."""
    fields = {name: keys_on_one_line(keys) for name, keys in declaration["fields"].items()}
    return _HEAD + yaml_text({**declaration, "fields": fields})
