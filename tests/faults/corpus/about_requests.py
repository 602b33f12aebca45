"""Requests that are refused as a whole: body, headers, key, path, method."""

from ingestion.intake.submission import MAX_EVENTS
from tests.faults.corpus.inputs import Request
from tests.faults.corpus.values import VALID, VALID_BYTES
from tests.support.factories import NOT_JSON

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
    *("d", "B", "sourceB", "/b", "b/c", "./b", "b/.", "b/..", "a/../b", "%2e%2e/b", "..;/b"),
    *("b%00", "b%20", "b%0a", "b%25", "b%C3%28", "b;v=1", "*", "b" * 5_000),
)

ABOUT_THE_REQUEST = (
    *(Request(f"not JSON: {name}", 400, body) for name, body in BAD_JSON.items()),
    Request("a byte too many", 413, VALID_BYTES.ljust(4_400_001)),
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
    Request("path: ''", 405, VALID, path=""),  # It offers GET.
    *(
        Request(f"method: {method}", 405, VALID, method=method)
        for method in ("GET", "PUT", "PATCH", "DELETE")
    ),
)
