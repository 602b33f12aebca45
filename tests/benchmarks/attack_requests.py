"""The most expensive requests that a sender can make."""

import json
from base64 import b64encode
from collections.abc import Callable
from itertools import islice, product
from string import ascii_lowercase, digits
from typing import NamedTuple

from ingestion.catalog import OPERATOR
from ingestion.http.request import MAX_BODY_BYTES, MAX_REQUEST_VALUES
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from ingestion.intake.submission import MAX_EVENTS
from tests.benchmarks.support.stage import PATH, SOURCE, submission
from tests.support.factories import Json, cloudevent
from tests.support.invocations import request

VALID = "500 events of 8.7 KB"
JSON = "application/json"


HALF = '"\\ud800"'  # Half of a surrogate pair: JSON that no UTF-8 can hold.


class Size(NamedTuple):
    """How many bytes and values the hostile part of a body has."""

    size_bytes: int
    values: int

    def shared_by(self, events: int) -> "Size":
        """Return the size for each of these events."""
        return Size(self.size_bytes // events - 60, self.values // events - 3)


SIZES = {  # "bound" leaves room for the values of the event itself.
    "full": Size(MAX_BODY_BYTES - 1_000, MAX_BODY_BYTES),
    "bound": Size(MAX_BODY_BYTES - 1_000, MAX_REQUEST_VALUES - 20),
}


def _listed(item: str, size: Size, values: int = 1) -> str:
    """Return an array of one item again and again. The item has so many values."""
    times = min(size.size_bytes // (len(item) + 1), size.values // values)
    return f"[{','.join([item] * times)}]"


def _fields(pattern: str, size: Size) -> str:
    """Return an object of different unknown fields. The pattern says how each is written."""
    times = min(size.size_bytes // (len(pattern) + 3), size.values)
    names = islice(product(ascii_lowercase + digits, repeat=4), times)
    return "{" + ",".join(pattern.format("".join(name)) for name in names) + "}"


def _event(body: str) -> str:
    return f'{{"entity_name":"CONTRACT","body":{body}}}'


def _events(body: Callable[[Size], str], size: Size) -> str:
    """Return 500 events that share the bytes and values."""
    return f"[{','.join([_event(body(size.shared_by(MAX_EVENTS)))] * MAX_EVENTS)}]"


def _cloudevent(change: str) -> str:
    """Return a CloudEvent with further attributes, written as an object."""
    return json.dumps(cloudevent())[:-1] + "," + change[1:]


def _batch(size: Size) -> str:
    event = _cloudevent(_fields('"{}_":0', size.shared_by(2 * MAX_EVENTS)))
    return f"[{','.join([event] * MAX_EVENTS)}]"


def _encoded(data: str) -> str:
    fields = cloudevent() | {"data_base64": b64encode(data.encode()).decode()}
    del fields["data"]
    return json.dumps(fields)


def _encoded_batch(size: Size) -> str:
    each = Size(size.size_bytes * 3 // 4 // MAX_EVENTS - 150, size.values // MAX_EVENTS - 20)
    return f"[{','.join([_encoded(_listed('[]', each, 2))] * MAX_EVENTS)}]"


def _valid() -> Json:
    items = [submission(number) for number in range(MAX_EVENTS)]
    for item in items:
        item["body"]["contract_name"] = "x" * 8_500
    return _sent(json.dumps(items))


def _sent(body: str, kind: str = JSON, path: str = PATH, **headers: str) -> Json:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body.encode(errors="surrogateescape")
    return request(path, content, source=SOURCE, headers={"Content-Type": kind} | named)


def _posted(body: Callable[[Size], str]) -> Callable[[Size], Json]:
    return lambda size: _sent(body(size))


def _correction(body: str) -> Json:
    path = "entities/CONTRACT/c-1"
    return request(path, body.encode(), source=OPERATOR, method="PUT")


SPACED = '"{}" :0'
TEXT = '{{"contract_id":"{}"}}'


EVENTS: dict[str, Callable[[Size], str]] = {
    "unknown fields": lambda size: _event(_fields('"{}":0', size)),
    "unknown fields, a blank before the colon": lambda size: _event(_fields(SPACED, size)),
    "unknown fields, names with a comma": lambda size: _event(_fields('"{},":0', size)),
    "unknown fields of the event": lambda size: _fields(SPACED, size),
    "unknown fields of 500 events": lambda size: _events(lambda each: _fields(SPACED, each), size),
    "objects": lambda size: _event(_listed('{"a":0}', size, 2)),
    "one field again and again": lambda size: _event("{" + _listed('"a":0', size)[1:-1] + "}"),
    "nested arrays": lambda size: _event(_listed("[" * 190 + "]" * 190, size, 191)),
    "empty arrays": lambda size: _event(_listed("[]", size, 2)),
    "empty objects": lambda size: _event(_listed("{}", size, 2)),
    "whole numbers": lambda size: _event(_listed("1", size)),
    "fractions": lambda size: _event(_listed("0.1", size)),
    "empty texts": lambda size: _event(_listed('""', size)),
    "texts": lambda size: _event(_listed('"é"', size)),
    "long whole numbers": lambda size: _event(_listed("9" * 4_300, size)),
    "a whole number of a million digits": lambda _: _event("9" * 1_000_000),
    "a fraction of a million digits": lambda _: _event("0." + "9" * 1_000_000),
    "one long name": lambda size: _event('{"' + "x" * size.size_bytes + '":0}'),
    "one long text": lambda size: _event(TEXT.format("é" * (size.size_bytes // 2))),
    "one text of commas": lambda size: _event(TEXT.format("," * size.size_bytes)),
    "one text of escapes": lambda size: _event(TEXT.format(r"\u00e9" * (size.size_bytes // 6))),
    "empty events": lambda size: _listed("{}", size, 2),
    "nulls": lambda size: _listed("null", size),
    "500 events of empty arrays": lambda size: _events(lambda each: _listed("[]", each, 2), size),
    "500 events of numbers for a text": lambda size: _events(
        lambda each: '{"contract_name":' + _listed("1", each) + "}", size
    ),
    "unknown fields, then no JSON": lambda size: _event(_fields(SPACED, size)) + "x",
    "unknown fields, half of a surrogate pair": lambda size: (
        f"[{HALF},{_event(_fields(SPACED, size))}]"
    ),
    "empty arrays, half of a surrogate pair": lambda size: (
        f"[{HALF},{_event(_listed('[]', size, 2))}]"
    ),
    "fractions, half of a surrogate pair": lambda size: f"[{HALF},{_event(_listed('0.1', size))}]",
    "500 events, half of a surrogate pair each": lambda size: _events(
        lambda each: _listed("[]", each, 2)[:-1] + f",{HALF}]", size
    ),
    "halves of surrogate pairs": lambda size: _listed(HALF, size),
    "wrong bytes": lambda size: "[" + "\udcff" * size.size_bytes,
    "blanks": lambda size: "[" + " " * size.size_bytes,
    "brackets": lambda size: "[" * size.values,
    "an unfinished text of quotes": lambda size: "[" * size.values + '"' + '\\"' * 2_000_000,
}


REQUESTS: dict[str, Callable[[Size], Json]] = {
    VALID: lambda _: _valid(),
    **{name: _posted(body) for name, body in EVENTS.items()},
    "extensions of a CloudEvent": lambda size: _sent(
        _cloudevent(_fields(SPACED, size)), STRUCTURED_JSON
    ),
    "wrong extensions of a CloudEvent": lambda size: _sent(
        _cloudevent(_fields('"{}_" :0', size)), STRUCTURED_JSON
    ),
    "wrong extensions of 500 CloudEvents": lambda size: _sent(_batch(size), BATCH_JSON),
    "data of a CloudEvent in base64": lambda size: _sent(
        _encoded(_fields(SPACED, size._replace(size_bytes=size.size_bytes * 3 // 4))),
        STRUCTURED_JSON,
    ),
    "data of 500 CloudEvents in base64": lambda size: _sent(_encoded_batch(size), BATCH_JSON),
    "data of a binary CloudEvent": lambda size: _sent(
        _fields(SPACED, size),
        ce_specversion="1.0",
        ce_id="1",
        ce_source=SOURCE,
        ce_type="contract.upsert",
    ),
    "a correction": lambda size: _correction(_fields(SPACED, size)),
    "an upload": lambda size: _sent(_fields(SPACED, size), path=f"{PATH}/uploads"),
    "an upload with a list as its name": lambda size: _sent(
        '{"name":' + _listed("[]", size, 2) + "}", path=f"{PATH}/uploads"
    ),
}
