"""Commands read, check, correct and export an entity that a YAML file declares as any other."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.gateway import Gateway
from tests.integration.commands.output import document
from tests.integration.commands.pumps import put
from tests.integration.conftest import Ingest
from tests.support.added_entities import added
from tests.support.factories import CANARY, contract, event

VALVE = """\
description: Closes a line.
fields:
  valve_id: {type: id}
  contract_id: {type: reference, to: CONTRACT}
  state: {type: enum, values: [open, closed], required: true}
  width: {type: number, renamed_from: [size]}
  checked_at: {type: time}
  notes: {type: list, of: text}
  owner: {type: text, personal: true}
"""
V1 = ("VALVE", "v-1")
STORED = {
    "valve_id": "v-1",
    "contract_id": "c-1",
    "state": "open",
    "width": "4.390",
    "checked_at": "2026-01-31T10:00:00+01:00",
    "notes": ["new"],
    "owner": CANARY,
}


@pytest.fixture(autouse=True)
def _stored(cloud: Cloud, gateway: Gateway, tmp_path: Path) -> Iterator[None]:  # noqa: ARG001 - every test needs it
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "valve.yaml").write_text(VALVE)
    with added(tmp_path / "models"):
        cloud.serve("operator")
        cloud.store(event(contract("c-1")))
        cloud.store(event(STORED, entity_name="VALVE", source="operator", subject="v-1"))
        yield


def test_a_stored_row_has_the_texts_of_its_types(cloud: Cloud, run: Ingest) -> None:
    found = document(run("get", *V1, "-o", "json", "--show-personal"))

    texts = {"width": "4.39", "checked_at": "2026-01-31T09:00:00.000000Z"}
    assert found["entity"] == STORED | texts
    assert cloud.read("VALVE/v-1").document["entity"] == STORED | texts


@pytest.mark.parametrize("command", ["get VALVE v-1", "list VALVE", "export VALVE --format csv"])
def test_a_personal_field_is_shown_on_request(run: Ingest, command: str) -> None:
    masked, whole = run(*command.split()), run(*command.split(), "--show-personal")

    assert CANARY not in masked.output
    assert CANARY in whole.stdout


def test_a_correction_is_checked_and_stored(cloud: Cloud, run: Ingest) -> None:
    refused = run("put", *V1, "--set", "state=ajar")
    stored = run("put", *V1, "--set", "state=closed")

    assert refused.exit_code != 0
    assert "'open' or 'closed'" in refused.output
    assert stored.exit_code == 0, stored.output
    assert cloud.rows()["VALVE#v-1"]["state"] == "closed"


def test_references_are_followed_and_checked(cloud: Cloud, run: Ingest) -> None:
    cloud.store(
        event(
            {"valve_id": "v-2", "state": "open", "contract_id": "c-9"},
            entity_name="VALVE",
            source="operator",
            subject="v-2",
        )
    )

    related = json.loads(run("related", "CONTRACT", "c-1", "-o", "json").stdout)
    checked = document(run("check", "references", "-o", "json"))

    assert [row["id"] for row in related] == ["v-1"]
    assert [(row["id"], row["missing_id"]) for row in checked["dangling"]] == [("v-2", "c-9")]


def test_rows_of_an_older_declaration_are_read_and_checked(cloud: Cloud, run: Ingest) -> None:
    put(cloud, "VALVE", "v-old", state={"S": "open"}, size={"N": "7"})
    put(cloud, "VALVE", "v-ajar", state={"S": "ajar"})

    old = document(run("get", "VALVE", "v-old", "-o", "json"))
    checked = document(run("check", "entities", "-o", "json"))

    assert old["entity"]["width"] == "7"
    assert [(row["id"], row["field"]) for row in checked["refused"]] == [("v-ajar", "state")]


def test_the_schema_has_the_description_and_the_values(run: Ingest) -> None:
    schema = document(run("schema", "VALVE"))

    assert schema["description"] == "Closes a line."
    assert "closed" in json.dumps(schema["properties"]["state"])
