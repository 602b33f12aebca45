"""Clients that generators write from the served document, unmodified, in default settings."""

import json
from pathlib import Path

import pytest
from urllib3 import PoolManager

from ingestion.cli.environment import Deployment
from tests.e2e.platform import in_index
from tests.support.browser.waiting import wait_for
from tests.support.clients import link_npm, run

PYTHON = """
import os
from ingestion_client import AuthenticatedClient
from ingestion_client.api.source_a import source_a
from ingestion_client.models import Equipment, Refusal, Results, UpsertEquipment

client = AuthenticatedClient(
    base_url=os.environ["API_URL"],
    token=os.environ["API_KEY"],
    prefix="",
    auth_header_name="x-api-key",
)


def upsert(equipment_id):
    return UpsertEquipment(entity_name="EQUIPMENT", body=Equipment(equipment_id=equipment_id))


one = source_a.sync_detailed(client=client, body=upsert("by a client"))
assert one.status_code == 202, one
assert one.parsed.events[0].status == "accepted", one
assert isinstance(one.parsed, Results), one

two = source_a.sync_detailed(client=client, body=[upsert("by a client 1"), upsert("c#2")])
assert [event.status for event in two.parsed.events] == ["accepted", "rejected"], two

none = source_a.sync_detailed(client=client, body=upsert("c#1"))
assert isinstance(none.parsed, Refusal), none
assert none.status_code == 422, none
assert none.parsed.title == "Unprocessable Content", none
assert none.parsed.errors[0].field == "body.equipment_id", none
"""
TYPESCRIPT = """
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

declare const process: { env: Record<string, string> };

function check(isTrue: boolean, found: unknown): void {
  if (!isTrue) throw new Error(JSON.stringify(found));
}

const { API_URL, API_KEY, READER_KEY } = process.env;
const client = createClient<paths>({ baseUrl: API_URL, headers: { "x-api-key": API_KEY } });
const equipment: components["schemas"]["Equipment"] = { equipment_id: "by fetch" };

const one = await client.POST("/a", { body: { entity_name: "EQUIPMENT", body: equipment } });
check(one.data?.events[0]?.status === "accepted", one);

const two = await client.POST("/a", {
  body: [
    { entity_name: "EQUIPMENT", operation: "upsert", body: { equipment_id: "by fetch 1" } },
    { entity_name: "EQUIPMENT", operation: "delete", body: { equipment_id: "c#2" } },
  ],
});
check(two.response.status === 207 && two.data?.errors[0]?.index === 1, two);

const cloud = await client.POST("/a", {
  headers: { "content-type": "application/cloudevents+json" },
  body: {
    specversion: "1.0",
    id: "1",
    source: "sourceA",
    type: "equipment.upsert",
    data: { equipment_id: "by fetch 2", parent_equipment_id: null },
  },
});
check(cloud.response.status === 202, cloud);

const none = await client.POST("/a", {
  body: { entity_name: "EQUIPMENT", body: { equipment_id: "c#1" } },
});
const refused = none.error;
check(refused?.status === 422, none);
check(!!refused && "errors" in refused && refused.errors?.[0]?.reason === "invalid_entity", none);

const page = await client.GET("/entities/EQUIPMENT", {
  params: { query: { limit: 1, source: "sourceA" } },
  headers: { "x-api-key": READER_KEY },
});
check(page.response.status === 200 && Array.isArray(page.data?.items), page);

type Posted = paths["/a"]["post"]["requestBody"]["content"]["application/json"];
// @ts-expect-error A delete needs the id.
const wrongBody: Posted = { entity_name: "EQUIPMENT", operation: "delete", body: {} };
// @ts-expect-error The source sends no contracts.
const wrongEntity: Posted = { entity_name: "CONTRACT", body: { equipment_id: "e-1" } };
"""


@pytest.fixture
def document(deployment: Deployment, tmp_path: Path) -> Path:
    file = tmp_path / "openapi.json"
    file.write_bytes(PoolManager().request("GET", f"{deployment.api_url}/openapi.json").data)
    assert json.loads(file.read_bytes())["servers"] == [{"url": deployment.api_url}]
    return file


def is_equipment_stored(deployment: Deployment, *ids: str) -> bool:
    sent = {f"EQUIPMENT#{equipment_id}" for equipment_id in ids}
    return wait_for(lambda: sent <= in_index(deployment, "EQUIPMENT").keys())


def test_a_python_client_posts_events_and_reads_errors(
    deployment: Deployment, document: Path
) -> None:
    directory = document.parent
    options = ("--path", document, "--meta", "none", "--output-path", "ingestion_client")
    keys = {"API_KEY": deployment.api_keys["sourceA"]}

    run(directory, "openapi-python-client", "generate", *options)
    run(directory, "python", "-c", PYTHON, API_URL=deployment.api_url, **keys)

    assert is_equipment_stored(deployment, "by a client", "by a client 1")


def test_a_typescript_client_compiles_posts_events_and_reads(
    deployment: Deployment, document: Path
) -> None:
    directory = document.parent
    link_npm(directory)
    (directory / "client.mts").write_text(TYPESCRIPT)
    keys = {"API_KEY": deployment.api_keys["sourceA"], "READER_KEY": deployment.reader_api_key}

    run(directory, "openapi-typescript", document, "--output", "schema.d.ts")
    run(directory, "tsc", "--noEmit", "--strict", "--module", "nodenext", "client.mts")
    run(directory, "node", "client.mts", API_URL=deployment.api_url, **keys)

    assert is_equipment_stored(deployment, "by fetch", "by fetch 1", "by fetch 2")
