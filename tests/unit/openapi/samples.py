"""Inputs with one change each, right and wrong."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import entities
from ingestion.intake.cloudevents import CloudEvent
from ingestion.intake.submission import Submission
from tests.support.factories import Json
from tests.unit.openapi.inputs import ANGSTROM, BODIES, ZERO_WIDTH, cloudevent, encoded, event

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
    "set_at": [*TIMES, "2019-12-31T23:59:59Z"],
    "stops": [*([time] for time in TIMES), [None], [None, None, None]],
    "flags": [[True, False], ["true"], [1], [None]],
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
    "upload": lambda: with_one_change({"name": "rows.csv", "size": 5}),
}
