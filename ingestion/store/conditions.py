"""The conditions of writes: which stored version of an entity an event may replace."""

from typing import Any

from ingestion.event import Event
from ingestion.store.attributes import EVENT

# Equal times are decided by id, then source, then revision, so that every order of arrival gives
# the same result. An event without a revision sorts before an event with one.
_LATER = (
    "attribute_not_exists(#event)"
    " OR #event.#time < :time"
    " OR (#event.#time = :time AND #event.#id < :id)"
    " OR (#event.#time = :time AND #event.#id = :id AND #event.#source < :source)"
)
_LATER_REVISION = (
    f"{_LATER} OR (#event.#time = :time AND #event.#id = :id AND #event.#source = :source"
    " AND (attribute_not_exists(#event.#revision) OR #event.#revision < :revision))"
)
# A second delivery of the event that a correction replaced. It may have a later time.
_REPLACED = (
    "#event.#replaces.#time = :time AND #event.#replaces.#id = :id"
    " AND #event.#replaces.#source = :source"
)
NEWER = f"({_LATER}) AND NOT ({_REPLACED})"
_NEWER_REVISION = (
    f"({_LATER_REVISION}) AND NOT ({_REPLACED} AND #event.#replaces.#revision >= :revision)"
)
_STORED = "#event.#time = :time AND #event.#id = :id AND #event.#source = :source AND "
_STORED_WITHOUT_REVISION = f"{_STORED} attribute_not_exists(#event.#revision)"
_STORED_REVISION = f"{_STORED} #event.#revision = :revision"
# An event of other rules that was received later is stored, and has no revision.
_LATER_RECEIPT = (
    f"{_STORED} attribute_exists(#event.#mapping) AND #event.#mapping <> :mapping"
    " AND #event.#received_at >= :revision"
)
_NAMES = {"#event": EVENT, "#time": "time", "#id": "id", "#source": "source"}
_REVISION_NAME = {"#revision": "revision"}
_RECEIPT_NAMES = {"#mapping": "mapping", "#received_at": "received_at"}
NEWER_NAMES = _NAMES | {"#replaces": "replaces"}


def condition(event: Event) -> Any:
    """Return the parameters of the condition. An event with a revision reads the old item."""
    version = event.replaces or event.version
    values = {":time": version.time, ":id": version.id, ":source": version.source}
    if version.revision:
        values[":revision"] = version.revision
    if event.replaces:
        names = _NAMES | _REVISION_NAME
        expression = _STORED_REVISION if version.revision else _STORED_WITHOUT_REVISION
    elif version.revision:
        expression, names = _NEWER_REVISION, NEWER_NAMES | _REVISION_NAME
        if event.mapping:
            expression, names = f"{expression} AND NOT ({_LATER_RECEIPT})", names | _RECEIPT_NAMES
            values[":mapping"] = event.mapping
    else:
        expression, names = NEWER, NEWER_NAMES
    return {
        "ConditionExpression": expression,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
        "ReturnValues": "ALL_OLD" if event.revision else "NONE",
    }
