"""CloudEvents that the SDKs of the CNCF make, in Python and JavaScript, posted unchanged."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from urllib3 import BaseHTTPResponse, PoolManager

from ingestion.cli.environment import Deployment
from tests.e2e.platform import in_index, wait_until_idle
from tests.support.browser.waiting import wait_for
from tests.support.clients import link_npm, run

FORMAT = JSONFormat()
JAVASCRIPT = """
import { CloudEvent, HTTP } from "cloudevents";

const { API_URL, API_KEY } = process.env;

function event(id, operation = "upsert") {
  return new CloudEvent({
    type: `equipment.${operation}`,
    source: "sourceA",
    subject: id,
    partitionkey: "a-1",
    data: { equipment_id: id, cat_id: "from JavaScript" },
  });
}

async function post({ headers, body }) {
  const response = await fetch(`${API_URL}/a`, {
    method: "POST",
    headers: { ...headers, "x-api-key": API_KEY },
    body,
  });
  if (response.status !== 202) throw new Error(await response.text());
}

await post(HTTP.structured(event("js structured")));
await post(HTTP.binary(event("js binary")));
await post({
  headers: { "content-type": "application/cloudevents-batch+json; charset=utf8" },
  body: JSON.stringify([event("js batch 1"), event("js batch 2"), event("js gone")]),
});
await post(HTTP.structured(event("js gone", "delete")));
"""


def post(deployment: Deployment, message: HTTPMessage) -> BaseHTTPResponse:
    headers = message.headers | {"x-api-key": deployment.api_keys["sourceA"]}
    return PoolManager().request(
        "POST", f"{deployment.api_url}/a", body=message.body, headers=headers
    )


def cloudevent(equipment_id: str, operation: str = "upsert", **attributes: Any) -> CloudEvent:
    """Make an event about a piece of equipment. A delete has no data."""
    made = {"type": f"equipment.{operation}", "source": "sourceA", "subject": equipment_id}
    data = {"equipment_id": equipment_id, "cat_id": f"of {equipment_id}"}
    return CloudEvent(made | attributes, None if operation == "delete" else data)


def batch(*events: CloudEvent) -> HTTPMessage:
    """Make a batch, which the SDK cannot."""
    body = b"[" + b",".join(map(FORMAT.write, events)) + b"]"
    return HTTPMessage({"content-type": "application/cloudevents-batch+json"}, body)


def stored(deployment: Deployment, *equipment_ids: str) -> dict[str, Any]:
    """Wait until all items are in the index, and return them."""

    def found() -> dict[str, Any] | None:
        items = in_index(deployment, "EQUIPMENT")
        wanted = {each: items.get(f"EQUIPMENT#{each}") for each in equipment_ids}
        return wanted if all(wanted.values()) else None

    return wait_for(found)


@pytest.mark.parametrize(
    ("equipment_id", "write", "attributes"),
    [
        ("structured", to_structured, {}),
        ("structured with more", to_structured, {"datacontenttype": "application/json", "x1": 7}),
        ("binary", to_binary, {"datacontenttype": "application/json"}),
        ("binary, no content type", to_binary, {}),
        ("binary € 😀 %20", to_binary, {"dataschema": "https://example.com/equipment"}),
    ],
)
def test_an_event_of_the_sdk_is_stored(
    deployment: Deployment, equipment_id: str, write: Any, attributes: dict[str, Any]
) -> None:
    event = cloudevent(equipment_id, time=datetime(2026, 1, 31, 12, tzinfo=UTC), **attributes)

    response = post(deployment, write(event, FORMAT))

    assert response.status == 202, response.data
    assert response.json()["events"] == [{"index": 0, "id": event.get_id(), "status": "accepted"}]
    item = stored(deployment, equipment_id)[equipment_id]
    assert item["cat_id"] == {"S": f"of {equipment_id}"}
    assert item["_event"]["M"]["id"] == {"S": event.get_id()}
    assert item["_event"]["M"]["time"] == {"S": "2026-01-31T12:00:00.000000Z"}


def test_data_that_the_sdk_encodes_in_base64_is_stored(deployment: Deployment) -> None:
    event = CloudEvent(
        {"type": "equipment.upsert", "source": "sourceA"}, b'{"equipment_id": "from bytes"}'
    )

    response = post(deployment, to_structured(event, FORMAT))

    assert response.status == 202, response.data
    stored(deployment, "from bytes")


def test_a_batch_of_the_sdk_is_stored_except_its_invalid_event(deployment: Deployment) -> None:
    foreign = cloudevent("of another", source="sourceB")

    response = post(deployment, batch(cloudevent("batch 1"), foreign, cloudevent("batch 2")))

    assert response.status == 207
    assert [(e["index"], e["reason"], e["field"]) for e in response.json()["errors"]] == [
        (1, "wrong_source", "source")
    ]
    stored(deployment, "batch 1", "batch 2")
    assert "EQUIPMENT#of another" not in in_index(deployment, "EQUIPMENT")


@pytest.mark.parametrize("write", [to_structured, to_binary], ids=["structured", "binary"])
def test_a_delete_of_the_sdk_deletes_the_entity(deployment: Deployment, write: Any) -> None:
    equipment_id = f"gone by {write.__name__}"
    post(deployment, write(cloudevent(equipment_id), FORMAT))
    stored(deployment, equipment_id)

    response = post(deployment, write(cloudevent(equipment_id, "delete"), FORMAT))

    assert response.status == 202, response.data
    wait_for(lambda: f"EQUIPMENT#{equipment_id}" not in in_index(deployment, "EQUIPMENT"))


@pytest.mark.parametrize("write", [to_structured, to_binary], ids=["structured", "binary"])
def test_an_event_of_an_unknown_type_gets_422_with_the_reason(
    deployment: Deployment, write: Any
) -> None:
    event = CloudEvent({"type": "com.example.created", "source": "sourceA"}, {"equipment_id": "1"})

    response = post(deployment, write(event, FORMAT))

    assert response.status == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    [error] = response.json()["errors"]
    assert error["reason"] == "invalid_event"
    assert error["field"] == "type"


def test_events_of_the_javascript_sdk_are_stored_in_three_modes(
    deployment: Deployment, tmp_path: Path
) -> None:
    link_npm(tmp_path)
    (tmp_path / "post.mjs").write_text(JAVASCRIPT)
    key = deployment.api_keys["sourceA"]

    run(tmp_path, "node", "post.mjs", API_URL=deployment.api_url, API_KEY=key)

    wait_until_idle(deployment)
    items = stored(deployment, "js structured", "js binary", "js batch 1", "js batch 2")
    assert {item["cat_id"]["S"] for item in items.values()} == {"from JavaScript"}
    assert "EQUIPMENT#js gone" not in in_index(deployment, "EQUIPMENT")
