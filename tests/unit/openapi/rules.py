"""The rules that JSON Schema cannot state."""

import re
from typing import NamedTuple

from ingestion.errors import FieldError
from tests.support.factories import Json
from tests.unit.openapi.inputs import ANGSTROM, ZERO_WIDTH, cloudevent, encoded, event


class Rule(NamedTuple):
    """A rule that JSON Schema cannot state, so the description of a field does."""

    message: str  # A pattern of the API's message.
    field: str  # The component, and its field with the description.
    description: str
    refused: tuple[str, Json]  # The form and the item of an input that only this rule refuses.

    def explains(self, error: FieldError) -> bool:
        return bool(re.search(self.message, f"{error.field}: {error.message}"))


RULES = {
    "id: bytes": Rule(
        "must have at most 512 bytes",
        "Meter-Input meter_id",
        "at most 512 bytes in UTF-8",
        ("event", event(body={"meter_id": "é" * 300})),
    ),
    "id: characters": Rule(
        "must not contain control, combining or right-to-left characters",
        "Meter-Input contract_id",
        "without control, formatting, combining and right-to-left characters",
        ("event", event(body={"contract_id": f"a{ZERO_WIDTH}"})),
    ),
    "id: normal form": Rule(
        "must be in Unicode's normal form NFC",
        "MeterKey meter_id",
        "in the Unicode form NFC",
        ("event", event(operation="delete") | {"body": {"meter_id": ANGSTROM}}),
    ),
    "id of the event": Rule(
        r"String should match pattern '\^\\P\{C\}\+\$'",
        "METER.default id",
        "Without control, formatting, private-use and unassigned characters",
        ("event", event(id=f"a{ZERO_WIDTH}")),
    ),
    "time: exists": Rule(
        "must be an RFC 3339 time",
        "METER.upsert time",
        "Second 60 is accepted only as the last second of a month",
        ("event", event(time="2016-12-15T23:59:60Z", operation="upsert")),
    ),
    "time: bound": Rule(
        r"is \S+: must be \S+ or (later|earlier)",
        "METER.upsert.cloudevent time",
        "not before 1970 and at most 5 minutes after the receipt",
        ("cloudevent", cloudevent(time="2026-01-31T12:05:01Z")),
    ),
    "date: year": Rule(
        "year 0 is out of range",
        "Milestone start_date",
        "from the year 1 on",
        ("event", event("MILESTONE", {"start_date": "0000-01-01"})),
    ),
    "date: limit": Rule(
        "Input should be greater than",
        "Meter-Input read_on",
        "Must be more than 2020-01-01",
        ("event", event(body={"read_on": "2020-01-01"})),
    ),
    "time of a field: exists": Rule(
        "set_at: must be an RFC 3339 time",
        "Meter-Input set_at",
        "Second 60 is accepted only as the last second of a month",
        ("event", event(body={"set_at": "2026-12-15T23:59:60Z"})),
    ),
    "time of a field: limit": Rule(
        "set_at: Input should be greater than or equal to",
        "Meter-Input set_at",
        "Must be at least 2020-01-01T00:00:00Z",
        ("event", event(body={"set_at": "2019-12-31T23:59:59Z"})),
    ),
    "number: digits": Rule(
        "must have at most 38 digits",
        "Meter-Input total",
        "Written without an exponent, it has at most 38 digits",
        ("event", event(body={"total": "1e-50"})),
    ),
    "number: limit of a text": Rule(
        "Input should be (greater|less) than",
        "Meter-Input total",
        "Never negative. A number, or a text",
        ("event", event(body={"total": "-1"})),
    ),
    "number: decimal places": Rule(
        "no more than 2 decimal places",
        "Meter-Input rates items",
        "At most 2 decimal places",
        ("event", event(body={"rates": ["0.123"]})),
    ),
    "equipment: parent": Rule(
        "parent_equipment_id must not be the equipment's own id",
        "Equipment parent_equipment_id",
        "Not the equipment's own id",
        ("event", event("EQUIPMENT", {"parent_equipment_id": "e-1"})),
    ),
    "milestone: days": Rule(
        "end_date must not be before start_date",
        "Milestone end_date",
        "Not before start_date",
        ("event", event("MILESTONE", {"end_date": "2026-01-01"})),
    ),
    "subject": Rule(
        "must be the entity's id",
        "METER.upsert.cloudevent subject",
        "The entity's id, as in the data",
        ("cloudevent", cloudevent(subject="m-2")),
    ),
    "datacontenttype": Rule(
        "must be application/json in UTF-8",
        "METER.upsert.cloudevent datacontenttype",
        "in UTF-8, with valid parameters",
        ("cloudevent", cloudevent(datacontenttype="application/json; charset=utf-16")),
    ),
    "data_base64": Rule(
        "data_base64: (must be JSON in base64|must be an object|Input should be an object)",
        "METER.upsert.cloudevent data_base64",
        "The data as JSON in base64",
        ("cloudevent", cloudevent(data=..., data_base64=encoded([]))),
    ),
    "name of an upload": Rule(
        "must be a file's own name",
        "UploadRequest name",
        "The file's own name, in printable characters",
        ("upload", {"name": f"rows{ZERO_WIDTH}.csv", "size": 5}),
    ),
}
