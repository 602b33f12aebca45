"""Requests with a CloudEvent that is refused."""

from typing import Any

from ingestion.intake.submission import MAX_EVENTS
from tests.faults.corpus.inputs import (
    INVALID_EVENT,
    UNKNOWN_ENTITY,
    WRONG_SOURCE,
    Request,
    nested,
    refused,
)
from tests.faults.corpus.values import BAD_TIMES
from tests.support.factories import cloudevent, contract

CLOUDEVENT = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
BINARY = {
    "ce-specversion": "1.0",
    "ce-id": "corpus",
    "ce-source": "sourceB",
    "ce-type": "contract.upsert",
}


def no_cloudevent(name: str, **changes: Any) -> Request:
    """Make a valid CloudEvent, then change these attributes."""
    return refused(
        f"CloudEvent: {name}",
        cloudevent() | changes,
        INVALID_EVENT,
        *changes,
        headers=CLOUDEVENT,
    )


def no_binary_event(name: str, field: str, **headers: str) -> Request:
    """Make a valid CloudEvent in headers, then change these headers."""
    changed = {f"ce-{header}": value for header, value in headers.items()}
    return refused(f"binary: {name}", contract(), INVALID_EVENT, field, headers=BINARY | changed)


BAD_DATA: tuple[Any, ...] = (None, "{}", [], 7, nested(150))

ABOUT_CLOUDEVENTS = (
    *(no_cloudevent(f"version {v!r}", specversion=v) for v in ("0.3", "1", "1.0.2", 1.0, None)),
    *(no_cloudevent(f"type {v!r}", type=v) for v in ("contract", "Contract.upsert", "a#b.upsert")),
    *(no_cloudevent(f"time: {name}", time=value) for name, value in BAD_TIMES.items()),
    *(no_cloudevent(f"attribute {v!r}", **{v: 1}) for v in ("Id", "__class__", "a.b", "a b", "")),
    *(no_cloudevent(f"data: {value!r:.20}", data=value) for value in BAD_DATA),
    no_cloudevent("XML", datacontenttype="application/xml"),
    no_cloudevent("another's subject", subject="c-2"),
    no_cloudevent("data twice", data_base64="e30="),
    refused(
        "CloudEvent: another source",
        cloudevent(source="/sourceB"),
        WRONG_SOURCE,
        "source",
        headers=CLOUDEVENT,
    ),
    refused(
        "CloudEvent: another's entity",
        cloudevent(type="equipment.upsert"),
        UNKNOWN_ENTITY,
        "type",
        headers=CLOUDEVENT,
    ),
    refused("CloudEvent: a batch", [cloudevent()], INVALID_EVENT, "", headers=CLOUDEVENT),
    Request("CloudEvents: an empty batch", 202, [], headers=BATCH),
    Request("CloudEvents: 501", 413, [cloudevent()] * (MAX_EVENTS + 1), headers=BATCH),
    Request("CloudEvent: no JSON", 400, b"{", headers=CLOUDEVENT),
    *(
        no_binary_event(f"id {value!r}", "id", id=value)
        for value in ("%", "%zz", "%C0%A0", "%ED%A0%80", "%00", "%E2%80%AE")
    ),
    no_binary_event("data twice", "data", data="{}"),
    no_binary_event("content type twice", "datacontenttype", datacontenttype="application/json"),
    no_binary_event("attribute", "under_score", under_score="1"),
    refused("binary: an array", [contract()], INVALID_EVENT, "data", headers=BINARY),
    Request("binary: no JSON", 400, b"{", headers=BINARY),
    Request("binary: XML", 415, b"<a/>", headers=BINARY | {"Content-Type": "text/xml"}),
)
