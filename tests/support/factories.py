"""Builds valid entities, events and catalogs, with the changes that a test needs."""

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from entities.base import id_field
from entities.declared.yaml_file import read_yaml
from ingestion.catalog import Catalog
from ingestion.event import Event

CATALOG_YAML = Path(__file__).parents[2] / "config" / "sources.yaml"
CANARY = "canary-4711"  # A value in test data. If it is found anywhere else, the data leaked.
NOON = "2026-01-31T12:00:00.000000Z"

# The characters that SQS accepts in a body or an attribute. Others are lost or refused.
SQS_TEXT = r"[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*"

NOT_JSON = {
    "nothing": b"",
    "text": b"hello",
    "canary in the open": f'{{"entity_name": {CANARY}'.encode(),
    "unfinished": b'{"entity_name": "CONTRACT"',
    "more after the end": b"{} {}",
    "100,000 levels": b"[" * 100_000,
    "5,000 digits": b"9" * 5_000,
    "NaN": b'{"body": NaN}',
    "Infinity": b'{"body": Infinity}',
    "minus Infinity": b'{"body": -Infinity}',
    "invalid UTF-8": b'{"id": "\xff"}',
    "overlong UTF-8": b'{"id": "\xc0\xaf"}',
    "encoded surrogate": b'{"id": "\xed\xa0\x80"}',
    "escaped lone surrogate": b'{"id": "\\ud800"}',
    "raw control character": b'{"id": "\x01"}',
    "UTF-16": '{"id": "1"}'.encode("utf-16"),
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
}

Json = dict[str, Any]


def contract(contract_id: Any = "c-1", **changes: Any) -> Json:
    """Return a valid contract."""
    fields = {"contract_name": "Turbines", "contract_type": "goods", "contract_status": "active"}
    return {"contract_id": contract_id} | fields | changes


def milestone(milestone_id: Any = "m-1", **changes: Any) -> Json:
    """Return a valid milestone. Its contract need not exist."""
    return {"milestone_id": milestone_id, "contract_id": "c-1"} | changes


def equipment(equipment_id: Any = "e-1", **changes: Any) -> Json:
    """Return a valid piece of equipment."""
    return {"equipment_id": equipment_id} | changes


def submission(body: Any = None, **changes: Any) -> Json:
    """Return a contract as sourceB posts it."""
    return {"entity_name": "CONTRACT", "body": contract() if body is None else body} | changes


def deletion(contract_id: str = "c-1", **changes: Any) -> Json:
    """Return the deletion of a contract as sourceB posts it."""
    return submission({"contract_id": contract_id}, operation="delete", **changes)


def cloudevent(data: Any = None, **changes: Any) -> Json:
    """Return a contract as sourceB posts it as a CloudEvent."""
    return {
        "specversion": "1.0",
        "id": "event-1",
        "source": "sourceB",
        "type": "contract.upsert",
        "data": contract() if data is None else data,
    } | changes


def event_fields(data: Json | None = None, **changes: Any) -> Json:
    """Return the attributes of an event of sourceB. `entity_name` and `operation` form its type."""
    data = contract() if data is None else data
    entity_name = changes.pop("entity_name", "CONTRACT")
    operation = changes.pop("operation", "upsert")
    return {
        "specversion": "1.0",
        "id": "event-1",
        "source": "sourceB",
        "type": f"{entity_name.lower()}.{operation}",
        "subject": data.get(id_field(entity_name), "c-1"),
        "time": NOON,
        "receivedat": NOON,
        "data": data,
    } | changes


def event(data: Json | None = None, **changes: Any) -> Event:
    """Return an event of sourceB (default: about contract c-1)."""
    return Event.model_validate(event_fields(data, **changes))


def delete_event(contract_id: str = "c-1", **changes: Any) -> Event:
    """Return an event that deletes a contract."""
    return event({"contract_id": contract_id}, operation="delete", **changes)


def event_of_bytes(size: int, **changes: Any) -> Event:
    """Return an event whose JSON has exactly so many bytes."""
    empty = len(event(contract(contract_name=""), **changes).json_bytes)
    return event(contract(contract_name="x" * (size - empty)), **changes)


def catalog_document() -> Any:
    """Return the content of the repository's catalog file."""
    return deepcopy(_shipped_catalog())


@cache
def _shipped_catalog() -> Any:
    return read_yaml(CATALOG_YAML)


def catalog() -> Catalog:
    """Return the repository's own catalog."""
    return Catalog.model_validate(catalog_document())


def api_key(source: str) -> str:
    """Return the API key that a source uses in the tests."""
    return f"{source}-{CANARY}-key"


def lines(text: str) -> list[Any]:
    """Return the JSON lines of a log."""
    return [json.loads(line) for line in text.splitlines()]
