"""Clients that generators write have a type for each type of field. The API reads their JSON."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import entities
from ingestion.catalog import Catalog
from ingestion.openapi import openapi
from tests.support.added_entities import added
from tests.support.clients import link_npm, run
from tests.support.factories import catalog_document
from tests.unit.openapi.inputs import METER

PYTHON = """
import json
from datetime import UTC, date, datetime
from ingestion_client.models import MeterInput, MeterOutput

sent = MeterInput(
    meter_id="m-1",
    total="4.39",
    read_on=date(2026, 1, 31),
    set_at=datetime(2026, 1, 31, 10, tzinfo=UTC),
    stops=[datetime(2026, 1, 31, 10, tzinfo=UTC), None],
    is_on=False,
    flags=[True, False],
)
stored = MeterOutput.from_dict(
    {
        "meter_id": "m-1",
        "total": "4.39",
        "set_at": "2026-01-31T10:00:00.000000Z",
        "stops": ["2026-01-31T10:00:00.000000Z"],
        "is_on": False,
        "flags": [],
    }
)
assert stored.set_at == stored.stops[0] == datetime(2026, 1, 31, 10, tzinfo=UTC), stored
assert (stored.is_on, stored.flags) == (False, []), stored
print(json.dumps(sent.to_dict()))
"""
TYPESCRIPT = """
import type { components } from "./schema.d.ts";

const sent: components["schemas"]["Meter-Input"] = {
  meter_id: "m-1", total: 4.39, set_at: "2026-01-31T10:00:00Z", is_on: false, flags: [true],
};
const stored: components["schemas"]["Meter-Output"] = { meter_id: "m-1", total: "4.39" };
const time: string | null | undefined = stored.set_at;
const times: (string | null)[] | undefined = stored.stops;
const flags: boolean[] | undefined = stored.flags;
// @ts-expect-error A text is no boolean.
const wrong: components["schemas"]["Meter-Input"] = { meter_id: "m-1", total: 1, is_on: "true" };
"""


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """Return a folder with the document of an API that takes METER, which has every type."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "meter.py").write_text(METER)
    with added(tmp_path / "models"):
        catalog = catalog_document()
        catalog["sources"]["sourceB"]["entities"] = ["METER"]
        document = openapi.document(Catalog.model_validate(catalog), "https://api.example.com")
        (tmp_path / "openapi.json").write_text(json.dumps(document))
        yield tmp_path


def test_a_python_client_writes_and_reads_every_type(directory: Path) -> None:
    options = ("--path", "openapi.json", "--meta", "none", "--output-path", "ingestion_client")

    run(directory, "openapi-python-client", "generate", *options)
    sent = json.loads(run(directory, "python", "-c", PYTHON))

    assert entities.models()["METER"].model_validate(sent).model_dump(
        mode="json", exclude_unset=True
    ) == {
        "meter_id": "m-1",
        "total": "4.39",
        "read_on": "2026-01-31",
        "set_at": "2026-01-31T10:00:00.000000Z",
        "stops": ["2026-01-31T10:00:00.000000Z", None],
        "is_on": False,
        "flags": [True, False],
    }


def test_a_typescript_client_has_the_types_of_fields(directory: Path) -> None:
    link_npm(directory)
    (directory / "types.mts").write_text(TYPESCRIPT)

    run(directory, "openapi-typescript", "openapi.json", "--output", "schema.d.ts")

    faults = run(directory, "tsc", "--noEmit", "--strict", "--module", "nodenext", "types.mts")

    assert faults == ""
