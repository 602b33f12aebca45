"""An entity that a file in YAML declares works as any other on the applied platform."""

import json
from typing import Any

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest
from tests.e2e.conftest import Checkout
from tests.e2e.lifecycle.additions import pump
from tests.e2e.platform import in_index, post
from tests.support.browser.waiting import wait_for


def test_an_entity_in_yaml_is_checked_stored_and_found_as_any_other(
    checkout: Checkout, grown: tuple[Deployment, str]
) -> None:
    deployment, _ = grown
    fields: dict[str, Any] = {
        "pump_id": "p-2",
        "state": "open",
        "checked_at": "2026-01-31T10:00:00+01:00",
        "is_spare": False,
        "widths": ["0.10000000000000000000001", 2],
        "visits": ["2016-12-31T23:59:60Z"],
    }
    bodies = [
        {"valve_id": "v-1"} | fields,
        {"valve_id": "v-2"} | fields | {"state": "ajar"},
    ]
    posted = [pump("p-2"), *({"entity_name": "VALVE", "body": body} for body in bodies)]

    response = post(deployment, "d", posted, key="sourceD")

    assert response.status == 207
    assert "'open' or 'closed'" in response.data.decode()
    item = wait_for(lambda: in_index(deployment, "VALVE").get("VALVE#v-1"))
    wait_for(lambda: in_index(deployment, "PUMP").get("PUMP#p-2"))
    assert item["checked_at"] == {"S": "2026-01-31T09:00:00.000000Z"}
    assert item["is_spare"] == {"BOOL": False}
    assert item["widths"] == {"L": [{"N": "0.10000000000000000000001"}, {"N": "2"}]}
    assert item["visits"] == {"L": [{"S": "2016-12-31T23:59:59.999999Z"}]}
    shown = json.loads(ingest(checkout, "get", "VALVE", "v-1", "-o", "json").stdout)["entity"]
    assert shown["is_spare"] is False
    assert shown["widths"] == ["0.10000000000000000000001", "2"]
    related = json.loads(ingest(checkout, "related", "PUMP", "p-2", "-o", "json").stdout)
    assert [(row["entity_name"], row["id"]) for row in related] == [("VALVE", "v-1")]
