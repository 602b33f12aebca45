"""Say which event a queued record holds, for a log line: ids only, never content."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

import entities
from entities.fields import EntityId
from ingestion.event import REQUEST_ID, EventId

_CHANGE_KINDS = ("created", "updated", "deleted")


def identity_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ids of a record, its attempt, and the ids of its event that are valid.

    A text that is no id may be anything, so it is left out. A change has the id of the event that
    caused it.
    """
    found = {
        "message_id": record["messageId"],
        "attempt": int(record["attributes"]["ApproximateReceiveCount"]),
        "request_id": record["messageAttributes"].get(REQUEST_ID, {}).get("stringValue"),
    }
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        found |= _ids_of_message(from_json(record["body"]))
    return {name: value for name, value in found.items() if value is not None}


def _ids_of_message(message: Any) -> dict[str, Any]:
    name, _, kind = message["type"].rpartition(".")
    cause = message["data"]["cause"] if kind in _CHANGE_KINDS else message
    entity_id = _valid(EntityId, message["subject"])
    is_known = entity_id is not None and name.upper() in entities.models()
    return {
        "event_id": _valid(EventId, cause["id"]),
        "entity_key": f"{name.upper()}#{entity_id}" if is_known else None,
    }


def _valid(rule: Any, value: Any) -> str | None:
    with suppress(ValidationError):
        return _adapter(rule).validate_python(value, strict=True)
    return None


@cache
def _adapter(rule: Any) -> TypeAdapter[str]:
    """Return the adapter. Creating it at import would make each start of a function longer."""
    return TypeAdapter(rule)
