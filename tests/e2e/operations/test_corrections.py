"""The operator corrects and deletes entities of the applied platform."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingestion.cli.environment import Deployment
from ingestion.syntax.times import timestamp
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.entity_requests import CONTRACT, Response, call, get
from tests.e2e.platform import post as post_to
from tests.support.browser.waiting import wait_for


def correct(
    deployment: Deployment, method: str, path: str, body: Any = None, **headers: str
) -> Response:
    return call(deployment, method, path, body, key="operator", **headers)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("path", "key", "status"),
    [("CONTRACT/q-1", "sourceB", 403), ("CONTRACT/q-1", "reader", 403), ("X/q", "operator", 404)],
)
def test_a_correction_needs_the_operators_key_and_a_known_entity(
    deployment: Deployment, method: str, path: str, key: str, status: int
) -> None:
    response = call(deployment, method, path, CONTRACT if method == "PUT" else None, key=key)

    assert response.status == status
    assert response.headers["Content-Type"] == "application/problem+json"


def named(deployment: Deployment, contract_id: str) -> str | None:
    response = get(deployment, f"CONTRACT/{contract_id}")
    return response.document["entity"]["contract_name"] if response.status == 200 else None


def test_a_correction_is_stored_and_a_newer_event_replaces_it(deployment: Deployment) -> None:
    put = correct(deployment, "PUT", "CONTRACT/q-2", CONTRACT | {"contract_name": "corrected"})
    assert put.status == 202
    assert put.document["events"][0]["status"] == "accepted"
    wait_for(lambda: named(deployment, "q-2") == "corrected")
    newer = {
        "entity_name": "CONTRACT",
        "time": timestamp(datetime.now(UTC) + timedelta(minutes=4)),
        "body": {"contract_id": "q-2", **CONTRACT},
    }
    post_to(deployment, "b", newer, key="sourceB")
    wait_for(lambda: named(deployment, "q-2") == "Turbines")

    too_late = correct(deployment, "PUT", "CONTRACT/q-2", CONTRACT | {"contract_name": "too late"})

    assert too_late.status == 409
    assert too_late.document["stored_time"] == newer["time"]

    tag = get(deployment, "CONTRACT/q-2").headers["ETag"]
    freed = CONTRACT | {"contract_name": "freed"}
    accepted = correct(deployment, "PUT", "CONTRACT/q-2", freed, if_match=tag)
    wait_for(lambda: named(deployment, "q-2") == "freed")
    stale = correct(deployment, "DELETE", "CONTRACT/q-2", if_match=tag)

    assert [accepted.status, stale.status] == [202, 412]


def test_a_deletion_by_the_operator_deletes_the_entity(deployment: Deployment) -> None:
    correct(deployment, "PUT", "CONTRACT/q%2F3", CONTRACT)
    wait_for(lambda: get(deployment, "CONTRACT/q%2F3").status == 200)

    response = correct(deployment, "DELETE", "CONTRACT/q%2F3")

    assert response.status == 202
    wait_for(lambda: get(deployment, "CONTRACT/q%2F3").status == 404)


def test_an_invalid_correction_gets_422(deployment: Deployment) -> None:
    response = correct(deployment, "PUT", "CONTRACT/q-1", CONTRACT | {"contract_id": "q-2"})

    assert response.status == 422
    assert response.document["errors"][0]["field"] == "body.contract_id"


def test_the_command_corrects_and_deletes_and_its_acts_are_audited(
    checkout: Checkout, deployment: Deployment
) -> None:
    entity = ("CONTRACT", "q/4 ä")
    acts = [
        ingest_here(checkout, "put", *entity, "-", "--wait", "60", stdin=json.dumps(CONTRACT)),
        ingest_here(checkout, "put", *entity, "--set", "contract_name=Pumps", "--wait", "60"),
    ]
    stored = named(deployment, "q%2F4%20%C3%A4")
    acts.append(ingest_here(checkout, "delete", *entity, "--yes", "--wait", "60"))

    assert [act.returncode for act in acts] == [0, 0, 0], [act.stderr for act in acts]
    assert stored == "Pumps"
    assert "The entity is deleted." in acts[2].stderr
    lines = json.loads(ingest_here(checkout, "audit", "--since", "1h", "-o", "json").stdout)
    found = [line["action"] for line in lines if line.get("entity_id") == entity[1]]
    assert found == ["put_entity", "put_entity", "delete_entity"]
