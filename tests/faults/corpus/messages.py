"""Messages that reach the topic without the API."""

import json
from typing import Any

from entities.fields import MAX_ID_BYTES
from tests.faults.corpus.inputs import (
    INVALID_ENTITY,
    INVALID_EVENT,
    STORED,
    UNKNOWN_ENTITY,
    UNROUTED,
    WRONG_SOURCE,
    Message,
    nested,
)
from tests.support.factories import contract, event_fields


def text(**changes: Any) -> str:
    """Return the JSON of a valid contract event with these changes."""
    return json.dumps(event_fields() | changes)


def lacking(attribute: str) -> str:
    return json.dumps({name: v for name, v in event_fields().items() if name != attribute})


def attribute(name: str, *values: Any) -> tuple[Message, ...]:
    """Make events in which this attribute has each of the invalid values."""
    return tuple(
        Message(f"{name}: {value!r:.30}", INVALID_EVENT, text(**{name: value}), name)
        for value in values
    )


def invalid_data(name: str, fault: str, **changes: Any) -> Message:
    """Make an event of a contract with these changes of its data."""
    data = contract() | changes
    return Message(
        name, INVALID_ENTITY, text(data=data, subject=data["contract_id"]), f"data.{fault}"
    )


MESSAGES = (
    *(
        Message(f"not JSON: {name}", INVALID_EVENT, body)
        for name, body in {
            "text": "hello",
            "unfinished": text()[:-1],
            "more after the end": text() + text(),
            "XML": "<event/>",
            "Python": "{'id': '1'}",
            "escaped lone surrogate": text(data="?").replace("?", r"\ud800"),
            "NaN": text(data=float("nan")),
            "Infinity": text(data=float("inf")),
            "an exponent beyond all decimals": text(data="?").replace(
                '"?"', "1e99999999999999999999"
            ),
            "100,000 levels": "[" * 100_000,
            "5,000 digits": "9" * 5_000,
        }.items()
    ),
    *(Message(f"no object: {body}", INVALID_EVENT, body) for body in ("null", "7", '"{}"', "[]")),
    Message("an array of events", INVALID_EVENT, f"[{text()}]"),
    *(
        Message(f"without {name}", INVALID_EVENT, lacking(name), name)
        for name in ("id", "source", "type", "subject", "time", "receivedat", "data")
    ),
    *attribute("specversion", "0.3", "1", 1.0, None),
    *attribute("id", "", "x" * 257, "\0", 7, None),
    *attribute("source", 7, None),
    *attribute(
        "type", "contract", "contract.merge", "CONTRACT.upsert", ".upsert", "a#b.upsert", None
    ),
    *attribute("subject", 7, None, "c-2", "", "c-1 "),
    *attribute("time", "", "now", "2026-01-31", "2026-01-31T12:00:00", 1769860800, None),
    *attribute("time", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    *attribute("receivedat", "", "2026-02-30T12:00:00Z", None),
    *attribute("data", None, [], "text", json.dumps(contract()), 7),
    Message("source: another's", WRONG_SOURCE, text(source="sourceA"), "source"),
    Message("source: nobody's", WRONG_SOURCE, text(source="rogue"), "source"),
    Message("source: in capitals", WRONG_SOURCE, text(source="SOURCEB"), "source"),
    Message("on another's queue", WRONG_SOURCE, text(), "source", source="sourceA"),
    Message("type: another's", UNKNOWN_ENTITY, text(type="equipment.upsert"), "entity_name"),
    Message("type: nobody's", UNKNOWN_ENTITY, text(type="rocket.delete"), "entity_name"),
    Message("type: prototype", UNKNOWN_ENTITY, text(type="base.upsert"), "entity_name"),
    Message("data: empty", INVALID_ENTITY, text(data={}), "data.contract_id"),
    Message(
        "delete of the whole", INVALID_ENTITY, text(type="contract.delete"), "data.contract_name"
    ),
    invalid_data("data: unknown field", "colour", colour="red"),
    invalid_data("data: the table's own field", "ENTITY_NAME", ENTITY_NAME="EQUIPMENT"),
    invalid_data("data: code", "contract_status", contract_status="ACTIVE"),
    invalid_data("data: number for text", "contract_name", contract_name=7),
    invalid_data("data: operator for text", "contract_name", contract_name={"$ne": None}),
    invalid_data("data: 150 levels", "contract_name", contract_name=nested(150)),
    invalid_data("data: fraction for text", "contract_name", contract_name=4.39),
    invalid_data("data: 4,000 digits", "contract_name", contract_name=10**3_999),
    invalid_data("data: id with the separator", "contract_id", contract_id="c#1"),
    invalid_data("data: id from right to left", "contract_id", contract_id="c\u202e1"),
    invalid_data("data: id of 513 bytes", "contract_id", contract_id="c" * (MAX_ID_BYTES + 1)),
    Message("source unknown to all", UNROUTED, text(), source="sourceX"),
    Message("source in capitals", UNROUTED, text(), source="SOURCEB"),
    Message("source with a blank", UNROUTED, text(), source="sourceB "),
    Message("unrouted and no JSON", UNROUTED, "hello", source="unrouted"),
    Message("valid", STORED, text()),
    Message(
        "attributes that CloudEvents allows", STORED, text(traceparent="00-1", datacontenttype="x")
    ),
    Message(
        "another entity in the attribute", STORED, text(), attributes={"entity_name": "EQUIPMENT"}
    ),
    Message("a time elsewhere", STORED, text(time="2026-01-31T13:00:00+01:00")),
    Message("a key twice: the last counts", STORED, '{"id": 7, ' + text()[1:]),
    Message("250 KB", STORED, text(data=contract(contract_name="x" * 250 * 1024))),
    Message("SQL", STORED, text(data=contract(contract_name="'; DROP TABLE entities; --"))),
)

# Each is a dead letter that a redrive would reject again, for the reason `end`.
REDRIVES = tuple(message for message in MESSAGES if message.end not in (STORED, UNROUTED))
