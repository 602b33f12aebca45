"""Requests whose events are accepted, alone or beside refused ones."""

from ingestion.event import MAX_EVENT_BYTES
from ingestion.intake.submission import MAX_EVENTS
from tests.faults.corpus.inputs import (
    INVALID_ENTITY,
    INVALID_EVENT,
    TOO_LARGE,
    UNKNOWN_ENTITY,
    WRONG_SOURCE,
    Fault,
    Request,
    accepted,
    of_bytes,
)
from tests.faults.corpus.values import GOOD_IDS, GOOD_TEXTS, GOOD_TIMES, VALID, VALID_BYTES
from tests.support.factories import contract, deletion, equipment, submission

HARMLESS = (
    *(
        accepted(f"text: {name}", submission(contract(f"text {name}", contract_name=value)))
        for name, value in GOOD_TEXTS.items()
    ),
    *(accepted(f"entity id: {n}", submission(contract(value))) for n, value in GOOD_IDS.items()),
    *(
        accepted(f"time: {name}", submission(contract(f"time {name}"), time=value))
        for name, value in GOOD_TIMES.items()
    ),
    *(
        accepted(f"id: {name}", submission(contract(f"id {name}"), id=value))
        for name, value in {
            "256 characters": "é" * 256,
            "1,024 bytes": "🚜" * 256,
            "blank within": "a b",
            "separator": "#",
            "prototype": "__proto__",
            "replacement character": "\ufffd",
            "null": None,
        }.items()
    ),
    *(
        accepted(f"content type: {value}", VALID, headers={"Content-Type": value})
        for value in (
            "Application/JSON",
            'application/json ; charset="UTF-8"',
            "application/json; charset=us-ascii",
            "application/json; profile=x; charset=utf-8",
        )
    ),
    accepted("content encoding: identity", VALID, headers={"Content-Encoding": "identity"}),
    accepted("another source in a header", VALID, headers={"Source": "sourceA"}),
    accepted(
        "half a CloudEvent in headers",
        VALID,
        headers={"ce-source": "sourceA", "ce-type": "contract.delete", "ce-id": "%"},
    ),
    accepted("another source in the query", VALID, path="b?source=sourceA&x-api-key=1"),
    accepted("a slash after the path", VALID, path="b/"),
    accepted("blanks around it", b" \r\n\t" + VALID_BYTES + b"\n"),
    accepted("escaped throughout", VALID_BYTES.replace(b"CONTRACT", rb"\u0043ONTRACT")),
    accepted("a key twice: the last counts", b'{"entity_name": "EQUIPMENT", ' + VALID_BYTES[1:]),
    accepted("source is null", submission(contract("source null"), source=None)),
    accepted("delete of what was never there", deletion("never there")),
    accepted("240 KB", of_bytes(MAX_EVENT_BYTES)),
    accepted(
        "an id for two entities",
        [submission(contract(f"shares an id {n}"), id="shared") for n in (1, 2)],
    ),
    accepted("500 times the same event", [submission(contract("500"), id="500")] * MAX_EVENTS),
    accepted(
        "references to what is not there",
        submission(
            equipment("e-refers", contract_id="none", parent_equipment_id="none"),
            entity_name="EQUIPMENT",
        ),
        path="a",
        key="sourceA",
    ),
)

# Valid events beside invalid ones: only the valid ones are stored.
MIXED = (
    *(
        Request(
            f"beside {name}",
            207,
            [submission(contract(f"before {name}")), bad, submission(contract(f"after {name}"))],
            (Fault(1, reason, at),),
        )
        for name, bad, reason, at in (
            ("null", None, INVALID_EVENT, ""),
            ("an array", [submission()], INVALID_EVENT, ""),
            ("another source", submission(source="sourceA"), WRONG_SOURCE, "source"),
            (
                "another's entity",
                submission(entity_name="EQUIPMENT"),
                UNKNOWN_ENTITY,
                "entity_name",
            ),
            ("a bad time", submission(time="now"), INVALID_EVENT, "time"),
            ("a bad id", submission(contract("c#1")), INVALID_ENTITY, "body.contract_id"),
            ("240 KB and two bytes", of_bytes(MAX_EVENT_BYTES + 2), TOO_LARGE, ""),
        )
    ),
    Request(
        "a time ahead of the receipt",
        207,
        [submission(contract("in time")), submission(time="9999-12-31T23:59:59Z")],
        (Fault(1, INVALID_EVENT, "time"),),
    ),
    Request(
        "an id for two entities, the first is bad",
        207,
        [
            submission(contract("c#1"), id="shared with a bad one"),
            submission(contract("shares the id of a bad one"), id="shared with a bad one"),
        ],
        (Fault(0, INVALID_ENTITY, "body.contract_id"),),
    ),
    Request(
        "499 bad and a good one",
        207,
        [*[7] * (MAX_EVENTS - 1), submission(contract("the only good one"))],
        tuple(Fault(n, INVALID_EVENT, "") for n in range(MAX_EVENTS - 1)),
    ),
)
