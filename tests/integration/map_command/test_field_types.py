"""Samples record booleans, times and lists as YAML that reads back as the same values."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entities.declared.yaml_file import parse_yaml
from ingestion.cli.checkout import Checkout
from tests.integration.map_command.conftest import Map, Write
from tests.support.added_entities import added

PROBE = """
from typing import ClassVar

from entities.base import Entity, EntityId, Number, UtcTime


class Probe(Entity):
    entity_name: ClassVar[str] = "PROBE"

    probe_id: EntityId
    is_on: bool
    at: UtcTime
    tags: list[str]
    flags: list[bool | None] = []
    values: list[Number] = []
"""
CATALOG = """\
sources:
  probes:
    path: probes
    entities: [PROBE]
    auth: api_key
    map:
      - entity: PROBE
        each: payload.probes || payload
        id: item.id
        time: {value: item.at, format: epoch_s}
        fields:
          is_on: {value: item.state, translate: {on: true, off: false}}
          at: {value: item.at, time: epoch_s}
          tags: {value: item.tags, split: ";", empty: ["-"]}
          flags: {value: item.flags, optional: true}
          values: {value: item.values, optional: true}
"""
FIELDS = {
    "is_on": False,
    "at": "2026-01-31T12:00:00.000000Z",
    "tags": ["a", "true", "007"],
}
PROBES = ("--source", "probes")


@pytest.fixture(autouse=True)
def _probes(mapped_checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    mapped_checkout.catalog_file.write_text(CATALOG)
    folder: Path = tmp_path_factory.mktemp("entities")
    (folder / "probe.py").write_text(PROBE)
    with added(folder):
        yield


def test_recorded_values_of_each_type_are_as_expected(ingest_map: Map, write: Write) -> None:
    probe = '{"id":"p","state":"off","at":1769860800,"tags":"a;true;007","flags":[true,null],%s}'
    file = write("config/samples/probes/one.json", probe % '"values":[1.10,2]')

    recorded = ingest_map("--record", *PROBES)
    checked = ingest_map("--check", *PROBES)

    assert (recorded.exit_code, checked.exit_code) == (0, 0), checked.stderr
    document = parse_yaml(file.with_name("one.expected.yaml").read_text())
    [event] = document["payloads"][0]["events"]
    values = event["fields"].pop("values")
    assert event["fields"] == FIELDS | {"flags": [True, None]}
    assert [str(value) for value in values] == ["1.1", "2"]


def test_a_table_gives_the_same_values(ingest_map: Map, write: Write) -> None:
    row = "id,state,at,tags\np,off,1769860800,a;true;007\n"
    file = write("config/samples/probes/one.csv", row)

    recorded = ingest_map("--record", *PROBES)

    assert recorded.exit_code == 0, recorded.output
    document = parse_yaml(file.with_name("one.expected.yaml").read_text())
    assert document["payloads"][0]["events"][0]["fields"] == FIELDS


def test_a_boolean_that_differs_is_named(ingest_map: Map, write: Write) -> None:
    file = write(
        "config/samples/probes/one.json",
        {"id": "p", "state": "off", "at": 1769860800, "tags": "a", "flags": [True]},
    )
    ingest_map("--record", *PROBES)
    expected = file.with_name("one.expected.yaml")
    text = expected.read_text()
    expected.write_text(text.replace("is_on: false", "is_on: true").replace("- true", "- 'true'"))

    result = ingest_map("--check", *PROBES)

    assert "is_on: expected true, found false" in result.stderr
    assert 'flags: expected ["true"], found [true]' in result.stderr
