"""A new source with files needs a catalog entry and a model file."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from entities.declared.yaml_file import parse_yaml
from tests.integration.cloud import Cloud
from tests.integration.files.contracts import report
from tests.support.factories import catalog_document
from tests.support.files.measurements import measurements

MEASUREMENT_SOURCE = """
network:
  path: network
  entities: [MEASUREMENT]
  auth: api_key
  files:
    key: [timestamp, location, source]
    time: timestamp
"""
MEASUREMENTS = """\
timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg
1769860800.25,berlin,probe-1,10.0.0.1,0.61,192.0.2.7,12.5
1769860801.25,oslo,probe-2,10.0.0.1,0.5,192.0.2.7,
1769860802.25,oslo,probe-2,10.0.0.1,fast,192.0.2.7,9
"""


@pytest.fixture
def _measurements(tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "models"
    folder.mkdir()
    with measurements(folder):
        yield


@pytest.mark.usefixtures("_measurements")
def test_a_new_source_needs_one_catalog_entry_and_one_model_file(cloud: Cloud) -> None:
    document = catalog_document()
    document["sources"] |= parse_yaml(MEASUREMENT_SOURCE)
    cloud.write_catalog(document)

    cloud.extract(cloud.drop("2026-01-31.csv", MEASUREMENTS, source="network"))
    cloud.insert()
    cloud.serve("network", cloud.dead_letter_queue_urls["sourceB"])
    lines = [line for key in cloud.keys("extracted/") for line in cloud.content(key).splitlines()]
    assert cloud.work(*(line.decode() for line in lines)) == []

    assert report(cloud)["accepted"] == 2
    assert report(cloud)["rejections"] == {"invalid_entity": 1}
    item = cloud.rows()["MEASUREMENT#1769860800.25/berlin/probe-1"]
    assert item["_event"]["time"] == "2026-01-31T12:00:00.250000Z"
    assert item["local_avg"] == Decimal("0.61")
    assert item["source"] == "probe-1"
    assert "remote_avg" not in cloud.rows()["MEASUREMENT#1769860801.25/oslo/probe-2"]
