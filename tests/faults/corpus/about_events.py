"""Requests with an event that is refused."""

from ingestion.event import MAX_EVENT_BYTES
from tests.faults.corpus.inputs import (
    INVALID_ENTITY,
    INVALID_EVENT,
    TOO_LARGE,
    UNKNOWN_ENTITY,
    WRONG_SOURCE,
    Fault,
    Request,
    no_entity,
    no_event,
    of_bytes,
    refused,
)
from tests.faults.corpus.values import BAD_IDS, BAD_TIMES, BAD_VALUES, UNKNOWN_FIELDS, VALID_BYTES
from tests.support.factories import contract, deletion, equipment, milestone, submission

ABOUT_EVENTS = (
    Request("no event", 422, []),
    *(
        refused(f"no object: {text.decode()}", text, INVALID_EVENT, "")
        for text in (b"null", b"-0", b"1e99999", b"true", b'"{}"', b"[[]]", b'[[{"id": "1"}]]')
    ),
    refused("no object: 201 levels", b"[" * 201 + b"]" * 201, INVALID_EVENT, ""),
    refused("no object: 210 levels in an array", b"[" * 210 + b"]" * 210, INVALID_EVENT, ""),
    refused("no object: half of a surrogate pair", rb'["\ud800"]', INVALID_EVENT, ""),
    Request("a byte order mark before an event", 202, b"\xef\xbb\xbf" + VALID_BYTES),
    refused("no fields", {}, INVALID_EVENT, "entity_name", "body"),
    *(no_event(f"entity name: {name}", entity_name=value) for name, value in BAD_VALUES.items()),
    *(
        refused(
            f"entity name: {value!r}", submission(entity_name=value), UNKNOWN_ENTITY, "entity_name"
        )
        for value in (
            "",
            "contract",
            "CONTRACT ",
            "CONTRACT\0",
            "CONTRACTS",
            "__class__",
            "EQUIPMENT",
        )
    ),
    *(
        no_event(f"body: {name}", body=value)
        for name, value in (BAD_VALUES | {"text": "{}"}).items()
        if name != "operator"
    ),
    *(no_event(f"id: {name}", id=value) for name, value in BAD_VALUES.items() if name != "null"),
    *(no_event(f"id: {v!r:.20}", id=v) for v in ("", "x" * 257, "\0", "1\n", "\u200b", "\u202e")),
    *(no_event(f"time: {name}", time=value) for name, value in BAD_TIMES.items()),
    *(no_event(f"operation: {v!r}", operation=v) for v in (None, "", "DELETE", "drop", ["delete"])),
    no_event("source: number", source=7),
    *(
        refused(f"source: {value!r}", submission(source=value), WRONG_SOURCE, "source")
        for value in ("sourceA", "sourceb", "sourceB ", "", "*")
    ),
    *(no_event(f"unknown field: {name!r}", **{name: "x"}) for name in UNKNOWN_FIELDS),
    *(no_entity(f"unknown field in the body: {name!r}", **{name: "x"}) for name in UNKNOWN_FIELDS),
    refused(
        "unknown field: a long name",
        submission() | {"x" * 1_000: 1},
        INVALID_EVENT,
        "x" * 100 + "…",
    ),
    Request(
        "twelve unknown fields",
        422,
        submission(contract() | {f"x{n}": n for n in range(12)}),
        (
            *(Fault(0, INVALID_ENTITY, f"body.x{n}") for n in range(10)),
            Fault(0, INVALID_ENTITY, ""),
        ),
    ),
    refused(
        "empty body",
        submission({}),
        INVALID_ENTITY,
        *("body.contract_id", "body.contract_name", "body.contract_type", "body.contract_status"),
    ),
    *(no_entity(f"entity id: {name}", contract_id=value) for name, value in BAD_IDS.items()),
    *(no_entity(f"entity id: a {n}", contract_id=value) for n, value in BAD_VALUES.items()),
    *(
        no_entity(f"text that is none: {name}", contract_name=value)
        for name, value in BAD_VALUES.items()
    ),
    no_entity("text: number of 4,300 digits", contract_name=10**4_299),
    *(no_entity(f"code: {v!r}", contract_status=v) for v in ("", "Active", "active ", "%", None)),
    refused(
        "a date that is none",
        submission(milestone(end_date="2026-02-30"), entity_name="MILESTONE"),
        INVALID_ENTITY,
        "body.end_date",
        path="c",
        key="sourceC",
    ),
    refused(
        "ends before it starts",
        submission(
            milestone(start_date="2026-02-02", end_date="2026-02-01"), entity_name="MILESTONE"
        ),
        INVALID_ENTITY,
        "body",
        path="c",
        key="sourceC",
    ),
    refused(
        "its own parent",
        submission(equipment("e", parent_equipment_id="e"), entity_name="EQUIPMENT"),
        INVALID_ENTITY,
        "body",
        path="a",
        key="sourceA",
    ),
    refused(
        "delete with more than the id",
        submission(operation="delete"),
        INVALID_ENTITY,
        *("body.contract_name", "body.contract_type", "body.contract_status"),
    ),
    refused(
        "delete without id", submission({}, operation="delete"), INVALID_ENTITY, "body.contract_id"
    ),
    refused("delete of a bad id", deletion("c#1"), INVALID_ENTITY, "body.contract_id"),
    refused(
        "delete by operator",
        submission({"contract_id": {"$ne": None}}, operation="delete"),
        INVALID_ENTITY,
        "body.contract_id",
    ),
    Request("240 KB and a byte", 413, of_bytes(MAX_EVENT_BYTES + 1), (Fault(0, TOO_LARGE, ""),)),
    Request(
        "too large beside invalid",
        422,
        [of_bytes(MAX_EVENT_BYTES + 2), None],
        (Fault(0, TOO_LARGE, ""), Fault(1, INVALID_EVENT, "")),
    ),
)
