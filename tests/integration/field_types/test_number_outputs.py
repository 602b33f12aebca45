"""Numbers leave as text, from the API, the change feed and the commands."""

import json
from decimal import Decimal

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.field_types.inputs import from_the_queue, natively, with_meters
from tests.support.factories import Json


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
