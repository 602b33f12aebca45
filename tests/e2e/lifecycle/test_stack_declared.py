"""An entity that a file in YAML declares works as any other on the applied platform."""

import json

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest
from tests.e2e.conftest import Checkout
from tests.e2e.platform import in_index, post, wait_for


def test_an_entity_in_yaml_is_checked_stored_and_found_as_any_other(
    checkout: Checkout, grown: tuple[Deployment, str]
) -> None:
    deployment, _ = grown
    fields = {"pump_id": "p-1", "state": "open", "checked_at": "2026-01-31T10:00:00+01:00"}
    bodies = [
        {"valve_id": "v-1"} | fields,
        {"valve_id": "v-2"} | fields | {"state": "ajar"},
    ]

    response = post(
        deployment, "d", [{"entity_name": "VALVE", "body": body} for body in bodies], key="sourceD"
    )

    assert response.status == 207
    assert "'open' or 'closed'" in response.data.decode()
    item = wait_for(lambda: in_index(deployment, "VALVE").get("VALVE#v-1"))
    assert item["checked_at"] == {"S": "2026-01-31T09:00:00.000000Z"}
    related = json.loads(ingest(checkout, "related", "PUMP", "p-1", "-o", "json").stdout)
    assert [(row["entity_name"], row["id"]) for row in related] == [("VALVE", "v-1")]
