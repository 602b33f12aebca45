"""What the API accepts, the schemas accept. The other way round it holds but for `RULES`."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import entities
from ingestion import exact_json
from ingestion.catalog import OPERATOR, Catalog
from ingestion.cli.output import write_exact_json
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import MAX_EVENT_BYTES
from ingestion.files.upload_url import UploadRequest
from ingestion.intake.cloudevents import STRUCTURED, CloudEvent
from ingestion.intake.correction import correction
from ingestion.intake.submission import NATIVE, Caller, Format, Submission, events_of
from ingestion.openapi import openapi
from tests.support.added_entities import added
from tests.support.factories import Json, contract, equipment, milestone

METER = '''
from datetime import date
from typing import Annotated, ClassVar, Literal
from pydantic import Field
from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, references


class Meter(Entity):
    """It has a field of each type."""

    entity_name: ClassVar[str] = "METER"

    meter_id: EntityId
    contract_id: Annotated[EntityId | None, references("CONTRACT")] = None
    total: Annotated[Number, Field(ge=0, lt=1000, description="Never negative.")]
    rates: list[Annotated[Number, Field(decimal_places=2)]] = []
    read_on: Annotated[CalendarDate, Field(gt=date(2020, 1, 1))] | None = None
    unit: Literal["m", "kg"] | None = None
    is_on: bool = True
    note: Annotated[str, Field(max_length=5, pattern="^[a-z]*$")] | None = None
'''
BODIES = {
    "CONTRACT": contract(),
    "EQUIPMENT": equipment(),
    "MILESTONE": milestone(start_date="2026-01-31", end_date="2026-02-28"),
    "METER": {"meter_id": "m-1", "total": 1, "rates": [4], "read_on": "2026-01-31"},
}
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
ANGSTROM = "\u212b"  # Its form NFC is Å.
ZERO_WIDTH = "\u200b"
OTHER_ID = "must be the id in the path, or left out"


class Outcome(NamedTuple):
    """Why the API refuses an input, if it does, and whether the schema accepts the input."""

    errors: tuple[FieldError, ...]
    conforms: bool


class Interface:
    """The inputs of an API whose only source sends every entity."""

    def __init__(self) -> None:
        fields = {"path": "x", "auth": "api_key", "entities": list(entities.models())}
        self.catalog = Catalog.model_validate({"sources": {"all": fields}})
        self.document = openapi.document(self.catalog, "/")
        self.validators = {
            "event": self._validator("/x", "post"),
            "cloudevent": self._validator("/x", "post", "application/cloudevents+json"),
            "correction": self._validator("/entities/METER/{id}", "put"),
            "upload": self._validator("/x/uploads", "post"),
        }
        self.inputs = {form: [*make()] for form, make in INPUTS.items()}

    def _validator(self, path: str, method: str, kind: str = "application/json") -> Any:
        body = self.document["paths"][path][method]["requestBody"]["content"][kind]["schema"]
        whole = body | {"components": self.document["components"]}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    def outcome(self, form: str, item: Json) -> Outcome:
        """Return what the API and the schema make of an input. A correction is of METER m-1."""
        check = {"correction": self._correct, "upload": request_upload}.get(form, self._post)
        return Outcome(check(item), self.validators[form].is_valid(item))

    def _post(self, item: Json) -> tuple[FieldError, ...]:
        form = STRUCTURED if "specversion" in item else NATIVE
        return self._errors("all", item, form)

    def _correct(self, item: Json) -> tuple[FieldError, ...]:
        """Refuse another id than the path's, as the handler does."""
        made = correction(entities.models()["METER"], "m-1", "upsert", item, None)
        errors = self._errors(OPERATOR, made, NATIVE)
        is_other = item.get("meter_id", "m-1") != "m-1"
        other = FieldError("body.meter_id", OTHER_ID)
        return errors or ((other,) if is_other else ())

    def _errors(self, sender: str, item: Json, form: Format) -> tuple[FieldError, ...]:
        caller = Caller(sender, self.catalog.senders[sender])
        [result] = events_of([item], caller, NOW, form)
        return result.errors if isinstance(result, RejectedRecord) else ()


def request_upload(item: Json) -> tuple[FieldError, ...]:
    try:
        UploadRequest.model_validate(item)
    except ValidationError as error:
        return RejectedRecord.from_validation("invalid_upload", error).errors
    return ()


@pytest.fixture(scope="module")
def interface(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Interface]:
    folder = tmp_path_factory.mktemp("entities")
    (folder / "meter.py").write_text(METER)
    with added(folder):
        yield Interface()


def event(entity_name: str = "METER", body: Json | None = None, **changes: Any) -> Json:
    return {"entity_name": entity_name, "body": BODIES[entity_name] | (body or {})} | changes


