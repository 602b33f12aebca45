"""The inputs through which a meter's values reach the table."""

import io
import json
from base64 import b64encode
from collections.abc import Callable

import httpx
import pytest

from ingestion.cli.client.event_client import EventClient, Summary
from ingestion.cli.client.event_file import read_events
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from tests.integration.cloud import Cloud
from tests.support.factories import Json, catalog_document, event_fields

Input = Callable[[Cloud, str], None]
MODEL = """
from typing import ClassVar

from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, UtcTime


class Meter(Entity):
    entity_name: ClassVar[str] = "METER"

    meter_id: EntityId
    reading: Number | None = None
    readings: list[Number] = []
    note: str | None = None
    is_on: bool | None = None
    set_at: UtcTime | None = None
    flags: list[bool | None] | None = None
    times: list[UtcTime | None] | None = None
    days: list[CalendarDate] | None = None
"""
CLOUDEVENT = '{"specversion":"1.0","id":"1","source":"sourceB","type":"meter.upsert","data%s}'


def with_meters() -> Json:
    document: Json = catalog_document()
    document["sources"]["sourceB"] |= {"entities": ["METER"]}
    return document


def posted(cloud: Cloud, body: str, content_type: str = "application/json", **more: str) -> None:
    cloud.post(body, content_type=content_type, **more)
    cloud.work(*cloud.queued())


def natively(cloud: Cloud, data: str) -> None:
    posted(cloud, f'{{"entity_name":"METER","body":{data}}}')


def structured(cloud: Cloud, data: str) -> None:
    posted(cloud, CLOUDEVENT % f'":{data}', STRUCTURED_JSON)


def in_a_batch(cloud: Cloud, data: str) -> None:
    posted(cloud, f"[{CLOUDEVENT}]" % f'":{data}', BATCH_JSON)


def in_base64(cloud: Cloud, data: str) -> None:
    encoded = b64encode(f"\ufeff{data}".encode()).decode()
    posted(cloud, CLOUDEVENT % f'_base64":"{encoded}"', STRUCTURED_JSON)


def in_binary_mode(cloud: Cloud, data: str) -> None:
    headers = {"specversion": "1.0", "id": "1", "source": "sourceB", "type": "meter.upsert"}
    posted(cloud, data, **{f"ce_{name}": value for name, value in headers.items()})


def as_correction(cloud: Cloud, data: str) -> None:
    cloud.correct("PUT", "METER/m-1", data)
    cloud.serve("operator")
    cloud.work(*cloud.queued("operator"))
    cloud.serve("sourceB")


def in_a_file(name: str, content: str) -> Input:
    def put(cloud: Cloud, data: str) -> None:
        cloud.extract(cloud.drop(name, content % data))
        cloud.insert()
        cloud.work(*cloud.queued())

    return put


def from_the_queue(cloud: Cloud, data: str) -> None:
    fields = event_fields({"meter_id": "m-1"}, entity_name="METER", subject="m-1")
    cloud.work(json.dumps(fields).replace('{"meter_id": "m-1"}', data))


def by_the_client(cloud: Cloud, data: str) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        posted = cloud.post(request.content)
        return httpx.Response(posted.status, content=posted.text)

    http = httpx.Client(transport=httpx.MockTransport(respond))
    body = f'[{{"entity_name":"METER","body":{data}}}]'
    client = EventClient("https://api.example.com/b", http)
    client.send_events(read_events(io.BytesIO(body.encode()), lines=False), Summary())
    cloud.work(*cloud.queued())


INPUTS: dict[str, Input] = {
    "native": natively,
    "structured": structured,
    "batch": in_a_batch,
    "base64": in_base64,
    "binary": in_binary_mode,
    "correction": as_correction,
    "JSON": in_a_file("a.json", "[%s]"),
    "JSON event": in_a_file("a.json", '{"entity_name":"METER","body":%s}'),
    "JSON Lines": in_a_file("a.jsonl", "%s"),
    "JSON Lines event": in_a_file("a.jsonl", '{"entity_name":"METER","body":%s}'),
    "queue": from_the_queue,
    "ingest send": by_the_client,
}
at_each_input = pytest.mark.parametrize("put", INPUTS.values(), ids=INPUTS)
