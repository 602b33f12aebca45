"""Records of the table's stream, and the changes that are published for them."""

from typing import Any

from ingestion.store.attributes import to_attribute_value
from ingestion.store.change import Change, change_of
from tests.support.factories import NOON, Json, contract
from tests.support.invocations import as_lambda_event

LATER = "2026-01-31T12:00:01.000000Z"


def item(entity: Json | None = None, **event: str) -> Json:
    """Return an item of contract c-1 that holds the entity, or a tombstone (default)."""
    times = {"time": NOON, "received_at": NOON, "stored_at": LATER}
    provenance = {"id": "event-1", "source": "sourceB"} | times | event
    own = entity | {"ENTITY_NAME": "CONTRACT"} if entity else {"_expires_at": 1_800_000_000}
    return {"ID": "CONTRACT#c-1", "_event": provenance} | own


def record(old: Json | None, new: Json | None, number: int = 1, **changes: Any) -> Json:
    """Return a record of the stream, as Lambda passes it, for the item before and after a write."""
    images = {"OldImage": old, "NewImage": new}
    typed = {
        name: {key: to_attribute_value(value) for key, value in image.items()}
        for name, image in images.items()
        if image
    }
    document = {
        "eventID": f"{number:032x}",
        "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:123456789012:table/t/stream/s",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_769_860_800,
            "Keys": {"ID": {"S": "CONTRACT#c-1"}},
            "SequenceNumber": str(1000 + number),
            "SizeBytes": 100,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            **typed,
        },
    }
    return as_lambda_event(document) | changes


def published(old: Json | None, new: Json | None) -> Change:
    """Return the change that the feed publishes for the item before and after a write."""
    change = change_of(record(old, new))
    assert change is not None
    return change


ENTITY, TOMBSTONE = item(contract()), item()
