"""An event of the sample data."""

from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def utc(text: str) -> str:
    """Return an ISO 8601 time in UTC with microseconds."""
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event(entity: str, key: str, what: str, time: str, **fields: str | None) -> Json:
    """Return one event; `what` happened to the entity `key` at `time`."""
    name = entity.lower()
    given = {field: value for field, value in fields.items() if value is not None}
    return {
        "entity_name": entity,
        "id": f"{name}:{key}:{what}",
        "time": utc(time),
        "body": {f"{name}_id": key, **given},
    }
