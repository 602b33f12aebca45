"""A log line holds the ids of a record's event, and no other text of it."""

import json
from typing import Any

import pytest

from ingestion.messaging.identity import identity_of
from tests.support.factories import CANARY, contract, event, event_fields
from tests.support.invocations import record


def identity(content: Any) -> dict[str, Any]:
    """Return the identity of a record with this content, without what all records have."""
    text = content if isinstance(content, str) else json.dumps(content)
    found = identity_of(record(text))
    del found["message_id"], found["attempt"]
    return found


def test_an_event_has_its_id_its_entity_its_attempt_and_its_request() -> None:
    queued = record(event(contract("c-1"), id="7"), ApproximateReceiveCount="3")
    queued["messageAttributes"] = {"request_id": {"stringValue": "r-1", "dataType": "String"}}

    assert identity_of(queued) == {
        "message_id": queued["messageId"],
        "attempt": 3,
        "request_id": "r-1",
        "event_id": "7",
        "entity_key": "CONTRACT#c-1",
    }


def test_a_change_has_the_id_of_the_event_that_caused_it() -> None:
    change = event_fields({"cause": {"id": "7"}}, type="contract.updated", id="of the change")

    assert identity(change) == {"event_id": "7", "entity_key": "CONTRACT#c-1"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": f"{CANARY}\n"}, {"entity_key": "CONTRACT#c-1"}),
        ({"id": [CANARY]}, {"entity_key": "CONTRACT#c-1"}),
        ({"subject": f"{CANARY}#"}, {"event_id": "event-1"}),
        ({"type": f"{CANARY}.upsert"}, {"event_id": "event-1"}),
        ({"type": [CANARY]}, {}),
    ],
    ids=["id", "id that is no text", "subject", "entity", "type"],
)
def test_what_is_no_valid_id_is_left_out(changes: dict[str, Any], expected: dict[str, str]) -> None:
    assert identity(event_fields() | changes) == expected


@pytest.mark.parametrize(
    "body", [CANARY, f'"{CANARY}"', "[]", "null", "{}", '{"type": "x.upsert"}']
)
def test_a_message_that_is_no_event_has_no_event_id(body: str) -> None:
    assert identity(body) == {}