def cloudevent(entity_name: str = "METER", **changes: Any) -> Json:
    attributes = {"specversion": "1.0", "id": "event-1", "source": "all"}
    made = {"type": f"{entity_name.lower()}.upsert", "data": BODIES[entity_name]} | changes
    return attributes | {name: value for name, value in made.items() if value is not ...}


def encoded(content: Any) -> str:
    return b64encode(json.dumps(content).encode()).decode()


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
        "The data as JSON in base64, with at most 50000 fields",
        ("cloudevent", cloudevent(data=..., data_base64=encoded([]))),
    ),
    "name of an upload": Rule(
        "must be a file's own name",
        "UploadRequest name",
        "The file's own name, in printable characters",
        ("upload", {"name": f"rows{ZERO_WIDTH}.csv"}),
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_that_json_schema_cannot_state_is_described(
    interface: Interface, rule: Rule
) -> None:
    form, item = rule.refused

    outcome = interface.outcome(form, item)

    component, field, *member = rule.field.split()
    described = interface.document["components"]["schemas"][component]["properties"][field]
    assert outcome.conforms
    assert len(outcome.errors) == 1
    assert rule.explains(outcome.errors[0])
    assert rule.description in (described["items"] if member else described)["description"]


IDS = [
    *("e-1", "m-1", "m-2", "東京", "e" * 256, "e" * 512, "e" * 513, "é" * 300, "", "e-1 a"),
    *("e#1", " e", "e\u00a0", "e\n", "\ufeffe", "e\x85", "\x00", f"e{ZERO_WIDTH}"),
    *("\u05d0", "e\u0301", ANGSTROM),
]
TIMES = [
    *("2026-01-31T12:00:00Z", "2026-01-31t12:00:00.123456789z", "2026-01-31 12:00:00+01:00"),
    *("2026-01-31T12:05:01Z", "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "2026-01-31"),
    *("2026-01-31T12:00:00", "2026-01-31T12:00Z", "2026-01-31T24:00:00Z", "now"),
    *("2016-12-31T23:59:60Z", "2017-01-01 00:59:60.5+01:00", "2016-12-15T23:59:60Z"),
    *("2026-02-30 12:00:00Z", "2026-02-30T12:00:00Z", "2017-01-01T00:59:60+01:00"),
    *("2026-01-31T12:00:00+01:60", "2026-01-31T12:00:00+24:00", "2026-01-31 12:00:00-00:59"),
    *("\uff12026-01-31T12:00:00Z", "2026-01-31T12:00:00Z\n"),
]
DATES = [
    *("2026-01-31", "2026-12-31", "2026-02-30", "0000-01-01", "2020-01-01", "20260131"),
    *("2026-1-31", "2026-01-31T00:00:00", "\uff12026-01-31", "2026-01-31\n"),
]
NUMBERS = [
    *(4, -1, 1000, 10**38, Decimal("4.39"), Decimal("4.393"), Decimal("1E+2"), Decimal("1E+400")),
    *("4.39", "-0", "1e2", "1E+2", "1e37", "1e38", "007", ".5", "5.", "+5", "5\n", " 5", "NaN"),
    *("0x5", "\u0663", "9" * 39),
]
SAMPLES: dict[str, list[Any]] = {
    "id": IDS,
    "subject": IDS,
    "time": TIMES,
    "total": NUMBERS,
    "rates": [[number] for number in NUMBERS],
    "note": ["text", "texts", "longer", "TEXT", "text\n"],
    "operation": ["upsert", "delete", "Upsert"],
    "source": ["all", "other", ""],
    "entity_name": [*BODIES, "meter", "PUMP"],
    "type": ["meter.upsert", "meter.delete", "METER.upsert", "pump.upsert", "meter.insert"],
    "specversion": ["1.0", "0.3"],
    "datacontenttype": [
        *("application/json", "Application/JSON ; charset=UTF-8", "application/jsonx", ""),
        *("text/json", "application/vnd.acme+json", "image/json", "application/json; charset=utf8"),
        *("application/json; charset=utf-16", "application/json;x", '\tapplication/json;a="\n"'),
    ],
    "data_base64": [encoded(body) for body in (*BODIES.values(), [], {})] + ["-", "", "e30"],
    "name": [
        *("a.csv", "a.CSV.gz", "a.Zip", "a.ndjson", "a.b.xlsx", "a..csv", "a.jsonl.GZ", " .csv"),
        *(
            "a.pdf",
            "a/b.csv",
            ".csv",
            "..csv",
            "a.csv.",
            "a.csv\n",
            "a.gz",
            "a.zip.gz",
            "a.csv.zip",
        ),
        *("a\x85.csv", "a" * 200, f"{'a' * 196}.csv", f"{'a' * 197}.csv"),
    ],
}


def samples(name: str) -> list[Any]:
    """Return values for a field of this name, right and wrong."""
    is_id, is_date = name.endswith("_id"), name.endswith(("_date", "read_on"))
    own = SAMPLES.get(name, IDS if is_id else DATES if is_date else [])
    return [*own, None, True, 1, Decimal("1.5"), "text", "", [], ["text"], {}, {"text": 1}]


def with_one_change(base: Json, *names: str) -> Iterator[Json]:
    """Yield the object with another value of one field, and without one."""
    for name in dict.fromkeys([*base, *names, "more"]):
        yield from (base | {name: value} for value in samples(name))
        yield {kept: value for kept, value in base.items() if kept != name}


def with_changed_body(name: str) -> Iterator[tuple[str, Json]]:
    """Yield an upsert and a delete, each with its right body and with one change of it."""
    model = entities.models()[name]
    key = {model.id_field(): BODIES[name][model.id_field()]}
    for operation, right in (("upsert", BODIES[name]), ("delete", key)):
        for body in (right, *with_one_change(right, *model.model_fields)):
            yield operation, body


def events() -> Iterator[Json]:
    for name in BODIES:
        for operation, body in with_changed_body(name):
            yield event(name, operation=operation) | {"body": body}
        yield from with_one_change(event(name), *Submission.model_fields)
        yield from with_one_change(event(name, operation="upsert"), *Submission.model_fields)


def cloudevents() -> Iterator[Json]:
    for name in BODIES:
        for operation, body in with_changed_body(name):
            yield cloudevent(name, type=f"{name.lower()}.{operation}", data=body)
        for operation, data in product(("upsert", "delete"), (..., {})):
            no_data = cloudevent(name, type=f"{name.lower()}.{operation}", data=data)
            yield from with_one_change(no_data, *CloudEvent.model_fields)
        yield from with_one_change(cloudevent(name), *CloudEvent.model_fields)


INPUTS: dict[str, Callable[[], Iterator[Json]]] = {
    "event": events,
    "cloudevent": cloudevents,
    "correction": lambda: (body for _, body in with_changed_body("METER")),
    "upload": lambda: with_one_change({"name": "rows.csv"}),
}
each_form = pytest.mark.parametrize("form", INPUTS)


@each_form
def test_the_api_and_the_schema_agree_on_every_value_of_a_field(
    interface: Interface, form: str
) -> None:
    outcomes = [(item, interface.outcome(form, item)) for item in interface.inputs[form]]

    assert [found for found in outcomes if not agree(*found)] == []
    assert {(not outcome.errors, outcome.conforms) for _, outcome in outcomes} >= {
        (True, True),
        (False, False),
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(-99, 99) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=3,
)


@each_form
@settings(max_examples=300)
@given(data=st.data())
def test_what_the_api_accepts_the_schema_accepts(
    interface: Interface, form: str, data: st.DataObject
) -> None:
    inputs = st.sampled_from(interface.inputs[form])
    one, another = data.draw(inputs), data.draw(inputs)
    taken = data.draw(st.sets(st.sampled_from(sorted(another)))) if another else ()
    changes = data.draw(st.dictionaries(st.sampled_from([*one, "more"]), ANYTHING, max_size=1))
    item = exact_json.read(
        write_exact_json(one | {name: another[name] for name in taken} | changes)
    )

    outcome = interface.outcome(form, item)

    assert agree(item, outcome), outcome


def agree(item: Json, outcome: Outcome) -> bool:
    """Return whether both accept the input, both refuse it, or rules explain the difference."""
    if not outcome.errors:
        return outcome.conforms
    return not outcome.conforms or all(is_described(item, error) for error in outcome.errors)


def is_described(item: Json, error: FieldError) -> bool:
    """Return whether a rule explains the error. JSON Schema does not read data in base64."""
    is_encoded = item.get("data_base64") is not None and error.field.startswith("data.")
    is_other_id = error.message == OTHER_ID
    return is_encoded or is_other_id or any(rule.explains(error) for rule in RULES.values())


def test_the_id_in_a_correction_is_described(interface: Interface) -> None:
    put = interface.document["paths"]["/entities/METER/{id}"]["put"]["requestBody"]
    schema = put["content"]["application/json"]["schema"]

    outcome = interface.outcome("correction", BODIES["METER"] | {"meter_id": "m-2"})

    assert outcome.conforms
    assert [error.message for error in outcome.errors] == [OTHER_ID]
    assert schema["properties"]["meter_id"]["description"].startswith(
        "The id in the path, or left out. "
    )


def test_the_largest_size_is_described(interface: Interface) -> None:
    item = event("CONTRACT", {"contract_name": "x" * MAX_EVENT_BYTES})

    outcome = interface.outcome("event", item)

    body = interface.document["paths"]["/x"]["post"]["requestBody"]
    assert outcome.conforms
    assert [error.message for error in outcome.errors] == [
        f"must have at most {MAX_EVENT_BYTES} bytes"
    ]
    assert f"at most {MAX_EVENT_BYTES} bytes" in body["description"]
