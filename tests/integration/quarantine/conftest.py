"""A platform whose sourceB has rules and quarantine, and an API function that IAM may invoke."""

import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from typing import Any

import pytest

from ingestion.handlers import api
from tests.integration.cloud import Cloud
from tests.integration.used_grants import RecordingSession
from tests.support.canned import Canned, canned
from tests.support.factories import Json, catalog_document
from tests.support.invocations import context
from tests.support.terraform.planned import Plan
from tests.support.terraform.planning import plan

AT = "2026-01-31T12:00:00Z"
RULE: Json = {
    "entity": "CONTRACT",
    "each": "payload.contracts",
    "id": "item.id",
    "time": "item.at",
    "fields": {
        "contract_name": "item.name",
        "contract_type": "item.type",
        "contract_status": {"const": "active"},
    },
}
RANDOM = bytes(range(256)) * 40
QUARANTINING: Json = {"map": [RULE], "on_invalid": "quarantine"}
SIGNED = QUARANTINING | {"auth": "hmac", "signature": "github"}


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan("quarantine", {"sourceB": QUARANTINING})


@pytest.fixture(autouse=True)
def _quarantining(cloud: Cloud) -> None:
    set_rules(cloud, RULE)


def set_rules(cloud: Cloud, *rules: Json, **keys: Any) -> None:
    """Deploy a catalog in which sourceB has these rules and quarantine."""
    document = catalog_document()
    document["sources"]["sourceB"] |= QUARANTINING | {"map": list(rules), **keys}
    cloud.write_catalog(document)
    assert cloud.s3


def item(contract_id: str, **changes: Any) -> Json:
    """Return an item of a payload that is right."""
    return {"id": contract_id, "name": "Turbines", "type": "goods", "at": AT} | changes


def payload(*items: Json) -> Json:
    return {"contracts": list(items)}


def kept(cloud: Cloud) -> list[Json]:
    """Return the requests that are kept."""
    return [json.loads(cloud.content(key)) for key in cloud.keys("quarantine/")]


def pointers(cloud: Cloud) -> list[Json]:
    """Return the dead letters of sourceB, and delete them."""
    found = cloud.dead_letters()
    assert {reason for _, reason, _ in found} <= {"quarantined"}
    return [json.loads(body) for body, _, _ in found]


@pytest.fixture
def invoked(cloud: Cloud, session: RecordingSession) -> Iterator[list[Json]]:
    """Run the API's handler in the place of Lambda, which needs Docker on moto.

    Yields the list of the events with which it was invoked.
    """
    events: list[Json] = []

    def invoke(params: Json, **_: Any) -> Canned:
        assert params["url_path"].split("/")[-2] == "ingestion-test-api"
        events.append(json.loads(params["body"]))
        with redirect_stdout(StringIO()):  # The command's output is JSON.
            answer = api.handle(events[-1], context(29), cloud.api_runtime)
        return canned({"StatusCode": 200, "Payload": BytesIO(json.dumps(answer).encode())})

    with session.hooked("before-call.lambda.Invoke", invoke):
        yield events
