"""Finds the paths that may hold the id of a record, by their names and values."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from entities.fields import EntityId
from ingestion.cli.sources.new.guesses.leaves import Leaf
from ingestion.cli.sources.new.guesses.names import snake_case, words_of
from ingestion.mapping.values.value import exact_text

_IDS = ("id", "uuid", "guid")
_NUMBERS = ("key", "number", "num", "no", "nr", "identifier")
_SHORT_NAME = 8  # Characters of a name such as DOCNUM or ocid, whose end says that it is an id.
_ENDINGS = ("id", "num", "nr", "no", "key")
_OF_THINGS = ("serial", "sku")
_WEAK = 3
_EVENT_TYPES = {"type", "event", "event_type", "topic"}
_ENVELOPES = {"data", "object", "payload", "resource", "record"}
_MAX_ENVELOPES = 2  # As in `data.object`.
_MAX_EVENT_ID = 256  # Characters, as of an event.
_ID: TypeAdapter[str] = TypeAdapter(EntityId)


def find_ids(leaves: Sequence[Leaf], hints: Collection[str]) -> list[Leaf]:
    """Return the paths whose name says that they hold the id, the best first.

    `hints` are names of what the records are: the best id of an order is `order_id`, or is in
    `order`.
    """
    owners = {*hints, *(snake_case(key) for leaf in leaves for key in leaf.keys[:-1])}
    usable = [(_rank(leaf, owners), leaf) for leaf in possible_ids(leaves)]
    named = [(rank, leaf) for rank, leaf in usable if rank is not None]
    places = dict.fromkeys(leaf.keys[:-1] for _, leaf in named)
    position = {parent: number for number, parent in enumerate(places)}

    def order(found: tuple[int, Leaf]) -> tuple[Any, ...]:
        rank, leaf = found
        parent = leaf.keys[:-1]
        is_elsewhere = not any(snake_case(key) in hints for key in parent)
        depth = len(leaf.keys)
        return (depth > 1 and is_elsewhere, depth, rank >= _WEAK, position[parent], rank)

    return [leaf for _, leaf in sorted(named, key=order)]


def possible_ids(leaves: Iterable[Leaf]) -> list[Leaf]:
    """Return the paths that each record has, with another valid id in each."""
    found = (leaf for leaf in leaves if leaf.keys and leaf.is_in_all)
    return [leaf for leaf in found if are_valid_ids(leaf.values) and _differ(leaf.values)]


def is_named_as_id(leaf: Leaf) -> bool:
    """Return whether the name says that the values identify something."""
    return bool(leaf.keys) and words_of(leaf.keys[-1])[-1] in (*_IDS, *_NUMBERS)


def are_valid_ids(values: Sequence[Any]) -> bool:
    """Return whether each value is a text or a whole number that may be an entity's id."""
    is_scalar = all(type(value) in (str, int) for value in values)
    return is_scalar and all(_is_id(exact_text(value)) for value in values)


def _differ(values: Sequence[Any]) -> bool:
    return len(set(map(exact_text, values))) == len(values)


def _is_id(text: str) -> bool:
    try:
        _ID.validate_python(text)
    except ValidationError:
        return False
    return True


def _rank(leaf: Leaf, owners: Collection[str]) -> int | None:
    """Return how well the name fits an id, 0 for best; None if it does not."""
    *before, last = words_of(leaf.keys[-1])
    if last in _IDS and not before:
        return 0
    if last in (*_IDS, *_NUMBERS) and "_".join(before) in owners:
        return 1
    if last in _NUMBERS and not before:
        return 2
    if last in (*_IDS, *_NUMBERS):
        return _WEAK
    is_short = not before and len(last) <= _SHORT_NAME and last.endswith(_ENDINGS)
    has_digits = all(any(c.isdigit() for c in exact_text(value)) for value in leaf.values)
    if is_short and has_digits:
        return _WEAK + 1
    return _WEAK + 2 if last in _OF_THINGS else None


def find_enveloped_id(leaves: Sequence[Leaf]) -> tuple[Leaf, Leaf] | None:
    """Return the id of an event, and the id of the record that the event is about.

    Such a payload has an id and a type, and the record in `data` or in a key of this kind.
    """
    by_keys = {leaf.keys: leaf for leaf in possible_ids(leaves)}
    is_event = any(len(leaf.keys) == 1 and leaf.keys[0] in _EVENT_TYPES for leaf in leaves)
    inner = [leaf for keys, leaf in by_keys.items() if keys[-1] in _IDS and _is_in_envelope(keys)]
    outer = by_keys.get(("id",))
    if is_event and inner and outer and all(len(str(i)) <= _MAX_EVENT_ID for i in outer.values):
        return outer, inner[0]
    return None


def _is_in_envelope(keys: Sequence[str]) -> bool:
    return 1 < len(keys) <= _MAX_ENVELOPES + 1 and _ENVELOPES.issuperset(keys[:-1])
