"""What the index holds about an entity: its key, its version and its searchable text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any, Literal, get_args, get_origin

from pydantic_core import to_json

import entities
from entities.base import Entity
from ingestion.search.schema import normalize
from ingestion.store.attributes import EVENT
from ingestion.store.reader import entity_document
from ingestion.store.table import ENTITY_NAME, ID

TEXT_KEY_FIELD = "text_key"  # The field of a document that names the object with its text.
_VERSION = ("time", "id", "source", "revision")


@dataclass(frozen=True)
class Entry:
    """An entity in the index. `fields` holds the texts of each searchable field."""

    key: str
    entity_name: str
    source: str
    version: str
    text: str
    fields: Mapping[str, list[str]] = field(default_factory=dict)


# An entity's key, and its entry. None deletes the key's entry from the index.
Write = tuple[str, Entry | None]


def entry_of(item: Mapping[str, Any], document_text: str = "") -> Entry:
    """Return the entry of an item of the table, with the text of its document if it has one.

    Personal fields are left out unless the model says that they are searchable. An entity without
    a model has no text but its id, because no model says which of its fields are personal.
    """
    found = entity_document(dict(item))
    model = entities.models().get(found["entity_name"])
    names = searchable_fields(model) if model else ()
    fields = {name: list(_texts(found["entity"].get(name))) for name in names}
    fields = {name: list(map(normalize, texts)) for name, texts in fields.items() if texts}
    ids = [] if model else [found["id"]]
    own_texts = dict.fromkeys(text for texts in fields.values() for text in texts)
    parts = [*ids, *own_texts, *([normalize(document_text)] if document_text else [])]
    return Entry(
        item[ID]["S"],
        item[ENTITY_NAME]["S"],
        str((found["event"] or {}).get("source", "")),
        version_of(item),
        "\n".join(parts),
        fields,
    )


def version_of(item: Mapping[str, Any]) -> str:
    """Return the version of an item as text. An item that was written by hand may have none."""
    event = item.get(EVENT, {}).get("M", {})
    return to_json([event.get(name, {}).get("S") for name in _VERSION]).decode()


@cache
def searchable_fields(model: type[Entity]) -> tuple[str, ...]:
    """Return the fields that hold texts, ids or values of a list, and may be searched."""
    hidden = model.unsearchable_fields() | {TEXT_KEY_FIELD}
    return tuple(
        name
        for name, each in model.model_fields.items()
        if name not in hidden and _holds_text(each.annotation)
    )


@cache
def models_digest() -> str:
    """Return a text that differs if the searchable fields of the models differ.

    An index of other models may hold the words of a field that is personal by now.
    """
    models = entities.models().items()
    return sha256(to_json({name: searchable_fields(m) for name, m in models})).hexdigest()[:16]


@cache
def all_searchable_fields() -> frozenset[str]:
    """Return the searchable fields of all entities. A query may name these."""
    models = entities.models().values()
    return frozenset(name for model in models for name in searchable_fields(model))


def _holds_text(annotation: Any) -> bool:
    if get_origin(annotation) is Literal:
        return True
    return annotation is str or any(map(_holds_text, get_args(annotation)))


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in a value of the table. A list may hold further lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
