"""Drafts the declaration of an entity, and the expressions that fill its fields."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

import entities
from entities.base import id_field
from ingestion.cli.mapping.yaml_text import keys_on_one_line, yaml_text
from ingestion.cli.sources.new.guesses.field_types import Typed, type_of
from ingestion.cli.sources.new.guesses.find_ids import are_valid_ids
from ingestion.cli.sources.new.guesses.leaves import Keys, Leaf
from ingestion.cli.sources.new.guesses.names import field_name, words_of
from ingestion.cli.sources.new.guesses.records import Records

MAX_FIELDS = 60  # Those nearest to the top. `ingest map --coverage` lists the other paths.
_PERSONAL = {"email", "mail", "phone", "mobile", "surname", "birthday", "birthdate"}
_MAY_BE_PERSONAL = ("text", "date", "number", "list")

_HEAD = """\
# yaml-language-server: $schema=../config/entities.schema.json
# Drafted by `ingest source new` from one sample: review names, types and `required`.
"""

Written = str | dict[str, Any]  # An expression, or the keys of a form.


class NewEntity(NamedTuple):
    """The declaration of an entity, and what gives its fields their values, by field.

    `left_out` are the expressions of the paths that no field holds.
    """

    declaration: dict[str, Any]
    fields: dict[str, Written]
    left_out: list[str]


def draft_entity(name: str, source: str, records: Records, ids: Collection[str]) -> NewEntity:
    """Return the entity of some records. `name` is in lower case. Paths of `ids` fill no field."""
    others = [leaf for leaf in records.all_leaves if leaf.keys and leaf.expression not in ids]
    found = [(leaf, type_of(leaf, is_text=records.is_text)) for leaf in others]
    nearest = sorted((leaf for leaf, typed in found if typed), key=lambda leaf: len(leaf.keys))
    names = _names(nearest[:MAX_FIELDS], _object_of(records, ids), id_field(name))
    declared: dict[str, Any] = {id_field(name): {"type": "id"}}
    written: dict[str, Written] = {}
    for leaf, typed in found:
        if typed and (field := names.get(leaf.expression)):
            final = _as_reference(field, leaf) or typed
            declared[field] = final.declared | _personal(leaf, final)
            form = {"value": leaf.expression, **final.form}
            written[field] = form if final.form else leaf.expression
    left_out = [leaf.expression for leaf in others if leaf.expression not in names]
    declaration = {"description": f"A record of the source {source}.", "fields": declared}
    return NewEntity(declaration, written, left_out)


def _object_of(records: Records, ids: Collection[str]) -> tuple[str, Keys] | None:
    """Return where the object is that holds the id. Its fields get the shortest names."""
    holders = [
        (leaf.place, leaf.keys[:-1]) for leaf in records.all_leaves if leaf.expression in ids
    ]
    return holders[0] if holders else None


def _names(leaves: Sequence[Leaf], parent: tuple[str, Keys] | None, key: str) -> dict[str, str]:
    """Return the names of fields by expression. Fields beside the id get their names first."""
    levels = zip(*(leaf.keys[:-1] for leaf in leaves), strict=False)
    shared = sum(1 for _ in takewhile(lambda keys: len({*keys}) == 1, levels))
    names: dict[str, str] = {}
    for leaf, start in _with_starts(leaves, parent, shared):
        used = {key, *names.values()}
        name = field_name(leaf.keys[start:], used)
        if name in entities.reference_fields() and _as_reference(name, leaf) is None:
            name = field_name([name, "value"], used)
        names[leaf.expression] = name
    return names


def _with_starts(
    leaves: Sequence[Leaf], parent: tuple[str, Keys] | None, shared: int
) -> Iterator[tuple[Leaf, int]]:
    """Yield each leaf with the number of its keys that are not part of the field's name."""
    others = []
    for leaf in leaves:
        if parent and leaf.place == parent[0] and leaf.keys[: len(parent[1])] == parent[1]:
            yield leaf, len(parent[1])
        else:
            others.append(leaf)
    yield from ((leaf, shared) for leaf in others)


def _as_reference(field: str, leaf: Leaf) -> Typed | None:
    """Return the type of a field that is a reference in another entity: both share one index."""
    targets = {each.field: each.target for each in entities.references()}
    if field not in targets or not are_valid_ids(leaf.values):
        return None
    is_text = all(isinstance(value, str) for value in leaf.values)
    return Typed({"type": "reference", "to": targets[field]}, {} if is_text else {"text": True})


def _personal(leaf: Leaf, typed: Typed) -> dict[str, bool]:
    is_named = not _PERSONAL.isdisjoint(words_of(leaf.keys[-1]))
    return {"personal": True} if is_named and typed.declared["type"] in _MAY_BE_PERSONAL else {}


def entity_text(declaration: Mapping[str, Any]) -> str:
    """Return the text of an entity's file, with a line for each field."""
    fields = {name: keys_on_one_line(keys) for name, keys in declaration["fields"].items()}
    return _HEAD + yaml_text({**declaration, "fields": fields})
