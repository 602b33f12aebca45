"""Finds the paths that may hold the id of an item, by their names and values."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from entities.fields import EntityId
from ingestion.cli.sources.new.guesses.names import snake_case, words_of
from ingestion.cli.sources.new.guesses.path_values import Keys, PathValues, shared_levels
from ingestion.mapping.values.value import exact_text

_IDS = ("id", "uuid", "guid")
_NUMBERS = ("key", "number", "num", "no", "nr", "identifier")
_SHORT_NAME = 8  # Characters of a name such as DOCNUM or ocid, whose end says that it is an id.
_ENDINGS = ("id", "num", "nr", "no", "key")
_OF_THINGS = ("serial", "sku")
_WEAK = 4
_EVENT_TYPES = {"type", "event", "event_type", "topic"}
_EVENT = ((), ("event",))  # Where the id and the type of an event are.
_TEXT = "#text"  # The text of an XML element that has attributes too.
_ENVELOPES = {"data", "object", "payload", "resource", "record"}
_MAX_ENVELOPES = 2  # As in `data.object`.
_MAX_EVENT_ID = 256  # Characters, as of an event.
_ID: TypeAdapter[str] = TypeAdapter(EntityId)


def find_ids(paths: Sequence[PathValues], hints: Collection[str]) -> list[PathValues]:
    """Return the paths whose name says that they hold the id, the best first.

    `hints` are names of what the items are: the best id of an order is `order_id`, or is in
    `order`.
    """
    return [path for _, path in _scored(paths, hints)]


def best_ids(paths: Sequence[PathValues], hints: Collection[str]) -> list[PathValues]:
    """Return the first of `find_ids`, and those that may be as good.

    An id in an object that no hint names may be of a user or of a project. So an id that is hardly
    deeper in another object may be as good.
    """
    scored = _scored(paths, hints)
    if not scored:
        return []
    best, path = scored[0]
    parent = _named_keys(path)[:-1]

    def is_rival(score: _Score, other: PathValues) -> bool:
        is_inside = _named_keys(other)[: len(parent)] == parent
        is_near = score.depth <= best.depth + 1 and score.rank < _WEAK and not is_inside
        return score == best or (best.is_elsewhere and best.rank < _WEAK and is_near)

    return [other for score, other in scored if is_rival(score, other)]


class _Score(NamedTuple):
    """How well a path may be the id. The lowest is the best."""

    is_elsewhere: bool
    depth: int
    rank: int


def _scored(paths: Sequence[PathValues], hints: Collection[str]) -> list[tuple[_Score, PathValues]]:
    """Return the paths that are named as an id, the best first.

    Objects that hold everything, such as the root of XML, do not count.
    """
    owners = {*hints, *(snake_case(key) for path in paths for key in path.keys[:-1])}
    shared = shared_levels(paths)
    found = []
    for path in possible_ids(paths):
        rank = _rank_as_id(path, owners)
        parent = _named_keys(path)[shared:-1]
        is_elsewhere = bool(parent) and not any(snake_case(key) in hints for key in parent)
        if rank is not None:
            found.append((_Score(is_elsewhere, len(parent), rank), path))
    return sorted(found, key=lambda each: each[0])


def unusable_ids(paths: Sequence[PathValues]) -> list[str]:
    """Return the paths that are named as an id and hold none, each with the reason."""
    named = [path for path in paths if path.keys and _rank_as_id(path, ()) is not None]
    usable = possible_ids(paths)
    return [f"{path.expression} {_fault_of(path)}" for path in named if path not in usable]


def _fault_of(path: PathValues) -> str:
    if not path.is_in_all:
        return "is null or missing in an item"
    if not are_valid_ids(path.values):
        return "has a value that cannot be an id (docs/http.md)"
    return "has the same value in two items"


def possible_ids(paths: Sequence[PathValues]) -> list[PathValues]:
    """Return the paths that each item has, with another valid id in each.

    An attribute of an XML element that holds a text describes the text, and is no id.
    """
    texts = {path.keys[:-1] for path in paths if path.keys[-1:] == (_TEXT,)}
    found = (
        path
        for path in paths
        if path.keys and path.is_in_all
        if not (path.keys[-1].startswith("@") and path.keys[:-1] in texts)
    )
    return [path for path in found if are_valid_ids(path.values) and _differ(path.values)]


def is_named_as_id(path: PathValues) -> bool:
    """Return whether the name says that the values identify something."""
    return bool(path.keys) and words_of(_named_keys(path)[-1])[-1] in (*_IDS, *_NUMBERS)


def _named_keys(path: PathValues) -> Keys:
    """Return the keys up to the one that names the value: the text of an element is the element."""
    return path.keys[:-1] if path.keys[-1] == _TEXT and len(path.keys) > 1 else path.keys


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


def _rank_as_id(path: PathValues, owners: Collection[str]) -> int | None:
    """Return how well the name fits an id, 0 for best; None if it does not."""
    _, _, name = _named_keys(path)[-1].rpartition(":")  # Without the prefix of a namespace.
    *before, last = words_of(name)
    if name == "id":
        return 0
    if last in _IDS and not before:
        return 1
    if last in (*_IDS, *_NUMBERS) and "_".join(before) in owners:
        return 2
    if last in _NUMBERS and not before:
        return 3
    if last in (*_IDS, *_NUMBERS):
        return _WEAK
    is_short = not before and len(last) <= _SHORT_NAME and last.endswith(_ENDINGS)
    has_digits = all(any(c.isdigit() for c in exact_text(value)) for value in path.values)
    if is_short and has_digits:
        return _WEAK + 1
    return _WEAK + 2 if last in _OF_THINGS else None


def find_enveloped_id(paths: Sequence[PathValues]) -> tuple[PathValues, PathValues] | None:
    """Return the id of an event, and the id of the entity that the event is about.

    Such a payload has an id and a type, and the entity in `data` or in a key of this kind.
    """
    by_keys = {path.keys: path for path in possible_ids(paths)}
    for event in _EVENT:
        size = len(event)
        types = {(*event, name) for name in _EVENT_TYPES}
        is_event = any(path.is_in_all and path.keys in types for path in paths)
        inside = {keys[size:]: path for keys, path in by_keys.items() if keys[:size] == event}
        inner = [path for keys, path in inside.items() if _is_id_in_envelope(keys)]
        outer = inside.get(("id",))
        if is_event and inner and outer and all(len(str(i)) <= _MAX_EVENT_ID for i in outer.values):
            return outer, inner[0]
    return None


def _is_id_in_envelope(keys: Keys) -> bool:
    is_near = 1 < len(keys) <= _MAX_ENVELOPES + 1
    return is_near and keys[-1] in _IDS and _ENVELOPES.issuperset(keys[:-1])
