"""A number is the same value at each input, and the same text at each output."""

import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from ingestion.cli.client.event_client import EventClient, Summary, read_events
from ingestion.cli.environment import Checkout
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.support.added_entities import added
from tests.support.factories import Json, catalog_document, event_fields

Input = Callable[[Cloud, str], None]

MODEL = """
from typing import ClassVar

from entities.base import Entity
from entities.fields import EntityId, Number


class Meter(Entity):
    entity_name: ClassVar[str] = "METER"

    meter_id: EntityId
    reading: Number | None = None
    readings: list[Number] = []
    note: str | None = None
"""
WAYS = {
    "4.39": ["4.39", '"4.39"', "4.390"],
    "41": ["41", "41.0", "4.1E1", '"41.00"'],
    "1.0000000000000000000000000001": ["1.0000000000000000000000000001"],
    "0": ["-0.0"],
}
UNFIT = [
    '"note":4.39',
    '"note":1.0000000000000000000000000001',
    '"reading":true',
    '"reading":1e400',
    '"reading":1e999999999',
    '"reading":1e99999999999999999999',
    f'"reading":{"9" * 39}',
    '"reading":NaN',
    '"reading":-Infinity',
]
CLOUDEVENT = '{"specversion":"1.0","id":"1","source":"sourceB","type":"meter.upsert","data%s}'


@pytest.fixture(autouse=True)
def _meters(cloud: Cloud, tmp_path: Path) -> Iterator[None]:
    """Let sourceB send meters."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "meter.py").write_text(MODEL)
    with added(folder):
        cloud.write_catalog(with_meters())
        yield


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


@at_each_input
def test_a_number_is_stored_as_the_same_value_from_each_input(cloud: Cloud, put: Input) -> None:
    for text, ways in WAYS.items():
        for way in ways:
            cloud.empty_table()

            put(cloud, f'{{"meter_id":"m-1","reading":{way},"readings":[{way}]}}')

            row = cloud.rows()["METER#m-1"]
            assert row["reading"] == Decimal(text)
            assert row["readings"] == [Decimal(text)]


@at_each_input
def test_no_input_takes_a_number_that_the_field_cannot_hold(cloud: Cloud, put: Input) -> None:
    for field in UNFIT:
        put(cloud, f'{{"meter_id":"m-1",{field}}}')

    assert cloud.rows() == {}


@pytest.fixture
def stored(cloud: Cloud) -> Cloud:
    """Store a whole number, and then a fraction."""
    natively(cloud, '{"meter_id":"m-1","reading":41}')
    natively(cloud, '{"meter_id":"m-1","reading":4.390,"readings":[41.0]}')
    return cloud


FIELDS: Json = {"meter_id": "m-1", "reading": "4.39", "readings": ["41"]}


def test_the_read_api_returns_numbers_as_text(stored: Cloud) -> None:
    one = stored.read("METER/m-1").document["entity"]
    [listed] = stored.read("METER").document["items"]

    assert one == FIELDS
    assert listed["entity"] == FIELDS


def test_an_etag_stays_the_same_when_the_same_number_is_written_otherwise(stored: Cloud) -> None:
    tag = stored.read("METER/m-1").headers["ETag"]

    assert stored.read("METER/m-1", if_none_match=tag).status == 304


def test_a_change_holds_numbers_as_text(stored: Cloud) -> None:
    stored.publish_changes(stored.stream())

    last = stored.published_changes()[-1].data
    assert last.before == {"meter_id": "m-1", "reading": "41", "readings": []}
    assert last.after == FIELDS
    assert last.changed == ["reading", "readings"]


@pytest.mark.usefixtures("stored")
def test_commands_print_and_export_numbers_as_text(run: Ingest) -> None:
    assert json.loads(run("get", "METER", "m-1", "-o", "json").stdout)["entity"] == FIELDS
    [listed] = json.loads(run("list", "METER", "-o", "json").stdout)
    assert listed["entity"] == FIELDS
    assert json.loads(run("export", "METER").stdout)["entity"] == FIELDS
    assert 'm-1,4.39,"[""41""]",' in run("export", "METER", "--format", "csv").stdout


def test_an_edit_of_a_dead_letter_keeps_each_digit_and_each_type(
    cloud: Cloud, ingest: Ingest, checkout: Checkout
) -> None:
    checkout.catalog_file.write_text(json.dumps(with_meters()))
    from_the_queue(cloud, '{"meter_id":"m-1","note":4.39,"readings":[0.10000000000000000000001]}')
    exact = "1.0000000000000000000000000001"

    result = ingest("edit", "event-1", "--set", f"data.reading:={exact}")

    assert "data.note: Input should be a valid string" in result.output
    ingest("edit", "event-1", "--set", "data.note=4.39")
    ingest("redrive")
    cloud.work(*cloud.queued())
    row = cloud.rows()["METER#m-1"]
    assert row["reading"] == Decimal(exact)
    assert row["readings"] == [Decimal("0.10000000000000000000001")]
    assert row["note"] == "4.39"


def test_a_fraction_and_its_text_are_the_same_event_on_the_topic(cloud: Cloud) -> None:
    for event_id, way in (("1", "4.39"), ("2", '"4.39"')):
        data = f'{{"meter_id":"m-1","reading":{way}}}'
        cloud.post(f'{{"entity_name":"METER","id":"{event_id}","body":{data}}}')

    first, second = (json.loads(record["body"])["data"] for record in cloud.queued())

    assert first == {"meter_id": "m-1", "reading": "4.39"}
    assert second == first
